// Package push takes released entries out of the queue and delivers each at
// most once: lease, look once more, durable intent, send, receipt. When it
// cannot know whether something left, it waits, asks the channel, and if the
// channel cannot tell either, a person. It decides nothing about debts, and no
// network call of it happens inside a transaction.
package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// Queue is the durable side of sending. Every method is one transaction. An
// entry that comes back beside an error is the one that was given.
type Queue interface {
	// Lease takes the next entry that ready accepts, oldest first, and marks
	// it leased. It returns outbox.ErrEmpty when there is none, and
	// outbox.ErrFenced to a worker whose epoch is not the newest.
	Lease(ctx context.Context, company ledger.UID, lease outbox.Lease, ready func(outbox.Entry) bool) (outbox.Entry, error)
	// Intend records the intent durably, if the lease is still ours, no
	// switch is on, the approval is valid for the entry's facts at the
	// intent's instant, and the customer and the company have not changed
	// since they were judged. Otherwise it changes nothing and returns
	// outbox.ErrChanged with the reason, or outbox.ErrFenced to a worker whose
	// epoch is not the newest.
	Intend(ctx context.Context, e outbox.Entry, in outbox.Intent, judged outbox.Versions) (outbox.Entry, error)
	// Move records the entry's new state and what goes with it. It returns
	// outbox.ErrChanged when the row is not the one that was read. It asks for
	// no epoch: a worker that was replaced still tells how its send ended, and
	// cannot overwrite what the newer one wrote.
	Move(ctx context.Context, from outbox.State, e outbox.Entry) (outbox.Entry, error)
}

// Unsettled lists entries whose fate is open.
type Unsettled interface {
	// Unsettled returns the entries in intent or in doubt, oldest first.
	Unsettled(ctx context.Context, company ledger.UID) ([]outbox.Entry, error)
}

// Look is what a fresh look at one entry's facts says.
type Look struct {
	Wanted   *outbox.Wanted // nil: nothing is wanted any more
	Why      string         // why nothing is wanted, or why it must wait
	Wait     bool           // nothing is wrong with the entry, but it may not leave now
	Versions outbox.Versions
}

// Recheck pulls one entry's customer again, reconciles and decides. An error
// means that no look was possible; then nothing is sent.
type Recheck func(ctx context.Context, e outbox.Entry) (Look, error)

// Compose writes what is delivered, from the entry as it was just judged.
type Compose func(ctx context.Context, e outbox.Entry) (connectors.Message, error)

// Channel is one connection that delivers.
type Channel struct {
	Powers  connectors.Powers
	Timeout time.Duration // a send has given up by then
	Settle  time.Duration // longer than the slowest landing after the time-out
}

// Worker delivers the entries of one company.
type Worker struct {
	Company   ledger.UID
	Owner     string // names this process in leases
	Epoch     int64
	Queue     Queue
	Unsettled Unsettled
	Channels  map[string]Channel // by connection UID
	Recheck   Recheck
	Compose   Compose
	Ready     func(outbox.Entry) bool // its window is open, its channel is up
	Now       func() time.Time
	LeaseFor  time.Duration
}

// Result counts what a run of the worker did.
type Result struct {
	Confirmed, Rejected, Unsent, InDoubt, NeedsHuman, Superseded, Proposed, Waiting int
	Delivered                                                                       []outbox.Entry
}

// Run settles what an earlier run left open, then delivers until nothing is
// ready, the context ends or most entries have been taken.
func (w *Worker) Run(ctx context.Context, most int) (Result, error) {
	var r Result
	if err := w.settleAll(ctx, &r); err != nil {
		return r, err
	}
	tried := make(map[string]bool)
	for range most {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		lease := outbox.Lease{Owner: w.Owner, Epoch: w.Epoch, Until: w.Now().Add(w.LeaseFor)}
		e, err := w.Queue.Lease(ctx, w.Company, lease, func(e outbox.Entry) bool {
			return !tried[e.Key] && w.Ready(e)
		})
		if errors.Is(err, outbox.ErrEmpty) {
			return r, nil
		}
		if err != nil {
			return r, fmt.Errorf("lease: %w", err)
		}
		failpoint.Hit("push/after-lease")
		tried[e.Key] = true
		if err := w.deliver(ctx, e, &r); err != nil {
			return r, fmt.Errorf("entry %s: %w", e.Key, err)
		}
	}
	return r, nil
}

// deliver takes one leased entry to the end it can reach now.
func (w *Worker) deliver(ctx context.Context, e outbox.Entry, r *Result) error {
	channel, ok := w.Channels[e.Channel]
	if !ok || channel.Powers.Sender == nil {
		return w.back(ctx, e, "no channel delivers it: check the configuration", r)
	}
	look, err := w.Recheck(ctx, e)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return w.back(ctx, e, "the facts could not be looked up just now: "+err.Error(), r)
	}
	failpoint.Hit("push/after-look")
	switch {
	case look.Wait:
		return w.back(ctx, e, look.Why, r)
	case look.Wanted == nil:
		return w.withdraw(ctx, e, look.Why, r)
	case look.Wanted.Facts != e.Facts || look.Wanted.Channel != e.Channel:
		return w.propose(ctx, e, *look.Wanted, r)
	}
	e.Content = look.Wanted.Content
	return w.send(ctx, e, channel, look.Versions, r)
}

// send records the intent, sends, and records what came of it.
func (w *Worker) send(ctx context.Context, e outbox.Entry, channel Channel, v outbox.Versions, r *Result) error {
	m, err := w.Compose(ctx, e)
	if err != nil {
		return w.back(ctx, e, "it cannot be written: "+err.Error(), r)
	}
	in := w.intent(m, channel)
	intended, err := w.Queue.Intend(ctx, e, in, v)
	if errors.Is(err, outbox.ErrChanged) {
		return w.back(ctx, e, err.Error(), r)
	}
	if err != nil {
		return fmt.Errorf("intent: %w", err)
	}
	e = intended
	failpoint.Hit("push/after-intent")
	if done, err := w.delivered(ctx, e, channel, r); done {
		return err
	}
	receipt, sendErr := w.hand(ctx, m, channel, in)
	failpoint.Hit("push/after-send")
	// What happened has to be recorded even when we are being stopped.
	return w.record(context.WithoutCancel(ctx), e, receipt, sendErr, r)
}

// hand hands a message to its channel, which gives it up surely before the
// deadline that was recorded: nobody may ask what became of a message while it
// is still being sent. How long that is from now is told by our own clock,
// which may be a played one; the context runs on real time.
func (w *Worker) hand(ctx context.Context, m connectors.Message, channel Channel, in outbox.Intent) (connectors.Receipt, error) {
	now := w.Now()
	left := min(channel.Timeout, in.Deadline.Sub(now)-channel.Timeout/10)
	m.Deadline = now.Add(left)
	sending, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	return channel.Powers.Sender.Send(sending, m)
}
