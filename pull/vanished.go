package pull

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// maxLooks bounds how many customers are looked at because something of theirs
// was not shown. A tool that loses more than that at once is not to be trusted.
const maxLooks = 500

// lookAround returns what has really vanished. With a Looker, each customer of
// an invoice, credit or payment that was not shown is looked at first: what
// the look shows is there, and is stored. Without one, the complete stream
// itself was the look.
func (r *run) lookAround(ctx context.Context) ([]connectors.Unseen, error) {
	if r.conn.Powers.Looker == nil {
		return r.vanished, nil
	}
	items := map[string][]ledger.Ref{} // by customer
	var order []string
	for _, u := range r.vanished {
		if !lookable(u) {
			continue
		}
		if _, met := items[u.Customer]; !met {
			order = append(order, u.Customer)
		}
		refs := items[u.Customer]
		for _, id := range u.Items {
			refs = append(refs, ledger.Ref{Connection: r.conn.UID, Kind: ledger.KindItem, ID: id})
		}
		items[u.Customer] = refs
	}
	if len(order) > maxLooks {
		return nil, fmt.Errorf("records of %d customers are not shown any more, more than can be looked at (%d); nothing was deleted: %w",
			len(order), maxLooks, connectors.ErrConflict)
	}
	found := newSeen()
	for _, customer := range order {
		page, err := r.look(ctx, customer, items[customer])
		if err != nil {
			return nil, err
		}
		found.add(page)
		r.looked = append(r.looked, page)
	}
	var gone []connectors.Unseen
	for _, u := range r.vanished {
		if !lookable(u) || !found.has(u.Kind, u.ID) {
			gone = append(gone, u)
		}
	}
	return gone, nil
}

// lookable reports whether a look can tell if a record is still there.
func lookable(u connectors.Unseen) bool {
	switch u.Kind {
	case ledger.KindInvoice, ledger.KindCredit, ledger.KindPayment:
		return u.Customer != ""
	default:
		return false
	}
}

// look asks for one customer. One the tool does not know any more has nothing.
func (r *run) look(ctx context.Context, customer string, items []ledger.Ref) (connectors.Page, error) {
	ref := ledger.Ref{Connection: r.conn.UID, Kind: ledger.KindCustomer, ID: customer}
	page, err := r.conn.Powers.Looker.Look(ctx, ref, items)
	if errors.Is(err, connectors.ErrNotFound) {
		return connectors.Page{}, nil
	}
	if err != nil {
		return connectors.Page{}, fmt.Errorf("look at customer %s: %w", customer, err)
	}
	page.End = nil
	return page, nil
}
