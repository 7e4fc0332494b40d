package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same on every machine

	"pgregory.net/rapid"

	"github.com/relanced/relanced/ledger"
)

func day(t *testing.T, text string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Every day of the years 1 to 9999 agrees with package time, both ways.
func TestEveryDayAgreesWithPackageTime(t *testing.T) {
	want := ledger.Date(0)
	for u := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); u.Year() < 10000; u = u.Add(24 * time.Hour) {
		want++
		y, m, d := u.Date()
		if gy, gm, gd := want.Civil(); gy != y || gm != m || gd != d {
			t.Fatalf("day %d: got %d-%d-%d, want %d-%d-%d", want, gy, gm, gd, y, m, d)
		}
		if got, err := ledger.NewDate(y, m, d); err != nil || got != want {
			t.Fatalf("%d-%d-%d: got %d, %v; want %d", y, m, d, got, err, want)
		}
		if got := want.Weekday(); got != u.Weekday() {
			t.Fatalf("%s: got %s, want %s", want, got, u.Weekday())
		}
	}
	if want != 3652059 { // 9,999 years of the Gregorian calendar
		t.Errorf("%d days were compared", want)
	}
}

func TestDateTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ledger.Date(rapid.Int32Range(0, 3652059).Draw(t, "day"))
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got ledger.Date
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			t.Fatalf("%s: got %d, %v; want %d", text, got, err, want)
		}
		if want == 0 {
			return
		}
		if got, err := ledger.ParseCompact(strings.ReplaceAll(want.String(), "-", "")); err != nil || got != want {
			t.Fatalf("%s compact: got %v, %v", want, got, err)
		}
		if std := want.In(time.UTC, 0, 0).Format(time.DateOnly); std != want.String() {
			t.Fatalf("got %s, want %s", want, std)
		}
	})
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2026", "2026-4-30", "2026-04-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00",
		"0000-01-01", "2026/04/30", "30-04-2026", "2026-04-30T00:00:00Z", " 2026-04-30", "2026-04-3٠", "20260430", "-001-01-01", "+026-01-01",
	} {
		if got, err := ledger.ParseDate(text); err == nil || got.Known() {
			t.Errorf("%q: got %v, %v; want an error", text, got, err)
		}
	}
}

func TestParseCompactRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2026043", "202604300", "20260431", "20260229", "20261301", "20260010", "00000101", "2026-04-30", "30042026", "2026 430", "+0260430",
	} {
		if got, err := ledger.ParseCompact(text); err == nil || got.Known() {
			t.Errorf("%q: got %v, %v; want an error", text, got, err)
		}
	}
}

func TestParseErrorsAreCut(t *testing.T) {
	long := strings.Repeat("x", 5000)
	_, iso := ledger.ParseDate(long)
	_, compact := ledger.ParseCompact(long)
	for _, err := range []error{iso, compact} {
		if err == nil || len(err.Error()) > 100 {
			t.Errorf("got %v", err)
		}
	}
}

func TestNewDateRefusesImpossibleDays(t *testing.T) {
	for _, c := range []struct {
		year  int
		month time.Month
		day   int
	}{{2026, 2, 31}, {2026, 2, 29}, {2100, 2, 29}, {2026, 4, 0}, {2026, 4, -1}, {2026, 0, 1}, {2026, 13, 1}, {0, 1, 1}, {10000, 1, 1}, {-5, 1, 1}} {
		if got, err := ledger.NewDate(c.year, c.month, c.day); err == nil || got.Known() {
			t.Errorf("%v: got %v, %v; want an error", c, got, err)
		}
	}
	if got, err := ledger.NewDate(2000, time.February, 29); err != nil || got.String() != "2000-02-29" {
		t.Errorf("2000-02-29: got %v, %v", got, err)
	}
}

func TestDatesCompareAndAdd(t *testing.T) {
	a, b := day(t, "2024-02-28"), day(t, "2024-03-01")
	if a >= b || b-a != 2 || a.AddDays(2) != b || b.AddDays(-2) != a {
		t.Errorf("%s and %s are %d days apart, want 2", a, b, b-a)
	}
	if got := day(t, "2026-12-31").AddDays(1).String(); got != "2027-01-01" {
		t.Errorf("got %s, want 2027-01-01", got)
	}
	for text, want := range map[string]string{
		"2024-02-01": "2024-02-29", "2026-02-28": "2026-02-28", "2026-01-31": "2026-01-31", "2026-04-01": "2026-04-30", "2026-12-05": "2026-12-31",
	} {
		if got := day(t, text).MonthEnd().String(); got != want {
			t.Errorf("month of %s: got %s, want %s", text, got, want)
		}
	}
}

func TestUnknownDay(t *testing.T) {
	var d ledger.Date
	if d.Known() || d.String() != "" || d.AddDays(30).Known() || d.MonthEnd().Known() {
		t.Errorf("an unknown day became known: %q, %v, %v", d, d.AddDays(30), d.MonthEnd())
	}
	if !day(t, "0001-01-01").Known() {
		t.Error("the first day of the calendar is taken for unknown")
	}
	d = day(t, "2026-04-30")
	if err := d.UnmarshalText([]byte("2026-04-31")); err == nil || d != day(t, "2026-04-30") {
		t.Errorf("got %v, %v; want an error and the day unchanged", d, err)
	}
	if err := d.UnmarshalText(nil); err != nil || d.Known() {
		t.Errorf("empty text: got %v, %v", d, err)
	}
}

// An instant is another day in another zone; a civil day is the same everywhere.
func TestDateOfIsTheDayInTheInstantsZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 4, 30, 22, 30, 0, 0, time.UTC) // 00:30 on 1 May in Paris
	if got := ledger.DateOf(midnight).String(); got != "2026-04-30" {
		t.Errorf("in UTC: got %s", got)
	}
	if got := ledger.DateOf(midnight.In(paris)).String(); got != "2026-05-01" {
		t.Errorf("in Paris: got %s", got)
	}
	if got := day(t, "2026-05-01").In(paris, 9, 30); got.Format(time.RFC3339) != "2026-05-01T09:30:00+02:00" {
		t.Errorf("9:30 in Paris: got %s", got)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2026-04-30", "20260430", "2024-02-29", "", "9999-12-31", "0000-00-00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ledger.ParseDate(text)
		std, stdErr := time.Parse(time.DateOnly, text)
		if want := stdErr == nil && std.Year() > 0; want != (err == nil) {
			t.Errorf("%q: got %v, package time says %v", text, err, stdErr)
		}
		if err == nil && got.String() != text {
			t.Errorf("%q is printed as %q", text, got)
		}
		compact, err := ledger.ParseCompact(text)
		std, stdErr = time.Parse("20060102", text)
		if want := stdErr == nil && std.Year() > 0; want != (err == nil) {
			t.Errorf("%q compact: got %v, package time says %v", text, err, stdErr)
		}
		if err == nil && strings.ReplaceAll(compact.String(), "-", "") != text {
			t.Errorf("%q is printed as %q", text, compact)
		}
	})
}

func BenchmarkParseCompact(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.ParseCompact("20260430"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDateString(b *testing.B) {
	d, err := ledger.ParseDate("2026-04-30")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if d.String() == "" {
			b.Fatal("empty")
		}
	}
}
