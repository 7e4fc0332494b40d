package bank

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// span is a range of days, both included; it is empty when it ends before it
// begins.
type span struct{ from, to ledger.Date }

func (s span) has(day ledger.Date) bool { return s.from <= day && day <= s.to }

// merged returns the spans in order, without empty ones, and those that touch
// as one.
func merged(spans []span) []span {
	spans = slices.DeleteFunc(spans, func(s span) bool { return s.to < s.from })
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to.AddDays(1) {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// within reports whether one of the merged spans has the day.
func within(spans []span, day ledger.Date) bool { return covers(spans, span{day, day}) }

// covers reports whether one of the merged spans has all days of s.
func covers(spans []span, s span) bool {
	n, _ := slices.BinarySearchFunc(spans, s.from, func(at span, day ledger.Date) int { return cmp.Compare(at.to, day) })
	return n < len(spans) && spans[n].from <= s.from && s.to <= spans[n].to
}
