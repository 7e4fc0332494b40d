package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Rounding says what becomes of the part of a result that is smaller than a
// minor unit. There is no default: every call names its own.
type Rounding int

// The roundings. Each treats a negative amount like its opposite.
const (
	HalfUp   Rounding = iota + 1 // to the nearest, a half away from zero: how invoices round
	HalfEven                     // to the nearest, a half to the even neighbour: no drift over many
	Down                         // towards zero: never more than is owed
)

// ErrRatio says that a ratio or its rounding makes no sense.
var ErrRatio = errors.New("not a ratio")

// MulRatio returns a × num / den rounded once, such as 21 days of interest at
// 12.15 % with num 1215×21 and den 10000×365. It returns ErrRatio when den is
// zero or the rounding is none of the constants, ErrOverflow when the result
// does not fit. The product itself is kept in 128 bits.
func (a Amount) MulRatio(num, den int64, r Rounding) (Amount, error) {
	if den == 0 || r < HalfUp || r > Down {
		return Amount{}, fmt.Errorf("%s × %d / %d: %w", a, num, den, ErrRatio)
	}
	high, low := bits.Mul64(magnitude(a.minor), magnitude(num))
	divisor := magnitude(den)
	if high >= divisor {
		return Amount{}, fmt.Errorf("%s × %d / %d: %w", a, num, den, ErrOverflow)
	}
	quotient, rest := bits.Div64(high, low, divisor)
	if quotient <= math.MaxInt64 && roundsUp(quotient, rest, divisor, r) {
		quotient++
	}
	if quotient > math.MaxInt64 {
		return Amount{}, fmt.Errorf("%s × %d / %d: %w", a, num, den, ErrOverflow)
	}
	negative := (a.minor < 0) != (num < 0) != (den < 0)
	return Amount{minor: signed(quotient, negative), cur: a.cur}, nil
}

// roundsUp reports whether rest/divisor lifts the quotient by one.
func roundsUp(quotient, rest, divisor uint64, r Rounding) bool {
	if r == Down {
		return false
	}
	other := divisor - rest // rest < divisor; comparing with it avoids doubling
	if rest == other {
		return r == HalfUp || quotient%2 == 1
	}
	return rest > other
}
