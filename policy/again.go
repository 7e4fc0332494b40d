package policy

import (
	"github.com/relanced/relanced/ledger"
)

// decisions writes down each item's answer with the day it is looked at again.
func (h *hearing) decisions() []Decision {
	h.gather()
	all := make([]Decision, len(h.items))
	for i := range h.items {
		s := &h.items[i]
		d := &all[i]
		d.Item, d.Verdict, d.Reason, d.Detail = s.item.UID, s.verdict, s.reason, s.detail
		d.Day, d.Again = s.day, h.againDay(s)
		if s.rung >= 0 {
			d.Rung, d.Sev = h.ladder.Rungs[s.rung].ID, h.ladder.Rungs[s.rung].Severity
		}
	}
	return all
}

// gather works out the earliest days on which something about the overdue
// items, or the first of the others' due days, changes the picture.
func (h *hearing) gather() {
	for i := range h.items {
		s := &h.items[i]
		switch {
		case h.overdue(s):
			h.core = h.sooner(h.core, s.own)
		case s.item.Due != 0:
			h.due = h.sooner(h.due, s.item.Due+1)
			for j := range h.ladder.Rungs {
				if r := &h.ladder.Rungs[j]; r.Before != nil {
					h.due = h.sooner(h.due, r.Before.Before(s.item.Due, h.cal))
				}
			}
		}
	}
}

// againDay returns the day on which time alone may change the decision. When
// only an event can, it is looked at on the first of the next month, so that
// nothing is forgotten for ever.
func (h *hearing) againDay(s *standing) ledger.Date {
	day := s.own
	switch s.reason {
	case ReasonNever, ReasonHold, ReasonDueUnknown, ReasonDoubt, ReasonNoLadder:
	case ReasonNotDue:
		if h.before {
			day = h.sooner(h.sooner(day, h.core), h.due)
		}
	case ReasonCredit, ReasonCreditCovers, ReasonMinimum, ReasonCondition, ReasonTop,
		ReasonKindUnknown, ReasonCallFirst, ReasonProofNeeded, ReasonNoAddress:
		day = h.sooner(h.sooner(day, h.core), h.due)
	case ReasonRung, ReasonCovered, ReasonTooSoon, ReasonGap, ReasonUnderWay, ReasonAnchor,
		ReasonMoneyUnknown, ReasonStale, ReasonCompany:
		day = h.sooner(day, h.core)
		if h.sums || h.before || h.short || s.halted {
			day = h.sooner(day, h.due)
		}
	}
	if day == 0 {
		return review(h.today)
	}
	return day
}

// review returns the first day of the month after the day's.
func review(today ledger.Date) ledger.Date {
	_, _, dayOfMonth := today.Civil()
	next := today - ledger.Date(dayOfMonth) + 32
	_, _, over := next.Civil()
	return next - ledger.Date(over) + 1
}
