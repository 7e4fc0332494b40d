package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/push"
)

// release lets the mode's share of what is proposed leave, within the guards.
func (d *Daemon) release(ctx context.Context, c *Company, r *Report) error {
	if err := d.DB.Lapse(ctx, c.UID, d.Epoch); err != nil {
		return err
	}
	if err := d.withhold(ctx, c); err != nil {
		return err
	}
	proposed, err := d.DB.EntriesIn(ctx, c.UID, outbox.Proposed)
	if err != nil || len(proposed) == 0 {
		return err
	}
	stats, err := d.DB.Stats(ctx, c.UID, c.Zone)
	if err != nil {
		return err
	}
	stats.Shrunken = r.Fresh.Holding
	switches, err := d.DB.Switches(ctx, c.UID)
	if err != nil {
		return err
	}
	pass, blocked := outbox.Release(proposed, c.Mode, c.Highest, stats, switches, c.Limits)
	r.Blocked = blocked
	if len(pass) == 0 {
		return nil
	}
	r.Released, err = d.DB.Approve(ctx, pass, outbox.ByMode+string(c.Mode), d.approvalEnds(c))
	return err
}

// withhold takes back what a freer mode released and has not left yet.
func (d *Daemon) withhold(ctx context.Context, c *Company) error {
	released, err := d.DB.EntriesIn(ctx, c.UID, outbox.Approved, outbox.Unsent)
	if err != nil {
		return err
	}
	return d.DB.Apply(ctx, c.UID, outbox.Difference{Refresh: outbox.Withheld(released, c.Mode, c.Highest)})
}

// approvalDays is how many business days an approval lasts.
const approvalDays = 3

// approvalEnds returns the instant at which an approval given now lapses.
func (d *Daemon) approvalEnds(c *Company) time.Time {
	last := c.Holidays.AddBusinessDays(ledger.DateOf(d.Now().In(c.Zone)), approvalDays)
	return last.AddDays(1).In(c.Zone, 0, 0)
}

// Approve releases entries on a person's word, for the facts they have now.
func (d *Daemon) Approve(ctx context.Context, c *Company, entries []outbox.Entry, who string) (int, error) {
	return d.DB.Approve(ctx, entries, who, d.approvalEnds(c))
}

// mostPerRun bounds one run of the worker, so that a run ends.
const mostPerRun = 2000

// push delivers what is released, once.
func (d *Daemon) push(ctx context.Context, c *Company, r *Report) error {
	w := push.Worker{
		Company: c.UID, Owner: d.Owner, Epoch: d.Epoch,
		Queue: d.DB, Unsettled: d.DB,
		Channels: c.senders(),
		Recheck:  func(ctx context.Context, e outbox.Entry) (push.Look, error) { return d.look(ctx, c, e) },
		Compose:  d.compose(c),
		Ready:    d.ready(c),
		Now:      d.Now,
		LeaseFor: 10 * time.Minute,
	}
	var err error
	if r.Sent, err = w.Run(ctx, mostPerRun); err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	return nil
}

func (c *Company) senders() map[string]push.Channel {
	out := make(map[string]push.Channel)
	for _, conn := range c.Connections {
		if conn.Powers.Sender != nil {
			out[string(conn.UID)] = push.Channel{Powers: conn.Powers, Timeout: conn.Timeout, Settle: conn.Settle}
		}
	}
	return out
}

// ready tells whether an entry's window is open now, in the customer's
// business days and ours. Tasks are for ourselves and have no window.
func (d *Daemon) ready(c *Company) func(outbox.Entry) bool {
	return func(e outbox.Entry) bool {
		if e.IsTask() || e.Content.Notice == nil {
			return true
		}
		now := d.Now().In(c.Zone) // a long run does not outlast the window
		window := c.ladder(*e.Content.Notice).Window
		return window.Open(now) && c.Rules.Calendar(e.Content.Notice.Region).BusinessDay(ledger.DateOf(now))
	}
}
