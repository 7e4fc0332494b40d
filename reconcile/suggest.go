package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// maxEqual bounds how many items are held for one amount by several equal
// lines; the newest line always holds them all, and the longest.
const maxEqual = 2000

// draft is a suggestion in the making, for one customer.
type draft struct {
	whole bool
	payer bool
	items []int // targets
	whys  []string
}

// drafts is what one purse suggests, by customer.
type drafts map[ledger.UID]*draft

func (d drafts) of(customer ledger.UID) *draft {
	if d[customer] == nil {
		d[customer] = &draft{}
	}
	return d[customer]
}

func (d *draft) because(why string) {
	if !slices.Contains(d.whys, why) {
		d.whys = append(d.whys, why)
	}
}

// suggest says where loose money may belong, so that nobody is asked for what
// he may have paid: the customer as a whole when the payer is known, the items it
// names without paying them, and else every item, and every small sum of items,
// that is equal.
func (b *book) suggest() {
	var unknown []*purse
	made := map[*purse]drafts{}
	for _, p := range b.purses {
		if !suggests(p) {
			continue
		}
		d := drafts{}
		known := b.suggestNamed(p, d)
		if p.customer != "" {
			known = true
			if !p.recorded { // else the customer's own account shows it
				w := d.of(p.customer)
				w.whole, w.payer = true, true
				w.because("known payer")
			}
		}
		if !known {
			unknown = append(unknown, p)
		}
		made[p] = d
	}
	b.suggestEqual(unknown, made)
	b.hintEqual(made)
	for _, p := range b.purses {
		for customer, d := range made[p] {
			b.suggestions = append(b.suggestions, b.suggestion(p, customer, d))
		}
	}
}

func suggests(p *purse) bool {
	switch p.class {
	case classMoney, classHeld, classBackflow:
		return p.credit == nil && p.loose() > 0
	default:
		return false
	}
}

func (b *book) suggestion(p *purse, customer ledger.UID, d *draft) Suggestion {
	s := Suggestion{
		From: p.key.uid, FromKind: p.key.kind, Customer: customer, Amount: money.New(p.loose(), p.cur), Day: p.day, Known: p.known,
		Why: strings.Join(d.whys, "; "), Payer: d.payer && p.class == classMoney,
	}
	if p.class == classHeld {
		s.Why = heldWhy(p) + s.Why
	}
	if !d.whole {
		slices.Sort(d.items) // the oldest due day first
		for _, t := range slices.Compact(d.items) {
			s.Items = append(s.Items, b.targets[t].UID)
		}
	}
	return s
}

func heldWhy(p *purse) string {
	if p.line.Line.Pending {
		return "announced by the bank, not booked yet; "
	}
	return "may be a repeat of another line; "
}

// suggestNamed suggests what a purse names and yet does not pay. It reports
// whether that tells whose money it is.
func (b *book) suggestNamed(p *purse, d drafts) bool {
	known := len(p.rows) > 0 && p.used != 0
	for _, m := range b.mentionsOf(p) {
		doc := &b.catalog.docs[m.doc]
		if b.elsewhere(p, doc) {
			continue
		}
		doubt := !m.sure || b.ambiguous(p, m)
		known = known || !doubt
		switch {
		case doc.target < 0:
			if doc.customer != p.customer && !doubt {
				w := d.of(doc.customer)
				w.whole = true
				w.because("names a credit of the customer")
			}
		case b.open[doc.target] > 0:
			w := d.of(doc.customer)
			w.items = append(w.items, doc.target)
			w.because("names " + b.targets[doc.target].Number + b.butWhy(p, m))
		case !doubt && p.used == 0 && doc.customer != p.customer:
			w := d.of(doc.customer)
			w.whole = true
			w.because("names " + b.targets[doc.target].Number + ", which is paid")
		}
	}
	return known
}

// butWhy tells why a number that is named was not paid.
func (b *book) butWhy(p *purse, m mention) string {
	t := &b.targets[b.catalog.docs[m.doc].target]
	switch {
	case t.Total.Currency() != p.cur:
		return " in " + string(t.Total.Currency())
	case !m.sure:
		return " or another number that begins like it"
	case b.ambiguous(p, m):
		return ", a number of two customers"
	default:
		return ""
	}
}

// hintEqual adds to a known payer's suggestion which of his items is equal.
func (b *book) hintEqual(made map[*purse]drafts) {
	wanted := map[sumKey]bool{}
	for p, d := range made {
		if p.customer != "" && len(d) > 0 {
			wanted[sumKey{p.cur, p.loose()}] = true
		}
	}
	equal := b.equalTo(wanted)
	for p, d := range made {
		w := d[p.customer]
		if p.customer == "" || w == nil || !w.whole {
			continue
		}
		for _, t := range equal[sumKey{p.cur, p.loose()}] {
			if b.targets[t].Customer == p.customer && len(w.whys) < 4 {
				w.because(fmt.Sprintf("equal to %s", b.targets[t].Number))
			}
		}
	}
}

// suggestEqual suggests, for money of an unknown payer, what is equal to it.
// The newest money comes first: its hold lasts longest.
func (b *book) suggestEqual(unknown []*purse, made map[*purse]drafts) {
	wanted := map[sumKey]bool{}
	for _, p := range unknown {
		for _, k := range amountsOf(p) {
			wanted[k] = true
		}
	}
	if len(wanted) == 0 {
		return
	}
	equal, sums := b.equalTo(wanted), b.sumsTo(wanted)
	pairs := b.pairsTo(unknown)
	held := map[sumKey]int{}
	for _, p := range slices.Backward(unknown) {
		for _, k := range amountsOf(p) {
			n := len(equal[k]) + len(sums[k]) + len(pairs[k])
			if n == 0 || held[k] > 0 && held[k]+n > maxEqual {
				continue
			}
			held[k] += n
			b.suggestSums(made[p], equal[k], sums[k])
			if deposit(p) {
				b.suggestSums(made[p], nil, pairs[k])
			}
		}
	}
}

func (b *book) suggestSums(d drafts, equal []int, sums []itemSum) {
	for _, t := range equal {
		w := d.of(b.targets[t].Customer)
		w.items = append(w.items, t)
		w.because("equal amount")
	}
	for _, s := range sums {
		for _, t := range s.items {
			w := d.of(b.targets[t].Customer)
			w.items = append(w.items, t)
			w.because(fmt.Sprintf("sum of %d items", s.count))
		}
	}
}
