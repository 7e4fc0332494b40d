package cache

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// spent is how much of a payment or credit is allocated.
type spent struct {
	customer ledger.UID
	used     int64
}

// settlements reads every allocation on the customers' items, then those from
// their money to items of others: there are any only where the first do not
// add up to what is used of it.
func (l *loader) settlements(ctx context.Context) error {
	found := map[ledger.UID]int64{}
	const query = `SELECT a.uid, a.from_kind, a.from_uid, a.item, '', a.amount, a.currency, a.decided_by, a.undoes, a.counts_from
		FROM allocation a WHERE a.company = ? AND a.void <> 1 AND a.item IN (?) ORDER BY a.seen_at, a.uid`
	err := l.tx.eachIn(ctx, query, l.company, l.items, func(scan func(...any) error) error {
		s, err := scanSettlement(scan)
		if err != nil {
			return err
		}
		found[s.From] += s.Amount.Minor()
		s.Customer = l.holder[s.Item]
		a := l.at[s.Customer]
		a.Settled = append(a.Settled, s)
		if from := l.at[l.spent[s.From].customer]; from != nil && from != a {
			from.Settled = append(from.Settled, s) // one customer's money on another's item
		}
		return nil
	})
	if err != nil {
		return err
	}
	var elsewhere []string
	for uid, s := range l.spent {
		if found[uid] != s.used {
			elsewhere = append(elsewhere, string(uid))
		}
	}
	slices.Sort(elsewhere)
	return l.tx.eachIn(ctx, settlementQuery+`a.from_uid IN (?) ORDER BY a.seen_at, a.uid`, l.company, elsewhere, func(scan func(...any) error) error {
		s, err := scanSettlement(scan)
		if _, here := l.holder[s.Item]; err != nil || here {
			return err
		}
		a := l.at[l.spent[s.From].customer]
		a.Settled = append(a.Settled, s)
		return nil
	})
}

// lines reads the bank lines that are allocated to the customers' items, are
// paired with their payments, or come from an account of theirs.
func (l *loader) lines(ctx context.Context) error {
	wanted := map[string]map[ledger.UID]bool{} // line → customers
	want := func(line string, customer ledger.UID) {
		if wanted[line] == nil {
			wanted[line] = map[ledger.UID]bool{}
		}
		wanted[line][customer] = true
	}
	payments := map[string]ledger.UID{}
	for customer, a := range l.at {
		for _, s := range a.Settled {
			if s.FromKind == ledger.KindBankLine {
				want(string(s.From), customer)
			}
		}
		for i := range a.Payments {
			payments[string(a.Payments[i].UID)] = customer
		}
	}
	pair := func(scan func(...any) error) error {
		var line, payment string
		err := scan(&line, &payment)
		want(line, payments[payment])
		return err
	}
	err := l.tx.eachIn(ctx, `SELECT line, payment FROM pairing WHERE company = ? AND gone_at = 0 AND payment IN (?)`, l.company, slices.Sorted(maps.Keys(payments)), pair)
	if err != nil {
		return err
	}
	own := func(scan func(...any) error) error {
		var line, debtor string
		err := scan(&line, &debtor)
		want(line, l.owner[ledger.UID(debtor)])
		return err
	}
	err = l.tx.eachIn(ctx, `SELECT b.uid, k.debtor FROM customer_key k JOIN bank_line b ON b.company = k.company AND b.payer_iban = SUBSTR(k.customer_key, 6)
		WHERE k.company = ? AND b.payer_iban <> '' AND b.gone_at = 0 AND k.customer_key LIKE 'iban:%' AND k.debtor IN (?)`, l.company, l.debtors, own)
	if err != nil {
		return err
	}
	err = l.tx.eachIn(ctx, lineQuery+`p.uid IN (?) ORDER BY p.booked, p.uid`, l.company, slices.Sorted(maps.Keys(wanted)), func(scan func(...any) error) error {
		r, err := scanLine(scan)
		if err != nil {
			return err
		}
		for customer := range wanted[string(r.UID)] {
			if a := l.at[customer]; a != nil {
				a.Lines = append(a.Lines, r)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.lineSettlements(ctx, wanted)
}

// lineSettlements adds what bank lines of the customers settle of others.
func (l *loader) lineSettlements(ctx context.Context, wanted map[string]map[ledger.UID]bool) error {
	return l.tx.eachIn(ctx, settlementQuery+`a.from_uid IN (?) ORDER BY a.seen_at, a.uid`, l.company, slices.Sorted(maps.Keys(wanted)), func(scan func(...any) error) error {
		s, err := scanSettlement(scan)
		if err != nil {
			return err
		}
		for customer := range wanted[string(s.From)] {
			if a := l.at[customer]; a != nil && s.Customer != customer {
				a.Settled = append(a.Settled, s)
			}
		}
		return nil
	})
}

// pairings tells lines and payments which of them are one.
func (l *loader) pairings(ctx context.Context) error {
	var lines, payments []string
	for _, a := range l.at {
		for i := range a.Lines {
			lines = append(lines, string(a.Lines[i].UID))
		}
		for i := range a.Payments {
			payments = append(payments, string(a.Payments[i].UID))
		}
	}
	pairs, err := l.tx.pairs(ctx, l.company, lines, payments)
	if err != nil {
		return err
	}
	for _, a := range l.at {
		pairs.fill(a.Lines, a.Payments)
	}
	return nil
}

// pairs are pairings in force, by line and by payment.
type pairs struct {
	payments map[ledger.UID][]ledger.UID
	line     map[ledger.UID]ledger.UID
}

// pairs reads the pairings of some lines and payments.
func (tx *Tx) pairs(ctx context.Context, company ledger.UID, lines, payments []string) (pairs, error) {
	p := pairs{payments: map[ledger.UID][]ledger.UID{}, line: map[ledger.UID]ledger.UID{}}
	row := func(scan func(...any) error) error {
		var line, payment ledger.UID
		err := scan(&line, &payment)
		if !slices.Contains(p.payments[line], payment) {
			p.payments[line] = append(p.payments[line], payment)
		}
		p.line[payment] = line
		return err
	}
	const query = `SELECT line, payment FROM pairing WHERE company = ? AND gone_at = 0 AND `
	if err := tx.eachIn(ctx, query+`line IN (?) ORDER BY line, payment`, company, lines, row); err != nil {
		return p, err
	}
	return p, tx.eachIn(ctx, query+`payment IN (?) ORDER BY line, payment`, company, payments, row)
}

func (p pairs) fill(lines []reconcile.LineRecord, payments []reconcile.PaymentRecord) {
	for i := range lines {
		lines[i].Payments = p.payments[lines[i].UID]
	}
	for i := range payments {
		payments[i].Line = p.line[payments[i].UID]
	}
}

func (l *loader) suggestions(ctx context.Context) error {
	return l.tx.eachIn(ctx, `SELECT debtor, body FROM suggestion WHERE company = ? AND debtor IN (?) ORDER BY seen_at, uid`, l.company, l.debtors, func(scan func(...any) error) error {
		var debtor ledger.UID
		var body string
		var s reconcile.Suggestion
		if err := scan(&debtor, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &s); err != nil {
			return err
		}
		a := l.at[l.owner[debtor]]
		s.Customer = a.Customer
		a.Suggested = append(a.Suggested, s)
		return nil
	})
}

// doubts reads what does not add up about the customers, and what of theirs
// could not be read.
func (l *loader) doubts(ctx context.Context) error {
	invoices, items := map[string]ledger.UID{}, map[string]ledger.UID{}
	for customer, a := range l.at {
		for i := range a.Invoices {
			invoices[string(a.Invoices[i].UID)] = customer
			for _, it := range a.Invoices[i].Items {
				items[string(it.UID)] = customer
			}
		}
	}
	seen := map[string]bool{}
	find := func(scan func(...any) error) error {
		var debtor ledger.UID
		var f ledger.Finding
		err := scan(&f.ID, &f.Kind, &debtor, &f.Invoice, &f.Item, (*flag)(&f.Holds), &f.Text, &f.Seen)
		if err != nil || seen[f.ID] {
			return err
		}
		seen[f.ID] = true
		customer := l.owner[debtor]
		if customer == "" {
			customer = items[f.Item]
		}
		if customer == "" {
			customer = invoices[f.Invoice]
		}
		if a := l.at[customer]; a != nil {
			f.Customer = string(customer)
			a.Findings = append(a.Findings, f)
		}
		return nil
	}
	const query = `SELECT uid, kind, debtor, invoice, item, holds, note, source FROM finding WHERE company = ? AND gone_at = 0 AND `
	if err := l.tx.eachIn(ctx, query+`debtor IN (?) ORDER BY seen_at, uid`, l.company, l.debtors, find); err != nil {
		return err
	}
	// Findings that name no customer are few; they are matched here.
	err := l.tx.each(ctx, query+`debtor = '' AND (invoice <> '' OR item <> '') ORDER BY seen_at, uid`, []any{l.company}, find)
	if err != nil {
		return err
	}
	return l.tx.eachIn(ctx, `SELECT uid, kind, debtor, money, reason, source FROM quarantine WHERE company = ? AND gone_at = 0 AND debtor IN (?) ORDER BY seen_at, uid`,
		l.company, l.debtors, func(scan func(...any) error) error {
			var debtor ledger.UID
			var q ledger.Quarantined
			if err := scan(&q.ID, &q.Kind, &debtor, (*flag)(&q.Money), &q.Reason, &q.Seen); err != nil {
				return err
			}
			a := l.at[l.owner[debtor]]
			q.Customer = string(a.Customer)
			a.Doubtful = append(a.Doubtful, q)
			return nil
		})
}

func (l *loader) released(ctx context.Context) error {
	return l.tx.eachIn(ctx, `SELECT id, debtor FROM released WHERE company = ? AND debtor IN (?) ORDER BY id`, l.company, l.debtors, func(scan func(...any) error) error {
		var id string
		var debtor ledger.UID
		if err := scan(&id, &debtor); err != nil {
			return err
		}
		a := l.at[l.owner[debtor]]
		a.Released = append(a.Released, id)
		return nil
	})
}
