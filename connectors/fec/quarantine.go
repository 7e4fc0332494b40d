package fec

import (
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// A row that cannot be read for certain takes its whole entry into quarantine:
// what remains of the entry would be misjudged. A file is refused when more
// than two rows in a hundred, and more than maxFaulty in all, are at fault: it
// is not the format we take it for.
const maxFaulty = 100

// maxParked bounds the entries that wait for more of their rows, which cost
// memory: a ledger that is sorted by account may have so many.
const maxParked = 30_000

// maxQuarantined bounds what a refused file may cost before it is refused.
const maxQuarantined = 20_000

// faulted notes a row with a fault in the current entry.
func (x *indexing) faulted(fields [][]byte, f *fault) {
	x.faulty++
	if x.firstFault == nil {
		x.firstFault = f
	}
	if x.cur.fault == nil {
		x.cur.fault = f
	}
	x.cur.bad = append(x.cur.bad, x.guess(fields))
}

// guess finds out what a row with a fault is about. A row with too many
// columns is trusted as far as its day stands where a day should.
func (x *indexing) guess(fields [][]byte) badRow {
	p, t := &x.p, x.parser.table
	b := badRow{customer: noCustomer, ours: true}
	account := t.field(fields, colCompteNum)
	if len(fields) > x.lay.width {
		if _, ok := x.parser.day(t.field(fields, colEcritureDate)); !ok {
			return b
		}
	}
	if !accShape.Match(account) {
		return b
	}
	p.nature = natureOf(account, x.r.set.accounts)
	x.cur.used[p.nature] = true
	if b.ours = p.nature == natureCustomer; !b.ours || len(fields) > x.lay.width {
		return b
	}
	p.account = account
	x.parser.customer(fields, p)
	b.customer = x.r.customers.of(p, x.closing)
	b.debit = len(fields) == x.lay.width && x.parser.amount(fields, p) == nil && p.cents > 0
	return b
}

// stray quarantines a row that belongs to no entry we can tell.
func (x *indexing) stray(fields [][]byte, f *fault) {
	e := entry{line: f.line, fault: f}
	x.faulty++
	if x.firstFault == nil {
		x.firstFault = f
	}
	used := x.cur.used
	e.bad = append(e.bad, x.guess(fields))
	x.cur.used = used
	x.quarantine(&e)
}

// quarantine keeps an entry out: one record for each customer it is about, or
// one for nobody. A customer's debit that no money account stands against, or a
// row against sales, is an invoice at most; anything else may be money, and
// holds.
func (x *indexing) quarantine(e *entry) {
	if len(x.quarantined) >= maxQuarantined {
		return // the file is refused in the end
	}
	money := false
	for n := natureBank; n <= natureTransit; n++ {
		money = money || e.used[n]
	}
	sold := sale(&e.credit) > 0 && sale(&e.debit) == 0
	type subject struct {
		customer uint32
		money    bool
	}
	var list []subject
	add := func(customer uint32, isMoney bool) {
		for i := range list {
			if list[i].customer == customer {
				list[i].money = list[i].money || isMoney
				return
			}
		}
		list = append(list, subject{customer, isMoney})
	}
	x.each(e, func(_ uint32, m *move, _ *pending) {
		m.kind = kindSkip
		add(m.cust, money || m.cents < 0)
	})
	for _, b := range e.bad {
		if b.ours {
			add(b.customer, money || !b.debit && !sold)
		}
	}
	if len(list) == 0 {
		add(noCustomer, money)
	}
	for _, h := range list {
		x.keepOut(e, h.customer, h.money)
	}
}

// keepOut makes the record of one customer.
func (x *indexing) keepOut(e *entry, customer uint32, money bool) {
	q := ledger.Quarantined{
		Kind: ledger.KindInvoice, Money: money,
		Reason: x.name + " " + e.fault.String(), Seen: x.r.seen(x.survey, e.fault.line),
	}
	if money {
		q.Kind = ledger.KindPayment
	}
	if customer != noCustomer {
		q.Customer = x.r.customers.list[customer].code
	}
	q.ID = x.quarantineID(e.fault, q.Customer)
	x.quarantined = append(x.quarantined, q)
}

// quarantineID is made of what is wrong and about whom, not of the line, which
// moves from export to export.
func (x *indexing) quarantineID(f *fault, customer string) string {
	h := &x.hash
	h.begin('q')
	h.part([]byte(x.stream()))
	h.part([]byte(customer))
	h.part([]byte(f.field))
	h.part([]byte(f.why))
	id := h.sum()
	for x.r.taken[id] { // the same fault once more
		id++
	}
	x.r.taken[id] = true
	return "q-" + hex16(id)
}

// finish judges what the end of the file leaves open.
func (x *indexing) finish() error {
	if x.volume > maxVolume {
		return fmt.Errorf("its amounts are too large to be counted; is the currency right? (%w)", errRefused)
	}
	x.flush()
	if x.scattered {
		return fmt.Errorf("the rows of more than %d entries do not stand together or do not balance: export the FEC again in the order of its entries (%w)", maxParked, errRefused)
	}
	for _, e := range x.parkedInOrder() {
		if e.isNamedOpening(x.year) || e.used[natureBalance] {
			x.close(e) // software that writes opening entries one by one
			delete(x.parked, e.key)
		}
	}
	if e := x.parked[x.lastEntry]; e != nil {
		return fmt.Errorf("line %d: the last entry does not balance: the file is still being written, or was cut off; export it again (%w)", e.line, connectors.ErrUnavailable)
	}
	for _, e := range x.parkedInOrder() {
		x.unbalanced(e)
	}
	x.parked = nil
	if x.faulty > maxFaulty && x.faulty*50 > x.rows || len(x.quarantined) >= maxQuarantined {
		first := ""
		if x.firstFault != nil {
			first = "; the first: " + x.firstFault.String()
		}
		return fmt.Errorf("%d of %d rows cannot be used%s (%w)", x.faulty, x.rows, first, errRefused)
	}
	x.r.customers.settle()
	return nil
}

// unbalanced uses an entry that does not balance, whose rows can all be read,
// and holds its customers. When it moves money and no customer, the customer's
// row may be what is missing: that holds the company.
func (x *indexing) unbalanced(e *entry) {
	x.faulty++
	f := &fault{e.line, "Debit and Credit", "the entry does not balance; correct it in the accounting software and export again"}
	if x.firstFault == nil {
		x.firstFault = f
	}
	if len(e.runs) == 0 {
		if treasury(&e.debit) > 0 {
			e.fault = f
			x.quarantine(e)
		}
		return
	}
	x.judge(e)
	seen := map[uint32]bool{}
	x.each(e, func(rec uint32, m *move, _ *pending) {
		if !seen[m.cust] {
			seen[m.cust] = true
			x.doubts = append(x.doubts, doubt{kind: ledger.FindingUnbalanced, rec: rec, line: e.line, customer: true, always: true})
		}
	})
}
