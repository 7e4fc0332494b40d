package bank_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// ours is the account of the samples.
const ours = "FR7699999000010000001234537"

// told is everything one reading said.
type told struct {
	lines       []ledger.BankLine
	findings    []ledger.Finding
	quarantined []ledger.Quarantined
	ends        map[string]connectors.End
	cursor      connectors.Cursor
	pages       int
}

// open makes a connector over a path, in Paris, on 2 May 2026.
func open(tb testing.TB, c bank.Config) connectors.Powers {
	tb.Helper()
	if faults := c.Validate(); len(faults) > 0 {
		tb.Fatalf("config: %v", faults)
	}
	k, err := c.Open(connectors.Env{
		Connection: "banque", Zone: paris(tb), Accounts: []string{"FR76 9999 9000 0100 0000 1234 537"}, Currency: "EUR",
		Now: func() time.Time { return time.Date(2026, 5, 2, 10, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return connectors.PowersOf(k)
}

func paris(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// read reads everything, and checks what every reading must keep: lines belong
// to their stream, ids are unique, each stream ends once, and only the last
// page moves the cursor.
func read(tb testing.TB, path string, since connectors.Cursor) told {
	tb.Helper()
	return readWith(tb, open(tb, bank.Config{Path: path}), since)
}

func readWith(tb testing.TB, p connectors.Powers, since connectors.Cursor) told {
	tb.Helper()
	r := told{ends: map[string]connectors.End{}, cursor: since}
	ids := map[string]bool{}
	for page, err := range p.Reader.Read(tb.Context(), connectors.Open, since) {
		if err != nil {
			tb.Fatalf("read: %v", err)
		}
		if r.cursor != since {
			tb.Errorf("a page follows the one that moved the cursor")
		}
		r.cursor = page.Next
		r.pages++
		if _, over := r.ends[page.Stream]; over {
			tb.Errorf("stream %q goes on after its end", page.Stream)
		}
		for _, l := range page.BankLines {
			if ids[l.ID] {
				tb.Errorf("line id %s is given twice", l.ID)
			}
			ids[l.ID] = true
			if l.Account != page.Stream {
				tb.Errorf("a line of %q in stream %q", l.Account, page.Stream)
			}
		}
		r.lines = append(r.lines, page.BankLines...)
		r.findings = append(r.findings, page.Findings...)
		r.quarantined = append(r.quarantined, page.Quarantined...)
		if page.End != nil {
			r.ends[page.Stream] = *page.End
		}
	}
	return r
}

// readError reads until the error that must come.
func readError(tb testing.TB, path string) error {
	tb.Helper()
	for page, err := range open(tb, bank.Config{Path: path}).Reader.Read(tb.Context(), connectors.Open, "") {
		if err != nil {
			return err
		}
		if page.End != nil {
			tb.Fatalf("stream %q ended", page.Stream)
		}
	}
	tb.Fatal("no error")
	return nil
}

func sample(name string) string { return filepath.Join("testdata", name) }

// put writes files into a new folder.
func put(tb testing.TB, files map[string]string) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	for name, text := range files {
		write(tb, filepath.Join(dir, name), text)
	}
	return dir
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func day(tb testing.TB, text string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func eur(tb testing.TB, text string) money.Amount {
	tb.Helper()
	a, err := money.Parse(text, money.EUR)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// total adds up the lines that count: neither pending nor in doubt.
func (r told) total(tb testing.TB) string {
	tb.Helper()
	var sum money.Amount
	for _, l := range r.lines {
		if l.Pending || l.Doubt != "" {
			continue
		}
		var err error
		if sum, err = sum.Add(l.Amount); err != nil {
			tb.Fatal(err)
		}
	}
	return sum.Decimal()
}
