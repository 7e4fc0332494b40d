// Package money owns amounts: a whole number of minor units in one ISO 4217
// currency. It never touches a float, and it never converts a currency.
package money

import (
	"errors"
	"fmt"
	"math"
)

// ErrCurrency says that two amounts of different currencies were put together.
var ErrCurrency = errors.New("currencies differ")

// ErrOverflow says that a result does not fit in 64 bits of minor units.
var ErrOverflow = errors.New("amount out of range")

// Amount is an exact sum of money. The zero Amount has no currency; it may be
// compared and printed, and added to any amount, whose currency it then takes.
type Amount struct {
	minor int64
	cur   Currency
}

// New returns minor units (cents for EUR, yen for JPY, fils for BHD) of cur.
func New(minor int64, cur Currency) Amount { return Amount{minor: minor, cur: cur} }

// Minor returns the amount in minor units of its currency.
func (a Amount) Minor() int64 { return a.minor }

// Currency returns the amount's currency; empty for the zero Amount.
func (a Amount) Currency() Currency { return a.cur }

// Sign returns -1, 0 or +1.
func (a Amount) Sign() int {
	switch {
	case a.minor < 0:
		return -1
	case a.minor > 0:
		return 1
	default:
		return 0
	}
}

// IsZero reports whether the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// Neg returns the amount with its sign turned. The smallest 64-bit number has
// no opposite and stays as it is; only New can make it, every other way to an
// amount refuses it.
func (a Amount) Neg() Amount { return Amount{minor: -a.minor, cur: a.cur} }

// Abs returns the amount without its sign.
func (a Amount) Abs() Amount {
	if a.minor < 0 {
		return a.Neg()
	}
	return a
}

// Add returns a+b, or ErrCurrency or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	cur, err := common(a, b)
	if err != nil {
		return Amount{}, err
	}
	sum := a.minor + b.minor
	if (sum > a.minor) != (b.minor > 0) && b.minor != 0 || sum == math.MinInt64 {
		return Amount{}, fmt.Errorf("%s + %s: %w", a, b, ErrOverflow)
	}
	return Amount{minor: sum, cur: cur}, nil
}

// Sub returns a-b, or ErrCurrency or ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b.minor == math.MinInt64 {
		return Amount{}, fmt.Errorf("%s - %s: %w", a, b, ErrOverflow)
	}
	return a.Add(b.Neg())
}

// Sum adds amounts in their order, or returns ErrCurrency or ErrOverflow. The
// sum of nothing is the zero Amount.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, a := range amounts {
		var err error
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// Cmp compares a with b as -1, 0 or +1, or returns ErrCurrency.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := common(a, b); err != nil {
		return 0, err
	}
	switch {
	case a.minor < b.minor:
		return -1, nil
	case a.minor > b.minor:
		return 1, nil
	default:
		return 0, nil
	}
}

// common returns the one currency of two amounts; the zero Amount fits any.
func common(a, b Amount) (Currency, error) {
	switch {
	case a.cur == b.cur || b == Amount{}:
		return a.cur, nil
	case a == Amount{}:
		return b.cur, nil
	default:
		return "", fmt.Errorf("%s and %s: %w", a, b, ErrCurrency)
	}
}

// String prints the amount for logs and errors, such as "1234.50 EUR". Texts
// for people use Format.
func (a Amount) String() string {
	if a.cur == "" {
		return a.Decimal()
	}
	return a.Decimal() + " " + string(a.cur)
}
