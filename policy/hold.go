package policy

import (
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// held settles the item when a hold leaves it alone today, and notes the days
// on which holds begin and end. Of several holds the one that lasts longest
// speaks, so that the reason stays true until its day; a hold "never" comes first.
func (h *hearing) held(s *standing) bool {
	var longest *ledger.Hold
	var end ledger.Date
	for i := range h.c.Holds {
		hold := &h.c.Holds[i]
		if !applies(hold, s.item) {
			continue
		}
		if hold.From > h.today {
			s.own = h.sooner(s.own, hold.From)
			continue
		}
		free := h.freed(hold)
		if free != 0 && free <= h.today {
			if hold.Kind == ledger.HoldPromise {
				s.promise = max(s.promise, hold.Until)
			}
			continue
		}
		if longest == nil || outlasts(hold, free, longest, end) {
			longest, end = hold, free
		}
	}
	if longest == nil {
		return false
	}
	reason := ReasonHold
	if longest.Kind == ledger.HoldNever {
		reason = ReasonNever
	}
	last := ledger.Date(0)
	if end != 0 {
		last = end - 1
	}
	s.own = h.sooner(s.own, end)
	s.settle(Held, reason, holdWords(longest), last)
	return true
}

// outlasts reports whether hold a with its first free day speaks before b.
func outlasts(a *ledger.Hold, freeA ledger.Date, b *ledger.Hold, freeB ledger.Date) bool {
	neverA, neverB := a.Kind == ledger.HoldNever, b.Kind == ledger.HoldNever
	switch {
	case neverA != neverB:
		return neverA
	case freeB == 0:
		return false
	default:
		return freeA == 0 || freeA > freeB
	}
}

// applies reports whether a hold is about the item. Insolvency stops what was
// invoiced until the day it began; later invoices are paid as they fall due.
func applies(hold *ledger.Hold, item *reconcile.Item) bool {
	if hold.Item != "" && hold.Item != item.UID || hold.Invoice != "" && hold.Invoice != item.Invoice {
		return false
	}
	if hold.Kind == ledger.HoldInsolvency && hold.From != 0 && item.Issued != 0 {
		return item.Issued <= hold.From
	}
	return true
}

// freed returns the first day on which the hold leaves the item free again;
// zero: only when it is released. A promise is kept on its day or, when banks
// are closed, on the next business day, and has one business day of grace.
func (h *hearing) freed(hold *ledger.Hold) ledger.Date {
	switch {
	case hold.Until == 0:
		return 0
	case hold.Kind == ledger.HoldPromise:
		return h.cal.AddBusinessDays(h.cal.Next(hold.Until), 1) + 1
	default:
		return hold.Until + 1
	}
}

// holdWords tells a hold in one line: "dispute: wrong quantity (Anna)".
func holdWords(hold *ledger.Hold) string {
	var b strings.Builder
	b.WriteString(string(hold.Kind))
	if hold.Reason != "" {
		b.WriteString(": ")
		b.WriteString(hold.Reason)
	}
	if hold.Owner != "" {
		b.WriteString(" (")
		b.WriteString(hold.Owner)
		b.WriteString(")")
	}
	return b.String()
}

// doubted settles the item when something about it or its customer does not
// add up. A bounded doubt ends after credit_hold; the one that lasts longest speaks.
func (h *hearing) doubted(s *standing) bool {
	var longest *reconcile.Doubt
	var end ledger.Date
	for _, doubts := range [2][]reconcile.Doubt{s.item.Doubts, h.c.Position.Doubts} {
		for i := range doubts {
			d := &doubts[i]
			free := h.doubtFree(d)
			if free != 0 && free <= h.today {
				continue
			}
			if longest == nil || end != 0 && (free == 0 || free > end) {
				longest, end = d, free
			}
		}
	}
	if longest == nil {
		return false
	}
	s.own = h.sooner(s.own, end)
	last := ledger.Date(0)
	if end != 0 {
		last = end - 1
	}
	s.settle(Held, ReasonDoubt, longest.Code+": "+longest.Text, last)
	return true
}

// doubtFree returns the first day on which the doubt no longer holds; zero:
// only when a person has settled it.
func (h *hearing) doubtFree(d *reconcile.Doubt) ledger.Date {
	if !d.Bounded || d.From == 0 {
		return 0
	}
	return h.creditFree(d.From)
}
