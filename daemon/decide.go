package daemon

import (
	"context"
	"slices"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// batch is how many customers are decided on and queued in one go.
const batch = 200

// decide asks the policy about every customer whose facts or whose day has
// come, stores what changed, and brings the queue to what is wanted.
func (d *Daemon) decide(ctx context.Context, c *Company, opt Options, r *Report) error {
	fresh, err := d.Freshness(ctx, c)
	if err != nil {
		return err
	}
	r.Fresh = fresh
	filter := cache.CaseFilter{Due: r.Day, Gated: true}
	if opt.DryRun {
		filter = cache.CaseFilter{}
	}
	var cases []cache.Shelved
	for found, err := range d.DB.Cases(ctx, c.UID, filter) {
		if err != nil {
			return err
		}
		if cases = append(cases, found); len(cases) < batch {
			continue
		}
		if err := d.decideBatch(ctx, c, cases, opt, r); err != nil {
			return err
		}
		opt.progress("decide", r.Decided)
		cases = cases[:0]
	}
	if err := d.decideBatch(ctx, c, cases, opt, r); err != nil {
		return err
	}
	return d.queueOwn(ctx, c, opt, r)
}

// decideBatch decides on some customers, and queues what is wanted of them. The
// cases were read from one state of the database, which may be minutes old: one
// whose facts have moved since is left for the next run, for which it is due.
func (d *Daemon) decideBatch(ctx context.Context, c *Company, cases []cache.Shelved, opt Options, r *Report) error {
	if !opt.DryRun {
		var err error
		if cases, err = d.unmoved(ctx, c, cases); err != nil {
			return err
		}
	}
	if len(cases) == 0 {
		return nil
	}
	decided := make([]cache.Decided, 0, len(cases))
	customers := make([]ledger.UID, 0, len(cases))
	suspended := make(outbox.Suspended)
	var wanted []outbox.Wanted
	for _, found := range cases {
		out := d.outcome(c, found.Case, r.Fresh, r.Day)
		customer := found.Position.Customer
		decided = append(decided, cache.Decided{Customer: customer, Version: found.Version, Outcome: out})
		customers = append(customers, customer)
		suspended[customer] = out.Gated
		wanted = append(wanted, d.wanted(c, found.Case, out)...)
		if out.Notice != nil {
			r.Notices = append(r.Notices, *out.Notice)
		}
	}
	r.Decided += len(cases)
	if opt.DryRun {
		return nil
	}
	// The queue comes first: once its decisions are stored, a customer is not
	// looked at again before its next day, so what a crash in between left out
	// of the queue would be lost until then.
	if c.Mode != outbox.Observe {
		if err := d.queue(ctx, c, wanted, customers, suspended, r); err != nil {
			return err
		}
		failpoint.Hit("daemon/after-queue")
	}
	return d.DB.PutDecisions(ctx, c.UID, r.Day, decided)
}

// unmoved returns those of the cases whose facts have not moved since.
func (d *Daemon) unmoved(ctx context.Context, c *Company, cases []cache.Shelved) ([]cache.Shelved, error) {
	versions := make(map[ledger.UID]int64, len(cases))
	for i := range cases {
		versions[cases[i].Position.Customer] = cases[i].Version
	}
	unmoved, err := d.DB.Unmoved(ctx, c.UID, versions)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(cases, func(one cache.Shelved) bool { return !unmoved[one.Position.Customer] }), nil
}

// queue brings the entries of some customers to what is wanted of them.
func (d *Daemon) queue(ctx context.Context, c *Company, wanted []outbox.Wanted, customers []ledger.UID, suspended outbox.Suspended, r *Report) error {
	queued, err := d.DB.Entries(ctx, c.UID, customers...)
	if err != nil {
		return err
	}
	diff := outbox.Plan(c.UID, wanted, queued, suspended)
	r.Queued += len(diff.Create) + len(diff.Revive) + len(diff.Refresh)
	r.Stuck = append(r.Stuck, diff.Stuck...)
	return d.DB.Apply(ctx, c.UID, diff)
}

// outcome asks the policy about one customer on a day.
func (d *Daemon) outcome(c *Company, found policy.Case, fresh policy.Freshness, today ledger.Date) policy.Outcome {
	rules := c.Rules
	rules.Today, rules.Fresh = today, fresh
	return policy.Decide(found, rules)
}

// wanted turns the policy's answer into what is wanted of the queue.
func (d *Daemon) wanted(c *Company, found policy.Case, out policy.Outcome) []outbox.Wanted {
	customer := found.Position.Customer
	var all []outbox.Wanted
	if n := out.Notice; n != nil {
		n.Region = found.Customer.Calendar
		all = append(all, outbox.NoticeWanted(*n, string(c.Channels[n.Verb]), d.Texts.Version(n.Template, n.Language), found.Customer.Address))
	}
	for _, t := range out.Tasks {
		t.Text = named(found.Customer, t.Text)
		all = append(all, outbox.TaskWanted(customer, t, string(c.Channels[ledger.VerbTask])))
	}
	return all
}

// queueOwn queues the tasks that are about the company itself.
func (d *Daemon) queueOwn(ctx context.Context, c *Company, opt Options, r *Report) error {
	gated, err := d.DB.Gated(ctx, c.UID)
	if err != nil {
		return err
	}
	r.Gated = gated
	r.Tasks = d.ownTasks(c, *r)
	if opt.DryRun || c.Mode == outbox.Observe {
		return nil
	}
	return d.queue(ctx, c, r.Tasks, []ledger.UID{c.UID}, nil, r)
}

// ownTasks asks the owner, while reminders wait for it, to settle what holds the
// whole company, else to renew a source that is too old, else until when money
// is known.
func (d *Daemon) ownTasks(c *Company, r Report) []outbox.Wanted {
	if r.Gated == 0 {
		return nil
	}
	if why := r.Fresh.Holding; why != "" {
		return []outbox.Wanted{outbox.TaskWanted(c.UID, heldTask(c.UID, why, c.Rules.Language), string(c.Channels[ledger.VerbTask]))}
	}
	task := policy.AttestTask(c.UID, r.Fresh, c.Rules.Language)
	if why := r.Fresh.Stale; why != "" {
		task = staleTask(c.UID, why, int(r.Fresh.Until), c.Rules.Language)
	}
	return []outbox.Wanted{outbox.TaskWanted(c.UID, task, string(c.Channels[ledger.VerbTask]))}
}

// ladder returns the ladder a notice was decided by.
func (c *Company) ladder(n policy.Notice) policy.Ladder {
	for _, l := range c.Rules.Ladders {
		for _, rung := range l.Rungs {
			if rung.ID == n.Rung {
				return l
			}
		}
	}
	return policy.Ladder{}
}
