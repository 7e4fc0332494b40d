package cache

import (
	"context"

	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// Decided is what the policy answered for one customer on a day.
type Decided struct {
	Customer ledger.UID
	Version  int64 // of the facts it was answered on, as the case bears it
	Outcome  policy.Outcome
}

// DecisionRow is a decision in force, for people and exports.
type DecisionRow struct {
	Item     ledger.UID
	Customer ledger.UID
	Decision policy.Decision
	Decided  ledger.Date // the day it was first taken
}

// PutDecisions stores what changed among the decisions of some customers, and
// when each customer is to be looked at again. A decision that is the same as
// the one in force writes nothing. What was answered on facts that have moved
// since is left out: the customer is due at once when its new case is there.
func (db *DB) PutDecisions(ctx context.Context, company ledger.UID, today ledger.Date, all []Decided) error {
	failpoint.Hit("cache/before-decisions")
	err := db.Update(ctx, func(tx *Tx) error {
		standing, err := tx.unmovedOf(ctx, company, all)
		if err != nil || len(standing) == 0 {
			return err
		}
		customers := make([]ledger.UID, 0, len(standing))
		for _, d := range standing {
			customers = append(customers, d.Customer)
		}
		old, err := tx.decisions(ctx, company, customers)
		if err != nil {
			return err
		}
		inForce := make(map[ledger.UID]DecisionRow, len(old))
		for _, r := range old {
			inForce[r.Item] = r
		}
		for _, d := range standing {
			if err := tx.putDecided(ctx, company, today, d, inForce); err != nil {
				return err
			}
		}
		for item := range inForce {
			if err := tx.endDecision(ctx, company, item); err != nil {
				return err
			}
		}
		failpoint.Hit("cache/decisions-uncommitted")
		return nil
	})
	failpoint.Hit("cache/after-decisions")
	return err
}

// unmovedOf returns those of the answers whose facts have not moved since.
func (tx *Tx) unmovedOf(ctx context.Context, company ledger.UID, all []Decided) ([]Decided, error) {
	versions := make(map[ledger.UID]int64, len(all))
	for _, d := range all {
		versions[d.Customer] = d.Version
	}
	unmoved, err := tx.unmoved(ctx, company, versions)
	if err != nil {
		return nil, err
	}
	standing := make([]Decided, 0, len(all))
	for _, d := range all {
		if unmoved[d.Customer] {
			standing = append(standing, d)
		}
	}
	return standing, nil
}

// putDecided stores one customer's decisions; what it meets in inForce it
// takes out, so that what is left there has ended.
func (tx *Tx) putDecided(ctx context.Context, company ledger.UID, today ledger.Date, d Decided, inForce map[ledger.UID]DecisionRow) error {
	for _, dec := range d.Outcome.Decisions {
		old, known := inForce[dec.Item]
		delete(inForce, dec.Item)
		if known && old.Decision == dec {
			continue
		}
		if known {
			if err := tx.endDecision(ctx, company, dec.Item); err != nil {
				return err
			}
		}
		_, err := tx.execPrepared(ctx, `INSERT INTO decision (company, item, since, ended, customer, verdict, reason, detail, rung, severity, again, reason_day, decided)
			VALUES (?, ?, (SELECT COALESCE(MAX(since), 0) FROM decision WHERE company = ? AND item = ?) + 1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			company, dec.Item, company, dec.Item, d.Customer, string(dec.Verdict), string(dec.Reason), dec.Detail,
			dec.Rung, int(dec.Sev), day(dec.Again), day(dec.Day), day(today))
		if err != nil {
			return err
		}
	}
	return tx.putAgain(ctx, company, d.Customer, d.Outcome.Again, d.Outcome.Gated)
}

func (tx *Tx) endDecision(ctx context.Context, company, item ledger.UID) error {
	_, err := tx.execPrepared(ctx, `UPDATE decision SET ended = ? WHERE company = ? AND item = ? AND ended = 0`, tx.now, company, item)
	return err
}

// Decisions returns the decisions in force of the customers named; of all,
// when none is.
func (db *DB) Decisions(ctx context.Context, company ledger.UID, customers ...ledger.UID) ([]DecisionRow, error) {
	var out []DecisionRow
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.decisions(ctx, company, customers)
		return err
	})
	return out, err
}

func (tx *Tx) decisions(ctx context.Context, company ledger.UID, customers []ledger.UID) ([]DecisionRow, error) {
	query := `SELECT item, customer, verdict, reason, detail, rung, severity, again, reason_day, decided FROM decision WHERE company = ? AND ended = 0`
	args := []any{company}
	if len(customers) > 0 {
		query += ` AND customer IN (?)`
		args = append(args, customers)
	}
	var out []DecisionRow
	err := tx.each(ctx, query+` ORDER BY customer, item`, args, func(scan func(...any) error) error {
		var r DecisionRow
		var verdict, reason string
		var severity int
		var again, about, decided day
		if err := scan(&r.Item, &r.Customer, &verdict, &reason, &r.Decision.Detail, &r.Decision.Rung, &severity, &again, &about, &decided); err != nil {
			return err
		}
		r.Decision.Item, r.Decision.Verdict, r.Decision.Reason = r.Item, policy.Verdict(verdict), policy.Reason(reason)
		r.Decision.Sev, r.Decision.Again, r.Decided = ledger.Severity(severity), ledger.Date(again), ledger.Date(decided)
		r.Decision.Day = ledger.Date(about)
		out = append(out, r)
		return nil
	})
	return out, err
}
