package fec_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

const sample = "testdata/999999014FEC20261231.txt"

// TestTruth holds the sample against the story it was made from.
func TestTruth(t *testing.T) {
	f, err := os.Open("testdata/truth/invoices.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]money.Amount{"C008/": amount(t, "120.00", "EUR")} // the opening of F2025-0999
	issued := map[string]ledger.Date{}
	for _, r := range table[1:] {
		a := amount(t, r[5], r[6])
		key := r[1] + "/" + keyOf(a)
		sum, err := want[key].Add(a)
		if err != nil {
			t.Fatal(err)
		}
		want[key] = sum
		issued[r[0]] = day(t, r[3])
	}
	b := mustRead(t, open(t, sample, nil))
	got := map[string]money.Amount{}
	add := func(customer, number string, on ledger.Date, a money.Amount) {
		sum, err := got[customer+"/"+keyOf(a)].Add(a)
		if err != nil {
			t.Fatal(err)
		}
		got[customer+"/"+keyOf(a)] = sum
		if number != "F2025-0999" && issued[number] != on {
			t.Errorf("%s: got issued on %s, want %s", number, on, issued[number])
		}
	}
	for _, i := range b.Invoices {
		add(i.Customer, i.Number, i.Issued, i.Total)
	}
	for _, c := range b.Credits {
		add(c.Customer, c.Number, c.Day, c.Amount.Neg())
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(sameAmount)); diff != "" {
		t.Errorf("totals per customer and currency (-want +got):\n%s", diff)
	}
	if n := len(b.Customers); n != 10 {
		t.Errorf("got %d customers, want 10", n)
	}
}

func keyOf(a money.Amount) string {
	if a.Currency() == money.EUR {
		return ""
	}
	return string(a.Currency())
}

func amount(tb testing.TB, text, cur string) money.Amount {
	tb.Helper()
	a, err := money.Parse(text, money.Currency(cur))
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func sameAmount(a, b money.Amount) bool { return a == b }

// TestSamplePositions works out what is open from invoices and allocations,
// and tells the whole story of the sample.
func TestSamplePositions(t *testing.T) {
	b := mustRead(t, open(t, sample, nil))
	want := map[string]string{
		"F2025-0999#1": "120.00 EUR", "F2026-0101#1": "0.00 EUR", "F2026-0102#1": "0.00 EUR", "F2026-0103#1": "0.00 EUR",
		"F2026-0104#1": "0.00 EUR", "F2026-0105#1": "0.00 EUR", "F2026-0106#1": "0.00 EUR", "F2026-0107#1": "180.00 EUR",
		"F2026-0108#1": "7250.00 EUR", "F2026-0109#1": "2500.00 EUR", "F2026-0110#1": "1000.00 GBP", "F2026-0111#1": "1200.00 EUR",
		"F2026-0112#1": "6000.40 EUR", "F2026-0113#1": "300.00 EUR", "F2026-0114#1": "1000.00 EUR", "F2026-0115#1": "733.21 EUR",
		"F2026-0116#1": "314.00 EUR", "F2026-0117#1": "180.00 EUR", "F2026-0118#1": "900.00 EUR", "F2026-0119#1": "600.00 EUR",
		"F2026-0120#1": "240.00 EUR", "F2026-0121#1": "156.00 EUR", "F2026-0122#1": "777.00 EUR",
	}
	got := map[string]string{}
	for k, a := range b.positions() {
		got[k] = a.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("open amounts (-want +got):\n%s", diff)
	}
	var rest []string
	for _, line := range b.story() {
		if !strings.HasPrefix(line, "invoice ") {
			rest = append(rest, line)
		}
	}
	story := []string{
		"allocate 1200.00 EUR from payment 1200.00 onto C001/F2026-0101#1 on 2026-04-01",
		"allocate 1980.40 EUR from payment 6000.40 onto C003/F2026-0104#1 on 2026-04-02",
		"allocate 3600.00 EUR from payment 6000.40 onto C003/F2026-0103#1 on 2026-04-02",
		"allocate 420.00 EUR from payment 6000.40 onto C003/F2026-0105#1 on 2026-04-02",
		"allocate 500.00 EUR from payment 500.00 onto C002/F2026-0106#1 on 2026-04-15",
		"allocate 64.00 EUR from credit_note 64.00 onto C002/F2026-0106#1 on 2026-03-25",
		"allocate 847.50 EUR from payment 847.50 onto C001/F2026-0102#1 on 2026-04-16",
		"credit_note C002/A2026-0001 2026-03-25 64.00 EUR",
		"payment C001 2026-04-01 1200.00 EUR bank",
		"payment C001 2026-04-16 847.50 EUR bank",
		"payment C002 2026-04-08 300.00 EUR bank",
		"payment C002 2026-04-14 -300.00 EUR bank",
		"payment C002 2026-04-15 500.00 EUR bank",
		"payment C003 2026-04-02 6000.40 EUR bank",
		"payment C009 2026-04-03 400.00 EUR bank",
	}
	if diff := cmp.Diff(story, rest); diff != "" {
		t.Errorf("everything but invoices (-want +got):\n%s", diff)
	}
	end := b.ends[siren+"/2026-12-31"]
	want2 := &connectors.End{
		AsOf: time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC), Complete: true, Count: 48, MoneyUntil: day(t, "2026-04-16"),
	}
	if diff := cmp.Diff(want2, end); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
}

// TestSampleFolder reads the folder of samples: three exports of one year.
func TestSampleFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"999999014FEC20261231.txt", "999999014FEC20261231_montant_sens.txt", "999999014FEC20261231_pipe_utf8_bom.txt", "nasty_bad_rows.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, map[string]string{name: string(data)})
	}
	c := open(t, dir, nil)
	b := mustRead(t, c)
	if len(b.Invoices) != 23 || len(b.ends) != 1 {
		t.Errorf("got %d invoices in %d streams, want 23 in one", len(b.Invoices), len(b.ends))
	}
	report, err := c.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if report.Identity != siren {
		t.Errorf("got identity %q, want %q", report.Identity, siren)
	}
	want := []string{
		"not read: nasty_bad_rows.txt: its name is not SIRENFECAAAAMMJJ",
		"not read: 999999014FEC20261231.txt: 999999014FEC20261231_montant_sens.txt is a newer export of the same fiscal year",
		"not read: 999999014FEC20261231_montant_sens.txt: 999999014FEC20261231_pipe_utf8_bom.txt is a newer export of the same fiscal year",
	}
	if diff := cmp.Diff(want, report.Problems, cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// unnamed configures a file whose name says nothing.
func unnamed(c *fec.Config) { c.SIREN, c.Closing = siren, "2026-12-31" }

func TestNastyBadRows(t *testing.T) {
	b := mustRead(t, open(t, "testdata/nasty_bad_rows.txt", unnamed))
	want := []string{
		`quarantine invoice  money=false: nasty_bad_rows.txt line 9: EcritureNum: it is empty; fill it in the accounting software and export again`,
		`quarantine invoice C001 money=false: nasty_bad_rows.txt line 4: EcritureDate: "20260230" is no day of the calendar; a day is written AAAAMMJJ`,
		`quarantine invoice C008 money=false: nasty_bad_rows.txt line 3: Debit: "12.000,00" is no amount; write it like 12000,00, without a thousands mark`,
		`quarantine payment C001 money=true: nasty_bad_rows.txt line 7: Debit and Credit: both are filled; one of them must be 0,00`,
		`quarantine payment C003 money=true: nasty_bad_rows.txt line 10: Debit and Credit: no amount; fill it in the accounting software and export again`,
	}
	if diff := cmp.Diff(want, b.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	codes := []string{}
	for _, c := range b.Customers {
		codes = append(codes, c.Code)
	}
	if diff := cmp.Diff([]string{"C008", "C001", "C003"}, codes); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	ids := map[string]bool{}
	for _, q := range b.Quarantined {
		if ids[q.ID] {
			t.Errorf("the id %s is borne by two quarantined records", q.ID)
		}
		ids[q.ID] = true
	}
}

func TestNastySpreadsheet(t *testing.T) {
	c := open(t, "testdata/nasty_semicolon_spreadsheet_dates.csv", unnamed)
	_, err := read(t.Context(), c, "")
	refused(t, err, "nasty_semicolon_spreadsheet_dates.csv", "line 2", "EcritureDate", `"01/01/2026" is not AAAAMMJJ`, "spreadsheet", "export the FEC again", `dates = "JJ/MM/AAAA"`)

	// A person who knows that the software writes days so can say it. This
	// file then shows its other fault: its last entry is cut off.
	own := func(c *fec.Config) {
		unnamed(c)
		c.Dates = "JJ/MM/AAAA"
	}
	_, err = read(t.Context(), open(t, "testdata/nasty_semicolon_spreadsheet_dates.csv", own), "")
	if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), "line 13: the last entry does not balance") {
		t.Errorf("got error %v, want ErrUnavailable about line 13", err)
	}

	data, err := os.ReadFile("testdata/nasty_semicolon_spreadsheet_dates.csv")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	whole, _, _ := strings.Cut(string(data), "VE;Ventes;5;")
	put(t, dir, map[string]string{"export.csv": whole})
	c = open(t, filepath.Join(dir, "export.csv"), own)
	b := mustRead(t, c)
	want := []string{
		"invoice C001/F2026-0101 2026-03-01 1200.00 EUR",
		"invoice C001/F2026-0102 2026-03-05 847.50 EUR",
		"invoice C003/F2026-0103 2026-02-10 3600.00 EUR",
		"invoice C008/F2025-0999  120.00 EUR opening",
	}
	if diff := cmp.Diff(want, b.story()); diff != "" {
		t.Errorf("story (-want +got):\n%s", diff)
	}
	report, err := c.Check(t.Context())
	if err != nil || len(report.Problems) != 1 || !strings.Contains(report.Problems[0], "separated by semicolons") {
		t.Errorf("got problems %q and error %v, want one about semicolons", report.Problems, err)
	}
}
