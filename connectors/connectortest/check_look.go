package connectortest

import (
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func lookChecks() []Check {
	const needs = CanLook | HasBooks
	return []Check{
		{"look/fresh-not-cached", needs, inBooks(lookFresh)},
		{"look/gone-item-deleted", needs | HasDelete, inBooks(lookGone)},
		{"look/credits-and-payments-complete", needs | HasCredits, inBooks(lookComplete)},
		{"look/only-this-customer", needs, inBooks(lookOnly)},
		{"look/error-is-not-empty", needs | Needs(Fault503), inBooks(lookError)},
	}
}

func lookFresh(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(10000))
	if err != nil {
		return err
	}
	for paid := range int64(4) {
		page, err := s.look(c, inv)
		if err != nil {
			return err
		}
		st := newStore()
		st.apply(page)
		got, there := st.invoices[inv.ID]
		if !there {
			return errors.New("the item asked for is not told")
		}
		if want := 10000 - 100*paid; st.openOf(got.Items[0]) != want || len(st.payments) != int(paid) {
			return fmt.Errorf("after %d payments of 1.00: %d is open and %d payments are told, want %d", paid, st.openOf(got.Items[0]), len(st.payments), want)
		}
		if _, err := s.payment(c, euros(100), inv.Items[0].ID); err != nil {
			return err
		}
	}
	return nil
}

func lookGone(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 2)
	if err != nil {
		return err
	}
	if err := s.deleter.Delete(ledger.KindInvoice, all[0].ID); err != nil {
		return err
	}
	page, err := s.look(c, all...)
	if err != nil {
		return err
	}
	st := newStore()
	st.apply(page)
	told := st.deleted[connectors.Deleted{Kind: ledger.KindItem, ID: all[0].Items[0].ID}] ||
		st.deleted[connectors.Deleted{Kind: ledger.KindInvoice, ID: all[0].ID}]
	if _, there := st.invoices[all[0].ID]; there || !told {
		return fmt.Errorf("an item that is gone: told as deleted %v, told as there %v", told, there)
	}
	return s.hasInvoices(st, all[1:])
}

func lookComplete(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(1000000))
	if err != nil {
		return err
	}
	n := s.several()
	for i := range n {
		if _, err := s.payment(c, euros(100), ""); err != nil {
			return err
		}
		_, err := s.credits.PutCredit(ledger.Credit{
			ID: fmt.Sprintf("CR%03d", i), Customer: c.ID, Kind: ledger.CreditNote, Number: fmt.Sprintf("AV%03d", i), Day: day, Amount: euros(50),
		})
		if err != nil {
			return err
		}
	}
	page, err := s.look(c, inv)
	if err != nil {
		return err
	}
	st := newStore()
	st.apply(page)
	if len(st.payments) != n || len(st.credits) != n {
		return fmt.Errorf("told are %d payments and %d credits, want %d of each", len(st.payments), len(st.credits), n)
	}
	return nil
}

func lookOnly(s *scene, c ledger.Customer) error {
	other, err := s.customer()
	if err != nil {
		return err
	}
	mine, err := s.invoice(c, euros(100))
	if err != nil {
		return err
	}
	theirs, err := s.invoice(other, euros(200))
	if err != nil {
		return err
	}
	if _, err := s.payment(other, euros(50), theirs.Items[0].ID); err != nil {
		return err
	}
	page, err := s.look(c, mine)
	if err != nil {
		return err
	}
	for _, p := range page.Payments {
		if p.Customer != c.ID {
			return fmt.Errorf("asked about %s, told of a payment of %s", c.ID, p.Customer)
		}
	}
	for _, i := range page.Invoices {
		if i.Customer != c.ID {
			return fmt.Errorf("asked about %s, told of an invoice of %s", c.ID, i.Customer)
		}
	}
	return nil
}

func lookError(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(100))
	if err != nil {
		return err
	}
	if err := s.arm(Fault503, -1); err != nil {
		return err
	}
	page, err := s.look(c, inv)
	if !errors.Is(err, connectors.ErrUnavailable) || !empty(page) {
		return fmt.Errorf("got %w with %d records, want ErrUnavailable and none", orNone(err), records(page))
	}
	return nil
}
