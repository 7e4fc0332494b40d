package fec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLettering tells which allocations each lettered group gives.
func TestLettering(t *testing.T) {
	creditNote := func(num, day, piece string, cents int) []row {
		return entry("VE", num, day, piece, "Avoir "+piece, "411000", "C1", -cents, "706000", "", cents)
	}
	f1, f2, f3 := sale("1", "20260301", "C1", "F1001", 10000, ""), sale("2", "20260302", "C1", "F1002", 20000, ""), sale("3", "20260303", "C1", "F1003", 30000, "")
	tests := []struct {
		name string
		rows []row
		want []string
	}{
		{"one and one", lettered("AA", f1, pay("9", "20260401", "C1", "VIR", 10000, "")), []string{"100.00 payment 100.00 > F1001"}},
		{"not lettered", join(f1, pay("9", "20260401", "C1", "VIR F1001", 10000, "")), nil},
		{"the oldest first", lettered("AA", f1, f2, pay("8", "20260401", "C1", "VIR", 25000, ""), pay("9", "20260402", "C1", "VIR", 5000, "")), []string{
			"100.00 payment 250.00 > F1001", "150.00 payment 250.00 > F1002", "50.00 payment 50.00 > F1002",
		}},
		{"the document named in the label", lettered("AA", f1, f2, pay("8", "20260401", "C1", "VIR F1002 SOLDE", 15000, ""), pay("9", "20260402", "C1", "VIR", 15000, "")), []string{
			"100.00 payment 150.00 > F1001", "150.00 payment 150.00 > F1002", "50.00 payment 150.00 > F1002",
		}},
		{"the very amount", lettered("AA", f1, f2, pay("8", "20260401", "C1", "VIR", 20000, ""), pay("9", "20260402", "C1", "VIR", 10000, "")), []string{
			"100.00 payment 100.00 > F1001", "200.00 payment 200.00 > F1002",
		}},
		{"a credit note and the rest", lettered("AA", f1, creditNote("8", "20260310", "A1", 3000), pay("9", "20260401", "C1", "VIR", 7000, "")), []string{
			"30.00 credit_note 30.00 > F1001", "70.00 payment 70.00 > F1001",
		}},
		{"a return and a second payment", lettered("AA", f1, pay("7", "20260401", "C1", "PRLV", 10000, ""), pay("8", "20260408", "C1", "REJET", -10000, ""), pay("9", "20260415", "C1", "VIR", 10000, "")), []string{
			"-100.00 payment -100.00 > F1001", "100.00 payment 100.00 > F1001", "100.00 payment 100.00 > F1001",
		}},
		{"a payment and its return", join(f1, lettered("AA", pay("7", "20260401", "C1", "PRLV", 10000, ""), pay("8", "20260408", "C1", "REJET", -10000, ""))), nil},
		{"paid in part", lettered("aa", f1, pay("9", "20260401", "C1", "VIR", 4000, "")), []string{"40.00 payment 40.00 > F1001"}},
		{"paid too much", lettered("AA", f1, f2, pay("9", "20260401", "C1", "VIR", 31000, "")), []string{"100.00 payment 310.00 > F1001", "200.00 payment 310.00 > F1002"}},
		{"in part, one of several named", lettered("aa", f1, f2, pay("9", "20260401", "C1", "VIR F1002", 4000, "")), []string{"40.00 payment 40.00 > F1002"}},
		{"in part, one of several by amount", lettered("aa", f1, f2, f3, pay("9", "20260401", "C1", "VIR", 20000, "")), []string{"200.00 payment 200.00 > F1002"}},
		{"in part, nobody knows of what", lettered("aa", f1, f2, f3, pay("9", "20260401", "C1", "VIR", 15000, "")), []string{"finding lettering C1 holds=false"}},
		{"in part, two of the same amount", lettered("aa", f1, sale("2", "20260302", "C1", "F1002", 10000, ""), pay("9", "20260401", "C1", "VIR", 10000, "")), []string{"finding lettering C1 holds=false"}},
		{"in part, with a return", lettered("aa", f1, f2, pay("8", "20260401", "C1", "VIR", 10000, ""), pay("9", "20260402", "C1", "REJET", -5000, "")), []string{"finding lettering C1 holds=false"}},
		{"the same code for two customers", join(lettered("AA", f1, pay("8", "20260401", "C1", "VIR", 10000, "")), lettered("AA", sale("4", "20260301", "C2", "F1004", 10000, ""), pay("9", "20260401", "C2", "VIR", 10000, ""))), []string{
			"100.00 payment 100.00 > F1001", "100.00 payment 100.00 > F1004",
		}},
		{"a code longer than eight signs", lettered("LETTRAGE-0001", f1, pay("8", "20260401", "C1", "VIR", 10000, "")), []string{"100.00 payment 100.00 > F1001"}},
		{"moved from another customer", join(lettered("AA", f1, entry("OD", "8", "20260401", "", "Erreur de compte", "411000", "C2", 10000, "411000", "C1", -10000)), nil), []string{
			"100.00 other 100.00 > F1001",
		}},
		{"instalments", lettered("AA", entry("VE", "1", "20260301", "F1", "Facture F1", "411000", "C1", 7000, "411000", "C1", 5000, "706000", "", -12000), pay("8", "20260401", "C1", "VIR", 7000, ""), pay("9", "20260501", "C1", "VIR", 5000, "")), []string{
			"50.00 payment 50.00 > F1", "70.00 payment 70.00 > F1",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": text(tt.rows)})
			if diff := cmp.Diff(tt.want, allocations(&b)); diff != "" {
				t.Errorf("allocations (-want +got):\n%s", diff)
			}
			// Whatever the order of the rows, the same money goes the same way.
			turned := slices.Clone(tt.rows)
			slices.Reverse(turned)
			c := folder(t, map[string]string{"2026": text(turned)})
			if diff := cmp.Diff(tt.want, allocations(&c)); diff != "" {
				t.Errorf("allocations of the rows turned round (-want +got):\n%s", diff)
			}
		})
	}
}

// allocations tells them in short, with findings about lettering.
func allocations(b *books) []string {
	var out []string
	for _, line := range b.story() {
		if f, ok := strings.CutPrefix(line, "allocate "); ok {
			words := strings.Fields(f)
			_, number, _ := strings.Cut(words[6], "/")
			number, _, _ = strings.Cut(number, "#")
			out = append(out, words[0]+" "+words[3]+" "+words[4]+" > "+number)
		} else if strings.HasPrefix(line, "finding lettering") {
			out = append(out, strings.Replace(line, "  ", " ", 1))
		}
	}
	return out
}
