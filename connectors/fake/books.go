package fake

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// PutCustomer adds a customer or replaces the one of the same id.
func (t *Tool) PutCustomer(c ledger.Customer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindCustomer, c.ID, c)
}

// PutContact adds or replaces a contact.
func (t *Tool) PutContact(c ledger.Contact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindContact, c.ID, c)
}

// PutInvoice adds or replaces an invoice. What its items have open follows
// from the allocations, not from Item.Open.
func (t *Tool) PutInvoice(i ledger.Invoice) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i.Items = slices.Clone(i.Items)
	t.put(ledger.KindInvoice, i.ID, i)
}

// PutCredit adds or replaces a credit, with what of it settles which items.
func (t *Tool) PutCredit(c ledger.Credit, settles ...ledger.Allocation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindCredit, c.ID, c)
	t.settle(ledger.KindCredit, c.ID, c.Day, settles)
}

// PutPayment adds or replaces a payment, with what of it settles which items.
func (t *Tool) PutPayment(p ledger.Payment, settles ...ledger.Allocation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindPayment, p.ID, p)
	t.settle(ledger.KindPayment, p.ID, p.Day, settles)
}

// PutBankLine adds or replaces a movement on a bank account.
func (t *Tool) PutBankLine(l ledger.BankLine) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindBankLine, l.ID, l)
}

// PutMessage adds a message that a person or the tool itself has sent.
func (t *Tool) PutMessage(m ledger.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(ledger.KindMessage, m.ID, m)
}

// settle replaces the allocations that come from one payment or credit.
func (t *Tool) settle(kind ledger.Kind, from string, day ledger.Date, settles []ledger.Allocation) {
	t.unsettle(func(a ledger.Allocation) bool { return a.FromKind == kind && a.From == from })
	for _, a := range settles {
		if a.ID == "" {
			t.serial++
			a.ID = "a-" + strconv.Itoa(t.serial)
		}
		a.FromKind, a.From = kind, from
		if !a.Day.Known() {
			a.Day = day
		}
		t.put(ledger.KindAllocation, a.ID, a)
		t.touchInvoiceOf(a.Item)
	}
}

// unsettle deletes the allocations that match.
func (t *Tool) unsettle(match func(ledger.Allocation) bool) {
	for _, r := range t.records {
		if a, ok := r.value.(ledger.Allocation); ok && !r.deleted && match(a) {
			r.deleted = true
			t.touch(r)
			t.touchInvoiceOf(a.Item)
		}
	}
}

func (t *Tool) touchInvoiceOf(item string) {
	if r := t.invoiceOf(item); r != nil {
		t.touch(r)
	}
}

// invoiceOf finds the live invoice an item belongs to.
func (t *Tool) invoiceOf(item string) *record {
	for _, r := range t.records {
		i, ok := r.value.(ledger.Invoice)
		if ok && !r.deleted && slices.ContainsFunc(i.Items, func(x ledger.Item) bool { return x.ID == item }) {
			return r
		}
	}
	return nil
}

// Delete removes a record and what hangs on it: an invoice's allocations, a
// customer's invoices and money.
func (t *Tool) Delete(kind ledger.Kind, id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.live(kind, id)
	if !ok {
		return fmt.Errorf("delete %s %s: the tool has none", kind, id)
	}
	t.remove(r)
	return nil
}

func (t *Tool) remove(r *record) {
	r.deleted = true
	t.touch(r)
	switch v := r.value.(type) {
	case ledger.Invoice:
		t.unsettle(func(a ledger.Allocation) bool {
			return slices.ContainsFunc(v.Items, func(x ledger.Item) bool { return x.ID == a.Item })
		})
	case ledger.Payment, ledger.Credit:
		t.unsettle(func(a ledger.Allocation) bool { return a.FromKind == r.kind && a.From == r.id })
	case ledger.Customer:
		for _, other := range t.records {
			if !other.deleted && other != r && customerOf(other) == r.id {
				t.remove(other)
			}
		}
	}
}

// Void declares an invoice void: it stays, and nothing is owed on it.
func (t *Tool) Void(invoice string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.live(ledger.KindInvoice, invoice)
	if !ok {
		return fmt.Errorf("void %s: the tool has none", invoice)
	}
	r.void = true
	t.touch(r)
	return nil
}

// Merge makes one customer part of another, with all it has.
func (t *Tool) Merge(from, into string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	gone, ok := t.live(ledger.KindCustomer, from)
	if _, alive := t.live(ledger.KindCustomer, into); !ok || !alive || from == into {
		return fmt.Errorf("merge %s into %s: the tool has not both", from, into)
	}
	for _, r := range t.records {
		if r.deleted || r == gone || customerOf(r) != from {
			continue
		}
		switch v := r.value.(type) {
		case ledger.Contact:
			r.value = withCustomer(v, func(c *ledger.Contact) { c.Customer = into })
		case ledger.Invoice:
			r.value = withCustomer(v, func(i *ledger.Invoice) { i.Customer = into })
		case ledger.Credit:
			r.value = withCustomer(v, func(c *ledger.Credit) { c.Customer = into })
		case ledger.Payment:
			r.value = withCustomer(v, func(p *ledger.Payment) { p.Customer = into })
		case ledger.Message:
			r.value = withCustomer(v, func(m *ledger.Message) { m.Customer = into })
		}
		t.touch(r)
	}
	gone.deleted, gone.mergedInto = true, into
	t.touch(gone)
	return nil
}

func withCustomer[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

// SpoilStatus gives a live record a status or kind that nobody knows.
func (t *Tool) SpoilStatus(kind ledger.Kind, id string) error {
	return t.spoil(kind, id, func(m map[string]any) {
		for _, field := range []string{"status", "kind", "from_kind"} {
			if _, ok := m[field]; ok {
				m[field] = "frobnicated"
			}
		}
	})
}

// SpoilField takes the amount away from a live record, which no record can be
// read without; a customer loses its id.
func (t *Tool) SpoilField(kind ledger.Kind, id string) error {
	return t.spoil(kind, id, func(m map[string]any) {
		delete(m, "amount")
		delete(m, "total")
		if kind == ledger.KindCustomer {
			delete(m, "id")
		}
	})
}

func (t *Tool) spoil(kind ledger.Kind, id string, how func(map[string]any)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.live(kind, id)
	if !ok {
		return fmt.Errorf("spoil %s %s: the tool has none", kind, id)
	}
	r.spoil = how
	t.touch(r)
	return nil
}

// customerOf names the customer a record belongs to; empty: none.
func customerOf(r *record) string {
	switch v := r.value.(type) {
	case ledger.Customer:
		return v.ID
	case ledger.Contact:
		return v.Customer
	case ledger.Invoice:
		return v.Customer
	case ledger.Credit:
		return v.Customer
	case ledger.Payment:
		return v.Customer
	case ledger.Message:
		return v.Customer
	default:
		return ""
	}
}

// used sums what is allocated to an item, or from a payment or credit.
func (t *Tool) used(match func(ledger.Allocation) bool) money.Amount {
	var sum money.Amount
	for _, r := range t.records {
		a, ok := r.value.(ledger.Allocation)
		if !ok || r.deleted || !match(a) {
			continue
		}
		if next, err := sum.Add(a.Amount); err == nil {
			sum = next
		}
	}
	return sum
}

// open is what an item still has open in the tool's books.
func (t *Tool) open(item ledger.Item) money.Amount {
	left, err := item.Total.Sub(t.used(func(a ledger.Allocation) bool { return a.Item == item.ID }))
	if err != nil {
		return item.Total // paid in another currency: the tool leaves it open
	}
	return left
}
