package cache_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
)

func TestHoldsLastUntilReleased(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		given := ledger.Hold{
			Kind: ledger.HoldDispute, Customer: "ada", Invoice: "inv", Item: "item", Source: "person", Owner: "ann", Reason: "half of it came",
			From: date("2026-04-22"), Until: date("2026-05-01"),
		}
		before := q.versions("ada")
		made, err := db.Hold(t.Context(), q.company, given)
		if err != nil || made.UID == "" {
			t.Fatalf("Hold: %+v, %v", made, err)
		}
		if now := q.versions("ada"); now.Customer <= before.Customer {
			t.Errorf("a hold does not move its customer: version %d, then %d", before.Customer, now.Customer)
		}
		if _, err := db.Hold(t.Context(), q.company, ledger.Hold{Kind: ledger.HoldPause, Customer: "bob", Reason: "moving"}); err != nil {
			t.Fatal(err)
		}
		holds, err := db.Holds(t.Context(), q.company, "ada")
		if err != nil {
			t.Fatal(err)
		}
		given.UID = made.UID
		if diff := cmp.Diff([]ledger.Hold{given}, holds, exact()); diff != "" {
			t.Errorf("ada's holds (-given +stored):\n%s", diff)
		}
		held := q.versions("ada")
		if err := db.Release(t.Context(), q.company, made.UID, "all came", "bea"); err != nil {
			t.Fatal(err)
		}
		if now := q.versions("ada"); now.Customer <= held.Customer {
			t.Errorf("a release does not move its customer: version %d, then %d", held.Customer, now.Customer)
		}
		if err := db.Release(t.Context(), q.company, made.UID, "again", "bea"); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("a second release: %v, want ErrNotFound", err)
		}
		if holds, err = db.Holds(t.Context(), q.company); err != nil || len(holds) != 1 || holds[0].Customer != "bob" {
			t.Errorf("holds in force: %+v, %v; want bob's", holds, err)
		}
	})
}

func TestACallIsKeptWithTheHoldThatFollows(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		call := cache.Call{
			Customer: "ada", Entry: "rl-1", Verb: ledger.VerbCall, Outcome: ledger.Outcome("promised"), Day: date("2026-04-22"), Who: "ann",
			Note: "on Friday", Promise: money.New(5000, money.EUR), By: date("2026-04-24"),
		}
		hold := ledger.Hold{Kind: ledger.HoldPromise, Customer: "ada", Reason: "promised", Until: date("2026-04-24")}
		if err := db.LogCall(t.Context(), q.company, call, &hold); err != nil {
			t.Fatal(err)
		}
		if err := db.LogCall(t.Context(), q.company, cache.Call{Customer: "bob", Verb: ledger.VerbCall, Day: date("2026-04-22")}, nil); err != nil {
			t.Fatal(err)
		}
		calls, err := db.Calls(t.Context(), q.company, "ada")
		if err != nil || len(calls) != 1 {
			t.Fatalf("ada's calls: %+v, %v", calls, err)
		}
		call.UID = calls[0].UID
		if diff := cmp.Diff(call, calls[0], exact()); diff != "" {
			t.Errorf("the call (-given +stored):\n%s", diff)
		}
		if holds, err := db.Holds(t.Context(), q.company); err != nil || len(holds) != 1 || holds[0].Kind != ledger.HoldPromise {
			t.Errorf("holds: %+v, %v; want the promise", holds, err)
		}
		if got := q.dirty(); got["ada"] == 0 || got["bob"] == 0 {
			t.Errorf("dirty %v, want both customers", got)
		}
		if calls, err = db.Calls(t.Context(), q.company); err != nil || len(calls) != 2 {
			t.Errorf("all calls: %d, %v", len(calls), err)
		}
	})
}

// TestARefusalHoldsAndLeavesNoDeadKey: the wish comes back after the hold.
func TestARefusalHoldsAndLeavesNoDeadKey(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.approved("ada")
		made, err := db.Reject(t.Context(), e.Key, q.company, ledger.Hold{Kind: ledger.HoldRejected, Customer: "ada", Reason: "we meet"}, "ann")
		if err != nil {
			t.Fatal(err)
		}
		if got := q.entry(e.Key); got.State != outbox.Superseded || got.Approval.By != "" || got.Why != "refused by ann: we meet" {
			t.Errorf("entry is %s, approved by %q: %s", got.State, got.Approval.By, got.Why)
		}
		if err := db.Release(t.Context(), q.company, made.UID, "we have met", "ann"); err != nil {
			t.Fatal(err)
		}
		q.want([]ledger.UID{"ada"}, reminder("ada", 12000))
		if got := q.entry(e.Key); got.State != outbox.Proposed {
			t.Errorf("wanted again it is %s, want proposed under the same key", got.State)
		}
		if _, err := db.Reject(t.Context(), "rl-none", q.company, ledger.Hold{Customer: "ada"}, "ann"); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("refusing what is not there: %v, want ErrNotFound", err)
		}
		sent := q.intended("bob")
		if _, err := db.Reject(t.Context(), sent.Key, q.company, ledger.Hold{Customer: "bob", Reason: "too late"}, "ann"); !errors.Is(err, outbox.ErrTransition) {
			t.Errorf("refusing what may have left: %v, want ErrTransition", err)
		}
		if holds, err := db.Holds(t.Context(), q.company, "bob"); err != nil || len(holds) != 0 {
			t.Errorf("the failed refusal left %d holds, %v", len(holds), err)
		}
	})
}

// TestWhatAPersonSaysOfAnUnknownFate settles it.
func TestWhatAPersonSaysOfAnUnknownFate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		from         outbox.State
		sent, repeat bool
		want         outbox.State
		attempts     int
		fault        error
	}{
		"it arrived":                  {outbox.NeedsHuman, true, false, outbox.Confirmed, 1, nil},
		"it is lost":                  {outbox.NeedsHuman, false, true, outbox.Cancelled, 2, nil},
		"give it up":                  {outbox.NeedsHuman, false, false, outbox.Cancelled, 1, nil},
		"it arrived before we looked": {outbox.InDoubt, true, false, outbox.Confirmed, 1, nil},
		"lost, but nobody has looked": {outbox.InDoubt, false, true, outbox.InDoubt, 1, outbox.ErrTransition},
		"refused, and tried again":    {outbox.Rejected, false, true, outbox.Rejected, 2, nil},
		"refused, and yet arrived":    {outbox.Rejected, true, false, outbox.Rejected, 1, outbox.ErrTransition},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
				q := newTray(t, db, clock)
				e := q.intended("ada")
				if tt.from == outbox.Rejected {
					e = q.move(outbox.Intended, e, outbox.Rejected)
				} else {
					e = q.move(outbox.Intended, e, outbox.InDoubt)
				}
				if tt.from == outbox.NeedsHuman {
					e = q.move(outbox.InDoubt, e, outbox.NeedsHuman)
				}
				err := db.SettleEntry(t.Context(), q.company, e.Key, tt.sent, tt.repeat, "she says so", "ann")
				if !errors.Is(err, tt.fault) {
					t.Errorf("SettleEntry: %v, want %v", err, tt.fault)
				}
				if got := q.entry(e.Key); got.State != tt.want {
					t.Errorf("entry is %s, want %s", got.State, tt.want)
				}
				entries, err := db.Entries(t.Context(), q.company, "ada")
				if err != nil || len(entries) != tt.attempts {
					t.Fatalf("%d attempts, %v; want %d", len(entries), err, tt.attempts)
				}
				for _, next := range entries {
					if next.Attempt == 2 && (next.State != outbox.Proposed || next.Approval.By != "" || next.Intent.BodyHash != "" || next.Key == e.Key) {
						t.Errorf("the next attempt %+v, want one proposed under a key of its own", next)
					}
				}
			})
		})
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		other, err := db.EnsureCompany(t.Context(), "Autre")
		if err != nil {
			t.Fatal(err)
		}
		judged := q.versions("ada")
		for _, s := range []struct {
			scope   string
			subject ledger.UID
			reason  string
		}{
			{cache.ScopeAll, "", "first"}, {cache.ScopeAll, "", "an audit"}, {cache.ScopeConnection, "channel", "moving"}, {cache.ScopeCustomer, "ada", "we talk"},
		} {
			if err := db.Stop(t.Context(), q.company, s.scope, s.subject, s.reason, "ann"); err != nil {
				t.Fatal(err)
			}
		}
		if q.versions("ada") == judged {
			t.Error("a switch leaves judgements standing that were made before it")
		}
		got, err := db.Switches(t.Context(), q.company)
		if err != nil {
			t.Fatal(err)
		}
		want := outbox.Switches{All: "an audit", Connections: map[ledger.UID]string{"channel": "moving"}, Customers: map[ledger.UID]string{"ada": "we talk"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("switches (-want +got):\n%s", diff)
		}
		if got, err := db.Switches(t.Context(), other); err != nil || got.All != "" || len(got.Connections)+len(got.Customers) != 0 {
			t.Errorf("another company's switches: %+v, %v", got, err)
		}
		if err := db.Resume(t.Context(), q.company, cache.ScopeAll, ""); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Switches(t.Context(), q.company); err != nil || got.All != "" || got.Customers["ada"] != "we talk" {
			t.Errorf("after one was lifted: %+v, %v", got, err)
		}
	})
}
