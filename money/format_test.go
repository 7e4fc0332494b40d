package money_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
)

// testdata/format.tsv was written by ICU, see testdata/format.mjs.
func TestFormatAgreesWithICU(t *testing.T) {
	golden, err := os.ReadFile("testdata/format.tsv")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(golden)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		minor, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := money.Format(money.New(minor, money.Currency(fields[1])), fields[0]); got != fields[3] {
			t.Errorf("%s %s %s: got %q, want %q", fields[0], fields[1], fields[2], got, fields[3])
		}
		checked++
	}
	if checked < 400 {
		t.Errorf("only %d amounts were checked", checked)
	}
}

func TestFormatLanguages(t *testing.T) {
	a := eur(-123450)
	french, english := "-1\u202f234,50\u00a0€", "-€1,234.50"
	for language, want := range map[string]string{
		"fr": french, "FR": french, "fr-BE": french, "fr_LU": french,
		"en": english, "en-IE": english, "de": english, "": english, "fro": english,
	} {
		if got := money.Format(a, language); got != want {
			t.Errorf("%q: got %q, want %q", language, got, want)
		}
	}
}

func TestFormatPlainHasOrdinarySpacesOnly(t *testing.T) {
	tests := []struct {
		amount   money.Amount
		language string
		want     string
	}{
		{eur(123456789), "fr", "1 234 567,89 €"},
		{eur(123456789), "en", "€1,234,567.89"},
		{money.New(-123450, "CHF"), "en", "-CHF 1,234.50"},
		{money.New(123450, "CHF"), "fr", "1 234,50 CHF"},
		{money.New(1234, "JPY"), "fr", "1 234 ¥"},
		{money.New(1234, "BHD"), "fr", "1,234 BHD"},
		{money.Amount{}, "fr", "0,00"},
		{money.Amount{}, "en", "0.00"},
	}
	for _, tt := range tests {
		if got := money.FormatPlain(tt.amount, tt.language); got != tt.want {
			t.Errorf("%v in %s: got %q, want %q", tt.amount, tt.language, got, tt.want)
		}
	}
}

// What people read is the exact amount: taking the marks away gives it back.
func TestParseReadsBackWhatFormatPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyAmount(t)
		strip := func(text, group string) string {
			for _, mark := range []string{group, "\u00a0", "€", "$", "¥", string(want.Currency())} {
				text = strings.ReplaceAll(text, mark, "")
			}
			return text
		}
		if got, err := money.ParseComma(strip(money.Format(want, "fr"), "\u202f"), want.Currency()); err != nil || got != want {
			t.Fatalf("French %q is read as %v, %v", money.Format(want, "fr"), got, err)
		}
		if got, err := money.Parse(strip(money.Format(want, "en"), ","), want.Currency()); err != nil || got != want {
			t.Fatalf("English %q is read as %v, %v", money.Format(want, "en"), got, err)
		}
	})
}
