package connectortest

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func changeChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"changes/full", needs, inBooks(changesFull)},
		{"changes/deleted-is-told", needs | HasDelete, inBooks(changesDeleted)},
		{"changes/vanished-from-open", needs | HasDelete, inBooks(changesVanished)},
		{"changes/paid-leaves-open", needs, inBooks(changesPaid)},
		{"changes/merged-is-told", needs | HasMerge, inBooks(changesMerged)},
		{"changes/stops-on-cancel", needs | HasPages, inBooks(changesCancel)},
		{"changes/consumer-may-stop", needs | HasPages, inBooks(changesStop)},
		{"changes/end-only-on-complete-stream", needs | HasPages, inBooks(changesEnd)},
		{"changes/cut-stream-has-no-end", needs | HasPages | Needs(FaultCutBody), inBooks(changesCut)},
		{"changes/census-leaves-nothing-out", needs, inBooks(changesCensus)},
		{"changes/random-histories", needs, in(changesHistories)},
	}
}

func changesFull(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	p, err := s.payment(c, euros(4200), want[0].Items[0].ID)
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if got, ok := st.customers[c.ID]; !ok || got.Code != c.Code {
		return fmt.Errorf("customer %s: got code %q (there: %v), want %q", c.ID, got.Code, ok, c.Code)
	}
	if got, ok := st.payments[p.ID]; !ok || got.Amount != p.Amount || got.Day != p.Day || got.Customer != c.ID {
		return fmt.Errorf("payment %s: got %s on %s of %q (there: %v)", p.ID, got.Amount, got.Day, got.Customer, ok)
	}
	return s.hasInvoices(st, want)
}

func changesDeleted(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 3)
	if err != nil {
		return err
	}
	p, err := s.payment(c, euros(700), "")
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if err := errors.Join(s.deleter.Delete(ledger.KindInvoice, all[1].ID), s.deleter.Delete(ledger.KindPayment, p.ID)); err != nil {
		return err
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	if _, still := st.invoices[all[1].ID]; still {
		return fmt.Errorf("invoice %s was deleted and nobody told", all[1].ID)
	}
	if _, still := st.payments[p.ID]; still {
		return fmt.Errorf("payment %s was deleted and nobody told", p.ID)
	}
	return s.hasInvoices(st, []ledger.Invoice{all[0], all[2]})
}

func changesVanished(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 3)
	if err != nil {
		return err
	}
	if _, err := s.sweep(all); err != nil {
		return err
	}
	if err := s.deleter.Delete(ledger.KindInvoice, all[0].ID); err != nil {
		return err
	}
	st, err := s.sweep(all[1:])
	if err != nil {
		return err
	}
	if _, still := st.invoices[all[0].ID]; still {
		return fmt.Errorf("invoice %s was deleted and is still in the open sweep", all[0].ID)
	}
	return nil
}

// sweep reads what is open, which must be complete and hold the invoices.
func (s *scene) sweep(want []ledger.Invoice) (*store, error) {
	r, err := s.read(connectors.Open, "")
	if err != nil {
		return nil, fmt.Errorf("open sweep: %w", err)
	}
	if !r.complete() {
		return nil, errors.New("the open sweep does not say that it is complete")
	}
	st := newStore()
	st.take(r)
	if err := s.hasInvoices(st, want); err != nil {
		return nil, fmt.Errorf("open sweep: %w", err)
	}
	return st, nil
}

func changesPaid(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 2)
	if err != nil {
		return err
	}
	if _, err := s.sweep(all); err != nil {
		return err
	}
	if _, err := s.payment(c, all[0].Total, all[0].Items[0].ID); err != nil {
		return err
	}
	st, err := s.sweep(all[1:])
	if err != nil {
		return err
	}
	if paid, there := st.invoices[all[0].ID]; there && st.openOf(paid.Items[0]) != 0 {
		return fmt.Errorf("invoice %s is paid; the open sweep says %d is open", paid.ID, st.openOf(paid.Items[0]))
	}
	return nil
}

func changesMerged(s *scene, c ledger.Customer) error {
	into, err := s.customer()
	if err != nil {
		return err
	}
	inv, err := s.invoice(c, euros(9900))
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	if err := s.tool.(Merger).Merge(c.ID, into.ID); err != nil {
		return err
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	if got := st.merged[c.ID]; got != into.ID {
		return fmt.Errorf("customer %s became part of %s; told was %q", c.ID, into.ID, got)
	}
	if got := st.invoices[inv.ID].Customer; got != into.ID {
		return fmt.Errorf("invoice %s is of %q after the merge, want %s", inv.ID, got, into.ID)
	}
	return nil
}

func changesCancel(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	whole := s.ctx
	ctx, cancel := context.WithCancel(whole)
	defer cancel()
	s.ctx = ctx
	r, err := s.readWith(connectors.Delta, "", func(int) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("cancelled after page 1: got %w after %d pages, want context.Canceled", orNone(err), len(r.pages))
	}
	if r.complete() || len(r.pages) > 2 {
		return fmt.Errorf("cancelled after page 1: %d pages came", len(r.pages))
	}
	return nil
}

func changesStop(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Delta, connectors.Open, connectors.All} {
		for _, err := range s.Reader.Read(s.ctx, scope, "") {
			if err != nil {
				return err
			}
			break // going on after this panics
		}
	}
	return nil
}

func changesEnd(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Delta, connectors.Open, connectors.All} {
		if _, err := s.read(scope, ""); err != nil { // read judges the ends
			return fmt.Errorf("scope %d: %w", scope, err)
		}
	}
	return nil
}

func changesCut(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Delta, connectors.Open, connectors.All} {
		s.faults.Disarm()
		r, err := s.readWith(scope, "", func(int) error { return s.arm(FaultCutBody, -1) })
		if err == nil || errors.Is(err, errContract) || r.complete() {
			return fmt.Errorf("scope %d, cut after page 1: got %w after %d pages, want an error and no end", scope, orNone(err), len(r.pages))
		}
	}
	return nil
}

// changesTies puts records into the very second in which a reading ends.
// changesInserted changes the books under the reader's feet.
// changesFuture sets the tool's clock back: its stamps are then before the
// cursor for a long time.
func changesCensus(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	p, err := s.payment(c, want[0].Total, want[0].Items[0].ID)
	if err != nil {
		return err
	}
	st := newStore()
	for range 2 { // the second with the cursor of the first
		r, err := s.read(connectors.All, st.cursor)
		if err != nil {
			return err
		}
		if r.unchanged() {
			continue
		}
		if !r.complete() {
			return errors.New("the census does not say that it is complete")
		}
		st.take(r)
	}
	if _, there := st.payments[p.ID]; !there || st.customers[c.ID].Code != c.Code {
		return errors.New("the census lacks the payment or the customer")
	}
	return s.hasInvoices(st, want)
}
