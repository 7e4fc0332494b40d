package reconcile_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// books is a small company in memory: it does what the cache does around Match
// and Reconcile. UIDs are the names used in stories.
type books struct {
	settings  reconcile.Settings
	customers []ledger.Customer // ID is the UID
	payers    map[string]ledger.UID
	stated    map[ledger.UID]money.Amount
	issued    map[ledger.UID]ledger.Date
	episodes  map[ledger.UID]int
	money     reconcile.Money
	extra     []ledger.Finding
	released  []string
}

func newBooks() *books {
	return &books{
		settings: reconcile.Settings{
			OwnName: "Atelier des Exemples", OwnAccounts: []string{"FR7699999000010000001234537", "FR7699999000010000006789048"},
			ResidueRatio: [2]int64{2, 100}, ResidueMax: 2000, DefaultTerms: "60",
			Terms: func(written string, issued ledger.Date) (ledger.Date, bool) {
				days, err := strconv.Atoi(written)
				return issued.AddDays(days), err == nil
			},
		},
		payers: map[string]ledger.UID{}, stated: map[ledger.UID]money.Amount{}, issued: map[ledger.UID]ledger.Date{}, episodes: map[ledger.UID]int{},
	}
}

// input is what the cache would hand to Match: fresh slices, items with what is
// open of them.
func (b *books) input() reconcile.Money {
	m := b.money
	m.Lines, m.Payments, m.Credits = slices.Clone(m.Lines), slices.Clone(m.Payments), slices.Clone(m.Credits)
	m.Items, m.Settled = slices.Clone(m.Items), slices.Clone(m.Settled)
	m.Payers = b.payers
	for i := range m.Items {
		m.Items[i].Open = b.open(m.Items[i].UID)
	}
	return m
}

func (b *books) open(uid ledger.UID) money.Amount {
	for _, t := range b.money.Items {
		if t.UID != uid {
			continue
		}
		var stated *money.Amount
		if s, ok := b.stated[uid]; ok {
			stated = &s
		}
		return reconcile.OpenOf(uid, t.Total, stated, b.money.Settled)
	}
	return money.Amount{}
}

// apply stores what Match decided.
func (b *books) apply(m reconcile.Matched) {
	for _, p := range m.Pairings {
		for i := range b.money.Lines {
			if b.money.Lines[i].UID == p.Line {
				b.money.Lines[i].Payments = p.Payments
			}
		}
		for i := range b.money.Payments {
			if slices.Contains(p.Payments, b.money.Payments[i].UID) {
				b.money.Payments[i].Line = p.Line
			}
		}
	}
	b.money.Settled = append(slices.Clone(b.money.Settled), m.Settlements...)
	for _, item := range m.Reopened {
		b.episodes[item]++
	}
}

func (b *books) clone() *books {
	c := *b
	c.money = b.input()
	c.episodes = map[ledger.UID]int{}
	maps.Copy(c.episodes, b.episodes)
	return &c
}

// account is what the cache would hand to Reconcile.
func (b *books) account(customer ledger.UID, m reconcile.Matched) reconcile.Account {
	a := reconcile.Account{Customer: customer, Released: b.released}
	for _, c := range b.customers {
		if ledger.UID(c.ID) == customer {
			a.Records = []reconcile.CustomerRecord{{Connection: "fec", Customer: c}}
		}
	}
	mine := map[ledger.UID]bool{}
	for _, t := range b.money.Items {
		if t.Customer == customer {
			mine[t.UID] = true
			a.Invoices = append(a.Invoices, b.invoice(t))
		}
	}
	for _, s := range b.money.Settled {
		if s.Customer == customer {
			mine[s.From] = true
		}
	}
	for _, p := range b.money.Payments {
		if p.Customer == customer {
			a.Payments = append(a.Payments, p)
			mine[p.UID] = true
		}
	}
	for _, c := range b.money.Credits {
		if c.Customer == customer {
			a.Credits = append(a.Credits, c)
			mine[c.UID] = true
		}
	}
	for _, l := range b.money.Lines {
		if l.Customer == customer || mine[l.UID] || slices.ContainsFunc(l.Payments, func(p ledger.UID) bool { return mine[p] }) {
			a.Lines = append(a.Lines, l)
			mine[l.UID] = true
		}
	}
	for _, s := range b.money.Settled {
		if mine[s.Item] || mine[s.From] {
			a.Settled = append(a.Settled, s)
		}
	}
	for _, s := range m.Suggestions {
		if s.Customer == customer {
			a.Suggested = append(a.Suggested, s)
		}
	}
	for _, f := range append(slices.Clone(b.extra), m.Findings...) {
		if f.Customer == string(customer) {
			a.Findings = append(a.Findings, f)
		}
	}
	return a
}

func (b *books) invoice(t reconcile.Target) reconcile.InvoiceRecord {
	item := ledger.Item{ID: string(t.UID), Ordinal: t.Ordinal, Due: t.Due, Total: t.Total}
	if s, ok := b.stated[t.UID]; ok {
		item.Open = &s
	}
	return reconcile.InvoiceRecord{
		Connection: "fec", UID: "inv-" + t.UID,
		Invoice: ledger.Invoice{ID: string(t.UID), Number: t.Number, Issued: b.issued[t.UID], Total: t.Total, Items: []ledger.Item{item}},
		Items:   []reconcile.ItemRecord{{UID: t.UID, Episode: b.episodes[t.UID]}},
	}
}

// add reads one line of facts. See testdata/stories/README.md.
func (b *books) add(t *testing.T, fact string) {
	t.Helper()
	words, attrs := cutFact(fact)
	need := func(n int) {
		if len(words) < n {
			t.Fatalf("fact %q is too short", fact)
		}
	}
	need(2)
	uid := ledger.UID(words[1])
	switch words[0] {
	case "customer":
		c := ledger.Customer{ID: words[1], Code: words[1], Name: attrs["name"], Terms: attrs["terms"]}
		b.customers = append(b.customers, c)
		b.payers[reconcile.FoldName(c.Name)] = uid
		if iban := attrs["iban"]; iban != "" {
			b.payers[reconcile.FoldIBAN(iban)] = uid
		}
	case "item":
		need(5)
		i := reconcile.Target{
			UID: uid, Customer: ledger.UID(words[2]), Number: cmp.Or(attrs["number"], words[1]), Ordinal: 1,
			Due: date(t, attrs["due"]), Total: amount(t, words[3], words[4]),
		}
		if ref := attrs["ref"]; ref != "" {
			i.References = []string{ref}
		}
		if n := attrs["ordinal"]; n != "" {
			i.Ordinal, _ = strconv.Atoi(n)
		}
		b.money.Items = append(b.money.Items, i)
		b.issued[uid] = date(t, attrs["issued"])
		b.state(t, uid, attrs["open"], words[4])
	case "open": // what the tool itself says is open from now on
		need(4)
		b.state(t, uid, words[2], words[3])
	case "credit":
		need(6)
		b.money.Credits = append(b.money.Credits, reconcile.CreditRecord{
			Connection: "fec", UID: uid, Customer: ledger.UID(words[2]),
			Credit: ledger.Credit{Number: cmp.Or(attrs["number"], words[1]), Kind: ledger.CreditNote, Day: date(t, words[3]), Amount: amount(t, words[4], words[5]), Text: attrs["text"]},
		})
	case "payment":
		need(6)
		p := reconcile.PaymentRecord{
			Connection: "fec", UID: uid, Customer: ledger.UID(strings.TrimSuffix(words[2], "-")),
			Payment: ledger.Payment{ID: words[1], Day: date(t, words[3]), Amount: amount(t, words[4], words[5]), Text: attrs["text"], Method: attrs["method"], Reference: attrs["ref"]},
		}
		b.money.Payments = append(b.money.Payments, p)
	case "line":
		need(5)
		l := ledger.BankLine{
			ID: words[1], Account: cmp.Or(attrs["account"], "FR7699999000010000001234537"), Day: date(t, words[2]), Amount: amount(t, words[3], words[4]),
			Payer: attrs["payer"], PayerIBAN: attrs["iban"], Text: attrs["text"], Reference: attrs["ref"], EndToEnd: attrs["e2e"], Mandate: attrs["mandate"],
			Return: attrs["return"], Reversal: attrs["reversal"] != "", Pending: attrs["pending"] != "", Doubt: attrs["doubt"], Family: attrs["family"],
		}
		if attrs["instructed"] != "" {
			number, cur, _ := strings.Cut(attrs["instructed"], " ")
			l.Instructed = amount(t, number, cur)
		}
		b.money.Lines = append(b.money.Lines, reconcile.LineRecord{UID: uid, Customer: ledger.UID(attrs["customer"]), Line: l})
	case "settled": // settled UID FROM ITEM AMOUNT CUR BY DAY [undoes=UID]
		need(8)
		b.settled(t, words, attrs)
	case "gone": // the tool or the bank no longer has it
		b.gone(uid)
	case "release":
		b.released = append(b.released, words[1])
	default:
		t.Fatalf("fact %q is of no known kind", fact)
	}
}

func (b *books) state(t *testing.T, uid ledger.UID, open, cur string) {
	t.Helper()
	if open != "" {
		b.stated[uid] = amount(t, open, cur)
	}
}

func (b *books) settled(t *testing.T, words []string, attrs map[string]string) {
	t.Helper()
	s := reconcile.Settlement{
		UID: ledger.UID(words[1]), From: ledger.UID(words[2]), Item: ledger.UID(words[3]), Amount: amount(t, words[4], words[5]),
		By: words[6], Day: date(t, words[7]), Undoes: ledger.UID(attrs["undoes"]), FromKind: ledger.KindPayment,
	}
	for _, l := range b.money.Lines {
		if l.UID == s.From {
			s.FromKind = ledger.KindBankLine
		}
	}
	for _, c := range b.money.Credits {
		if c.UID == s.From {
			s.FromKind = ledger.KindCredit
		}
	}
	for _, i := range b.money.Items {
		if i.UID == s.Item {
			s.Customer = i.Customer
		}
	}
	b.money.Settled = append(b.money.Settled, s)
}

func (b *books) gone(uid ledger.UID) {
	b.money.Payments = slices.DeleteFunc(slices.Clone(b.money.Payments), func(p reconcile.PaymentRecord) bool { return p.UID == uid })
	b.money.Settled = slices.DeleteFunc(slices.Clone(b.money.Settled), func(s reconcile.Settlement) bool { return s.From == uid || s.UID == uid })
	for i := range b.money.Lines {
		b.money.Lines[i].Payments = slices.DeleteFunc(slices.Clone(b.money.Lines[i].Payments), func(p ledger.UID) bool { return p == uid })
	}
}

// cutFact splits a fact into words and key="value" attributes.
func cutFact(fact string) (words []string, attrs map[string]string) {
	attrs = map[string]string{}
	for fact = strings.TrimSpace(fact); fact != ""; fact = strings.TrimSpace(fact) {
		end := strings.IndexAny(fact, " =")
		if end > 0 && fact[end] == '=' {
			key, rest := fact[:end], fact[end+1:]
			var value string
			if strings.HasPrefix(rest, `"`) {
				value, rest, _ = strings.Cut(rest[1:], `"`)
			} else {
				value, rest, _ = strings.Cut(rest, " ")
			}
			attrs[key], fact = value, rest
			continue
		}
		word, rest, _ := strings.Cut(fact, " ")
		words, fact = append(words, word), rest
	}
	return words, attrs
}

func date(t *testing.T, text string) ledger.Date {
	t.Helper()
	if text == "" {
		return 0
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func amount(t *testing.T, number, currency string) money.Amount {
	t.Helper()
	a, err := money.Parse(number, money.Currency(currency))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// tell prints what Match decided, as stories show it.
func (b *books) tell(m reconcile.Matched) string {
	var out strings.Builder
	for _, p := range m.Pairings {
		fmt.Fprintf(&out, "pair %s = %s (%s)\n", p.Line, join(p.Payments), p.Why)
	}
	number := map[ledger.UID]string{}
	for _, s := range slices.Concat(b.money.Settled, m.Settlements) {
		number[s.UID] = string(s.From) + " on " + string(s.Item)
	}
	var lines []string
	for _, s := range m.Settlements {
		line := fmt.Sprintf("settle %s on %s %s by %s of %s", s.From, s.Item, s.Amount, s.By, s.Day)
		if s.Undoes != "" {
			line += ", undoes " + number[s.Undoes]
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	for _, l := range lines {
		fmt.Fprintln(&out, l)
	}
	for _, item := range m.Reopened {
		fmt.Fprintf(&out, "reopen %s\n", item)
	}
	for _, s := range m.Suggestions {
		what := cmp.Or(join(s.Items), "whole")
		fmt.Fprintf(&out, "suggest %s %s for %s: %s (%s)\n", s.From, s.Amount, s.Customer, what, s.Why)
	}
	for _, f := range m.Findings {
		fmt.Fprintf(&out, "finding %s customer=%s item=%s holds=%t: %s\n", f.Kind, f.Customer, f.Item, f.Holds, f.Text)
	}
	return out.String()
}

func join(uids []ledger.UID) string {
	var names []string
	for _, u := range uids {
		names = append(names, string(u))
	}
	return strings.Join(names, " + ")
}

// positions prints every customer's position.
func (b *books) positions(m reconcile.Matched) string {
	var out strings.Builder
	for _, c := range b.customers {
		p, findings := reconcile.Reconcile(b.account(ledger.UID(c.ID), m), b.settings)
		fmt.Fprintf(&out, "%s\n", c.ID)
		for _, it := range p.Items {
			fmt.Fprintf(&out, "  %s open %s of %s due %s", it.UID, it.Open, it.Total, cmp.Or(it.Due.String(), "unknown"))
			if it.Episode > 0 {
				fmt.Fprintf(&out, " episode %d", it.Episode)
			}
			if it.Paid.Known() {
				fmt.Fprintf(&out, " paid %s", it.Paid)
			}
			fmt.Fprintf(&out, "%s\n", doubts(it.Doubts))
		}
		for _, l := range p.Loose {
			fmt.Fprintf(&out, "  loose %s %s of %s\n", l.UID, l.Amount, l.Day)
		}
		for _, r := range p.Residues {
			fmt.Fprintf(&out, "  residue %s on %s\n", r.Amount, r.Item)
		}
		if d := doubts(p.Doubts); d != "" {
			fmt.Fprintf(&out, "  held%s\n", d)
		}
		for _, f := range findings {
			fmt.Fprintf(&out, "  finding %s item=%s holds=%t\n", f.Kind, f.Item, f.Holds)
		}
	}
	return out.String()
}

func doubts(list []reconcile.Doubt) string {
	var codes []string
	for _, d := range list {
		code := d.Code
		if d.Bounded {
			code += " since " + d.From.String()
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	if len(codes) == 0 {
		return ""
	}
	return " [" + strings.Join(codes, ", ") + "]"
}
