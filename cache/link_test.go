package cache_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// names returns the names of the records of a customer.
func (s *shop) names(customer ledger.UID) []string {
	s.t.Helper()
	var out []string
	for _, r := range s.account(customer).Records {
		out = append(out, r.Customer.Name)
	}
	return out
}

func (s *shop) customers(connection ledger.UID, list ...ledger.Customer) {
	s.t.Helper()
	s.portion(connection, connectors.Portion{Pages: []connectors.Page{{Customers: list}}})
}

func TestExactIdentifiersLinkAcrossConnections(t *testing.T) {
	t.Parallel()
	// Each case: records in order of arrival as connection, id, code, SIREN; and
	// the groups of ids that must end as one customer.
	type record struct{ conn, id, code, siren string }
	for _, c := range []struct {
		name    string
		records []record
		want    map[string][]string
	}{
		{"by code", []record{{"fec", "a", "C1", ""}, {"people", "b", "C1", ""}}, map[string][]string{"fec/a": {"a", "b"}}},
		{"by SIREN", []record{{"fec", "a", "C1", "732829320"}, {"dolibarr", "b", "CU-1", "732829320"}}, map[string][]string{"fec/a": {"a", "b"}}},
		{"not within one connection", []record{{"fec", "a", "C1", "732829320"}, {"fec", "b", "C2", "732829320"}}, map[string][]string{"fec/a": {"a"}, "fec/b": {"b"}}},
		{
			"a shared SIREN tells nothing",
			[]record{{"fec", "a", "C1", "732829320"}, {"fec", "b", "C2", "732829320"}, {"people", "c", "", "732829320"}},
			map[string][]string{"fec/a": {"a"}, "fec/b": {"b"}, "people/c": {"c"}},
		},
		{
			"the code decides",
			[]record{{"fec", "a", "C1", "732829320"}, {"fec", "b", "C2", "732829320"}, {"people", "c", "C2", "732829320"}},
			map[string][]string{"fec/a": {"a"}, "fec/b": {"b", "c"}},
		},
		{
			"a late third joins two",
			[]record{{"fec", "a", "C1", ""}, {"dolibarr", "b", "X", "732829320"}, {"people", "c", "C1", "732829320"}},
			map[string][]string{"fec/a": {"a", "c", "b"}},
		},
		{"the link appears late", []record{{"fec", "a", "C1", ""}, {"people", "b", "", ""}, {"people", "b", "C1", ""}}, map[string][]string{"fec/a": {"a", "b"}}},
		{
			"the link goes away",
			[]record{{"fec", "a", "C1", ""}, {"people", "b", "C1", ""}, {"people", "b", "C9", ""}},
			map[string][]string{"fec/a": {"a"}, "people/b": {"b"}},
		},
		{
			"the link moves",
			[]record{{"fec", "a", "C1", ""}, {"fec", "b", "C2", ""}, {"people", "c", "C1", ""}, {"people", "c", "C2", ""}},
			map[string][]string{"fec/a": {"a"}, "fec/b": {"b", "c"}},
		},
		{
			"a wrong SIREN is no identifier",
			[]record{{"fec", "a", "C1", "123456789"}, {"people", "b", "", "123456789"}},
			map[string][]string{"fec/a": {"a"}, "people/b": {"b"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
				s := newShop(t, db, clock)
				conns := map[string]ledger.UID{"fec": s.connection, "people": s.connect("people", "people", ""), "dolibarr": s.connect("dolibarr", "dolibarr", "")}
				for _, r := range c.records {
					s.customers(conns[r.conn], ledger.Customer{ID: r.id, Name: r.id, Code: r.code, SIREN: r.siren})
				}
				got := map[string][]string{}
				for conn, uid := range conns {
					for _, r := range c.records {
						if r.conn == conn {
							key := conn + "/" + r.id
							if names := s.names(ledger.RecordUID(uid, ledger.KindCustomer, r.id)); names != nil {
								got[key] = names
							}
						}
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("customers (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestLateLinkBringsEverythingAlong(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		people := s.connect("people", "people", "")
		s.put(books())
		s.portion(people, connectors.Portion{Pages: []connectors.Page{{
			Customers: []ledger.Customer{{ID: "row 2", Name: "row"}},
			Contacts:  []ledger.Contact{{ID: "k", Customer: "row 2", Role: ledger.RolePays, Mail: "row@c1.example"}},
		}}})
		first, late := s.uid(ledger.KindCustomer, "C1"), ledger.RecordUID(people, ledger.KindCustomer, "row 2")
		hold, err := db.Hold(t.Context(), s.company, ledger.Hold{Kind: ledger.HoldDispute, Customer: late, Source: "person", Owner: "owner", Reason: "quality", From: date("2026-04-01")})
		if err != nil {
			t.Fatal(err)
		}
		s.clean()
		s.customers(people, ledger.Customer{ID: "row 2", Name: "row", Code: "C1"})
		a := s.account(first)
		if len(a.Records) != 2 || len(a.Contacts) != 2 || len(a.Invoices) != 1 {
			t.Errorf("got %d records, %d contacts, %d invoices; want 2, 2, 1", len(a.Records), len(a.Contacts), len(a.Invoices))
		}
		if moved := s.dirty(); moved[first] == 0 || moved[late] == 0 {
			t.Errorf("both customers must have moved: %v", moved)
		}
		holds, err := db.Holds(t.Context(), s.company, first)
		if err != nil || len(holds) != 1 || holds[0].UID != hold.UID {
			t.Errorf("the hold did not follow: %+v, %v", holds, err)
		}
		if a := s.account(late); len(a.Records) != 0 {
			t.Errorf("the old customer still has records: %+v", a.Records)
		}
	})
}

func TestMergedInTheTool(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		page.Customers = append(page.Customers, customer("C2"))
		s.put(page)
		old, survivor := s.uid(ledger.KindCustomer, "C1"), s.uid(ledger.KindCustomer, "C2")
		if _, err := db.Hold(t.Context(), s.company, ledger.Hold{Kind: ledger.HoldDispute, Customer: old, Source: "person", Reason: "x", From: date("2026-04-01")}); err != nil {
			t.Fatal(err)
		}
		merged := connectors.Page{Merged: []connectors.Merged{{From: "C1", Into: "C2"}}, Deleted: []connectors.Deleted{{Kind: ledger.KindCustomer, ID: "C1"}}}
		s.put(merged)
		a := s.account(survivor)
		if len(a.Invoices) != 1 || len(a.Contacts) != 1 || len(a.Payments) != 1 {
			t.Errorf("the survivor has %d invoices, %d contacts, %d payments; want 1 of each", len(a.Invoices), len(a.Contacts), len(a.Payments))
		}
		if diff := cmp.Diff([]string{"Client C2"}, s.names(survivor)); diff != "" {
			t.Errorf("only the survivor's record may describe it (-want +got):\n%s", diff)
		}
		if holds, err := db.Holds(t.Context(), s.company, survivor); err != nil || len(holds) != 1 {
			t.Errorf("the hold did not follow: %+v, %v", holds, err)
		}
		s.clean()
		if got := s.put(merged); got.Changed() {
			t.Errorf("told again: %+v, want nothing", got)
		}
		s.put(connectors.Page{Invoices: []ledger.Invoice{invoice("F2", "C1", "5.00")}}) // the tool still uses the old id
		if n := len(s.account(survivor).Invoices); n != 2 {
			t.Errorf("got %d invoices, want 2", n)
		}
	})
}

func TestRowForWhoeverHasNoRow(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		people := s.connect("people", "people", "")
		s.put(books())
		s.clean()
		s.customers(people, ledger.Customer{ID: "*", Default: true, Terms: "30 jours", Language: "fr"})
		if got := s.of("C1").Default; got.Terms != "30 jours" {
			t.Errorf("default: got %+v", got)
		}
		if len(s.dirty()) != 1 {
			t.Errorf("new terms for all must move all: %v", s.dirty())
		}
		for row, err := range db.ExportCustomers(t.Context(), s.company) {
			if err != nil || row.ID == "*" {
				t.Errorf("the row for all is told as a customer: %+v, %v", row, err)
			}
		}
		s.clean()
		s.portion(people, connectors.Portion{Vanished: []connectors.Unseen{{Kind: ledger.KindCustomer, ID: "*"}}})
		if got := s.of("C1").Default; got.Terms != "" || len(s.dirty()) != 1 {
			t.Errorf("after it vanished: default %+v, moved %v", got, s.dirty())
		}
	})
}
