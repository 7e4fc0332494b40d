package fec

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// position is an open item, or a credit that is not used up, at the end of the
// years read so far.
type position struct {
	id        uint64
	letter    uint64
	rest      int64 // minor units of cur; an item's positive, a credit's negative
	book      int64 // the same in the books' currency
	taken     int64 // of rest, by the group being lettered
	cust      uint32
	ordinal   int32
	day       ledger.Date
	kind      kind
	cur       uint8
	bookKnown bool
	confirmed bool // by this year's opening entries
	told      bool // a finding says so already
	claim     *claim
}

// carried is what goes from one year into the next.
type carried struct {
	list  []position         // by customer, then by day
	byDoc map[uint64][]int32 // places of items by identity; made when first asked for
}

// document returns the items of one identity.
func (c *carried) document(id uint64) []int32 {
	if c.byDoc == nil {
		c.byDoc = map[uint64][]int32{}
		for i := range c.list {
			if p := &c.list[i]; p.kind == kindInvoice {
				c.byDoc[p.id] = append(c.byDoc[p.id], int32(i))
			}
		}
	}
	return c.byDoc[id]
}

// of returns a customer's positions.
func (c *carried) of(cust uint32) []position {
	from, _ := slices.BinarySearchFunc(c.list, cust, func(p position, cust uint32) int { return cmp.Compare(p.cust, cust) })
	to := from
	for to < len(c.list) && c.list[to].cust == cust {
		to++
	}
	return c.list[from:to]
}

// carry adds what this year leaves open and drops what it has closed.
func (y *year) carry() {
	list := slices.DeleteFunc(y.r.carried.list, func(p position) bool { return p.rest == 0 })
	for i := range list {
		list[i].confirmed, list[i].claim = false, nil
	}
	for rec := range uint32(y.moves.n) {
		m := y.moves.at(rec)
		if !m.isItem() && !m.isCredit() && !m.isBack() || m.has(flagSettled) || y.r.customers.list[m.cust].unknown {
			continue
		}
		amount, cur := y.amount(rec)
		p := position{
			id: m.id, letter: m.letter, rest: amount, book: m.cents, bookKnown: true,
			cust: m.cust, ordinal: int32(y.ordinal(rec)), day: m.day, kind: m.kind, cur: cur,
		}
		if m.has(flagPartial) {
			p.rest = y.partial[rec]
			p.book, p.bookKnown = p.rest, cur == 0
		}
		if p.rest != 0 {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b position) int {
		return cmp.Or(cmp.Compare(a.cust, b.cust), cmp.Compare(a.day, b.day), cmp.Compare(a.id, b.id), cmp.Compare(a.ordinal, b.ordinal))
	})
	y.r.carried = carried{list: list}
}
