package bank_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/ledger"
)

// A statement that is read before its closing day is judged again when the day
// has come, although the file is the same.
func TestAStatementIsJudgedAgainOnItsClosingDay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, err := os.ReadFile("testdata/camt053-001-02.xml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "april.xml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 29, 10, 0, 0, 0, time.UTC)
	config := bank.Kind().NewConfig().(*bank.Config)
	config.Path = dir
	c, err := config.Open(connectors.Env{Connection: "bank", Zone: time.UTC, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	read := func(since connectors.Cursor) (until ledger.Date, unchanged bool, next connectors.Cursor) {
		next = since
		for page, err := range c.(connectors.Reader).Read(t.Context(), connectors.Delta, since) {
			if err != nil {
				t.Fatal(err)
			}
			if page.Next != "" {
				next = page.Next
			}
			if page.End != nil && page.End.Account != "" {
				until, unchanged = page.End.MoneyUntil, page.End.Unchanged
			}
		}
		return until, unchanged, next
	}
	until, _, cursor := read("")
	if until.Known() {
		t.Fatalf("on 29 April money is known until %s by a statement that closes on the 30th", until)
	}
	if _, unchanged, _ := read(cursor); !unchanged {
		t.Error("the same day the same file is read again")
	}
	now = now.AddDate(0, 0, 1)
	until, unchanged, _ := read(cursor)
	if unchanged || until.String() != "2026-04-30" {
		t.Errorf("on 30 April money is known until %q (unchanged %v), want 2026-04-30", until, unchanged)
	}
}
