package fec

// stands puts in place of an opening entry the positions it speaks of: those
// of its document, else those of its very amount, else the oldest. One that
// last year's export contradicts stands for its very amount or for nothing.
func (y *year) stands(list []node, rec uint32) []node {
	m := y.moves.at(rec)
	need, cur := y.amount(rec)
	d := deputy{need: need, cur: cur, list: list}
	if m.has(flagBound) {
		for _, i := range y.r.carried.document(m.id) {
			d.take(&y.r.carried.list[i])
		}
		return d.list
	}
	positions := y.r.carried.of(m.cust)
	for i := range positions {
		if p := &positions[i]; d.equals(p) {
			d.take(p)
		}
	}
	if m.has(flagSurplus) {
		return d.list
	}
	for i := range positions {
		if p := &positions[i]; p.confirmed {
			d.take(p)
		}
	}
	return d.list
}

// deputy gathers positions for one opening entry until its amount is reached.
type deputy struct {
	need int64
	cur  uint8
	list []node
}

// equals reports whether what is left of a position is the very amount.
func (d *deputy) equals(p *position) bool {
	if p.cur == d.cur {
		return p.rest-p.taken == d.need
	}
	return p.bookKnown && p.taken == 0 && p.book == d.need
}

// take puts as much of a position in place of the entry as both have. A
// position in another currency than the entry's is taken whole or not at all.
func (d *deputy) take(p *position) {
	left := p.rest - p.taken
	if d.need == 0 || left == 0 || (left > 0) != (d.need > 0) {
		return
	}
	if p.cur == d.cur {
		if abs(left) > abs(d.need) {
			left = d.need
		}
		d.need -= left
	} else {
		if !p.bookKnown || p.taken != 0 || abs(p.book) > abs(d.need) {
			return
		}
		d.need -= p.book
	}
	d.list = append(d.list, p.node(left))
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
