package calendar

import (
	"time"

	"github.com/relanced/relanced/ledger"
)

// Window is when messages may leave: on these days of the week, between these
// hours. In a configuration it is { days = "mon-fri", hours = "09:00-17:00" }.
// The zero Window never opens.
type Window struct {
	Days  Weekdays `toml:"days" doc:"days of the week on which messages leave: \"mon-fri\", \"mon,wed-thu\""`
	Hours Hours    `toml:"hours" doc:"hours in which messages leave: \"09:00-17:00\"; the second one is outside"`
}

// ParseWindow reads days and hours as ParseWeekdays and ParseHours do.
func ParseWindow(days, hours string) (Window, error) {
	d, err := ParseWeekdays(days)
	if err != nil {
		return Window{}, err
	}
	h, err := ParseHours(hours)
	if err != nil {
		return Window{}, err
	}
	return Window{Days: d, Hours: h}, nil
}

// Open reports whether the window is open at the instant, on the clock and in
// the week of the instant's own location. Holidays are not its business.
func (w Window) Open(t time.Time) bool {
	return w.Days.Has(t.Weekday()) && w.Hours.Has(t)
}

// horizon is how many days NextOpening looks ahead: more than any run of
// holidays, few enough to notice a window that never opens.
const horizon = 366

// NextOpening returns the first instant from t on, in loc, at which the window
// is open on a business day of c; t itself when it is open then. It returns
// false when there is none within a year: the window's days and c's business
// days never meet, such as "sat-sun".
func (w Window) NextOpening(t time.Time, c Calendar, loc *time.Location) (time.Time, bool) {
	local := t.In(loc)
	today := ledger.DateOf(local)
	if w.Open(local) && c.BusinessDay(today) {
		return local, true
	}
	for d := today; d <= today.AddDays(horizon); d++ {
		if !w.Days.Has(d.Weekday()) || !c.BusinessDay(d) {
			continue
		}
		opens := w.Hours.opening(d, loc)
		if opens.After(local) && w.Open(opens) {
			return opens, true
		}
	}
	return time.Time{}, false
}

// String writes the window for people: "mon-fri 09:00-17:00".
func (w Window) String() string { return w.Days.String() + " " + w.Hours.String() }
