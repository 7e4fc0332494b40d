package fec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entry writes one entry of free rows on one day: account, customer, amount.
func entry(journal, num, day, piece, label string, lines ...any) []row {
	var rows []row
	for i := 0; i < len(lines); i += 3 {
		rows = append(rows, row{
			journal: journal, num: num, day: day, account: lines[i].(string), aux: lines[i+1].(string),
			piece: piece, label: label, cents: int64(lines[i+2].(int)),
		})
	}
	return rows
}

// lettered puts a code on the customers' rows.
func lettered(code string, entries ...[]row) []row {
	all := join(entries...)
	for i := range all {
		if strings.HasPrefix(all[i].account, "411") {
			all[i].letter = code
		}
	}
	return all
}

// TestMeaning tells what each kind of entry becomes.
func TestMeaning(t *testing.T) {
	tests := []struct {
		name string
		rows []row
		want []string
	}{
		{"invoice", sale("1", "20260301", "C1", "F1", 12000, ""), []string{"invoice C1/F1 2026-03-01 120.00 EUR"}},
		{
			"invoice in two instalments",
			entry("VE", "1", "20260301", "F1", "Facture F1", "411000", "C1", 7000, "411000", "C1", 5000, "706000", "", -10000, "445710", "", -2000),
			[]string{"invoice C1/F1 2026-03-01 120.00 EUR 50.00 70.00"},
		},
		{
			"number in the label",
			entry("VE", "1", "20260301", "", "FACT. N° 2026-17 DU 01/03/2026 DUPONT", "411000", "C1", 12000, "706000", "", -12000),
			[]string{"invoice C1/2026-17 2026-03-01 120.00 EUR"},
		},
		{
			"no number at all",
			entry("VE", "1", "20260301", "", "Prestation mars", "411000", "C1", 12000, "706000", "", -12000),
			[]string{"finding unexplained-debit C1 C1/#1 holds=true", "invoice C1/ 2026-03-01 120.00 EUR"},
		},
		{
			"credit note",
			entry("VE", "1", "20260301", "A1", "Avoir A1", "411000", "C1", -12000, "706000", "", 10000, "445710", "", 2000),
			[]string{"credit_note C1/A1 2026-03-01 120.00 EUR"},
		},
		{"payment by bank", pay("1", "20260301", "C1", "VIR", 12000, ""), []string{"payment C1 2026-03-01 120.00 EUR bank"}},
		{"payment by cheque", entry("BQ", "1", "20260301", "", "CHQ", "511200", "", 12000, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR cheque"}},
		{"payment in cash", entry("CA", "1", "20260301", "", "ESP", "530000", "", 12000, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR cash"}},
		{"payment by draft", entry("OD", "1", "20260301", "", "LCR", "413000", "", 12000, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR draft"}},
		{"payment through a transit account", entry("BQ", "1", "20260301", "", "VIR", "580000", "", 12000, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR "}},
		{"payment identified after a while", entry("OD", "1", "20260301", "", "VIR", "471000", "", 12000, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR "}},
		{"payment less bank charges", entry("BQ", "1", "20260301", "", "STRIPE", "512000", "", 11700, "627000", "", 300, "411000", "C1", -12000), []string{"payment C1 2026-03-01 120.00 EUR bank"}},
		{"returned debit", pay("1", "20260301", "C1", "REJET", -12000, ""), []string{"payment C1 2026-03-01 -120.00 EUR bank"}},
		{"bounced cheque", entry("BQ", "1", "20260301", "", "IMPAYE", "511200", "", -12000, "411000", "C1", 12000), []string{"payment C1 2026-03-01 -120.00 EUR cheque"}},
		{
			"cash sale and payment in one entry",
			entry("CA", "1", "20260301", "T1", "Ticket", "411000", "C1", 12000, "706000", "", -10000, "445710", "", -2000, "530000", "", 12000, "411000", "C1", -12000),
			[]string{"invoice C1/T1 2026-03-01 120.00 EUR", "payment C1 2026-03-01 120.00 EUR cash"},
		},
		{
			"a month of bank lines in one entry",
			join(pay("1", "20260301", "C1", "VIR", 12000, ""), pay("1", "20260302", "C2", "REJET", -5000, ""), entry("BQ", "1", "20260303", "", "EDF", "401000", "", 700, "512000", "", -700)),
			[]string{"payment C1 2026-03-01 120.00 EUR bank", "payment C2 2026-03-02 -50.00 EUR bank"},
		},
		{"doubtful", entry("OD", "1", "20260301", "", "DOUTEUX", "416000", "C1", 12000, "411000", "C1", -12000), []string{"other C1/ 2026-03-01 120.00 EUR"}},
		{"written off", entry("OD", "1", "20260301", "", "PERTE", "654000", "", 10000, "445710", "", 2000, "411000", "C1", -12000), []string{"other C1/ 2026-03-01 120.00 EUR"}},
		{"written off before tax", entry("OD", "1", "20260301", "", "PERTE", "654000", "", 12000, "411000", "C1", -12000), []string{"other C1/ 2026-03-01 120.00 EUR"}},
		{"deposit used", entry("OD", "1", "20260301", "", "ACOMPTE", "419100", "C1", 12000, "411000", "C1", -12000), []string{"deposit C1/ 2026-03-01 120.00 EUR"}},
		{
			"deposit received",
			entry("BQ", "1", "20260301", "", "ACOMPTE", "512000", "", 12000, "419100", "C1", -12000),
			[]string{"deposit C1/ 2026-03-01 120.00 EUR"},
		},
		{
			"deposit received and used in part",
			join(entry("BQ", "1", "20260301", "", "ACOMPTE", "512000", "", 12000, "419100", "C1", -12000), entry("OD", "2", "20260401", "", "IMPUTATION", "419100", "C1", 5000, "411000", "C1", -5000)),
			[]string{"deposit C1/ 2026-03-01 70.00 EUR", "deposit C1/ 2026-04-01 50.00 EUR"},
		},
		{
			"deposit invoice",
			entry("VE", "1", "20260301", "FA1", "Acompte", "411000", "C1", 12000, "419100", "C1", -10000, "445710", "", -2000),
			[]string{"invoice C1/FA1 2026-03-01 120.00 EUR"},
		},
		{
			"reversal by negative amounts",
			[]row{
				{journal: "VE", num: "1", day: "20260301", account: "411000", aux: "C1", piece: "F1", label: "Facture", cents: 12000},
				{journal: "VE", num: "1", day: "20260301", account: "706000", piece: "F1", label: "Facture", cents: -12000},
				{journal: "VE", num: "2", day: "20260302", account: "411000", aux: "C1", piece: "F1", label: "Extourne", cents: -12000},
				{journal: "VE", num: "2", day: "20260302", account: "706000", piece: "F1", label: "Extourne", cents: 12000},
			},
			[]string{"credit_note C1/F1 2026-03-02 120.00 EUR", "invoice C1/F1 2026-03-01 120.00 EUR"},
		},
		{
			"interest invoiced by hand",
			entry("OD", "1", "20260301", "I1", "Interets de retard I1", "411000", "C1", 500, "763000", "", -500),
			[]string{"invoice C1/I1 2026-03-01 5.00 EUR"},
		},
		{
			"rounding under the invoice's number",
			join(sale("1", "20260301", "C1", "F1", 12000, ""), entry("OD", "2", "20260401", "F1", "Ecart", "411000", "C1", 2, "758000", "", -2)),
			[]string{"finding unexplained-debit C1  holds=true", "invoice C1/F1 2026-03-01 120.00 EUR", "payment C1 2026-04-01 -0.02 EUR "},
		},
		{
			"charges passed on with a number of their own",
			entry("OD", "1", "20260301", "R77", "Refacturation", "411000", "C1", 500, "625100", "", -500),
			[]string{"finding unexplained-debit C1 C1/R77#1 holds=true", "invoice C1/R77 2026-03-01 5.00 EUR"},
		},
		{
			"from one customer to another",
			entry("OD", "1", "20260301", "F1", "Virement de compte", "411000", "C1", 500, "411000", "C2", -500),
			[]string{"finding unexplained-debit C1  holds=true", "other C2/F1 2026-03-01 5.00 EUR", "payment C1 2026-03-01 -5.00 EUR "},
		},
		{
			"back from doubtful",
			entry("OD", "1", "20260301", "", "Retour", "411000", "C1", 500, "416000", "C1", -500),
			[]string{"finding unexplained-debit C1  holds=true", "payment C1 2026-03-01 -5.00 EUR "},
		},
		{
			"a sub-account instead of a CompAuxNum",
			entry("VE", "1", "20260301", "F1", "Facture", "411DUPONT", "", 12000, "706000", "", -12000),
			[]string{"invoice 411DUPONT/F1 2026-03-01 120.00 EUR"},
		},
		{
			"nobody on a collective account",
			join(sale("1", "20260301", "C1", "F1", 12000, ""), pay("2", "20260302", "", "VIR", 5000, ""),
				entry("VE", "3", "20260303", "F3", "Facture", "411000", "", 700, "706000", "", -700),
				entry("OD", "4", "20260303", "", "Perte", "654000", "", 300, "411000", "", -300)),
			[]string{
				"invoice C1/F1 2026-03-01 120.00 EUR", "payment  2026-03-02 50.00 EUR bank",
				"quarantine credit  money=true: 999999014FEC20261231.txt line 10: CompAuxNum: it is empty on the collective account 411000, so nobody knows which customer it is; fill it in the accounting software and export again",
				"quarantine invoice  money=false: 999999014FEC20261231.txt line 7: CompAuxNum: it is empty on the collective account 411000, so nobody knows which customer it is; fill it in the accounting software and export again",
			},
		},
		{
			"zeros say nothing",
			join(sale("1", "20260301", "C1", "F1", 12000, ""), entry("VE", "2", "20260303", "F2", "Gratuit", "411000", "C2", 0, "706000", "", 0)),
			[]string{"invoice C1/F1 2026-03-01 120.00 EUR"},
		},
		{
			"closing entries say nothing",
			join(sale("1", "20260301", "C1", "F1", 12000, ""), entry("CL", "2", "20261231", "", "Cloture", "411000", "C1", -12000, "891000", "", 12000)),
			[]string{"invoice C1/F1 2026-03-01 120.00 EUR"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": text(tt.rows)})
			if diff := cmp.Diff(tt.want, b.story()); diff != "" {
				t.Errorf("story (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTwoDocumentsOneNumber holds what may be two documents under one number,
// and what may be one booked twice, until nothing of it is open.
func TestTwoDocumentsOneNumber(t *testing.T) {
	tests := []struct {
		name string
		rows []row
		want []string
	}{
		{"another day and another amount", join(sale("1", "20260301", "C1", "F1", 12000, ""), sale("2", "20260401", "C1", "F1", 6000, "")), []string{"finding same-number C1 C1/F1#1 holds=true"}},
		{"another day, the same amount", join(sale("1", "20260301", "C1", "F1", 6000, ""), sale("2", "20260401", "C1", "F1", 6000, "")), nil},
		{"the same day, another amount", join(sale("1", "20260301", "C1", "F1", 12000, ""), sale("2", "20260301", "C1", "F1", 6000, "")), nil},
		{"the same in both", join(sale("1", "20260301", "C1", "F1", 6000, ""), sale("2", "20260301", "C1", "F1", 6000, "")), []string{"finding twins C1 C1/F1#1 holds=true"}},
		{"of two customers", join(sale("1", "20260301", "C1", "F1", 12000, ""), sale("2", "20260401", "C2", "F1", 6000, "")), nil},
		{
			"both settled",
			join(lettered("AA", sale("1", "20260301", "C1", "F1", 12000, ""), sale("2", "20260401", "C1", "F1", 6000, ""), pay("3", "20260501", "C1", "VIR", 18000, ""))),
			nil,
		},
		{
			"two credit notes",
			join(
				entry("VE", "1", "20260301", "A1", "Avoir", "411000", "C1", -12000, "706000", "", 12000),
				entry("VE", "2", "20260401", "A1", "Avoir", "411000", "C1", -6000, "706000", "", 6000)),
			[]string{"finding same-number C1  holds=true"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": text(tt.rows)})
			var got []string
			for _, line := range b.story() {
				if strings.HasPrefix(line, "finding") {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDraft: an entry without ValidDate is a draft only where its journal has
// been validated beyond it.
func TestDraft(t *testing.T) {
	unvalidated := func(rows []row) []row {
		for i := range rows {
			rows[i].valid = "-"
		}
		return rows
	}
	b := folder(t, map[string]string{"2026": text(join(
		sale("1", "20260301", "C1", "F1", 12000, ""), unvalidated(sale("2", "20260302", "C1", "F2", 12000, "")),
		sale("3", "20260303", "C1", "F3", 12000, ""), unvalidated(sale("4", "20260304", "C1", "F4", 12000, "")),
		unvalidated(pay("5", "20260305", "C1", "VIR", 5000, "")),
	))})
	want := []string{
		"invoice C1/F1 2026-03-01 120.00 EUR", "invoice C1/F2 2026-03-02 120.00 EUR draft",
		"invoice C1/F3 2026-03-03 120.00 EUR", "invoice C1/F4 2026-03-04 120.00 EUR", "payment C1 2026-03-05 50.00 EUR bank",
	}
	if diff := cmp.Diff(want, b.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}

// TestForeign reads amounts in other currencies.
func TestForeign(t *testing.T) {
	in := func(rows []row, amount, cur string) []row {
		rows[0].foreign, rows[0].currency = amount, cur
		return rows
	}
	receipt := func(num, amount, cur, letter string, cents int64) []row {
		rows := pay(num, "20260401", "C1", "VIR", cents, letter)
		rows[1].foreign, rows[1].currency = amount, cur
		return rows
	}
	tests := []struct {
		name string
		rows []row
		want []string
	}{
		{"signed", in(sale("1", "20260301", "C1", "F1", 12000, ""), "-100,00", "GBP"), []string{"invoice C1/F1 2026-03-01 100.00 GBP"}},
		{"no decimals", in(sale("1", "20260301", "C1", "F1", 12000, ""), "19000", "jpy"), []string{"invoice C1/F1 2026-03-01 19000 JPY"}},
		{"the books' own", in(sale("1", "20260301", "C1", "F1", 12000, ""), "120,00", "EUR"), []string{"invoice C1/F1 2026-03-01 120.00 EUR"}},
		{"the books' own without a code", in(sale("1", "20260301", "C1", "F1", 12000, ""), "120,00", ""), []string{"invoice C1/F1 2026-03-01 120.00 EUR"}},
		{"nothing without a code", in(sale("1", "20260301", "C1", "F1", 12000, ""), "0,00", ""), []string{"invoice C1/F1 2026-03-01 120.00 EUR"}},
		{"unknown code", in(sale("1", "20260301", "C1", "F1", 12000, ""), "100,00", "ZZZ"), []string{`quarantine invoice C1 money=false: 999999014FEC20261231.txt line 2: Idevise: "ZZZ" is no ISO 4217 currency; write a code such as USD`}},
		{"no code", in(sale("1", "20260301", "C1", "F1", 12000, ""), "100,00", ""), []string{`quarantine invoice C1 money=false: 999999014FEC20261231.txt line 2: Idevise: it is empty and Montantdevise is not; name the currency`}},
		{"no amount", in(sale("1", "20260301", "C1", "F1", 12000, ""), "", "GBP"), []string{`quarantine invoice C1 money=false: 999999014FEC20261231.txt line 2: Montantdevise: it is empty and Idevise is not; give the amount in that currency, or leave both empty`}},
		{
			"paid in its currency, with an exchange loss",
			join(lettered("AA", in(sale("1", "20260301", "C1", "F1", 12000, ""), "100,00", "GBP"), receipt("2", "100,00", "GBP", "AA", 11800),
				in(entry("OD", "3", "20260401", "", "Perte de change", "411000", "C1", -200, "666000", "", 200), "0,00", "GBP"))),
			[]string{"allocate 100.00 GBP from payment 100.00 onto C1/F1#1 on 2026-04-01", "invoice C1/F1 2026-03-01 100.00 GBP", "payment C1 2026-04-01 100.00 GBP bank"},
		},
		{
			"paid in the books' currency and closed",
			join(lettered("AA", in(sale("1", "20260301", "C1", "F1", 12000, ""), "100,00", "GBP"), pay("2", "20260401", "C1", "VIR", 12000, ""))),
			[]string{"allocate 120.00 EUR from payment 120.00 onto C1/F1#1 on 2026-04-01", "invoice C1/F1 2026-03-01 120.00 EUR", "payment C1 2026-04-01 120.00 EUR bank"},
		},
		{
			"paid in part in the books' currency",
			join(lettered("AA", in(sale("1", "20260301", "C1", "F1", 12000, ""), "100,00", "GBP"), pay("2", "20260401", "C1", "VIR", 6000, ""))),
			[]string{"invoice C1/F1 2026-03-01 100.00 GBP", "payment C1 2026-04-01 60.00 EUR bank"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": text(tt.rows)})
			if diff := cmp.Diff(tt.want, b.story()); diff != "" {
				t.Errorf("story (-want +got):\n%s", diff)
			}
		})
	}
}
