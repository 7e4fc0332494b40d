package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// MaxSpan is the largest number of days a Span may have: ten years.
const MaxSpan = 3660

// ErrSpan says that a text is not a number of days.
var ErrSpan = errors.New(`not a span of days such as "4 business days" or "10 days"`)

// Span is a number of whole days: calendar days, or business days of whatever
// calendar it is used with. The zero Span is no day at all. Spans compare
// with ==.
type Span struct {
	count    int
	business bool
}

// Days returns a span of n calendar days; a negative n counts as 0.
func Days(n int) Span { return Span{count: max(n, 0)} }

// BusinessDays returns a span of n business days; a negative n counts as 0.
func BusinessDays(n int) Span { return Span{count: max(n, 0), business: true} }

// ParseSpan reads "4 business days", "10 days", "1 day", or in French "4 jours
// ouvrés", "10 jours". It returns ErrSpan for anything else: a bare number, a
// negative one, one above MaxSpan, and "jours ouvrables", which count
// Saturdays.
func ParseSpan(text string) (Span, error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || n > MaxSpan {
		return Span{}, fmt.Errorf("%q: %w", text, ErrSpan)
	}
	switch strings.ToLower(strings.Join(strings.Fields(unit), " ")) {
	case "day", "days", "jour", "jours":
		return Days(int(n)), nil
	case "business day", "business days", "jour ouvré", "jours ouvrés":
		return BusinessDays(int(n)), nil
	default:
		return Span{}, fmt.Errorf("%q: %w", text, ErrSpan)
	}
}

// After returns the day that is the span after the given one. In business days
// it is a business day of c, also for a span of 0, see Calendar.AddBusinessDays;
// in calendar days it may be any day. A day that is not known stays so.
func (s Span) After(d ledger.Date, c Calendar) ledger.Date {
	if s.business {
		return c.AddBusinessDays(d, s.count)
	}
	return d.AddDays(s.count)
}

// Before is After in the other direction.
func (s Span) Before(d ledger.Date, c Calendar) ledger.Date {
	switch {
	case s.business && s.count == 0:
		return c.Previous(d)
	case s.business:
		return c.AddBusinessDays(d, -s.count)
	default:
		return d.AddDays(-s.count)
	}
}

// Count returns the number of days and whether they are business days.
func (s Span) Count() (n int, business bool) { return s.count, s.business }

// IsZero reports whether the span is no day at all, of either sort.
func (s Span) IsZero() bool { return s.count == 0 }

// String writes the span as ParseSpan reads it.
func (s Span) String() string {
	unit := "days"
	if s.count == 1 {
		unit = "day"
	}
	if s.business {
		unit = "business " + unit
	}
	return strconv.Itoa(s.count) + " " + unit
}

// MarshalText writes the span as String does.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseSpan reads.
func (s *Span) UnmarshalText(text []byte) error {
	read, err := ParseSpan(string(text))
	if err != nil {
		return err
	}
	*s = read
	return nil
}
