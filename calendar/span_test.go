package calendar_test

import (
	"errors"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]calendar.Span{
		"4 business days": calendar.BusinessDays(4),
		"1 business day":  calendar.BusinessDays(1),
		"10 days":         calendar.Days(10),
		"1 day":           calendar.Days(1),
		"0 days":          {},
		" 10   Days ":     calendar.Days(10),
		"4 jours ouvrés":  calendar.BusinessDays(4),
		"10 jours":        calendar.Days(10),
		"3660 days":       calendar.Days(calendar.MaxSpan),
	} {
		if got, err := calendar.ParseSpan(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "4", "days", "-1 days", "+1 days", "1.5 days", "4days", "4 hours", "4 weeks", "business days", "4 jours ouvrables", "3661 days", "99999999999 days", "4 business", "4 days after",
	} {
		if got, err := calendar.ParseSpan(text); !errors.Is(err, calendar.ErrSpan) || got != (calendar.Span{}) {
			t.Errorf("%q: got %v, %v; want ErrSpan", text, got, err)
		}
	}
}

func TestSpanAfterAndBefore(t *testing.T) {
	c := get(t, "FR")
	for _, tt := range []struct{ span, day, after, before string }{
		{"2 business days", "2026-04-30", "2026-05-05", "2026-04-28"},
		{"5 business days", "2026-05-01", "2026-05-11", "2026-04-24"}, // 8 May is a holiday too
		{"10 days", "2026-04-30", "2026-05-10", "2026-04-20"},
		{"1 day", "2026-04-30", "2026-05-01", "2026-04-29"},
		{"0 business days", "2026-05-01", "2026-05-04", "2026-04-30"},
		{"0 days", "2026-05-01", "2026-05-01", "2026-05-01"},
	} {
		span, err := calendar.ParseSpan(tt.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := span.After(day(t, tt.day), c).String(); got != tt.after {
			t.Errorf("%s after %s: got %s, want %s", tt.span, tt.day, got, tt.after)
		}
		if got := span.Before(day(t, tt.day), c).String(); got != tt.before {
			t.Errorf("%s before %s: got %s, want %s", tt.span, tt.day, got, tt.before)
		}
		if span.After(0, c).Known() || span.Before(0, c).Known() {
			t.Errorf("%s from a day that is not known is known", tt.span)
		}
	}
}

func TestSpanRoundTripAndOrder(t *testing.T) {
	c := get(t, "LU")
	rapid.Check(t, func(t *rapid.T) {
		want := calendar.Days(rapid.IntRange(0, calendar.MaxSpan).Draw(t, "days"))
		if n, _ := want.Count(); rapid.Bool().Draw(t, "business") {
			want = calendar.BusinessDays(n)
		}
		if got, err := calendar.ParseSpan(want.String()); err != nil || got != want {
			t.Fatalf("%s: got %v, %v", want, got, err)
		}
		d := ledger.Date(rapid.Int32Range(735000, 760000).Draw(t, "day"))
		if after, before := want.After(d, c), want.Before(d, c); after < d || before > d {
			t.Fatalf("%s: after %s is %s, before is %s", want, d, after, before)
		}
	})
}

func TestSpanInTOML(t *testing.T) {
	var got struct {
		Gap    calendar.Span   `toml:"gap"`
		Before *calendar.Span  `toml:"before"`
		After  *calendar.Span  `toml:"after"`
		Window calendar.Window `toml:"window"`
	}
	text := "gap = \"4 business days\"\nafter = \"10 days\"\nwindow = { days = \"mon-fri\", hours = \"09:00-17:00\" }\n"
	if err := toml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Gap != calendar.BusinessDays(4) || got.Before != nil || got.After == nil || *got.After != calendar.Days(10) {
		t.Errorf("got %+v", got)
	}
	if got.Window.String() != "mon-fri 09:00-17:00" {
		t.Errorf("window: got %s", got.Window)
	}
	for _, text := range []string{`gap = "4"`, `gap = 4`, `window = { days = "weekdays" }`, `window = { hours = "9-17" }`} {
		if err := toml.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, text := range []string{"4 business days", "10 days", "1 jour ouvré", "", "-1 days", "4  days"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		span, err := calendar.ParseSpan(text)
		if err != nil {
			return
		}
		if again, err := calendar.ParseSpan(span.String()); err != nil || again != span {
			t.Errorf("%q is printed as %q, read as %v, %v", text, span, again, err)
		}
	})
}
