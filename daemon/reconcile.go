package daemon

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// reconcile places money that is loose, and then works out anew who owes what
// for every customer whose facts have moved.
func (d *Daemon) reconcile(ctx context.Context, c *Company, opt Options, r *Report) error {
	if err := d.match(ctx, c, r); err != nil {
		return err
	}
	failpoint.Hit("daemon/after-match")
	skip := 0
	for {
		moved, err := d.DB.Dirty(ctx, c.UID, batch+skip)
		if err != nil || len(moved) <= skip {
			return err
		}
		left, err := d.positions(ctx, c, moved[skip:], opt)
		if err != nil {
			return err
		}
		skip += left
		r.Moved += len(moved) - skip
		opt.progress("reconcile", r.Moved)
	}
}

// match looks at all money that is not placed, if anything about it moved.
func (d *Daemon) match(ctx context.Context, c *Company, r *Report) error {
	mark, dirty, err := d.DB.MoneyDirty(ctx, c.UID)
	if err != nil || !dirty {
		return err
	}
	loose, err := d.DB.Money(ctx, c.UID)
	if err != nil {
		return err
	}
	matched := reconcile.Match(loose, c.Settings)
	r.Matched += len(matched.Settlements) + len(matched.Pairings)
	return d.DB.PutMatched(ctx, c.UID, matched, mark)
}

// positions works out some customers. It returns how many it left dirty: in a
// dry run those that owe nothing any more, for their entries would have to be
// taken back.
func (d *Daemon) positions(ctx context.Context, c *Company, moved []cache.Moved, opt Options) (left int, err error) {
	versions := make(map[ledger.UID]int64, len(moved))
	customers := make([]ledger.UID, 0, len(moved))
	for _, m := range moved {
		versions[m.Customer] = m.Version
		customers = append(customers, m.Customer)
	}
	cases, err := d.cases(ctx, c, customers)
	if err != nil {
		return 0, err
	}
	kept := cases[:0]
	done := map[ledger.UID]int64{}
	for _, found := range cases {
		if cache.Empty(&found) {
			if opt.DryRun {
				left++
				continue
			}
			done[found.Position.Customer] = versions[found.Position.Customer]
		}
		kept = append(kept, found)
	}
	if err := d.forget(ctx, c, done); err != nil {
		return 0, err
	}
	failpoint.Hit("daemon/after-forget")
	return left, d.DB.PutCases(ctx, c.UID, kept, versions)
}

// cases builds everything the policy may know about some customers.
// What does not add up is in the position's doubts.
func (d *Daemon) cases(ctx context.Context, c *Company, customers []ledger.UID) ([]policy.Case, error) {
	accounts, err := d.DB.Accounts(ctx, c.UID, customers)
	if err != nil {
		return nil, err
	}
	said, err := d.said(ctx, c, customers)
	if err != nil {
		return nil, err
	}
	cases := make([]policy.Case, 0, len(accounts))
	for _, account := range accounts {
		position, _ := reconcile.Reconcile(account, c.Settings)
		merged := reconcile.Merge(account.Records, account.Contacts, account.Default)
		merged.Customer.ID = string(account.Customer)
		one := policy.Case{
			Company: c.UID, Customer: merged.Customer, Contacts: merged.Contacts, Position: position, EverPaid: everPaid(account),
			History: said.history[account.Customer], Holds: said.holds[account.Customer], Calls: said.calls[account.Customer],
		}
		cases = append(cases, one)
	}
	return cases, nil
}

// everPaid reports whether the customer has ever paid an invoice in full.
func everPaid(a reconcile.Account) bool {
	for _, record := range a.Invoices {
		for i, item := range record.Items {
			stated := record.Invoice.Items[i]
			if stated.Total.Sign() > 0 && reconcile.OpenOf(item.UID, stated.Total, stated.Open, a.Settled).Sign() <= 0 {
				return true
			}
		}
	}
	return false
}

// said is what has been said and agreed, by customer.
type said struct {
	history map[ledger.UID][]ledger.Message
	holds   map[ledger.UID][]ledger.Hold
	calls   map[ledger.UID][]policy.Call
}

func (d *Daemon) said(ctx context.Context, c *Company, customers []ledger.UID) (said, error) {
	out := said{map[ledger.UID][]ledger.Message{}, map[ledger.UID][]ledger.Hold{}, map[ledger.UID][]policy.Call{}}
	entries, err := d.DB.Entries(ctx, c.UID, customers...)
	if err != nil {
		return out, fmt.Errorf("history: %w", err)
	}
	for _, e := range entries {
		if m, ok := outbox.History(e, c.Zone); ok {
			out.history[e.Customer] = append(out.history[e.Customer], m)
		}
	}
	told, err := d.DB.Messages(ctx, c.UID, customers...)
	if err != nil {
		return out, fmt.Errorf("messages: %w", err)
	}
	for _, m := range told {
		if customer := ledger.UID(m.Customer); m.Key == "" {
			out.history[customer] = append(out.history[customer], m)
		}
	}
	holds, err := d.DB.Holds(ctx, c.UID, customers...)
	if err != nil {
		return out, fmt.Errorf("holds: %w", err)
	}
	for _, h := range holds {
		out.holds[h.Customer] = append(out.holds[h.Customer], h)
	}
	calls, err := d.DB.Calls(ctx, c.UID, customers...)
	if err != nil {
		return out, fmt.Errorf("calls: %w", err)
	}
	for _, call := range calls {
		out.calls[call.Customer] = append(out.calls[call.Customer], policy.Call{Day: call.Day, Verb: call.Verb, Outcome: call.Outcome})
	}
	return out, nil
}

// forget takes back what was queued for customers who owe nothing any more, by
// facts of the versions given; one whose facts have moved since is worked out
// again. It happens before their cases and decisions go, so that a crash in
// between repeats it rather than forgets it.
func (d *Daemon) forget(ctx context.Context, c *Company, done map[ledger.UID]int64) error {
	if len(done) == 0 {
		return nil
	}
	unmoved, err := d.DB.Unmoved(ctx, c.UID, done)
	if err != nil {
		return err
	}
	maps.DeleteFunc(unmoved, func(_ ledger.UID, same bool) bool { return !same })
	customers := slices.Sorted(maps.Keys(unmoved))
	if len(customers) == 0 {
		return nil
	}
	var r Report
	return d.queue(ctx, c, nil, customers, nil, &r)
}
