package reconcile

import (
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// The line of a booked payment stands between these days of its booking.
const (
	daysEarly = 3
	daysLate  = 10
)

// maxScan bounds how many equal payments of one day are tried for one line.
// Beyond it a line stays unpaired, which holds rather than hides.
const maxScan = 64

// slot is where a payment waits for its line.
type slot struct {
	cur   money.Currency
	minor int64
	day   ledger.Date
	sub   string
}

// pass is one kind of evidence, told as the keys that must be shared.
type pass struct {
	why     string
	line    func(*purse) []string
	payment func(*purse) []string
	strong  bool // stronger than a customer that differs: a third party paid
}

// pair says which bank line is which booked payment: one to one, the strongest
// evidence first, then the nearest day, then in order; then what the tool
// booked in parts or the bank told in parts. Lines that may be repeats come last.
func (b *book) pair() {
	customers := map[*purse][]string{}
	customersOf := func(p *purse) []string {
		if c, ok := customers[p]; ok {
			return c
		}
		c := b.customersOf(p)
		customers[p] = c
		return c
	}
	refs := func(p *purse) []string { return b.referencesOf(p) }
	both := func(p *purse) []string { return cross(refs(p), customersOf(p)) }
	none := func(*purse) []string { return []string{""} }
	passes := []pass{
		{why: "reference and customer", line: both, payment: both, strong: true},
		{why: "reference", line: refs, payment: refs, strong: true},
		{why: "text", line: wholeText, payment: wholeText},
		{why: "customer", line: customersOf, payment: customersOf},
		{why: "amount and day", line: none, payment: none},
	}
	for _, doubtful := range []bool{false, true} {
		for _, p := range passes {
			b.pairBy(p, doubtful, customersOf)
		}
		if !doubtful {
			b.pairParts(customersOf)
		}
	}
}

// pairBy pairs what shares a key of the pass, nearest day first.
func (b *book) pairBy(how pass, doubtful bool, customersOf func(*purse) []string) {
	waiting, lines := b.waiting(how, doubtful)
	if len(waiting) == 0 {
		return
	}
	keys := make([][]string, len(lines))
	for i, l := range lines {
		keys[i] = how.line(l)
	}
	for _, d := range byDistance() {
		for i, l := range lines {
			if l.paired {
				continue
			}
			for _, sub := range keys[i] {
				at := slot{l.cur, l.amount, l.day.AddDays(-d), sub}
				if p := b.take(waiting, at, l, how, customersOf); p != nil {
					b.join(l, []*purse{p}, how.why)
					break
				}
			}
		}
	}
}

// waiting returns the free payments by slot, and the free lines that have a
// payment of their amount.
func (b *book) waiting(how pass, doubtful bool) (map[slot][]*purse, []*purse) {
	type sum struct {
		cur   money.Currency
		minor int64
	}
	asked := map[sum]bool{}
	for _, p := range b.purses {
		if freeLine(p, doubtful) {
			asked[sum{p.cur, p.amount}] = true
		}
	}
	waiting, offered := map[slot][]*purse{}, map[sum]bool{}
	for _, p := range b.purses {
		if !freePayment(p) || !asked[sum{p.cur, p.amount}] {
			continue
		}
		offered[sum{p.cur, p.amount}] = true
		for _, sub := range how.payment(p) {
			at := slot{p.cur, p.amount, p.day, sub}
			waiting[at] = append(waiting[at], p)
		}
	}
	var lines []*purse
	for _, p := range b.purses {
		if freeLine(p, doubtful) && offered[sum{p.cur, p.amount}] {
			lines = append(lines, p)
		}
	}
	return waiting, lines
}

// take returns the first payment of a slot that may be the line.
func (b *book) take(waiting map[slot][]*purse, at slot, l *purse, how pass, customersOf func(*purse) []string) *purse {
	queue := slices.DeleteFunc(waiting[at], func(p *purse) bool { return len(p.lines) > 0 })
	waiting[at] = queue
	for i, p := range queue {
		if i == maxScan {
			break
		}
		if b.mayBe(l, p, how.strong, customersOf) {
			return p
		}
	}
	return nil
}

// mayBe reports whether nothing speaks against the line being the payment.
func (b *book) mayBe(l, p *purse, strong bool, customersOf func(*purse) []string) bool {
	method := p.payment.Payment.Method
	if (method == "cheque" || method == "cash") && l.line.Line.PayerIBAN != "" {
		return false
	}
	if known := customersOf(l); !strong && p.customer != "" && len(known) > 0 && !slices.Contains(known, string(p.customer)) {
		return false
	}
	named, booked := b.numbersOf(l), b.numbersOf(p)
	if len(named) == 0 || len(booked) == 0 {
		return true
	}
	for n := range named {
		if booked[n] {
			return true
		}
	}
	return false
}

// join records a pairing.
func (b *book) join(l *purse, payments []*purse, why string) {
	pairing := Pairing{Line: l.key.uid, Why: why}
	for _, p := range payments {
		tie(l, p)
		p.read = false
		pairing.Payments = append(pairing.Payments, p.key.uid)
	}
	slices.Sort(pairing.Payments)
	b.pairings = append(b.pairings, pairing)
}

func freeLine(p *purse, doubtful bool) bool {
	if p.line == nil || p.paired || p.day == 0 || p.class == classOwn || p.line.Line.Pending {
		return false
	}
	return (p.class == classHeld) == doubtful
}

func freePayment(p *purse) bool {
	return p.payment != nil && p.payment.Line == "" && len(p.lines) == 0 && p.day != 0 && p.class != classOwn
}

// byDistance lists how many days after its booking a line may stand, nearest first.
func byDistance() []int {
	days := []int{0}
	for d := 1; d <= daysLate; d++ {
		days = append(days, d)
		if d <= daysEarly {
			days = append(days, -d)
		}
	}
	return days
}

// customersOf returns whose money it may be: the payer's, and that of whoever
// it names or a person put it to.
func (b *book) customersOf(p *purse) []string {
	var customers []string
	if p.customer != "" {
		customers = append(customers, string(p.customer))
	}
	if p.line != nil {
		for _, m := range b.mentionsOf(p) {
			if m.sure {
				customers = append(customers, string(b.catalog.docs[m.doc].customer))
			}
		}
		for _, i := range p.rows {
			if s := &b.rows[i]; !s.ours() {
				customers = append(customers, string(s.Customer))
			}
		}
	}
	slices.Sort(customers)
	return slices.Compact(customers)
}

// referencesOf returns the telling words of a line or payment: references,
// full numbers of ours and words made mostly of digits.
func (b *book) referencesOf(p *purse) []string {
	var refs []string
	add := func(texts ...string) {
		for _, t := range texts {
			if f := FoldName(t); len(f) >= 4 && f != "NOTPROVIDED" {
				refs = append(refs, f)
			}
		}
	}
	text := ""
	switch {
	case p.line != nil:
		l := &p.line.Line
		add(l.Reference, l.EndToEnd, l.Mandate)
		text = l.Text
	case p.payment != nil:
		add(p.payment.Payment.Reference)
		text = p.payment.Payment.Text
	}
	for _, w := range split(text) {
		if telling(w.text) {
			refs = append(refs, w.text)
		}
	}
	for _, m := range b.mentionsOf(p) {
		if m.sure {
			refs = append(refs, b.catalog.docs[m.doc].number.norm)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// telling reports whether a single word is likely to be a reference.
func telling(w string) bool {
	digits := onlyDigits(w)
	return len(w) >= 6 && len(digits) >= 3 && !dateLike(digits) && !year(digits)
}

// wholeText is the folded text, when it says anything at all.
func wholeText(p *purse) []string {
	text := ""
	switch {
	case p.line != nil:
		text = p.line.Line.Text
	case p.payment != nil:
		text = p.payment.Payment.Text
	}
	if f := FoldName(text); len(f) >= 4 {
		return []string{f}
	}
	return nil
}

func cross(a, b []string) []string {
	var all []string
	for _, x := range a {
		for _, y := range b {
			all = append(all, strings.Join([]string{x, y}, "\x1f"))
		}
	}
	return all
}
