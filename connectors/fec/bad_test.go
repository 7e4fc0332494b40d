package fec_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fec"
)

// TestRefused lists files that cannot be used at all, and what is said.
func TestRefused(t *testing.T) {
	whole := text(join(sale("1", "20260301", "C1", "F1", 12000, ""), pay("2", "20260401", "C1", "VIR", 12000, "")))
	without := func(name string) string {
		return strings.Replace(whole, name, "X"+name, 1)
	}
	many := make([]row, 0, 400)
	for i := range 150 {
		many = append(many, sale(fmt.Sprint(i), "20260301", "C1", fmt.Sprint("F", i), 12000, "")...)
		many[len(many)-1].day = "20260231"
	}
	tests := []struct {
		name, content string
		words         []string
	}{
		{"empty", "", []string{"empty"}},
		{"header only", header + "\r\n", []string{"no entries"}},
		{"no header", whole[strings.Index(whole, "\r\n")+2:], []string{"line 1", "JournalCode"}},
		{"no EcritureLet", without("EcritureLet"), []string{"line 1", "EcritureLet"}},
		{"no Credit", without("Credit"), []string{"line 1 lacks the column Credit"}},
		{"no amounts", strings.Replace(without("Credit"), "Debit", "XDebit", 1), []string{"Debit, Credit"}},
		{"Montant alone", strings.Replace(without("Credit"), "Debit", "Montant", 1), []string{"lacks the column Sens"}},
		{"a column twice", strings.Replace(whole, "DateLet", "PieceRef", 1), []string{"PieceRef twice"}},
		{"UTF-16", "\xff\xfeJ\x00o\x00", []string{"UTF-16"}},
		{"a spreadsheet", "PK\x03\x04....", []string{"spreadsheet"}},
		{"one endless line", header + "\r\n" + strings.Repeat("x", 1<<20), []string{"line 2", "longer than"}},
		{"cut inside a line", whole[:len(whole)-30], []string{"line 6", "ends inside a line", "cut off"}},
		{"cut after a line", whole[:strings.LastIndex(strings.TrimSuffix(whole, "\r\n"), "\r\n")+2], []string{"line 5", "does not balance", "cut off"}},
		{"too many faults", text(many), []string{"150 of 450 rows", "line 4: EcritureDate"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, map[string]string{"2026": tt.content})
			b, err := read(t.Context(), open(t, dir, nil), "")
			if strings.HasPrefix(tt.name, "cut ") { // it may only be half written: try again
				if !errors.Is(err, connectors.ErrUnavailable) || errors.Is(err, connectors.ErrRejected) {
					t.Errorf("got error %v, want ErrUnavailable", err)
				}
				err = fmt.Errorf("%w (%w)", err, connectors.ErrRejected)
			}
			refused(t, err, append(tt.words, siren+"FEC20261231.txt")...)
			if len(b.ends) > 0 {
				t.Errorf("got %d ends, want none: nothing may be taken for deleted", len(b.ends))
			}
		})
	}
}

// TestMissing tells paths that are not there from files nobody named well.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "nowhere"), dir, filepath.Join(dir, "*.txt")} {
		if _, err := read(t.Context(), open(t, path, nil), ""); !errors.Is(err, connectors.ErrUnavailable) {
			t.Errorf("%s: got error %v, want ErrUnavailable", filepath.Base(path), err)
		}
	}
	put(t, dir, map[string]string{"grandlivre.txt": text(last()), siren + "FEC20261341.csv": text(last())})
	_, err := read(t.Context(), open(t, filepath.Join(dir, "grandlivre.txt"), nil), "")
	refused(t, err, "grandlivre.txt", "set siren and closing")
	_, err = read(t.Context(), open(t, dir, nil), "")
	refused(t, err, "20261341")
}

// TestChanging: a file that is written while it is read gives no end.
func TestChanging(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, siren+"FEC20261231.txt")
	writeBig(t, path, 20_000)
	pages := 0
	for p, err := range open(t, dir, nil).(connectors.Reader).Read(t.Context(), connectors.Open, "") {
		if err != nil {
			if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), "changed while it was read") {
				t.Errorf("got error %v, want ErrUnavailable", err)
			}
			return
		}
		if p.End != nil {
			t.Fatal("got an end")
		}
		if pages++; pages == 1 {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString("x"); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
	t.Error("got no error")
}

// spoil writes rows with one field of one row replaced; row 0 is the header.
func spoil(rows []row, at, column int, value string) string {
	lines := strings.Split(strings.TrimSuffix(text(rows), "\r\n"), "\r\n")
	fields := strings.Split(lines[at], "\t")
	fields[column] = value
	lines[at] = strings.Join(fields, "\t")
	return strings.Join(lines, "\r\n") + "\r\n"
}

// TestBadRows: a bad row takes its entry out, holds whom it must, and leaves
// the rest alone.
func TestBadRows(t *testing.T) {
	rows := join(sale("1", "20260301", "C1", "F1", 12000, ""), pay("2", "20260401", "C2", "VIR", 5000, ""), sale("3", "20260401", "C3", "F3", 7000, ""))
	const name = "999999014FEC20261231.txt "
	good := "invoice C3/F3 2026-04-01 70.00 EUR"
	first, paid := "invoice C1/F1 2026-03-01 120.00 EUR", "payment C2 2026-04-01 50.00 EUR bank"
	tests := []struct {
		name, content string
		want          []string
	}{
		{"amount of the sale", spoil(rows, 3, 12, "1 000,00"), []string{good, paid, `quarantine invoice C1 money=false: ` + name + `line 4: Credit: "1 000,00" is no amount; write it like 12000,00, without a thousands mark`}},
		{"a point that may be a thousands mark", spoil(rows, 1, 11, "12.000"), []string{good, paid, `quarantine invoice C1 money=false: ` + name + `line 2: Debit: "12.000" is no amount; write it like 12000,00, without a thousands mark`}},
		{"cents of cents", spoil(rows, 1, 11, "120,005"), []string{good, paid, `quarantine invoice C1 money=false: ` + name + `line 2: Debit: "120,005" is no amount; write it like 12000,00, without a thousands mark`}},
		{"piece date", spoil(rows, 1, 9, "01032026"), []string{good, paid, `quarantine invoice C1 money=false: ` + name + `line 2: PieceDate: "01032026" is no day of the calendar; a day is written AAAAMMJJ`}},
		{"the bank's row of a payment", spoil(rows, 4, 3, "2026-04-01"), []string{first, good, `quarantine payment C2 money=true: ` + name + `line 5: EcritureDate: "2026-04-01" is no day of the calendar; a day is written AAAAMMJJ`}},
		{"no account", spoil(rows, 5, 4, ""), []string{first, good, `quarantine payment  money=true: ` + name + `line 6: CompteNum: it is empty; fill it in the accounting software and export again`}},
		{"no journal", spoil(rows, 5, 0, ""), []string{
			first, good,
			"quarantine payment  money=true: " + name + "line 5: Debit and Credit: the entry does not balance; correct it in the accounting software and export again",
			"quarantine payment C2 money=true: " + name + "line 6: JournalCode: it is empty; fill it in the accounting software and export again",
		}},
		{"a separator inside a text", spoil(rows, 5, 10, "VIR\tSEPA"), []string{first, good, `quarantine payment  money=true: ` + name + `line 6: 19 columns instead of 18: a separator is missing or stands inside a text; export the FEC again`}},
		{"an amount nobody has", spoil(rows, 2, 12, "999999999999999,00"), []string{good, paid, `quarantine invoice C1 money=false: ` + name + `line 3: Credit: "999999999999999,00" is no amount; write it like 12000,00, without a thousands mark`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": tt.content})
			if diff := cmp.Diff(tt.want, b.story()); diff != "" {
				t.Errorf("story (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnbalanced uses entries that do not balance and holds their customers;
// one that moved money without a customer holds the company.
func TestUnbalanced(t *testing.T) {
	end := sale("9", "20260501", "C9", "F9", 12000, "")
	b := folder(t, map[string]string{"2026": text(join(
		sale("1", "20260301", "C1", "F1", 12000, "")[:2], pay("2", "20260401", "C2", "VIR", 5000, "")[:1], pay("3", "20260401", "C3", "VIR", 5000, "")[1:], end,
	))})
	want := []string{
		"finding unbalanced C1  holds=true", "finding unbalanced C3  holds=true", "invoice C1/F1 2026-03-01 120.00 EUR",
		"invoice C9/F9 2026-05-01 120.00 EUR", "other C3/RLV 2026-04-01 50.00 EUR",
		"quarantine payment  money=true: 999999014FEC20261231.txt line 4: Debit and Credit: the entry does not balance; correct it in the accounting software and export again",
	}
	if diff := cmp.Diff(want, b.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
}

// TestScattered reads a ledger sorted by account: no entry's rows stand
// together.
func TestScattered(t *testing.T) {
	rows := join(sale("1", "20260301", "C1", "F1", 12000, "AA"), pay("2", "20260401", "C1", "VIR", 12000, "AA"), sale("3", "20260401", "C3", "F3", 7000, ""))
	var sorted []row
	for _, class := range []string{"4457", "411", "70", "51"} {
		for _, r := range rows {
			if strings.HasPrefix(r.account, class) {
				sorted = append(sorted, r)
			}
		}
	}
	want, got := folder(t, map[string]string{"2026": text(rows)}), folder(t, map[string]string{"2026": text(sorted)})
	if diff := cmp.Diff(want.story(), got.story()); diff != "" {
		t.Errorf("story (-by entry +by account):\n%s", diff)
	}
}

// TestConfig tells every fault at once.
func TestConfig(t *testing.T) {
	cfg := &fec.Config{Accounts: []string{"clients"}, Currency: "EURO", SIREN: "12", Closing: "31/12/2026", Dates: "MM/JJ/AAAA", Forget: []string{"2025"}}
	var keys []string
	for _, f := range cfg.Validate() {
		keys = append(keys, f.Key)
		if f.Text == "" {
			t.Errorf("%s: got no text", f.Key)
		}
	}
	if diff := cmp.Diff([]string{"path", "accounts", "currency", "siren", "dates", "closing", "forget"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if _, err := cfg.Open(connectors.Env{}); err == nil {
		t.Error("got a connector of a faulty configuration")
	}
	if faults := (&fec.Config{Path: "x"}).Validate(); len(faults) > 0 {
		t.Errorf("got faults %v of a bare path", faults)
	}
	if kind := fec.Kind(); kind.Name != "fec" || kind.Summary == "" || kind.NewConfig() == kind.NewConfig() {
		t.Errorf("got kind %+v, want fec with a fresh configuration each time", kind)
	}
}

// TestQuotes: a quote at the head of a label is a quote, unless it closes.
func TestQuotes(t *testing.T) {
	rows := join(sale("1", "20260301", "C1", "F1", 12000, ""), pay("2", "20260401", "C1", "VIR", 5000, ""))
	rows[4].label = `"LE PETIT" SARL`
	b := folder(t, map[string]string{"2026": text(rows)})
	if got := b.Payments[0].Text; got != `"LE PETIT" SARL` {
		t.Errorf("got label %q, want it as it is", got)
	}
	rows[4].label = "\"VIR\tSEPA\""
	b = folder(t, map[string]string{"2026": text(rows)})
	if len(b.Payments) != 1 || b.Payments[0].Text != "VIR\tSEPA" {
		t.Errorf("got %v, want a separator in quotes to be text", b.story())
	}
}

// TestNoNames: a name that slipped into a number's column is not repeated.
func TestNoNames(t *testing.T) {
	rows := sale("1", "20260301", "C1", "F1", 12000, "")
	b := folder(t, map[string]string{"2026": spoil(rows, 1, 11, "DURAND MARIE")})
	if len(b.Quarantined) != 1 || strings.Contains(b.Quarantined[0].Reason, "MARIE") || !strings.Contains(b.Quarantined[0].Reason, "line 2: Debit") {
		t.Errorf("got %v, want a reason without the name", b.story())
	}
}

// TestTooScattered: the rows that wait for the rest of their entries are
// bounded.
func TestTooScattered(t *testing.T) {
	var b strings.Builder
	b.WriteString(header + "\r\n")
	for _, side := range []string{"411000\tC\tC1\tN\tP\t20260301\tL\t1,00\t0,00", "706000\tV\t\t\tP\t20260301\tL\t0,00\t1,00"} {
		for i := range 30_500 {
			fmt.Fprintf(&b, "VE\tVentes\t%d\t20260301\t%s\t\t\t20260301\t\t\r\n", i, side)
		}
	}
	dir := t.TempDir()
	put(t, dir, map[string]string{"2026": b.String()})
	_, err := read(t.Context(), open(t, dir, nil), "")
	refused(t, err, "do not stand together", "in the order of its entries")
}
