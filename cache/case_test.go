package cache_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// caseOf is a case with one open item.
func (s *shop) caseOf(customer ledger.UID) policy.Case {
	return policy.Case{
		Company: s.company, Customer: ledger.Customer{ID: string(customer), Code: "C1", Name: "Client C1"},
		Position: reconcile.Position{Customer: customer, Items: []reconcile.Item{{
			UID: s.uid(ledger.KindItem, "F1#1"), Number: "F1", Ordinal: 1, Parts: 1, Episode: 1, Total: eur("120.00"), Open: eur("20.00"), Due: date("2026-03-01"),
			Doubts: []reconcile.Doubt{{Code: "open-differs", ID: "doubt-1", Text: "two connections differ"}},
		}}},
	}
}

// putCase stores a case with one open item for a customer.
func (s *shop) putCase(customer ledger.UID, version int64) {
	s.t.Helper()
	if err := s.db.PutCases(s.t.Context(), s.company, []policy.Case{s.caseOf(customer)}, map[ledger.UID]int64{customer: version}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) cases(f cache.CaseFilter) []ledger.UID {
	s.t.Helper()
	var out []ledger.UID
	for c, err := range s.db.Cases(s.t.Context(), s.company, f) {
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, c.Position.Customer)
	}
	return out
}

func TestCasesAreDueAtOnceAndThenOnTheirDay(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		today := date("2026-04-22")
		for _, c := range []ledger.UID{"a", "b", "c", "d"} {
			s.putCase(c, 0)
		}
		all := []ledger.UID{"a", "b", "c", "d"}
		if diff := cmp.Diff(all, s.cases(cache.CaseFilter{Due: today})); diff != "" {
			t.Errorf("new cases (-want +got):\n%s", diff)
		}
		decided := []cache.Decided{
			{Customer: "a", Outcome: policy.Outcome{Again: today.AddDays(1)}},
			{Customer: "b", Outcome: policy.Outcome{Again: today}},
			{Customer: "c", Outcome: policy.Outcome{}},
			{Customer: "d", Outcome: policy.Outcome{Again: today.AddDays(9), Gated: true}},
		}
		if err := db.PutDecisions(t.Context(), s.company, today, decided); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			filter cache.CaseFilter
			want   []ledger.UID
		}{
			{"all", cache.CaseFilter{}, all},
			{"today", cache.CaseFilter{Due: today}, []ledger.UID{"b"}},
			{"tomorrow", cache.CaseFilter{Due: today.AddDays(1)}, []ledger.UID{"a", "b"}},
			{"today and gated", cache.CaseFilter{Due: today, Gated: true}, []ledger.UID{"b", "d"}},
			{"named", cache.CaseFilter{Customers: []ledger.UID{"c", "z"}}, []ledger.UID{"c"}},
		} {
			if diff := cmp.Diff(c.want, s.cases(c.filter)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		if n, err := db.Gated(t.Context(), s.company); err != nil || n != 1 {
			t.Errorf("gated: got %d, %v, want 1", n, err)
		}
		s.putCase("c", 0) // worked out anew: it is due at once again
		if diff := cmp.Diff([]ledger.UID{"b", "c"}, s.cases(cache.CaseFilter{Due: today})); diff != "" {
			t.Errorf("after a change (-want +got):\n%s", diff)
		}
		for range db.Cases(t.Context(), s.company, cache.CaseFilter{}) {
			break // stopping early must not leak a connection
		}
		if err := db.PutCases(t.Context(), s.company, []policy.Case{{Position: reconcile.Position{Customer: "c"}}}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Case(t.Context(), s.company, "c"); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("a case with nothing in it: got %v, want ErrNotFound", err)
		}
	})
}

func TestAChangeWhileWorkingKeepsTheCustomerDirty(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		c1 := s.uid(ledger.KindCustomer, "C1")
		version := s.dirty()[c1]
		s.put(connectors.Page{Invoices: []ledger.Invoice{invoice("F2", "C1", "5.00")}})
		s.putCase(c1, version)
		if got := s.dirty()[c1]; got != version+1 {
			t.Errorf("dirty at version %d, want %d: what came in between would be lost", got, version+1)
		}
		s.putCase(c1, version+1)
		if got := s.dirty(); len(got) != 0 {
			t.Errorf("still dirty: %v", got)
		}
		if err := db.TouchAll(t.Context(), s.company); err != nil || len(s.dirty()) != 1 {
			t.Errorf("touch all: %v, %v", s.dirty(), err)
		}
	})
}

func TestADoubtOfAPositionCanBeReleased(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		s.clean()
		if err := db.Settle(t.Context(), s.company, "doubt-1", "asked the accountant", "owner"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"doubt-1"}, s.of("C1").Released); diff != "" {
			t.Errorf("released (-want +got):\n%s", diff)
		}
		if len(s.dirty()) != 1 {
			t.Errorf("moved: %v, want the customer", s.dirty())
		}
	})
}

func TestHowFreshTheSourcesAre(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		at := time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC)
		end := func(e connectors.End, stream string) connectors.Page { return connectors.Page{Stream: stream, End: &e} }
		bank := s.connect("banque", "bank", "")
		s.portion(bank, connectors.Portion{Pages: []connectors.Page{
			end(connectors.End{AsOf: at, MoneyUntil: date("2026-04-19"), Account: "FR76", Count: -1}, "FR76"),
		}})
		ended := clock.Now()
		page := books()
		page.Payments[0].Day = date("2026-04-18")
		page.Payments = append(page.Payments, payment("typo", "C1", "1.00"))
		page.Payments[1].Day = date("2027-04-18")
		s.put(page)
		newest, err := db.NewestPayment(t.Context(), s.company, date("2026-04-22"))
		if err != nil || newest != date("2026-04-18") {
			t.Errorf("newest payment: got %s, %v, want 2026-04-18: a later day is a typing error", newest, err)
		}
		streams, err := db.MoneyUntil(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		want := []cache.StreamFreshness{
			{Connection: s.connection, Name: "compta", Kind: "fec"},
			{Connection: bank, Name: "banque", Kind: "bank", Stream: "FR76", Account: "FR76", AsOf: at, MoneyUntil: date("2026-04-19"), Ended: ended},
		}
		if diff := cmp.Diff(want, streams); diff != "" {
			t.Errorf("streams (-want +got):\n%s", diff)
		}
		if err := db.Attest(t.Context(), s.company, date("2026-04-21"), "owner"); err != nil {
			t.Fatal(err)
		}
		if err := db.FinishRun(t.Context(), s.company, bank, connectors.All, connectors.Counts{}, "no answer"); err != nil {
			t.Fatal(err)
		}
		if until, who, err := db.Attested(t.Context(), s.company); err != nil || until != date("2026-04-21") || who != "owner" {
			t.Errorf("attested: got %s by %q, %v", until, who, err)
		}
		first := clock.Now()
		clock.Move(time.Hour)
		if err := db.FinishRun(t.Context(), s.company, bank, connectors.All, connectors.Counts{}, "no answer again"); err != nil {
			t.Fatal(err)
		}
		streams, err = db.MoneyUntil(t.Context(), s.company)
		if err != nil || len(streams) != 2 || !streams[1].FailedSince.Equal(first) || streams[1].Failure != "no answer again" {
			t.Errorf("streams: got %+v, %v, want the bank failed since %s", streams, err, first)
		}
		if err := db.FinishRun(t.Context(), s.company, bank, connectors.All, connectors.Counts{}, ""); err != nil {
			t.Fatal(err)
		}
		if streams, err = db.MoneyUntil(t.Context(), s.company); err != nil || streams[1].Failure != "" || !streams[1].FailedSince.IsZero() {
			t.Errorf("after a good run: got %+v, %v", streams, err)
		}
	})
}

func TestExports(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		open := eur("50.00")
		second := invoice("F2", "C1", "80.00")
		second.Items[0].Open = &open
		page.Invoices = append(page.Invoices, second)
		s.put(page)
		row := cache.ExportItem{
			Company: "Exemple", Connection: "compta", Customer: s.uid(ledger.KindCustomer, "C1"), Code: "C1", Name: "Client C1", Part: 1,
			Issued: "2026-01-15", Due: "2026-02-15", Currency: "EUR", Episode: 1,
		}
		f1, f2 := row, row
		f1.Item, f1.Number, f1.Total, f1.Open = s.uid(ledger.KindItem, "F1#1"), "F1", 12000, 0
		f2.Item, f2.Number, f2.Total, f2.Open = s.uid(ledger.KindItem, "F2#1"), "F2", 8000, 5000
		var items []cache.ExportItem
		for r, err := range db.ExportItems(t.Context(), s.company) {
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, r)
		}
		if diff := cmp.Diff([]cache.ExportItem{f1, f2}, items); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		loose := map[string]int64{}
		for r, err := range db.ExportPayments(t.Context(), s.company) {
			if err != nil || r.Company != "Exemple" || r.Day == "" {
				t.Errorf("payment: got %+v, %v", r, err)
			}
			loose[r.Kind] = r.Loose
		}
		if diff := cmp.Diff(map[string]int64{"payment": 0, "credit_note": 1000, "bank_line": 12000}, loose); diff != "" {
			t.Errorf("loose money (-want +got):\n%s", diff)
		}
		for r, err := range db.ExportInvoices(t.Context(), s.company) {
			if err != nil || r.Code != "C1" || r.Total == 0 {
				t.Errorf("invoice: got %+v, %v", r, err)
			}
		}
		for r, err := range db.ExportAllocations(t.Context(), s.company) {
			if err != nil || r.Number != "F1" || r.Amount != 12000 {
				t.Errorf("allocation: got %+v, %v", r, err)
			}
		}
		if n := len(numbersOf(t, s)); n != 2 {
			t.Errorf("got %d invoices, want 2", n)
		}
	})
}

func numbersOf(t *testing.T, s *shop) []string {
	t.Helper()
	var out []string
	for r, err := range s.db.ExportInvoices(t.Context(), s.company) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Number)
	}
	return out
}
