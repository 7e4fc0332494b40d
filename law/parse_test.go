package law_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/law"
)

// spell fills a rule's text, with a day of the month unless on is 0.
func spell(text string, days, on int) string {
	text = fmt.Sprintf(text, days)
	if on > 0 {
		text += fmt.Sprintf(" on the %dth", on)
	}
	return text
}

func TestParseTerms(t *testing.T) {
	for want, texts := range map[string][]string{
		"30 days": {
			"30 days", "30 jours", "30 jours net", "30 jours nets", "net 30", "NET 30 DAYS", "Net30", "30", "30j", "30 j.", "à 30 jours", "30 days net",
			"30 jours date de facture", "30 jours à compter de la date de facture", "30 days from invoice date", "30 days from the date of invoice",
			"30 jours date d'émission de la facture", "30 jours date d’émission", "Paiement à 30 jours", "payment within 30 days", "30\u00a0jours", " 30  jours ",
			"30 days after invoice", "a\u0300 30 jours", "sous 30 jours",
		},
		"1 day": {"1 day", "1 jour"},
		"on receipt": {
			"on receipt", "due on receipt", "upon receipt", "À réception", "a reception", "à réception de facture", "à réception de la facture", "comptant",
			"au comptant", "comptant à réception", "Paiement comptant", "immediate", "cash", "0 days", "0 jours",
		},
		"end of month then 45 days": {
			"45 days end of month", "45 jours fin de mois", "45 JOURS FIN DE MOIS", "45j fdm", "45 EOM", "net 45 EOM", "45 jours net fin de mois", "45 jours, fin de mois",
			"45 jours fin de mois date de facture", "end of month 45 days", "fin de mois 45 jours", "fin de mois puis 45 jours", "end of month then 45 days",
			"fin de mois + 45 jours", "45 jours après la fin du mois", "45 jours après fin de mois", "45 days after the end of the month", "45 days from end of month",
			"45 days following the end of the month", "EOM + 45",
		},
		"45 days then end of month": {
			"45 days then end of month", "45 jours puis fin de mois", "45 jours + fin de mois", "45 days, then the end of the month", "45 + EOM",
		},
		"end of month":             {"end of month", "fin de mois", "EOM", "0 days end of month", "end of month then 0 days", "0 days then end of month"},
		"end of month on the 10th": {"fin de mois le 10", "le 10 du mois suivant", "on the 10th of the following month"},
		"end of month then 30 days on the 10th": {
			"30 jours fin de mois le 10", "30 days end of month on the 10th", "30 jours fin de mois le 10 du mois suivant", "end of month then 30 days, the 10th",
		},
		"30 days then end of month on the 1st": {"30 jours le 1er du mois suivant", "30 jours puis fin de mois le 1er", "30 days then end of month on the 1st"},
		"30 days on the 22nd":                  {"30 jours le 22", "30 days on the 22nd"},
	} {
		for _, text := range texts {
			got, err := law.ParseTerms(text, law.MonthEndThenDays)
			if err != nil || got.String() != want {
				t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
			}
		}
	}
}

// Only number, days, end of month, in this order, hangs on the reading.
func TestTheReadingDecidesOneOrderOnly(t *testing.T) {
	for text, want := range map[string]string{
		"45 jours fin de mois":       "45 days then end of month",
		"45 days end of month":       "45 days then end of month",
		"net 45 EOM":                 "45 days then end of month",
		"30 jours fin de mois le 10": "30 days then end of month on the 10th",
		"fin de mois 45 jours":       "end of month then 45 days",
		"end of month 45 days":       "end of month then 45 days",
		"fin de mois puis 45 jours":  "end of month then 45 days",
		"45 jours puis fin de mois":  "45 days then end of month",
		"45 days after end of month": "end of month then 45 days",
		"30 jours":                   "30 days",
	} {
		got, err := law.ParseTerms(text, law.DaysThenMonthEnd)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

// What is understood in part is not understood.
func TestParseTermsRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "net", "days", "jours", "le 10", "on the 10th", "10th of next month", "du mois suivant", "fin de mois 10", "EOM 45",
		"-30 days", "30 -45 jours", "30/45 jours", "30.5 days", "30,5 jours", "30 ou 45 jours", "1 000 jours", "366 days", "99999999999999999999 days", "٣٠ days",
		"30 jours fin de mois le 32", "30 jours fin de mois le 0", "fin de mois le 99",
		"30 business days", "30 jours ouvrés", "30 jours ouvrables", "30 working days", "4 weeks", "2 mois", "two months",
		"2/10 net 30", "2% 10 net 30", "30 jours avec escompte", "30 jours fin de décade",
		"30 jours à réception", "30 jours réception de facture", "30 days after receipt", "30 days from receipt of invoice", "à réception 30 jours", "comptant le 10",
		"30 jours 45 jours", "fin de mois fin de mois", "30 jours fin de mois 10", "45 jours puis", "puis fin de mois", "then 30 days",
		"see contract", "selon contrat", "à convenir", "acompte 30 %", "50% à la commande", "?", "30 jours ?", "J+30",
	} {
		for _, r := range []law.Reading{law.MonthEndThenDays, law.DaysThenMonthEnd} {
			if got, err := law.ParseTerms(text, r); !errors.Is(err, law.ErrTerms) || got.Known() {
				t.Errorf("%q: got %q, %v; want ErrTerms", text, got, err)
			}
		}
	}
}

func TestParseTermsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"30 jours ouvrés":        `"30 jours ouvrés": not payment terms: "ouvres" is not understood here`,
		"30 jours à réception":   `"30 jours à réception": not payment terms (write "30 days", "45 days then end of month", "end of month then 45 days" or "on receipt")`,
		"400 days":               `"400 days": not payment terms: at most 365 days, and days of the month up to 31`,
		strings.Repeat("é", 99):  `"` + strings.Repeat("é", 40) + `…": not payment terms: "` + strings.Repeat("e", 40) + `…" is not understood here`,
		strings.Repeat("é", 500): `"` + strings.Repeat("é", 40) + `…": not payment terms: too long`,
	} {
		if _, err := law.ParseTerms(text, 0); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestTermsReadBackUnderEitherReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyTerms(t)
		for _, r := range []law.Reading{law.MonthEndThenDays, law.DaysThenMonthEnd} {
			if got, err := law.ParseTerms(want.String(), r); err != nil || got != want {
				t.Fatalf("%q under %s: got %q, %v", want, r, got, err)
			}
		}
	})
}

func FuzzParseTerms(f *testing.F) {
	for _, text := range []string{"30 days", "45 jours fin de mois", "le 10 du mois suivant", "À réception", "end of month then 45 days on the 1st", "-1 j"} {
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, a bool) {
		reading := law.MonthEndThenDays
		if a {
			reading = law.DaysThenMonthEnd
		}
		terms, err := law.ParseTerms(text, reading)
		if err != nil {
			if !errors.Is(err, law.ErrTerms) || terms.Known() {
				t.Errorf("%q: got %q, %v", text, terms, err)
			}
			return
		}
		if again, err := law.ParseTerms(terms.String(), reading); err != nil || again != terms {
			t.Errorf("%q is printed as %q, read as %q, %v", text, terms, again, err)
		}
	})
}

func BenchmarkParseTerms(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := law.ParseTerms("45 jours fin de mois", law.MonthEndThenDays); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDue(b *testing.B) {
	terms, issued := parse(b, "45 days then end of month"), day(b, "2026-04-15")
	b.ReportAllocs()
	for b.Loop() {
		if !terms.Due(issued).Known() {
			b.Fatal("not known")
		}
	}
}
