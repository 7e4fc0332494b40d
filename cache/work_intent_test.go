package cache_test

import (
	"errors"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

func TestALeaseOrIntentOfAnOlderEpochIsRefused(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		e := q.leased("ada")
		if err := db.EndWork(t.Context(), q.epoch); err != nil {
			t.Fatal(err)
		}
		q.take("worker-2")
		if _, err := q.lease(); !errors.Is(err, outbox.ErrFenced) {
			t.Errorf("lease: %v, want ErrFenced", err)
		}
		got, err := db.Intend(t.Context(), e, q.intent(), q.versions("ada"))
		if !errors.Is(err, outbox.ErrFenced) || got.Key != e.Key {
			t.Errorf("intend: entry %q, %v; want the one given and ErrFenced", got.Key, err)
		}
		q.unchanged(e)
	})
}

// TestWhatAnIntentChecks: everything that may have changed since the look.
func TestWhatAnIntentChecks(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(q *tray, e *outbox.Entry, in *outbox.Intent, v *outbox.Versions) error{
		"no approval": func(_ *tray, e *outbox.Entry, _ *outbox.Intent, _ *outbox.Versions) error {
			e.Approval.By = ""
			return nil
		},
		"approval of other facts": func(_ *tray, e *outbox.Entry, _ *outbox.Intent, _ *outbox.Versions) error {
			e.Facts = "others"
			return nil
		},
		"approval has lapsed": func(_ *tray, e *outbox.Entry, in *outbox.Intent, _ *outbox.Versions) error {
			in.At = e.Approval.Until.Add(time.Millisecond)
			return nil
		},
		"the customer has moved": func(_ *tray, _ *outbox.Entry, _ *outbox.Intent, v *outbox.Versions) error { v.Customer--; return nil },
		"the company has moved":  func(_ *tray, _ *outbox.Entry, _ *outbox.Intent, v *outbox.Versions) error { v.Company--; return nil },
		"a switch is on": func(q *tray, _ *outbox.Entry, _ *outbox.Intent, v *outbox.Versions) error {
			err := q.db.Stop(q.t.Context(), q.company, cache.ScopeAll, "", "an audit", "ann")
			*v = q.versions("ada")
			return err
		},
		"another row": func(_ *tray, e *outbox.Entry, _ *outbox.Intent, _ *outbox.Versions) error { e.Version--; return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
				q := newTray(t, db, clock)
				before := q.leased("ada")
				e, in, v := before, q.intent(), q.versions("ada")
				if err := spoil(q, &e, &in, &v); err != nil {
					t.Fatal(err)
				}
				got, err := db.Intend(t.Context(), e, in, v)
				if !errors.Is(err, outbox.ErrChanged) {
					t.Errorf("Intend: %v, want ErrChanged", err)
				}
				if got.Key != e.Key || got.State != outbox.Leased {
					t.Errorf("it gave back %q (%s), want the entry given", got.Key, got.State)
				}
				q.unchanged(before)
			})
		})
	}
}

// TestAnIntentMovesItsCustomer: what is said to it is part of its facts.
func TestAnIntentMovesItsCustomer(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		before := q.versions("ada")
		e := q.intended("ada")
		if now := q.versions("ada"); now.Customer <= before.Customer {
			t.Errorf("version %d after the intent, %d before", now.Customer, before.Customer)
		}
		q.move(outbox.Intended, e, outbox.Confirmed)
		if got := q.dirty(); got["ada"] == 0 {
			t.Errorf("dirty %v, want ada", got)
		}
		own := q.want([]ledger.UID{q.company}, outbox.TaskWanted(q.company, policy.Task{Kind: "attest", Subject: q.company, Text: "Is money known?"}, "channel"))
		q.approve(q.entry(own.Create[0].Key))
		task, err := q.lease()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Intend(t.Context(), task, q.intent(), q.versions(q.company)); err != nil {
			t.Fatal(err)
		}
		if _, moved := q.dirty()[q.company]; moved {
			t.Error("a task of our own made the company its own customer")
		}
	})
}

func TestMoveWantsALegalStepFromTheRowThatWasRead(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		read := q.leased("ada")
		back := read
		back.State = outbox.Approved
		if _, err := db.Move(t.Context(), outbox.Leased, back); err != nil {
			t.Fatal(err)
		}
		now := q.entry(read.Key)
		for name, tt := range map[string]struct {
			from, to outbox.State
			version  int64
			want     error
		}{
			"an illegal step":            {outbox.Approved, outbox.Confirmed, now.Version, outbox.ErrTransition},
			"a step from elsewhere":      {outbox.Leased, outbox.Intended, now.Version, outbox.ErrChanged},
			"of a row that has moved on": {outbox.Approved, outbox.Superseded, read.Version, outbox.ErrChanged},
		} {
			e := now
			e.State, e.Version = tt.to, tt.version
			if got, err := db.Move(t.Context(), tt.from, e); !errors.Is(err, tt.want) || got.Key != e.Key {
				t.Errorf("%s: %q, %v; want the entry given and %v", name, got.Key, err, tt.want)
			}
			q.unchanged(now)
		}
	})
}
