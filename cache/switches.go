package cache

import (
	"context"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// The scopes of a switch that stops sending.
const (
	ScopeAll        = "all"
	ScopeConnection = "connection"
	ScopeCustomer   = "customer"
)

// Stop switches sending off for the company, a connection or a customer. What
// has no durable intent yet when it returns does not leave.
func (db *DB) Stop(ctx context.Context, company ledger.UID, scope string, subject ledger.UID, reason, actor string) error {
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO kill_switch (company, scope, subject, reason, actor, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (company, scope, subject) DO UPDATE SET reason = excluded.reason, actor = excluded.actor, at = excluded.at`,
			company, scope, subject, reason, actor, tx.now)
		if err != nil {
			return err
		}
		// An intent that is being written waits for this row, or we for it.
		_, err = tx.exec(ctx, `UPDATE company SET version = version + 1 WHERE uid = ?`, company)
		return err
	})
}

// Resume switches sending on again.
func (db *DB) Resume(ctx context.Context, company ledger.UID, scope string, subject ledger.UID) error {
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `DELETE FROM kill_switch WHERE company = ? AND scope = ? AND subject = ?`, company, scope, subject)
		return err
	})
}

// Switches returns what is switched off, by a person's word or by StopFile.
func (db *DB) Switches(ctx context.Context, company ledger.UID) (outbox.Switches, error) {
	var out outbox.Switches
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.switches(ctx, company)
		return err
	})
	return out, err
}

func (tx *Tx) switches(ctx context.Context, company ledger.UID) (outbox.Switches, error) {
	out := outbox.Switches{Connections: map[ledger.UID]string{}, Customers: map[ledger.UID]string{}}
	err := tx.each(ctx, `SELECT scope, subject, reason FROM kill_switch WHERE company = ?`, []any{company},
		func(scan func(...any) error) error {
			var scope, subject, reason string
			if err := scan(&scope, &subject, &reason); err != nil {
				return err
			}
			switch scope {
			case ScopeAll:
				out.All = reason
			case ScopeConnection:
				out.Connections[ledger.UID(subject)] = reason
			case ScopeCustomer:
				out.Customers[ledger.UID(subject)] = reason
			}
			return nil
		})
	out.File = stoppedBy(tx.stop)
	return out, err
}
