package policy_test

import (
	"fmt"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// BenchmarkDecide decides on 300,000 open items of 100,000 customers: a third
// not due, the rest overdue with one or two messages, one customer in ten with
// a hold, one in twenty with loose money.
func BenchmarkDecide(b *testing.B) {
	r := rules(b)
	r.Today = day(b, "2026-04-20")
	r.Fresh.Until = r.Today - 1
	cases := make([]policy.Case, 100_000)
	for i := range cases {
		cases[i] = benchCase(i, r.Today)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		for i := range cases {
			policy.Decide(cases[i], r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/300_000, "ns/item")
}

func benchCase(i int, today ledger.Date) policy.Case {
	customer := ledger.UID(fmt.Sprintf("%016x", i))
	c := policy.Case{Company: "company", Customer: ledger.Customer{ID: string(customer), Kind: ledger.KindBusiness, Address: []string{"1 rue de l'Essai"}}}
	c.Contacts = []ledger.Contact{{Role: ledger.RolePays, Mail: "compta@exemple.example"}}
	c.Position.Customer = customer
	m := ledger.Message{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs, Day: today - ledger.Date(1+i%30)}
	for j := range 3 {
		it := benchItem(i, j, today+ledger.Date(10-30*j-i%50))
		c.Position.Items = append(c.Position.Items, it)
		m.Items = append(m.Items, ledger.MessageItem{Item: string(it.UID), Step: "rappel", Severity: ledger.Friendly, Episode: 1})
	}
	if i%3 > 0 {
		c.History = append(c.History, m)
	}
	if i%3 == 2 {
		m.Day -= 10
		c.History = append(c.History, m)
	}
	if i%10 == 0 {
		c.Holds = []ledger.Hold{{Kind: ledger.HoldDispute, Item: c.Position.Items[1].UID, Reason: "wrong quantity"}}
	}
	if i%20 == 0 {
		c.Position.Loose = append(c.Position.Loose, reconcile.Loose{UID: "L", Amount: money.New(5000, money.EUR), Day: today - 3})
	}
	return c
}

func benchItem(i, j int, due ledger.Date) reconcile.Item {
	return reconcile.Item{
		UID: ledger.UID(fmt.Sprintf("%08x%08x", i, j)), Number: fmt.Sprintf("F%07d", 3*i+j), Ordinal: 1, Parts: 1, Episode: 1,
		Issued: due - 30, Due: due, Total: money.New(120000, money.EUR), Open: money.New(int64(1000+i%90000), money.EUR),
	}
}
