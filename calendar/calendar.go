// Package calendar owns business days: public holidays by country and region,
// spans of days such as "4 business days", and the windows in which messages
// may leave. It reads no clock and no file but those it is handed.
package calendar

import (
	"time"

	"github.com/relanced/relanced/ledger"
)

// Calendar tells the business days of one region, or of two at once. It is an
// immutable value: copy it, share it. The zero Calendar knows weekends only.
type Calendar struct{ t *table }

// Region returns the region the calendar was made for, such as "FR-57", or
// "FR+BE" after Both.
func (c Calendar) Region() string {
	if c.t == nil {
		return ""
	}
	return c.t.region
}

// BusinessDay reports whether the day is neither Saturday nor Sunday nor a
// holiday. A day that is not known is not a business day.
func (c Calendar) BusinessDay(d ledger.Date) bool {
	switch {
	case c.t != nil && d >= firstDay && d <= lastDay:
		i := uint(d - firstDay)
		return c.t.closed[i/64]&(1<<(i%64)) == 0
	case d == 0:
		return false
	default:
		return !weekend(d) && (c.t == nil || !c.t.observed(d))
	}
}

// Holiday returns the name of the holiday on the day, if it is one; the names
// of two on one day are joined with a comma. A weekend is no holiday.
func (c Calendar) Holiday(d ledger.Date) (name string, ok bool) {
	if c.t == nil || d == 0 {
		return "", false
	}
	name = c.t.names(d)
	return name, name != ""
}

// Next returns the day itself if it is a business day, else the first one
// after it. A day that is not known stays so.
func (c Calendar) Next(d ledger.Date) ledger.Date { return c.seek(d, 1) }

// Previous returns the day itself if it is a business day, else the last one
// before it. A day that is not known stays so.
func (c Calendar) Previous(d ledger.Date) ledger.Date { return c.seek(d, -1) }

func (c Calendar) seek(d ledger.Date, step int) ledger.Date {
	for d != 0 && !c.BusinessDay(d) {
		d = d.AddDays(step)
	}
	return d
}

// AddBusinessDays returns the n-th business day after the day (before it when n
// is negative); the day itself is not counted. For n = 0 it is Next. A day that
// is not known stays so.
func (c Calendar) AddBusinessDays(d ledger.Date, n int) ledger.Date {
	if n == 0 {
		return c.Next(d)
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for ; n > 0 && d != 0; n-- {
		d = c.seek(d.AddDays(step), step)
	}
	return d
}

// BusinessDaysBetween counts the business days after a up to and including b;
// when b comes before a it is the same count with a minus. From or to a day
// that is not known it is 0.
func (c Calendar) BusinessDaysBetween(a, b ledger.Date) int {
	switch {
	case a == 0 || b == 0:
		return 0
	case b < a:
		return -c.BusinessDaysBetween(b, a)
	case c.t != nil && a >= firstDay && b <= lastDay:
		return c.t.open(a+1, b)
	}
	n := 0
	for d := a + 1; d <= b; d++ {
		if c.BusinessDay(d) {
			n++
		}
	}
	return n
}

// Both returns the calendar whose business days are business days of a and of
// b: for the creditor and the debtor. It costs about a microsecond; keep it per
// pair of regions.
func Both(a, b Calendar) Calendar {
	switch {
	case a.t == b.t || b.t == nil:
		return a
	case a.t == nil:
		return b
	default:
		return Calendar{union(a.t, b.t)}
	}
}

func weekend(d ledger.Date) bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}
