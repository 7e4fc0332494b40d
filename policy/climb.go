package policy

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// step is what an item would do next.
type step struct {
	rung   int         // index; -1: none
	day    ledger.Date // the day from which it is due
	repeat int         // above zero: a task that is handed over again
	stop   Reason      // why it cannot go on by itself; empty: it can
	held   bool        // the stop is a hold, for a person to lift
	detail string
	to     ledger.Contact
}

// next returns the rung after the one the item has reached and the day from
// which it is due. An item without history begins at the entry rung, whatever
// its age. A rung whose conditions do not hold is passed over, but its time is
// waited for, so that a shorter climb is not a faster one. The index is -1
// when there is none; passed then says that conditions were the cause.
func (h *hearing) next(s *standing) (rung int, day ledger.Date, passed bool) {
	rungs := h.ladder.Rungs
	i, day := h.entry, s.item.Due
	if s.reached >= 0 {
		i, day = s.reached+1, max(s.since, s.item.Due)
	}
	for ; i < len(rungs); i++ {
		r := &rungs[i]
		if r.Before != nil {
			continue
		}
		if h.r.MaxSeverity != 0 && r.Severity > h.r.MaxSeverity {
			break
		}
		if r.After != nil {
			day = r.After.After(day, h.cal)
		}
		if h.holds(r, s) {
			return i, h.cal.Next(day), false
		}
		passed = true
		if s.reached < 0 {
			break // never a first contact above the entry rung
		}
	}
	return -1, 0, passed
}

// consider works out the next step of a candidate, and what stops it.
func (h *hearing) consider(s *standing) step {
	rung, day, passed := h.next(s)
	if rung < 0 {
		return h.again(s, h.end(s, passed))
	}
	if day > h.today {
		return h.again(s, step{rung: rung, day: day})
	}
	next := step{rung: rung, day: day}
	if h.stopped(s, &next) {
		return h.again(s, next)
	}
	return next
}

// end is the step of an item that has no rung left.
func (h *hearing) end(s *standing, passed bool) step {
	reason := ReasonTop
	if passed {
		reason = ReasonCondition
	}
	if s.reached < 0 {
		return step{rung: -1, stop: reason, detail: "the entry rung does not apply"}
	}
	detail := "after " + h.ladder.Rungs[s.reached].ID + " of " + s.since.String()
	return step{rung: -1, stop: reason, detail: detail}
}

// stopped reports whether a step whose day has come must wait for a person,
// and fills in why. Otherwise it finds who is written to.
func (h *hearing) stopped(s *standing, next *step) bool {
	r := &h.ladder.Rungs[next.rung]
	formal := r.Severity >= ledger.Formal
	switch {
	case formal && h.c.Customer.Kind == ledger.KindUnknown:
		next.stop, next.detail = ReasonKindUnknown, r.ID+": is the customer a business, a consumer or public?"
	case formal && !h.worth(s, next):
	case (r.NeedsCall || r.Severity >= ledger.NoticeOfDefault) && !h.called(s):
		next.stop, next.detail = ReasonCallFirst, r.ID+": no call attempt is logged"
	case r.Severity >= ledger.NoticeOfDefault && !h.proven(s):
		next.stop, next.detail = ReasonProofNeeded, r.ID+": no proof of the step before"
	default:
		to, missing := h.contact(r)
		next.to = to
		if missing != "" {
			next.stop, next.detail = ReasonNoAddress, r.ID+": no "+missing
		}
	}
	next.held = next.stop != ""
	return next.held
}

// worth reports whether what a formal step is taken for is worth it: the items
// that reach a formal rung with it, in the currency of the one that leads,
// less the customer's loose money.
func (h *hearing) worth(lead *standing, next *step) bool {
	cur := lead.item.Open.Currency()
	sum := money.New(0, cur)
	for i := range h.items {
		s := &h.items[i]
		if !s.line() || s.item.Open.Currency() != cur || !h.overdue(s) {
			continue
		}
		if h.ladder.Rungs[h.earns(s, next.rung)].Severity >= ledger.Formal {
			add(&sum, s.item.Open)
		}
	}
	sum = minus(sum, h.purse(cur).loose)
	least := h.r.minimum(cur, true)
	if !less(sum, least) {
		return true
	}
	next.stop = ReasonMinimum
	next.detail = h.ladder.Rungs[next.rung].ID + ": " + sum.String() + ", less than " + least.String()
	return false
}

// earns returns the rung an item has reached once a notice at rung limit has
// named it: its own next one if its day has come, else the one it is at, and
// never above the notice's.
func (h *hearing) earns(s *standing, limit int) int {
	if s.reached < 0 {
		return min(h.entry, limit)
	}
	if rung, day, _ := h.next(s); rung >= 0 && rung <= limit && day <= h.today {
		return rung
	}
	return min(s.reached, limit)
}

// called reports whether a call or visit about the item was tried after its
// due day, whatever came of it.
func (h *hearing) called(s *standing) bool {
	for i := range h.c.Calls {
		call := &h.c.Calls[i]
		if call.Day > s.item.Due && (call.Verb == ledger.VerbCall || call.Verb == ledger.VerbVisit) {
			return true
		}
	}
	return false
}

// proven reports whether there is proof of a message that brought the item to
// the rung it is at.
func (h *hearing) proven(s *standing) bool {
	if s.reached < 0 {
		return false
	}
	for i := range h.c.Proofs {
		for j := range h.c.History {
			m := &h.c.History[j]
			if m.Key == "" || m.Key != h.c.Proofs[i].Key {
				continue
			}
			for _, mi := range m.Items {
				if mi.Item == string(s.item.UID) && mi.Episode == s.item.Episode && mi.Step == h.ladder.Rungs[s.reached].ID {
					return true
				}
			}
		}
	}
	return false
}

// again turns a step that cannot be taken today into the repeat of the task
// the item is at, when that is due: a call is asked for until somebody was
// reached. A repeat sets no pace while it waits.
func (h *hearing) again(s *standing, next step) step {
	if s.reached < 0 {
		return next
	}
	r := &h.ladder.Rungs[s.reached]
	if r.Repeat == nil || !task(r.Do) || h.answered(s.last) {
		return next
	}
	day := h.cal.Next(r.Repeat.After(s.last, h.cal))
	if day > h.today {
		h.core = h.sooner(h.core, day)
		return next
	}
	to, _ := h.contact(r)
	return step{rung: s.reached, day: day, repeat: s.times, to: to}
}

// answered reports whether somebody recorded since the day that a call or
// visit reached someone.
func (h *hearing) answered(since ledger.Date) bool {
	for i := range h.c.Calls {
		if h.c.Calls[i].Day >= since && h.c.Calls[i].Outcome != ledger.OutcomeNoAnswer {
			return true
		}
	}
	return false
}

// task reports whether a verb is work for one of us.
func task(v ledger.Verb) bool {
	return v == ledger.VerbCall || v == ledger.VerbTask || v == ledger.VerbVisit
}
