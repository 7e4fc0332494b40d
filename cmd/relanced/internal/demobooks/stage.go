package demobooks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// The days of the stories are counted in business days, from the first day
// played on, from the Monday of the week without bank files, or back from the
// last day, so that they fall alike whatever day today is.

// day returns the n-th business day played, from 0; those before the first
// are negative.
func (b *Books) day(n int) ledger.Date {
	if n < 0 {
		return b.cal.AddBusinessDays(b.first, n)
	}
	return b.cal.AddBusinessDays(b.first-1, n+1)
}

// late returns the n-th business day of the week without bank files, from 0.
func (b *Books) late(n int) ledger.Date {
	if n < 0 {
		return b.cal.AddBusinessDays(b.gap, n)
	}
	return b.cal.AddBusinessDays(b.gap-1, n+1)
}

// end returns the business day n before the last one played; after it when n
// is negative.
func (b *Books) end(n int) ledger.Date {
	return b.cal.AddBusinessDays(b.cal.Previous(b.last), -n)
}

// after returns the n-th business day after a day; the one before for -1.
func (b *Books) after(day ledger.Date, n int) ledger.Date { return b.cal.AddBusinessDays(day, n) }

// bill issues an invoice that falls due about a day, never later.
func (b *Books) bill(c *customer, due ledger.Date, work string, parts ...int64) *invoice {
	days := cmp.Or(c.days, 30)
	issued := b.cal.Previous(due.AddDays(-days))
	i := &invoice{customer: c, issued: issued, due: issued.AddDays(days), parts: parts, work: work}
	b.invoices = append(b.invoices, i)
	return i
}

// credit issues a credit note about an invoice.
func (b *Books) credit(about *invoice, day ledger.Date, cents int64, work string) *invoice {
	i := &invoice{customer: about.customer, issued: day, due: day, parts: []int64{-cents}, about: about, work: work}
	b.invoices = append(b.invoices, i)
	return i
}

// pays lets money of a customer arrive. In the text {0} stands for the number
// of the first invoice, {1} for that of the second. It pays them in that order.
func (b *Books) pays(c *customer, day ledger.Date, cents int64, text string, invoices ...*invoice) *movement {
	m := &movement{day: day, cents: cents, customer: c, payer: c.name, payerIBAN: c.iban, text: text, names: invoices}
	left := cents
	for _, i := range invoices {
		if i.credit() {
			continue
		}
		owed := i.total() - b.settled(i)
		for _, other := range b.invoices {
			if other.about == i {
				owed += other.total()
			}
		}
		part := min(left, owed)
		m.settles = append(m.settles, share{i, part})
		left -= part
	}
	b.movements = append(b.movements, m)
	return m
}

// settled is what movements so far have paid of an invoice.
func (b *Books) settled(i *invoice) int64 {
	sum := int64(0)
	for _, m := range b.movements {
		for _, s := range m.settles {
			if s.invoice == i {
				sum += s.cents
			}
		}
	}
	return sum
}

// letter lets the bookkeeper tie lines together once all of them are booked.
func (b *Books) letter(members ...any) *group {
	g := &group{}
	for _, m := range members {
		switch m := m.(type) {
		case *invoice:
			for part := range m.parts {
				g.members = append(g.members, member{invoice: m, part: part + 1})
			}
		case *movement:
			g.members = append(g.members, member{movement: m})
		case *writeOff:
			g.members = append(g.members, member{writeOff: m})
		case member:
			g.members = append(g.members, m)
		}
	}
	b.groups = append(b.groups, g)
	return g
}

// inTime lets a customer pay an invoice in full on its due day or the business
// day before, naming it.
func (b *Books) inTime(i *invoice) {
	day := b.cal.Previous(i.due)
	if day > b.last {
		return
	}
	b.letter(i, b.pays(i.customer, day, i.total(), "VIR {0}", i))
}

// number gives the invoices their numbers, in the order of their days, and
// writes them into what speaks of them.
func (b *Books) number() {
	slices.SortStableFunc(b.invoices, func(x, y *invoice) int {
		return cmp.Or(cmp.Compare(x.issued, y.issued), cmp.Compare(x.customer.code, y.customer.code))
	})
	start, _, _ := b.invoices[0].issued.Civil()
	counted := map[string]int{fmt.Sprintf("FA%d", start): 180, fmt.Sprintf("AV%d", start): 6}
	for _, i := range b.invoices {
		year, _, _ := i.issued.Civil()
		prefix := fmt.Sprintf("FA%d", year)
		if i.credit() {
			prefix = fmt.Sprintf("AV%d", year)
		}
		counted[prefix]++
		i.number = fmt.Sprintf("%s-%04d", prefix, counted[prefix])
	}
	for _, m := range b.movements {
		for n, i := range m.names {
			mark := fmt.Sprintf("{%d}", n)
			m.text, m.endToEnd = strings.ReplaceAll(m.text, mark, i.number), strings.ReplaceAll(m.endToEnd, mark, i.number)
		}
	}
	for n := range b.acts {
		if i := b.acts[n].invoice; i != nil {
			b.acts[n].Invoice = i.number
		}
	}
}
