package cache

import (
	"context"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// RetireConnection takes everything a connection told out of what counts, as
// if it had shown none of it in a complete reading. The rows stay, as gone;
// what was sent and said about them stays, too. ErrNotFound: there is none of
// that name.
func (db *DB) RetireConnection(ctx context.Context, company ledger.UID, name string) (connectors.Counts, error) {
	known, err := db.MoneyUntil(ctx, company)
	if err != nil {
		return connectors.Counts{}, err
	}
	var uid ledger.UID
	var gone []connectors.Unseen
	nothing := func(ledger.Kind, string) bool { return false }
	for _, s := range known {
		if s.Name != name {
			continue
		}
		uid = s.Connection
		unseen, err := db.Unseen(ctx, company, s.Connection, s.Stream, connectors.All, nothing)
		if err != nil {
			return connectors.Counts{}, err
		}
		gone = append(gone, unseen...)
	}
	if uid == "" {
		return connectors.Counts{}, fmt.Errorf("connection %q: %w", name, ErrNotFound)
	}
	counts, err := db.PutPages(ctx, company, uid, connectors.Portion{Vanished: gone})
	if err != nil {
		return counts, fmt.Errorf("retire %q: %w", name, err)
	}
	return counts, db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `UPDATE stream SET ended_at = 0, money_until = '', as_of = 0 WHERE company = ? AND connection = ?`, company, uid); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE connection SET next_cursor = '', failed_at = 0, failure = '' WHERE company = ? AND uid = ?`, company, uid)
		return err
	})
}
