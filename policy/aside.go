package policy

import (
	"github.com/relanced/relanced/ledger"
)

// aside takes a step before the due day, for a customer nothing of whom is
// being chased: no overdue item sets a pace, no message is on its way and no
// money is loose. Such steps are not part of the climb. Of several whose day
// has come only the last is taken; downtime does not stack them.
func (h *hearing) aside() *Notice {
	if !h.before || h.anchor >= 0 || h.waiting != nil || len(h.c.Position.Loose) > 0 {
		return nil
	}
	for i := range h.items {
		s := &h.items[i]
		if s.reason != ReasonNotDue {
			continue
		}
		rung, day := h.upcoming(s)
		if rung < 0 {
			continue
		}
		return h.invite(s, rung, day)
	}
	return nil
}

// upcoming returns the step before the due day that an item is at today; -1:
// none.
func (h *hearing) upcoming(s *standing) (rung int, day ledger.Date) {
	rung = -1
	for i := range h.ladder.Rungs {
		r := &h.ladder.Rungs[i]
		if r.Before == nil || !h.holds(r, s) || h.r.MaxSeverity != 0 && r.Severity > h.r.MaxSeverity {
			continue
		}
		begins := r.Before.Before(s.item.Due, h.cal)
		if begins <= h.today && (rung < 0 || begins >= day) {
			rung, day = i, begins
		}
	}
	if rung >= 0 && s.aside&(1<<uint(rung%64)) != 0 || less(s.item.Open, h.r.minimum(s.item.Open.Currency(), false)) {
		return -1, 0
	}
	return rung, day
}

// invite writes the notice of a step before the due day, unless the customer
// was contacted too recently, cannot be reached or the facts are too old.
func (h *hearing) invite(lead *standing, rung int, day ledger.Date) *Notice {
	r := &h.ladder.Rungs[rung]
	if end, _ := h.gap(r.Do); end > h.today {
		h.core = h.sooner(h.core, end)
		return nil
	}
	to, missing := h.contact(r)
	if missing != "" {
		lead.settle(Held, ReasonNoAddress, r.ID+": no "+missing, 0)
		return nil
	}
	if reason, detail := h.r.Fresh.judge(0, h.today, h.r.Creditor); reason != "" {
		h.gated = true
		lead.settle(Held, reason, detail, h.r.Fresh.Until)
		return nil
	}
	h.core = h.sooner(h.core, h.r.Fresh.expires(h.r.Creditor))
	n := h.notice(lead, r, step{rung: rung, to: to})
	for i := range h.items {
		s := &h.items[i]
		if s.reason != ReasonNotDue {
			continue
		}
		if own, _ := h.upcoming(s); own != rung {
			continue
		}
		s.rung = rung
		n.Lines = append(n.Lines, h.row(s, rung))
		s.settle(Act, ReasonCovered, lead.item.Number, 0)
	}
	lead.settle(Act, ReasonRung, r.ID+" since "+day.String(), day)
	return n
}
