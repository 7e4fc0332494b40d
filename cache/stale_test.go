package cache_test

import (
	"errors"
	"testing"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// held is the case of the customer with a hold, as somebody works it out who
// has seen the hold.
func (q *tray) held(customer ledger.UID) policy.Case {
	c := q.caseOf(customer)
	c.Holds = []ledger.Hold{{Kind: ledger.HoldPause, Customer: customer, Reason: "we talk"}}
	return c
}

// TestALateWriterDoesNotPutBackAnOldCase: the worker read the facts, a person
// put down a hold and looked at the plan, which worked the case out anew, and
// only then the worker stores what it made.
func TestALateWriterDoesNotPutBackAnOldCase(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]func(q *tray, customer ledger.UID) policy.Case{
		"something is open": func(q *tray, customer ledger.UID) policy.Case { return q.caseOf(customer) },
		"nothing is any more": func(_ *tray, customer ledger.UID) policy.Case {
			return policy.Case{Position: reconcile.Position{Customer: customer}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
				q := newTray(t, db, clock)
				q.put(books())
				q.match()
				customer := q.uid(ledger.KindCustomer, "C1")
				read := q.dirty()[customer]
				if _, err := db.Hold(t.Context(), q.company, ledger.Hold{Kind: ledger.HoldPause, Customer: customer, Reason: "we talk"}); err != nil {
					t.Fatal(err)
				}
				put := func(c policy.Case, version int64) {
					t.Helper()
					if err := db.PutCases(t.Context(), q.company, []policy.Case{c}, map[ledger.UID]int64{customer: version}); err != nil {
						t.Fatal(err)
					}
				}
				put(late(q, customer), read)
				if _, err := db.Case(t.Context(), q.company, customer); !errors.Is(err, cache.ErrNotFound) || len(q.dirty()) != 1 {
					t.Errorf("before the plan: %v, dirty %v; want nothing stored and the customer dirty", err, q.dirty())
				}
				put(q.held(customer), q.dirty()[customer])
				put(late(q, customer), read)
				c, err := db.Case(t.Context(), q.company, customer)
				if err != nil || len(c.Holds) != 1 {
					t.Errorf("the case has %d holds, %v; want the one that was put down", len(c.Holds), err)
				}
				if _, current, err := db.Standing(t.Context(), q.company, customer); err != nil || !current {
					t.Errorf("current %t, %v; want that the newer case stands", current, err)
				}
			})
		})
	}
}

// TestWhatWasDecidedOnAnOldCaseIsNotStored: the cases were read minutes ago.
func TestWhatWasDecidedOnAnOldCaseIsNotStored(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		q.put(books())
		customer, today := q.uid(ledger.KindCustomer, "C1"), date("2026-04-22")
		q.putCase(customer, q.dirty()[customer])
		var read cache.Shelved
		for c, err := range db.Cases(t.Context(), q.company, cache.CaseFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			read = c
		}
		put := func(version int64, verdict policy.Verdict) {
			t.Helper()
			out := policy.Outcome{Decisions: []policy.Decision{{Item: "i1", Verdict: verdict, Again: today + 9}}, Again: today + 9}
			if err := db.PutDecisions(t.Context(), q.company, today, []cache.Decided{{Customer: customer, Version: version, Outcome: out}}); err != nil {
				t.Fatal(err)
			}
		}
		standing := func(due int, want ...policy.Verdict) {
			t.Helper()
			rows, err := db.Decisions(t.Context(), q.company, customer)
			if err != nil || len(rows) != len(want) || len(want) > 0 && rows[0].Decision.Verdict != want[0] {
				t.Errorf("in force: %+v, %v, want %v", rows, err, want)
			}
			if got := q.cases(cache.CaseFilter{Due: today}); len(got) != due {
				t.Errorf("%d customers are due, want %d", len(got), due)
			}
		}
		if _, err := db.Hold(t.Context(), q.company, ledger.Hold{Kind: ledger.HoldPause, Customer: customer, Reason: "we talk"}); err != nil {
			t.Fatal(err)
		}
		now := q.versions(customer).Customer
		unmoved, err := db.Unmoved(t.Context(), q.company, map[ledger.UID]int64{customer: read.Version})
		if err != nil || unmoved[customer] {
			t.Errorf("version %d counts as unmoved, %v; the facts have %d", read.Version, err, now)
		}
		put(read.Version, policy.Act)
		standing(1)
		if err := db.PutCases(t.Context(), q.company, []policy.Case{q.held(customer)}, map[ledger.UID]int64{customer: now}); err != nil {
			t.Fatal(err)
		}
		put(read.Version, policy.Act)
		standing(1)
		put(now, policy.Held)
		standing(0, policy.Held)
		put(read.Version, policy.Act)
		standing(0, policy.Held)
		// The last of the debt is paid: its decisions end with the case.
		if err := db.PutCases(t.Context(), q.company, []policy.Case{{Position: reconcile.Position{Customer: customer}}}, map[ledger.UID]int64{customer: now}); err != nil {
			t.Fatal(err)
		}
		standing(0)
	})
}
