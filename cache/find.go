package cache

import (
	"context"
	"fmt"

	"github.com/relanced/relanced/ledger"
)

// Subject is what a person means by a customer's code or name, or by an
// invoice's number.
type Subject struct {
	Customer ledger.UID   `json:"customer"`
	Code     string       `json:"code"`
	Name     string       `json:"name"`
	Invoice  ledger.UID   `json:"invoice,omitempty"` // empty: the customer as a whole is meant
	Number   string       `json:"number,omitempty"`
	Items    []ledger.UID `json:"items,omitempty"` // of the invoice
}

// Find returns what a text means: a customer by UID or code, else an invoice
// by number, else customers whose name contains it. ErrNotFound: nothing.
// Several subjects mean that the text is not enough.
func (db *DB) Find(ctx context.Context, company ledger.UID, text string) ([]Subject, error) {
	var out []Subject
	err := db.View(ctx, func(tx *Tx) error {
		for _, look := range []func(context.Context, ledger.UID, string) ([]Subject, error){tx.findByCode, tx.findByNumber, tx.findByName} {
			found, err := look(ctx, company, text)
			if err != nil || len(found) > 0 {
				out = found
				return err
			}
		}
		return fmt.Errorf("%q is no customer's code or name, and no invoice's number: %w", text, ErrNotFound)
	})
	return out, err
}

func (tx *Tx) findByCode(ctx context.Context, company ledger.UID, text string) ([]Subject, error) {
	return tx.findCustomers(ctx, `SELECT customer, MAX(code), MAX(name) FROM customer WHERE company = ? AND customer <> '' AND (customer = ? OR code = ?)
		GROUP BY customer ORDER BY customer LIMIT 20`, company, text, text)
}

func (tx *Tx) findByName(ctx context.Context, company ledger.UID, text string) ([]Subject, error) {
	return tx.findCustomers(ctx, `SELECT customer, MAX(code), MAX(name) FROM customer WHERE company = ? AND customer <> '' AND LOWER(name) LIKE LOWER(?)
		GROUP BY customer ORDER BY customer LIMIT 20`, company, "%"+text+"%")
}

func (tx *Tx) findCustomers(ctx context.Context, query string, args ...any) ([]Subject, error) {
	var out []Subject
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		var s Subject
		if err := scan(&s.Customer, &s.Code, &s.Name); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

func (tx *Tx) findByNumber(ctx context.Context, company ledger.UID, text string) ([]Subject, error) {
	var out []Subject
	err := tx.each(ctx, `SELECT c.customer, c.code, c.name, i.uid, i.number, t.uid FROM invoice i
		JOIN customer c ON c.uid = i.debtor JOIN item t ON t.invoice = i.uid
		WHERE i.company = ? AND i.number = ? AND i.gone_at = 0 AND t.gone_at = 0 ORDER BY i.uid, t.ordinal`,
		[]any{company, text}, func(scan func(...any) error) error {
			var s Subject
			var item ledger.UID
			if err := scan(&s.Customer, &s.Code, &s.Name, &s.Invoice, &s.Number, &item); err != nil {
				return err
			}
			if n := len(out); n > 0 && out[n-1].Invoice == s.Invoice {
				out[n-1].Items = append(out[n-1].Items, item)
				return nil
			}
			s.Items = []ledger.UID{item}
			out = append(out, s)
			return nil
		})
	return out, err
}

// EntryEvent is one change of an entry, for people who ask how it came.
type EntryEvent struct {
	At    instant `db:"at" json:"-"`
	State string  `db:"state" json:"state"`
	Actor string  `db:"actor" json:"actor"`
	Why   string  `db:"why" json:"why"`
}

// EntryLog returns every change of an entry's state, oldest first.
func (db *DB) EntryLog(ctx context.Context, company ledger.UID, key string) ([]EntryEvent, error) {
	var out []EntryEvent
	err := db.View(ctx, func(tx *Tx) error {
		return tx.all(ctx, &out, `SELECT at, state, actor, why FROM entry_log WHERE company = ? AND entry_key = ? ORDER BY version`, company, key)
	})
	return out, err
}
