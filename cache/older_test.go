package cache_test

import (
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// An earlier export put in the place of a later one lacks the newest payments.
// Three are few, and yet those who made them would be reminded.
func TestAnEarlierExportInThePlaceOfALaterHolds(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		later, earlier := books(), books()
		later.Stream, earlier.Stream = "2026", "2026"
		later.End = &connectors.End{AsOf: time.Date(2026, 4, 29, 0, 0, 0, 0, time.UTC), Complete: true, Count: -1}
		earlier.End = &connectors.End{AsOf: time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC), Complete: true, Count: -1}
		paid := earlier.Payments
		earlier.Payments, earlier.Allocations = nil, nil
		if len(paid) == 0 {
			t.Fatal("the books have no payment to lose")
		}
		put := func(p connectors.Page, gone ...connectors.Unseen) {
			t.Helper()
			if _, err := db.PutPages(t.Context(), s.company, s.connection, connectors.Portion{
				Pages: []connectors.Page{p}, Vanished: gone, Ended: []string{"2026"},
			}); err != nil {
				t.Fatal(err)
			}
		}
		put(later)
		var gone []connectors.Unseen
		for _, p := range paid {
			gone = append(gone, connectors.Unseen{Stream: "2026", Kind: ledger.KindPayment, ID: p.ID, Customer: p.Customer})
		}
		put(earlier, gone...)
		found, err := db.Findings(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		held := false
		for _, f := range found {
			held = held || f.Kind == string(ledger.FindingShrunken) && f.Holds && strings.Contains(f.Text, "payment")
		}
		if !held {
			t.Errorf("an export that ends nine days earlier took %d payments away and holds nobody: %+v", len(paid), found)
		}
	})
}
