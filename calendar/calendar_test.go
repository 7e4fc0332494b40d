package calendar_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/fr"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

func load(tb testing.TB) calendar.Calendars {
	tb.Helper()
	cals, err := calendar.Load(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return cals
}

func get(tb testing.TB, region string, extra ...ledger.Date) calendar.Calendar {
	tb.Helper()
	c, err := load(tb).Get(region, extra)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func day(tb testing.TB, text string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// testdata/golden.tsv was written apart from the program, see testdata/golden.py.
func TestGoldenDays(t *testing.T) {
	golden, err := os.ReadFile("testdata/golden.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(golden)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		region, year := fields[0], fields[1]
		seen[region]++
		c := get(t, region)
		var got []string
		first := day(t, year+"-01-01")
		for d := first; d <= first.AddDays(364) || d.String()[:4] == year; d++ {
			weekday := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			_, holiday := c.Holiday(d)
			if c.BusinessDay(d) != (weekday && !holiday) {
				t.Errorf("%s %s: business day %v, weekday %v, holiday %v", region, d, c.BusinessDay(d), weekday, holiday)
			}
			if weekday && holiday {
				got = append(got, d.String()[5:])
			}
		}
		if diff := cmp.Diff(strings.Fields(fields[2]), got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", region, year, diff)
		}
	}
	for _, region := range load(t).Regions() {
		if seen[region] != 6 {
			t.Errorf("%s: %d golden years, want 6", region, seen[region])
		}
	}
}

// Days that anybody can look up in a printed calendar.
func TestHolidaysByName(t *testing.T) {
	for _, tt := range []struct{ region, day, want string }{
		{"FR", "2026-04-06", "Lundi de Pâques"},
		{"FR", "2026-04-03", ""},
		{"FR-57", "2026-04-03", "Vendredi saint"},
		{"FR-67", "2026-12-26", "Saint-Étienne"},
		{"FR", "2008-05-01", "Fête du Travail, Ascension"},
		{"FR", "2027-05-08", "Victoire 1945"}, // a Saturday
		{"FR-971", "2026-05-27", "Abolition de l'esclavage"},
		{"FR-972", "2026-05-27", ""},
		{"FR-MF", "2017-05-28", ""},
		{"FR-MF", "2018-05-28", "Abolition de l'esclavage"},
		{"FR-PF", "2024-06-29", "Fête de l'autonomie"},
		{"FR-PF", "2026-06-29", ""},
		{"FR-PF", "2026-11-20", "Matari'i i ni'a"},
		{"BE", "2026-07-21", "Fête nationale"},
		{"BE", "2026-05-08", ""},
		{"LU", "2018-05-09", ""},
		{"LU", "2019-05-09", "Journée de l'Europe"},
		{"LU", "2024-05-09", "Journée de l'Europe, Ascension"},
		{"LU", "2026-06-23", "Fête nationale"},
		{"FR", "1999-04-05", "Lundi de Pâques"}, // outside the table
		{"FR", "2101-05-01", "Fête du Travail"},
	} {
		got, ok := get(t, tt.region).Holiday(day(t, tt.day))
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s: got %q, %v; want %q", tt.region, tt.day, got, ok, tt.want)
		}
		if tt.want != "" && get(t, tt.region).BusinessDay(day(t, tt.day)) {
			t.Errorf("%s %s is a business day", tt.region, tt.day)
		}
	}
}

// The lists that the library itself has agree with ours for a century, which
// also proves the edges of the table.
func TestLibraryAgrees(t *testing.T) {
	for region, holidays := range map[string][]*cal.Holiday{"FR": fr.Holidays, "BE": be.Holidays} {
		theirs := cal.NewBusinessCalendar()
		theirs.AddHoliday(holidays...)
		theirs.Cacheable = true
		ours := get(t, region)
		for d := day(t, "1999-12-01"); d < day(t, "2101-02-01"); d++ {
			if got, want := ours.BusinessDay(d), theirs.IsWorkday(d.In(time.Local, 12, 0)); got != want {
				t.Fatalf("%s %s: got %v, the library says %v", region, d, got, want)
			}
		}
	}
}

// The library counts in the machine's zone. In Cairo the clock skips midnight
// on the last Friday of April, which in 2029 is Mayotte's holiday.
func TestTheMachinesZoneDoesNotMatter(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	was := cal.DefaultLoc
	cal.DefaultLoc = cairo
	t.Cleanup(func() { cal.DefaultLoc = was })
	c := get(t, "FR-976")
	if !c.BusinessDay(day(t, "2029-04-26")) || c.BusinessDay(day(t, "2029-04-27")) {
		t.Errorf("26 April is a business day: %v, 27 April: %v", c.BusinessDay(day(t, "2029-04-26")), c.BusinessDay(day(t, "2029-04-27")))
	}
}

func TestUnknownDayIsNoBusinessDay(t *testing.T) {
	for _, c := range []calendar.Calendar{{}, get(t, "FR")} {
		if _, ok := c.Holiday(0); ok || c.BusinessDay(0) || c.Next(0) != 0 || c.Previous(0) != 0 || c.AddBusinessDays(0, 3) != 0 ||
			c.BusinessDaysBetween(0, day(t, "2026-01-01")) != 0 {
			t.Errorf("%q makes something of a day that is not known", c.Region())
		}
	}
}

func TestZeroCalendarKnowsWeekends(t *testing.T) {
	var c calendar.Calendar
	if got := c.Next(day(t, "2026-08-15")).String(); got != "2026-08-17" { // a Saturday
		t.Errorf("got %s", got)
	}
	if !c.BusinessDay(day(t, "2026-05-01")) {
		t.Error("the zero Calendar knows a holiday")
	}
}

func TestNextPreviousAndAdd(t *testing.T) {
	c := get(t, "FR")
	for _, tt := range []struct {
		name      string
		got, want string
	}{
		{"next of a business day", c.Next(day(t, "2026-04-30")).String(), "2026-04-30"},
		{"next over a holiday and a weekend", c.Next(day(t, "2026-05-01")).String(), "2026-05-04"},
		{"previous", c.Previous(day(t, "2026-05-03")).String(), "2026-04-30"},
		{"one after a Thursday before a holiday", c.AddBusinessDays(day(t, "2026-04-30"), 1).String(), "2026-05-04"},
		{"two after a Sunday", c.AddBusinessDays(day(t, "2026-05-03"), 2).String(), "2026-05-05"},
		{"five before", c.AddBusinessDays(day(t, "2026-05-11"), -5).String(), "2026-04-30"},
		{"none is next", c.AddBusinessDays(day(t, "2026-05-01"), 0).String(), "2026-05-04"},
		{"over Christmas and New Year", c.AddBusinessDays(day(t, "2026-12-24"), 5).String(), "2027-01-04"},
		{"before the table", c.AddBusinessDays(day(t, "1999-12-31"), 1).String(), "2000-01-03"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestExtraHolidays(t *testing.T) {
	bridge := day(t, "2026-05-15") // the Friday after Ascension
	c := get(t, "FR", day(t, "2150-03-04"), bridge, 0)
	if name, ok := c.Holiday(bridge); c.BusinessDay(bridge) || !ok || name != calendar.ExtraHoliday {
		t.Errorf("got %v, %q", c.BusinessDay(bridge), name)
	}
	if got := c.Next(day(t, "2026-05-14")).String(); got != "2026-05-18" {
		t.Errorf("next: got %s, want 2026-05-18", got)
	}
	if c.BusinessDay(day(t, "2150-03-04")) {
		t.Error("an extra holiday outside the table is lost")
	}
	if !get(t, "FR").BusinessDay(bridge) {
		t.Error("an extra holiday leaked into the region")
	}
	if name, _ := get(t, "FR", day(t, "2026-05-14")).Holiday(day(t, "2026-05-14")); name != "Ascension" {
		t.Errorf("a holiday that is also extra is called %q", name)
	}
}

func TestBoth(t *testing.T) {
	french, belgian := get(t, "FR", day(t, "2026-03-10")), get(t, "BE", day(t, "2026-03-11"))
	both := calendar.Both(french, belgian)
	if got := both.Region(); got != "FR+BE" {
		t.Errorf("got %q", got)
	}
	for d := day(t, "1998-01-01"); d < day(t, "2103-01-01"); d++ {
		if got, want := both.BusinessDay(d), french.BusinessDay(d) && belgian.BusinessDay(d); got != want {
			t.Fatalf("%s: got %v, want %v", d, got, want)
		}
	}
	if name, _ := both.Holiday(day(t, "2026-04-06")); name != "Lundi de Pâques" {
		t.Errorf("a holiday of both is called %q", name)
	}
	for name, got := range map[string]calendar.Calendar{
		"with itself": calendar.Both(french, french), "with none": calendar.Both(french, calendar.Calendar{}), "none with": calendar.Both(calendar.Calendar{}, french),
	} {
		if got != french {
			t.Errorf("%s: got %q, want the same calendar", name, got.Region())
		}
	}
}

// Counting, adding and stepping day by day tell the same story.
func TestCountsAgreeWithSteps(t *testing.T) {
	cals := []calendar.Calendar{{}, get(t, "FR"), get(t, "FR-57", day(t, "2026-05-15")), calendar.Both(get(t, "LU"), get(t, "FR-974"))}
	from, to := int32(day(t, "1998-06-01")), int32(day(t, "2102-06-01"))
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(cals).Draw(t, "calendar")
		a := ledger.Date(rapid.Int32Range(from, to).Draw(t, "a"))
		b := a.AddDays(rapid.IntRange(0, 900).Draw(t, "days"))
		n := 0
		for d := a + 1; d <= b; d++ {
			if c.BusinessDay(d) {
				n++
			}
		}
		if got := c.BusinessDaysBetween(a, b); got != n {
			t.Fatalf("between %s and %s: got %d, want %d", a, b, got, n)
		}
		if got := c.BusinessDaysBetween(b, a); got != -n {
			t.Fatalf("between %s and %s: got %d, want %d", b, a, got, -n)
		}
		if n > 0 {
			if got, want := c.AddBusinessDays(a, n), c.Previous(b); got != want {
				t.Fatalf("%s + %d: got %s, want %s", a, n, got, want)
			}
			if got, want := c.AddBusinessDays(b+1, -n), c.Next(a+1); got != want {
				t.Fatalf("%s - %d: got %s, want %s", b+1, n, got, want)
			}
		}
	})
}

func BenchmarkBusinessDay(b *testing.B) {
	c := get(b, "FR-57")
	d := day(b, "2026-01-01")
	days := make([]ledger.Date, 1024)
	for i := range days {
		days[i] = d.AddDays(rand.N(3000))
	}
	b.ReportAllocs()
	n := 0
	for i := 0; b.Loop(); i++ {
		if c.BusinessDay(days[i%1024]) {
			n++
		}
	}
	if n == 0 {
		b.Fatal("no business day")
	}
}

func BenchmarkAddBusinessDays(b *testing.B) {
	c, d := get(b, "FR-57"), day(b, "2026-04-30")
	b.ReportAllocs()
	for b.Loop() {
		c.AddBusinessDays(d, 4)
	}
}

func BenchmarkBusinessDaysBetween(b *testing.B) {
	c, from, to := get(b, "FR-57"), day(b, "2025-04-30"), day(b, "2026-08-30")
	b.ReportAllocs()
	for b.Loop() {
		c.BusinessDaysBetween(from, to)
	}
}

func BenchmarkBoth(b *testing.B) {
	x, y := get(b, "FR"), get(b, "BE")
	b.ReportAllocs()
	for b.Loop() {
		calendar.Both(x, y)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		cals, err := calendar.Load(nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := cals.Get("FR", nil); err != nil {
			b.Fatal(err)
		}
	}
}
