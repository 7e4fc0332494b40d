package main

import (
	"context"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// needs tells which entries still need somebody: what was handed over or
// refused matters only as long as what it is about does.
type needs struct {
	company *daemon.Company
	open    map[ledger.UID]int // items with something open, and their episode
	wanted  map[cause]bool     // tasks that the policy wants today
	gated   bool               // reminders wait for somebody to say until when money is known
	calls   map[ledger.UID][]cache.Call
}

// cause is what a task that is no rung is raised for.
type cause struct {
	kind    string
	subject ledger.UID
}

func newNeeds(c *daemon.Company) *needs {
	return &needs{company: c, open: map[ledger.UID]int{}, wanted: map[cause]bool{}, calls: map[ledger.UID][]cache.Call{}}
}

// see notes what the policy says about one customer today.
func (n *needs) see(p daemon.Planned) {
	for i := range p.Case.Position.Items {
		if item := &p.Case.Position.Items[i]; item.Open.Sign() > 0 {
			n.open[item.UID] = item.Episode
		}
	}
	for _, t := range p.Outcome.Tasks {
		n.wanted[cause{t.Kind, t.Subject}] = true
	}
	n.gated = n.gated || p.Outcome.Gated
}

// entries returns the entries that need somebody, oldest first. Of several
// attempts or episodes of one thing only the newest does.
func (n *needs) entries(ctx context.Context, h *house) ([]outbox.Entry, error) {
	all, err := h.db.EntriesIn(ctx, n.company.UID, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Unsent,
		outbox.InDoubt, outbox.NeedsHuman, outbox.Rejected, outbox.Confirmed, outbox.Cancelled)
	if err != nil {
		return nil, err
	}
	calls, err := h.db.Calls(ctx, n.company.UID)
	if err != nil {
		return nil, err
	}
	for _, call := range calls {
		n.calls[call.Customer] = append(n.calls[call.Customer], call)
	}
	type slot struct {
		subject ledger.UID
		purpose string
	}
	newest := make(map[slot]outbox.Entry)
	for _, e := range all {
		s := slot{e.Subject, e.Purpose}
		if old, ok := newest[s]; !ok || e.Episode > old.Episode || e.Episode == old.Episode && e.Attempt > old.Attempt {
			newest[s] = e
		}
	}
	out := all[:0]
	for _, e := range all {
		if n.needed(e, newest[slot{e.Subject, e.Purpose}].Key == e.Key) {
			out = append(out, e)
		}
	}
	return out, nil
}

// needed reports whether an entry needs somebody.
func (n *needs) needed(e outbox.Entry, newest bool) bool {
	switch e.State {
	case outbox.Confirmed:
		return newest && e.IsTask() && n.matters(e) && !n.answered(e)
	case outbox.Rejected:
		return newest && n.matters(e)
	case outbox.Cancelled:
		return false
	default:
		return true
	}
}

// matters reports whether what an entry is about is still there.
func (n *needs) matters(e outbox.Entry) bool {
	switch {
	case e.Content.Notice != nil:
		for _, l := range e.Content.Notice.Lines {
			if episode, open := n.open[l.Item]; open && episode == l.Episode {
				return true
			}
		}
		return false
	case e.Content.Task != nil && e.Content.Task.Kind == policy.TaskAttest:
		return n.gated
	case e.Content.Task != nil:
		return n.wanted[cause{e.Content.Task.Kind, e.Content.Task.Subject}]
	default:
		return false
	}
}

// answered reports whether somebody has logged what came of a call or a visit
// since it was handed over. The day is as fine as the log is.
func (n *needs) answered(e outbox.Entry) bool {
	if e.Content.Notice == nil {
		return false
	}
	handed := ledger.DateOf(e.Receipt.At.In(n.company.Zone))
	for _, call := range n.calls[e.Customer] {
		if call.Entry != "" && call.Entry == e.Key || call.Day >= handed {
			return true
		}
	}
	return false
}
