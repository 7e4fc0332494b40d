package fec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// pageSize is how many records one page holds, give or take the items of one
// invoice.
const pageSize = 500

// read is one fiscal year from its first row to its last record.
func (y *year) read(ctx context.Context) error {
	if err := y.index(ctx); err != nil {
		return err
	}
	y.open()
	y.arrange()
	list := y.lettered()
	y.ask(list)
	y.inBooks(list)
	if err := y.emit(ctx); err != nil {
		return err
	}
	err := y.settle(list, func(a ledger.Allocation) error {
		y.page.Allocations = append(y.page.Allocations, a)
		return y.put(ctx)
	})
	if err == nil {
		err = y.rest(ctx)
	}
	if err != nil {
		return err
	}
	if !y.last {
		y.carry()
		y.r.remember(y)
	}
	return nil
}

// put counts a record that was added to the page, and yields a full page.
func (y *year) put(ctx context.Context) error {
	y.count++
	return y.note(ctx)
}

// note is put for what is no record: findings and what is in quarantine.
func (y *year) note(ctx context.Context) error {
	if y.held++; y.held < pageSize {
		return nil
	}
	return y.flushPage(ctx)
}

// flushPage yields the page. No page but the very last moves the cursor: a
// reading that is cut short begins again.
func (y *year) flushPage(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if y.held == 0 {
		return nil
	}
	page := y.page
	page.Stream, page.Next = y.stream(), y.r.since
	y.page, y.held = connectors.Page{}, 0
	if !y.r.yield(page, nil) {
		return errStopped
	}
	return nil
}

// emit reads the file for the second time and makes a record of every move
// that is one.
func (y *year) emit(ctx context.Context) error {
	return y.r.set.scan(y.export, func(f *os.File) error {
		t, _, err := openTable(f, y.r.buf)
		if err != nil {
			return err
		}
		t.lay = y.lay
		p := parser{set: y.r.set, table: t, currencies: y.r.currencies}
		var row posting
		rec := uint32(0)
		for {
			fields, line, err := t.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			if natureOf(t.field(fields, colCompteNum), y.r.set.accounts) != natureCustomer {
				continue
			}
			if p.parse(fields, line, &row) != nil || row.cents == 0 {
				continue
			}
			if int(rec) >= y.moves.n || y.moves.at(rec).cents != row.cents {
				return fmt.Errorf("line %d: the file is not the one that was read before: %w", line, connectors.ErrUnavailable)
			}
			if err := y.record(ctx, rec, &row, fields, &p); err != nil {
				return err
			}
			rec++
		}
		if int(rec) != y.moves.n {
			return fmt.Errorf("the file is not the one that was read before: %w", connectors.ErrUnavailable)
		}
		return nil
	})
}

// record adds what a move is to the page.
func (y *year) record(ctx context.Context, rec uint32, row *posting, fields [][]byte, p *parser) error {
	m := y.moves.at(rec)
	if m.has(flagNaming) {
		y.mention(rec, row)
	}
	switch m.kind {
	case kindSkip, kindConfirm, kindOpening:
		return nil
	default:
	}
	who := &y.r.customers.list[m.cust]
	if who.unknown && m.kind != kindPayment && m.kind != kindReturn {
		return y.nobody(ctx, m, row)
	}
	amount, cur := y.amount(rec)
	if amount == 0 { // an exchange difference of the books: nothing in the item's currency
		return nil
	}
	if m.kind == kindInvoice {
		parts, place := y.sameDay(rec)
		if parts[0] != place {
			return nil // a part of an invoice that its first part speaks of
		}
		if err := y.introduce(ctx, m.cust); err != nil {
			return err
		}
		y.page.Invoices = append(y.page.Invoices, y.invoice(rec, parts, row, p, fields))
		return y.put(ctx)
	}
	if err := y.introduce(ctx, m.cust); err != nil {
		return err
	}
	id := remoteID(m.kind, m.id, y.ordinal(rec))
	if m.isCredit() && m.kind != kindPayment {
		y.page.Credits = append(y.page.Credits, ledger.Credit{
			ID: id, Customer: who.code, Kind: creditKind(m.kind), Number: y.number(m, row), Day: m.day,
			Amount: y.r.amount(-amount, cur), Text: string(row.label), Seen: y.r.seen(y.survey, row.line),
		})
		return y.put(ctx)
	}
	pay := ledger.Payment{
		ID: id, Customer: who.code, Day: m.day, Amount: y.r.amount(-amount, cur), Method: m.channel.String(),
		Text: string(row.label), Reference: string(row.piece), Seen: y.r.seen(y.survey, row.line),
	}
	if who.unknown {
		pay.Customer = ""
	}
	y.page.Payments = append(y.page.Payments, pay)
	return y.put(ctx)
}

func creditKind(k kind) ledger.CreditKind {
	switch k {
	case kindCreditNote:
		return ledger.CreditNote
	case kindDeposit:
		return ledger.CreditDeposit
	default:
		return ledger.CreditOther
	}
}

// amount spells minor units of a currency of this reading.
func (r *reader) amount(minor int64, cur uint8) money.Amount {
	return money.New(minor, r.currencies.list[cur])
}

// number is the document number as written.
func (y *year) number(m *move, row *posting) string {
	switch {
	case m.has(flagNumberless):
		return ""
	case m.has(flagFromLabel):
		return string(findNumber(row.label))
	default:
		return string(row.piece)
	}
}

// sameDay returns the places, among the moves that share rec's identity, of
// those that are booked on rec's day, and rec's own. Parts of one day are
// instalments of one invoice; a number that comes back on another day, as a
// subscription's does, is an invoice of that day, with a due day of its own.
func (y *year) sameDay(rec uint32) (parts []int, place int) {
	group, place := y.group(rec)
	day := y.moves.at(rec).day
	for i, r := range group {
		if y.moves.at(r).day == day {
			parts = append(parts, i)
		}
	}
	return parts, place
}

// invoice makes the invoice of its first part's row and all parts' amounts. An
// item is known by its place among all parts of the number, on whatever day.
func (y *year) invoice(rec uint32, parts []int, row *posting, p *parser, fields [][]byte) ledger.Invoice {
	group, _ := y.group(rec)
	lead := y.moves.at(rec)
	_, cur := y.amount(rec)
	ordinal := 0
	if parts[0] > 0 {
		ordinal = parts[0] + 1
	}
	inv := ledger.Invoice{
		ID: remoteID(kindInvoice, lead.id, ordinal), Customer: y.r.customers.list[lead.cust].code, Number: y.number(lead, row),
		Issued: lead.day, Opening: lead.has(flagOpening), Seen: y.r.seen(y.survey, row.line),
		Items: make([]ledger.Item, 0, len(parts)),
	}
	total := int64(0)
	draft := false
	for n, i := range parts {
		rec := group[i]
		amount, _ := y.amount(rec)
		total += amount
		inv.Items = append(inv.Items, ledger.Item{
			ID: remoteID(kindInvoice, lead.id, i+1), Ordinal: n + 1, Total: y.r.amount(amount, cur),
		})
		draft = draft || y.moves.at(rec).has(flagUnvalidated)
	}
	inv.Total = y.r.amount(total, cur)
	inv.Draft = draft && y.leftBehind(p, fields, row)
	return inv
}

// leftBehind reports whether an entry without ValidDate is a draft: the same
// journal has validated rows of later days. Where the newest stretch of a
// journal awaits validation, as it does all year in many small firms, its
// invoices have been sent and are owed.
func (y *year) leftBehind(p *parser, fields [][]byte, row *posting) bool {
	i, ok := y.journals.index[string(p.table.field(fields, colJournalCode))]
	return ok && y.journals.list[i].valid > row.day
}

// introduce puts a customer on the page before the first record about it, and
// again in a later year that calls it otherwise.
func (y *year) introduce(ctx context.Context, cust uint32) error {
	who := &y.r.customers.list[cust]
	if who.unknown || who.emitted && who.told == who.name {
		return nil
	}
	who.emitted, who.told = true, who.name
	y.page.Customers = append(y.page.Customers, ledger.Customer{
		ID: who.code, Code: who.code, Name: who.name, Seen: y.r.seen(y.survey, who.line),
	})
	return y.put(ctx)
}

// nobody quarantines what stands on a collective account without a customer.
func (y *year) nobody(ctx context.Context, m *move, row *posting) error {
	q := ledger.Quarantined{
		Kind: ledger.KindInvoice, Money: !m.isItem(), Seen: y.r.seen(y.survey, row.line),
		Reason: fmt.Sprintf("%s line %d: CompAuxNum: it is empty on the collective account %s, so nobody knows which customer it is; fill it in the accounting software and export again", y.name, row.line, row.account),
	}
	if q.Money {
		q.Kind = ledger.KindCredit
	}
	r := y.r
	r.hash.begin('u')
	r.hash.number(int64(m.id))
	id := r.hash.sum()
	for r.taken[id] {
		id++
	}
	r.taken[id] = true
	q.ID = "q-" + hex16(id)
	y.page.Quarantined = append(y.page.Quarantined, q)
	return y.note(ctx)
}
