package cache

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// moneyDays is how long money that has found its place is looked at again: a
// direct debit can come back for thirteen months.
const moneyDays = 400

// Money returns what the money stage looks at: money that has not found its
// place, what may take it back, and the items it could settle. Bank lines that
// no payment confirms, and money that left, are asked for over the last 400
// days of the newest line only.
func (db *DB) Money(ctx context.Context, company ledger.UID) (reconcile.Money, error) {
	l := moneyLoader{company: company, purses: map[ledger.Kind]map[string]bool{
		ledger.KindBankLine: {}, ledger.KindPayment: {}, ledger.KindCredit: {},
	}, items: map[string]bool{}, settled: map[ledger.UID]bool{}}
	err := db.View(ctx, func(tx *Tx) error {
		l.tx = tx
		for _, step := range []func(context.Context) error{
			l.loose, l.returnable, l.openItems, l.close, l.readPurses, l.readItems, l.payers,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return reconcile.Money{}, fmt.Errorf("read the money: %w", err)
	}
	return l.money, nil
}

// moneyLoader gathers the UIDs of what belongs together, then reads it.
type moneyLoader struct {
	tx      *Tx
	company ledger.UID
	purses  map[ledger.Kind]map[string]bool
	items   map[string]bool
	settled map[ledger.UID]bool
	money   reconcile.Money
	since   string // money that has found its place is not looked at before this day
}

// gather adds the UIDs a query returns and tells how many are new.
func (l *moneyLoader) gather(ctx context.Context, into map[string]bool, query string, args ...any) error {
	return l.tx.each(ctx, query, args, func(scan func(...any) error) error {
		var uid string
		err := scan(&uid)
		into[uid] = true
		return err
	})
}

// loose gathers the money that has not found its place.
func (l *moneyLoader) loose(ctx context.Context) error {
	var newest day
	err := l.tx.get(ctx, &newest, `SELECT COALESCE(MAX(booked), '') FROM bank_line WHERE company = ? AND gone_at = 0`, l.company)
	if err != nil {
		return err
	}
	lines, payments, credits := l.purses[ledger.KindBankLine], l.purses[ledger.KindPayment], l.purses[ledger.KindCredit]
	if err := l.gather(ctx, payments, `SELECT uid FROM payment WHERE company = ? AND used <> amount AND gone_at = 0`, l.company); err != nil {
		return err
	}
	if err := l.gather(ctx, credits, `SELECT uid FROM credit WHERE company = ? AND used <> amount AND gone_at = 0`, l.company); err != nil {
		return err
	}
	if newest == 0 {
		return nil
	}
	l.since = ledger.Date(newest).AddDays(-moneyDays).String()
	const unpaired = ` AND NOT EXISTS (SELECT 1 FROM pairing x WHERE x.line = p.uid AND x.gone_at = 0)`
	err = l.gather(ctx, lines, `SELECT p.uid FROM bank_line p WHERE p.company = ? AND p.used <> p.amount AND p.gone_at = 0 AND p.booked >= ?`+unpaired, l.company, l.since)
	if err != nil {
		return err
	}
	err = l.gather(ctx, lines, `SELECT p.uid FROM bank_line p WHERE p.company = ? AND p.used = p.amount AND p.gone_at = 0 AND p.booked >= ?`+unpaired, l.company, l.since)
	if err != nil {
		return err
	}
	// Any payment of those days may turn out to be one of the lines.
	return l.gather(ctx, payments, `SELECT p.uid FROM payment p WHERE p.company = ? AND p.gone_at = 0 AND p.booked >= ? AND p.used = p.amount
		AND NOT EXISTS (SELECT 1 FROM pairing x WHERE x.payment = p.uid AND x.gone_at = 0)`, l.company, l.since)
}

// returnable gathers the money that loose money of the opposite amount may
// have taken back.
func (l *moneyLoader) returnable(ctx context.Context) error {
	err := l.gather(ctx, l.purses[ledger.KindPayment], `SELECT p.uid FROM payment r JOIN payment p ON p.company = r.company AND p.debtor = r.debtor AND p.amount = -r.amount AND p.currency = r.currency
		WHERE r.company = ? AND r.used <> r.amount AND r.gone_at = 0 AND r.amount < 0 AND p.gone_at = 0`, l.company)
	if err != nil || l.since == "" {
		return err
	}
	err = l.gather(ctx, l.purses[ledger.KindBankLine], `SELECT p.uid FROM bank_line r JOIN bank_line p ON p.company = r.company AND p.amount = -r.amount AND p.currency = r.currency
		WHERE r.company = ? AND r.used <> r.amount AND r.gone_at = 0 AND r.amount < 0 AND r.booked >= ? AND p.gone_at = 0 AND p.booked >= ?`, l.company, l.since, l.since)
	if err != nil {
		return err
	}
	return l.gather(ctx, l.purses[ledger.KindPayment], `SELECT p.uid FROM payment p WHERE p.company = ? AND p.gone_at = 0 AND p.booked >= ? AND p.amount > 0
		AND EXISTS (SELECT 1 FROM bank_line r WHERE r.company = p.company AND r.amount = -p.amount AND r.used <> r.amount AND r.gone_at = 0)`, l.company, l.since)
}

// openItems gathers what money could settle.
func (l *moneyLoader) openItems(ctx context.Context) error {
	return l.gather(ctx, l.items, `SELECT uid FROM item WHERE company = ? AND COALESCE(tool_open - ours, total - settled) <> 0 AND gone_at = 0`, l.company)
}

// maxRounds bounds how far things that belong together lead to others.
const maxRounds = 4

// close adds what belongs to what was gathered: the settlements of the money
// with what undoes them, the items they settle, and the other side of every
// pairing.
func (l *moneyLoader) close(ctx context.Context) error {
	done := map[string]bool{}
	for range maxRounds {
		var fresh, lines, payments []string
		for kind, uids := range l.purses {
			for uid := range uids {
				if done[uid] {
					continue
				}
				done[uid] = true
				fresh = append(fresh, uid)
				if kind == ledger.KindBankLine {
					lines = append(lines, uid)
				}
				if kind == ledger.KindPayment {
					payments = append(payments, uid)
				}
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		slices.Sort(fresh)
		slices.Sort(lines)
		slices.Sort(payments)
		p, err := l.tx.pairs(ctx, l.company, lines, payments)
		if err != nil {
			return err
		}
		for line, paid := range p.payments {
			l.purses[ledger.KindBankLine][string(line)] = true
			for _, payment := range paid {
				l.purses[ledger.KindPayment][string(payment)] = true
			}
		}
		if err := l.settlements(ctx, fresh); err != nil {
			return err
		}
	}
	return nil
}

// settlements reads the settlements from some money, then what undoes them.
func (l *moneyLoader) settlements(ctx context.Context, from []string) error {
	var bases []string
	row := func(scan func(...any) error) error {
		s, err := scanSettlement(scan)
		if err != nil || l.settled[s.UID] {
			return err
		}
		l.settled[s.UID] = true
		l.money.Settled = append(l.money.Settled, s)
		l.items[string(s.Item)] = true
		bases = append(bases, string(s.Item))
		if uids := l.purses[s.FromKind]; uids != nil {
			uids[string(s.From)] = true
		}
		return nil
	}
	if err := l.tx.eachIn(ctx, settlementQuery+`a.from_uid IN (?)`, l.company, from, row); err != nil || len(bases) == 0 {
		return err
	}
	slices.Sort(bases)
	return l.tx.eachIn(ctx, settlementQuery+`a.undoes <> '' AND a.item IN (?)`, l.company, slices.Compact(bases), row)
}

// readPurses reads the money gathered.
func (l *moneyLoader) readPurses(ctx context.Context) error {
	m := &l.money
	uids := func(k ledger.Kind) []string { return slices.Sorted(maps.Keys(l.purses[k])) }
	err := l.tx.eachIn(ctx, lineQuery+`p.uid IN (?)`, l.company, uids(ledger.KindBankLine), func(scan func(...any) error) error {
		r, err := scanLine(scan)
		m.Lines = append(m.Lines, r)
		return err
	})
	if err != nil {
		return err
	}
	err = l.tx.eachIn(ctx, paymentQuery+`p.uid IN (?)`, l.company, uids(ledger.KindPayment), func(scan func(...any) error) error {
		r, _, err := scanPayment(scan)
		m.Payments = append(m.Payments, r)
		return err
	})
	if err != nil {
		return err
	}
	err = l.tx.eachIn(ctx, creditQuery+`p.uid IN (?)`, l.company, uids(ledger.KindCredit), func(scan func(...any) error) error {
		r, _, err := scanCredit(scan)
		m.Credits = append(m.Credits, r)
		return err
	})
	if err != nil {
		return err
	}
	p, err := l.tx.pairs(ctx, l.company, uids(ledger.KindBankLine), uids(ledger.KindPayment))
	p.fill(m.Lines, m.Payments)
	return err
}

// readItems reads the items gathered; drafts are owed by nobody.
func (l *moneyLoader) readItems(ctx context.Context) error {
	return l.tx.eachIn(ctx, `SELECT i.uid, c.customer, v.number, i.ordinal, v.refs, i.due, i.total, i.currency, COALESCE(i.tool_open - i.ours, i.total - i.settled), COALESCE(i.tool_open, 0)
		FROM item i JOIN invoice v ON v.uid = i.invoice JOIN customer c ON c.uid = v.debtor
		WHERE i.company = ? AND i.gone_at = 0 AND v.gone_at = 0 AND v.draft = 0 AND i.uid IN (?)`, l.company, slices.Sorted(maps.Keys(l.items)), func(scan func(...any) error) error {
		var t reconcile.Target
		var total, open, stated int64
		var currency, refs string
		err := scan(&t.UID, &t.Customer, &t.Number, &t.Ordinal, &refs, (*day)(&t.Due), &total, &currency, &open, &stated)
		t.References = splitRefs(refs)
		t.Total, t.Open = amount(total, currency), amount(min(open, max(total, stated)), currency)
		l.money.Items = append(l.money.Items, t)
		return err
	})
}

// payers reads who pays from which account and who bears which name; one that
// two customers share is left out.
func (l *moneyLoader) payers(ctx context.Context) error {
	payers := map[string]ledger.UID{}
	shared := map[string]bool{}
	add := func(name string, customer ledger.UID) {
		if name == "" {
			return
		}
		if have, known := payers[name]; known && have != customer {
			shared[name] = true
		}
		payers[name] = customer
	}
	err := l.tx.each(ctx, `SELECT c.customer, c.name FROM customer c WHERE c.company = ? AND c.customer <> '' AND c.gone_at = 0`, []any{l.company}, func(scan func(...any) error) error {
		var customer ledger.UID
		var name string
		err := scan(&customer, &name)
		add(reconcile.FoldName(name), customer)
		return err
	})
	if err != nil {
		return err
	}
	err = l.tx.each(ctx, `SELECT c.customer, SUBSTR(k.customer_key, 6) FROM customer_key k JOIN customer c ON c.uid = k.debtor
		WHERE k.company = ? AND k.customer_key LIKE 'iban:%' AND c.gone_at = 0`, []any{l.company}, func(scan func(...any) error) error {
		var customer ledger.UID
		var iban string
		err := scan(&customer, &iban)
		add(iban, customer)
		return err
	})
	for name := range shared {
		delete(payers, name)
	}
	l.money.Payers = payers
	return err
}
