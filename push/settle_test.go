package push_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/push"
)

func TestALostAnswerIsSettledByAskingAfterTheSettleTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.tool.Arm(fake.LostAnswer, 1)
	if r := d.run(); r.InDoubt != 1 {
		t.Errorf("result %+v, want one in doubt", r)
	}
	e := d.is(key, outbox.InDoubt, 1)
	reads, _ := d.tool.Requests()
	d.clock.Move(e.Intent.Settle.Sub(d.clock.Now()) - time.Millisecond)
	if r := d.run(); r.InDoubt != 1 {
		t.Errorf("result %+v, want still in doubt", r)
	}
	if now, _ := d.tool.Requests(); now != reads {
		t.Errorf("the channel was asked %d times before the settle time", now-reads)
	}
	d.is(key, outbox.InDoubt, 1)
	d.clock.Move(time.Millisecond)
	if r := d.run(); r.Confirmed != 1 || len(r.Delivered) != 1 {
		t.Errorf("result %+v, want one confirmed", r)
	}
	if e := d.is(key, outbox.Confirmed, 1); e.Receipt.RemoteID == "" {
		t.Errorf("the receipt found is not kept: %+v", e.Receipt)
	}
	d.went(key, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Intended, outbox.InDoubt, outbox.Confirmed)
}

// TestASlowLandingIsNotSentTwice: the client gives up, the message lands later.
// Whoever looks before the settle time does not see it and sends it again.
func TestASlowLandingIsNotSentTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.channel(func(c *push.Channel) { c.Timeout = 300 * time.Millisecond })
	d.tool.SetDelay(5 * time.Second)
	d.tool.Arm(fake.SlowLanding, 1)
	d.run()
	d.is(key, outbox.InDoubt, 0)
	d.tool.Disarm()
	for range 12 {
		d.run()
		d.restart()
		d.run()
		d.clock.Move(time.Second)
	}
	d.is(key, outbox.Confirmed, 1)
	if got := d.tool.Posts(key); got != 1 {
		t.Errorf("it was handed over %d times, want once", got)
	}
}

func TestWhatTheChannelNeverHadIsSentAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	working := d.worker.Channels[via].Powers
	s := &stub{send: func(context.Context, connectors.Message) (connectors.Receipt, error) {
		return connectors.Receipt{}, connectors.ErrUncertain // it never left
	}}
	d.channel(func(c *push.Channel) { c.Powers.Sender = s })
	d.run()
	d.is(key, outbox.InDoubt, 0)
	d.clock.Move(doubtful)
	d.channel(func(c *push.Channel) { c.Powers = working })
	d.run()
	d.is(key, outbox.Confirmed, 1)
	d.went(key, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Intended, outbox.InDoubt, outbox.Unsent,
		outbox.Approved, outbox.Leased, outbox.Intended, outbox.Confirmed)
}

// TestWhatWasPaidMeanwhileIsNotSentAgain: surely absent, and wanted no more.
func TestWhatWasPaidMeanwhileIsNotSentAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	s := d.sends(connectors.ErrUncertain, absent)
	d.run()
	delete(d.facts, "ada")
	d.clock.Move(doubtful)
	d.run()
	if e := d.entry(key); e.State != outbox.Superseded || len(s.sent) != 1 {
		t.Errorf("entry is %s after %d sends, want superseded after the first", e.State, len(s.sent))
	}
}

// crashed leaves an entry as a worker does that was killed after its intent.
func (d *desk) crashed(key string, landed bool) {
	d.t.Helper()
	lease := outbox.Lease{Owner: "worker-1", Epoch: d.worker.Epoch, Until: d.clock.Now().Add(time.Hour)}
	e, err := d.db.Lease(d.t.Context(), d.company, lease, d.worker.Ready)
	if err != nil || e.Key != key {
		d.t.Fatalf("lease: %s, %v", e.Key, err)
	}
	v, err := d.db.Versions(d.t.Context(), d.company, e.Customer)
	if err != nil {
		d.t.Fatal(err)
	}
	now := d.clock.Now()
	in := outbox.Intent{At: now, Epoch: d.worker.Epoch, Deadline: now.Add(timeout), Settle: now.Add(doubtful)}
	if e, err = d.db.Intend(d.t.Context(), e, in, v); err != nil {
		d.t.Fatal(err)
	}
	if !landed {
		return
	}
	m, _ := compose(d.t.Context(), e)
	if _, err := d.worker.Channels[via].Powers.Sender.Send(d.t.Context(), m); err != nil {
		d.t.Fatal(err)
	}
}

func TestACrashAfterTheIntentIsSettled(t *testing.T) {
	t.Parallel()
	for name, landed := range map[string]bool{"before the send": false, "after the send": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key := d.release("ada")
			d.crashed(key, landed)
			delivered := d.tool.Ledger().Count[key]
			d.restart()
			d.run()
			d.is(key, outbox.InDoubt, delivered)
			d.clock.Move(doubtful - time.Millisecond)
			d.run()
			d.is(key, outbox.InDoubt, delivered)
			d.clock.Move(time.Millisecond)
			d.run()
			d.is(key, outbox.Confirmed, 1)
		})
	}
}

// TestWhatIsBeingSentIsLeftAlone: another run of the same worker, not a crash.
func TestWhatIsBeingSentIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.crashed(key, false)
	d.run()
	d.is(key, outbox.Intended, 0)
	d.clock.Move(timeout)
	d.run()
	d.is(key, outbox.InDoubt, 0)
}

// TestAnOlderWorkerLeavesNewerIntentsAlone: it woke up too late.
func TestAnOlderWorkerLeavesNewerIntentsAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	older := d.worker
	d.restart()
	d.crashed(key, false)
	if _, err := older.Run(t.Context(), 10); !errors.Is(err, outbox.ErrFenced) {
		t.Errorf("Run of the older worker: %v, want ErrFenced", err)
	}
	d.is(key, outbox.Intended, 0)
}

func TestAChannelThatCannotBeAskedNeedsAPerson(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		find   func(context.Context, string) (connectors.Found, error)
		want   outbox.State
		settle bool
	}{
		"no Find at all": {nil, outbox.NeedsHuman, true},
		"it cannot tell": {func(context.Context, string) (connectors.Found, error) {
			return connectors.Found{}, connectors.ErrUncertain
		}, outbox.NeedsHuman, true},
		"it will not": {func(context.Context, string) (connectors.Found, error) {
			return connectors.Found{}, connectors.ErrRejected
		}, outbox.NeedsHuman, true},
		"not just now": {func(context.Context, string) (connectors.Found, error) {
			return connectors.Found{}, connectors.ErrUnavailable
		}, outbox.InDoubt, true},
		"not before time": {nil, outbox.InDoubt, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key := d.release("ada")
			d.crashed(key, true)
			s := d.sends(nil, tt.find)
			d.restart()
			if tt.settle {
				d.clock.Move(doubtful)
			}
			d.run()
			d.is(key, tt.want, 1)
			d.clock.Move(24 * time.Hour)
			d.restart()
			if tt.settle {
				d.run()
				d.is(key, tt.want, 1)
			}
			if len(s.sent) != 0 {
				t.Errorf("%d sends of an entry nobody can tell of", len(s.sent))
			}
		})
	}
}

// TestOneThatCannotBeSettledDoesNotStopTheOthers: its channel is gone.
func TestOneThatCannotBeSettledDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.tool.Arm(fake.LostAnswer, 1)
	d.run()
	other := d.release("bob")
	d.clock.Move(doubtful)
	d.channel(func(c *push.Channel) {
		ask := c.Powers.Finder
		c.Powers.Finder = &stub{find: func(ctx context.Context, k string) (connectors.Found, error) {
			if k == key {
				return connectors.Found{}, connectors.ErrUnavailable
			}
			return ask.Find(ctx, k)
		}}
	})
	d.run()
	d.is(key, outbox.InDoubt, 1)
	d.is(other, outbox.Confirmed, 1)
}
