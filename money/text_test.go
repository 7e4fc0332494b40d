package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		cur  money.Currency
		want int64
	}{
		{"0", "EUR", 0},
		{"-0", "EUR", 0},
		{"+0.00", "EUR", 0},
		{"1", "EUR", 100},
		{"+1.5", "EUR", 150},
		{"-1234.50", "EUR", -123450},
		{"0.01", "EUR", 1},
		{".50", "EUR", 50},
		{"-.5", "EUR", -50},
		{"000012.30", "EUR", 1230},
		{"12.3000000", "EUR", 1230},
		{"1000", "JPY", 1000},
		{"1000.00", "JPY", 1000},
		{"1.234", "BHD", 1234},
		{"1.2", "BHD", 1200},
		{"92233720368547758.07", "EUR", math.MaxInt64},
		{"-92233720368547758.07", "EUR", -math.MaxInt64},
		{"9223372036854775807", "JPY", math.MaxInt64},
	}
	for _, tt := range tests {
		got, err := money.Parse(tt.text, tt.cur)
		if want := money.New(tt.want, tt.cur); err != nil || got != want {
			t.Errorf("Parse(%q, %s) = %v, %v; want %v", tt.text, tt.cur, got, err, want)
		}
		comma := strings.Replace(tt.text, ".", ",", 1)
		got, err = money.ParseComma(comma, tt.cur)
		if want := money.New(tt.want, tt.cur); err != nil || got != want {
			t.Errorf("ParseComma(%q, %s) = %v, %v; want %v", comma, tt.cur, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		text string
		cur  money.Currency
		want error
	}{
		{"", "EUR", money.ErrSyntax},
		{"+", "EUR", money.ErrSyntax},
		{"-", "EUR", money.ErrSyntax},
		{".", "EUR", money.ErrSyntax},
		{"-.", "EUR", money.ErrSyntax},
		{"1.", "EUR", money.ErrSyntax},
		{"1..2", "EUR", money.ErrSyntax},
		{"1.2.3", "EUR", money.ErrSyntax},
		{"--1", "EUR", money.ErrSyntax},
		{"1-", "EUR", money.ErrSyntax},
		{"1,50", "EUR", money.ErrSyntax},
		{"1 000.00", "EUR", money.ErrSyntax},
		{"1\u202f000.00", "EUR", money.ErrSyntax},
		{" 1.00", "EUR", money.ErrSyntax},
		{"1.00 ", "EUR", money.ErrSyntax},
		{"1e3", "EUR", money.ErrSyntax},
		{"0x10", "EUR", money.ErrSyntax},
		{"NaN", "EUR", money.ErrSyntax},
		{"Inf", "EUR", money.ErrSyntax},
		{"١٢", "EUR", money.ErrSyntax}, // digits, but not ours
		{"1.005", "EUR", money.ErrSyntax},
		{"1.00x", "EUR", money.ErrSyntax},
		{"1.5", "JPY", money.ErrSyntax},
		{"1.0005", "BHD", money.ErrSyntax},
		{"92233720368547758.08", "EUR", money.ErrOverflow},
		{"-92233720368547758.08", "EUR", money.ErrOverflow},
		{"9223372036854775808", "JPY", money.ErrOverflow},
		{"92233720368547759", "EUR", money.ErrOverflow},
		{strings.Repeat("9", 400), "EUR", money.ErrOverflow},
	}
	for _, tt := range tests {
		if got, err := money.Parse(tt.text, tt.cur); !errors.Is(err, tt.want) || got != (money.Amount{}) {
			t.Errorf("Parse(%q, %s) = %v, %v; want %v", tt.text, tt.cur, got, err, tt.want)
		}
		comma := strings.NewReplacer(".", ",", ",", ".").Replace(tt.text)
		if got, err := money.ParseComma(comma, tt.cur); !errors.Is(err, tt.want) || got != (money.Amount{}) {
			t.Errorf("ParseComma(%q, %s) = %v, %v; want %v", comma, tt.cur, got, err, tt.want)
		}
	}
}

func TestParseErrorsAreShortAndSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"12,5":                    `"12,5": not an amount (digits with at most one '.' between them are expected)`,
		"1.005":                   `"1.005": not an amount: EUR has 2 decimals`,
		"92233720368547758.08":    `"92233720368547758.08": amount out of range`,
		strings.Repeat("x", 9000): `"` + strings.Repeat("x", 24) + `"…: not an amount (digits with at most one '.' between them are expected)`,
	} {
		if _, err := money.Parse(text, money.EUR); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestDecimalAndString(t *testing.T) {
	tests := []struct {
		amount  money.Amount
		decimal string
		text    string
	}{
		{money.New(0, "EUR"), "0.00", "0.00 EUR"},
		{money.New(-1, "EUR"), "-0.01", "-0.01 EUR"},
		{money.New(10, "EUR"), "0.10", "0.10 EUR"},
		{money.New(123450, "EUR"), "1234.50", "1234.50 EUR"},
		{money.New(5, "JPY"), "5", "5 JPY"},
		{money.New(-5, "BHD"), "-0.005", "-0.005 BHD"},
		{money.New(12345, "CLF"), "1.2345", "1.2345 CLF"},
		{money.New(math.MaxInt64, "EUR"), "92233720368547758.07", "92233720368547758.07 EUR"},
		{money.New(math.MinInt64, "EUR"), "-92233720368547758.08", "-92233720368547758.08 EUR"},
		{money.Amount{}, "0.00", "0.00"},
	}
	for _, tt := range tests {
		if got := tt.amount.Decimal(); got != tt.decimal {
			t.Errorf("Decimal: got %q, want %q", got, tt.decimal)
		}
		if got := tt.amount.String(); got != tt.text {
			t.Errorf("String: got %q, want %q", got, tt.text)
		}
	}
}

func TestTextRoundTrip(t *testing.T) {
	for _, want := range []money.Amount{{}, money.New(0, "EUR"), money.New(-123450, "EUR"), money.New(7, "JPY"), money.New(-7, "BHD")} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got money.Amount
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, bad := range []string{"12.50", "12.50 XXX", "12,50 EUR", "EUR", "EUR 12.50", " EUR"} {
		got := money.New(1, "EUR")
		if err := got.UnmarshalText([]byte(bad)); err == nil || got != money.New(1, "EUR") {
			t.Errorf("%q: got %v, %v; want an error and nothing changed", bad, got, err)
		}
	}
}

func anyAmount(t *rapid.T) money.Amount {
	cur := rapid.SampledFrom([]money.Currency{"EUR", "USD", "JPY", "BHD", "CLF"}).Draw(t, "currency")
	return money.New(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "minor"), cur)
}

func TestParseReadsBackWhatDecimalPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyAmount(t)
		got, err := money.Parse(want.Decimal(), want.Currency())
		if err != nil || got != want {
			t.Fatalf("Parse(%q) = %v, %v; want %v", want.Decimal(), got, err, want)
		}
		got, err = money.ParseComma(strings.Replace(want.Decimal(), ".", ",", 1), want.Currency())
		if err != nil || got != want {
			t.Fatalf("ParseComma of %q = %v, %v", want.Decimal(), got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "0", "-0", "1.", ".5", "+1,50", "92233720368547758.08", "1.005", "12.3000", "1 000", "-", "٣"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, cur := range []money.Currency{"EUR", "JPY", "BHD"} {
			checkParse(t, text, text, cur, money.Parse)
			checkParse(t, text, strings.NewReplacer(",", ".", ".", ",").Replace(text), cur, money.ParseComma)
		}
	})
}

// checkParse holds a parser against exact rational arithmetic: whatever it
// accepts has the value the text has as a decimal fraction with a point.
func checkParse(t *testing.T, text, pointed string, cur money.Currency, parse func(string, money.Currency) (money.Amount, error)) {
	t.Helper()
	got, err := parse(text, cur)
	if err != nil {
		if got != (money.Amount{}) {
			t.Errorf("%q: an error and %v", text, got)
		}
		return
	}
	want, ok := new(big.Rat).SetString(strings.TrimPrefix(pointed, "+"))
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(cur.Exponent())), nil))
	if !ok || want.Mul(want, unit).Cmp(new(big.Rat).SetInt64(got.Minor())) != 0 {
		t.Errorf("%q is read as %v", text, got)
	}
}
