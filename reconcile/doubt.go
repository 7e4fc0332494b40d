package reconcile

import (
	"fmt"

	"github.com/relanced/relanced/ledger"
)

// doubt holds the customer as a whole, unless a person has settled it.
func (w *work) doubt(d Doubt) {
	if !w.released[d.ID] {
		w.position.Doubts = append(w.position.Doubts, d)
	}
}

// doubtItem holds the items of an invoice or item that is known. What is known
// but not open needs no hold; what is not known at all holds the customer.
func (w *work) doubtItem(invoice, item string, d Doubt) {
	if w.released[d.ID] {
		return
	}
	w.know()
	uid, known := w.items[item]
	if item == "" {
		uid, known = w.invoices[invoice]
	}
	if !known {
		w.position.Doubts = append(w.position.Doubts, d)
		return
	}
	for i := range w.position.Items {
		it := &w.position.Items[i]
		if it.UID == uid || item == "" && it.Invoice == uid {
			it.Doubts = append(it.Doubts, d)
		}
	}
}

// raise keeps a finding of our own, unless a person has settled it.
func (w *work) raise(f ledger.Finding) {
	if w.released[f.ID] {
		return
	}
	f.Customer = string(w.account.Customer)
	w.findings = append(w.findings, f)
}

// addFindings turns findings that hold into doubts: those that came in with the
// account and those raised here.
func (w *work) addFindings() {
	for _, list := range [2][]ledger.Finding{w.account.Findings, w.findings} {
		for i := range list {
			f := &list[i]
			if !f.Holds {
				continue
			}
			d := Doubt{Code: string(f.Kind), Text: f.Text, ID: f.ID}
			if f.Item == "" && f.Invoice == "" {
				w.doubt(d)
				continue
			}
			w.doubtItem(f.Invoice, f.Item, d)
		}
	}
}

// addDoubts holds for quarantined money and for money elsewhere that may be the
// customer's.
func (w *work) addDoubts() {
	for i := range w.account.Doubtful {
		q := &w.account.Doubtful[i]
		if q.Money {
			w.doubt(Doubt{Code: "quarantine", Text: q.Reason, ID: q.ID})
		}
	}
	for i := range w.account.Suggested {
		w.suggested(&w.account.Suggested[i])
	}
}

// suggested holds the items that loose money may have paid, or the customer.
func (w *work) suggested(s *Suggestion) {
	d := Doubt{
		Code: "suggested", ID: s.ID(), From: max(s.Day, s.Known), Bounded: true,
		Text: fmt.Sprintf("%s of %s may be the customer's (%s); allocate it, or release this", s.Amount, s.Day, s.Why),
	}
	if s.Payer && !w.released[d.ID] {
		// When the hold has ended the notice shows this money, and asks for the
		// net only.
		w.position.Loose = append(w.position.Loose, Loose{
			Kind: s.FromKind, UID: s.From, Amount: s.Amount, Day: s.Day, Known: s.Known, Text: s.Why,
		})
	}
	if len(s.Items) == 0 {
		w.doubt(d)
		return
	}
	for _, item := range s.Items {
		w.doubtItem("", string(item), d)
	}
}

// ID names a suggestion by what it says: the money, how much of it is loose,
// the customer and the items.
func (s *Suggestion) ID() string {
	parts := []string{"suggestion", string(s.From), string(s.Customer), s.Amount.String()}
	for _, item := range s.Items {
		parts = append(parts, string(item))
	}
	return string(ledger.NewUID(parts...))
}

// residue proposes to write off what little a payment left of an item. The item
// is not chased until a person has answered.
func (w *work) residue(it *Item) {
	ratio, rest := w.settings.ResidueRatio, it.Open.Minor()
	if ratio[1] <= 0 || rest > w.settings.ResidueMax || rest > it.Total.Minor()/ratio[1]*ratio[0]+it.Total.Minor()%ratio[1]*ratio[0]/ratio[1] {
		return
	}
	f := ledger.Finding{
		ID:      findingID(ledger.FindingWriteOff, string(it.UID), it.Open.String()),
		Kind:    ledger.FindingWriteOff,
		Invoice: string(it.Invoice),
		Item:    string(it.UID),
		Holds:   true,
		Text: fmt.Sprintf("%s of %s is left of %s after a payment of it; write it off in the tool, or release this finding to ask for it",
			it.Open, it.Total, it.Number),
	}
	w.position.Residues = append(w.position.Residues, Residue{Item: it.UID, Amount: it.Open})
	w.raise(f)
}
