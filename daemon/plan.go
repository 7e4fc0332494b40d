package daemon

import (
	"context"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// Planned is what the policy says about one customer today.
type Planned struct {
	Case    policy.Case
	Outcome policy.Outcome
}

// Plan works out what would be done today for every customer with something
// open, and hands each to show, in order of customer. It writes nothing:
// customers whose facts have moved since the last run are shown as they were
// then, which Behind counts.
func (d *Daemon) Plan(ctx context.Context, c *Company, show func(Planned) error) (policy.Freshness, error) {
	fresh, err := d.Freshness(ctx, c)
	if err != nil {
		return fresh, err
	}
	today := ledger.DateOf(d.Now().In(c.Zone))
	for found, err := range d.DB.Cases(ctx, c.UID, cache.CaseFilter{}) {
		if err != nil {
			return fresh, err
		}
		if err := show(Planned{Case: found.Case, Outcome: d.outcome(c, found.Case, fresh, today)}); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// Catch brings positions up to date with what has been pulled and recorded,
// without pulling or deciding: a hold placed a minute ago shows in a plan.
func (d *Daemon) Catch(ctx context.Context, c *Company) error {
	var r Report
	return d.reconcile(ctx, c, Options{}, &r)
}

// PlanOne is Plan for one customer. cache.ErrNotFound: it has nothing open.
func (d *Daemon) PlanOne(ctx context.Context, c *Company, customer ledger.UID) (Planned, error) {
	fresh, err := d.Freshness(ctx, c)
	if err != nil {
		return Planned{}, err
	}
	found, err := d.DB.Case(ctx, c.UID, customer)
	if err != nil {
		return Planned{}, err
	}
	today := ledger.DateOf(d.Now().In(c.Zone))
	return Planned{Case: found, Outcome: d.outcome(c, found, fresh, today)}, nil
}
