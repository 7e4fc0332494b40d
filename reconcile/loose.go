package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// addLoose lists the customer's money that no item has taken: what Match left
// over, told the same way. Money that went back is set against what it was.
func (w *work) addLoose() {
	if a := w.account; len(a.Lines)+len(a.Payments)+len(a.Credits) == 0 {
		return
	}
	b := newBook(w.money(), *w.settings)
	b.follow()
	b.findOrigins()
	b.cancel()
	b.cancelBackflow()
	b.refund()
	for _, p := range b.purses {
		if !w.mine(p, b) {
			continue
		}
		if p.class == classHeld {
			w.pending(p)
			continue
		}
		if p.class == classOutgoing || sign(p.loose()) != sign(p.amount) { // more allocated than there is: a finding, not money
			continue
		}
		w.position.Loose = append(w.position.Loose, Loose{
			Kind: p.key.kind, UID: p.key.uid,
			Amount: money.New(p.loose(), p.cur), Day: p.day, Known: p.known, Text: p.text(),
		})
	}
}

// money hands the account's money to the rules that Match uses.
func (w *work) money() Money {
	a := w.account
	m := Money{Lines: a.Lines, Payments: slices.Clone(a.Payments), Settled: a.Settled}
	for i := range m.Payments {
		m.Payments[i].Customer = cmp.Or(m.Payments[i].Customer, a.Customer)
	}
	m.Credits = w.credits()
	for i := range a.Invoices {
		r := &a.Invoices[i]
		for j := range min(len(r.Items), len(r.Invoice.Items)) {
			m.Items = append(m.Items, Target{
				UID: r.Items[j].UID, Customer: a.Customer, Number: r.Invoice.Number,
				Ordinal: r.Invoice.Items[j].Ordinal, Total: r.Invoice.Items[j].Total,
			})
		}
	}
	return m
}

// credits returns the account's credits, each once: one that a later source
// tells again, by number, amount and currency, confirms the first.
func (w *work) credits() []CreditRecord {
	rank := map[ledger.UID]int{}
	for i, r := range w.account.Records {
		rank[r.Connection] = i
	}
	all := slices.Clone(w.account.Credits)
	slices.SortFunc(all, func(x, y CreditRecord) int {
		return cmp.Or(cmp.Compare(rank[x.Connection], rank[y.Connection]), cmp.Compare(x.UID, y.UID))
	})
	type identity struct {
		number string
		amount money.Amount
	}
	speakers := map[identity]ledger.UID{}
	return slices.DeleteFunc(all, func(r CreditRecord) bool {
		id := identity{FoldName(r.Credit.Number), r.Credit.Amount}
		speaker, told := speakers[id]
		if id.number != "" && told && speaker != r.Connection {
			return true
		}
		if !told {
			speakers[id] = r.Connection
		}
		return false
	})
}

// mine reports whether a purse is this customer's: by its record, or because
// it was allocated here and nobody knows who paid.
func (w *work) mine(p *purse, b *book) bool {
	me := w.account.Customer
	switch {
	case p.class == classOwn || p.paired:
		return false
	case p.line == nil:
		return p.customer == me || p.credit != nil
	case p.line.Customer != "":
		return p.line.Customer == me
	default:
		return slices.ContainsFunc(p.rows, func(row int) bool { return b.rows[row].Customer == me })
	}
}

// pending holds the customer for a line of his that is not booked yet, or that
// may be a repeat.
func (w *work) pending(p *purse) {
	if p.amount <= 0 {
		return
	}
	amount := money.New(p.amount, p.cur).String()
	if p.line.Line.Pending {
		w.doubt(Doubt{Code: "pending", Text: amount + " is announced by the bank and not booked yet", ID: string(p.key.uid), From: max(p.day, p.known), Bounded: true})
		return
	}
	w.doubt(Doubt{Code: string(ledger.FindingTwins), Text: amount + " of " + p.day.String() + ": " + p.line.Line.Doubt +
		"; say whether it is money of its own", ID: string(p.key.uid), From: p.day})
}

// text tells people what a purse is.
func (p *purse) text() string {
	switch {
	case p.line != nil:
		return p.line.Line.Text
	case p.payment != nil:
		return p.payment.Payment.Text
	default:
		return cmp.Or(p.credit.Credit.Number, p.credit.Credit.Text)
	}
}
