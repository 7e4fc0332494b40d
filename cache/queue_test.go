package cache_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// tray is a company's queue, in a test.
type tray struct {
	*shop
	epoch int64
}

func newTray(t *testing.T, db *cache.DB, clock *cachetest.Clock) *tray {
	t.Helper()
	q := &tray{shop: newShop(t, db, clock)}
	q.epoch = q.take("worker-1")
	return q
}

func (q *tray) take(owner string) int64 {
	q.t.Helper()
	epoch, err := q.db.TakeWork(q.t.Context(), owner, time.Hour)
	if err != nil {
		q.t.Fatal(err)
	}
	return epoch
}

// reminder is what is wanted of a customer about an amount.
func reminder(customer ledger.UID, cents int64) outbox.Wanted {
	item := "item-of-" + customer
	n := policy.Notice{
		Customer: customer, Anchor: item, Episode: 1, Rung: "rappel", Severity: ledger.Friendly, Verb: ledger.VerbMail,
		Template: "rappel-aimable", Language: "fr", To: ledger.Contact{Mail: string(customer) + "@client.example"},
		Lines: []policy.NoticeLine{{Item: item, Number: "F1", Due: date("2026-04-01"), Open: money.New(cents, money.EUR), Step: "rappel", Episode: 1}},
	}
	return outbox.NoticeWanted(n, "channel", "v1", nil)
}

// want brings the queue of the customers to what is wanted of them.
func (q *tray) want(customers []ledger.UID, wanted ...outbox.Wanted) outbox.Difference {
	q.t.Helper()
	queued, err := q.db.Entries(q.t.Context(), q.company, customers...)
	if err != nil {
		q.t.Fatal(err)
	}
	d := outbox.Plan(q.company, wanted, queued, nil)
	if err := q.db.Apply(q.t.Context(), q.company, d); err != nil {
		q.t.Fatal(err)
	}
	return d
}

// proposed queues one reminder.
func (q *tray) proposed(customer ledger.UID) outbox.Entry {
	q.t.Helper()
	d := q.want([]ledger.UID{customer}, reminder(customer, 12000))
	return q.entry(d.Create[0].Key)
}

// approved queues one reminder and releases it.
func (q *tray) approved(customer ledger.UID) outbox.Entry {
	q.t.Helper()
	e := q.proposed(customer)
	if n := q.approve(e); n != 1 {
		q.t.Fatalf("%d approved, want 1", n)
	}
	return q.entry(e.Key)
}

func (q *tray) approve(entries ...outbox.Entry) int {
	q.t.Helper()
	n, err := q.db.Approve(q.t.Context(), entries, "ann", q.clock.Now().Add(72*time.Hour))
	if err != nil {
		q.t.Fatal(err)
	}
	return n
}

func (q *tray) entry(key string) outbox.Entry {
	q.t.Helper()
	e, err := q.db.Entry(q.t.Context(), q.company, key)
	if err != nil {
		q.t.Fatal(err)
	}
	return e
}

func all(outbox.Entry) bool { return true }

func (q *tray) lease() (outbox.Entry, error) {
	return q.db.Lease(q.t.Context(), q.company, outbox.Lease{Owner: "worker-1", Epoch: q.epoch, Until: q.clock.Now().Add(time.Hour)}, all)
}

// leased queues, releases and leases one reminder.
func (q *tray) leased(customer ledger.UID) outbox.Entry {
	q.t.Helper()
	q.approved(customer)
	e, err := q.lease()
	if err != nil || e.Customer != customer {
		q.t.Fatalf("lease: %s, %v", e.Customer, err)
	}
	return e
}

func (q *tray) versions(customer ledger.UID) outbox.Versions {
	q.t.Helper()
	v, err := q.db.Versions(q.t.Context(), q.company, customer)
	if err != nil {
		q.t.Fatal(err)
	}
	return v
}

func (q *tray) intent() outbox.Intent {
	now := q.clock.Now()
	return outbox.Intent{
		At: now, Epoch: q.epoch, Recipient: "ada@client.example", BodyHash: "hash", MessageID: "id@example",
		Deadline: now.Add(time.Minute), Settle: now.Add(2 * time.Minute),
	}
}

// intended takes one reminder as far as its intent.
func (q *tray) intended(customer ledger.UID) outbox.Entry {
	q.t.Helper()
	e, err := q.db.Intend(q.t.Context(), q.leased(customer), q.intent(), q.versions(customer))
	if err != nil {
		q.t.Fatal(err)
	}
	return e
}

// move moves an entry, which must be possible.
func (q *tray) move(from outbox.State, e outbox.Entry, to outbox.State) outbox.Entry {
	q.t.Helper()
	e.State, e.Why = to, "moved by a test"
	moved, err := q.db.Move(q.t.Context(), from, e)
	if err != nil {
		q.t.Fatal(err)
	}
	return moved
}

// unchanged checks that nothing was written.
func (q *tray) unchanged(before outbox.Entry) {
	q.t.Helper()
	if diff := cmp.Diff(before, q.entry(before.Key), exact()); diff != "" {
		q.t.Errorf("the row has changed (-before +after):\n%s", diff)
	}
}

func TestAKeyIsQueuedOnce(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		d := outbox.Plan(q.company, []outbox.Wanted{reminder("ada", 12000)}, nil, nil)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := db.Apply(t.Context(), q.company, d); err != nil && !errors.Is(err, cache.ErrConflict) {
					t.Errorf("Apply: %v", err)
				}
			})
		}
		wg.Wait()
		first := q.entry(d.Create[0].Key)
		d.Create[0].Why = "another wish for the same"
		if err := db.Apply(t.Context(), q.company, d); err != nil {
			t.Errorf("Apply again: %v", err)
		}
		q.unchanged(first)
		if entries, err := db.Entries(t.Context(), q.company); err != nil || len(entries) != 1 {
			t.Errorf("%d entries, %v; want one", len(entries), err)
		}
	})
}

func TestAnEntryComesBackWhole(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.intended("ada")
		e.Receipt = outbox.Receipt{At: clock.Now().Add(time.Second), RemoteID: "m-1", Note: "in the tool"}
		e.Tries, e.NotBefore, e.Expires = 3, clock.Now().Add(time.Minute), clock.Now().Add(time.Hour)
		confirmed := q.move(outbox.Intended, e, outbox.Confirmed)
		if diff := cmp.Diff(confirmed, q.entry(e.Key), exact()); diff != "" {
			t.Errorf("the stored entry differs (-given +stored):\n%s", diff)
		}
		if confirmed.Version != e.Version+1 || !confirmed.Changed.Equal(clock.Now()) {
			t.Errorf("version %d changed at %s", confirmed.Version, confirmed.Changed)
		}
		events, err := db.EntryLog(t.Context(), q.company, e.Key)
		if err != nil {
			t.Fatal(err)
		}
		var states []string
		for _, ev := range events {
			states = append(states, ev.Actor+": "+ev.State)
		}
		want := []string{"policy: proposed", "ann: approved", "worker-1: leased", "worker-1: intent", "worker-1: confirmed"}
		if diff := cmp.Diff(want, states); diff != "" {
			t.Errorf("every change is logged (-want +got):\n%s", diff)
		}
	})
}

func TestTheOldestReleasedEntryIsLeased(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		q.proposed("never-released")
		first := q.approved("ada")
		clock.Move(time.Second)
		second := q.approved("bob")
		for _, want := range []outbox.Entry{first, second} {
			e, err := q.lease()
			if err != nil || e.Key != want.Key || e.State != outbox.Leased || e.Lease.Epoch != q.epoch {
				t.Errorf("leased %s (%s) by epoch %d, %v; want %s", e.Key, e.State, e.Lease.Epoch, err, want.Key)
			}
		}
		if _, err := q.lease(); !errors.Is(err, outbox.ErrEmpty) {
			t.Errorf("a third lease: %v, want ErrEmpty", err)
		}
	})
}

// TestTwoWorkersNeverLeaseTheSame holds within one epoch, too.
func TestTwoWorkersNeverLeaseTheSame(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		const entries = 24
		for i := range entries {
			q.approved(ledger.UID(fmt.Sprintf("c%02d", i)))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		got := map[string]int{}
		for range 4 {
			wg.Go(func() {
				for range 3 * entries { // rows another worker has locked are passed over: then it is empty for a moment
					e, err := q.lease()
					if errors.Is(err, outbox.ErrEmpty) || errors.Is(err, cache.ErrBusy) {
						continue
					}
					if err != nil {
						t.Errorf("lease: %v", err)
						return
					}
					mu.Lock()
					got[e.Key]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(got) != entries {
			t.Errorf("%d entries were leased, want %d", len(got), entries)
		}
		for key, n := range got {
			if n != 1 {
				t.Errorf("entry %s was leased %d times", key, n)
			}
		}
	})
}

func TestWhatIsNotLeased(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.intended("ada")
		e.NotBefore = clock.Now().Add(time.Minute)
		e = q.move(outbox.Intended, e, outbox.Unsent)
		none := func(when string) {
			t.Helper()
			if _, err := q.lease(); !errors.Is(err, outbox.ErrEmpty) {
				t.Errorf("%s: lease: %v, want ErrEmpty", when, err)
			}
		}
		none("while it backs off")
		clock.Move(time.Minute)
		other, err := db.EnsureCompany(t.Context(), "Autre")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Lease(t.Context(), other, outbox.Lease{Epoch: q.epoch}, all); !errors.Is(err, outbox.ErrEmpty) {
			t.Errorf("another company's lease: %v, want ErrEmpty", err)
		}
		clock.Move(72 * time.Hour)
		none("after its approval ran out")
		clock.Move(-72 * time.Hour)
		again, err := q.lease()
		if err != nil || again.Key != e.Key || again.State != outbox.Leased {
			t.Errorf("leased %s (%s), %v; want the one that was unsent", again.Key, again.State, err)
		}
	})
}

// exact compares amounts of money as they are.
func exact() cmp.Option { return cmp.Comparer(func(a, b money.Amount) bool { return a == b }) }
