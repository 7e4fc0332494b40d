package calendar

import (
	"errors"
	"fmt"
	"time"

	"github.com/rickar/cal/v2"

	"github.com/relanced/relanced/ledger"
)

// rule is one holiday over the years.
type rule struct {
	name    string
	holiday cal.Holiday
}

// day returns the day of the holiday in a year; zero when it is not observed.
func (r rule) day(year int) ledger.Date {
	at, _ := r.holiday.Calc(year)
	if at.IsZero() {
		return 0
	}
	// The library gives midnight of this machine's zone. Where the clock skips
	// midnight that may be an hour off; noon is on the right day.
	return ledger.DateOf(at.Add(12 * time.Hour))
}

// holidayText is a rule as a file writes it.
type holidayText struct {
	Name   string `toml:"name"`
	On     string `toml:"on"`
	Easter *int   `toml:"easter"`
	From   int    `toml:"from"`
	Until  int    `toml:"until"`
}

var (
	errName   = errors.New("a name is missing")
	errWhen   = errors.New(`exactly one of on = "05-01" and easter = 39 is needed`)
	errOn     = errors.New(`on must be month-day, such as "05-01", and exist every year`)
	errEaster = errors.New("easter must be at most 100 days away from Easter Sunday")
	errYears  = errors.New("until comes before from")
)

// rule checks what the file says.
func (h holidayText) rule() (rule, error) {
	r := rule{name: h.Name, holiday: cal.Holiday{
		Name: h.Name, Type: cal.ObservancePublic, StartYear: h.From, EndYear: h.Until,
	}}
	switch {
	case h.Name == "":
		return rule{}, errName
	case (h.On == "") == (h.Easter == nil):
		return rule{}, fmt.Errorf("%q: %w", h.Name, errWhen)
	case h.From != 0 && h.Until != 0 && h.Until < h.From:
		return rule{}, fmt.Errorf("%q: %w", h.Name, errYears)
	case h.Easter != nil:
		if *h.Easter < -100 || *h.Easter > 100 {
			return rule{}, fmt.Errorf("%q: %w", h.Name, errEaster)
		}
		r.holiday.Func, r.holiday.Offset = cal.CalcEasterOffset, *h.Easter
		return r, nil
	}
	fixed, err := time.Parse(time.DateOnly, "2001-"+h.On) // no leap year: 29 February is refused
	if err != nil {
		return rule{}, fmt.Errorf("%q: %q: %w", h.Name, h.On, errOn)
	}
	r.holiday.Func, r.holiday.Month, r.holiday.Day = cal.CalcDayOfMonth, fixed.Month(), fixed.Day()
	return r, nil
}
