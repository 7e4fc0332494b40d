package cache

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/relanced/relanced/ledger"
)

// randomUID is the UID of a thing that has no remote id: a hold, a call.
func randomUID() ledger.UID {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return ledger.UID(hex.EncodeToString(b[:]))
}

// Hold leaves a customer, an invoice or an item alone, and returns the hold
// with its UID.
func (db *DB) Hold(ctx context.Context, company ledger.UID, h ledger.Hold) (ledger.Hold, error) {
	h.UID = randomUID()
	err := db.Update(ctx, func(tx *Tx) error { return tx.insertHold(ctx, company, h) })
	return h, err
}

func (tx *Tx) insertHold(ctx context.Context, company ledger.UID, h ledger.Hold) error {
	_, err := tx.exec(ctx, `INSERT INTO hold (uid, company, kind, customer, invoice, item, source, owner, reason, from_day, until_day,
		created, released, released_by, released_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')`,
		h.UID, company, string(h.Kind), h.Customer, h.Invoice, h.Item, h.Source, h.Owner, h.Reason, day(h.From), day(h.Until), tx.now)
	if err != nil {
		return err
	}
	return tx.touch(ctx, company, h.Customer)
}

// Release ends a hold. ErrNotFound: there is none of that UID in force.
func (db *DB) Release(ctx context.Context, company, hold ledger.UID, why, actor string) error {
	return db.Update(ctx, func(tx *Tx) error {
		var customer ledger.UID
		if err := tx.get(ctx, &customer, `SELECT customer FROM hold WHERE company = ? AND uid = ? AND released = 0`, company, hold); err != nil {
			return fmt.Errorf("hold %s: %w", hold, err)
		}
		_, err := tx.exec(ctx, `UPDATE hold SET released = ?, released_by = ?, released_why = ? WHERE company = ? AND uid = ?`,
			tx.now, actor, why, company, hold)
		if err != nil {
			return err
		}
		return tx.touch(ctx, company, customer)
	})
}

// holdRow is a hold as it is stored.
type holdRow struct {
	UID      ledger.UID `db:"uid"`
	Kind     string     `db:"kind"`
	Customer ledger.UID `db:"customer"`
	Invoice  ledger.UID `db:"invoice"`
	Item     ledger.UID `db:"item"`
	Source   string     `db:"source"`
	Owner    string     `db:"owner"`
	Reason   string     `db:"reason"`
	From     day        `db:"from_day"`
	Until    day        `db:"until_day"`
}

// Holds returns the holds in force of the customers named; of all, when none is.
func (db *DB) Holds(ctx context.Context, company ledger.UID, customers ...ledger.UID) ([]ledger.Hold, error) {
	query := `SELECT uid, kind, customer, invoice, item, source, owner, reason, from_day, until_day FROM hold
		WHERE company = ? AND released = 0`
	args := []any{company}
	if len(customers) > 0 {
		query += ` AND customer IN (?)`
		args = append(args, customers)
	}
	var rows []holdRow
	err := db.View(ctx, func(tx *Tx) error { return tx.all(ctx, &rows, query+` ORDER BY created, uid`, args...) })
	out := make([]ledger.Hold, 0, len(rows))
	for _, r := range rows {
		out = append(out, ledger.Hold{
			UID: r.UID, Kind: ledger.HoldKind(r.Kind), Customer: r.Customer, Invoice: r.Invoice, Item: r.Item,
			Source: r.Source, Owner: r.Owner, Reason: r.Reason, From: ledger.Date(r.From), Until: ledger.Date(r.Until),
		})
	}
	return out, err
}

// Reject refuses a proposed or released entry: it is superseded, and the hold
// given leaves its customer alone, so that its key does not die and the wish
// comes back when the hold ends.
func (db *DB) Reject(ctx context.Context, key string, company ledger.UID, h ledger.Hold, actor string) (ledger.Hold, error) {
	h.UID = randomUID()
	err := db.Update(ctx, func(tx *Tx) error {
		list, err := tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND entry_key = ?`, company, key)
		if err != nil || len(list) != 1 {
			return fmt.Errorf("entry %s: %w", key, joinNotFound(err))
		}
		e := supersede(list[0], "refused by "+actor+": "+h.Reason)
		if _, err := tx.moveEntry(ctx, e, actor); err != nil {
			return err
		}
		return tx.insertHold(ctx, company, h)
	})
	return h, err
}
