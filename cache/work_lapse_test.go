package cache_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

func TestAnApprovalIsForTheFactsThatWereShown(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		shown := q.proposed("ada")
		q.want([]ledger.UID{"ada"}, reminder("ada", 9900))
		if n := q.approve(shown); n != 0 {
			t.Errorf("%d approved on facts that have changed since, want 0", n)
		}
		now := q.entry(shown.Key)
		if n := q.approve(now); n != 1 {
			t.Errorf("%d approved, want 1", n)
		}
		if n := q.approve(now); n != 0 {
			t.Errorf("%d approved a second time, want 0", n)
		}
		if e := q.entry(shown.Key); e.Approval.Facts != now.Facts || e.Approval.By != "ann" {
			t.Errorf("approval %+v, want ann's for %s", e.Approval, now.Facts)
		}
		q.want([]ledger.UID{"ada"}, reminder("ada", 5000))
		if e := q.entry(shown.Key); e.State != outbox.Proposed || e.Approval.By != "" {
			t.Errorf("entry is %s, approved by %q; want proposed without approval", e.State, e.Approval.By)
		}
	})
}

func TestOneKeyThroughAllWishes(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		key := q.approved("ada").Key
		q.want([]ledger.UID{"ada"})
		if e := q.entry(key); e.State != outbox.Superseded {
			t.Errorf("entry is %s, want superseded", e.State)
		}
		q.want([]ledger.UID{"ada"}, reminder("ada", 12000))
		if e := q.entry(key); e.State != outbox.Proposed {
			t.Errorf("entry is %s, want proposed again", e.State)
		}
		if d := q.want([]ledger.UID{"ada"}, reminder("ada", 12000)); !d.Empty() {
			t.Errorf("what is there already makes the difference %+v", d)
		}
	})
}

// TestApplyLeavesWhatMovedOn: the plan was made on rows that somebody has moved
// since.
func TestApplyLeavesWhatMovedOn(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.approved("ada")
		stale := outbox.Plan(q.company, nil, []outbox.Entry{e}, nil)
		leased, err := q.lease()
		if err != nil {
			t.Fatal(err)
		}
		stale.Create = outbox.Plan(q.company, []outbox.Wanted{reminder("bob", 100)}, nil, nil).Create
		if err := db.Apply(t.Context(), q.company, stale); err != nil {
			t.Errorf("Apply: %v", err)
		}
		q.unchanged(leased)
		if got := q.entry(stale.Create[0].Key); got.State != outbox.Proposed {
			t.Errorf("the rest of the plan: %s, want proposed", got.State)
		}
	})
}

func TestWhatLapses(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		ours := q.leased("ours")
		approved := q.approved("approved")
		older, err := db.Lease(t.Context(), q.company, outbox.Lease{Owner: "worker-0", Epoch: q.epoch, Until: clock.Now().Add(time.Hour)}, all)
		if err != nil || older.Key != approved.Key {
			t.Fatalf("lease: %s, %v", older.Key, err)
		}
		// The second is held by a worker of an older epoch.
		if err := db.EndWork(t.Context(), q.epoch); err != nil {
			t.Fatal(err)
		}
		q.epoch = q.take("worker-2")
		ours.Lease.Epoch = q.epoch
		if ours, err = db.Move(t.Context(), outbox.Leased, with(ours, outbox.Approved)); err != nil {
			t.Fatal(err)
		}
		if ours, err = q.lease(); err != nil {
			t.Fatal(err)
		}
		waiting := q.approved("waiting")
		lapse := func() map[ledger.UID]outbox.State {
			t.Helper()
			if err := db.Lapse(t.Context(), q.company, q.epoch); err != nil {
				t.Fatal(err)
			}
			got := map[ledger.UID]outbox.State{}
			for _, key := range []string{ours.Key, older.Key, waiting.Key} {
				e := q.entry(key)
				got[e.Customer] = e.State
			}
			return got
		}
		want := map[ledger.UID]outbox.State{"ours": outbox.Leased, "approved": outbox.Approved, "waiting": outbox.Approved}
		if diff := cmp.Diff(want, lapse()); diff != "" {
			t.Errorf("at once (-want +got):\n%s", diff)
		}
		clock.Move(time.Hour + time.Millisecond)
		want["ours"] = outbox.Approved
		if diff := cmp.Diff(want, lapse()); diff != "" {
			t.Errorf("when the lease has run out (-want +got):\n%s", diff)
		}
		clock.Move(72 * time.Hour)
		want = map[ledger.UID]outbox.State{"ours": outbox.Proposed, "approved": outbox.Proposed, "waiting": outbox.Proposed}
		if diff := cmp.Diff(want, lapse()); diff != "" {
			t.Errorf("when the approvals have run out (-want +got):\n%s", diff)
		}
		if e := q.entry(waiting.Key); e.Approval.By != "" {
			t.Errorf("the approval %+v outlived its time", e.Approval)
		}
	})
}

func with(e outbox.Entry, s outbox.State) outbox.Entry {
	e.State = s
	return e
}

func TestAnEntryIsFoundByTheBeginningOfItsKey(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.proposed("ada")
		q.proposed("bob")
		if got, err := db.Entry(t.Context(), q.company, e.Key[:12]); err != nil || got.Key != e.Key {
			t.Errorf("by its beginning: %q, %v", got.Key, err)
		}
		other, err := db.EnsureCompany(t.Context(), "Autre")
		if err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]struct {
			company ledger.UID
			key     string
		}{
			"two begin so": {q.company, "rl-"}, "none begins so": {q.company, "rl-zz"}, "a sign of SQL's": {q.company, "%" + e.Key[4:]},
			"another company": {other, e.Key},
		} {
			if got, err := db.Entry(t.Context(), ask.company, ask.key); !errors.Is(err, cache.ErrNotFound) {
				t.Errorf("%s: %q, %v; want ErrNotFound", name, got.Key, err)
			}
		}
	})
}

// TestAJudgementStandsOnWhatHasBeenWorkedOut: a version alone does not tell
// that the position is of that version.
func TestAJudgementStandsOnWhatHasBeenWorkedOut(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		q.put(books())
		customer := q.uid(ledger.KindCustomer, "C1")
		standing := func(want bool, when string) {
			t.Helper()
			v, current, err := db.Standing(t.Context(), q.company, customer)
			if err != nil || current != want || v != q.versions(customer) {
				t.Errorf("%s: %+v current %t, %v; want %t", when, v, current, err, want)
			}
		}
		standing(false, "before anything is worked out")
		q.match()
		standing(false, "before the position is worked out")
		q.putCase(customer, q.versions(customer).Customer)
		standing(true, "when it is worked out")
		if _, err := db.Hold(t.Context(), q.company, ledger.Hold{Kind: ledger.HoldPause, Customer: customer, Reason: "we talk"}); err != nil {
			t.Fatal(err)
		}
		standing(false, "after a hold was put down")
		q.putCase(customer, q.versions(customer).Customer)
		standing(true, "when that is worked out")
		if err := db.Attest(t.Context(), q.company, date("2026-04-20"), "ann"); err != nil {
			t.Fatal(err)
		}
		standing(false, "after a person's word about money")
	})
}
