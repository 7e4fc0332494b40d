package cache

import (
	"context"
	"errors"

	"github.com/relanced/relanced/ledger"
)

// Identity returns what a connection of that name said of itself when it was
// reached last; empty: it was never reached, or there is none.
func (db *DB) Identity(ctx context.Context, company ledger.UID, name string) (string, error) {
	var identity string
	err := db.View(ctx, func(tx *Tx) error {
		err := tx.get(ctx, &identity, `SELECT identity FROM connection WHERE company = ? AND name = ?`, company, name)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	return identity, err
}
