package cache

import (
	"context"
	"errors"

	"github.com/relanced/relanced/ledger"
)

// Rule notes by which rules a company is worked with: its configuration, its
// ladders, its calendars. When they are not those of the last time, every
// customer's position and all money are worked out anew, and Rule reports it.
func (db *DB) Rule(ctx context.Context, company ledger.UID, fingerprint string) (changed bool, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		var was string
		err := tx.get(ctx, &was, `SELECT fingerprint FROM ruling WHERE company = ?`, company)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		changed = was != fingerprint
		return nil
	})
	if err != nil || !changed {
		return false, err
	}
	return true, db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO ruling (company, fingerprint) VALUES (?, ?)
			ON CONFLICT (company) DO UPDATE SET fingerprint = excluded.fingerprint`, company, fingerprint)
		if err != nil {
			return err
		}
		if err := tx.touchAll(ctx, company); err != nil {
			return err
		}
		return tx.touchCompany(ctx, company)
	})
}
