package reconcile

import (
	"slices"

	"github.com/relanced/relanced/ledger"
)

// takeOver moves what we had allocated from a bank line to the payment that the
// tool has booked for it meanwhile: undone where the tool's own allocation
// already covers it, else told again from the payment. What is open does not
// change by it.
func (b *book) takeOver() {
	b.unwind()
	for _, l := range b.purses {
		if l.line == nil || len(l.paid) == 0 {
			continue
		}
		covered := b.toolCover(l)
		for _, row := range b.standing(l) {
			b.hand(l, row, covered)
		}
	}
	b.follow()
}

// unwind takes back, on both sides, what a line had settled and its return had
// undone, once the line is a booked payment: return and payment then face each
// other.
func (b *book) unwind() {
	for i := range b.old {
		u := &b.rows[i]
		base, ok := b.rowOf[u.Undoes]
		if !ok || u.By != ByReturn || b.live[i] == 0 {
			continue
		}
		l := b.purseOf[purseKey{b.rows[base].FromKind, b.rows[base].From}]
		back := b.purseOf[purseKey{u.FromKind, u.From}]
		if l == nil || back == nil || l.line == nil || len(l.paid) == 0 {
			continue
		}
		minor := b.live[i]
		b.undo(back, i, minor, ByPaired, u.Day)
		b.undo(l, base, -minor, ByPaired, u.Day)
	}
}

// follow lets what is known of a line's going back hold for the payment it is.
func (b *book) follow() {
	for _, p := range b.purses {
		if p.origin != nil {
			p.origin = p.origin.self(-p.amount)
			p.origin.returned = true
		}
	}
	for _, l := range b.purses {
		for _, p := range l.paid {
			if p.origin == nil && l.origin != nil && sign(p.amount) == sign(l.amount) {
				p.origin = l.origin
			}
		}
	}
}

// self is the purse that speaks for this one: the payment that a line is.
func (p *purse) self(minor int64) *purse {
	for _, booked := range p.paid {
		if booked.amount == minor {
			return booked
		}
	}
	if len(p.paid) > 0 {
		return p.paid[0]
	}
	return p
}

// toolCover sums what the tool allocated from the payments of a line, by item,
// as far as we have not handed it on before.
func (b *book) toolCover(l *purse) map[ledger.UID]int64 {
	covered := map[ledger.UID]int64{}
	for _, p := range l.paid {
		for _, row := range b.standing(p) {
			if b.rows[row].By == ByTool {
				covered[b.rows[row].Item] += abs(b.live[row])
			}
		}
	}
	return covered
}

// hand passes one row of a line on to its payments.
func (b *book) hand(l *purse, row int, covered map[ledger.UID]int64) {
	s := b.rows[row]
	if x := min(covered[s.Item], abs(b.live[row])); x > 0 {
		covered[s.Item] -= x
		b.undo(l, row, x*sign(b.live[row]), ByPaired, s.Day)
	}
	payments := slices.Clone(l.paid)
	slices.SortFunc(payments, func(x, y *purse) int {
		if mine := before2(x.customer == s.Customer, y.customer == s.Customer); mine != 0 {
			return mine
		}
		return comparePurses(x, y)
	})
	for _, p := range payments {
		x := min(max(sign(p.amount)*p.loose(), 0), abs(b.live[row]))
		if x == 0 || sign(p.amount) != sign(l.amount) {
			continue
		}
		moved := x * sign(b.live[row])
		b.undo(l, row, moved, ByPaired, s.Day)
		again := s
		again.FromKind, again.From = p.key.kind, p.key.uid
		again.Amount = moneyOf(moved, s)
		b.settle(again)
	}
	if s.By != ByPerson && b.live[row] != 0 {
		b.undo(l, row, b.live[row], ByPaired, s.Day)
	}
}

// trimMoney takes back what we allocated of money beyond what there is of it:
// first where the tool allocated the same, then the newest. What a person or
// the tool allocated stays and is a finding.
func (b *book) trimMoney() {
	for _, p := range b.purses {
		over := sign(p.amount) * (p.used - p.amount)
		if p.paired || over <= 0 {
			continue
		}
		if over = b.trim(p, over); over > 0 {
			b.overallocated(p, over)
		}
	}
}

func (b *book) trim(p *purse, over int64) int64 {
	rows := b.standing(p)
	slices.Reverse(rows)
	tool := map[ledger.UID]bool{}
	for _, row := range rows {
		if b.rows[row].By == ByTool {
			tool[b.rows[row].Item] = true
		}
	}
	for _, covered := range []bool{true, false} {
		for _, row := range rows {
			s := &b.rows[row]
			if over <= 0 || !s.ours() || tool[s.Item] != covered {
				continue
			}
			x := min(over, abs(b.live[row]))
			b.undo(p, row, x*sign(b.live[row]), ByPaired, s.Day)
			over -= x
		}
	}
	return over
}

// trimItems takes back what we allocated to an item beyond its total, the
// newest first; the rest, which the tool or a person allocated, is a finding.
func (b *book) trimItems() {
	byItem := map[int][]int{}
	for i := range b.rows {
		t, ok := b.targetOf[b.rows[i].Item]
		if ok && b.open[t] < 0 && b.rows[i].ours() && b.rows[i].Undoes == "" && b.live[i] > 0 {
			byItem[t] = append(byItem[t], i)
		}
	}
	for t := range b.targets {
		if b.open[t] >= 0 {
			continue
		}
		rows := byItem[t]
		slices.Reverse(rows)
		for _, row := range rows {
			p := b.purseOf[purseKey{b.rows[row].FromKind, b.rows[row].From}]
			if b.open[t] >= 0 || p == nil {
				continue
			}
			b.undo(p, row, min(-b.open[t], b.live[row]), ByPaired, b.rows[row].Day)
		}
		if b.open[t] < 0 {
			b.findings = append(b.findings, overpaid(&b.targets[t], b.open[t]))
		}
	}
}

// repair gives back what we undid of a tool's allocation, when the tool has
// since undone it too: the money went back once.
func (b *book) repair() {
	for i := range b.old {
		s := &b.rows[i]
		if s.Undoes == "" || s.By != ByReturn || b.live[i] == 0 {
			continue
		}
		over := int64(0)
		if base, ok := b.rowOf[s.Undoes]; ok {
			over = -b.live[base] * sign(b.rows[base].Amount.Minor())
		} else if t, ok := b.targetOf[s.Item]; ok {
			over = b.open[t] - b.targets[t].Total.Minor()
		}
		if x := min(over, abs(b.live[i])); x > 0 {
			if p := b.purseOf[purseKey{s.FromKind, s.From}]; p != nil {
				b.undo(p, i, x*sign(b.live[i]), ByPaired, s.Day)
			}
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }

func sign(n int64) int64 {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	default:
		return 0
	}
}
