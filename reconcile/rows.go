package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// addRows enters the settlements there are.
func (b *book) addRows(settled []Settlement) {
	rows := slices.Clone(settled)
	slices.SortFunc(rows, func(a, b Settlement) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.UID, b.UID))
	})
	b.rows = slices.CompactFunc(rows, func(a, b Settlement) bool { return a.UID == b.UID })
	b.old = len(b.rows)
	b.live = make([]int64, len(b.rows))
	for i := range b.rows {
		b.rowOf[b.rows[i].UID] = i
	}
	for i := range b.rows {
		b.times[b.rows[i].act()]++
		b.enter(i)
	}
}

// act is a settlement without its name and day: what tells a repetition.
func (s *Settlement) act() Settlement {
	a := *s
	a.UID, a.Day, a.Customer = "", 0, ""
	return a
}

// enter counts a row in its purse and in the rows that it undoes.
func (b *book) enter(i int) {
	s := &b.rows[i]
	minor := s.Amount.Minor()
	p := b.purseOf[purseKey{s.FromKind, s.From}]
	if p != nil {
		p.rows = append(p.rows, i)
		p.used += minor
	}
	if s.By == ByPerson && s.Undoes != "" {
		b.pinned[pin{purseKey{s.FromKind, s.From}, s.Item}] = true
	}
	at := i
	for range maxUndone {
		b.live[at] += minor
		next, ok := b.rowOf[b.rows[at].Undoes]
		if b.rows[at].Undoes == "" || !ok {
			break
		}
		at = next
	}
	if s.Undoes == "" || s.By != ByReturn || p == nil {
		return
	}
	if base, ok := b.rowOf[s.Undoes]; ok {
		origin := b.purseOf[purseKey{b.rows[base].FromKind, b.rows[base].From}]
		if origin != nil && origin != p {
			p.origin, origin.returned = origin, true
		}
	}
}

// settle makes a new settlement and counts it.
func (b *book) settle(s Settlement) {
	n := b.times[s.act()]
	b.times[s.act()]++
	s.UID = settleUID(&s, n)
	i := len(b.rows)
	b.rows = append(b.rows, s)
	b.live = append(b.live, 0)
	b.rowOf[s.UID] = i
	if t, ok := b.targetOf[s.Item]; ok {
		b.open[t] -= s.Amount.Minor()
	}
	b.enter(i)
}

// put allocates so much of a purse to a target.
func (b *book) put(p *purse, target int, minor int64, by string) {
	t := &b.targets[target]
	b.settle(Settlement{
		FromKind: p.key.kind, From: p.key.uid, Item: t.UID, Customer: t.Customer,
		Amount: money.New(minor, p.cur), By: by, Day: p.day,
	})
}

// undo takes so much of a row back. from is the purse that says so: the one
// the row came from, or the money that went back.
func (b *book) undo(from *purse, row int, minor int64, by string, day ledger.Date) {
	s := b.rows[row]
	b.settle(Settlement{
		FromKind: from.key.kind, From: from.key.uid, Item: s.Item, Customer: s.Customer,
		Amount: money.New(-minor, s.Amount.Currency()), By: by, Undoes: s.UID, Day: day,
	})
}

// standing returns the rows from a purse of which something is left, each with
// the sign of the purse, oldest first.
func (b *book) standing(p *purse) []int {
	var rows []int
	for _, i := range p.rows {
		if b.live[i] != 0 && b.live[i] > 0 == (p.amount > 0) && b.live[i] > 0 == (b.rows[i].Amount.Minor() > 0) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(x, y int) int {
		return cmp.Or(cmp.Compare(b.rows[x].Day, b.rows[y].Day), cmp.Compare(b.rows[x].UID, b.rows[y].UID))
	})
	return rows
}

// mentionsOf returns what a purse names: in its own texts and in those of what
// it is paired with. It is read once; pairing empties it again.
func (b *book) mentionsOf(p *purse) []mention {
	if p.read {
		return p.mentions
	}
	var found []mention
	for _, text := range texts(p) {
		found = append(found, b.catalog.read(text, max(p.amount, -p.amount))...)
	}
	for _, l := range p.lines {
		found = append(found, b.mentionsOf(l)...)
	}
	if p.credit != nil { // its own number is not what it pays
		found = slices.DeleteFunc(found, func(m mention) bool { return b.catalog.docs[m.doc].target < 0 })
	}
	p.mentions, p.read = tidy(found), true
	return p.mentions
}

func texts(p *purse) []string {
	switch {
	case p.line != nil:
		l := &p.line.Line
		return []string{l.Text, l.Reference, l.EndToEnd}
	case p.payment != nil:
		return []string{p.payment.Payment.Text, p.payment.Payment.Reference}
	case p.credit != nil:
		return []string{p.credit.Credit.Text}
	default:
		return nil
	}
}

// numbersOf returns the targets a purse has to do with, by their folded number:
// those it surely names and those the tool or a person put it to. What we put it
// to ourselves proves nothing.
func (b *book) numbersOf(p *purse) map[string]bool {
	numbers := map[string]bool{}
	for _, m := range b.mentionsOf(p) {
		if d := &b.catalog.docs[m.doc]; m.sure && d.target >= 0 {
			numbers[d.number.norm] = true
		}
	}
	for _, i := range p.rows {
		t, ok := b.targetOf[b.rows[i].Item]
		if s := &b.rows[i]; ok && s.Undoes == "" && !s.ours() {
			numbers[FoldName(b.targets[t].Number)] = true
		}
	}
	return numbers
}
