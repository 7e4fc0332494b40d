package ledger

import (
	"fmt"
	"time"
)

// Date is a civil day without a zone: the number of days since the day before
// 0001-01-01. Zero means "not known". Dates compare with < and ==.
type Date int32

// The days Date can name: years 1 to 9999, as ISO 8601 and SQL write them.
const (
	minYear = 1
	maxYear = 9999
)

// NewDate returns the civil day; an impossible one (31 February) is refused.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if !possible(year, month, day) {
		return 0, fmt.Errorf("%04d-%02d-%02d is not a day of the calendar", year, month, day)
	}
	return fromCivil(year, month, day), nil
}

// DateOf returns the civil day an instant falls on in its own location.
func DateOf(t time.Time) Date { return fromCivil(t.Date()) }

// ParseDate reads a day written as 2026-04-30.
func ParseDate(text string) (Date, error) {
	if len(text) == 10 && text[4] == '-' && text[7] == '-' {
		if d, ok := readCivil(text[:4], text[5:7], text[8:]); ok {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is not a day such as 2026-04-30", cut(text))
}

// ParseCompact reads a day written as 20260430, the AAAAMMJJ of French files.
func ParseCompact(text string) (Date, error) {
	if len(text) == 8 {
		if d, ok := readCivil(text[:4], text[4:6], text[6:]); ok {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is not a day such as 20260430", cut(text))
}

// In returns the instant at which the day has reached the given time of day in
// loc; it is how a civil day becomes an instant.
func (d Date) In(loc *time.Location, hour, minute int) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, hour, minute, 0, 0, loc)
}

// AddDays returns the day n calendar days later (earlier when n is negative).
// A day that is not known stays so.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	return d + Date(n)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	// 0001-01-01, day 1, was a Monday. The remainder of a day before it is negative.
	return time.Weekday((d%7 + 7) % 7)
}

// Civil returns year, month and day of the month.
func (d Date) Civil() (year int, month time.Month, day int) { return toCivil(d) }

// MonthEnd returns the last day of the day's month; a day that is not known
// stays so.
func (d Date) MonthEnd() Date {
	if d == 0 {
		return 0
	}
	y, m, day := d.Civil()
	return d + Date(daysIn(y, m)-day)
}

// Known reports whether the day is known.
func (d Date) Known() bool { return d != 0 }

// String prints 2026-04-30, or "" when the day is not known.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	var buf [10]byte
	return string(d.append(buf[:0]))
}

// append writes the day as ISO 8601 does.
func (d Date) append(buf []byte) []byte {
	y, m, day := d.Civil()
	if y < minYear || y > maxYear { // out of arithmetic only: no parser gives such a day
		return fmt.Appendf(buf, "%04d-%02d-%02d", y, m, day)
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return append(buf,
		digit(y/1000), digit(y/100), digit(y/10), digit(y), '-',
		digit(int(m)/10), digit(int(m)), '-', digit(day/10), digit(day))
}

// AppendText appends what String prints.
func (d Date) AppendText(buf []byte) ([]byte, error) {
	if d == 0 {
		return buf, nil
	}
	return d.append(buf), nil
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(make([]byte, 0, 10)) }

// UnmarshalText reads what MarshalText wrote; empty text is the unknown day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	day, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// cut keeps an error short when a page of text stands where a day should.
func cut(text string) string {
	const most = 24
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}
