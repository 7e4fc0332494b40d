package cache

import (
	"context"
	"encoding/json"

	"github.com/relanced/relanced/ledger"
)

// Terms returns the payment terms written for every customer that has any,
// the first connection that knows them speaking; under the empty UID stand
// those of the people file's row "*".
func (db *DB) Terms(ctx context.Context, company ledger.UID) (map[ledger.UID]string, error) {
	out := make(map[ledger.UID]string)
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT c.customer, c.body FROM customer c JOIN connection n ON n.uid = c.connection
			WHERE c.company = ? AND c.gone_at = 0 AND c.survivor = '' ORDER BY n.place, n.name, c.created_at, c.uid`, []any{company},
			func(scan func(...any) error) error {
				var customer ledger.UID
				var body string
				if err := scan(&customer, &body); err != nil {
					return err
				}
				var c ledger.Customer
				if err := json.Unmarshal([]byte(body), &c); err != nil {
					return err
				}
				if _, known := out[customer]; !known && c.Terms != "" {
					out[customer] = c.Terms
				}
				return nil
			})
	})
	return out, err
}
