package policy

import (
	"github.com/relanced/relanced/ledger"
)

// manyItems is from how many items on a customer's items are looked up by a
// map instead of one by one.
const manyItems = 16

// recall reads the history into the items: the highest rung each has reached
// in its present episode, and since when.
//
//   - failed and bounced messages reached nobody and count for nothing;
//   - a message under way or of unknown fate makes the whole customer wait;
//   - a person's or a tool's message after the due day counts as the entry
//     rung, never higher;
//   - a message of an older episode is no history of the item any more.
func (h *hearing) recall() {
	if len(h.c.History) == 0 || len(h.items) == 0 {
		return
	}
	var byUID map[string]int
	if len(h.items) > manyItems {
		byUID = make(map[string]int, len(h.items))
		for i := range h.items {
			byUID[string(h.items[i].item.UID)] = i
		}
	}
	for i := range h.c.History {
		m := &h.c.History[i]
		switch m.State {
		case ledger.MessageFailed, ledger.MessageBounced:
			continue
		case ledger.MessageSent:
		default: // under way, unknown, or a state nobody knows: it waits
			if w := h.waiting; w == nil || m.Day > w.Day || m.Day == w.Day && m.State > w.State {
				h.waiting = m
			}
			continue
		}
		for j := range m.Items {
			if s := h.find(m.Items[j].Item, byUID); s != nil {
				h.remember(s, m, &m.Items[j])
			}
		}
	}
}

func (h *hearing) find(uid string, byUID map[string]int) *standing {
	if byUID != nil {
		if i, ok := byUID[uid]; ok {
			return &h.items[i]
		}
		return nil
	}
	for i := range h.items {
		if string(h.items[i].item.UID) == uid {
			return &h.items[i]
		}
	}
	return nil
}

// remember notes what one message did for one item.
func (h *hearing) remember(s *standing, m *ledger.Message, mi *ledger.MessageItem) {
	rung := h.entry
	if m.By == ledger.ByUs {
		if mi.Episode != s.item.Episode {
			return
		}
		rung = h.rungOf(mi)
	} else if !others(s, m, mi) {
		return
	}
	switch {
	case rung < 0:
		return
	case h.ladder.Rungs[rung].Before != nil:
		s.aside |= 1 << uint(rung%64)
	case rung > s.reached:
		s.reached, s.since, s.last, s.times = rung, m.Day, m.Day, 1
	case rung == s.reached:
		s.since, s.last = min(s.since, m.Day), max(s.last, m.Day)
		s.times++
	}
}

// others reports whether a message that is not ours counts as the entry rung.
// What was said by the due day cannot have been a reminder; whoever does not
// tell the episode meant the first.
func others(s *standing, m *ledger.Message, mi *ledger.MessageItem) bool {
	if s.item.Due == 0 || m.Day <= s.item.Due {
		return false
	}
	return mi.Episode == s.item.Episode || mi.Episode == 0 && s.item.Episode <= 1
}

// rungOf finds the rung of this ladder that one of our own messages reached.
// A step of another ladder, left when the customer's kind became known, counts
// as the first rung of the same severity, else as the last milder one.
func (h *hearing) rungOf(mi *ledger.MessageItem) int {
	rungs := h.ladder.Rungs
	for i := range rungs {
		if rungs[i].ID == mi.Step {
			return i
		}
	}
	best := h.entry
	for i := range rungs {
		if i < h.entry || rungs[i].Before != nil || rungs[i].Severity > mi.Severity {
			continue
		}
		if best < 0 || rungs[i].Severity > rungs[best].Severity {
			best = i
		}
	}
	return best
}
