package connectortest

import (
	"fmt"

	"github.com/relanced/relanced/ledger"
)

func unknownChecks() []Check {
	const needs = CanRead | HasBooks | HasSpoiler
	return []Check{
		{"unknown/status-quarantined", needs, inBooks(unknownStatus)},
		{"unknown/missing-amount-quarantined", needs, inBooks(unknownAmount)},
		{"unknown/quarantine-stops-nothing", needs, inBooks(unknownOthers)},
		{"unknown/quarantined-money-names-its-customer", needs, inBooks(unknownOwner)},
	}
}

// isQuarantined wants exactly one quarantined record of the kind.
func (st *store) isQuarantined(kind ledger.Kind) (ledger.Quarantined, error) {
	for _, q := range st.quarantined {
		if q.Kind != kind {
			continue
		}
		if q.Reason == "" || q.ID == "" {
			return q, fmt.Errorf("the quarantined %s has no id or no reason", kind)
		}
		return q, nil
	}
	return ledger.Quarantined{}, fmt.Errorf("no %s was quarantined", kind)
}

func unknownStatus(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(5000))
	if err != nil {
		return err
	}
	if err := s.tool.(Spoiler).SpoilStatus(ledger.KindInvoice, inv.ID); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if got, there := st.invoices[inv.ID]; there {
		return fmt.Errorf("an invoice of unknown status is told as owed: %s", got.Total)
	}
	_, err = st.isQuarantined(ledger.KindInvoice)
	return err
}

func unknownAmount(s *scene, c ledger.Customer) error {
	p, err := s.payment(c, euros(5000), "")
	if err != nil {
		return err
	}
	if err := s.tool.(Spoiler).SpoilField(ledger.KindPayment, p.ID); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if got, there := st.payments[p.ID]; there {
		return fmt.Errorf("a payment without amount is told as %s", got.Amount)
	}
	q, err := st.isQuarantined(ledger.KindPayment)
	if err == nil && !q.Money {
		err = fmt.Errorf("the quarantined payment is not marked as money")
	}
	return err
}

func unknownOthers(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 5)
	if err != nil {
		return err
	}
	if err := s.tool.(Spoiler).SpoilField(ledger.KindInvoice, all[2].ID); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if _, err := st.isQuarantined(ledger.KindInvoice); err != nil {
		return err
	}
	return s.hasInvoices(st, append(all[:2:2], all[3:]...))
}

func unknownOwner(s *scene, c ledger.Customer) error {
	p, err := s.payment(c, euros(5000), "")
	if err != nil {
		return err
	}
	if err := s.tool.(Spoiler).SpoilField(ledger.KindPayment, p.ID); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	q, err := st.isQuarantined(ledger.KindPayment)
	if err == nil && q.Customer != c.ID {
		err = fmt.Errorf("the quarantined payment is of customer %s; told is %q, which holds the whole company", c.ID, q.Customer)
	}
	return err
}
