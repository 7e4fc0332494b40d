package connectortest

import (
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func dateChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"dates/no-zone-drift", needs | HasZone | HasDueDays, inBooks(datesDrift)},
		{"dates/unknown-stays-unknown", needs | HasDueDays, inBooks(datesUnknown)},
		{"dates/as-of-is-not-our-clock", needs | HasClock, inBooks(datesAsOf)},
	}
}

// datesDrift asks for the same days in zones far apart. The days are those on
// which clocks change somewhere, ends of months and years, and a leap day.
func datesDrift(s *scene, c ledger.Customer) error {
	var want []ledger.Invoice
	for _, text := range []string{
		"2026-01-01", "2026-03-29", "2026-04-24", "2026-04-30", "2026-10-25", "2026-12-31", "2028-02-29", "2026-03-08",
	} {
		s.serial++
		due := must(ledger.ParseDate(text))
		inv, err := s.putInvoice(ledger.Invoice{
			ID: fmt.Sprintf("I%04d", s.serial), Customer: c.ID, Number: "FA-" + text, Issued: due.AddDays(-30), Total: euros(100),
			Items: []ledger.Item{{ID: fmt.Sprintf("I%04d-1", s.serial), Ordinal: 1, Due: due, Total: euros(100)}},
		})
		if err != nil {
			return err
		}
		want = append(want, inv)
	}
	for _, zone := range []string{
		"Europe/Paris", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "Africa/Cairo",
	} {
		if err := s.tool.(Zoned).SetZone(zone); err != nil {
			return err
		}
		next, err := s.reopen()
		if err != nil {
			return err
		}
		st, err := next.filled()
		if err != nil {
			return fmt.Errorf("in %s: %w", zone, err)
		}
		if err := s.hasInvoices(st, want); err != nil {
			return fmt.Errorf("in %s: %w", zone, err)
		}
	}
	return nil
}

func datesUnknown(s *scene, c ledger.Customer) error {
	s.serial++
	inv, err := s.putInvoice(ledger.Invoice{
		ID: "I-nodue", Customer: c.ID, Number: "FA-nodue", Issued: day, Total: euros(100),
		Items: []ledger.Item{{ID: "I-nodue-1", Ordinal: 1, Total: euros(100)}},
	})
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	got, there := st.invoices[inv.ID]
	if !there || got.Items[0].Due.Known() {
		return fmt.Errorf("an invoice without due day: there %v, want it there with its due day unknown", there)
	}
	return nil
}

// datesAsOf moves the tool's clock a year: what is told as of when follows it.
func datesAsOf(s *scene, c ledger.Customer) error {
	if _, err := s.invoice(c, euros(100)); err != nil {
		return err
	}
	asOf := func() (time.Time, error) {
		r, err := s.read(connectors.Open, "")
		if err != nil {
			return time.Time{}, err
		}
		for _, end := range r.ends {
			return end.AsOf, nil
		}
		return time.Time{}, errContract
	}
	before, err := asOf()
	if err != nil {
		return err
	}
	s.clock.Advance(365 * 24 * time.Hour)
	after, err := asOf()
	if err != nil {
		return err
	}
	if moved := after.Sub(before).Round(time.Hour); moved != 365*24*time.Hour {
		return fmt.Errorf("the tool's clock moved a year, the end's moved %s", moved)
	}
	return nil
}
