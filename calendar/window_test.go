package calendar_test

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same on every machine

	"pgregory.net/rapid"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

func paris(tb testing.TB) *time.Location {
	tb.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		tb.Fatal(err)
	}
	return loc
}

func window(tb testing.TB, days, hours string) calendar.Window {
	tb.Helper()
	w, err := calendar.ParseWindow(days, hours)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func TestParseWeekdays(t *testing.T) {
	for text, want := range map[string]string{
		"mon-fri": "mon-fri", "MON-FRI": "mon-fri", "lun-ven": "mon-fri", "mon,wed-thu": "mon,wed,thu", "mon, wed-fri": "mon,wed-fri",
		"tue": "tue", "sat-mon": "mon,sat,sun", "sun": "sun", "mon-sun": "mon-sun", "tue-mon": "mon-sun", "mar,jeu": "tue,thu",
	} {
		got, err := calendar.ParseWeekdays(text)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
		if again, err := calendar.ParseWeekdays(got.String()); err != nil || again != got {
			t.Errorf("%q does not survive being written: %q", text, again)
		}
	}
	for _, text := range []string{"", ",", "mon-", "-fri", "monday", "mon-fri-sun", "1-5", "mon,,tue", "weekdays"} {
		if got, err := calendar.ParseWeekdays(text); !errors.Is(err, calendar.ErrWeekdays) || got != 0 {
			t.Errorf("%q: got %q, %v; want ErrWeekdays", text, got, err)
		}
	}
}

func TestParseHours(t *testing.T) {
	for text, want := range map[string]string{
		"09:00-17:00": "09:00-17:00", "9:00-17:30": "09:00-17:30", " 08:15 - 12:00 ": "08:15-12:00", "00:00-24:00": "00:00-24:00",
	} {
		if got, err := calendar.ParseHours(text); err != nil || got.String() != want {
			t.Errorf("%q: got %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "09:00", "9-17", "17:00-09:00", "09:00-09:00", "22:00-06:00", "09:00-25:00", "09:60-10:00", "24:00-24:00", "-", "09:00-17:00-18:00"} {
		if got, err := calendar.ParseHours(text); !errors.Is(err, calendar.ErrHours) || got != (calendar.Hours{}) {
			t.Errorf("%q: got %s, %v; want ErrHours", text, got, err)
		}
	}
}

func TestParseWindowRefuses(t *testing.T) {
	if _, err := calendar.ParseWindow("every", "09:00-17:00"); !errors.Is(err, calendar.ErrWeekdays) {
		t.Errorf("got %v", err)
	}
	if _, err := calendar.ParseWindow("mon-fri", "always"); !errors.Is(err, calendar.ErrHours) {
		t.Errorf("got %v", err)
	}
}

func TestWindowOpen(t *testing.T) {
	w := window(t, "mon-fri", "09:00-17:00")
	for text, want := range map[string]bool{
		"2026-04-30T09:00:00+02:00": true,
		"2026-04-30T08:59:59+02:00": false,
		"2026-04-30T16:59:59+02:00": true,
		"2026-04-30T17:00:00+02:00": false,
		"2026-05-02T10:00:00+02:00": false, // a Saturday
		"2026-04-30T07:30:00Z":      true,  // 9:30 in Paris
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Open(at.In(paris(t))); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	if (calendar.Window{}).Open(time.Date(2026, 4, 30, 10, 0, 0, 0, time.UTC)) {
		t.Error("the zero Window is open")
	}
}

func TestNextOpening(t *testing.T) {
	c, loc := get(t, "FR"), paris(t)
	for _, tt := range []struct{ name, days, hours, from, want string }{
		{"open now", "mon-fri", "09:00-17:00", "2026-04-30T10:20:30+02:00", "2026-04-30T10:20:30+02:00"},
		{"asked in UTC", "mon-fri", "09:00-17:00", "2026-04-30T08:20:30Z", "2026-04-30T10:20:30+02:00"},
		{"before hours", "mon-fri", "09:00-17:00", "2026-04-30T03:00:00+02:00", "2026-04-30T09:00:00+02:00"},
		{"after hours, then a holiday and a weekend", "mon-fri", "09:00-17:00", "2026-04-30T17:00:00+02:00", "2026-05-04T09:00:00+02:00"},
		{"on a holiday", "mon-fri", "09:00-17:00", "2026-05-01T10:00:00+02:00", "2026-05-04T09:00:00+02:00"},
		{"one day a week, that is a holiday", "fri", "09:00-17:00", "2026-04-30T10:00:00+02:00", "2026-05-15T09:00:00+02:00"}, // 1 and 8 May
		{"over the end of summer time", "mon-fri", "09:00-17:00", "2026-10-23T18:00:00+02:00", "2026-10-26T09:00:00+01:00"},
		{"all day", "mon-sun", "00:00-24:00", "2026-05-01T10:00:00+02:00", "2026-05-04T00:00:00+02:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, err := time.Parse(time.RFC3339, tt.from)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := window(t, tt.days, tt.hours).NextOpening(from, c, loc)
			if !ok || got.Format(time.RFC3339) != tt.want {
				t.Errorf("got %s, %v; want %s", got.Format(time.RFC3339), ok, tt.want)
			}
		})
	}
}

func TestNextOpeningThatNeverComes(t *testing.T) {
	from := time.Date(2026, 4, 30, 10, 0, 0, 0, time.UTC)
	for name, w := range map[string]calendar.Window{"zero": {}, "weekend": window(t, "sat-sun", "09:00-17:00")} {
		if got, ok := w.NextOpening(from, get(t, "FR"), paris(t)); ok {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// Whatever the instant, window and zone, the opening is not before it, is open,
// falls on a business day, and none came earlier (looked at by the half hour).
func TestNextOpeningIsTheFirst(t *testing.T) {
	c := get(t, "FR")
	var zones []*time.Location
	for _, name := range []string{"Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "America/Santiago", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, loc)
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		from := rapid.IntRange(0, 47).Draw(t, "from")
		to := rapid.IntRange(from+1, 48).Draw(t, "to")
		w := calendar.Window{
			Days:  calendar.Weekdays(rapid.IntRange(1, 127).Draw(t, "days")),
			Hours: calendar.Hours{From: 30 * from, To: 30 * to},
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 2*365*48).Draw(t, "half hours")) * 30 * time.Minute)
		got, ok := w.NextOpening(at, c, loc)
		open := func(at time.Time) bool {
			return w.Open(at.In(loc)) && c.BusinessDay(ledger.DateOf(at.In(loc)))
		}
		if ok && (got.Before(at) || !open(got)) {
			t.Fatalf("%s from %s: %s is not an opening", w, at, got)
		}
		for i := at; i.Before(at.Add(30 * 24 * time.Hour)); i = i.Add(30 * time.Minute) {
			if ok && !i.Before(got) {
				return
			}
			if open(i) {
				t.Fatalf("%s from %s in %s: got %s, but it is open at %s", w, at, loc, got, i.In(loc))
			}
		}
	})
}
