package reconcile

import (
	"fmt"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// unplaced raises the findings about money that could not be understood: what
// went back without an original, and what names an invoice in another currency.
func (b *book) unplaced() {
	for _, p := range b.purses {
		switch {
		case p.class == classReturn && p.loose() < 0:
			b.findings = append(b.findings, returnUnmatched(p))
		case p.class == classMoney && p.credit == nil && p.loose() > 0:
			b.otherCurrency(p)
		}
	}
}

// returnUnmatched says that money went back and nobody knows what it undoes. It
// holds the customer when that is known: what we think paid may be open.
func returnUnmatched(p *purse) ledger.Finding {
	loose := money.New(p.loose(), p.cur)
	return ledger.Finding{
		ID:       findingID(ledger.FindingReturnUnmatched, string(p.key.uid), loose.String()),
		Kind:     ledger.FindingReturnUnmatched,
		Customer: string(p.customer),
		Holds:    p.customer != "",
		Text: fmt.Sprintf("%s went back on %s and no payment of that amount carries its reference; allocate it to the invoice that it reopens, or release this finding",
			loose.Abs(), p.day),
		Seen: p.seen(),
	}
}

// otherCurrency says that money names an invoice that is owed in another
// currency. It holds the item until a person has said what it paid.
func (b *book) otherCurrency(p *purse) {
	for _, m := range b.mentionsOf(p) {
		d := &b.catalog.docs[m.doc]
		if d.target < 0 || !m.sure {
			continue
		}
		t := &b.targets[d.target]
		if t.Total.Currency() == p.cur || b.open[d.target] <= 0 {
			continue
		}
		loose := money.New(p.loose(), p.cur)
		b.findings = append(b.findings, ledger.Finding{
			ID:       findingID(ledger.FindingOtherCurrency, string(p.key.uid), string(t.UID), loose.String()),
			Kind:     ledger.FindingOtherCurrency,
			Customer: string(t.Customer),
			Item:     string(t.UID),
			Holds:    true,
			Text: fmt.Sprintf("%s of %s names %s, which is owed in %s; allocate it by hand in the tool, or release this finding",
				loose, p.day, t.Number, t.Total.Currency()),
			Seen: p.seen(),
		})
	}
}

// overallocated says that more was allocated of some money than there is. It
// holds every customer it was allocated to.
func (b *book) overallocated(p *purse, over int64) {
	var customers []string
	if p.customer != "" {
		customers = append(customers, string(p.customer))
	}
	for _, row := range b.standing(p) {
		customers = append(customers, string(b.rows[row].Customer))
	}
	slices.Sort(customers)
	amount, more := money.New(p.amount, p.cur), money.New(over, p.cur)
	for _, c := range slices.Compact(customers) {
		b.findings = append(b.findings, ledger.Finding{
			ID:       findingID(ledger.FindingOverallocated, string(p.key.uid), c, more.String()),
			Kind:     ledger.FindingOverallocated,
			Customer: c,
			Holds:    true,
			Text:     fmt.Sprintf("%s more is allocated than the %s received on %s; correct the allocation in the tool", more, amount, p.day),
			Seen:     p.seen(),
		})
	}
}

// overpaid says that more was allocated to an item than its total. It holds
// the customer: the excess is owed to somebody.
func overpaid(t *Target, open int64) ledger.Finding {
	more := money.New(-open, t.Total.Currency())
	return ledger.Finding{
		ID:       findingID(ledger.FindingOverallocated, string(t.UID), more.String()),
		Kind:     ledger.FindingOverallocated,
		Customer: string(t.Customer),
		Holds:    true,
		Text:     fmt.Sprintf("%s more is allocated to %s than its %s; correct the allocation in the tool", more, t.Number, t.Total),
	}
}

// seen tells where a purse's record stood.
func (p *purse) seen() ledger.Source {
	switch {
	case p.line != nil:
		return p.line.Line.Seen
	case p.payment != nil:
		return p.payment.Payment.Seen
	default:
		return p.credit.Credit.Seen
	}
}
