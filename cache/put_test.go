package cache_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// shop is a company with one connection, in a test.
type shop struct {
	t          *testing.T
	db         *cache.DB
	clock      *cachetest.Clock
	company    ledger.UID
	connection ledger.UID
}

func newShop(t *testing.T, db *cache.DB, clock *cachetest.Clock) *shop {
	t.Helper()
	s := &shop{t: t, db: db, clock: clock}
	var err error
	if s.company, err = db.EnsureCompany(t.Context(), "Exemple"); err != nil {
		t.Fatal(err)
	}
	s.connection = s.connect("compta", "fec", "999999014")
	return s
}

func (s *shop) connect(name, kind, identity string) ledger.UID {
	s.t.Helper()
	uid, err := s.db.EnsureConnection(s.t.Context(), s.company, name, kind, identity)
	if err != nil {
		s.t.Fatal(err)
	}
	return uid
}

func (s *shop) put(pages ...connectors.Page) connectors.Counts {
	s.t.Helper()
	return s.portion(s.connection, connectors.Portion{Pages: pages})
}

func (s *shop) portion(connection ledger.UID, p connectors.Portion) connectors.Counts {
	s.t.Helper()
	s.clock.Move(time.Minute)
	counts, err := s.db.PutPages(s.t.Context(), s.company, connection, p)
	if err != nil {
		s.t.Fatal(err)
	}
	return counts
}

// gone makes records vanish from the stream "".
func (s *shop) gone(list ...connectors.Unseen) connectors.Counts {
	s.t.Helper()
	return s.portion(s.connection, connectors.Portion{Vanished: list})
}

func (s *shop) uid(kind ledger.Kind, id string) ledger.UID {
	return ledger.RecordUID(s.connection, kind, id)
}

func (s *shop) account(customer ledger.UID) reconcile.Account {
	s.t.Helper()
	accounts, err := s.db.Accounts(s.t.Context(), s.company, []ledger.UID{customer})
	if err != nil {
		s.t.Fatal(err)
	}
	return accounts[0]
}

// of returns the account of the customer the connection knows by that id.
func (s *shop) of(id string) reconcile.Account { return s.account(s.uid(ledger.KindCustomer, id)) }

func (s *shop) dirty() map[ledger.UID]int64 {
	s.t.Helper()
	moved, err := s.db.Dirty(s.t.Context(), s.company, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[ledger.UID]int64{}
	for _, m := range moved {
		out[m.Customer] = m.Version
	}
	return out
}

// clean makes every customer clean.
func (s *shop) clean() {
	s.t.Helper()
	for customer, version := range s.dirty() {
		s.putCase(customer, version)
	}
	if left := s.dirty(); len(left) > 0 {
		s.t.Fatalf("customers are still dirty: %v", left)
	}
}

func eur(text string) money.Amount {
	a, err := money.Parse(text, money.EUR)
	if err != nil {
		panic(err)
	}
	return a
}

func date(text string) ledger.Date {
	d, err := ledger.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func customer(id string) ledger.Customer {
	return ledger.Customer{ID: id, Code: id, Name: "Client " + id, Seen: "fec.txt line 1"}
}

func invoice(id, customer, total string) ledger.Invoice {
	return ledger.Invoice{
		ID: id, Customer: customer, Number: id, Issued: date("2026-01-15"), Total: eur(total), References: []string{"RF18539007547034", "+++090/9337/55493+++"},
		Order: "PO-1", Seen: "fec.txt line 2", Items: []ledger.Item{{ID: id + "#1", Ordinal: 1, Due: date("2026-02-15"), Total: eur(total)}},
	}
}

func payment(id, customer, amount string) ledger.Payment {
	return ledger.Payment{ID: id, Customer: customer, Day: date("2026-02-10"), Amount: eur(amount), Method: "bank", Text: "VIR " + id, Reference: id, Seen: "fec.txt line 3"}
}

func allocation(id, payment, item, amount string) ledger.Allocation {
	return ledger.Allocation{ID: id, FromKind: ledger.KindPayment, From: payment, Item: item, Amount: eur(amount), Day: date("2026-02-10")}
}

// books is a page with one customer, one invoice and its payment.
func books() connectors.Page {
	return connectors.Page{
		Customers:   []ledger.Customer{customer("C1")},
		Invoices:    []ledger.Invoice{invoice("F1", "C1", "120.00")},
		Payments:    []ledger.Payment{payment("P1", "C1", "120.00")},
		Allocations: []ledger.Allocation{allocation("A1", "P1", "F1#1", "120.00")},
		Credits:     []ledger.Credit{{ID: "K1", Customer: "C1", Kind: ledger.CreditNote, Number: "AV1", Day: date("2026-02-01"), Amount: eur("10.00"), Text: "avoir", Seen: "x"}},
		Contacts:    []ledger.Contact{{ID: "c1", Customer: "C1", Role: ledger.RolePays, Mail: "compta@c1.example", Seen: "people.csv line 2"}},
		BankLines: []ledger.BankLine{{
			ID: "L1", Account: "FR7630006000011234567890189", Day: date("2026-02-09"), Value: date("2026-02-09"), Amount: eur("120.00"),
			Payer: "CLIENT C1", PayerIBAN: "DE89370400440532013000", Text: "F1", EndToEnd: "E1", Return: "AM04", Reversal: true, Doubt: "twin",
			Instructed: money.New(13000, "USD"), Family: "PMNT/RCDT/ESCT", Mandate: "M", Seen: "camt.xml entry 1",
		}},
	}
}

// settled returns what stands on an item of an account, over all settlements.
func settled(a reconcile.Account, item ledger.UID) string {
	sum := money.Amount{}
	for _, s := range a.Settled {
		if s.Item == item {
			sum, _ = sum.Add(s.Amount)
		}
	}
	return sum.Decimal()
}

func TestWhatIsPutComesBack(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		got := s.put(page)
		if want := (connectors.Counts{Created: 7}); got != want {
			t.Errorf("counts: got %+v, want %+v", got, want)
		}
		a := s.of("C1")
		uid := s.uid
		want := reconcile.Account{
			Customer: uid(ledger.KindCustomer, "C1"),
			Records:  []reconcile.CustomerRecord{{Connection: s.connection, Customer: page.Customers[0]}},
			Contacts: page.Contacts,
			Invoices: []reconcile.InvoiceRecord{{
				Connection: s.connection, UID: uid(ledger.KindInvoice, "F1"), Invoice: func() ledger.Invoice { i := page.Invoices[0]; i.Customer = ""; return i }(),
				Items: []reconcile.ItemRecord{{UID: uid(ledger.KindItem, "F1#1"), Episode: 1}},
			}},
			Credits:  []reconcile.CreditRecord{{Known: date("2026-04-22"), Connection: s.connection, UID: uid(ledger.KindCredit, "K1"), Customer: uid(ledger.KindCustomer, "C1"), Credit: page.Credits[0]}},
			Payments: []reconcile.PaymentRecord{{Known: date("2026-04-22"), Connection: s.connection, UID: uid(ledger.KindPayment, "P1"), Customer: uid(ledger.KindCustomer, "C1"), Payment: page.Payments[0]}},
			Settled: []reconcile.Settlement{{
				UID: uid(ledger.KindAllocation, "A1"), FromKind: ledger.KindPayment, From: uid(ledger.KindPayment, "P1"), Item: uid(ledger.KindItem, "F1#1"),
				Customer: uid(ledger.KindCustomer, "C1"), Amount: eur("120.00"), By: reconcile.ByTool, Day: date("2026-02-10"),
			}},
		}
		if diff := cmp.Diff(want, a, cmp.AllowUnexported(money.Amount{})); diff != "" {
			t.Errorf("account (-want +got):\n%s", diff)
		}
		m, err := db.Money(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Lines) != 1 {
			t.Fatalf("got %d bank lines, want 1", len(m.Lines))
		}
		if diff := cmp.Diff(page.BankLines[0], m.Lines[0].Line, cmp.AllowUnexported(money.Amount{})); diff != "" {
			t.Errorf("bank line (-want +got):\n%s", diff)
		}
	})
}

func TestTheSameAgainWritesNothing(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		s.clean()
		again := books()
		again.Invoices[0].Seen = "fec.txt line 99" // where it stands is not what it says
		got := s.put(again)
		if want := (connectors.Counts{Unchanged: 7}); got != want {
			t.Errorf("counts: got %+v, want %+v", got, want)
		}
		if left := s.dirty(); len(left) != 0 {
			t.Errorf("customers moved though nothing has changed: %v", left)
		}
	})
}

func TestAChangeMovesItsCustomerOnly(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		page.Customers = append(page.Customers, customer("C2"))
		s.put(page)
		s.clean()
		changed := invoice("F1", "C1", "130.00")
		got := s.put(connectors.Page{Invoices: []ledger.Invoice{changed}})
		if want := (connectors.Counts{Updated: 1}); got != want {
			t.Errorf("counts: got %+v, want %+v", got, want)
		}
		if diff := cmp.Diff(map[ledger.UID]int64{s.uid(ledger.KindCustomer, "C1"): 2}, s.dirty()); diff != "" {
			t.Errorf("moved customers (-want +got):\n%s", diff)
		}
		if got := s.of("C1").Invoices[0].Invoice.Items[0].Total; got != eur("130.00") {
			t.Errorf("total: got %s, want 130.00", got)
		}
	})
}

func TestRecordChangesHands(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		page.Customers = append(page.Customers, customer("C2"))
		s.put(page)
		s.clean()
		s.put(connectors.Page{Invoices: []ledger.Invoice{invoice("F1", "C2", "120.00")}})
		want := map[ledger.UID]int64{s.uid(ledger.KindCustomer, "C1"): 2, s.uid(ledger.KindCustomer, "C2"): 2}
		if diff := cmp.Diff(want, s.dirty()); diff != "" {
			t.Errorf("moved customers (-want +got):\n%s", diff)
		}
		if n := len(s.of("C1").Invoices); n != 0 {
			t.Errorf("the old customer still has %d invoices", n)
		}
		if a := s.of("C2"); len(a.Invoices) != 1 || settled(a, s.uid(ledger.KindItem, "F1#1")) != "120.00" {
			t.Errorf("the new customer has not got the invoice with its settlement: %+v", a)
		}
	})
}

func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		all := books()
		s.put(connectors.Page{Allocations: all.Allocations})
		s.put(connectors.Page{Payments: all.Payments})
		s.put(connectors.Page{Invoices: all.Invoices})
		s.put(connectors.Page{Customers: all.Customers, Contacts: all.Contacts})
		a := s.of("C1")
		if len(a.Records) != 1 || a.Records[0].Customer.Name != "Client C1" {
			t.Errorf("records: got %+v", a.Records)
		}
		if got := settled(a, s.uid(ledger.KindItem, "F1#1")); got != "120.00" {
			t.Errorf("settled: got %s, want 120.00", got)
		}
		m, err := db.Money(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Payments)+len(m.Items) != 0 {
			t.Errorf("the payment or its item count as loose or open: %+v", m)
		}
	})
}

func TestAllocationsAreAppendOnly(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		item := s.uid(ledger.KindItem, "F1#1")
		steps := []struct {
			name    string
			do      func()
			want    string
			rows    int
			episode int
		}{
			{"changed", func() {
				s.put(connectors.Page{Allocations: []ledger.Allocation{allocation("A1", "P1", "F1#1", "100.00")}})
			}, "100.00", 3, 2},
			{"gone", func() { s.gone(connectors.Unseen{Kind: ledger.KindAllocation, ID: "A1"}) }, "0.00", 4, 2},
			{"back", func() {
				s.put(connectors.Page{Allocations: []ledger.Allocation{allocation("A1", "P1", "F1#1", "120.00")}})
			}, "120.00", 5, 2},
			{"told again", func() {
				s.put(connectors.Page{Allocations: []ledger.Allocation{allocation("A1", "P1", "F1#1", "120.00")}})
			}, "120.00", 5, 2},
			{"deleted", func() { s.put(connectors.Page{Deleted: []connectors.Deleted{{Kind: ledger.KindAllocation, ID: "A1"}}}) }, "0.00", 6, 3},
		}
		for _, step := range steps {
			step.do()
			a := s.of("C1")
			if got := settled(a, item); got != step.want {
				t.Errorf("%s: settled %s, want %s", step.name, got, step.want)
			}
			if got := a.Invoices[0].Items[0].Episode; got != step.episode {
				t.Errorf("%s: episode %d, want %d", step.name, got, step.episode)
			}
			if got := count(t, s, "allocations"); got != step.rows {
				t.Errorf("%s: %d rows of allocations, want %d", step.name, got, step.rows)
			}
		}
	})
}

func count(t *testing.T, s *shop, what string) int {
	t.Helper()
	n := 0
	for _, err := range s.db.ExportAllocations(t.Context(), s.company) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	_ = what
	return n
}

func TestVanishedInvoiceLeavesItsMoneyLoose(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		s.gone(connectors.Unseen{Kind: ledger.KindInvoice, ID: "F1"})
		a := s.of("C1")
		if len(a.Invoices) != 0 {
			t.Errorf("the invoice is still there")
		}
		if len(a.Findings) != 1 || a.Findings[0].Kind != ledger.FindingVanishedAllocated || !a.Findings[0].Holds {
			t.Errorf("findings: got %+v, want one that holds", a.Findings)
		}
		m, err := db.Money(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Payments) != 1 || m.Payments[0].UID != s.uid(ledger.KindPayment, "P1") {
			t.Errorf("the payment is not loose: %+v", m.Payments)
		}
		s.put(books()) // it is back, with its allocation
		a = s.of("C1")
		if len(a.Findings) != 0 || len(a.Invoices) != 1 || settled(a, s.uid(ledger.KindItem, "F1#1")) != "120.00" {
			t.Errorf("after it came back: findings %+v, settled %s", a.Findings, settled(a, s.uid(ledger.KindItem, "F1#1")))
		}
	})
}

func TestVanishedTogetherWithItsAllocationIsNoFinding(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		s.gone(connectors.Unseen{Kind: ledger.KindInvoice, ID: "F1"}, connectors.Unseen{Kind: ledger.KindAllocation, ID: "A1"})
		if a := s.of("C1"); len(a.Findings) != 0 {
			t.Errorf("findings: got %+v, want none", a.Findings)
		}
	})
}

func TestVanishedPaymentReopensItsItem(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		s.clean()
		s.gone(connectors.Unseen{Kind: ledger.KindPayment, ID: "P1"})
		a := s.of("C1")
		if len(a.Payments) != 0 {
			t.Errorf("the payment is still there")
		}
		if got := a.Invoices[0].Items[0].Episode; got != 2 {
			t.Errorf("episode: got %d, want 2", got)
		}
		if len(s.dirty()) != 1 {
			t.Errorf("the customer has not moved")
		}
		m, err := db.Money(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Items) != 1 || m.Items[0].Open != eur("120.00") {
			t.Errorf("open items: got %+v, want one of 120.00", m.Items)
		}
	})
}

func TestRecordShownByAnotherStreamMoves(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		old, young := books(), books()
		old.Stream, young.Stream = "2025", "2026"
		s.put(old)
		s.put(connectors.Page{Stream: "2026", Invoices: young.Invoices})
		never := func(ledger.Kind, string) bool { return false }
		unseen, err := db.Unseen(t.Context(), s.company, s.connection, "2025", connectors.All, never)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range unseen {
			if u.Kind == ledger.KindInvoice {
				t.Errorf("the old stream still speaks for invoice %s", u.ID)
			}
		}
		s.gone(connectors.Unseen{Stream: "2025", Kind: ledger.KindInvoice, ID: "F1"})
		if n := len(s.of("C1").Invoices); n != 1 {
			t.Errorf("a stream deleted what another one shows")
		}
		unseen, err = db.Unseen(t.Context(), s.company, s.connection, "2026", connectors.All, never)
		if err != nil {
			t.Fatal(err)
		}
		want := []connectors.Unseen{{Stream: "2026", Kind: ledger.KindInvoice, ID: "F1", Customer: "C1", Items: []string{"F1#1"}}}
		if diff := cmp.Diff(want, unseen); diff != "" {
			t.Errorf("unseen (-want +got):\n%s", diff)
		}
	})
}

func TestQuarantineHoldsUntilItReadsWell(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		bad := ledger.Quarantined{ID: "P1", Kind: ledger.KindPayment, Customer: "C1", Money: true, Reason: "line 3, Credit: “12O,00” is not an amount", Seen: "fec.txt line 3"}
		if got := s.put(connectors.Page{Quarantined: []ledger.Quarantined{bad}}); got != (connectors.Counts{Quarantined: 1}) {
			t.Errorf("counts: got %+v", got)
		}
		a := s.of("C1")
		if len(a.Doubtful) != 1 || len(a.Payments) != 1 {
			t.Fatalf("got %d doubtful and %d payments, want 1 and 1: what was read before stays", len(a.Doubtful), len(a.Payments))
		}
		if err := db.Settle(t.Context(), s.company, a.Doubtful[0].ID, "checked by hand", "owner"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{a.Doubtful[0].ID}, s.of("C1").Released); diff != "" {
			t.Errorf("released (-want +got):\n%s", diff)
		}
		bad.Reason = "line 3, Credit: empty"
		s.put(connectors.Page{Quarantined: []ledger.Quarantined{bad}})
		if got := s.of("C1").Released; len(got) != 0 {
			t.Errorf("a person's word about another fault still counts: %v", got)
		}
		s.clean()
		s.put(connectors.Page{Payments: books().Payments})
		if a := s.of("C1"); len(a.Doubtful) != 0 {
			t.Errorf("it was read well and is still doubtful: %+v", a.Doubtful)
		}
		if len(s.dirty()) != 1 {
			t.Errorf("the customer has not moved")
		}
	})
}

func TestUnreadableMoneyOfNobodyHoldsTheCompany(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		before, err := db.Versions(t.Context(), s.company, "x")
		if err != nil {
			t.Fatal(err)
		}
		s.put(connectors.Page{Quarantined: []ledger.Quarantined{{ID: "Q", Kind: ledger.KindBankLine, Money: true, Reason: "entry 4 has no amount"}}})
		after, err := db.Versions(t.Context(), s.company, "x")
		if err != nil {
			t.Fatal(err)
		}
		if after.Company <= before.Company {
			t.Errorf("the company's version did not rise: %d, then %d", before.Company, after.Company)
		}
		found, err := db.Findings(t.Context(), s.company)
		if err != nil || len(found) != 1 || found[0].Text != "entry 4 has no amount" || !found[0].Holds || found[0].Customer != "" || found[0].ReleasedBy != "" {
			t.Fatalf("findings: got %+v, %v", found, err)
		}
		if err := db.Settle(t.Context(), s.company, found[0].ID, "not ours", "owner"); err != nil {
			t.Fatal(err)
		}
		if found, err = db.Findings(t.Context(), s.company); err != nil || len(found) != 1 || found[0].ReleasedBy != "owner" {
			t.Errorf("after release: got %+v, %v", found, err)
		}
		if err := db.Settle(t.Context(), s.company, "nothing", "x", "owner"); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("releasing nothing: got %v, want ErrNotFound", err)
		}
	})
}

func TestCrashBetweenPageAndCursorIsImpossible(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := db.PutPages(ctx, s.company, s.connection, connectors.Portion{Pages: []connectors.Page{books()}, Next: "c1"}); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: got %v, want context.Canceled", err)
		}
		cursor, err := db.Cursor(t.Context(), s.company, s.connection)
		if err != nil || cursor != "" || len(s.of("C1").Invoices) != 0 {
			t.Errorf("something of a rolled back portion is there: cursor %q, %v", cursor, err)
		}
		s.portion(s.connection, connectors.Portion{Pages: []connectors.Page{books()}, Next: "c1"})
		if cursor, err = db.Cursor(t.Context(), s.company, s.connection); err != nil || cursor != "c1" {
			t.Errorf("cursor: got %q, %v, want c1", cursor, err)
		}
	})
}

func TestCompaniesDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(books())
		other := &shop{t: t, db: db, clock: clock}
		var err error
		if other.company, err = db.EnsureCompany(t.Context(), "Autre"); err != nil {
			t.Fatal(err)
		}
		other.connection = other.connect("compta", "fec", "999999014")
		if other.connection == s.connection {
			t.Fatal("two companies share a connection")
		}
		if a := other.account(s.uid(ledger.KindCustomer, "C1")); len(a.Records)+len(a.Invoices)+len(a.Payments)+len(a.Settled)+len(a.Contacts) != 0 {
			t.Errorf("another company sees %+v", a)
		}
		m, err := db.Money(t.Context(), other.company)
		if err != nil || len(m.Lines)+len(m.Items)+len(m.Payments)+len(m.Credits)+len(m.Payers) != 0 {
			t.Errorf("another company sees %+v, %v", m, err)
		}
		if _, err := db.Cursor(t.Context(), other.company, s.connection); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("another company's cursor: got %v, want ErrNotFound", err)
		}
	})
}

func TestIdentityRules(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		for _, c := range []struct {
			name, conn, kind, identity string
			refused                    bool
		}{
			{"same again", "compta", "fec", "999999014", false},
			{"cannot be asked now", "compta", "fec", "", false},
			{"known name, new identity", "compta", "fec", "888888888", true},
			{"known identity, new name", "autre", "fec", "999999014", true},
			{"same identity, another kind", "people", "people", "999999014", false},
			{"nothing known yet", "banque", "bank", "", false},
			{"adopted", "banque", "bank", "FR76", false},
			{"adopted and kept", "banque", "bank", "FR77", true},
		} {
			_, err := db.EnsureConnection(t.Context(), s.company, c.conn, c.kind, c.identity)
			if got := errors.Is(err, cache.ErrIdentity); got != c.refused {
				t.Errorf("%s: got %v, want refused=%v", c.name, err, c.refused)
			}
			if c.refused && err != nil && !strings.Contains(err.Error(), "connection rename") {
				t.Errorf("%s: the message names no way out: %v", c.name, err)
			}
		}
		if err := db.RenameConnection(t.Context(), s.company, "compta", "ancienne"); err != nil {
			t.Fatal(err)
		}
		if got := s.connect("ancienne", "fec", "999999014"); got != s.connection {
			t.Errorf("after renaming: got %s, want %s", got, s.connection)
		}
		if fresh := s.connect("compta", "fec", "888888888"); fresh == s.connection {
			t.Errorf("the new books took the old connection's records")
		}
		if err := db.RenameConnection(t.Context(), s.company, "nowhere", "x"); !errors.Is(err, cache.ErrNotFound) {
			t.Errorf("renaming nothing: got %v, want ErrNotFound", err)
		}
		if err := db.RenameConnection(t.Context(), s.company, "banque", "compta"); !errors.Is(err, cache.ErrConflict) {
			t.Errorf("renaming onto a taken name: got %v, want ErrConflict", err)
		}
	})
}
