package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
)

func TestMulRatio(t *testing.T) {
	tests := []struct {
		name             string
		minor, num, den  int64
		up, even, downTo int64
	}{
		{"exact", 1000, 1, 4, 250, 250, 250},
		{"half above even", 5, 1, 2, 3, 2, 2},
		{"half above odd", 7, 1, 2, 4, 4, 3},
		{"half of a debt", -5, 1, 2, -3, -2, -2},
		{"negative ratio", 5, -1, 2, -3, -2, -2},
		{"two negatives", 5, -1, -2, 3, 2, 2},
		{"below half", 7, 1, 3, 2, 2, 2},
		{"above half", 8, 1, 3, 3, 3, 2},
		{"15 000 × 15 % × 30/365", 1500000, 15 * 30, 100 * 365, 18493, 18493, 18493},
		{"wide product", math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{"the smallest number", math.MinInt64, 1, 2, math.MinInt64 / 2, math.MinInt64 / 2, math.MinInt64 / 2},
		{"by nothing", 5, 0, 7, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for r, want := range map[money.Rounding]int64{money.HalfUp: tt.up, money.HalfEven: tt.even, money.Down: tt.downTo} {
				if got, err := eur(tt.minor).MulRatio(tt.num, tt.den, r); err != nil || got != eur(want) {
					t.Errorf("rounding %d: got %v, %v; want %v", r, got, err, eur(want))
				}
			}
		})
	}
}

func TestMulRatioRefuses(t *testing.T) {
	tests := []struct {
		name            string
		minor, num, den int64
		r               money.Rounding
		want            error
	}{
		{"by zero", 1, 1, 0, money.HalfUp, money.ErrRatio},
		{"no rounding named", 1, 1, 2, 0, money.ErrRatio},
		{"an unknown rounding", 1, 1, 2, money.Down + 1, money.ErrRatio},
		{"just too large", math.MaxInt64, 2, 1, money.Down, money.ErrOverflow},
		{"rounded up to too large", math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 - 2, money.HalfUp, money.ErrOverflow},
		{"far too large", math.MaxInt64, math.MaxInt64, 1, money.HalfUp, money.ErrOverflow},
		{"64 bits and one more", math.MinInt64, 4, 2, money.Down, money.ErrOverflow},
		{"64 bits full and a half more", 145295143558111, 253921, 2, money.HalfUp, money.ErrOverflow}, // (2^65-1)/2
	}
	for _, tt := range tests {
		if got, err := eur(tt.minor).MulRatio(tt.num, tt.den, tt.r); !errors.Is(err, tt.want) || got != (money.Amount{}) {
			t.Errorf("%s: got %v, %v; want %v", tt.name, got, err, tt.want)
		}
	}
}

// MulRatio agrees with exact rational arithmetic: it is never further from the
// true value than its rounding allows, and half-way cases go where it says.
func TestMulRatioIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor, num := rapid.Int64().Draw(t, "minor"), rapid.Int64().Draw(t, "num")
		den := rapid.Int64().Filter(func(n int64) bool { return n != 0 }).Draw(t, "den")
		r := rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.Down}).Draw(t, "rounding")
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(minor), big.NewInt(num)), big.NewInt(den))
		want := roundRat(exact, r)
		got, err := eur(minor).MulRatio(num, den, r)
		if !want.IsInt64() || want.Int64() == math.MinInt64 {
			if !errors.Is(err, money.ErrOverflow) {
				t.Fatalf("got %v, %v; want ErrOverflow", got, err)
			}
			return
		}
		if err != nil || got.Minor() != want.Int64() {
			t.Fatalf("%d × %d / %d: got %v, %v; want %v", minor, num, den, got, err, want)
		}
	})
}

// roundRat rounds with math/big alone.
func roundRat(x *big.Rat, r money.Rounding) *big.Int {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	twice := new(big.Int).Abs(rest)
	twice.Lsh(twice, 1)
	half := twice.Cmp(x.Denom())
	if r == money.HalfUp && half >= 0 || r == money.HalfEven && (half > 0 || half == 0 && whole.Bit(0) == 1) {
		whole.Add(whole, big.NewInt(int64(x.Sign())))
	}
	return whole
}
