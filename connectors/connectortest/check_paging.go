package connectortest

import (
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func pagingChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"paging/more-than-one-page", needs | HasPages, inBooks(pagingMore)},
		{"paging/each-record-once-per-census", needs, inBooks(pagingOnce)},
		{"paging/count-and-sum-add-up", needs, inBooks(pagingSums)},
	}
}

func pagingMore(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Delta, connectors.Open, connectors.All} {
		r, err := s.read(scope, "")
		if err != nil {
			return err
		}
		if len(r.pages) < 2 {
			return fmt.Errorf("scope %d: %d records came on %d page, want several pages", scope, r.records(), len(r.pages))
		}
		st := newStore()
		st.take(r)
		if err := s.hasInvoices(st, want); err != nil {
			return fmt.Errorf("scope %d: %w", scope, err)
		}
	}
	return nil
}

func pagingOnce(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	if _, err := s.payment(c, euros(100), all[0].Items[0].ID); err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Open, connectors.All} {
		r, err := s.read(scope, "")
		if err != nil {
			return err
		}
		for id, n := range r.times() {
			if n != 1 {
				return fmt.Errorf("scope %d: %s came %d times", scope, id, n)
			}
		}
	}
	return nil
}

// times counts how often each record came.
func (r reading) times() map[string]int {
	n := map[string]int{}
	for _, p := range r.pages {
		for _, v := range p.Customers {
			n["customer "+v.ID]++
		}
		for _, v := range p.Invoices {
			n["invoice "+v.ID]++
		}
		for _, v := range p.Credits {
			n["credit "+v.ID]++
		}
		for _, v := range p.Payments {
			n["payment "+v.ID]++
		}
		for _, v := range p.Allocations {
			n["allocation "+v.ID]++
		}
		for _, v := range p.BankLines {
			n["bank line "+v.ID]++
		}
	}
	return n
}

// pagingSums holds a stream to what it says of itself. Saying nothing is fine.
func pagingSums(s *scene, c ledger.Customer) error {
	all, err := s.fill(c, 5)
	if err != nil {
		return err
	}
	if _, err := s.payment(c, euros(3333), all[0].Items[0].ID); err != nil {
		return err
	}
	for _, scope := range []connectors.Scope{connectors.Open, connectors.All} {
		r, err := s.read(scope, "")
		if err != nil {
			return err
		}
		st := newStore()
		st.take(r)
		if err := st.agrees(r); err != nil {
			return fmt.Errorf("scope %d: %w", scope, err)
		}
	}
	return nil
}

func (st *store) agrees(r reading) error {
	sums, count, told := map[money.Currency]int64{}, 0, false
	for _, inv := range st.invoices {
		for _, item := range inv.Items {
			sums[inv.Total.Currency()] += st.openOf(item)
		}
	}
	for _, end := range r.ends {
		if end.AsOf.IsZero() {
			return errors.New("the end does not say as of when it is true")
		}
		told = told || end.Count >= 0
		count += max(end.Count, 0)
		for _, sum := range end.Open {
			sums[sum.Currency()] -= sum.Minor()
		}
		if end.Open == nil {
			clear(sums)
		}
	}
	if told && count != r.records() {
		return fmt.Errorf("the end counts %d records, %d came", count, r.records())
	}
	for cur, rest := range sums {
		if rest != 0 {
			return fmt.Errorf("the end's open sum is off by %s", money.New(rest, cur))
		}
	}
	return nil
}
