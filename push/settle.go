package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/outbox"
)

// intent is the durable note of what is about to leave. Its deadline leaves
// time for one question, whether the channel had the key before, and for the
// send.
func (w *Worker) intent(m connectors.Message, c Channel) outbox.Intent {
	now := w.Now()
	deadline := now.Add(2 * c.Timeout)
	return outbox.Intent{
		At: now, Epoch: w.Epoch, Recipient: recipientOf(m), BodyHash: bodyHash(m),
		MessageID: m.MessageID, Deadline: deadline, Settle: deadline.Add(c.Settle),
	}
}

// record writes down how a send ended.
func (w *Worker) record(ctx context.Context, e outbox.Entry, receipt connectors.Receipt, sendErr error, r *Result) error {
	from := e.State
	var limited *connectors.RateLimitError
	switch {
	case sendErr == nil:
		confirm(&e, receipt, w.Now())
		r.Confirmed++
		r.Delivered = append(r.Delivered, e)
	case errors.Is(sendErr, connectors.ErrUncertain): // whatever else it says
		doubt(&e, sendErr, r)
	case errors.Is(sendErr, connectors.ErrRejected):
		e.State, e.Why = outbox.Rejected, sendErr.Error()
		r.Rejected++
	case errors.As(sendErr, &limited):
		w.unsent(&e, sendErr.Error(), limited.After, r)
	case errors.Is(sendErr, connectors.ErrUnavailable), errors.Is(sendErr, connectors.ErrUnauthorized):
		w.unsent(&e, sendErr.Error(), 0, r)
	default:
		doubt(&e, sendErr, r) // a connector forgot to name it: it may have left
	}
	_, err := w.Queue.Move(ctx, from, e)
	failpoint.Hit("push/after-receipt")
	return err
}

func doubt(e *outbox.Entry, why error, r *Result) {
	e.State, e.Why = outbox.InDoubt, why.Error()
	r.InDoubt++
}

// delivered asks a channel that can tell whether it has had the key before,
// and records what it says. A database that is restored, or built anew, gives
// the same things the same keys: so it recognises what an earlier life sent.
func (w *Worker) delivered(ctx context.Context, e outbox.Entry, channel Channel, r *Result) (done bool, err error) {
	if channel.Powers.Finder == nil {
		return false, nil
	}
	found, findErr := w.ask(ctx, channel, e.Key)
	failpoint.Hit("push/after-first-find")
	ctx = context.WithoutCancel(ctx)
	switch {
	case findErr == nil && found.Absent:
		return false, nil
	case findErr == nil:
		from := e.State
		confirm(&e, found.Receipt, w.Now())
		e.Why = "its channel had it already"
		r.Confirmed++
		_, err := w.Queue.Move(ctx, from, e)
		return true, err
	case errors.Is(findErr, connectors.ErrUncertain):
		return true, w.record(ctx, e, connectors.Receipt{}, findErr, r)
	default:
		// However the question was refused, nothing has left by asking it.
		after := time.Duration(0)
		if limited, ok := errors.AsType[*connectors.RateLimitError](findErr); ok {
			after = limited.After
		}
		from := e.State
		w.unsent(&e, findErr.Error(), after, r)
		_, err := w.Queue.Move(ctx, from, e)
		return true, err
	}
}

func confirm(e *outbox.Entry, receipt connectors.Receipt, now time.Time) {
	at := receipt.At
	if at.IsZero() {
		at = now
	}
	e.State, e.Why = outbox.Confirmed, "delivered"
	e.Receipt = outbox.Receipt{At: at, RemoteID: receipt.RemoteID, Note: receipt.Note}
}

// unsent records that an entry surely did not leave, and when it may be tried
// again: twice as long after each try, an hour at most.
func (w *Worker) unsent(e *outbox.Entry, why string, after time.Duration, r *Result) {
	e.State, e.Why = outbox.Unsent, why
	e.Tries++
	e.NotBefore = w.Now().Add(max(after, backoff(e.Tries)))
	r.Unsent++
}

func backoff(tries int) time.Duration {
	return min(time.Minute<<min(tries-1, 6), time.Hour)
}

// settleAll looks into every entry whose fate is open. One that cannot be
// settled now does not keep the others from it.
func (w *Worker) settleAll(ctx context.Context, r *Result) error {
	open, err := w.Unsettled.Unsettled(ctx, w.Company)
	if err != nil {
		return err
	}
	for _, e := range open {
		if err := w.settle(ctx, e, r); err != nil {
			return err
		}
	}
	return nil
}

// settle finds out what became of one entry. Nobody is asked before the
// channel has had time to land what was under way: to look too early is to
// send twice.
func (w *Worker) settle(ctx context.Context, e outbox.Entry, r *Result) error {
	if e.Intent.Epoch > w.Epoch {
		return fmt.Errorf("entry %s: %w", e.Key, outbox.ErrFenced)
	}
	if e.State == outbox.Intended {
		if e.Intent.Epoch == w.Epoch && w.Now().Before(e.Intent.Deadline) {
			return nil // it is being sent right now
		}
		from := e.State
		e.State, e.Why = outbox.InDoubt, "the worker stopped between the intent and the receipt"
		moved, err := w.Queue.Move(ctx, from, e)
		if errors.Is(err, outbox.ErrChanged) {
			return nil
		}
		if err != nil {
			return err
		}
		e = moved
		failpoint.Hit("push/after-doubt")
	}
	if w.Now().Before(e.Intent.Settle) {
		r.InDoubt++
		return nil
	}
	return w.find(ctx, e, r)
}

// find asks the channel, and puts what it cannot tell before a person.
func (w *Worker) find(ctx context.Context, e outbox.Entry, r *Result) error {
	from := e.State
	channel, ok := w.Channels[e.Channel]
	switch {
	case !ok || channel.Powers.Finder == nil:
		e.State, e.Why = outbox.NeedsHuman, "it may have left, and its channel cannot tell; see whether it arrived, then `relanced settle`"
		r.NeedsHuman++
	default:
		found, err := w.ask(ctx, channel, e.Key)
		failpoint.Hit("push/after-find")
		switch {
		case err == nil && found.Absent:
			w.unsent(&e, "its channel never had it", 0, r)
			e.NotBefore = w.Now()
		case err == nil:
			confirm(&e, found.Receipt, w.Now())
			e.Why = "found at its channel after a stop"
			r.Confirmed++
			r.Delivered = append(r.Delivered, e)
		case errors.Is(err, connectors.ErrUncertain), errors.Is(err, connectors.ErrRejected):
			e.State, e.Why = outbox.NeedsHuman, "its channel cannot tell whether it left: "+err.Error()
			r.NeedsHuman++
		default:
			r.InDoubt++
			return nil // asked again at the next run
		}
	}
	_, err := w.Queue.Move(ctx, from, e)
	failpoint.Hit("push/after-settle")
	if errors.Is(err, outbox.ErrChanged) {
		return nil
	}
	return err
}

func (w *Worker) ask(ctx context.Context, c Channel, key string) (connectors.Found, error) {
	asking, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	return c.Powers.Finder.Find(asking, key)
}
