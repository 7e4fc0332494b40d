package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/relanced/relanced/ledger"
)

// ErrHours says that a text is not a stretch of a day.
var ErrHours = errors.New(`not hours such as "09:00-17:00"`)

// Hours is a stretch of one day on the clock on the wall, the first minute in,
// the last one out. The zero Hours is empty.
type Hours struct {
	From, To int // minutes since midnight; 0 <= From < To <= 24×60
}

// ParseHours reads "09:00-17:00". The second time must come after the first;
// "24:00" is the end of the day. It returns ErrHours otherwise.
func ParseHours(text string) (Hours, error) {
	from, to, found := strings.Cut(text, "-")
	h := Hours{minutes(from), minutes(to)}
	if !found || h.From < 0 || h.To < 0 {
		return Hours{}, fmt.Errorf("%q: %w", text, ErrHours)
	}
	if h.From >= h.To {
		return Hours{}, fmt.Errorf("%q: %w: the second time must be later on the same day", text, ErrHours)
	}
	return h, nil
}

// minutes reads "09:00" or "9:00", or returns -1.
func minutes(text string) int {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// Has reports whether the instant's time of day, in its own location, is
// within the hours.
func (h Hours) Has(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	return h.From <= minute && minute < h.To
}

// opening returns the first instant of the day at which the clock shows a time
// within the hours. Where the clock skips From, that is when it has jumped.
func (h Hours) opening(d ledger.Date, loc *time.Location) time.Time {
	t := d.In(loc, h.From/60, h.From%60)
	if t.Hour()*60+t.Minute() < h.From || ledger.DateOf(t) < d {
		t = t.Add(time.Hour)
	}
	return t
}

// String writes the hours as ParseHours reads them.
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// MarshalText writes the hours as String does.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what ParseHours reads.
func (h *Hours) UnmarshalText(text []byte) error {
	read, err := ParseHours(string(text))
	if err != nil {
		return err
	}
	*h = read
	return nil
}
