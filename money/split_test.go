package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name    string
		minor   int64
		weights []int64
		want    []int64
	}{
		{"thirds: the first gets the cent", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"thirds of a debt", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"two cents among three", 200, []int64{1, 1, 1}, []int64{67, 67, 66}},
		{"the largest remainder first", 10, []int64{1, 2, 4}, []int64{1, 3, 6}},
		{"a weight of zero gets nothing", 101, []int64{0, 1, 0, 1}, []int64{0, 51, 0, 50}},
		{"deposit 30 %, mid-way 40 %, end 30 %", 99999, []int64{30, 40, 30}, []int64{30000, 39999, 30000}},
		{"one cent among many", 1, []int64{1, 1, 1, 1}, []int64{1, 0, 0, 0}},
		{"nothing", 0, []int64{1, 2}, []int64{0, 0}},
		{"alone", -7, []int64{3}, []int64{-7}},
		{"the largest of everything", math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
		{"the smallest", math.MinInt64, []int64{1, 1}, []int64{math.MinInt64 / 2, math.MinInt64 / 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts, err := eur(tt.minor).Split(tt.weights...)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, p := range parts {
				got = append(got, p.Minor())
				if p.Currency() != money.EUR {
					t.Errorf("a part is in %q", p.Currency())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitRefuses(t *testing.T) {
	for name, weights := range map[string][]int64{
		"no weights":      nil,
		"only zeros":      {0, 0},
		"a negative one":  {2, -1},
		"more than fits":  {math.MaxInt64, 1},
		"wraps back to 0": {math.MaxInt64, math.MaxInt64, 2},
	} {
		if got, err := eur(100).Split(weights...); !errors.Is(err, money.ErrWeights) || got != nil {
			t.Errorf("%s: got %v, %v; want ErrWeights", name, got, err)
		}
	}
}

// Splitting conserves every cent, keeps each part within one cent of its exact
// share, gives nothing to a weight of zero and treats a debt like its opposite.
func TestSplitConservesCents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "minor"), money.EUR)
		weights := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/16), 1, 16).Draw(t, "weights")
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		if total.Sign() == 0 {
			weights[0], total = 1, big.NewInt(1)
		}
		parts, err := a.Split(weights...)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := money.Sum(parts...)
		if err != nil || sum != a {
			t.Fatalf("parts %v add up to %v, %v; want %v", parts, sum, err, a)
		}
		for i, p := range parts {
			share := new(big.Int).Mul(big.NewInt(a.Minor()), big.NewInt(weights[i]))
			off := new(big.Int).Sub(new(big.Int).Mul(big.NewInt(p.Minor()), total), share)
			if off.CmpAbs(total) >= 0 {
				t.Fatalf("part %d is %v, more than a cent from its share", i, p)
			}
			if weights[i] == 0 && !p.IsZero() {
				t.Fatalf("part %d has no weight and gets %v", i, p)
			}
		}
		opposite, err := a.Neg().Split(weights...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range parts {
			if opposite[i] != parts[i].Neg() {
				t.Fatalf("part %d: %v, but %v of the opposite", i, parts[i], opposite[i])
			}
		}
	})
}
