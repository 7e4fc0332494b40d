package calendar

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// The days a table holds one bit for, 2000-01-01 to 2100-12-31; a day outside
// is worked out from the rules. A test checks the two numbers.
const (
	firstDay ledger.Date = 730120
	lastDay  ledger.Date = 767009
)

// ExtraHoliday is the name of a holiday that the configuration added.
const ExtraHoliday = "extra holiday"

// table is what a Calendar knows; nothing in it changes once it is made.
type table struct {
	region string
	rules  []rule
	extra  []ledger.Date // sorted
	closed []uint64      // one bit a day from firstDay: weekend or holiday
}

// newTable works out every day of the rules.
func newTable(region string, rules []rule) *table {
	t := &table{region: region, rules: rules, closed: make([]uint64, (lastDay-firstDay)/64+1)}
	for d := firstDay; d <= lastDay; d++ {
		if weekend(d) {
			t.shut(d)
		}
	}
	first, _, _ := firstDay.Civil()
	last, _, _ := lastDay.Civil()
	for _, r := range rules {
		for year := first; year <= last; year++ {
			if d := r.day(year); d != 0 {
				t.shut(d)
			}
		}
	}
	return t
}

// with returns a copy that is closed on more days.
func (t *table) with(extra []ledger.Date) *table {
	c := *t
	c.closed = slices.Clone(t.closed)
	c.extra = nil
	for _, d := range extra {
		if d == 0 {
			continue
		}
		c.extra = append(c.extra, d)
		if d >= firstDay && d <= lastDay {
			c.shut(d)
		}
	}
	slices.Sort(c.extra)
	return &c
}

func union(a, b *table) *table {
	u := &table{
		region: a.region + "+" + b.region,
		rules:  slices.Concat(a.rules, b.rules),
		extra:  slices.Concat(a.extra, b.extra),
		closed: slices.Clone(a.closed),
	}
	slices.Sort(u.extra)
	for i, w := range b.closed {
		u.closed[i] |= w
	}
	return u
}

func (t *table) shut(d ledger.Date) {
	i := uint(d - firstDay)
	t.closed[i/64] |= 1 << (i % 64)
}

// open counts the business days from a to b, both included and in the table.
func (t *table) open(a, b ledger.Date) int {
	if a > b {
		return 0
	}
	from, to := uint(a-firstDay), uint(b-firstDay)
	n := 0
	for w := from / 64; w <= to/64; w++ {
		free := ^t.closed[w]
		if w == from/64 {
			free &= ^uint64(0) << (from % 64)
		}
		if w == to/64 {
			free &= ^uint64(0) >> (63 - to%64)
		}
		n += bits.OnesCount64(free)
	}
	return n
}

// observed reports whether the day is a holiday, by the rules.
func (t *table) observed(d ledger.Date) bool { return t.names(d) != "" }

// names joins the names of the day's holidays, each once.
func (t *table) names(d ledger.Date) string {
	year, _, _ := d.Civil()
	var found []string
	for _, r := range t.rules {
		if r.day(year) == d && !slices.Contains(found, r.name) {
			found = append(found, r.name)
		}
	}
	if _, ok := slices.BinarySearch(t.extra, d); ok && len(found) == 0 {
		return ExtraHoliday
	}
	return strings.Join(found, ", ")
}
