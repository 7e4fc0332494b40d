package fec_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fec"
)

// last is a year that leaves F1 (100.00) and F2 (200.00) of C1 open, F2 of
// which 50.00 is paid, and F9 (90.00) of C2.
func last() []row {
	return join(
		sale("1", "20251001", "C1", "F1001", 10000, ""), lettered("aa", sale("2", "20251101", "C1", "F1002", 20000, ""), pay("3", "20251201", "C1", "VIR F1002", 5000, "")),
		lettered("AA", sale("4", "20251101", "C1", "F1003", 30000, ""), pay("5", "20251201", "C1", "VIR", 30000, "")),
		sale("6", "20251201", "C2", "F1009", 9000, ""),
	)
}

// opening is the part of a story that a second year adds: what is not told of
// the first year alone.
func opening(t *testing.T, first, second []row) []string {
	t.Helper()
	before := folder(t, map[string]string{"2025": text(first)})
	known := map[string]int{}
	for _, l := range before.story() {
		known[l]++
	}
	after := folder(t, map[string]string{"2025": text(first), "2026": text(second)})
	var out []string
	for _, l := range after.story() {
		if known[l]--; known[l] < 0 {
			out = append(out, l)
		}
	}
	return out
}

// TestOpening holds this year's opening entries against last year's export.
func TestOpening(t *testing.T) {
	a := func(num, customer, piece string, cents int64, letter string) []row {
		return opened(num, "20260101", customer, piece, "A NOUVEAU "+piece, cents, letter)
	}
	detailed := join(a("1", "C1", "F1001", 10000, ""), a("2", "C1", "F1002", 15000, ""), a("3", "C2", "F1009", 9000, ""))
	sheet := func(customers ...any) []row {
		return entry("OUV", "1", "20260101", "OUV", "Balance", append([]any{"512000", "", 50000, "101000", "", -84000}, customers...)...)
	}
	tests := []struct {
		name   string
		first  []row // nil: last()
		second []row
		want   []string
	}{
		{"piece by piece", nil, detailed, nil},
		{"gross, with the payment apart", nil, join(a("1", "C1", "F1001", 10000, ""), a("2", "C1", "F1002", 20000, ""), a("3", "C1", "RLV", -5000, ""), a("4", "C2", "F1009", 9000, "")), nil},
		{"one total per customer", nil, join(a("1", "C1", "", 25000, ""), a("2", "C2", "", 9000, "")), nil},
		{"one total per customer under one piece", nil, join(a("1", "C1", "2026001", 25000, ""), a("2", "C2", "2026001", 9000, "")), nil},
		{"one total of one customer under a piece of its own", sale("1", "20251001", "C1", "F1001", 10000, ""), join(a("1", "C1", "F1001", 10000, "")), nil},
		{
			"one total of several items under a piece of its own", join(sale("1", "20251001", "C1", "F1001", 10000, ""), sale("2", "20251001", "C1", "F1002", 10000, "")),
			a("1", "C1", "2026001", 20000, ""), nil,
		},
		{"one total for all", nil, a("1", "", "AN2026", 34000, ""), nil},
		{"a whole balance sheet, any journal", nil, sheet("411000", "C1", 25000, "411000", "C2", 9000), nil},
		{
			"another amount", nil, join(a("1", "C1", "F1001", 9000, ""), a("2", "C1", "F1002", 15000, ""), a("3", "C2", "F1009", 9000, "")),
			[]string{"finding opening-total C1 C1/F1001#1C1/F1001#1 holds=true"},
		},
		{
			"another total", nil, join(a("1", "C1", "", 24000, ""), a("2", "C2", "", 9000, "")),
			[]string{"finding opening-total C1  holds=true"},
		},
		{
			"one is missing", nil, join(a("1", "C1", "F1001", 10000, ""), a("3", "C2", "F1009", 9000, "")),
			[]string{"finding unconfirmed C1 C1/F1002#1C1/F1002#1 holds=true"},
		},
		{
			"no opening yet", nil, sale("1", "20260301", "C1", "F2001", 10000, ""),
			[]string{
				"finding unconfirmed C1 C1/F1001#1C1/F1001#1 holds=true", "finding unconfirmed C1 C1/F1002#1C1/F1002#1 holds=true",
				"finding unconfirmed C2 C2/F1009#1C2/F1009#1 holds=true", "invoice C1/F2001 2026-03-01 100.00 EUR",
			},
		},
		{
			"a document last year's export does not know", nil, join(detailed, a("5", "C2", "F1010", 7000, "")),
			[]string{"invoice C2/F1010  70.00 EUR opening"},
		},
		{
			"the same sum under another number", nil, join(a("1", "C1", "F1001", 10000, ""), a("2", "C1", "F1002", 15000, ""), a("3", "C2", "F1077", 9000, "")),
			[]string{"finding opening-total C2  holds=true"},
		},
		{
			"a credit last year's export does not know", nil, join(detailed, a("5", "C2", "VIR", -7000, "")),
			[]string{"other C2/VIR 2026-01-01 70.00 EUR"},
		},
		{
			"paid this year", nil, join(a("1", "C1", "F1001", 10000, "AB"), a("2", "C1", "F1002", 15000, ""), a("3", "C2", "F1009", 9000, ""), pay("4", "20260201", "C1", "VIR", 10000, "AB")),
			[]string{"allocate 100.00 EUR from payment 100.00 onto C1/F1001#1 on 2026-02-01", "payment C1 2026-02-01 100.00 EUR bank"},
		},
		{
			"a total paid this year", nil, join(a("1", "C1", "", 25000, "AB"), a("3", "C2", "", 9000, ""), pay("4", "20260201", "C1", "VIR", 25000, "AB")),
			[]string{
				"allocate 100.00 EUR from payment 250.00 onto C1/F1001#1 on 2026-02-01", "allocate 150.00 EUR from payment 250.00 onto C1/F1002#1 on 2026-02-01",
				"payment C1 2026-02-01 250.00 EUR bank",
			},
		},
		{
			"a contradicted total paid this year", nil, join(a("1", "C1", "", 10000, "AB"), a("3", "C2", "", 9000, ""), pay("4", "20260201", "C1", "VIR", 10000, "AB")),
			[]string{
				"allocate 100.00 EUR from payment 100.00 onto C1/F1001#1 on 2026-02-01", "finding opening-total C1  holds=true", "payment C1 2026-02-01 100.00 EUR bank",
			},
		},
		{
			"paid this year under last year's code, no opening yet",
			join(lettered("ZZ", sale("1", "20251001", "C1", "F1001", 10000, ""))), lettered("ZZ", pay("4", "20260201", "C1", "VIR", 10000, "")),
			[]string{"allocate 100.00 EUR from payment 100.00 onto C1/F1001#1 on 2026-02-01", "payment C1 2026-02-01 100.00 EUR bank"},
		},
		{
			"a loose payment of last year's, used this year",
			pay("1", "20251201", "C1", "VIR", 10000, ""),
			join(a("1", "C1", "RLV", -10000, "AB"), sale("2", "20260201", "C1", "F2001", 10000, "AB")),
			[]string{"allocate 100.00 EUR from payment 100.00 onto C1/F2001#1 on 2026-02-01", "invoice C1/F2001 2026-02-01 100.00 EUR"},
		},
		{
			"never lettered and square",
			join(sale("1", "20251001", "C1", "F1001", 10000, ""), pay("2", "20251101", "C1", "VIR", 10000, "")), sale("1", "20260201", "C2", "F2001", 10000, ""),
			[]string{"invoice C2/F2001 2026-02-01 100.00 EUR"},
		},
		{
			"numbers begun anew",
			sale("1", "20251001", "C1", "F1001", 10000, ""), join(a("1", "C1", "F1001", 10000, ""), sale("2", "20260201", "C1", "F1001", 20000, "")),
			[]string{"finding same-number C1 C1/F1001#1 holds=true", "invoice C1/F1001 2026-02-01 200.00 EUR"},
		},
		{
			"in another currency", func() []row {
				r := sale("1", "20251001", "C1", "F1001", 12000, "")
				r[0].foreign, r[0].currency = "100,00", "GBP"
				return r
			}(), a("1", "C1", "F1001", 12000, ""), nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			first := tt.first
			if first == nil {
				first = last()
			}
			if diff := cmp.Diff(tt.want, opening(t, first, tt.second)); diff != "" {
				t.Errorf("what the second year adds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOpeningAlone: without last year's export the opening makes the items,
// under the identity that last year's export gives them.
func TestOpeningAlone(t *testing.T) {
	second := join(
		[]row{{journal: "AN", num: "1", day: "20260101", account: "411000", aux: "C1", piece: "F1001", pieceDay: "20251001", label: "A nouveau", cents: 10000}, {journal: "AN", num: "1", day: "20260101", account: "890000", cents: -10000, label: "A nouveau"}},
		opened("2", "20260101", "C1", "RAN", "A NOUVEAU Facture F1002", 15000, ""),
		opened("3", "20260101", "C2", "", "SOLDE", 9000, ""), opened("4", "20260101", "C3", "", "SOLDE", -700, ""),
	)
	alone := folder(t, map[string]string{"2026": text(second)})
	want := []string{
		"invoice C1/F1001 2025-10-01 100.00 EUR opening", "invoice C1/F1002  150.00 EUR opening",
		"invoice C2/  90.00 EUR opening", "other C3/ 2026-01-01 7.00 EUR",
	}
	if diff := cmp.Diff(want, alone.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	both := folder(t, map[string]string{"2025": text(last()), "2026": text(second)})
	byNumber := map[string]string{}
	for _, i := range both.Invoices {
		byNumber[i.Number] = i.ID
	}
	for _, i := range alone.Invoices {
		if i.Number != "" && byNumber[i.Number] != i.ID {
			t.Errorf("%s: got id %s alone and %s with last year's export, want the same", i.Number, i.ID, byNumber[i.Number])
		}
	}
	if got := both.streams[byNumber["F1001"]]; got != siren+"/2025-12-31" {
		t.Errorf("got F1001 in stream %s, want last year's", got)
	}
}

// TestThreeYears carries an item over two closings.
func TestThreeYears(t *testing.T) {
	b := folder(t, map[string]string{
		"2024": text(sale("1", "20241001", "C1", "F1001", 10000, "")),
		"2025": text(join(opened("1", "20250101", "C1", "F1001", "AN", 10000, ""), sale("2", "20251001", "C1", "F1002", 20000, ""))),
		"2026": text(join(opened("1", "20260101", "C1", "F1001", "AN", 10000, "AA"), opened("2", "20260101", "C1", "F1002", "AN", 20000, ""), pay("3", "20260201", "C1", "VIR", 10000, "AA"))),
	})
	want := []string{
		"allocate 100.00 EUR from payment 100.00 onto C1/F1001#1 on 2026-02-01",
		"invoice C1/F1001 2024-10-01 100.00 EUR", "invoice C1/F1002 2025-10-01 200.00 EUR", "payment C1 2026-02-01 100.00 EUR bank",
	}
	if diff := cmp.Diff(want, b.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	if len(b.ends) != 3 {
		t.Fatalf("got %d streams, want 3", len(b.ends))
	}
	for name, end := range b.ends {
		if !end.Complete || end.MoneyUntil != day(t, "2026-02-01") || !end.AsOf.Equal(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: got end %+v, want complete, as of and money until the newest year's 2026-02-01", name, *end)
		}
	}
}

// TestOtherCompany refuses exports of two companies in one folder.
func TestOtherCompany(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, map[string]string{"2026": text(last()), "123456789FEC20261231.txt": text(last())})
	_, err := read(t.Context(), open(t, dir, nil), "")
	refused(t, err, siren, "123456789", "a connection of its own")
	_, err = read(t.Context(), open(t, filepath.Join(dir, siren+"FEC20261231.txt"), func(c *fec.Config) { c.SIREN = "123456789" }), "")
	refused(t, err, siren, "123456789")
}

// TestOneYearTwoNames refuses weekly exports named after their own day.
func TestOneYearTwoNames(t *testing.T) {
	dir := t.TempDir()
	rows := join(sale("1", "20260301", "C1", "F1", 12000, ""), pay("2", "20260401", "C1", "VIR", 500, ""))
	put(t, dir, map[string]string{siren + "FEC20261115.txt": text(rows), siren + "FEC20261122.txt": text(rows)})
	_, err := read(t.Context(), open(t, dir, nil), "")
	refused(t, err, "FEC20261115", "FEC20261122", "last day of the fiscal year")
}

// TestNewestExport: of two exports of one year the newest entry decides, then
// the time of writing.
func TestNewestExport(t *testing.T) {
	old, young := text(sale("1", "20260301", "C1", "F1", 12000, "")), text(sale("1", "20260401", "C1", "F2", 12000, ""))
	dir := t.TempDir()
	put(t, dir, map[string]string{"2026": young, siren + "FEC20261231-b.txt": old, "notes.txt": "x", siren + "FEC20261231.part": "half"})
	later := clock().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, siren+"FEC20261231-b.txt"), later, later); err != nil {
		t.Fatal(err)
	}
	c := open(t, dir, nil)
	b := mustRead(t, c)
	if len(b.Invoices) != 1 || b.Invoices[0].Number != "F2" {
		t.Errorf("got %v, want the export with the newest entry", b.story())
	}
	report, err := c.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"not read: 999999014FEC20261231.part: not yet complete, by its name",
		"not read: notes.txt: its name is not SIRENFECAAAAMMJJ",
		"not read: 999999014FEC20261231-b.txt: 999999014FEC20261231.txt is a newer export of the same fiscal year",
	}
	if diff := cmp.Diff(want, report.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestCursor: the same files are not read again; one that changed is, and all
// with it; one that went missing is asked for.
func TestCursor(t *testing.T) {
	dir := t.TempDir()
	original := map[string]string{"2025": text(last()), "2026": text(opened("1", "20260101", "C2", "F1009", "AN", 9000, ""))}
	put(t, dir, original)
	c := open(t, dir, nil)
	first := mustRead(t, c)
	// The files' content is spoiled, and their fingerprint kept: to open one
	// would be to refuse it.
	swap := func(spoil bool) {
		for _, y := range []string{"2025", "2026"} {
			content := original[y]
			if spoil {
				content = strings.Repeat("x", len(content))
			}
			put(t, dir, map[string]string{y: content})
		}
	}
	swap(true)
	second, err := read(t.Context(), c, first.next)
	if err != nil {
		t.Fatal(err)
	}
	if second.next != first.next || len(second.story()) != 0 || len(second.ends) != 2 {
		t.Errorf("got %d records and %d ends, want only two unchanged ends", len(second.story()), len(second.ends))
	}
	for name, end := range second.ends {
		was := first.ends[name]
		if !end.Unchanged || end.Complete || end.AsOf != was.AsOf || end.MoneyUntil != was.MoneyUntil || end.Count != was.Count {
			t.Errorf("%s: got %+v, want unchanged %+v", name, *end, *was)
		}
	}
	swap(false)
	for p, err := range c.(connectors.Reader).Read(t.Context(), connectors.All, first.next) {
		if err != nil || p.End != nil && p.End.Unchanged {
			t.Fatalf("got end %+v and error %v from a census, want it read in full", p.End, err)
		}
	}
	put(t, dir, map[string]string{"2026": text(opened("1", "20260101", "C2", "F1009", "A NOUVEAU", 8000, ""))})
	third, err := read(t.Context(), c, first.next)
	if err != nil || len(third.Invoices) != len(first.Invoices) || !third.ends[siren+"/2025-12-31"].Complete {
		t.Errorf("got %d invoices and error %v, want both years read again", len(third.Invoices), err)
	}
	if err := os.Remove(filepath.Join(dir, siren+"FEC20251231.txt")); err != nil {
		t.Fatal(err)
	}
	_, err = read(t.Context(), c, third.next)
	if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), siren+"/2025-12-31") {
		t.Errorf("got error %v, want one that asks for last year's file", err)
	}
	forgetting := open(t, dir, func(c *fec.Config) { c.Forget = []string{"2025-12-31"} })
	fourth, err := read(t.Context(), forgetting, third.next)
	if err != nil {
		t.Fatal(err)
	}
	if end := fourth.ends[siren+"/2025-12-31"]; end == nil || !end.Complete || end.Count != 0 {
		t.Errorf("got end %+v of the forgotten year, want it complete and empty", end)
	}
	if diff := cmp.Diff([]string{"invoice C2/F1009  80.00 EUR opening"}, fourth.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	fifth, err := read(t.Context(), forgetting, fourth.next)
	if err != nil || len(fifth.ends) != 1 || !fifth.ends[siren+"/2026-12-31"].Unchanged {
		t.Errorf("got %v and error %v, want one unchanged end", fifth.ends, err)
	}
}

// TestAhead: entries dated ahead make nothing known.
func TestAhead(t *testing.T) {
	rows := join(pay("1", "20260301", "C1", "VIR", 100, ""), pay("2", "20261231", "C1", "VIR", 100, ""), sale("3", "20261231", "C1", "F1", 100, ""))
	dir := t.TempDir()
	put(t, dir, map[string]string{"2026": text(rows)})
	at := func(now, written time.Time) *connectors.End {
		path := filepath.Join(dir, siren+"FEC20261231.txt")
		if err := os.Chtimes(path, written, written); err != nil {
			t.Fatal(err)
		}
		cfg := fec.Kind().NewConfig().(*fec.Config)
		cfg.Path = dir
		c, err := cfg.Open(connectors.Env{Zone: time.UTC, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		b := mustRead(t, c)
		return b.ends[siren+"/2026-12-31"]
	}
	june := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for _, end := range []*connectors.End{at(june, clock()), at(clock(), june)} {
		if end.MoneyUntil != day(t, "2026-03-01") || !end.AsOf.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("got as of %s and money until %s, want 2026-03-01 for both", end.AsOf, end.MoneyUntil)
		}
	}
}

// TestCancel stops between pages.
func TestCancel(t *testing.T) {
	dir := t.TempDir()
	writeBig(t, filepath.Join(dir, siren+"FEC20261231.txt"), 20_000)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pages := 0
	for _, err := range open(t, dir, nil).(connectors.Reader).Read(ctx, connectors.Open, "") {
		if err != nil {
			if !errors.Is(err, context.Canceled) || pages != 2 {
				t.Errorf("got error %v after %d pages, want the context's after 2", err, pages)
			}
			return
		}
		if pages++; pages == 2 {
			cancel()
		}
	}
	t.Error("the reading went on")
}

// TestCustomerOnce: a customer of two years is told once, and again only under
// another name.
func TestCustomerOnce(t *testing.T) {
	first, second := last(), join(opened("1", "20260101", "C1", "F1001", "AN", 10000, ""), sale("2", "20260301", "C2", "F2001", 100, ""))
	count := func(files map[string]string) map[string]int {
		n := map[string]int{}
		b := folder(t, files)
		for _, c := range b.Customers {
			n[c.Code]++
		}
		return n
	}
	if diff := cmp.Diff(map[string]int{"C1": 1, "C2": 1}, count(map[string]string{"2025": text(first), "2026": text(second)})); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	renamed := strings.ReplaceAll(text(second), "Client C2", "Neuf C2")
	if diff := cmp.Diff(map[string]int{"C1": 1, "C2": 2}, count(map[string]string{"2025": text(first), "2026": renamed})); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
}
