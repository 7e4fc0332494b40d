package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// allocate settles what loose money names by full number or structured
// reference, oldest money first. An equal amount or a known payer alone never
// allocates.
func (b *book) allocate() {
	for _, p := range b.purses {
		if p.class == classMoney && p.loose() > 0 {
			b.place(p)
		}
	}
}

// place gives a purse to the items it names, oldest due day first, never more
// than is open. Credits named beside them pay what the money leaves open.
func (b *book) place(p *purse) {
	named, credits, ok := b.named(p)
	if !ok {
		return
	}
	for _, n := range named {
		if x := min(p.loose(), b.open[n.target]); x > 0 {
			b.put(p, n.target, x, n.by)
		}
	}
	for _, c := range credits {
		for _, n := range named {
			x := min(c.loose(), b.open[n.target])
			if x > 0 && b.targets[n.target].Customer == c.customer && !b.pinned[pin{c.key, b.targets[n.target].UID}] {
				b.put(c, n.target, x, n.by)
			}
		}
	}
}

// naming is a target that a purse surely names.
type naming struct {
	target int
	by     string
}

// named returns the open targets of its currency that a purse surely names and
// may be put to, in order of due day, and the credits named beside them. ok is
// false when it names one number that two customers have: then nobody can tell.
func (b *book) named(p *purse) (named []naming, credits []*purse, ok bool) {
	for _, m := range b.mentionsOf(p) {
		d := &b.catalog.docs[m.doc]
		if !m.sure || p.credit != nil && d.customer != p.customer {
			continue
		}
		if b.ambiguous(p, m) {
			return nil, nil, false
		}
		if b.elsewhere(p, d) {
			continue
		}
		if d.target < 0 {
			if c := b.credits[d.credit]; c.cur == p.cur && c.loose() > 0 {
				credits = append(credits, c)
			}
			continue
		}
		t := &b.targets[d.target]
		if t.Total.Currency() == p.cur && b.open[d.target] > 0 && !b.pinnedTo(p, t.UID) {
			named = append(named, naming{d.target, m.by})
		}
	}
	slices.SortFunc(named, func(x, y naming) int { return x.target - y.target })
	return named, credits, true
}

// ambiguous reports whether what is mentioned exists at several customers, and
// the tool's booking does not say which.
func (b *book) ambiguous(p *purse, m mention) bool {
	d := &b.catalog.docs[m.doc]
	here, there := false, false
	for _, o := range b.mentionsOf(p) {
		e := &b.catalog.docs[o.doc]
		if e.number.norm != d.number.norm {
			continue
		}
		here = here || e.customer == p.customer
		there = there || e.customer != d.customer
	}
	return there && (!p.booked || !here)
}

// elsewhere reports whether a document is the namesake, at another customer,
// of one that belongs to the customer the tool booked the money on.
func (b *book) elsewhere(p *purse, d *document) bool {
	if !p.booked || d.customer == p.customer {
		return false
	}
	return slices.ContainsFunc(b.mentionsOf(p), func(o mention) bool {
		e := &b.catalog.docs[o.doc]
		return e.customer == p.customer && e.number.norm == d.number.norm
	})
}

// pinnedTo reports whether a person took this money, or the line it is, off an item.
func (b *book) pinnedTo(p *purse, item ledger.UID) bool {
	if b.pinned[pin{p.key, item}] {
		return true
	}
	return slices.ContainsFunc(p.lines, func(l *purse) bool { return b.pinned[pin{l.key, item}] })
}

// byDue orders targets by due day, unknown days last, then number and ordinal.
func byDue(x, y Target) int {
	return cmp.Or(before2(x.Due.Known(), y.Due.Known()), cmp.Compare(x.Due, y.Due), cmp.Compare(x.Number, y.Number),
		cmp.Compare(x.Ordinal, y.Ordinal), cmp.Compare(x.UID, y.UID))
}
