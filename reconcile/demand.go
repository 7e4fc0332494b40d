package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// demand is one invoice as all connections together tell it: the first in the
// order of sources speaks, the others confirm.
type demand struct {
	spoken    *InvoiceRecord
	confirmed []*InvoiceRecord
}

func (d demand) all() []*InvoiceRecord { return append([]*InvoiceRecord{d.spoken}, d.confirmed...) }

// uids returns the item's UID at the speaker, then at those that confirm it.
func (d demand) uids(at int) []ledger.UID {
	uids := []ledger.UID{d.spoken.Items[at].UID}
	for _, r := range d.confirmed {
		if at < len(r.Items) && len(r.Items) == len(d.spoken.Items) && !slices.Contains(uids, r.Items[at].UID) {
			uids = append(uids, r.Items[at].UID)
		}
	}
	return uids
}

// demands gathers the invoices of all connections: by UID where the cache has
// linked them, else by folded number, currency and sign. Two invoices of one
// connection are never one.
func (w *work) demands() []demand {
	records := make([]*InvoiceRecord, 0, len(w.account.Invoices))
	for i := range w.account.Invoices {
		r := &w.account.Invoices[i]
		if n := min(len(r.Items), len(r.Invoice.Items)); n > 0 {
			records = append(records, r)
		}
	}
	slices.SortFunc(records, func(x, y *InvoiceRecord) int {
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.UID, y.UID), cmp.Compare(x.Connection, y.Connection))
	})
	demands := make([]demand, 0, len(records))
	if !slices.ContainsFunc(records, func(r *InvoiceRecord) bool { return r.Connection != records[0].Connection }) {
		for _, r := range records {
			demands = append(demands, demand{spoken: r})
		}
		return demands
	}
	at := map[string][]int{}
	for _, r := range records {
		keys := invoiceKeys(r)
		if i := place(demands, at, keys, r); i >= 0 {
			demands[i].confirmed = append(demands[i].confirmed, r)
			continue
		}
		for _, k := range keys {
			at[k] = append(at[k], len(demands))
		}
		demands = append(demands, demand{spoken: r})
	}
	return demands
}

// place returns the demand that a record confirms, -1 when it is one of its own.
func place(demands []demand, at map[string][]int, keys []string, r *InvoiceRecord) int {
	for _, k := range keys {
		for _, i := range at[k] {
			if !slices.ContainsFunc(demands[i].all(), func(o *InvoiceRecord) bool { return o.Connection == r.Connection && o.UID != r.UID }) {
				return i
			}
		}
	}
	return -1
}

func invoiceKeys(r *InvoiceRecord) []string {
	keys := []string{"uid\x1f" + string(r.UID)}
	if n := FoldName(r.Invoice.Number); n != "" {
		keys = append(keys, fmt.Sprintf("number\x1f%s\x1f%s\x1f%d", n, r.Invoice.Total.Currency(), r.Invoice.Total.Sign()))
	}
	return keys
}

// disagree raises a finding when another connection tells another open amount
// of the item than the one that speaks.
func (w *work) disagree(d demand, it *Item) {
	told := w.toldOpen(d.spoken)
	for _, r := range d.confirmed {
		if r.Connection == d.spoken.Connection {
			continue
		}
		other := w.toldOpen(r)
		if same, err := told.Cmp(other); err == nil && same == 0 {
			continue
		}
		w.raise(ledger.Finding{
			ID:      findingID(ledger.FindingOpenDiffers, string(it.UID), string(r.Connection), told.String(), other.String()),
			Kind:    ledger.FindingOpenDiffers,
			Invoice: string(it.Invoice),
			Item:    string(it.UID),
			Holds:   true,
			Text: fmt.Sprintf("%s: %s is open by one tool (%s) and %s by another (%s); bring them in line, or release this finding",
				it.Number, told, d.spoken.Invoice.Seen, other, r.Invoice.Seen),
			Seen: r.Invoice.Seen,
		})
	}
}

// toldOpen is what one connection alone says is open of its invoice.
func (w *work) toldOpen(r *InvoiceRecord) money.Amount {
	sum := int64(0)
	for i := range r.Invoice.Items {
		item := &r.Invoice.Items[i]
		if item.Open != nil {
			sum += item.Open.Minor()
			continue
		}
		sum += item.Total.Minor()
		if i >= len(r.Items) {
			continue
		}
		for _, s := range w.settled[r.Items[i].UID] {
			if s.By == ByTool {
				sum -= s.Amount.Minor()
			}
		}
	}
	return money.New(sum, r.Invoice.Total.Currency())
}
