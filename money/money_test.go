package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
)

func eur(minor int64) money.Amount { return money.New(minor, money.EUR) }

func TestAddAndSubRefuseWhatDoesNotFit(t *testing.T) {
	tests := []struct {
		name string
		f    func() (money.Amount, error)
		want error
	}{
		{"too large", func() (money.Amount, error) { return eur(math.MaxInt64).Add(eur(1)) }, money.ErrOverflow},
		{"too small", func() (money.Amount, error) { return eur(-math.MaxInt64).Add(eur(-1)) }, money.ErrOverflow},
		{"far too small", func() (money.Amount, error) { return eur(math.MinInt64).Add(eur(math.MinInt64)) }, money.ErrOverflow},
		{"minus the smallest", func() (money.Amount, error) { return eur(5).Sub(eur(math.MinInt64)) }, money.ErrOverflow},
		{"minus the smallest from below", func() (money.Amount, error) { return eur(-5).Sub(eur(math.MinInt64)) }, money.ErrOverflow},
		{"other currency", func() (money.Amount, error) { return eur(5).Add(money.New(5, "USD")) }, money.ErrCurrency},
		{"other currency, nothing of it", func() (money.Amount, error) { return eur(5).Add(money.New(0, "USD")) }, money.ErrCurrency},
		{"no currency, but something", func() (money.Amount, error) { return eur(5).Add(money.New(5, "")) }, money.ErrCurrency},
		{"sum of two currencies", func() (money.Amount, error) { return money.Sum(eur(5), eur(5), money.New(5, "USD")) }, money.ErrCurrency},
		{"sum too large", func() (money.Amount, error) { return money.Sum(eur(math.MaxInt64), eur(5)) }, money.ErrOverflow},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := tt.f(); !errors.Is(err, tt.want) || got != (money.Amount{}) {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestZeroAmountTakesAnyCurrency(t *testing.T) {
	var zero money.Amount
	if got, err := zero.Add(eur(5)); err != nil || got != eur(5) {
		t.Errorf("zero + 5: got %v, %v", got, err)
	}
	if got, err := zero.Sub(eur(5)); err != nil || got != eur(-5) {
		t.Errorf("zero - 5: got %v, %v", got, err)
	}
	if got, err := eur(5).Add(zero); err != nil || got != eur(5) {
		t.Errorf("5 + zero: got %v, %v", got, err)
	}
	if got, err := money.Sum(); err != nil || got != zero {
		t.Errorf("sum of nothing: got %v, %v", got, err)
	}
	if got, err := money.Sum(eur(5), zero, eur(-7)); err != nil || got != eur(-2) {
		t.Errorf("sum: got %v, %v", got, err)
	}
	if got, err := zero.Cmp(eur(5)); err != nil || got != -1 {
		t.Errorf("zero against 5: got %d, %v", got, err)
	}
}

func TestSignAndCmp(t *testing.T) {
	for minor, want := range map[int64]int{-3: -1, 0: 0, 3: 1} {
		if got := eur(minor).Sign(); got != want {
			t.Errorf("Sign of %d: got %d, want %d", minor, got, want)
		}
		if got, err := eur(minor).Cmp(eur(0)); err != nil || got != want {
			t.Errorf("Cmp of %d: got %d, %v; want %d", minor, got, err, want)
		}
		if got := eur(minor).IsZero(); got != (want == 0) {
			t.Errorf("IsZero of %d: got %v", minor, got)
		}
		if got := eur(minor).Abs(); got != eur(max(minor, -minor)) {
			t.Errorf("Abs of %d: got %v", minor, got)
		}
	}
	if _, err := eur(1).Cmp(money.New(1, "USD")); !errors.Is(err, money.ErrCurrency) {
		t.Errorf("Cmp of two currencies: got %v", err)
	}
}

// Add and Sub agree with arithmetic that knows no bounds, or refuse.
func TestArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Int64().Draw(t, "x"), rapid.Int64().Draw(t, "y")
		check := func(name string, got money.Amount, err error, want *big.Int) {
			limit := big.NewInt(math.MaxInt64)
			switch fits := want.CmpAbs(limit) <= 0; {
			case fits && (err != nil || got.Minor() != want.Int64()):
				// The smallest number may be refused: it has no opposite.
				if x != math.MinInt64 && y != math.MinInt64 {
					t.Fatalf("%s: got %v, %v; want %v", name, got, err, want)
				}
			case !fits && !errors.Is(err, money.ErrOverflow):
				t.Fatalf("%s: got %v, %v; want ErrOverflow", name, got, err)
			}
		}
		sum, err := eur(x).Add(eur(y))
		check("add", sum, err, new(big.Int).Add(big.NewInt(x), big.NewInt(y)))
		difference, err := eur(x).Sub(eur(y))
		check("sub", difference, err, new(big.Int).Sub(big.NewInt(x), big.NewInt(y)))
	})
}

// No operation on two amounts lets two currencies meet.
func TestCurrenciesNeverMix(t *testing.T) {
	codes := []money.Currency{"EUR", "USD", "JPY"}
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(rapid.Int64Range(-1e12, 1e12).Draw(t, "a"), rapid.SampledFrom(codes).Draw(t, "a's currency"))
		b := money.New(rapid.Int64Range(-1e12, 1e12).Draw(t, "b"), rapid.SampledFrom(codes).Draw(t, "b's currency"))
		same := a.Currency() == b.Currency()
		_, add := a.Add(b)
		_, sub := a.Sub(b)
		_, cmp := a.Cmp(b)
		_, sum := money.Sum(a, b)
		for name, err := range map[string]error{"add": add, "sub": sub, "cmp": cmp, "sum": sum} {
			if same && err != nil || !same && !errors.Is(err, money.ErrCurrency) {
				t.Fatalf("%s of %v and %v: %v", name, a, b, err)
			}
		}
	})
}
