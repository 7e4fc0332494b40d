package money

import (
	"errors"
	"fmt"
	"strings"

	gomoney "github.com/Rhymond/go-money"
)

// Currency is a known ISO 4217 alphabetic code in capitals, such as EUR.
type Currency string

// EUR is the currency most books here are kept in.
const EUR Currency = "EUR"

// ErrUnknownCurrency says that a code is not an ISO 4217 currency we know, so
// that nobody can tell how many decimals an amount in it has.
var ErrUnknownCurrency = errors.New("unknown currency")

// ParseCurrency returns the currency for a three-letter code in any case.
func ParseCurrency(code string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(code)))
	if _, ok := exponent(c); !ok {
		return "", fmt.Errorf("%q: %w (an ISO 4217 code such as EUR is needed)", code, ErrUnknownCurrency)
	}
	return c, nil
}

// Exponent returns how many decimals the currency's minor unit has in ISO 4217:
// 2 for EUR, 0 for JPY, 3 for BHD. For a code that ParseCurrency refuses it is 2.
func (c Currency) Exponent() int {
	n, ok := exponent(c)
	if !ok {
		return 2
	}
	return n
}

// exponent looks the code up in the ISO 4217 table of a library (28 ns, no
// allocation), with what that table has too much and too little. Codes that
// ISO has withdrawn stay: old books still hold them.
func exponent(c Currency) (int, bool) {
	switch string(c) {
	case "GGP", "IMP", "JEP": // issued locally, not in ISO 4217
		return 0, false
	case "XAG", "XAU", "XDR": // ISO 4217 gives them no minor unit
		return 0, false
	case "VED", "ZWG": // newer than the library's table
		return 2, true
	}
	known := gomoney.GetCurrency(string(c))
	if known == nil || known.Code != string(c) {
		return 0, false
	}
	return known.Fraction, true
}
