package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrWeekdays says that a text does not name days of the week.
var ErrWeekdays = errors.New(`not days of the week such as "mon-fri" or "mon,wed-thu"`)

// Weekdays is a set of days of the week; the zero one is empty.
type Weekdays uint8

// ParseWeekdays reads days and ranges of days separated by commas: "mon-fri",
// "mon,wed-thu", "lun-ven". Days have their first three letters, in English
// or French; a range may run over the end of the week: "sat-mon". It returns
// ErrWeekdays for anything else, nothing included.
func ParseWeekdays(text string) (Weekdays, error) {
	var set Weekdays
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, ok := weekday(first)
		to := from
		if ok && isRange {
			to, ok = weekday(last)
		}
		if !ok {
			return 0, fmt.Errorf("%q: %w", text, ErrWeekdays)
		}
		for day := from; ; day = (day + 1) % 7 {
			set |= 1 << day
			if day == to {
				break
			}
		}
	}
	return set, nil
}

// weekday reads one day's name.
func weekday(name string) (time.Weekday, bool) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "mon", "lun":
		return time.Monday, true
	case "tue", "mar":
		return time.Tuesday, true
	case "wed", "mer":
		return time.Wednesday, true
	case "thu", "jeu":
		return time.Thursday, true
	case "fri", "ven":
		return time.Friday, true
	case "sat", "sam":
		return time.Saturday, true
	case "sun", "dim":
		return time.Sunday, true
	default:
		return 0, false
	}
}

// Has reports whether the day is in the set.
func (w Weekdays) Has(day time.Weekday) bool { return w&(1<<day) != 0 }

// String writes the set from Monday on, as ParseWeekdays reads it, with three
// days or more in a row as a range.
func (w Weekdays) String() string {
	names := [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	has := func(i int) bool { return i < len(names) && w.Has(time.Weekday((i+1)%7)) }
	var parts []string
	for i := 0; i < len(names); i++ {
		if !has(i) {
			continue
		}
		end := i
		for has(end + 1) {
			end++
		}
		if end-i >= 2 {
			parts = append(parts, names[i]+"-"+names[end])
			i = end
			continue
		}
		parts = append(parts, names[i])
	}
	return strings.Join(parts, ",")
}

// MarshalText writes the set as String does.
func (w Weekdays) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what ParseWeekdays reads.
func (w *Weekdays) UnmarshalText(text []byte) error {
	read, err := ParseWeekdays(string(text))
	if err != nil {
		return err
	}
	*w = read
	return nil
}
