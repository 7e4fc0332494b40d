package cache

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// touch notes that something about a customer has changed: when the
// transaction commits, its version has risen and its position will be worked
// out anew. customer is the customer's own UID, not a record's.
func (tx *Tx) touch(_ context.Context, company, customer ledger.UID) error {
	if customer != "" {
		tx.touched[subject{company, customer}] = struct{}{}
	}
	return nil
}

// flushTouched writes what touch noted, in a fixed order so that two writers
// never wait for each other.
func (tx *Tx) flushTouched(ctx context.Context) error {
	order := slices.SortedFunc(maps.Keys(tx.touched), func(a, b subject) int {
		return cmp.Or(cmp.Compare(a.company, b.company), cmp.Compare(a.customer, b.customer))
	})
	ins := tx.insert("dirty", "company, customer, version, moved",
		"ON CONFLICT (company, customer) DO UPDATE SET version = dirty.version + 1, moved = 1")
	for _, s := range order {
		if err := ins.add(ctx, s.company, s.customer, 1, 1); err != nil {
			return err
		}
	}
	return ins.flush(ctx)
}

// touchCompany notes that something changed that no customer can be named
// for: every judgement made on the company's earlier version is void.
func (tx *Tx) touchCompany(ctx context.Context, company ledger.UID) error {
	_, err := tx.exec(ctx, `UPDATE company SET version = version + 1, money = money + 1 WHERE uid = ?`, company)
	return err
}

// touchMoney notes that money or what it could pay has changed, so that the
// money stage has to look again.
func (tx *Tx) touchMoney(ctx context.Context, company ledger.UID) error {
	_, err := tx.exec(ctx, `UPDATE company SET money = money + 1 WHERE uid = ?`, company)
	return err
}

// versions returns the versions a judgement about a customer rests on.
func (tx *Tx) versions(ctx context.Context, company, customer ledger.UID) (outbox.Versions, error) {
	var v outbox.Versions
	if err := tx.get(ctx, &v.Company, `SELECT version FROM company WHERE uid = ?`, company); err != nil {
		return v, err
	}
	err := tx.get(ctx, &v.Customer, `SELECT COALESCE(MAX(version), 0) FROM dirty WHERE company = ? AND customer = ?`, company, customer)
	return v, err
}

// Versions returns the version of everything known about a customer and about
// its company. Read it before the facts a judgement is made on: if it is still
// the same afterwards, so are they.
func (db *DB) Versions(ctx context.Context, company, customer ledger.UID) (outbox.Versions, error) {
	var v outbox.Versions
	err := db.View(ctx, func(tx *Tx) (err error) {
		v, err = tx.versions(ctx, company, customer)
		return err
	})
	return v, err
}

// Unmoved returns those of the customers whose facts are still of the version
// given. A moment later they may not be: whoever stores something is asked
// again inside its transaction.
func (db *DB) Unmoved(ctx context.Context, company ledger.UID, versions map[ledger.UID]int64) (map[ledger.UID]bool, error) {
	var out map[ledger.UID]bool
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.sameVersion(ctx, company, versions, "")
		return err
	})
	return out, err
}

// unmoved is Unmoved with an answer that stays true until the commit. The rows
// are locked in the order in which flushTouched writes them.
func (tx *Tx) unmoved(ctx context.Context, company ledger.UID, versions map[ledger.UID]int64) (map[ledger.UID]bool, error) {
	return tx.sameVersion(ctx, company, versions, tx.dialect.lock)
}

func (tx *Tx) sameVersion(ctx context.Context, company ledger.UID, versions map[ledger.UID]int64, lock string) (map[ledger.UID]bool, error) {
	customers := make([]string, 0, len(versions))
	same := make(map[ledger.UID]bool, len(versions))
	for customer, version := range versions {
		customers = append(customers, string(customer))
		same[customer] = version == 0 // nothing has ever moved of one without a row
	}
	slices.Sort(customers)
	return same, tx.eachIn(ctx, `SELECT customer, version FROM dirty WHERE company = ? AND customer IN (?) ORDER BY customer`+lock, company, customers,
		func(scan func(...any) error) error {
			var customer ledger.UID
			var version int64
			err := scan(&customer, &version)
			same[customer] = version == versions[customer]
			return err
		})
}

// Moved is a customer whose facts have moved since its position was worked
// out, and the version they have.
type Moved struct {
	Customer ledger.UID `db:"customer"`
	Version  int64      `db:"version"`
}

// Dirty returns up to limit customers whose facts have moved, in order of
// their UID; 0 returns all.
func (db *DB) Dirty(ctx context.Context, company ledger.UID, limit int) ([]Moved, error) {
	if limit <= 0 {
		limit = 1 << 40
	}
	var out []Moved
	err := db.View(ctx, func(tx *Tx) error {
		return tx.all(ctx, &out, `SELECT customer, version FROM dirty WHERE company = ? AND moved = 1 ORDER BY customer LIMIT ?`, company, limit)
	})
	return out, err
}

// TouchAll marks every customer of the company as moved: the ladder, the law,
// the calendar or the configuration has changed.
func (db *DB) TouchAll(ctx context.Context, company ledger.UID) error {
	return db.Update(ctx, func(tx *Tx) error { return tx.touchAll(ctx, company) })
}

func (tx *Tx) touchAll(ctx context.Context, company ledger.UID) error {
	_, err := tx.exec(ctx, `INSERT INTO dirty (company, customer, version, moved)
		SELECT DISTINCT company, customer, 1, 1 FROM customer WHERE company = ? AND customer <> ''
		ON CONFLICT (company, customer) DO UPDATE SET version = dirty.version + 1, moved = 1`, company)
	return err
}
