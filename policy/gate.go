package policy

import (
	"strconv"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

// Gate says whether a notice may leave on what is known about money today. It
// is judged when deciding and again when sending. cal is the creditor's
// calendar. The detail says what is missing, such as "money known only until
// 2026-04-14"; reason and detail are empty when it may leave.
//
// Money must be known until the day after the due day of everything the notice
// asks for, and until the day of a promise that was broken; and what is known
// must not be older than MaxAge business days. A step before the due day asks
// for nothing that is late, so only the age counts.
func Gate(n Notice, f Freshness, today ledger.Date, cal calendar.Calendar) (ok bool, reason Reason, detail string) {
	needs := n.Needs
	for i := range n.Lines {
		if due := n.Lines[i].Due; due != 0 && due < today {
			needs = max(needs, due+1)
		}
	}
	reason, detail = f.judge(needs, today, cal)
	return reason == "", reason, detail
}

// judge is Gate for what needs money known until a day.
func (f Freshness) judge(needs, today ledger.Date, cal calendar.Calendar) (Reason, string) {
	switch {
	case f.Holding != "":
		return ReasonCompany, f.Holding
	case f.Stale != "":
		return ReasonStale, f.Stale
	case f.Until == 0:
		return ReasonMoneyUnknown, "nothing is known about money yet"
	case f.Until < needs:
		return ReasonMoneyUnknown, f.known()
	case f.MaxAge > 0 && cal.BusinessDaysBetween(f.Until, today) > f.MaxAge:
		return ReasonMoneyUnknown, f.known() + ", more than " + strconv.Itoa(f.MaxAge) + " business days ago"
	default:
		return "", ""
	}
}

func (f Freshness) known() string { return "money known only until " + f.Until.String() }

// expires returns the first day on which what is known will be too old; zero: never.
func (f Freshness) expires(cal calendar.Calendar) ledger.Date {
	if f.MaxAge <= 0 || f.Until == 0 {
		return 0
	}
	return cal.AddBusinessDays(max(f.Until, 1), f.MaxAge+1)
}

// needs returns the day up to which money must be known before the item may be
// asked for: the day after its due day, and the first banking day from the day
// of a promise that was broken.
func (h *hearing) needs(s *standing) ledger.Date {
	needs := s.item.Due + 1
	if s.promise != 0 {
		needs = max(needs, h.cal.Next(s.promise))
	}
	return needs
}
