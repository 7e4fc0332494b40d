package reconcile_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

var day0 = ledger.Date(739_700)

// drawBooks makes a small company whose amounts, days and references collide on
// purpose.
func drawBooks(t *rapid.T) *books {
	b := newBooks()
	for _, name := range []string{"ONE", "TWO", "THREE"} {
		b.customers = append(b.customers, ledger.Customer{ID: name, Name: name})
		b.payers[name] = ledger.UID(name)
	}
	customer := rapid.SampledFrom([]ledger.UID{"ONE", "TWO", "THREE"})
	cents := rapid.SampledFrom([]int64{100, 200, 300, 500, 700, 1200})
	for i := range rapid.IntRange(1, 6).Draw(t, "items") {
		uid := ledger.UID(fmt.Sprintf("I%d", i))
		b.money.Items = append(b.money.Items, reconcile.Target{
			UID: uid, Customer: customer.Draw(t, "customer"), Number: fmt.Sprintf("F2026-010%d", i), Ordinal: 1,
			Due: day0 + ledger.Date(rapid.IntRange(0, 5).Draw(t, "due")), Total: money.New(cents.Draw(t, "total"), "EUR"),
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "credits") {
		b.money.Credits = append(b.money.Credits, reconcile.CreditRecord{
			UID: ledger.UID(fmt.Sprintf("C%d", i)), Customer: customer.Draw(t, "customer"),
			Credit: ledger.Credit{Number: fmt.Sprintf("A2026-000%d", i), Day: day0, Amount: money.New(cents.Draw(t, "credit"), "EUR"), Text: drawText(t)},
		})
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "payments") {
		b.drawPayment(t, i, customer.Draw(t, "customer"), cents.Draw(t, "paid"))
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "lines") {
		b.money.Lines = append(b.money.Lines, drawLine(t, i, cents.Draw(t, "line")))
	}
	return b
}

func drawText(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "VIR", "F2026-0100", "F2026-0101", "F2026 0100 F2026 0102", "F2026-0103 MOINS A2026-0000", "F2026-0104/F2026-0105", "LOYER 04 2026"}).Draw(t, "text")
}

func drawDay(t *rapid.T) ledger.Date { return day0 + ledger.Date(rapid.IntRange(0, 20).Draw(t, "day")) }

func (b *books) drawPayment(t *rapid.T, i int, customer ledger.UID, minor int64) {
	uid := ledger.UID(fmt.Sprintf("P%d", i))
	back := rapid.IntRange(0, 5).Draw(t, "back") == 0
	if back {
		minor = -minor
	}
	p := ledger.Payment{Day: drawDay(t), Amount: money.New(minor, "EUR"), Text: drawText(t), Method: rapid.SampledFrom([]string{"", "bank", "cheque"}).Draw(t, "method")}
	b.money.Payments = append(b.money.Payments, reconcile.PaymentRecord{UID: uid, Customer: customer, Payment: p})
	if back || rapid.Bool().Draw(t, "unlettered") {
		return
	}
	for _, item := range b.money.Items {
		if open := b.open(item.UID).Minor(); item.Customer == customer && open > 0 && minor > 0 {
			x := min(open, minor)
			minor -= x
			b.money.Settled = append(b.money.Settled, reconcile.Settlement{
				UID: "T" + uid + item.UID, FromKind: ledger.KindPayment, From: uid, Item: item.UID, Customer: customer,
				Amount: money.New(x, "EUR"), By: reconcile.ByTool, Day: p.Day,
			})
		}
	}
}

func drawLine(t *rapid.T, i int, minor int64) reconcile.LineRecord {
	l := ledger.BankLine{
		Account: "OURS", Day: drawDay(t), Amount: money.New(minor, "EUR"), Text: drawText(t),
		Payer:    rapid.SampledFrom([]string{"", "ONE", "TWO", "STRANGER"}).Draw(t, "payer"),
		EndToEnd: rapid.SampledFrom([]string{"", "", "E2E001", "E2E002"}).Draw(t, "e2e"),
	}
	switch rapid.IntRange(0, 9).Draw(t, "sort") {
	case 0, 1:
		l.Amount, l.Return = l.Amount.Neg(), "AM04"
	case 2:
		l.Amount, l.Reversal = l.Amount.Neg(), true
	case 3:
		l.Pending = true
	case 4:
		l.Doubt = "edge"
	case 5:
		l.Amount = l.Amount.Neg()
	}
	return reconcile.LineRecord{UID: ledger.UID(fmt.Sprintf("L%d", i)), Line: l}
}

// check runs Match to the end and tests what must hold after it.
func check(t *rapid.T, b *books) {
	m := reconcile.Match(b.input(), b.settings)
	in := b.input()
	in.Lines = rapid.Permutation(in.Lines).Draw(t, "lines in another order")
	in.Payments = rapid.Permutation(in.Payments).Draw(t, "payments in another order")
	in.Items = rapid.Permutation(in.Items).Draw(t, "items in another order")
	in.Settled = rapid.Permutation(in.Settled).Draw(t, "settlements in another order")
	if got, want := b.tell(reconcile.Match(in, b.settings)), b.tell(m); got != want {
		t.Fatalf("another order gives\n%s\ninstead of\n%s", got, want)
	}
	told := b.tell(m)
	b.apply(m)
	if again := reconcile.Match(b.input(), b.settings); len(again.Pairings)+len(again.Settlements)+len(again.Reopened) > 0 {
		t.Fatalf("first\n%s\na second run adds\n%s", told, b.tell(again))
	}
	soundness(t, b)
}

func soundness(t *rapid.T, b *books) {
	used := map[ledger.UID]int64{}
	for _, s := range b.money.Settled {
		used[s.From] += s.Amount.Minor()
	}
	within := func(uid ledger.UID, amount int64) {
		if u := used[uid]; amount >= 0 && (u < 0 || u > amount) || amount < 0 && (u > 0 || u < amount) {
			t.Fatalf("%s: %d used of %d", uid, u, amount)
		}
	}
	for _, l := range b.money.Lines {
		within(l.UID, l.Line.Amount.Minor())
	}
	for _, p := range b.money.Payments {
		within(p.UID, p.Payment.Amount.Minor())
	}
	for _, c := range b.money.Credits {
		within(c.UID, c.Credit.Amount.Minor())
	}
	for _, i := range b.money.Items {
		if open := b.open(i.UID).Minor(); open < 0 || open > i.Total.Minor() {
			t.Fatalf("%s: %d open of %s", i.UID, open, i.Total)
		}
	}
}

// Whatever the facts: cents are conserved, nothing is paid beyond its total,
// order does not matter, and a second run adds nothing.
func TestMatchIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { check(t, drawBooks(t)) })
}

// Facts that arrive in two portions keep the same promises.
func TestMatchIsSoundWhenFactsGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		whole := b.input()
		n := rapid.IntRange(0, len(whole.Lines)).Draw(t, "lines at first")
		p := rapid.IntRange(0, len(whole.Payments)).Draw(t, "payments at first")
		b.money.Lines, b.money.Payments = whole.Lines[:n:n], whole.Payments[:p:p]
		var later []reconcile.Settlement
		b.money.Settled = nil
		for _, s := range whole.Settled {
			early := false
			for _, r := range b.money.Payments {
				early = early || r.UID == s.From
			}
			if early {
				b.money.Settled = append(b.money.Settled, s)
			} else {
				later = append(later, s)
			}
		}
		check(t, b)
		b.money.Lines = append(b.money.Lines, whole.Lines[n:]...)
		b.money.Payments = append(b.money.Payments, whole.Payments[p:]...)
		b.money.Settled = append(b.money.Settled, later...)
		check(t, b)
	})
}

// One cent more received never makes anybody owe more, as long as nothing goes
// back: which payment a return undoes hangs on its amount. Credits are left out:
// netted or loose they are the customer's.
func TestOneCentMoreNeverOwesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		b.money.Credits = nil
		b.money.Lines = slices.DeleteFunc(b.money.Lines, func(r reconcile.LineRecord) bool { return r.Line.Amount.Sign() < 0 })
		b.money.Payments = slices.DeleteFunc(b.money.Payments, func(r reconcile.PaymentRecord) bool { return r.Payment.Amount.Sign() < 0 })
		more := b.clone()
		raised := false
		for i := range more.money.Lines {
			l := &more.money.Lines[i].Line
			if l.Amount.Sign() > 0 && l.Doubt == "" && !l.Pending && !raised {
				l.Amount, raised = money.New(l.Amount.Minor()+1, "EUR"), true
			}
		}
		m, n := reconcile.Match(b.input(), b.settings), reconcile.Match(more.input(), more.settings)
		t.Logf("before\n%swith a cent more\n%s", b.tell(m), more.tell(n))
		b.apply(m)
		more.apply(n)
		for _, i := range b.money.Items {
			if got, was := more.open(i.UID).Minor(), b.open(i.UID).Minor(); got > was {
				t.Fatalf("%s: %d open with a cent more, %d before", i.UID, got, was)
			}
		}
	})
}

// A payment that comes back leaves everything as if it had never come, but for
// the episode.
func TestReturnRestores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		b.apply(reconcile.Match(b.input(), b.settings))
		before := map[ledger.UID]int64{}
		for _, i := range b.money.Items {
			before[i.UID] = b.open(i.UID).Minor()
		}
		l := ledger.BankLine{Account: "OURS", Day: day0 + 21, Amount: money.New(99_999, "EUR"), Text: drawText(t), EndToEnd: "E2E999"}
		b.money.Lines = append(b.money.Lines, reconcile.LineRecord{UID: "LX", Line: l})
		m := reconcile.Match(b.input(), b.settings)
		t.Logf("payment\n%s", b.tell(m))
		b.apply(m)
		l.Day, l.Amount, l.Return, l.Text = l.Day+2, l.Amount.Neg(), "AM04", "REJET"
		b.money.Lines = append(b.money.Lines, reconcile.LineRecord{UID: "LY", Line: l})
		m = reconcile.Match(b.input(), b.settings)
		t.Logf("return\n%s", b.tell(m))
		b.apply(m)
		reopened := map[ledger.UID]bool{}
		for _, item := range m.Reopened {
			reopened[item] = true
		}
		var netted int64 // a credit named beside it stays where it was put
		for _, s := range b.money.Settled {
			if s.FromKind == ledger.KindCredit {
				netted += s.Amount.Minor()
			}
		}
		for _, i := range b.money.Items {
			open := b.open(i.UID).Minor()
			if open != before[i.UID] && netted == 0 {
				t.Fatalf("%s: %d open after the return, %d before the payment", i.UID, open, before[i.UID])
			}
			if open > 0 && before[i.UID] == open && !reopened[i.UID] && b.touched("LX", i.UID) {
				t.Fatalf("%s was settled and is open again, but not reopened", i.UID)
			}
		}
	})
}

func (b *books) touched(from, item ledger.UID) bool {
	for _, s := range b.money.Settled {
		if s.From == from && s.Item == item {
			return true
		}
	}
	return false
}
