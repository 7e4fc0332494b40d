package money_test

import (
	"errors"
	"testing"

	gomoney "github.com/Rhymond/go-money"

	"github.com/relanced/relanced/money"
)

// notMoney are codes of the library's table that ISO 4217 does not list or
// gives no minor unit.
var notMoney = map[string]bool{
	"GGP": true, "IMP": true, "JEP": true, // local issues
	"XAG": true, "XAU": true, "XDR": true, // minor unit "N.A."
}

func TestEveryCodeOfThreeLetters(t *testing.T) {
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				code := string([]rune{a, b, c})
				got, err := money.ParseCurrency(code)
				want := gomoney.GetCurrency(code)
				switch {
				case code == "VED" || code == "ZWG": // newer than the library
					if err != nil || got.Exponent() != 2 {
						t.Errorf("%s: got %v, %v", code, got.Exponent(), err)
					}
				case want == nil || notMoney[code]:
					if err == nil {
						t.Errorf("%s is accepted", code)
					}
				case err != nil:
					t.Errorf("%s: %v", code, err)
				case got.Exponent() != want.Fraction:
					t.Errorf("%s: got %d decimals, want %d", code, got.Exponent(), want.Fraction)
				}
				if err == nil {
					known++
				}
			}
		}
	}
	if known < 160 {
		t.Errorf("only %d currencies are known", known)
	}
}

// The exponents that other tables (CLDR, JavaScript) give wrongly, from the
// ISO 4217 list itself.
func TestExponentsKnownByHeart(t *testing.T) {
	for code, want := range map[money.Currency]int{
		"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "HUF": 2, "RSD": 2, "COP": 2, "IDR": 2, "MGA": 2, "LBP": 2, "PKR": 2,
		"JPY": 0, "KRW": 0, "CLP": 0, "XPF": 0, "XOF": 0, "ISK": 0,
		"BHD": 3, "KWD": 3, "TND": 3, "IQD": 3, "CLF": 4,
	} {
		if got := code.Exponent(); got != want {
			t.Errorf("%s: got %d decimals, want %d", code, got, want)
		}
	}
}

func TestParseCurrency(t *testing.T) {
	for text, want := range map[string]money.Currency{"EUR": "EUR", "eur": "EUR", " usd ": "USD", "Jpy": "JPY"} {
		got, err := money.ParseCurrency(text)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "E", "EU", "EURO", "€", "XXX", "FRF", "978", "GGP", "XAU", "ÉUR"} {
		if got, err := money.ParseCurrency(text); !errors.Is(err, money.ErrUnknownCurrency) {
			t.Errorf("%q: got %q, %v; want ErrUnknownCurrency", text, got, err)
		}
	}
}

func TestParseWantsTheCurrencyInCapitals(t *testing.T) {
	for _, cur := range []money.Currency{"eur", "", "XXX", "EUR "} {
		if got, err := money.Parse("1.00", cur); !errors.Is(err, money.ErrUnknownCurrency) {
			t.Errorf("currency %q: got %v, %v; want ErrUnknownCurrency", cur, got, err)
		}
	}
}
