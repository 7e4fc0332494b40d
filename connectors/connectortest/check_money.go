package connectortest

import (
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func moneyChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"money/exact", needs, inBooks(moneyExact)},
		{"money/currencies", needs | HasCurrencies, inBooks(moneyCurrencies)},
		{"money/partial-payment-seen", needs, inBooks(moneyPartial)},
		{"money/each-payment-once", needs, inBooks(moneyOnce)},
		{"money/corrected-payment-replaces", needs, inBooks(moneyCorrected)},
		{"money/returned-payment-is-negative", needs, inBooks(moneyReturned)},
		{"money/credit-is-positive", needs | HasCredits, inBooks(moneyCredit)},
	}
}

// exactly puts invoices of the amounts and compares what is told.
func (s *scene) exactly(c ledger.Customer, amounts []money.Amount) error {
	var want []ledger.Invoice
	for _, a := range amounts {
		inv, err := s.invoice(c, a)
		if err != nil {
			return err
		}
		want = append(want, inv)
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if err := s.hasInvoices(st, want); err != nil {
		return err
	}
	for i, a := range amounts {
		got := st.invoices[want[i].ID]
		if got.Total != a || got.Items[0].Total != a || st.openOf(got.Items[0]) != a.Minor() {
			return fmt.Errorf("put %s; told total %s, item %s, open %d", a, got.Total, got.Items[0].Total, st.openOf(got.Items[0]))
		}
	}
	return nil
}

// moneyExact uses amounts that floats get wrong: 4.35*100 is 434.99…, and the
// last needs more digits than a float has.
func moneyExact(s *scene, c ledger.Customer) error {
	var all []money.Amount
	for _, cents := range []int64{1, 10, 29, 57, 115, 435, 1001, 1990, 101000, 1234567, 99999999, 9007199254740993} {
		all = append(all, euros(cents))
	}
	return s.exactly(c, all)
}

func moneyCurrencies(s *scene, c ledger.Customer) error {
	return s.exactly(c, []money.Amount{
		money.New(150000, "JPY"), money.New(1, "JPY"), money.New(1234567, "BHD"), money.New(5, "BHD"),
		money.New(199900, "USD"), euros(199900),
	})
}

func moneyPartial(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(10000))
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	p, err := s.payment(c, euros(4001), inv.Items[0].ID)
	if err != nil {
		return err
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	if got := st.payments[p.ID].Amount; got != euros(4001) {
		return fmt.Errorf("payment: got %s, want 40.01 EUR", got)
	}
	if got := st.openOf(st.invoices[inv.ID].Items[0]); got != 5999 {
		return fmt.Errorf("100.00 less 40.01: %d cents are told as open, want 5999", got)
	}
	return nil
}

func moneyOnce(s *scene, c ledger.Customer) error {
	var want int64
	for i := range 5 {
		if _, err := s.payment(c, euros(2500), ""); err != nil { // five equal ones
			return err
		}
		if i == 2 {
			s.advance()
		}
		want += 2500
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	for range 2 {
		if got := st.received(); got != want {
			return fmt.Errorf("payments of 25.00 add up to %d cents, want %d", got, want)
		}
		if _, err := s.payment(c, euros(2500), ""); err != nil { // makes the overlap come again
			return err
		}
		want += 2500
		if _, err := s.pull(st); err != nil {
			return err
		}
	}
	return nil
}

func (st *store) received() int64 {
	var sum int64
	for _, p := range st.payments {
		sum += p.Amount.Minor()
	}
	return sum
}

// advance moves the tool's clock, where it has one, beyond any overlap.
func (s *scene) advance() {
	if s.clock != nil {
		s.clock.Advance(25 * time.Hour)
	}
}

func moneyCorrected(s *scene, c ledger.Customer) error {
	p, err := s.payment(c, euros(4000), "")
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	s.advance()
	p.Amount = euros(5000)
	if _, err := s.books.PutPayment(p); err != nil {
		return err
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	if got := st.received(); got != 5000 || len(st.payments) != 1 {
		return fmt.Errorf("a payment corrected from 40.00 to 50.00 became %d payments of %d cents", len(st.payments), got)
	}
	return nil
}

func moneyReturned(s *scene, c ledger.Customer) error {
	if _, err := s.payment(c, euros(4000), ""); err != nil {
		return err
	}
	back, err := s.payment(c, euros(-4000), "")
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if got := st.payments[back.ID].Amount; got != euros(-4000) || st.received() != 0 {
		return fmt.Errorf("a returned payment of 40.00 is told as %s; the sum is %d cents, want 0", got, st.received())
	}
	return nil
}

func moneyCredit(s *scene, c ledger.Customer) error {
	want, err := s.credits.PutCredit(ledger.Credit{
		ID: "CR1", Customer: c.ID, Kind: ledger.CreditNote, Number: "AV2026-0001", Day: day, Amount: euros(1234),
	})
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	got, there := st.credits[want.ID]
	if !there {
		return errors.New("the credit note is not told")
	}
	if got.Amount != euros(1234) || got.Customer != c.ID {
		return fmt.Errorf("a credit note of 12.34 is told as %s of %q", got.Amount, got.Customer)
	}
	return nil
}
