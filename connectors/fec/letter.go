package fec

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// Lettering is how the books say which payment settles which invoice: rows of
// one customer bear the same code. A group that sums to zero is the truth. One
// that does not is used as far as it can be read in one way only.

// lettered returns the moves that bear a code, group by group.
func (y *year) lettered() []uint32 {
	n := 0
	for i := range uint32(y.moves.n) {
		if m := y.moves.at(i); m.letter != 0 && m.kind != kindSkip {
			n++
		}
	}
	list := make([]uint32, 0, n)
	for i := range uint32(y.moves.n) {
		if m := y.moves.at(i); m.letter != 0 && m.kind != kindSkip && !y.r.customers.list[m.cust].unknown {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b uint32) int {
		m, n := y.moves.at(a), y.moves.at(b)
		return cmp.Or(cmp.Compare(m.cust, n.cust), cmp.Compare(m.letter, n.letter), cmp.Compare(a, b))
	})
	return list
}

// eachGroup calls do with every lettered group.
func (y *year) eachGroup(list []uint32, do func(group []uint32) error) error {
	for i := 0; i < len(list); {
		first := y.moves.at(list[i])
		j := i + 1
		for j < len(list) {
			m := y.moves.at(list[j])
			if m.cust != first.cust || m.letter != first.letter {
				break
			}
			j++
		}
		if err := do(list[i:j]); err != nil {
			return err
		}
		i = j
	}
	return nil
}

// ask marks the credits whose label decides: those lettered with several items.
// The labels are read in the second pass, and the few names kept.
func (y *year) ask(list []uint32) {
	_ = y.eachGroup(list, func(group []uint32) error {
		items := 0
		for _, rec := range group {
			if m := y.moves.at(rec); m.isItem() || m.kind == kindConfirm {
				items++
			}
		}
		for _, rec := range group {
			if m := y.moves.at(rec); items > 1 && m.isCredit() {
				m.flags |= flagNaming
			}
		}
		return nil
	})
}

// mention notes which documents the label of a credit names.
func (y *year) mention(rec uint32, row *posting) {
	tokens(row.label, func(word []byte) bool {
		if countDigits(word) >= 2 && len(word) >= 3 && !isDayOrAmount(word) {
			y.names = append(y.names, naming{y.r.hash.document(row.aux, word, true), rec})
		}
		return true
	})
}

// inBooks counts groups that mix currencies and are closed in the books in the
// books' currency: a customer who was invoiced in pounds and paid in euros has
// paid. All parts of such an invoice follow.
func (y *year) inBooks(list []uint32) {
	if len(y.foreigns) == 0 {
		return
	}
	_ = y.eachGroup(list, func(group []uint32) error {
		sum, mixed := int64(0), false
		_, first := y.amount(group[0])
		for _, rec := range group {
			sum += y.moves.at(rec).cents
			_, cur := y.amount(rec)
			mixed = mixed || cur != first
		}
		if sum != 0 || !mixed {
			return nil
		}
		for _, rec := range group {
			parts, _ := y.group(rec)
			for _, part := range parts {
				if y.moves.at(part).kind == y.moves.at(rec).kind {
					y.moves.at(part).flags |= flagBook
				}
			}
		}
		return nil
	})
	y.oneCurrency()
}

// oneCurrency counts an invoice whose parts are in several currencies in the
// books' own.
func (y *year) oneCurrency() {
	y.groups(func(group []uint32) {
		if y.moves.at(group[0]).kind != kindInvoice {
			return
		}
		_, first := y.amount(group[0])
		mixed := slices.ContainsFunc(group, func(rec uint32) bool {
			_, cur := y.amount(rec)
			return cur != first
		})
		for _, rec := range group {
			if mixed {
				y.moves.at(rec).flags |= flagBook
			}
		}
	})
}

// node is one side of a lettered group: an item, a credit, or money that went
// back. Amounts are without sign.
type node struct {
	rec      uint32
	position *position // of an earlier year; nil: rec is the move
	kind     kind
	id       uint64
	ordinal  int
	day      ledger.Date
	cur      uint8
	full     int64
	rest     int64
}

func (n *node) remoteID() string { return remoteID(n.kind, n.id, n.ordinal) }

// nodes reads a group. Opening entries stand for what they confirm.
func (y *year) nodes(group []uint32) []node {
	list := make([]node, 0, len(group))
	for _, rec := range group {
		m := y.moves.at(rec)
		if m.kind == kindConfirm {
			list = y.stands(list, rec)
			continue
		}
		amount, cur := y.amount(rec)
		list = append(list, node{
			rec: rec, kind: m.kind, id: m.id, ordinal: y.ordinal(rec), day: m.day, cur: cur,
			full: abs(amount), rest: abs(amount),
		})
	}
	return y.acrossYears(list, group)
}

// acrossYears adds what is left of the group in earlier years when that, and
// nothing less, closes it: some software goes on with a code after the closing.
func (y *year) acrossYears(list []node, group []uint32) []node {
	first := y.moves.at(group[0])
	sum, found := int64(0), false
	for _, rec := range group {
		sum += y.moves.at(rec).cents
	}
	if sum == 0 {
		return list
	}
	positions := y.r.carried.of(first.cust)
	for i := range positions {
		if p := &positions[i]; p.letter == first.letter && p.taken == 0 && p.rest != 0 {
			if !p.bookKnown {
				return list
			}
			found, sum = true, sum+p.book
		}
	}
	if !found || sum != 0 {
		return list
	}
	for i := range positions {
		if p := &positions[i]; p.letter == first.letter && p.taken == 0 && p.rest != 0 {
			list = append(list, p.node(p.rest))
		}
	}
	return list
}

// node takes part of a position into a group.
func (p *position) node(part int64) node {
	p.taken += part
	return node{
		position: p, kind: p.kind, id: p.id, ordinal: int(p.ordinal), day: p.day, cur: p.cur,
		full: abs(part), rest: abs(part),
	}
}

// settle reads every group, hands on what it allocates, and notes what is left.
func (y *year) settle(list []uint32, hand func(ledger.Allocation) error) error {
	return y.eachGroup(list, func(group []uint32) error {
		nodes := y.nodes(group)
		sortNodes(nodes)
		for i := 0; i < len(nodes); {
			j := i + 1
			for j < len(nodes) && nodes[j].cur == nodes[i].cur {
				j++
			}
			p := pouring{year: y}
			p.split(nodes[i:j])
			p.pour()
			if p.unclear {
				y.doubts = append(y.doubts, doubt{kind: ledger.FindingLettering, rec: group[0], customer: true, always: true})
			}
			if err := p.hand(hand); err != nil {
				return err
			}
			i = j
		}
		y.leave(nodes)
		return nil
	})
}

// sortNodes orders by currency, then oldest first, then by identity: the same
// group gives the same allocations whatever the order of its rows.
func sortNodes(nodes []node) {
	slices.SortFunc(nodes, func(a, b node) int {
		return cmp.Or(
			cmp.Compare(a.cur, b.cur), cmp.Compare(a.day, b.day), cmp.Compare(a.id, b.id),
			cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.full, b.full),
		)
	})
}

// leave notes what a group left of each of its members.
func (y *year) leave(nodes []node) {
	for i := range nodes {
		n := &nodes[i]
		if p := n.position; p != nil {
			used := n.full - n.rest
			if p.rest < 0 {
				used = -used
			}
			part := n.full
			if p.rest < 0 {
				part = -part
			}
			p.taken -= part
			if p.cur == 0 {
				p.book -= used
			} else if p.rest != used {
				p.bookKnown = false
			}
			p.rest -= used
			continue
		}
		m := y.moves.at(n.rec)
		switch n.rest {
		case 0:
			m.flags |= flagSettled
		case n.full:
		default:
			m.flags |= flagPartial
			y.partial[n.rec] = n.rest
			if m.cents < 0 {
				y.partial[n.rec] = -n.rest
			}
		}
	}
}
