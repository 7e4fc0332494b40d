package push_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// TestNothingLeavesOnWhatChangedAfterTheLook: each change comes between the
// look and the intent, from another process.
func TestNothingLeavesOnWhatChangedAfterTheLook(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(d *desk, e outbox.Entry) error
		why    string
	}{
		"switch for all": {
			func(d *desk, _ outbox.Entry) error {
				return d.db.Stop(d.t.Context(), d.company, cache.ScopeAll, "", "an audit", "ann")
			}, "sending is switched off: an audit",
		},
		"switch for the channel": {
			func(d *desk, e outbox.Entry) error {
				return d.db.Stop(d.t.Context(), d.company, cache.ScopeConnection, ledger.UID(e.Channel), "moving", "ann")
			}, "the channel is paused: moving",
		},
		"switch for the customer": {
			func(d *desk, e outbox.Entry) error {
				return d.db.Stop(d.t.Context(), d.company, cache.ScopeCustomer, e.Customer, "we talk", "ann")
			}, "the customer is paused: we talk",
		},
		"a hold": {
			func(d *desk, e outbox.Entry) error {
				_, err := d.db.Hold(d.t.Context(), d.company, ledger.Hold{Kind: ledger.HoldPause, Customer: e.Customer, Reason: "we talk"})
				return err
			}, "the facts changed while it was looked at",
		},
		"a call": {
			func(d *desk, e outbox.Entry) error {
				return d.db.LogCall(d.t.Context(), d.company, cache.Call{Customer: e.Customer, Verb: ledger.VerbCall}, nil)
			}, "the facts changed while it was looked at",
		},
		"an attestation": {
			func(d *desk, _ outbox.Entry) error { return d.db.Attest(d.t.Context(), d.company, 739700, "ann") },
			"the facts changed while it was looked at",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key, other := d.release("ada", "bob"), outbox.Key(d.company, "item-of-bob", "rappel", 1, 1)
			d.after = func(e outbox.Entry) {
				if e.Key != key {
					return
				}
				if err := tt.change(d, e); err != nil {
					t.Fatal(err)
				}
			}
			d.run()
			if e := d.is(key, outbox.Approved, 0); e.Why != tt.why {
				t.Errorf("why %q, want %q", e.Why, tt.why)
			}
			if d.looks != 2 {
				t.Errorf("%d looks, want 2: the other entry goes on", d.looks)
			}
			if strings.HasPrefix(name, "switch for all") || strings.HasPrefix(name, "switch for the channel") {
				d.is(other, outbox.Approved, 0)
			} else {
				d.is(other, outbox.Confirmed, 1)
			}
		})
	}
}

// TestAPersonTakesItBackDuringTheLook: the refusal stands, and the run goes on.
func TestAPersonTakesItBackDuringTheLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.after = func(e outbox.Entry) {
		hold := ledger.Hold{Kind: ledger.HoldRejected, Customer: e.Customer, Reason: "we meet"}
		if _, err := d.db.Reject(t.Context(), e.Key, d.company, hold, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	d.run()
	if e := d.is(key, outbox.Superseded, 0); e.Why != "refused by ann: we meet" {
		t.Errorf("why %q, want the refusal", e.Why)
	}
}

func TestAnOlderWorkerIsFenced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.epoch("worker-2")
	if _, err := d.worker.Run(t.Context(), 10); !errors.Is(err, outbox.ErrFenced) {
		t.Errorf("Run of the older worker: %v, want ErrFenced", err)
	}
	d.is(key, outbox.Approved, 0)
}

func TestAnOlderWorkerIsFencedBetweenLookAndIntent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.after = func(outbox.Entry) { d.epoch("worker-2") }
	if _, err := d.worker.Run(t.Context(), 10); !errors.Is(err, outbox.ErrFenced) {
		t.Errorf("Run of the older worker: %v, want ErrFenced", err)
	}
	d.is(key, outbox.Leased, 0)
	d.after = nil
	d.restart()
	d.run()
	d.is(key, outbox.Confirmed, 1)
}

// TestALeaseOfAStoppedWorkerComesBack at once, for its intent would be refused.
func TestALeaseOfAStoppedWorkerComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	lease := outbox.Lease{Owner: "worker-1", Epoch: d.worker.Epoch, Until: d.clock.Now().Add(time.Hour)}
	if _, err := d.db.Lease(t.Context(), d.company, lease, d.worker.Ready); err != nil {
		t.Fatal(err)
	}
	d.run()
	d.is(key, outbox.Leased, 0)
	d.restart()
	d.run()
	d.is(key, outbox.Confirmed, 1)
	d.went(key, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Approved, outbox.Leased, outbox.Intended, outbox.Confirmed)
}

func TestTheChannelGivesUpBeforeTheRecordedDeadline(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	s := d.sends(nil, absent)
	var left time.Duration
	s.send = func(ctx context.Context, _ connectors.Message) (connectors.Receipt, error) {
		until, bounded := ctx.Deadline()
		if left = time.Until(until); !bounded {
			t.Error("the channel may take for ever")
		}
		return connectors.Receipt{RemoteID: "stub-1"}, nil
	}
	d.run()
	e := d.entry(key)
	if e.State != outbox.Confirmed || len(s.sent) != 1 {
		t.Fatalf("entry is %s after %d sends", e.State, len(s.sent))
	}
	if !s.sent[0].Deadline.Before(e.Intent.Deadline) || s.sent[0].Deadline.Before(d.clock.Now()) {
		t.Errorf("the channel was told %s, want before the recorded %s", s.sent[0].Deadline, e.Intent.Deadline)
	}
	// The clock of the test stands months away from the real one: what bounds
	// the call is the time that really passes.
	if left <= timeout/2 || left > timeout {
		t.Errorf("the call was bounded to %s, want %s", left, timeout)
	}
	if want := e.Intent.Deadline.Add(settling); !e.Intent.Settle.Equal(want) {
		t.Errorf("it settles at %s, want %s", e.Intent.Settle, want)
	}
}

// TestAnInterruptedSendIsRecorded: we are told to stop while it is under way.
func TestAnInterruptedSendIsRecorded(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer error
		want   outbox.State
	}{
		"taken": {nil, outbox.Confirmed}, "uncertain": {connectors.ErrUncertain, outbox.InDoubt}, "unavailable": {connectors.ErrUnavailable, outbox.Unsent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key := d.release("ada", "bob")
			ctx, stop := context.WithCancel(t.Context())
			s := d.sends(nil, absent)
			s.send = func(context.Context, connectors.Message) (connectors.Receipt, error) {
				stop()
				return connectors.Receipt{RemoteID: "stub-1"}, tt.answer
			}
			if _, err := d.worker.Run(ctx, 10); !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v, want that it was interrupted", err)
			}
			if e := d.entry(s.sent[0].Key); e.State != tt.want {
				t.Errorf("entry is %s, want %s", e.State, tt.want)
			}
			if len(s.sent) != 1 {
				t.Errorf("%d sends after the interruption, want only the first", len(s.sent))
			}
			_ = key
		})
	}
}
