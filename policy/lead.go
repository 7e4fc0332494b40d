package policy

import (
	"github.com/relanced/relanced/ledger"
)

// lead finds the item that sets the pace and what is sent today. The oldest
// candidate is asked first. One that cannot go on by itself is set aside with
// its reason, so that it does not silence those that can; it is still named in
// their notice, for it is still owed.
func (h *hearing) lead() *Notice {
	for i := range h.items {
		s := &h.items[i]
		if s.verdict != "" {
			continue
		}
		if h.waiting != nil {
			h.settleRest(0, ReasonUnderWay, waitingWords(h.waiting), h.waiting.Day)
			return nil
		}
		next := h.consider(s)
		if next.stop != "" {
			h.halt(s, next)
			continue
		}
		if notice, done := h.follow(i, next); done {
			return notice
		}
	}
	return nil
}

// halt sets an item aside that cannot go on by itself.
func (h *hearing) halt(s *standing, next step) {
	verdict := Wait
	if next.held {
		verdict = Held
	}
	s.halted, s.rung = true, next.rung
	s.settle(verdict, next.stop, next.detail, 0)
	if next.stop == ReasonMinimum { // what the others reach may make it worth it
		for i := range h.items {
			if other := &h.items[i]; other.line() && h.overdue(other) {
				_, day, _ := h.next(other)
				h.core = h.sooner(h.core, day)
			}
		}
	}
}

// follow settles an item as the anchor and everybody behind it, and returns the
// notice if its day has come. It is not done when too little is left of what the item would ask for, because of what
// cannot be known yet: then the next one is tried.
func (h *hearing) follow(i int, next step) (notice *Notice, done bool) {
	h.anchor = i
	s, r := &h.items[i], &h.ladder.Rungs[next.rung]
	s.rung = next.rung
	if next.day > h.today {
		s.settle(Wait, ReasonTooSoon, r.ID+" on "+next.day.String(), next.day)
		h.core = h.sooner(h.core, next.day)
		h.settleRest(i+1, ReasonAnchor, s.item.Number, next.day)
		return nil, true
	}
	if end, why := h.gap(r.Do); end > h.today {
		s.settle(Wait, ReasonGap, why, end)
		h.core = h.sooner(h.core, end)
		h.settleRest(i+1, ReasonAnchor, s.item.Number, end)
		return nil, true
	}
	if reason, detail := h.r.Fresh.judge(h.needs(s), h.today, h.r.Creditor); reason != "" {
		h.gated = true
		s.settle(Held, reason, detail, h.r.Fresh.Until)
		h.settleRest(i+1, reason, detail, h.r.Fresh.Until)
		return nil, true
	}
	h.core = h.sooner(h.core, h.r.Fresh.expires(h.r.Creditor))
	if h.ask(r); !h.asks(s, r) {
		h.gated, h.anchor, s.halted = true, -1, true
		s.settle(Held, ReasonMoneyUnknown, h.r.Fresh.known(), h.r.Fresh.Until)
		return nil, false
	}
	return h.act(s, next), true
}

// settleRest gives the candidates from index from on one common answer.
func (h *hearing) settleRest(from int, reason Reason, detail string, day ledger.Date) {
	verdict := Wait
	if reason == ReasonMoneyUnknown || reason == ReasonStale || reason == ReasonCompany {
		verdict = Held
	}
	for i := from; i < len(h.items); i++ {
		if s := &h.items[i]; s.verdict == "" {
			s.settle(verdict, reason, detail, day)
		}
	}
}

func waitingWords(m *ledger.Message) string {
	if m.State == ledger.MessageUnderWay {
		return "a message of " + m.Day.String() + " is on its way"
	}
	return "it is not known whether a message of " + m.Day.String() + " left"
}
