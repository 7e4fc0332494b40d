package cache

import (
	"context"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
)

// Call is what a person recorded about a call, a letter, a reply or a visit.
type Call struct {
	UID      ledger.UID
	Customer ledger.UID
	Entry    string // key of the task it answers; empty: none
	Verb     ledger.Verb
	Outcome  ledger.Outcome
	Day      ledger.Date
	Who      string
	Note     string
	Promise  money.Amount
	By       ledger.Date // the day promised
}

// LogCall records an outcome, with the hold that follows from it (a promise, a
// dispute, "says paid") in the same transaction; hold may be nil.
func (db *DB) LogCall(ctx context.Context, company ledger.UID, c Call, hold *ledger.Hold) error {
	c.UID = randomUID()
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO log (uid, company, customer, entry_key, verb, outcome, log_day, who, note,
			promise_minor, promise_currency, promise_day, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.UID, company, c.Customer, c.Entry, string(c.Verb), string(c.Outcome), day(c.Day), c.Who, c.Note,
			c.Promise.Minor(), string(c.Promise.Currency()), day(c.By), tx.now)
		if err != nil {
			return err
		}
		if hold == nil {
			return tx.touch(ctx, company, c.Customer)
		}
		hold.UID = randomUID()
		return tx.insertHold(ctx, company, *hold)
	})
}

// Calls returns what people recorded about the customers named; about all,
// when none is. Oldest first.
func (db *DB) Calls(ctx context.Context, company ledger.UID, customers ...ledger.UID) ([]Call, error) {
	query := `SELECT uid, customer, entry_key, verb, outcome, log_day, who, note, promise_minor, promise_currency, promise_day
		FROM log WHERE company = ?`
	args := []any{company}
	if len(customers) > 0 {
		query += ` AND customer IN (?)`
		args = append(args, customers)
	}
	var out []Call
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, query+` ORDER BY log_day, created, uid`, args, func(scan func(...any) error) error {
			var c Call
			var on, by day
			var minor int64
			var verb, outcome, currency string
			if err := scan(&c.UID, &c.Customer, &c.Entry, &verb, &outcome, &on, &c.Who, &c.Note, &minor, &currency, &by); err != nil {
				return err
			}
			c.Verb, c.Outcome, c.Day, c.By = ledger.Verb(verb), ledger.Outcome(outcome), ledger.Date(on), ledger.Date(by)
			c.Promise = amount(minor, currency)
			out = append(out, c)
			return nil
		})
	})
	return out, err
}

// SettleEntry records a person's word about an entry that nobody else can
// tell of. sent: it arrived. Otherwise this attempt is given up; with repeat
// the next one is proposed under a key of its own.
func (db *DB) SettleEntry(ctx context.Context, company ledger.UID, key string, sent, repeat bool, why, actor string) error {
	return db.Update(ctx, func(tx *Tx) error {
		list, err := tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND entry_key = ?`, company, key)
		if err != nil || len(list) != 1 {
			return joinNotFound(err)
		}
		e := list[0]
		if repeat && !sent {
			next, err := outbox.Repeat(e)
			if err != nil {
				return err
			}
			if err := tx.insertEntry(ctx, next, actor); err != nil {
				return err
			}
		}
		if e.State != outbox.Rejected || sent {
			e.State, e.Why = outbox.Cancelled, actor+": "+why
			if sent {
				e.State = outbox.Confirmed
				e.Receipt = outbox.Receipt{At: e.Intent.At, Note: "on the word of " + actor}
			}
			if _, err := tx.moveEntry(ctx, e, actor); err != nil {
				return err
			}
		}
		return tx.touch(ctx, company, e.Customer)
	})
}

func supersede(e outbox.Entry, why string) outbox.Entry {
	e.State, e.Why, e.Approval, e.Lease = outbox.Superseded, why, outbox.Approval{}, outbox.Lease{}
	return e
}

func joinNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}
