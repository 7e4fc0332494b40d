package demobooks_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/connectors/people"
	"github.com/relanced/relanced/ledger"
)

// lastDays are last days that the calendar makes hard: the middle of a year,
// the turn of it at several distances, a leap day, a May full of holidays.
func lastDays() []string {
	return []string{
		"2026-11-22", "2026-09-16", "2027-01-04", "2027-01-01", "2026-12-31", "2027-01-17", "2027-02-20", "2027-03-15",
		"2024-02-29", "2028-03-01", "2026-05-26", "2027-06-01", "2025-04-22",
	}
}

func books(t *testing.T, last string) *demobooks.Books {
	t.Helper()
	day, err := ledger.ParseDate(last)
	if err != nil {
		t.Fatal(err)
	}
	b, err := demobooks.New(day)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// disk puts each morning's files where the connectors find them.
type disk struct {
	t   *testing.T
	dir string
}

func (d disk) put(files []demobooks.File) {
	d.t.Helper()
	for _, f := range files {
		path := filepath.Join(d.dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			d.t.Fatal(err)
		}
		if err := os.Chtimes(path, f.Time, f.Time); err != nil {
			d.t.Fatal(err)
		}
	}
}

// read opens a connector on the disk as it is on a morning and reads it all.
func (d disk) read(cfg connectors.Config, b *demobooks.Books, morning ledger.Date) connectors.Page {
	d.t.Helper()
	open, err := cfg.Open(connectors.Env{
		Connection: "demo", Dir: d.dir, Zone: b.Zone(), Currency: "EUR", Accounts: []string{b.IBAN()},
		Now: func() time.Time { return morning.In(b.Zone(), 10, 0) },
	})
	if err != nil {
		d.t.Fatal(err)
	}
	var all connectors.Page
	for page, err := range open.(connectors.Reader).Read(context.Background(), connectors.All, "") {
		if err != nil {
			d.t.Fatalf("on %s: %v", morning, err)
		}
		all.Customers = append(all.Customers, page.Customers...)
		all.Contacts = append(all.Contacts, page.Contacts...)
		all.Invoices = append(all.Invoices, page.Invoices...)
		all.Credits = append(all.Credits, page.Credits...)
		all.Payments = append(all.Payments, page.Payments...)
		all.Allocations = append(all.Allocations, page.Allocations...)
		all.BankLines = append(all.BankLines, page.BankLines...)
		all.Quarantined = append(all.Quarantined, page.Quarantined...)
		all.Findings = append(all.Findings, page.Findings...)
		if page.End != nil {
			all.End = page.End
		}
	}
	return all
}

func TestTheConnectorsReadEveryMorningWithoutAFault(t *testing.T) {
	t.Parallel()
	for _, last := range lastDays() {
		t.Run(last, func(t *testing.T) {
			t.Parallel()
			b := books(t, last)
			d := disk{t, t.TempDir()}
			for morning := b.First(); morning <= b.Last(); morning++ {
				files, err := b.Files(morning)
				if err != nil {
					t.Fatal(err)
				}
				d.put(files)
				for path, cfg := range map[string]connectors.Config{
					demobooks.LedgerDir:  &fec.Config{Path: demobooks.LedgerDir},
					demobooks.BankDir:    &bank.Config{Path: demobooks.BankDir},
					demobooks.PeopleFile: &people.Config{Path: demobooks.PeopleFile},
				} {
					if !touched(files, path) || path == demobooks.BankDir && morning.Weekday() != time.Monday {
						continue
					}
					got := d.read(cfg, b, morning)
					for _, q := range got.Quarantined {
						t.Errorf("%s: %T quarantined %s", morning, cfg, q.Reason)
					}
					for _, f := range got.Findings {
						t.Errorf("%s: %T found %s: %s", morning, cfg, f.Kind, f.Text)
					}
				}
			}
		})
	}
}

// touched reports whether some of the files lie at a path or below it.
func touched(files []demobooks.File, path string) bool {
	return slices.ContainsFunc(files, func(f demobooks.File) bool { return strings.HasPrefix(f.Path, path) })
}

func TestTheLedgerAndTheTruthAgree(t *testing.T) {
	t.Parallel()
	for _, last := range lastDays() {
		t.Run(last, func(t *testing.T) {
			t.Parallel()
			b := books(t, last)
			d := disk{t, t.TempDir()}
			for morning := b.First(); morning <= b.Last(); morning++ {
				files, err := b.Files(morning)
				if err != nil {
					t.Fatal(err)
				}
				d.put(files)
			}
			page := d.read(&fec.Config{Path: demobooks.LedgerDir}, b, b.Last())
			if len(page.Invoices) < 35 || len(page.Customers) < 15 {
				t.Errorf("%d invoices of %d customers, want a small company's books", len(page.Invoices), len(page.Customers))
			}
			paid := map[string]int64{}
			for _, a := range page.Allocations {
				paid[a.Item] += a.Amount.Minor()
			}
			open := 0
			for _, inv := range page.Invoices {
				for _, item := range inv.Items {
					want, ok := b.Owed(inv.Number, item.Ordinal, b.Last())
					if !ok {
						t.Fatalf("%s part %d is not in the truth", inv.Number, item.Ordinal)
					}
					got := item.Total.Minor() - paid[item.ID]
					if want > 0 {
						open++
					}
					if got < want {
						t.Errorf("%s part %d: the ledger has %d open, the truth %d: paid in the books and not in the world", inv.Number, item.Ordinal, got, want)
					}
				}
			}
			if open < 8 {
				t.Errorf("%d items are open in the end, want some of each story", open)
			}
		})
	}
}

func TestEveryEntryBalancesAndEveryYearIsWhole(t *testing.T) {
	t.Parallel()
	for _, last := range lastDays() {
		b := books(t, last)
		for morning := b.First(); morning <= b.Last(); morning++ {
			files, err := b.Files(morning)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if strings.HasPrefix(f.Path, demobooks.LedgerDir+"/") {
					balanced(t, f)
				}
			}
		}
	}
}

func balanced(t *testing.T, f demobooks.File) {
	t.Helper()
	text, err := charmap.ISO8859_15.NewDecoder().Bytes(f.Data)
	if err != nil {
		t.Fatal(err)
	}
	year := strings.TrimSuffix(f.Path[strings.Index(f.Path, "FEC")+3:], "1231.txt")
	sums, last := map[string]int64{}, 0
	for n, row := range strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n") {
		cells := strings.Split(row, "\t")
		if len(cells) != 18 {
			t.Fatalf("%s line %d: %d columns, want 18", f.Path, n+1, len(cells))
		}
		if n == 0 {
			continue
		}
		number, err := strconv.Atoi(cells[2])
		if err != nil || number < last || number > last+1 {
			t.Errorf("%s line %d: entry %s after %d, want no gap", f.Path, n+1, cells[2], last)
		}
		last = number
		if !strings.HasPrefix(cells[3], year) {
			t.Errorf("%s line %d: a day of another year: %s", f.Path, n+1, cells[3])
		}
		sums[cells[2]] += cents(t, cells[11]) - cents(t, cells[12])
	}
	for number, sum := range sums {
		if sum != 0 {
			t.Errorf("%s entry %s: debit less credit is %d, want 0", f.Path, number, sum)
		}
	}
}

func cents(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "").Replace(text), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

type statement struct {
	Balances []struct {
		Code string `xml:"Tp>CdOrPrtry>Cd"`
		Amt  string `xml:"Amt"`
		Side string `xml:"CdtDbtInd"`
		Day  string `xml:"Dt>Dt"`
	} `xml:"BkToCstmrStmt>Stmt>Bal"`
	Entries []struct {
		Amt  string `xml:"Amt"`
		Side string `xml:"CdtDbtInd"`
		Ref  string `xml:"AcctSvcrRef"`
	} `xml:"BkToCstmrStmt>Stmt>Ntry"`
}

func TestStatementsAddUpAndChain(t *testing.T) {
	t.Parallel()
	for _, last := range lastDays() {
		b := books(t, last)
		before, seen := int64(0), map[string]bool{}
		for morning := b.First(); morning <= b.Last(); morning++ {
			files, err := b.Files(morning)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if !strings.HasPrefix(f.Path, demobooks.BankDir+"/") {
					continue
				}
				var s statement
				if err := xml.Unmarshal(f.Data, &s); err != nil {
					t.Fatalf("%s: %v", f.Path, err)
				}
				signed := func(amt, side string) int64 {
					if side == "DBIT" {
						return -cents(t, amt)
					}
					return cents(t, amt)
				}
				opening, closing := signed(s.Balances[0].Amt, s.Balances[0].Side), signed(s.Balances[1].Amt, s.Balances[1].Side)
				if before != 0 && opening != before {
					t.Errorf("%s: opens with %d, the one before closed with %d", f.Path, opening, before)
				}
				sum := opening
				for _, e := range s.Entries {
					sum += signed(e.Amt, e.Side)
					if seen[e.Ref] {
						t.Errorf("%s: reference %s is told twice", f.Path, e.Ref)
					}
					seen[e.Ref] = true
				}
				if sum != closing {
					t.Errorf("%s: adds up to %d, closes with %d", f.Path, sum, closing)
				}
				if closing <= 0 {
					t.Errorf("%s: the company is overdrawn by %d", f.Path, closing)
				}
				before = closing
			}
		}
		if len(seen) < 30 {
			t.Errorf("last day %s: %d movements, want a lively account", last, len(seen))
		}
	}
}

func TestTheBankKnowsMoneyUntilTheDayBefore(t *testing.T) {
	t.Parallel()
	b := books(t, "2026-11-22")
	d := disk{t, t.TempDir()}
	held := 0
	for morning := b.First(); morning <= b.Last(); morning++ {
		files, err := b.Files(morning)
		if err != nil {
			t.Fatal(err)
		}
		d.put(files)
		got := d.read(&bank.Config{Path: demobooks.BankDir}, b, morning).End.MoneyUntil
		want := morning - 1
		for want.Weekday() == time.Saturday || want.Weekday() == time.Sunday || want.String() == "2026-11-11" {
			want--
		}
		if got != want {
			held++
		}
		if got > want || held > 6 {
			t.Errorf("%s: money is known until %s, want %s but for one week", morning, got, want)
		}
	}
	if held < 4 {
		t.Errorf("the bank files were late on %d mornings, want a week of them", held)
	}
}

func TestTheSameDayGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	one, two := books(t, "2027-01-17"), books(t, "2027-01-17")
	for morning := one.First(); morning <= one.Last(); morning++ {
		a, err := one.Files(morning)
		if err != nil {
			t.Fatal(err)
		}
		b, err := two.Files(morning)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("%s: the files differ: %s", morning, diff)
		}
	}
}

func TestNobodyCanTakeThePeopleForReal(t *testing.T) {
	t.Parallel()
	b := books(t, "2026-09-16")
	files, err := b.Files(b.First())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Path != demobooks.PeopleFile {
			continue
		}
		r := csv.NewReader(bytes.NewReader(f.Data))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, row := range rows[2:] {
			if mail := row[6]; mail != "" && !strings.HasSuffix(mail, ".example") {
				t.Errorf("%s: %s is an address somebody may have", row[0], mail)
			}
			if row[1] != "" {
				kinds[row[2]]++
			}
		}
		if diff := cmp.Diff(map[string]int{"business": 13, "consumer": 1, "public": 1, "": 1}, kinds); diff != "" {
			t.Errorf("kinds of customers (-want +got): %s", diff)
		}
		return
	}
	t.Error("there is no people file on the first morning")
}

func ExampleBooks_Owed() {
	last, _ := ledger.ParseDate("2026-11-22")
	b, _ := demobooks.New(last)
	fmt.Println(b.First(), b.Last())
	// Output: 2026-09-28 2026-11-22
}
