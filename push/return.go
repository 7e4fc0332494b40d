package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/outbox"
)

// back returns a leased entry to the released ones, unchanged but for why.
func (w *Worker) back(ctx context.Context, e outbox.Entry, why string, r *Result) error {
	e.State, e.Why, e.Lease = outbox.Approved, why, outbox.Lease{}
	r.Waiting++
	return w.moveLeased(ctx, e)
}

// withdraw supersedes a leased entry that nothing wants any more.
func (w *Worker) withdraw(ctx context.Context, e outbox.Entry, why string, r *Result) error {
	if why == "" {
		why = "nothing is wanted any more"
	}
	e.State, e.Why, e.Lease, e.Approval = outbox.Superseded, why, outbox.Lease{}, outbox.Approval{}
	r.Superseded++
	return w.moveLeased(ctx, e)
}

// propose returns a leased entry whose facts changed to be released anew.
func (w *Worker) propose(ctx context.Context, e outbox.Entry, wanted outbox.Wanted, r *Result) error {
	r.Proposed++
	return w.moveLeased(ctx, outbox.Refreshed(e, wanted, "the facts changed just before it left"))
}

// moveLeased writes down where a leased entry went. One that somebody else
// moved meanwhile, a person who cancelled it say, is left where it is.
func (w *Worker) moveLeased(ctx context.Context, e outbox.Entry) error {
	_, err := w.Queue.Move(context.WithoutCancel(ctx), outbox.Leased, e)
	if errors.Is(err, outbox.ErrChanged) {
		return nil
	}
	return err
}

func recipientOf(m connectors.Message) string {
	switch {
	case m.To.Mail != "":
		return m.To.Mail
	case len(m.To.Address) > 0:
		return strings.Join(m.To.Address, ", ")
	default:
		return m.To.Name
	}
}

// bodyHash is the proof of what was sent, word for word.
func bodyHash(m connectors.Message) string {
	h := sha256.New()
	for _, part := range []string{m.Subject, m.Text, m.HTML, string(m.PDF)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	for _, a := range m.Attachments {
		h.Write([]byte(a.Name))
		h.Write(a.Bytes)
	}
	return hex.EncodeToString(h.Sum(nil))
}
