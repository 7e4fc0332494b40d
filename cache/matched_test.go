package cache_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// unpaid is a page with an open invoice and a bank line that pays it.
func unpaid() connectors.Page {
	return connectors.Page{
		Customers: []ledger.Customer{customer("C1")},
		Invoices:  []ledger.Invoice{invoice("F2026-0110", "C1", "120.00")},
		BankLines: []ledger.BankLine{{ID: "L1", Account: "FR76", Day: date("2026-02-09"), Amount: eur("120.00"), Payer: "SOMEBODY", Text: "F2026-0110"}},
	}
}

// match runs the money stage once and stores what it says.
func (s *shop) match() reconcile.Matched {
	s.t.Helper()
	mark, _, err := s.db.MoneyDirty(s.t.Context(), s.company)
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.db.Money(s.t.Context(), s.company)
	if err != nil {
		s.t.Fatal(err)
	}
	matched := reconcile.Match(m, reconcile.Settings{})
	if err := s.db.PutMatched(s.t.Context(), s.company, matched, mark); err != nil {
		s.t.Fatal(err)
	}
	return matched
}

func TestMatchingIsStoredOnce(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(unpaid())
		if _, dirty, err := db.MoneyDirty(t.Context(), s.company); err != nil || !dirty {
			t.Errorf("new money does not make the money stage look: %v", err)
		}
		s.clean()
		first := s.match()
		if len(first.Settlements) != 1 {
			t.Fatalf("the line names the invoice; settlements: %+v", first.Settlements)
		}
		if _, dirty, err := db.MoneyDirty(t.Context(), s.company); err != nil || dirty {
			t.Errorf("still dirty after matching: %v", err)
		}
		if len(s.dirty()) != 1 {
			t.Errorf("moved: %v, want the customer", s.dirty())
		}
		a := s.of("C1")
		if got := settled(a, s.uid(ledger.KindItem, "F2026-0110#1")); got != "120.00" || len(a.Lines) != 1 {
			t.Errorf("settled %s by %d lines, want 120.00 by one", got, len(a.Lines))
		}
		s.clean()
		mark, _, _ := db.MoneyDirty(t.Context(), s.company)
		if err := db.PutMatched(t.Context(), s.company, first, mark); err != nil {
			t.Fatal(err)
		}
		if len(s.dirty()) != 0 || count(t, s, "") != 1 {
			t.Errorf("stored twice: moved %v, %d rows", s.dirty(), count(t, s, ""))
		}
		if again := s.match(); len(again.Settlements)+len(again.Pairings)+len(again.Reopened) != 0 {
			t.Errorf("matching its own result adds %+v", again)
		}
	})
}

func TestReturnedPaymentReopensOnce(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := unpaid()
		page.BankLines[0].EndToEnd = "E2E-7"
		s.put(page)
		s.match()
		back := ledger.BankLine{ID: "L2", Account: "FR76", Day: date("2026-02-20"), Amount: eur("-120.00"), EndToEnd: "E2E-7", Return: "AM04", Text: "REJET"}
		s.put(connectors.Page{BankLines: []ledger.BankLine{back}})
		m := s.match()
		if len(m.Reopened) != 1 {
			t.Fatalf("reopened: %v, want the item; %+v", m.Reopened, m)
		}
		mark, _, _ := db.MoneyDirty(t.Context(), s.company)
		if err := db.PutMatched(t.Context(), s.company, m, mark); err != nil { // told twice after a crash
			t.Fatal(err)
		}
		a := s.of("C1")
		if got := a.Invoices[0].Items[0].Episode; got != 2 {
			t.Errorf("episode: got %d, want 2", got)
		}
		position, _ := reconcile.Reconcile(a, reconcile.Settings{})
		if len(position.Items) != 1 || position.Items[0].Open != eur("120.00") || position.Items[0].Episode != 2 {
			t.Errorf("position: got %+v, want 120.00 open again", position.Items)
		}
		if again := s.match(); len(again.Settlements)+len(again.Reopened) != 0 {
			t.Errorf("matching its own result adds %+v", again)
		}
	})
}

func TestPairingEndsWhenAnAmountChanges(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		page := books()
		page.BankLines = []ledger.BankLine{{ID: "L1", Account: "FR76", Day: date("2026-02-09"), Amount: eur("120.00"), Payer: "Client C1", Text: "VIR P1"}}
		s.put(page)
		m := s.match()
		if len(m.Pairings) != 1 {
			t.Fatalf("pairings: %+v, want one", m)
		}
		line := s.uid(ledger.KindBankLine, "L1")
		if got := s.of("C1").Payments[0].Line; got != line {
			t.Errorf("the payment's line: got %q, want %s", got, line)
		}
		if a := s.of("C1"); len(a.Lines) != 1 || len(a.Lines[0].Payments) != 1 {
			t.Errorf("lines: got %+v, want the one it is paired with", a.Lines)
		}
		s.put(connectors.Page{Payments: []ledger.Payment{payment("P1", "C1", "119.00")}})
		if got := s.of("C1").Payments[0].Line; got != "" {
			t.Errorf("after the amount changed the payment is still paired with %s", got)
		}
		s.put(connectors.Page{Payments: []ledger.Payment{payment("P1", "C1", "120.00")}})
		s.match()
		if got := s.of("C1").Payments[0].Line; got != line {
			t.Errorf("paired anew: got %q, want %s", got, line)
		}
		s.gone(connectors.Unseen{Kind: ledger.KindBankLine, ID: "L1"})
		if got := s.of("C1").Payments[0].Line; got != "" {
			t.Errorf("after the line vanished the payment is still paired with %s", got)
		}
	})
}

func TestSuggestionsFollowWhatTheStageSees(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.put(unpaid())
		s.clean()
		c1 := s.uid(ledger.KindCustomer, "C1")
		suggestion := reconcile.Suggestion{
			From: "x", FromKind: ledger.KindBankLine, Customer: c1, Items: []ledger.UID{s.uid(ledger.KindItem, "F2026-0110#1")}, Amount: eur("120.00"),
			Day: date("2026-02-09"), Why: "equal amount",
		}
		finding := ledger.Finding{ID: "0123456789abcdef", Kind: ledger.FindingEqualAmount, Customer: string(c1), Holds: true, Text: "who paid?"}
		store := func(m reconcile.Matched) {
			if err := db.PutMatched(t.Context(), s.company, m, 7); err != nil {
				t.Fatal(err)
			}
		}
		store(reconcile.Matched{Suggestions: []reconcile.Suggestion{suggestion}, Findings: []ledger.Finding{finding}})
		a := s.account(c1)
		if diff := cmp.Diff([]reconcile.Suggestion{suggestion}, a.Suggested, cmp.AllowUnexported(money.Amount{})); diff != "" {
			t.Errorf("suggested (-want +got):\n%s", diff)
		}
		if len(a.Findings) != 1 || a.Findings[0].ID != finding.ID {
			t.Errorf("findings: got %+v", a.Findings)
		}
		if err := db.Settle(t.Context(), s.company, finding.ID, "he did", "owner"); err != nil {
			t.Fatal(err)
		}
		s.clean()
		store(reconcile.Matched{Suggestions: []reconcile.Suggestion{suggestion}, Findings: []ledger.Finding{finding}})
		if len(s.dirty()) != 0 {
			t.Errorf("the same again moved %v", s.dirty())
		}
		if got := s.account(c1).Released; len(got) != 1 {
			t.Errorf("released: got %v, want it to stay", got)
		}
		store(reconcile.Matched{})
		if a := s.account(c1); len(a.Suggested)+len(a.Findings) != 0 || len(s.dirty()) != 1 {
			t.Errorf("what is no longer seen still holds: %+v, moved %v", a, s.dirty())
		}
	})
}

func TestPayersAreKnownByNameAndAccount(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		twin, other := customer("C3"), customer("C2")
		twin.Name = "client c2"
		c1 := customer("C1")
		c1.IBANs = []string{"DE89 3704 0044 0532 0130 00"}
		s.put(connectors.Page{Customers: []ledger.Customer{c1, other, twin}}, connectors.Page{BankLines: books().BankLines})
		m, err := db.Money(t.Context(), s.company)
		if err != nil {
			t.Fatal(err)
		}
		uid := s.uid(ledger.KindCustomer, "C1")
		if diff := cmp.Diff(map[string]ledger.UID{"CLIENTC1": uid, "DE89370400440532013000": uid}, m.Payers); diff != "" {
			t.Errorf("payers (-want +got):\n%s", diff)
		}
		if m.Lines[0].Customer != uid {
			t.Errorf("the line's customer by its account: got %q, want %s", m.Lines[0].Customer, uid)
		}
		if n := len(s.of("C1").Lines); n != 1 {
			t.Errorf("the account has %d lines, want the one from its bank account", n)
		}
	})
}

func TestOnesMoneyOnAnothersItem(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		c1, c2 := customer("C1"), customer("C2")
		c1.IBANs = []string{"DE89370400440532013000"}
		s.put(connectors.Page{
			Customers: []ledger.Customer{c1, c2}, Invoices: []ledger.Invoice{invoice("F1", "C1", "10.00"), invoice("F2", "C2", "20.00"), invoice("F3", "C2", "120.00")},
			Payments: []ledger.Payment{payment("P1", "C1", "30.00")}, BankLines: books().BankLines,
			Allocations: []ledger.Allocation{
				allocation("A1", "P1", "F1#1", "10.00"), allocation("A2", "P1", "F2#1", "20.00"),
				{ID: "A3", FromKind: ledger.KindBankLine, From: "L1", Item: "F3#1", Amount: eur("120.00"), Day: date("2026-02-10")},
			},
		})
		u1, u2 := s.uid(ledger.KindCustomer, "C1"), s.uid(ledger.KindCustomer, "C2")
		together, err := db.Accounts(t.Context(), s.company, []ledger.UID{u1, u2})
		if err != nil {
			t.Fatal(err)
		}
		apart := []reconcile.Account{s.account(u1), s.account(u2)}
		for i, want := range []map[string]string{{"F1#1": "10.00", "F2#1": "20.00", "F3#1": "120.00"}, {"F2#1": "20.00", "F3#1": "120.00"}} {
			for how, a := range map[string]reconcile.Account{"together": together[i], "apart": apart[i]} {
				got := map[string]string{}
				for _, id := range []string{"F1#1", "F2#1", "F3#1"} {
					if sum := settled(a, s.uid(ledger.KindItem, id)); sum != "0.00" {
						got[id] = sum
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("customer %d, %s: settlements (-want +got):\n%s", i+1, how, diff)
				}
			}
			position, _ := reconcile.Reconcile(apart[i], reconcile.Settings{})
			if len(position.Loose) != 0 {
				t.Errorf("customer %d: loose money %+v, want none: all of it is placed", i+1, position.Loose)
			}
		}
	})
}
