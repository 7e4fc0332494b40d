// Package daemon takes one company through the six stages, in order. It owns
// the wiring and the clock, and no rule: what is owed is reconcile's, what is
// said is the policy's, what may leave is the outbox's.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/push"
	"github.com/relanced/relanced/reconcile"
)

// Daemon is what all companies of one process share.
type Daemon struct {
	DB    *cache.DB
	Texts letter.Texts
	Now   func() time.Time
	Owner string // names this process in leases and logs
	Epoch int64  // under which it sends; see cache.DB.TakeWork
}

// Company is one creditor as it is configured, with its connections open.
type Company struct {
	UID         ledger.UID
	Name        string
	Zone        *time.Location
	Connections []Connection               // in the order in which they are believed
	Channels    map[ledger.Verb]ledger.UID // which connection delivers what
	Accounts    []string                   // the company's bank accounts, by IBAN; empty: no bank is connected
	Settings    reconcile.Settings
	Rules       policy.Rules // but for Today and Fresh, which a run fills in
	MoneyMaxAge int          // business days; 0: unlimited
	Mode        outbox.Mode
	Refused     string          // why nothing may be done for it at all, such as other books under a known name
	Observing   string          // why it only observes although it is configured to send; empty: it does as configured
	Highest     ledger.Severity // what may leave by itself in mode auto
	Limits      outbox.Limits
	Creditor    letter.Creditor
	ReplyTo     string
	Holidays    calendar.Calendar // the creditor's own
	Documents   Documents
}

// Connection is one configured tool or channel.
type Connection struct {
	UID        ledger.UID
	Name       string
	Kind       string
	Powers     connectors.Powers
	MaxReadAge time.Duration // facts older than this stop sending; 0: unlimited
	Timeout    time.Duration // of one delivery
	Settle     time.Duration // longer than the slowest landing after a time-out
}

// Documents finds the PDF of an invoice for a message. Nil bytes mean that
// there is none, and then the text does not speak of one.
type Documents func(customer ledger.Customer, number string) (connectors.Attachment, bool)

// Options change what one run does.
type Options struct {
	DryRun   bool                      // pull and decide, queue and send nothing
	Progress func(stage string, n int) // told of work as it goes; may be nil
}

// Report is what one run did.
type Report struct {
	Company   string
	Day       ledger.Date
	Pulled    []Pulled
	Matched   int             // settlements and pairings made
	Moved     int             // customers whose position was worked out anew
	Gated     int             // customers whose notice only waits for money to be known
	Observing string          // why nothing leaves although the configuration would let it
	Decided   int             // customers whose decisions were worked out
	Notices   []policy.Notice // what is wanted now, dry run or not
	Tasks     []outbox.Wanted
	Queued    int
	Released  int
	Blocked   []outbox.Blocked
	Stuck     []outbox.Stuck
	Sent      push.Result
	Fresh     policy.Freshness
}

// RunOnce takes the company through the six stages once. A connection that
// fails is told in the report and stops sending by its age; the rest goes on.
func (d *Daemon) RunOnce(ctx context.Context, c *Company, opt Options) (Report, error) {
	r := Report{Company: c.Name, Observing: c.Observing, Day: ledger.DateOf(d.Now().In(c.Zone))}
	if c.Refused != "" {
		return r, errors.New(c.Refused)
	}
	if err := d.pull(ctx, c, opt, &r); err != nil {
		return r, fmt.Errorf("pull: %w", err)
	}
	if err := d.reconcile(ctx, c, opt, &r); err != nil {
		return r, fmt.Errorf("reconcile: %w", err)
	}
	if err := d.decide(ctx, c, opt, &r); err != nil {
		return r, fmt.Errorf("decide: %w", err)
	}
	if opt.DryRun || c.Mode == outbox.Observe {
		return r, nil
	}
	if err := d.release(ctx, c, &r); err != nil {
		return r, fmt.Errorf("release: %w", err)
	}
	if err := d.push(ctx, c, &r); err != nil {
		return r, fmt.Errorf("push: %w", err)
	}
	return r, nil
}

func (o Options) progress(stage string, n int) {
	if o.Progress != nil {
		o.Progress(stage, n)
	}
}
