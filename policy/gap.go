package policy

import (
	"github.com/relanced/relanced/ledger"
)

// gap returns the first day on which a step of this verb may follow what the
// customer has been sent, and why. Work for one of us that does not reach the
// customer keeps no distance, but nothing ever follows on the same day.
func (h *hearing) gap(verb ledger.Verb) (end ledger.Date, why string) {
	var latest, contact ledger.Date
	for i := range h.c.History {
		m := &h.c.History[i]
		if m.State != ledger.MessageSent {
			continue
		}
		latest = max(latest, m.Day)
		if m.Channel != ledger.VerbTask {
			contact = max(contact, m.Day)
		}
	}
	if latest == 0 {
		return 0, ""
	}
	end = latest + 1
	if verb != ledger.VerbTask && contact != 0 {
		end = max(end, h.cal.Next(h.ladder.MinGap.After(contact, h.cal)))
	}
	if end > h.today {
		return end, "last contact on " + latest.String()
	}
	if verb == ledger.VerbTask {
		return 0, ""
	}
	most, calls := max(h.r.MessagesAWeek, 1), task(verb)
	if calls {
		most = h.r.CallsAWeek
		if most <= 0 {
			most = 2
		}
	}
	if end = h.weekEnd(calls, most); end > h.today {
		return end, "enough for one week"
	}
	return 0, ""
}

// weekEnd returns the first day on which fewer than most calls, or messages,
// have gone to the customer in the seven days up to it.
func (h *hearing) weekEnd(calls bool, most int) ledger.Date {
	day := h.today
	for {
		n, oldest := 0, ledger.Date(0)
		for i := range h.c.History {
			m := &h.c.History[i]
			if m.State != ledger.MessageSent || m.Channel == ledger.VerbTask || task(m.Channel) != calls || h.cal.Next(m.Day+7) <= day {
				continue
			}
			n++
			if oldest == 0 || m.Day < oldest {
				oldest = m.Day
			}
		}
		if n < most {
			return day
		}
		day = h.cal.Next(oldest + 7)
	}
}
