package fec

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// confirm holds this year's opening entries against last year's open items and
// loose credits, customer by customer.
func (y *year) confirm() {
	slices.SortFunc(y.openings, func(a, b opening) int {
		return cmp.Or(cmp.Compare(a.cust, b.cust), cmp.Compare(a.rec, b.rec))
	})
	list := y.r.carried.list
	ops := y.openings
	var nobody []opening // of a collective account: a total over all customers
	for len(ops) > 0 || len(list) > 0 {
		cust := noCustomer
		if len(ops) > 0 {
			cust = ops[0].cust
		}
		if len(list) > 0 {
			cust = min(cust, list[0].cust)
		}
		i, j := 0, 0
		for i < len(ops) && ops[i].cust == cust {
			i++
		}
		for j < len(list) && list[j].cust == cust {
			j++
		}
		if y.r.customers.list[cust].unknown {
			nobody = append(nobody, ops[:i]...)
		} else {
			c := confirmation{year: y, openings: ops[:i], positions: list[:j]}
			c.run()
		}
		ops, list = ops[i:], list[j:]
	}
	y.confirmTotal(nobody)
}

// confirmTotal takes one total over all customers as the word for all of them
// when it is right, and says nothing when it is not: then nothing confirms
// them, and each is held.
func (y *year) confirmTotal(ops []opening) {
	if len(ops) == 0 {
		return
	}
	total, known := int64(0), true
	for i := range y.openings {
		total += y.moves.at(y.openings[i].rec).cents
	}
	for i := range y.r.carried.list {
		p := &y.r.carried.list[i]
		total -= p.book
		known = known && p.bookKnown
	}
	for _, o := range ops {
		y.moves.at(o.rec).kind = kindConfirm
	}
	if total != 0 || !known {
		return
	}
	for i := range y.r.carried.list {
		y.r.carried.list[i].confirmed = true
	}
}

// confirmation is the comparison for one customer.
type confirmation struct {
	*year
	openings  []opening
	positions []position
	loose     map[int64][]*position // last year's loose credits that nothing confirms, by amount
	credits   int                   // how many they are
	held      bool                  // the customer as a whole is in doubt
}

func (c *confirmation) run() {
	left := c.byDocument()
	agree := c.sumsAgree()
	if agree && c.isTotal(left) {
		for _, o := range left {
			c.moves.at(o.rec).kind = kindConfirm
		}
		for i := range c.positions {
			c.positions[i].confirmed = true
		}
		return
	}
	c.mismatched()
	itemsLeft := c.itemsLeft()
	for i := range left {
		o := &left[i]
		switch m := c.moves.at(o.rec); {
		case agree: // the balance is right and the pieces are not: to add one is to count it twice
			m.kind = kindConfirm
			m.flags |= flagSurplus
			c.hold(o)
		case m.cents < 0:
			c.credit(o)
		case o.id != 0 && itemsLeft == 0:
			c.create(o) // last year's export is older than this document
		default:
			m.kind = kindConfirm
			m.flags |= flagSurplus
			c.hold(o)
		}
	}
	for i := range c.positions {
		c.positions[i].told = c.positions[i].told || c.held
	}
}

// isTotal reports whether opening entries that name no known document may be
// read as a total of what is left: they name none at all, or nothing but
// credits is left, or one of them stands for several items.
func (c *confirmation) isTotal(left []opening) bool {
	named := 0
	for _, o := range left {
		if o.id != 0 && c.moves.at(o.rec).cents > 0 {
			named++
		}
	}
	items := c.itemsLeft()
	return named == 0 || items == 0 || named == 1 && len(left) == 1 && items > 1
}

// byDocument confirms the items that opening entries name with their open
// amount, and returns the entries that name none.
func (c *confirmation) byDocument() []opening {
	at := map[uint64]*claim{}
	for i := range c.positions {
		p := &c.positions[i]
		if p.kind != kindInvoice {
			continue
		}
		cl := at[p.id]
		if cl == nil {
			cl = &claim{known: true}
			at[p.id] = cl
		}
		cl.open += p.book
		cl.known = cl.known && p.bookKnown
	}
	var left []opening
	for _, o := range c.openings {
		m := c.moves.at(o.rec)
		id := o.id
		for _, other := range []uint64{o.document, o.labelled} {
			if at[id] == nil && at[other] != nil {
				id = other
			}
		}
		if at[id] == nil || m.cents < 0 {
			left = append(left, o)
			continue
		}
		at[id].said += m.cents
		at[id].rec = o.rec
		at[id].named = true
		m.kind, m.id = kindConfirm, id
		m.flags |= flagBound
	}
	for i := range c.positions {
		p := &c.positions[i]
		if p.kind != kindInvoice || !at[p.id].named {
			continue
		}
		p.claim = at[p.id]
		p.confirmed = p.claim.known && p.claim.said == p.claim.open
	}
	return left
}

// claim is what opening entries say of one document of last year's.
type claim struct {
	open, said int64
	rec        uint32
	known      bool
	named      bool
}

// itemsLeft counts last year's items that no opening entry names.
func (c *confirmation) itemsLeft() int {
	n := 0
	for i := range c.positions {
		if p := &c.positions[i]; p.kind == kindInvoice && !p.confirmed && p.claim == nil {
			n++
		}
	}
	return n
}

// sumsAgree compares the customer's balance of both years.
func (c *confirmation) sumsAgree() bool {
	sum := int64(0)
	for _, o := range c.openings {
		sum += c.moves.at(o.rec).cents
	}
	for i := range c.positions {
		if !c.positions[i].bookKnown {
			return false
		}
		sum -= c.positions[i].book
	}
	return sum == 0
}

// mismatched raises a finding for items whose opening amount is another one.
func (c *confirmation) mismatched() {
	for i := range c.positions {
		p := &c.positions[i]
		if p.claim != nil && !p.confirmed && !p.told {
			p.told = true
			c.doubts = append(c.doubts, doubt{kind: ledger.FindingOpeningTotal, rec: p.claim.rec, position: p, other: p.claim.said, always: true})
		}
	}
}

// credit finds the loose credit of last year's that an opening credit is. One
// that last year's export does not know counts for itself: the books have it.
func (c *confirmation) credit(o *opening) {
	m := c.moves.at(o.rec)
	if c.loose == nil {
		c.loose = map[int64][]*position{}
		for i := range c.positions {
			if p := &c.positions[i]; p.kind != kindInvoice && p.book < 0 && !p.confirmed {
				c.loose[p.book] = append(c.loose[p.book], p)
				c.credits++
			}
		}
	}
	if same := c.loose[m.cents]; len(same) > 0 {
		same[0].confirmed, m.kind = true, kindConfirm
		c.loose[m.cents] = same[1:]
		c.credits--
		return
	}
	if c.credits == 0 {
		c.create(o)
		return
	}
	m.kind = kindConfirm
	m.flags |= flagSurplus
	c.hold(o)
}

// hold puts the customer as a whole in doubt, once.
func (c *confirmation) hold(o *opening) {
	if !c.held {
		c.held = true
		c.doubts = append(c.doubts, doubt{kind: ledger.FindingOpeningTotal, rec: o.rec, customer: true, always: true})
	}
}
