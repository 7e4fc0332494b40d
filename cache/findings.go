package cache

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/relanced/relanced/ledger"
)

// Finding is something that does not add up, as people and exports see it.
type Finding struct {
	ID           string     `json:"id"`
	Kind         string     `json:"kind"` // a ledger.FindingKind, or "quarantine"
	Origin       string     `json:"origin"`
	Customer     ledger.UID `json:"customer,omitempty"`
	CustomerCode string     `json:"customer_code,omitempty"`
	CustomerName string     `json:"customer_name,omitempty"`
	Invoice      ledger.UID `json:"invoice,omitempty"`
	Item         ledger.UID `json:"item,omitempty"`
	Holds        bool       `json:"holds"`
	Text         string     `json:"text"`
	Source       string     `json:"source,omitempty"`
	Seen         time.Time  `json:"seen"`
	ReleasedBy   string     `json:"released_by,omitempty"`
	ReleasedWhy  string     `json:"released_why,omitempty"`
}

// Findings returns what does not add up now: findings of connectors and of the
// money stage, and records in quarantine. Those a person has released are told
// with the reason.
func (db *DB) Findings(ctx context.Context, company ledger.UID) ([]Finding, error) {
	var out []Finding
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, findingQuery, []any{company, company}, func(scan func(...any) error) error {
			var f Finding
			err := scan(&f.ID, &f.Kind, &f.Origin, &f.Customer, &f.CustomerCode, &f.CustomerName, &f.Invoice, &f.Item, (*flag)(&f.Holds), &f.Text, &f.Source,
				(*instant)(&f.Seen), &f.ReleasedBy, &f.ReleasedWhy)
			out = append(out, f)
			return err
		})
	})
	return out, err
}

const findingQuery = `SELECT f.uid, f.kind, COALESCE(n.name, f.origin), COALESCE(c.customer, ''), COALESCE(c.code, ''), COALESCE(c.name, ''), f.invoice, f.item, f.holds, f.note, f.source,
		f.seen_at, COALESCE((SELECT MAX(r.who) FROM released r WHERE r.company = f.company AND r.id = f.uid), ''),
		COALESCE((SELECT MAX(r.why) FROM released r WHERE r.company = f.company AND r.id = f.uid), '')
	FROM finding f LEFT JOIN connection n ON n.uid = f.origin
	LEFT JOIN item i ON i.uid = f.item LEFT JOIN invoice v ON v.uid = COALESCE(i.invoice, f.invoice)
	LEFT JOIN customer c ON c.uid = COALESCE(NULLIF(f.debtor, ''), v.debtor) WHERE f.company = ? AND f.gone_at = 0
	UNION ALL SELECT q.uid, 'quarantine', n.name, COALESCE(c.customer, ''), COALESCE(c.code, ''), COALESCE(c.name, ''), '', '', q.money, q.reason, q.source,
		q.seen_at, COALESCE((SELECT MAX(r.who) FROM released r WHERE r.company = q.company AND r.id = q.uid), ''),
		COALESCE((SELECT MAX(r.why) FROM released r WHERE r.company = q.company AND r.id = q.uid), '')
	FROM quarantine q JOIN connection n ON n.uid = q.connection LEFT JOIN customer c ON c.uid = q.debtor WHERE q.company = ? AND q.gone_at = 0
	ORDER BY 12, 1`

// Quarantined returns the records that could not be read for certain. Their
// customers are UIDs, empty when unknown.
func (db *DB) Quarantined(ctx context.Context, company ledger.UID) ([]ledger.Quarantined, error) {
	var out []ledger.Quarantined
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT q.uid, q.kind, COALESCE(c.customer, ''), q.money, q.reason, q.source FROM quarantine q LEFT JOIN customer c ON c.uid = q.debtor
			WHERE q.company = ? AND q.gone_at = 0 ORDER BY q.seen_at, q.uid`, []any{company}, func(scan func(...any) error) error {
			var q ledger.Quarantined
			err := scan(&q.ID, &q.Kind, &q.Customer, (*flag)(&q.Money), &q.Reason, &q.Seen)
			out = append(out, q)
			return err
		})
	})
	return out, err
}

// InvalidContact marks every contact of a company with that mail address as
// unusable until its record changes: the channel says that nobody is there.
// ErrNotFound: no contact has it.
func (db *DB) InvalidContact(ctx context.Context, company ledger.UID, mail, why string) error {
	return db.Update(ctx, func(tx *Tx) error {
		var owners []ledger.UID
		err := tx.all(ctx, &owners, `SELECT c.customer FROM contact t JOIN customer c ON c.uid = t.debtor WHERE t.company = ? AND t.mail = ? AND t.gone_at = 0`, company, foldMail(mail))
		if err != nil {
			return err
		}
		if len(owners) == 0 {
			return ErrNotFound
		}
		for _, customer := range owners {
			if err := tx.touch(ctx, company, customer); err != nil {
				return err
			}
		}
		_, err = tx.exec(ctx, `UPDATE contact SET invalid = ? WHERE company = ? AND mail = ?`, why, company, foldMail(mail))
		return err
	})
}

// Messages returns what tools say the customers named have been sent, oldest
// first. Customers and items are UIDs.
func (db *DB) Messages(ctx context.Context, company ledger.UID, customers ...ledger.UID) ([]ledger.Message, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	uids := make([]string, len(customers))
	for i, c := range customers {
		uids[i] = string(c)
	}
	var out []ledger.Message
	err := db.View(ctx, func(tx *Tx) error {
		return tx.eachIn(ctx, `SELECT c.customer, m.body FROM message m JOIN customer c ON c.uid = m.debtor AND c.company = m.company
			WHERE m.company = ? AND m.gone_at = 0 AND c.customer IN (?) ORDER BY m.sent, m.uid`, company, uids, func(scan func(...any) error) error {
			var customer, body string
			if err := scan(&customer, &body); err != nil {
				return err
			}
			var m ledger.Message
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				return err
			}
			m.Customer = customer
			out = append(out, m)
			return nil
		})
	})
	return out, err
}

// NewOutcomes returns what people recorded in tools about tasks and what
// nobody has logged yet, each with the UID LoggedOutcome takes.
func (db *DB) NewOutcomes(ctx context.Context, company ledger.UID) (map[ledger.UID]ledger.TaskOutcome, error) {
	out := map[ledger.UID]ledger.TaskOutcome{}
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT uid, body FROM task_outcome WHERE company = ? AND logged_at = 0`, []any{company}, func(scan func(...any) error) error {
			var uid ledger.UID
			var body string
			if err := scan(&uid, &body); err != nil {
				return err
			}
			var o ledger.TaskOutcome
			err := json.Unmarshal([]byte(body), &o)
			out[uid] = o
			return err
		})
	})
	return out, err
}

// LoggedOutcome notes that an outcome has been logged.
func (db *DB) LoggedOutcome(ctx context.Context, company, outcome ledger.UID) error {
	return db.Update(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, `UPDATE task_outcome SET logged_at = ? WHERE company = ? AND uid = ?`, tx.now, company, outcome)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}

// CustomerRefs is how one connection names a customer and some of its items.
type CustomerRefs struct {
	Connection ledger.UID
	Customer   ledger.Ref
	Items      []ledger.Ref
}

// Refs returns how each connection names a customer and those of the items
// that it knows, so that it can be looked at there. ErrNotFound: there is no
// such customer.
func (db *DB) Refs(ctx context.Context, company, customer ledger.UID, items []ledger.UID) ([]CustomerRefs, error) {
	var out []CustomerRefs
	at := map[ledger.UID]int{}
	uids := make([]string, len(items))
	for i, it := range items {
		uids[i] = string(it)
	}
	err := db.View(ctx, func(tx *Tx) error {
		err := tx.each(ctx, `SELECT c.connection, c.id FROM customer c JOIN connection n ON n.uid = c.connection
			WHERE c.company = ? AND c.customer = ? AND c.gone_at = 0 AND c.survivor = '' ORDER BY n.place, n.name, c.uid`, []any{company, customer}, func(scan func(...any) error) error {
			var r CustomerRefs
			err := scan(&r.Connection, &r.Customer.ID)
			r.Customer.Connection, r.Customer.Kind = r.Connection, ledger.KindCustomer
			if _, have := at[r.Connection]; !have {
				at[r.Connection] = len(out)
				out = append(out, r)
			}
			return err
		})
		if err != nil {
			return err
		}
		return tx.eachIn(ctx, `SELECT v.connection, i.id FROM item i JOIN invoice v ON v.uid = i.invoice WHERE i.company = ? AND i.gone_at = 0 AND i.uid IN (?) ORDER BY i.uid`,
			company, uids, func(scan func(...any) error) error {
				ref := ledger.Ref{Kind: ledger.KindItem}
				err := scan(&ref.Connection, &ref.ID)
				if i, have := at[ref.Connection]; have {
					out[i].Items = append(out[i].Items, ref)
				}
				return err
			})
	})
	if err == nil && len(out) == 0 {
		err = errors.Join(ErrNotFound)
	}
	return out, err
}
