package cache

import (
	"context"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// The queries below read records as the stages see them. Each takes a
// condition with at most one "IN (?)"; p, l, v and i are the records' own
// tables, c is their customer record.

const paymentQuery = `SELECT p.uid, p.connection, COALESCE(c.customer, ''), p.id, COALESCE(c.id, ''), p.booked, p.amount, p.currency, p.method, p.note, p.reference, p.source, p.seen_at, p.used
	FROM payment p LEFT JOIN customer c ON c.uid = p.debtor WHERE p.company = ? AND p.gone_at = 0 AND `

func scanPayment(scan func(...any) error) (r reconcile.PaymentRecord, used int64, err error) {
	var minor int64
	var currency string
	p := &r.Payment
	err = scan(&r.UID, &r.Connection, &r.Customer, &p.ID, &p.Customer, (*day)(&p.Day), &minor, &currency, &p.Method, &p.Text, &p.Reference, &p.Seen, (*seenDay)(&r.Known), &used)
	p.Amount = amount(minor, currency)
	return r, used, err
}

//nolint:gosec // a credit is a credit note here, no credential
const creditQuery = `SELECT p.uid, p.connection, COALESCE(c.customer, ''), p.id, COALESCE(c.id, ''), p.kind, p.number, p.booked, p.amount, p.currency, p.note, p.source, p.seen_at, p.used
	FROM credit p LEFT JOIN customer c ON c.uid = p.debtor WHERE p.company = ? AND p.gone_at = 0 AND `

func scanCredit(scan func(...any) error) (r reconcile.CreditRecord, used int64, err error) {
	var minor int64
	var currency string
	c := &r.Credit
	err = scan(&r.UID, &r.Connection, &r.Customer, &c.ID, &c.Customer, &c.Kind, &c.Number, (*day)(&c.Day), &minor, &currency, &c.Text, &c.Seen, (*seenDay)(&r.Known), &used)
	c.Amount = amount(minor, currency)
	return r, used, err
}

// A bank line is a customer's by an account that a person has confirmed, when
// only one customer has it.
const lineQuery = `SELECT p.uid, p.id, p.account, p.booked, p.value_day, p.amount, p.currency, p.payer, p.payer_iban, p.note, p.reference, p.end_to_end, p.extra, p.source, p.seen_at,
		COALESCE((SELECT CASE WHEN MIN(c.customer) = MAX(c.customer) THEN MIN(c.customer) END FROM customer_key k JOIN customer c ON c.uid = k.debtor
			WHERE p.payer_iban <> '' AND k.company = p.company AND k.customer_key = 'iban:' || p.payer_iban), '')
	FROM bank_line p WHERE p.company = ? AND p.gone_at = 0 AND `

func scanLine(scan func(...any) error) (r reconcile.LineRecord, err error) {
	var minor int64
	var currency, extra string
	l := &r.Line
	err = scan(&r.UID, &l.ID, &l.Account, (*day)(&l.Day), (*day)(&l.Value), &minor, &currency, &l.Payer, &l.PayerIBAN, &l.Text, &l.Reference, &l.EndToEnd,
		&extra, &l.Seen, (*seenDay)(&r.Known), &r.Customer)
	if err != nil {
		return r, err
	}
	l.Amount = amount(minor, currency)
	return r, addExtra(l, extra)
}

// Pairs of the tool's rows that cancel are left out; everything else is
// wanted, with what undoes it.
const settlementQuery = `SELECT a.uid, a.from_kind, a.from_uid, a.item, COALESCE(c.customer, ''), a.amount, a.currency, a.decided_by, a.undoes, a.counts_from
	FROM allocation a LEFT JOIN item i ON i.uid = a.item LEFT JOIN invoice v ON v.uid = i.invoice LEFT JOIN customer c ON c.uid = v.debtor
	WHERE a.company = ? AND a.void <> 1 AND `

func scanSettlement(scan func(...any) error) (s reconcile.Settlement, err error) {
	var minor int64
	var currency string
	err = scan(&s.UID, &s.FromKind, &s.From, &s.Item, &s.Customer, &minor, &currency, &s.By, &s.Undoes, (*day)(&s.Day))
	s.Amount = amount(minor, currency)
	return s, err
}

// eachIn is eachOf for a query whose first argument is the company.
func (tx *Tx) eachIn(ctx context.Context, query string, company ledger.UID, values []string, row func(scan func(dest ...any) error) error) error {
	for len(values) > 0 {
		part := values[:min(len(values), most)]
		values = values[len(part):]
		args := make([]any, 0, len(part)+1)
		args = append(args, string(company))
		for _, v := range part {
			args = append(args, v)
		}
		stmt, err := tx.prepared(ctx, expand(query, len(part)))
		if err != nil {
			return err
		}
		if err := scanArgs(ctx, stmt, args, row); err != nil {
			return err
		}
	}
	return nil
}
