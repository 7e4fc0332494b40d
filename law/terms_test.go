package law_test

import (
	"encoding/csv"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/law"
	"github.com/relanced/relanced/ledger"
)

func day(tb testing.TB, text string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func parse(tb testing.TB, text string) law.Terms {
	tb.Helper()
	terms, err := law.ParseTerms(text, law.MonthEndThenDays)
	if err != nil {
		tb.Fatal(err)
	}
	return terms
}

// testdata/due-dates.csv was made apart from the program; it has the boundary
// of 15, 16 and 17 April, year ends and a leap year.
func TestDueDates(t *testing.T) {
	file, err := os.Open("testdata/due-dates.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	a, b := law.DaysThenMonthEnd, law.MonthEndThenDays
	spellings := map[string][]struct {
		text    string
		reading law.Reading
	}{
		"net30": {{"30 jours", a}, {"net 30", b}},
		"net60": {{"60 jours net", a}, {"60 days", b}},
		"d45_then_end_of_month": {
			{"45 jours fin de mois", a}, {"45 days end of month", a}, {"45 jours puis fin de mois", b}, {"45 days then end of month", b},
		},
		"end_of_month_then_45d": {
			{"45 jours fin de mois", b},
			{"45 days end of month", b},
			{"fin de mois puis 45 jours", a},
			{"end of month then 45 days", a},
			{"fin de mois 45 jours", a},
			{"end of month 45 days", a},
		},
		"d30_then_end_of_month": {{"30 jours fin de mois", a}, {"30 days then end of month", b}},
		"end_of_month_then_30d": {{"30 jours fin de mois", b}, {"end of month then 30 days", a}},
	}
	checked := 0
	for _, row := range rows[1:] {
		for column, name := range rows[0][1:] {
			if len(spellings[name]) == 0 {
				t.Fatalf("column %s has no spelling", name)
			}
			for _, s := range spellings[name] {
				terms, err := law.ParseTerms(s.text, s.reading)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := terms.Due(day(t, row[0])).String(), row[column+1]; got != want {
					t.Errorf("%s, %s of %s: got %s, want %s", s.text, s.reading, row[0], got, want)
				}
				checked++
			}
		}
	}
	if checked != 12*18 {
		t.Errorf("%d due days were checked, want %d", checked, 12*18)
	}
}

func TestDueOnADayOfTheMonth(t *testing.T) {
	for _, tt := range []struct{ terms, issued, want string }{
		{"30 days then end of month on the 10th", "2026-01-15", "2026-03-10"},
		{"30 days then end of month on the 10th", "2026-01-30", "2026-04-10"}, // 1 March, its end, the 10th after it
		{"30 jours fin de mois le 10", "2026-01-15", "2026-03-10"},
		{"30 jours fin de mois le 10", "2026-01-30", "2026-03-10"},
		{"fin de mois puis 45 jours le 10", "2026-01-15", "2026-04-10"},
		{"30 days on the 15th", "2026-01-15", "2026-02-15"},
		{"31 days on the 15th", "2026-01-15", "2026-02-15"},
		{"32 days on the 15th", "2026-01-15", "2026-03-15"},
		{"le 10 du mois suivant", "2026-01-01", "2026-02-10"},
		{"le 10 du mois suivant", "2026-01-31", "2026-02-10"},
		{"le 31 du mois suivant", "2026-01-31", "2026-02-28"},
		{"fin de mois le 30", "2026-01-15", "2026-02-28"},
		{"30 days on the 31st", "2026-04-01", "2026-05-31"},
		{"28 days on the 31st", "2024-01-15", "2024-02-29"},
		{"end of month", "2024-02-01", "2024-02-29"},
		{"on receipt", "2026-01-15", "2026-01-15"},
	} {
		if got := parse(t, tt.terms).Due(day(t, tt.issued)).String(); got != tt.want {
			t.Errorf("%s of %s: got %s, want %s", tt.terms, tt.issued, got, tt.want)
		}
	}
}

func TestNothingKnownGivesNoDueDay(t *testing.T) {
	var none law.Terms
	if none.Known() || none.Due(day(t, "2026-01-15")).Known() || none.String() != "" || none.Warning() != "" {
		t.Errorf("terms that are not known say %q", none)
	}
	for _, text := range []string{"30 days", "45 days end of month", "on receipt", "end of month on the 10th"} {
		if terms := parse(t, text); !terms.Known() || terms.Due(0).Known() {
			t.Errorf("%s: an invoice without a day falls due on %s", text, terms.Due(0))
		}
	}
}

func anyTerms(t *rapid.T) law.Terms {
	texts := []string{"%d days", "end of month then %d days", "%d days then end of month"}
	text := rapid.SampledFrom(texts).Draw(t, "rule")
	days := rapid.IntRange(0, law.MaxDays).Draw(t, "days")
	on := rapid.IntRange(0, 31).Draw(t, "on")
	terms, err := law.ParseTerms(spell(text, days, on), law.MonthEndThenDays)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

func TestDueNeverGoesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := anyTerms(t)
		issued := ledger.Date(rapid.Int32Range(735000, 750000).Draw(t, "issued"))
		due := terms.Due(issued)
		if due < issued {
			t.Fatalf("%s: issued %s, due %s", terms, issued, due)
		}
		if next := terms.Due(issued + 1); next < due {
			t.Fatalf("%s: issued %s due %s, a day later due %s", terms, issued, due, next)
		}
	})
}

func TestWarning(t *testing.T) {
	for text, want := range map[string]bool{
		"on receipt": false, "30 days": false, "60 days": false, "61 days": true, "90 jours": true,
		"45 jours fin de mois": false, "45 days then end of month": false, "fin de mois puis 45 jours": false,
		"60 jours fin de mois": true, "60 days then end of month": true, "46 jours fin de mois": true, "46 days then end of month": true,
		"30 jours fin de mois": false, "fin de mois": false, "45 jours fin de mois le 10": true, "le 10 du mois suivant": false,
		"60 days on the 10th": true,
	} {
		if got := parse(t, text).Warning(); (got != "") != want {
			t.Errorf("%s: got %q, want a warning: %v", text, got, want)
		}
	}
	want := "60 days then end of month is longer than French law lets businesses agree on (60 days from the invoice, or 45 days end of month: C. com. L441-10): " +
		"an invoice of 2024-01-01 would fall due on 2024-03-31, the latest day allowed is 2024-03-16"
	if got := parse(t, "60 days then end of month").Warning(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadingNames(t *testing.T) {
	for _, r := range []law.Reading{law.MonthEndThenDays, law.DaysThenMonthEnd} {
		text, err := r.MarshalText()
		got := law.Reading(7)
		if err != nil || got.UnmarshalText(text) != nil || got != r {
			t.Errorf("%s does not survive being written: %q, %v", r, text, got)
		}
	}
	var zero law.Reading
	if zero != law.MonthEndThenDays {
		t.Errorf("the default reading is %s", zero)
	}
	got := law.DaysThenMonthEnd
	if err := got.UnmarshalText([]byte("end-of-month")); err == nil || got != law.DaysThenMonthEnd {
		t.Errorf("got %s, %v; want an error", got, err)
	}
}
