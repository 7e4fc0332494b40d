package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// atOnce is stored as the day a new case is looked at again: the first of the
// calendar, which has always come.
const atOnce ledger.Date = 1

// PutCases stores what was worked out for some customers, each with the
// version of the facts it was worked out from. A case whose facts have moved
// since is left out and its customer stays dirty: a newer one may be on the
// shelf already. A case with nothing open, loose or doubtful is taken off the
// shelf, and the customer's decisions end with it. The cases are due at once.
func (db *DB) PutCases(ctx context.Context, company ledger.UID, cases []policy.Case, versions map[ledger.UID]int64) error {
	failpoint.Hit("cache/before-cases")
	err := db.Update(ctx, func(tx *Tx) error {
		based := make(map[ledger.UID]int64, len(cases))
		for i := range cases {
			customer := cases[i].Position.Customer
			based[customer] = versions[customer]
		}
		unmoved, err := tx.unmoved(ctx, company, based)
		if err != nil {
			return err
		}
		ins := tx.insert("position", "company, customer, version, again, gated, body", `ON CONFLICT (company, customer) DO UPDATE SET
			version = excluded.version, again = excluded.again, gated = excluded.gated, body = excluded.body`)
		for i := range cases {
			customer := cases[i].Position.Customer
			if !unmoved[customer] {
				continue
			}
			if err := tx.putCase(ctx, ins, company, &cases[i], versions[customer]); err != nil {
				return err
			}
		}
		failpoint.Hit("cache/cases-uncommitted")
		return ins.flush(ctx)
	})
	failpoint.Hit("cache/after-cases")
	if err != nil {
		return fmt.Errorf("store the positions: %w", err)
	}
	return nil
}

// putCase stores one case whose facts have not moved.
func (tx *Tx) putCase(ctx context.Context, ins *inserter, company ledger.UID, c *policy.Case, version int64) error {
	customer := c.Position.Customer
	if _, err := tx.execPrepared(ctx, `UPDATE dirty SET moved = 0 WHERE company = ? AND customer = ? AND moved = 1`, string(company), string(customer)); err != nil {
		return err
	}
	if !empty(c) {
		return ins.add(ctx, string(company), string(customer), version, atOnce.String(), 0, encodeCase(c))
	}
	if _, err := tx.execPrepared(ctx, `UPDATE decision SET ended = ? WHERE company = ? AND customer = ? AND ended = 0`, tx.now, string(company), string(customer)); err != nil {
		return err
	}
	_, err := tx.execPrepared(ctx, `DELETE FROM position WHERE company = ? AND customer = ?`, string(company), string(customer))
	return err
}

func empty(c *policy.Case) bool {
	p := &c.Position
	return len(p.Items) == 0 && len(p.Loose) == 0 && len(p.Doubts) == 0 && len(p.Residues) == 0
}

// putAgain stores when a customer's case is looked at again, and whether a
// notice would be due but for what is known about money.
func (tx *Tx) putAgain(ctx context.Context, company, customer ledger.UID, again ledger.Date, gated bool) error {
	_, err := tx.execPrepared(ctx, `UPDATE position SET again = ?, gated = ? WHERE company = ? AND customer = ? AND (again <> ? OR gated <> ?)`,
		again.String(), bit(gated), string(company), string(customer), again.String(), bit(gated))
	return err
}

// CaseFilter says which cases are asked for: those that fit any of its parts;
// the zero filter asks for all.
type CaseFilter struct {
	Due       ledger.Date  // cases whose day to be looked at again has come by then
	Gated     bool         // cases with a notice that only waits for money to be known
	Customers []ledger.UID // these
}

// Shelved is a case as it stands on the shelf.
type Shelved struct {
	policy.Case
	Version int64 // of the facts it was worked out from
}

// Cases yields the cases that fit, in order of customer, from one state of the
// database. They are read as they are asked for, so that the last ones may be
// old by then: their versions tell, see Unmoved. After an error the sequence
// stops.
func (db *DB) Cases(ctx context.Context, company ledger.UID, f CaseFilter) iter.Seq2[Shelved, error] {
	return func(yield func(Shelved, error) bool) {
		err := db.View(ctx, func(tx *Tx) error {
			return tx.cases(ctx, company, f, func(c Shelved) error {
				if !yield(c, nil) {
					return errStop
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Shelved{}, fmt.Errorf("read the positions: %w", err))
		}
	}
}

func (tx *Tx) cases(ctx context.Context, company ledger.UID, f CaseFilter, each func(Shelved) error) error {
	where, args := f.where(company)
	return tx.each(ctx, `SELECT customer, version, body FROM position WHERE company = ? AND (`+where+`) ORDER BY customer`, append([]any{company}, args...),
		func(scan func(...any) error) error {
			var customer string
			var version int64
			var body sql.RawBytes
			if err := scan(&customer, &version, &body); err != nil {
				return err
			}
			c, err := decodeCase(body)
			if err != nil {
				return fmt.Errorf("customer %s: %w", customer, err)
			}
			return each(Shelved{Case: c, Version: version})
		})
}

// Case returns one customer's case. ErrNotFound: it has nothing open.
func (db *DB) Case(ctx context.Context, company, customer ledger.UID) (policy.Case, error) {
	var found []policy.Case
	err := db.View(ctx, func(tx *Tx) error {
		return tx.cases(ctx, company, CaseFilter{Customers: []ledger.UID{customer}}, func(c Shelved) error {
			found = append(found, c.Case)
			return nil
		})
	})
	if err != nil {
		return policy.Case{}, fmt.Errorf("read the position: %w", err)
	}
	if len(found) == 0 {
		return policy.Case{}, fmt.Errorf("position of customer %s: %w", customer, ErrNotFound)
	}
	return found[0], nil
}

// Gated returns how many customers would get a notice but for what is known
// about money.
func (db *DB) Gated(ctx context.Context, company ledger.UID) (int, error) {
	var n int
	err := db.View(ctx, func(tx *Tx) error {
		return tx.get(ctx, &n, `SELECT COUNT(*) FROM position WHERE company = ? AND gated = 1`, company)
	})
	return n, err
}

// errStop ends a query early: nobody wants the rest.
var errStop = errors.New("stop")

// where returns the condition on a position. Its parts are looked up each by
// its own index, so that a cycle with nothing due reads no case.
func (f CaseFilter) where(company ledger.UID) (string, []any) {
	var parts []string
	var args []any
	if f.Due.Known() {
		parts = append(parts, `SELECT p.customer FROM position p WHERE p.company = ? AND p.again <> '' AND p.again <= ?`)
		args = append(args, company, f.Due.String())
	}
	if f.Gated {
		parts = append(parts, `SELECT p.customer FROM position p WHERE p.company = ? AND p.gated = 1`)
		args = append(args, company)
	}
	if len(f.Customers) > 0 {
		parts = append(parts, `SELECT p.customer FROM position p WHERE p.company = ? AND p.customer IN (?)`)
		args = append(args, company, f.Customers)
	}
	if len(parts) == 0 {
		return "1 = 1", nil
	}
	return `customer IN (` + strings.Join(parts, ` UNION ALL `) + `)`, args
}

// doubtedBy returns the customers among whose doubts is one of that id.
func (tx *Tx) doubtedBy(ctx context.Context, company ledger.UID, id string) ([]ledger.UID, error) {
	var found []ledger.UID
	err := tx.each(ctx, `SELECT body FROM position WHERE company = ?`, []any{company}, func(scan func(...any) error) error {
		var body sql.RawBytes
		if err := scan(&body); err != nil {
			return err
		}
		c, err := decodeCase(body)
		if err != nil {
			return err
		}
		if doubted(&c, id) {
			found = append(found, c.Position.Customer)
		}
		return nil
	})
	return found, err
}

func doubted(c *policy.Case, id string) bool {
	for _, d := range c.Position.Doubts {
		if d.ID == id {
			return true
		}
	}
	for i := range c.Position.Items {
		for _, d := range c.Position.Items[i].Doubts {
			if d.ID == id {
				return true
			}
		}
	}
	return false
}
