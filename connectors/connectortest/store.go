package connectortest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// errContract says that a stream broke the rules of connectors.Reader itself,
// whatever was in it.
var errContract = errors.New("the stream breaks the contract")

// reading is what came out of one Read.
type reading struct {
	pages []connectors.Page
	ends  map[string]*connectors.End // by stream
}

// read reads to the end. It returns the pages before an error too.
func (s *scene) read(scope connectors.Scope, since connectors.Cursor) (reading, error) {
	return s.readWith(scope, since, func(int) error { return nil })
}

// readWith calls between after each page with the number of pages so far.
func (s *scene) readWith(scope connectors.Scope, since connectors.Cursor, between func(pages int) error) (reading, error) {
	r := reading{ends: map[string]*connectors.End{}}
	var failed error
	for p, err := range s.Reader.Read(s.ctx, scope, since) {
		switch {
		case failed != nil:
			return r, fmt.Errorf("%w: something follows an error", errContract)
		case err != nil && !empty(p):
			return r, fmt.Errorf("%w: an error comes with records, an end or a cursor", errContract)
		case err != nil:
			failed = err
			continue
		case r.ends[p.Stream] != nil:
			return r, fmt.Errorf("%w: a page of stream %q follows its end", errContract, p.Stream)
		}
		r.pages = append(r.pages, p)
		r.ends[p.Stream] = p.End
		if err := between(len(r.pages)); err != nil {
			return r, err
		}
	}
	if failed != nil {
		return r, failed
	}
	for stream, end := range r.ends {
		if end == nil {
			return r, fmt.Errorf("%w: stream %q stops without error and without end", errContract, stream)
		}
	}
	if len(r.ends) == 0 {
		return r, fmt.Errorf("%w: no stream and no end, and no error", errContract)
	}
	return r, nil
}

func empty(p connectors.Page) bool {
	return p.Next == "" && p.End == nil && records(p) == 0 && len(p.Deleted)+len(p.Merged)+len(p.Quarantined) == 0
}

// records counts what a page holds.
func records(p connectors.Page) int {
	return len(p.Customers) + len(p.Contacts) + len(p.Invoices) + len(p.Credits) + len(p.Payments) +
		len(p.Allocations) + len(p.BankLines) + len(p.Messages)
}

func (r reading) records() int {
	n := 0
	for _, p := range r.pages {
		n += records(p)
	}
	return n
}

// all reports whether each stream's end is so.
func (r reading) all(is func(*connectors.End) bool) bool {
	for _, end := range r.ends {
		if end == nil || !is(end) {
			return false
		}
	}
	return len(r.ends) > 0
}

func (r reading) complete() bool { return r.all(func(e *connectors.End) bool { return e.Complete }) }

func (r reading) unchanged() bool { return r.all(func(e *connectors.End) bool { return e.Unchanged }) }

// store applies pages as the cache does: the last word on an id counts, what
// is told as gone goes, and so does what a complete census does not show.
type store struct {
	customers   map[string]ledger.Customer
	invoices    map[string]ledger.Invoice
	credits     map[string]ledger.Credit
	payments    map[string]ledger.Payment
	allocations map[string]ledger.Allocation
	messages    map[string]ledger.Message
	quarantined map[string]ledger.Quarantined
	merged      map[string]string
	deleted     map[connectors.Deleted]bool
	cursor      connectors.Cursor
}

func newStore() *store {
	return &store{
		customers: map[string]ledger.Customer{}, invoices: map[string]ledger.Invoice{}, credits: map[string]ledger.Credit{},
		payments: map[string]ledger.Payment{}, allocations: map[string]ledger.Allocation{}, messages: map[string]ledger.Message{},
		quarantined: map[string]ledger.Quarantined{}, merged: map[string]string{}, deleted: map[connectors.Deleted]bool{},
	}
}

func (st *store) apply(p connectors.Page) {
	for _, d := range p.Deleted {
		st.deleted[d] = true
		st.drop(d)
	}
	for _, m := range p.Merged {
		st.merged[m.From] = m.Into
		delete(st.customers, m.From)
	}
	upsert(st.customers, p.Customers, func(v ledger.Customer) string { return v.ID })
	upsert(st.invoices, p.Invoices, func(v ledger.Invoice) string { return v.ID })
	upsert(st.credits, p.Credits, func(v ledger.Credit) string { return v.ID })
	upsert(st.payments, p.Payments, func(v ledger.Payment) string { return v.ID })
	upsert(st.allocations, p.Allocations, func(v ledger.Allocation) string { return v.ID })
	upsert(st.messages, p.Messages, func(v ledger.Message) string { return v.ID })
	upsert(st.quarantined, p.Quarantined, func(v ledger.Quarantined) string { return v.ID })
	st.cursor = p.Next
}

func (st *store) drop(d connectors.Deleted) {
	switch d.Kind {
	case ledger.KindCustomer:
		delete(st.customers, d.ID)
	case ledger.KindInvoice:
		delete(st.invoices, d.ID)
	case ledger.KindCredit:
		delete(st.credits, d.ID)
	case ledger.KindPayment:
		delete(st.payments, d.ID)
	case ledger.KindAllocation:
		delete(st.allocations, d.ID)
	default:
	}
}

func upsert[T any](to map[string]T, from []T, id func(T) string) {
	for _, v := range from {
		to[id(v)] = v
	}
}

// take applies a whole reading. After one that was complete and not unchanged
// only what it showed is left.
func (st *store) take(r reading) {
	if r.complete() && !r.unchanged() {
		cursor := st.cursor
		*st = *newStore()
		st.cursor = cursor
	}
	for _, p := range r.pages {
		st.apply(p)
	}
}

// pull reads changes into the store, page by page.
func (s *scene) pull(st *store) (reading, error) {
	r, err := s.read(connectors.Delta, st.cursor)
	st.take(r)
	if err != nil {
		return r, fmt.Errorf("read changes: %w", err)
	}
	return r, nil
}

// filled returns a store that has pulled everything.
func (s *scene) filled() (*store, error) {
	st := newStore()
	_, err := s.pull(st)
	return st, err
}

// hasInvoices says which of the invoices are not there as they should be.
func (s *scene) hasInvoices(st *store, want []ledger.Invoice) error {
	for _, w := range want {
		got, ok := st.invoices[w.ID]
		if !ok {
			return fmt.Errorf("invoice %s is missing (%d of %d are there)", w.ID, len(st.invoices), len(want))
		}
		if err := s.sameInvoice(got, w); err != nil {
			return fmt.Errorf("invoice %s: %w", w.ID, err)
		}
	}
	return nil
}

func (s *scene) sameInvoice(got, want ledger.Invoice) error {
	switch {
	case got.Number != want.Number:
		return fmt.Errorf("number: got %q, want %q", got.Number, want.Number)
	case got.Customer != want.Customer:
		return fmt.Errorf("customer: got %q, want %q", got.Customer, want.Customer)
	case got.Total != want.Total:
		return fmt.Errorf("total: got %s, want %s", got.Total, want.Total)
	case got.Issued != want.Issued:
		return fmt.Errorf("issued: got %s, want %s", got.Issued, want.Issued)
	case len(got.Items) != len(want.Items):
		return fmt.Errorf("items: got %d, want %d", len(got.Items), len(want.Items))
	}
	for i, item := range got.Items {
		w := want.Items[i]
		if item.ID != w.ID || item.Total != w.Total {
			return fmt.Errorf("item %d: got %s of %s, want %s of %s", i+1, item.ID, item.Total, w.ID, w.Total)
		}
		if s.has&HasDueDays != 0 && item.Due != w.Due {
			return fmt.Errorf("item %d: due %q, want %q", i+1, item.Due, w.Due)
		}
	}
	return nil
}

// openOf is what an item has open in the store: the tool's own word, or total
// less allocations.
func (st *store) openOf(item ledger.Item) int64 {
	if item.Open != nil {
		return item.Open.Minor()
	}
	open := item.Total.Minor()
	for _, a := range st.allocations {
		if a.Item == item.ID {
			open -= a.Amount.Minor()
		}
	}
	return open
}

// keys lists ids in order, for errors.
func keys[T any](m map[string]T) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
