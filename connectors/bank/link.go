package bank

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// chain is complete statements that follow each other: each opens with the
// balance that the one before it closed with. Their movements are distinct, so
// on a day that two of them have movements on, these add up.
type chain struct {
	head, tail *statement
	shared     []span // the days that two neighbours both have movements on
	root       *chain // while linking: the chain it has become part of
	reach      ledger.Date
}

// link makes the chains, in the order of their first days. Every statement is
// in one; one that nothing continues is alone.
func link(complete []*statement) []*chain {
	byDay := func(a, b *statement) int {
		return cmp.Or(
			cmp.Compare(a.begins(), b.begins()),
			cmp.Compare(b.ends(), a.ends()), // the longer first
			cmp.Compare(a.opening.amount.Minor(), b.opening.amount.Minor()),
		)
	}
	slices.SortStableFunc(complete, byDay)
	openings := map[int64][]*statement{}
	for _, s := range complete {
		s.chain = &chain{}
		s.chain.root = s.chain
		openings[s.opening.amount.Minor()] = append(openings[s.opening.amount.Minor()], s)
	}
	for _, s := range slices.Backward(complete) {
		s.chain.reach = s.closing.day
		for _, t := range following(s, openings) {
			s.chain.reach = max(s.chain.reach, t.chain.reach)
		}
	}
	for _, s := range complete {
		var best *statement
		for _, t := range following(s, openings) {
			if t.prev == nil && root(t.chain) != root(s.chain) && (best == nil || preferred(s, t, best)) {
				best = t
			}
		}
		if best != nil {
			s.next, best.prev = best, s
			root(best.chain).root = root(s.chain)
		}
	}
	return chains(complete)
}

// following are the statements that may continue s: they open with what it
// closed with, on its last day or on the next day that any of them opens.
func following(s *statement, openings map[int64][]*statement) []*statement {
	all := openings[s.closing.amount.Minor()]
	from := firstAt(all, s.closing.day)
	after := firstAt(all, s.closing.day.AddDays(1))
	if after == len(all) {
		return all[from:]
	}
	return all[from:firstAt(all, all[after].begins().AddDays(1))]
}

// firstAt is the index of the first statement that begins on the day or later.
func firstAt(sorted []*statement, day ledger.Date) int {
	n, _ := slices.BinarySearchFunc(sorted, day, func(s *statement, d ledger.Date) int { return cmp.Compare(s.begins(), d) })
	return n
}

// preferred reports whether a continues s rather than b: the day after first,
// or the days of a weekend, then the same day, then later; then what leads
// farther.
func preferred(s, a, b *statement) bool {
	near := func(t *statement) int {
		const weekend = 4
		switch days := int(t.begins() - s.closing.day); {
		case days == 0:
			return weekend + 1
		case days > weekend:
			return days + 1
		default:
			return days
		}
	}
	if near(a) != near(b) {
		return near(a) < near(b)
	}
	return a.chain.reach > b.chain.reach
}

// root is the chain that c has become part of; paths are shortened on the way.
func root(c *chain) *chain {
	for c.root != c {
		c.root = c.root.root
		c = c.root
	}
	return c
}

// chains collects what was linked.
func chains(sorted []*statement) []*chain {
	var all []*chain
	for _, head := range sorted {
		if head.prev != nil {
			continue
		}
		c := &chain{head: head}
		for s := head; s != nil; s = s.next {
			s.chain, c.tail = c, s
			if n := s.next; n != nil && n.first.Known() && s.last.Known() && n.first <= s.last {
				c.shared = append(c.shared, span{n.first, s.last})
			}
		}
		c.shared = merged(c.shared)
		all = append(all, c)
	}
	return all
}

// joins reports whether nothing is missing between the chain's end and the
// beginning of the next.
func (c *chain) joins(next *chain) bool {
	head, tail := next.head, c.tail
	switch {
	case head.begins() <= tail.ends() && head.begins() < tail.closing.day:
		return true // they overlap by whole days
	case head.opening.amount == tail.closing.amount:
		return true
	default: // it begins on the other's last day: with what was there that morning?
		return head.begins() == tail.closing.day && head.opening.amount.Minor() == c.morning(tail.closing.day)
	}
}

// morning is the balance that the day begins with, for a day that the chain
// begins or ends on.
func (c *chain) morning(day ledger.Date) int64 {
	if c.head.begins() == day {
		return c.head.opening.amount.Minor()
	}
	minor := c.tail.closing.amount.Minor()
	for s := c.tail; s != nil && (s.last == day || !s.last.Known()); s = s.prev {
		minor -= s.lastSum
	}
	return minor
}

// evening is the balance that the day ends with.
func (c *chain) evening(day ledger.Date) int64 {
	if c.tail.closing.day == day {
		return c.tail.closing.amount.Minor()
	}
	minor := c.head.opening.amount.Minor()
	for s := c.head; s != nil && (s.first == day || !s.first.Known()); s = s.next {
		minor += s.firstSum
	}
	return minor
}

// unclear finds the days that several chains begin or end on with different
// balances, in the middle of the day: what each of them tells of the day is a
// part of it, and no chain goes over the whole day.
func unclear(chains []*chain) map[ledger.Date]bool {
	edges := map[ledger.Date][]*chain{}
	var inside []span
	for _, c := range chains {
		from, to := c.head.begins(), c.tail.closing.day
		inside = append(inside, span{from.AddDays(1), to.AddDays(-1)})
		edges[from] = append(edges[from], c)
		if to != from {
			edges[to] = append(edges[to], c)
		}
	}
	days := map[ledger.Date]bool{}
	inside = merged(inside)
	for day, some := range edges {
		if within(inside, day) {
			continue // some chain goes over it
		}
		for _, c := range some[1:] {
			if c.morning(day) != some[0].morning(day) || c.evening(day) != some[0].evening(day) {
				days[day] = true
			}
		}
	}
	return days
}
