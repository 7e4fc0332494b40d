package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// bigCompany has open items and loose lines: half name their invoice in full,
// a quarter comes from payers nobody knows, the rest from known ones; a few are
// deposits, and subscriptions of one price make amounts collide. booked payments
// wait for a line.
func bigCompany(items, lines, booked int) reconcile.Money {
	r := rand.New(rand.NewPCG(7, 7))
	m := reconcile.Money{Payers: map[string]ledger.UID{}}
	price := func() money.Amount {
		if r.IntN(5) == 0 {
			return money.New(2990, "EUR")
		}
		return money.New(500+r.Int64N(1_000_000), "EUR")
	}
	for i := range items {
		customer := ledger.UID(fmt.Sprintf("C%05d", r.IntN(items/5+1)))
		m.Payers["NAME"+string(customer)] = customer
		total := price()
		m.Items = append(m.Items, reconcile.Target{
			UID: ledger.UID(fmt.Sprintf("item%08d", i)), Customer: customer, Number: fmt.Sprintf("FA%02d-%07d", 10+i%17, i),
			Ordinal: 1, Due: day0 + ledger.Date(r.IntN(300)), Total: total, Open: total,
		})
	}
	for i := range lines {
		t := m.Items[r.IntN(items)]
		l := ledger.BankLine{Account: "FR7699999000010000001234537", Day: day0 + ledger.Date(r.IntN(300)), Amount: t.Total, EndToEnd: fmt.Sprintf("E2E%06d", i)}
		switch r.IntN(8) {
		case 0, 1, 2, 3:
			l.Text, l.Payer = "VIREMENT SEPA REF "+t.Number+" MERCI", "NAME "+string(t.Customer)
		case 4, 5:
			l.Text, l.Payer = "virement de quelqu'un", "inconnu au bataillon"
		case 6:
			l.Text, l.Payer = "acompte été", "name "+string(t.Customer)
		default:
			l.Text, l.Amount = "REMISE 2 CHEQUES", price()
		}
		m.Lines = append(m.Lines, reconcile.LineRecord{UID: ledger.UID(fmt.Sprintf("line%08d", i)), Line: l})
	}
	for i := range booked {
		l := m.Lines[r.IntN(lines)].Line
		m.Payments = append(m.Payments, reconcile.PaymentRecord{
			UID: ledger.UID(fmt.Sprintf("pay%08d", i)), Customer: m.Items[r.IntN(items)].Customer,
			Payment: ledger.Payment{Day: l.Day, Amount: l.Amount, Text: l.Text, Reference: "RLV2604"},
		})
	}
	return m
}

func BenchmarkMatch(b *testing.B) {
	for _, size := range []struct{ items, lines, booked int }{{1000, 200, 100}, {100_000, 10_000, 0}, {100_000, 10_000, 10_000}} {
		b.Run(fmt.Sprintf("items=%d/lines=%d/booked=%d", size.items, size.lines, size.booked), func(b *testing.B) {
			m := bigCompany(size.items, size.lines, size.booked)
			s := reconcile.Settings{OwnName: "Nous", OwnAccounts: []string{"FR7699999000010000001234537"}}
			b.ReportAllocs()
			var got reconcile.Matched
			for b.Loop() {
				got = reconcile.Match(m, s)
			}
			b.ReportMetric(float64(len(got.Settlements)), "settlements")
			b.ReportMetric(float64(len(got.Suggestions)), "suggestions")
			b.ReportMetric(float64(len(got.Pairings)), "pairings")
		})
	}
}

// The worst a bank and a tool can do: everything costs the same.
func BenchmarkMatchAllEqual(b *testing.B) {
	m := bigCompany(50_000, 5000, 5000)
	same := money.New(2990, "EUR")
	for i := range m.Items {
		m.Items[i].Total, m.Items[i].Open = same, same
	}
	for i := range m.Lines {
		m.Lines[i].Line.Amount, m.Lines[i].Line.Text, m.Lines[i].Line.Payer = same, "VIR", ""
		m.Lines[i].Line.Day = day0
	}
	for i := range m.Payments {
		m.Payments[i].Payment.Amount, m.Payments[i].Payment.Text, m.Payments[i].Payment.Day = same, "VIR", day0+ledger.Date(i%40)
	}
	b.ReportAllocs()
	for b.Loop() {
		reconcile.Match(m, reconcile.Settings{})
	}
}

func BenchmarkReconcile(b *testing.B) {
	total := money.New(120_000, "EUR")
	a := reconcile.Account{Customer: "C1", Records: []reconcile.CustomerRecord{{Connection: "fec", Customer: ledger.Customer{Code: "C1", Terms: "30"}}}}
	for i := range 5 {
		uid := ledger.UID(fmt.Sprintf("item%d", i))
		a.Invoices = append(a.Invoices, reconcile.InvoiceRecord{
			Connection: "fec", UID: "inv" + uid,
			Invoice: ledger.Invoice{Number: fmt.Sprintf("F2026-%04d", i), Total: total, Issued: day0, Items: []ledger.Item{{Ordinal: 1, Due: day0, Total: total}}},
			Items:   []reconcile.ItemRecord{{UID: uid}},
		})
	}
	b.Run("items only", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			reconcile.Reconcile(a, reconcile.Settings{})
		}
	})
	a.Payments = []reconcile.PaymentRecord{{UID: "P1", Customer: "C1", Payment: ledger.Payment{Day: day0, Amount: total}}}
	b.Run("with money", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			reconcile.Reconcile(a, reconcile.Settings{})
		}
	})
}
