package cache

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/relanced/relanced/ledger"
)

// ExportCustomer is one connection's record of a customer. The json names of
// the export rows are stable; see docs/exports.md.
type ExportCustomer struct {
	Company    string     `json:"company"`
	Connection string     `json:"connection"`
	Code       string     `json:"customer_code"`
	Name       string     `json:"customer_name"`
	ID         string     `json:"id"`
	Customer   ledger.UID `json:"customer"`
	Source     string     `json:"source"`
}

// ExportInvoice is an invoice as its tool tells it.
type ExportInvoice struct {
	Company    string     `json:"company"`
	Connection string     `json:"connection"`
	Code       string     `json:"customer_code"`
	Name       string     `json:"customer_name"`
	Number     string     `json:"invoice_number"`
	Issued     string     `json:"issued_day"`
	Currency   string     `json:"currency"`
	Total      int64      `json:"total_cents"`
	Draft      bool       `json:"draft"`
	Opening    bool       `json:"opening"`
	Source     string     `json:"source"`
	Invoice    ledger.UID `json:"invoice"`
}

// ExportItem is one instalment, with what is open of it after every
// allocation. The due day is the tool's own, empty when it has none; then the
// payment terms tell.
type ExportItem struct {
	Company    string     `json:"company"`
	Connection string     `json:"connection"`
	Code       string     `json:"customer_code"`
	Name       string     `json:"customer_name"`
	Number     string     `json:"invoice_number"`
	Part       int        `json:"instalment"`
	Issued     string     `json:"issued_day"`
	Due        string     `json:"due_day"`
	Currency   string     `json:"currency"`
	Total      int64      `json:"total_cents"`
	Open       int64      `json:"open_cents"`
	Episode    int        `json:"episode"`
	Customer   ledger.UID `json:"customer"`
	Item       ledger.UID `json:"item"`
}

// ExportPayment is money: a booked payment, a credit or a bank line. Loose is
// what of it has settled nothing.
type ExportPayment struct {
	Company    string     `json:"company"`
	Connection string     `json:"connection"`
	Kind       string     `json:"kind"`
	Code       string     `json:"customer_code"`
	Name       string     `json:"customer_name"`
	Day        string     `json:"day"`
	Currency   string     `json:"currency"`
	Amount     int64      `json:"amount_cents"`
	Loose      int64      `json:"loose_cents"`
	Paired     bool       `json:"paired"` // a bank line and a booked payment that are one
	Text       string     `json:"text"`
	Source     string     `json:"source"`
	Payment    ledger.UID `json:"payment"`
}

// ExportAllocation says that so much of one payment, credit or bank line
// settles one item. Rows are append-only; those that cancel each other have
// void set.
type ExportAllocation struct {
	Company  string     `json:"company"`
	Code     string     `json:"customer_code"`
	Number   string     `json:"invoice_number"`
	Part     int        `json:"instalment"`
	Kind     string     `json:"from_kind"`
	Day      string     `json:"day"`
	Currency string     `json:"currency"`
	Amount   int64      `json:"amount_cents"`
	By       string     `json:"decided_by"`
	Void     bool       `json:"void"`
	From     ledger.UID `json:"from"`
	Item     ledger.UID `json:"item"`
	UID      ledger.UID `json:"allocation"`
}

// ExportCustomers yields the customer records of a company, by code.
func (db *DB) ExportCustomers(ctx context.Context, company ledger.UID) iter.Seq2[ExportCustomer, error] {
	return export(ctx, db, `SELECT o.name, n.name, c.code, c.name, c.id, c.customer, c.source FROM customer c
		JOIN connection n ON n.uid = c.connection JOIN company o ON o.uid = c.company
		WHERE c.company = ? AND c.gone_at = 0 AND c.customer <> '' ORDER BY c.code, n.place, c.uid`, []any{company},
		func(scan func(...any) error) (r ExportCustomer, err error) {
			err = scan(&r.Company, &r.Connection, &r.Code, &r.Name, &r.ID, &r.Customer, &r.Source)
			return r, err
		})
}

// ExportInvoices yields the invoices of a company, by customer and number.
func (db *DB) ExportInvoices(ctx context.Context, company ledger.UID) iter.Seq2[ExportInvoice, error] {
	return export(ctx, db, `SELECT o.name, n.name, c.code, c.name, v.number, v.issued, v.currency, v.total, v.draft, v.opening, v.source, v.uid
		FROM invoice v JOIN connection n ON n.uid = v.connection JOIN company o ON o.uid = v.company JOIN customer c ON c.uid = v.debtor
		WHERE v.company = ? AND v.gone_at = 0 ORDER BY c.code, v.number, v.uid`, []any{company},
		func(scan func(...any) error) (r ExportInvoice, err error) {
			err = scan(&r.Company, &r.Connection, &r.Code, &r.Name, &r.Number, &r.Issued, &r.Currency, &r.Total, (*flag)(&r.Draft), (*flag)(&r.Opening), &r.Source, &r.Invoice)
			return r, err
		})
}

// ExportItems yields the items of a company, by customer, number and part.
func (db *DB) ExportItems(ctx context.Context, company ledger.UID) iter.Seq2[ExportItem, error] {
	return export(ctx, db, `SELECT o.name, n.name, c.code, c.name, v.number, t.ordinal, v.issued, t.due, t.currency, t.total,
			COALESCE(t.tool_open - t.ours, t.total - t.settled), t.episode, c.customer, t.uid
		FROM item t JOIN invoice v ON v.uid = t.invoice JOIN connection n ON n.uid = v.connection
		JOIN company o ON o.uid = v.company JOIN customer c ON c.uid = v.debtor
		WHERE t.company = ? AND t.gone_at = 0 AND v.gone_at = 0 ORDER BY c.code, v.number, t.ordinal, t.uid`, []any{company},
		func(scan func(...any) error) (r ExportItem, err error) {
			err = scan(&r.Company, &r.Connection, &r.Code, &r.Name, &r.Number, &r.Part, &r.Issued, &r.Due, &r.Currency, &r.Total, &r.Open, &r.Episode, &r.Customer, &r.Item)
			return r, err
		})
}

// ExportPayments yields booked payments, credits and bank lines, by day.
func (db *DB) ExportPayments(ctx context.Context, company ledger.UID) iter.Seq2[ExportPayment, error] {
	return export(ctx, db, `SELECT o.name, n.name, p.kind, COALESCE(c.code, ''), COALESCE(c.name, ''), p.booked, p.currency, p.amount, p.amount - p.used, p.paired, p.note, p.source, p.uid
		FROM (
			SELECT 'payment' AS kind, uid, company, connection, debtor, booked, currency, amount, used, note, source, gone_at,
				CASE WHEN EXISTS (SELECT 1 FROM pairing g WHERE g.payment = payment.uid AND g.gone_at = 0) THEN 1 ELSE 0 END AS paired FROM payment
			UNION ALL SELECT kind, uid, company, connection, debtor, booked, currency, amount, used, number, source, gone_at, 0 FROM credit
			UNION ALL SELECT 'bank_line', uid, company, connection, '', booked, currency, amount, used, note, source, gone_at,
				CASE WHEN EXISTS (SELECT 1 FROM pairing g WHERE g.line = bank_line.uid AND g.gone_at = 0) THEN 1 ELSE 0 END FROM bank_line
		) p JOIN connection n ON n.uid = p.connection JOIN company o ON o.uid = p.company LEFT JOIN customer c ON c.uid = p.debtor
		WHERE p.company = ? AND p.gone_at = 0 ORDER BY p.booked, p.kind, p.uid`, []any{company},
		func(scan func(...any) error) (r ExportPayment, err error) {
			err = scan(&r.Company, &r.Connection, &r.Kind, &r.Code, &r.Name, &r.Day, &r.Currency, &r.Amount, &r.Loose, (*flag)(&r.Paired), &r.Text, &r.Source, &r.Payment)
			return r, err
		})
}

// ExportAllocations yields every allocation ever made, by customer and item.
func (db *DB) ExportAllocations(ctx context.Context, company ledger.UID) iter.Seq2[ExportAllocation, error] {
	return export(ctx, db, `SELECT o.name, COALESCE(c.code, ''), COALESCE(v.number, ''), COALESCE(t.ordinal, 0), a.from_kind, a.counts_from, a.currency, a.amount,
			a.decided_by, a.void, a.from_uid, a.item, a.uid
		FROM allocation a JOIN company o ON o.uid = a.company LEFT JOIN item t ON t.uid = a.item LEFT JOIN invoice v ON v.uid = t.invoice
		LEFT JOIN customer c ON c.uid = v.debtor
		WHERE a.company = ? ORDER BY c.code, v.number, t.ordinal, a.seen_at, a.uid`, []any{company},
		func(scan func(...any) error) (r ExportAllocation, err error) {
			err = scan(&r.Company, &r.Code, &r.Number, &r.Part, &r.Kind, &r.Day, &r.Currency, &r.Amount, &r.By, (*flag)(&r.Void), &r.From, &r.Item, &r.UID)
			return r, err
		})
}

// export streams a query's rows, read as they are asked for.
func export[T any](ctx context.Context, db *DB, query string, args []any, read func(scan func(...any) error) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := db.View(ctx, func(tx *Tx) error {
			return tx.each(ctx, query, args, func(scan func(...any) error) error {
				row, err := read(scan)
				if err != nil {
					return err
				}
				if !yield(row, nil) {
					return errStop
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, errStop) {
			var none T
			yield(none, fmt.Errorf("export: %w", err))
		}
	}
}
