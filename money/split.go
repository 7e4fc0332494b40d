package money

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// ErrWeights says that a sum cannot be shared out by the weights given: there
// are none, all are zero, one is negative, or they add up to too much.
var ErrWeights = errors.New("weights do not share anything out")

// Split shares the amount out in proportion to weights, to the minor unit: the
// parts add up to the amount exactly. What is left after rounding towards zero
// goes, one minor unit each, to the parts that lost the largest fraction, the
// earlier first when two lost the same; a weight of zero gets nothing. A
// negative amount is shared out like its opposite. It returns ErrWeights when
// no weight is positive or one is negative.
func (a Amount) Split(weights ...int64) ([]Amount, error) {
	total, err := totalWeight(weights)
	if err != nil {
		return nil, err
	}
	parts := make([]uint64, len(weights))
	lost := make([]uint64, len(weights))
	left := magnitude(a.minor)
	for i, w := range weights {
		high, low := bits.Mul64(magnitude(a.minor), uint64(w))
		parts[i], lost[i] = bits.Div64(high, low, total) // w <= total, so the quotient fits
		left -= parts[i]
	}
	for _, i := range byLoss(lost)[:left] {
		parts[i]++
	}
	shares := make([]Amount, len(weights))
	for i, p := range parts {
		shares[i] = Amount{minor: signed(p, a.minor < 0), cur: a.cur}
	}
	return shares, nil
}

func totalWeight(weights []int64) (uint64, error) {
	var total int64
	for i, w := range weights {
		if w < 0 {
			return 0, fmt.Errorf("weight %d is %d: %w", i+1, w, ErrWeights)
		}
		if total += w; total < 0 {
			return 0, fmt.Errorf("weights up to %d: %w", i+1, ErrWeights)
		}
	}
	if total == 0 {
		return 0, fmt.Errorf("%d of them, none positive: %w", len(weights), ErrWeights)
	}
	return uint64(total), nil
}

// byLoss returns the indexes, the largest loss first, equal ones in their order.
func byLoss(lost []uint64) []int {
	order := make([]int, len(lost))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case lost[i] > lost[j]:
			return -1
		case lost[i] < lost[j]:
			return 1
		default:
			return 0
		}
	})
	return order
}

// signed turns a magnitude of at most 2^63 back into a number; 2^63 itself is
// only asked for as a negative one.
func signed(n uint64, negative bool) int64 {
	if negative {
		return -int64(n)
	}
	return int64(n)
}
