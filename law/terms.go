// Package law owns what the law and the terms of trade say about days and
// sums: at present the day on which an invoice falls due. It reads no clock,
// and it decides nothing: it answers for the dates and amounts it is asked
// about. Figures that a law may change stand in tables with the day from which
// they hold and their source, never in the middle of a function.
package law

import (
	"fmt"
	"strconv"

	"github.com/relanced/relanced/ledger"
)

// Terms say when an invoice falls due, counted from the day it was issued. The
// zero Terms are not known. Terms compare with ==.
type Terms struct {
	rule rule
	days int
	on   int // day of the month payment runs on; 0: none
}

// rule is the order in which days are counted and the month is ended.
type rule int

const (
	net              rule = iota + 1 // so many days after the issue
	monthEndThenDays                 // so many days after the end of the month of issue
	daysThenMonthEnd                 // so many days after the issue, then the end of that month
)

// Reading says which of its two meanings "45 jours fin de mois" has. French
// law lets both stand; the seller's terms should say which.
type Reading int

// The readings.
const (
	// MonthEndThenDays goes to the end of the month of issue, then 45 days on.
	// The preparatory works of the law favour it; it is the default.
	MonthEndThenDays Reading = iota
	// DaysThenMonthEnd goes 45 days on, then to the end of that month.
	DaysThenMonthEnd
)

// Known reports whether there are any terms.
func (t Terms) Known() bool { return t.rule != 0 }

// Due returns the last day on which paying is in time. It is not moved to a
// business day. It is not known when the terms or the day of issue are not.
//
//	rule               issued      45 days   on the 10th
//	net                15 Jan      1 Mar     10 Mar: the first one from there on
//	monthEndThenDays   15 Jan      17 Mar    10 Apr: the first one from there on
//	daysThenMonthEnd   15 Jan      31 Mar    10 Apr: of the following month
//
// A month without such a day pays on its last one.
func (t Terms) Due(issued ledger.Date) ledger.Date {
	if issued == 0 {
		return 0
	}
	switch t.rule {
	case net:
		return dayOnOrAfter(issued.AddDays(t.days), t.on)
	case monthEndThenDays:
		return dayOnOrAfter(issued.MonthEnd().AddDays(t.days), t.on)
	case daysThenMonthEnd:
		end := issued.AddDays(t.days).MonthEnd()
		if t.on == 0 {
			return end
		}
		return dayOfMonth(end+1, t.on)
	default:
		return 0
	}
}

// dayOnOrAfter returns the first day with that number in its month from d on;
// d itself for 0.
func dayOnOrAfter(d ledger.Date, on int) ledger.Date {
	if on == 0 {
		return d
	}
	if hit := dayOfMonth(d, on); hit >= d {
		return hit
	}
	return dayOfMonth(d.MonthEnd()+1, on)
}

// dayOfMonth returns the day with that number in d's month, or its last one.
func dayOfMonth(d ledger.Date, on int) ledger.Date {
	_, _, day := d.Civil()
	return min(d.AddDays(on-day), d.MonthEnd())
}

// String writes the terms in English so that ParseTerms reads them back under
// either Reading: "30 days", "end of month then 45 days", "on receipt". Terms
// that are not known are empty.
func (t Terms) String() string {
	var text string
	switch {
	case t.rule == net && t.days == 0 && t.on == 0:
		return "on receipt"
	case t.rule == net:
		text = plural(t.days)
	case t.rule == monthEndThenDays:
		text = "end of month then " + plural(t.days)
	case t.rule == daysThenMonthEnd && t.days == 0:
		text = "end of month"
	case t.rule == daysThenMonthEnd:
		text = plural(t.days) + " then end of month"
	default:
		return ""
	}
	if t.on != 0 {
		text += " on the " + ordinal(t.on)
	}
	return text
}

func plural(days int) string {
	if days == 1 {
		return "1 day"
	}
	return strconv.Itoa(days) + " days"
}

func ordinal(n int) string {
	switch {
	case n%10 == 1 && n != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n != 13:
		return strconv.Itoa(n) + "rd"
	default:
		return strconv.Itoa(n) + "th"
	}
}

// String returns the reading's word in configuration.
func (r Reading) String() string {
	if r == DaysThenMonthEnd {
		return "days-then-month-end"
	}
	return "month-end-then-days"
}

// MarshalText writes the reading's word.
func (r Reading) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the reading's word; empty text is the default.
func (r *Reading) UnmarshalText(text []byte) error {
	switch string(text) {
	case "", "month-end-then-days":
		*r = MonthEndThenDays
	case "days-then-month-end":
		*r = DaysThenMonthEnd
	default:
		return fmt.Errorf("%q is not a reading (month-end-then-days, days-then-month-end)", text)
	}
	return nil
}
