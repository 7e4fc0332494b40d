package cache_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// paid is a page with so many invoices, and payments of the first of them. The
// payments' ids begin with a letter, so that they can be numbered anew.
func paid(invoices, payments int, letter string) connectors.Page {
	p := connectors.Page{Customers: []ledger.Customer{customer("C1")}}
	for i := range invoices {
		p.Invoices = append(p.Invoices, invoice(fmt.Sprintf("F%d", i), "C1", "10.00"))
	}
	for i := range payments {
		id := fmt.Sprintf("%s%d", letter, i)
		p.Payments = append(p.Payments, payment(id, "C1", "10.00"))
		p.Allocations = append(p.Allocations, allocation("A"+id, id, fmt.Sprintf("F%d#1", i), "10.00"))
	}
	return p
}

// reading stores one complete reading of the stream "", as pull does.
func (s *shop) reading(p connectors.Page) {
	s.t.Helper()
	shown := map[string]bool{}
	mark := func(kind ledger.Kind, id string) { shown[string(kind)+" "+id] = true }
	for _, x := range p.Customers {
		mark(ledger.KindCustomer, x.ID)
	}
	for _, x := range p.Invoices {
		mark(ledger.KindInvoice, x.ID)
	}
	for _, x := range p.Payments {
		mark(ledger.KindPayment, x.ID)
	}
	for _, x := range p.Allocations {
		mark(ledger.KindAllocation, x.ID)
	}
	gone, err := s.db.Unseen(s.t.Context(), s.company, s.connection, "", connectors.All, func(kind ledger.Kind, id string) bool { return shown[string(kind)+" "+id] })
	if err != nil {
		s.t.Fatal(err)
	}
	p.End = &connectors.End{Complete: true, Count: -1}
	s.portion(s.connection, connectors.Portion{Pages: []connectors.Page{p}, Vanished: gone, Ended: []string{""}})
}

// shrunken returns the finding that holds the company; nil: none does.
func (s *shop) shrunken() *cache.Finding {
	s.t.Helper()
	found, err := s.db.Findings(s.t.Context(), s.company)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range found {
		if f.Kind == string(ledger.FindingShrunken) && f.Holds && f.Customer == "" && f.ReleasedBy == "" {
			return &f
		}
	}
	return nil
}

func TestALargeLossHoldsTheCompany(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before, after connectors.Page
		want          string // in the finding's text; empty: there is none
	}{
		"the bank journal is missing":           {paid(100, 69, "P"), paid(100, 0, "P"), "lacks 69 of 69 payments, 69 of 69 allocations"},
		"the lettering is missing":              {paid(100, 69, "P"), func() connectors.Page { p := paid(100, 69, "P"); p.Allocations = nil; return p }(), "lacks 69 of 69 allocations"},
		"the sales journal is cut":              {paid(100, 0, "P"), paid(79, 0, "P"), "lacks 21 of 100 invoices"},
		"a fifth of the invoices was taken out": {paid(100, 0, "P"), paid(80, 0, "P"), ""},
		"three of ten rows were deleted":        {paid(10, 2, "P"), paid(7, 0, "P"), ""},
		"five records of money":                 {paid(6, 5, "P"), func() connectors.Page { p := paid(6, 5, "P"); p.Allocations = nil; return p }(), ""},
		"one in twenty":                         {paid(100, 100, "P"), paid(100, 95, "P"), ""},
		"a bit more than that":                  {paid(100, 100, "P"), paid(100, 94, "P"), "lacks 6 of 100 payments, 6 of 100 allocations"},
		"everything was numbered anew":          {paid(100, 69, "P"), paid(100, 69, "Q"), ""},
		"it grew":                               {paid(100, 10, "P"), paid(120, 69, "P"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
				s := newShop(t, db, clock)
				s.reading(tt.before)
				if f := s.shrunken(); f != nil {
					t.Fatalf("the first reading is shrunken: %+v", f)
				}
				version := s.companyVersion()
				s.reading(tt.after)
				switch f := s.shrunken(); {
				case tt.want == "" && f != nil:
					t.Errorf("held: %s", f.Text)
				case tt.want != "" && f == nil:
					t.Error("the company is not held")
				case f != nil && (!strings.Contains(f.Text, tt.want) || !strings.HasPrefix(f.Text, "compta: ") || f.Origin != "compta"):
					t.Errorf("text %q of %s, want %q of compta in it", f.Text, f.Origin, tt.want)
				case f != nil && s.companyVersion() == version:
					t.Error("what was judged before the loss could still leave")
				}
			})
		})
	}
}

// companyVersion returns the version of what no customer can be named for.
func (s *shop) companyVersion() int64 {
	s.t.Helper()
	v, err := s.db.Versions(s.t.Context(), s.company, "x")
	if err != nil {
		s.t.Fatal(err)
	}
	return v.Company
}

// TestALossIsMadeGoodOrBelieved follows one stream through its exports.
func TestALossIsMadeGoodOrBelieved(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		whole, none := paid(100, 69, "P"), paid(100, 0, "P")
		held := func(want bool, when string) *cache.Finding {
			t.Helper()
			f := s.shrunken()
			if (f != nil) != want {
				t.Errorf("%s: held by %+v, want held %t", when, f, want)
			}
			return f
		}
		release := func(f *cache.Finding) {
			t.Helper()
			if err := db.Settle(t.Context(), s.company, f.ID, "that is right", "ann"); err != nil {
				t.Fatal(err)
			}
		}
		s.reading(whole)
		s.reading(none)
		held(true, "without the payments")
		s.reading(none)
		held(true, "without them once more")
		s.reading(paid(100, 30, "P"))
		if f := held(true, "with less than half of them"); !strings.Contains(f.Text, "39 of 69 payments") {
			t.Errorf("text %q, want what is still missing", f.Text)
		}
		s.reading(paid(100, 67, "P"))
		held(false, "with nearly all of them")
		s.reading(none)
		release(held(true, "without them again"))
		held(false, "released")
		s.reading(none)
		held(false, "released, read again")
		s.reading(whole)
		held(false, "all there")
		s.reading(none)
		release(held(true, "gone again: an old word is not about this loss"))
		s.reading(paid(50, 0, "P"))
		release(held(true, "released, and then the invoices went"))
		s.reading(paid(48, 0, "P"))
		held(false, "two invoices less than what was believed")
	})
}
