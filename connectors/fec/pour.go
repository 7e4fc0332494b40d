package fec

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// pouring allocates the credits of one lettered group, in one currency, onto
// its items: first onto documents the credit's label names, then onto an item
// of its very amount, then onto the oldest. Money that went back is allocated
// with its sign to the item whose payment it undoes, so that the item is open
// by as much again. Cents are moved, never made.
type pouring struct {
	year    *year
	items   []*node
	credits []*node
	backs   []*node
	out     []allocated
	unclear bool
}

// allocated is so much from one node onto an item.
type allocated struct {
	from, item *node
	amount     int64
}

// maxPairs bounds the search for equal amounts in a group.
const maxPairs = 1 << 20

// split sorts the group's members by what they are.
func (p *pouring) split(nodes []node) {
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.full == 0:
		case n.kind == kindInvoice:
			p.items = append(p.items, n)
		case n.kind == kindReturn || n.kind == kindAdjust:
			p.backs = append(p.backs, n)
		default:
			p.credits = append(p.credits, n)
		}
	}
}

func (p *pouring) pour() {
	owed, given, back := total(p.items), total(p.credits), total(p.backs)
	if len(p.items) == 0 {
		if given == back { // money that came and went: they undo each other
			for _, n := range slices.Concat(p.credits, p.backs) {
				n.rest = 0
			}
		}
		return
	}
	closed := owed+back == given
	if !closed && back > 0 {
		p.unclear = true // what went back, and of what, is anybody's guess
		return
	}
	p.reopen()
	if len(p.items) > 1 {
		p.named()
		p.exact(closed)
	}
	if closed || given >= owed+back || p.openItems() <= 1 {
		p.oldest()
		return
	}
	p.unclear = total(p.credits) > 0
}

func total(nodes []*node) int64 {
	sum := int64(0)
	for _, n := range nodes {
		sum += n.rest
	}
	return sum
}

func (p *pouring) openItems() int {
	n := 0
	for _, item := range p.items {
		if item.rest > 0 {
			n++
		}
	}
	return n
}

// reopen allocates money that went back, below zero, to an item of its very
// amount or to the oldest, which may then take as much again.
func (p *pouring) reopen() {
	for _, b := range p.backs {
		item := p.items[0]
		for _, i := range p.items[:min(len(p.items), maxPairs/len(p.backs))] {
			if i.full == b.rest {
				item = i
				break
			}
		}
		p.out = append(p.out, allocated{b, item, -b.rest})
		item.rest += b.rest
		b.rest = 0
	}
}

// named serves the documents that a credit's label names.
func (p *pouring) named() {
	items := make(map[uint64][]*node, len(p.items))
	for _, item := range p.items {
		items[item.id] = append(items[item.id], item)
	}
	for _, c := range p.credits {
		if c.position != nil {
			continue
		}
		names := p.year.names
		from, _ := slices.BinarySearchFunc(names, c.rec, func(n naming, rec uint32) int { return cmp.Compare(n.rec, rec) })
		for ; from < len(names) && names[from].rec == c.rec; from++ {
			for _, item := range items[names[from].document] {
				p.move(c, item)
			}
		}
	}
}

// exact serves the item that is open by a credit's very amount; in a group that
// is not closed, only when there is just one.
func (p *pouring) exact(closed bool) {
	if len(p.items)*len(p.credits) > maxPairs {
		return
	}
	for _, c := range p.credits {
		var found *node
		choice := false
		for _, item := range p.items {
			if item.rest == c.rest && c.rest > 0 {
				choice = choice || found != nil
				if found == nil {
					found = item
				}
			}
		}
		if found != nil && (closed || !choice) {
			p.move(c, found)
		}
	}
}

// oldest serves the items as they come.
func (p *pouring) oldest() {
	i := 0
	for _, c := range p.credits {
		for c.rest > 0 && i < len(p.items) {
			if p.items[i].rest == 0 {
				i++
				continue
			}
			p.move(c, p.items[i])
		}
	}
}

// move allocates what both sides have.
func (p *pouring) move(c, item *node) {
	if n := min(c.rest, item.rest); n > 0 {
		p.out = append(p.out, allocated{c, item, n})
		c.rest -= n
		item.rest -= n
	}
}

// hand turns what was allocated into records, one for each pair.
func (p *pouring) hand(hand func(ledger.Allocation) error) error {
	type pair struct {
		from, item       uint64
		fromPart, itemNo int
		kind             kind
	}
	at := make(map[pair]int, len(p.out))
	for i := range p.out { // the same pair may have been served twice
		a := &p.out[i]
		key := pair{a.from.id, a.item.id, a.from.ordinal, a.item.ordinal, a.from.kind}
		if first, ok := at[key]; ok {
			p.out[first].amount += a.amount
			a.amount = 0
			continue
		}
		at[key] = i
	}
	for _, a := range p.out {
		if a.amount == 0 {
			continue
		}
		if err := hand(p.record(a)); err != nil {
			return err
		}
	}
	return nil
}

// record spells one allocation.
func (p *pouring) record(a allocated) ledger.Allocation {
	r := p.year.r
	from, item := a.from.remoteID(), a.item.remoteID()
	r.hash.begin('a')
	r.hash.part([]byte(from))
	r.hash.part([]byte(item))
	kind := ledger.KindPayment
	if k := a.from.kind; k == kindCreditNote || k == kindDeposit || k == kindOther {
		kind = ledger.KindCredit
	}
	return ledger.Allocation{
		ID: "alc-" + hex16(r.hash.sum()), FromKind: kind, From: from, Item: item,
		Amount: r.amount(a.amount, a.item.cur), Day: max(a.from.day, a.item.day), // an advance counts from the invoice on
	}
}
