package reconcile_test

import (
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

func eur(minor int64) money.Amount { return money.New(minor, "EUR") }

// told is one connection's invoice of 100.00 with one item.
func told(connection ledger.UID, source int, uid ledger.UID, number string, open *money.Amount) reconcile.InvoiceRecord {
	return reconcile.InvoiceRecord{
		Connection: connection, Source: source, UID: "inv-" + uid,
		Invoice: ledger.Invoice{ID: "remote-" + string(uid), Number: number, Total: eur(10_000), Items: []ledger.Item{{ID: "r-" + string(uid), Ordinal: 1, Due: 700_000, Total: eur(10_000), Open: open}}},
		Items:   []reconcile.ItemRecord{{UID: uid}},
	}
}

func only(t *testing.T, p reconcile.Position) reconcile.Item {
	t.Helper()
	if len(p.Items) != 1 {
		t.Fatalf("got %d items, want 1: %+v", len(p.Items), p.Items)
	}
	return p.Items[0]
}

func TestFirstSourceSpeaksOthersConfirm(t *testing.T) {
	a := reconcile.Account{Customer: "C", Invoices: []reconcile.InvoiceRecord{
		told("fec", 1, "b", "f2026 0101", nil), told("dolibarr", 0, "a", "F2026-0101", nil),
	}}
	p, findings := reconcile.Reconcile(a, reconcile.Settings{})
	if it := only(t, p); it.UID != "a" || it.Open != eur(10_000) || len(it.Doubts) > 0 || len(findings) > 0 {
		t.Errorf("two that agree: got %+v, %+v", it, findings)
	}
	// The second tool has booked 40.00 that the first has not.
	a.Settled = []reconcile.Settlement{{UID: "s", FromKind: ledger.KindPayment, From: "P", Item: "b", Amount: eur(4000), By: reconcile.ByTool}}
	p, findings = reconcile.Reconcile(a, reconcile.Settings{})
	it := only(t, p)
	if it.Open != eur(10_000) || len(it.Doubts) != 1 || it.Doubts[0].Code != string(ledger.FindingOpenDiffers) || len(findings) != 1 {
		t.Fatalf("two that differ: got %+v, %+v", it, findings)
	}
	a.Released = []string{findings[0].ID}
	if p, findings = reconcile.Reconcile(a, reconcile.Settings{}); len(only(t, p).Doubts) > 0 || len(findings) > 0 {
		t.Errorf("after release: got %+v, %+v", p, findings)
	}
	// Other facts are another finding.
	a.Settled[0].Amount = eur(5000)
	if p, _ = reconcile.Reconcile(a, reconcile.Settings{}); len(only(t, p).Doubts) != 1 {
		t.Errorf("a release covers facts it was not given for: %+v", p)
	}
}

func TestInvoicesThatAreNotOne(t *testing.T) {
	other := told("dolibarr", 0, "b", "F2026-0101", nil)
	usd := told("fec", 1, "c", "F2026-0101", nil)
	usd.Invoice.Total, usd.Invoice.Items[0].Total = money.New(10_000, "USD"), money.New(10_000, "USD")
	p, _ := reconcile.Reconcile(reconcile.Account{Customer: "C", Invoices: []reconcile.InvoiceRecord{told("dolibarr", 0, "a", "F2026-0101", nil), other, usd}}, reconcile.Settings{})
	if len(p.Items) != 3 {
		t.Errorf("one number twice in one tool and once in another currency: got %d items, want 3", len(p.Items))
	}
}

func TestOneLinkedItemIsNotPaidTwice(t *testing.T) {
	// Two tools tell the same invoice under one UID and the same payment of 40.00.
	first, second := told("dolibarr", 0, "a", "F1-2026", nil), told("fec", 1, "a", "F1-2026", nil)
	pay := func(uid, connection ledger.UID) reconcile.PaymentRecord {
		return reconcile.PaymentRecord{UID: uid, Connection: connection, Customer: "C", Payment: ledger.Payment{Day: 1, Amount: eur(4000)}}
	}
	tool := func(uid, from ledger.UID) reconcile.Settlement {
		return reconcile.Settlement{UID: uid, FromKind: ledger.KindPayment, From: from, Item: "a", Customer: "C", Amount: eur(4000), By: reconcile.ByTool, Day: 1}
	}
	p, _ := reconcile.Reconcile(reconcile.Account{
		Customer: "C", Invoices: []reconcile.InvoiceRecord{first, second},
		Payments: []reconcile.PaymentRecord{pay("p1", "dolibarr"), pay("p2", "fec")}, Settled: []reconcile.Settlement{tool("s1", "p1"), tool("s2", "p2")},
	}, reconcile.Settings{})
	if got := only(t, p).Open; got != eur(6000) {
		t.Errorf("got %s open, want 60.00", got)
	}
}

func TestDraftsAndStatedOpen(t *testing.T) {
	draft := told("dolibarr", 0, "d", "F3", nil)
	draft.Invoice.Draft = true
	p, _ := reconcile.Reconcile(reconcile.Account{
		Customer: "C", Invoices: []reconcile.InvoiceRecord{
			draft, told("dolibarr", 0, "a", "F1", new(eur(2500))), told("dolibarr", 0, "b", "F2", new(eur(0))),
		},
		Settled: []reconcile.Settlement{{UID: "s", FromKind: ledger.KindBankLine, From: "L", Item: "a", Amount: eur(500), By: reconcile.ByNumber, Day: 7}},
	}, reconcile.Settings{})
	if it := only(t, p); it.UID != "a" || it.Open != eur(2000) || it.Paid != 7 {
		t.Errorf("got %+v, want a with 20.00 open", it)
	}
}

func TestDoubtsHoldWhatTheyName(t *testing.T) {
	a := reconcile.Account{
		Customer: "C", Invoices: []reconcile.InvoiceRecord{told("fec", 0, "a", "F1", nil), told("fec", 0, "b", "F2", nil), told("fec", 0, "z", "F3", new(eur(0)))},
		Findings: []ledger.Finding{
			{ID: "f1", Kind: ledger.FindingSameNumber, Item: "r-a", Holds: true},
			{ID: "f2", Kind: ledger.FindingUnconfirmed, Invoice: "inv-b", Holds: true},
			{ID: "f3", Kind: ledger.FindingGap, Item: "never seen", Holds: true},
			{ID: "f4", Kind: ledger.FindingGap, Holds: false},
			{ID: "f5", Kind: ledger.FindingSameNumber, Item: "z", Holds: true},
			{ID: "f6", Kind: ledger.FindingOwnIBAN, Holds: true},
			{ID: "f7", Kind: ledger.FindingTwins, Holds: true},
		},
		Doubtful:  []ledger.Quarantined{{ID: "q1", Money: true, Reason: "line 12: day"}, {ID: "q2", Reason: "a contact"}},
		Suggested: []reconcile.Suggestion{{From: "L", Customer: "C", Items: []ledger.UID{"b"}, Amount: eur(5), Day: 9}, {From: "M", Customer: "C", Amount: eur(6), Day: 9}},
		Released:  []string{"f7"},
	}
	p, _ := reconcile.Reconcile(a, reconcile.Settings{})
	got := ""
	for _, it := range p.Items {
		got += string(it.UID) + doubts(it.Doubts) + " "
	}
	got += "C" + doubts(p.Doubts)
	since := " since " + ledger.Date(9).String()
	if want := "a [same-number] b [suggested" + since + ", unconfirmed] C [gap, own-iban, quarantine, suggested" + since + "]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCreditsToldTwiceCountOnce(t *testing.T) {
	credit := func(uid, connection ledger.UID, number string) reconcile.CreditRecord {
		return reconcile.CreditRecord{UID: uid, Connection: connection, Customer: "C", Credit: ledger.Credit{Number: number, Day: 5, Amount: eur(640)}}
	}
	p, _ := reconcile.Reconcile(reconcile.Account{
		Customer: "C", Records: []reconcile.CustomerRecord{{Connection: "dolibarr"}, {Connection: "fec"}},
		Credits: []reconcile.CreditRecord{credit("c2", "fec", "a2026 0001"), credit("c1", "dolibarr", "A2026-0001"), credit("c3", "fec", "A2026-0002"), credit("c4", "fec", "A2026-0002")},
	}, reconcile.Settings{})
	var got []ledger.UID
	for _, l := range p.Loose {
		got = append(got, l.UID)
	}
	if want := "c1 + c3 + c4"; join(got) != want {
		t.Errorf("got %s, want %s", join(got), want)
	}
}

func TestResidueBounds(t *testing.T) {
	s := reconcile.Settings{ResidueRatio: [2]int64{2, 100}, ResidueMax: 2000}
	for _, tc := range []struct {
		name        string
		total, paid int64
		kind        ledger.Kind
		want        bool
	}{
		{"two per cent", 10_000, 9800, ledger.KindPayment, true},
		{"a cent more", 10_000, 9799, ledger.KindPayment, false},
		{"twenty euros", 1_000_000, 998_000, ledger.KindBankLine, true},
		{"a cent over twenty", 1_000_000, 997_999, ledger.KindBankLine, false},
		{"a credit is no payment", 10_000, 9800, ledger.KindCredit, false},
		{"no payment", 100, 0, ledger.KindPayment, false},
	} {
		r := told("fec", 0, "a", "F1", nil)
		r.Invoice.Items[0].Total = eur(tc.total)
		a := reconcile.Account{Customer: "C", Invoices: []reconcile.InvoiceRecord{r}}
		if tc.paid > 0 {
			a.Settled = []reconcile.Settlement{{UID: "s", FromKind: tc.kind, From: "x", Item: "a", Amount: eur(tc.paid), By: reconcile.ByTool, Day: 1}}
		}
		p, findings := reconcile.Reconcile(a, s)
		if got := len(p.Residues) == 1; got != tc.want || got != (len(findings) == 1) || got != (len(only(t, p).Doubts) == 1) {
			t.Errorf("%s: got %+v, %+v, want a residue: %t", tc.name, p, findings, tc.want)
		}
	}
}

func TestNobodyIsAskedForMoreThanTheTotal(t *testing.T) {
	// What we undid has since been dropped by the tool, and Match has not run yet.
	a := reconcile.Account{
		Customer: "C", Invoices: []reconcile.InvoiceRecord{told("fec", 0, "a", "F1", nil)},
		Settled: []reconcile.Settlement{{UID: "u", FromKind: ledger.KindBankLine, From: "L", Item: "a", Amount: eur(-10_000), By: reconcile.ByReturn, Undoes: "dropped", Day: 1}},
	}
	p, _ := reconcile.Reconcile(a, reconcile.Settings{})
	if got := only(t, p).Open; got != eur(10_000) {
		t.Errorf("got %s open of 100.00", got)
	}
}
