package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/push"
)

// look judges one entry on fresh facts: it pulls what may have changed,
// reconciles and decides again, for this customer, and says what is wanted
// now. The versions it returns are those the judgement stands on; whoever
// changes a fact after it makes the intent fail.
func (d *Daemon) look(ctx context.Context, c *Company, e outbox.Entry) (push.Look, error) {
	if err := d.lookAt(ctx, c, e); err != nil {
		return push.Look{}, err
	}
	var r Report
	versions, current, err := d.settleFacts(ctx, c, e.Customer, &r)
	if err != nil {
		return push.Look{}, err
	}
	if !current {
		return push.Look{Wait: true, Why: "its facts keep changing"}, nil
	}
	fresh, err := d.Freshness(ctx, c)
	if err != nil {
		return push.Look{}, err
	}
	r.Fresh = fresh
	wanted, why, err := d.wantedOf(ctx, c, e, &r)
	if err != nil {
		return push.Look{}, err
	}
	if wanted == nil && why != "" {
		return push.Look{Wait: true, Why: why, Versions: versions}, nil
	}
	return push.Look{Wanted: wanted, Versions: versions}, nil
}

// settleFacts places money and works out positions until the customer's stands
// on the facts as they are, and returns the versions of these. Somebody may put
// down a hold while it is at it: then it does so again, a few times.
func (d *Daemon) settleFacts(ctx context.Context, c *Company, customer ledger.UID, r *Report) (v outbox.Versions, current bool, err error) {
	const tries = 3
	for range tries {
		if err := d.reconcile(ctx, c, Options{}, r); err != nil {
			return v, false, err
		}
		if v, current, err = d.DB.Standing(ctx, c.UID, customer); err != nil || current {
			return v, current, err
		}
	}
	return v, false, nil
}

// lookAt pulls what bears on one customer: a connection that can look at one
// customer is asked for it, the others are read for what changed, which costs
// nothing when nothing did.
func (d *Daemon) lookAt(ctx context.Context, c *Company, e outbox.Entry) error {
	for _, conn := range c.Connections {
		if conn.Powers.Reader == nil {
			continue
		}
		if err := d.pullOne(ctx, c, conn, e); err != nil {
			return fmt.Errorf("%s: %w", conn.Name, err)
		}
	}
	return nil
}

// wantedOf decides for the entry's customer and returns what is wanted in the
// entry's place. Nil with a reason: it must wait. Nil without: it is not
// wanted any more.
func (d *Daemon) wantedOf(ctx context.Context, c *Company, e outbox.Entry, r *Report) (*outbox.Wanted, string, error) {
	if e.Customer == c.UID {
		var err error
		if r.Gated, err = d.DB.Gated(ctx, c.UID); err != nil {
			return nil, "", err
		}
		for _, w := range d.ownTasks(c, *r) {
			if w.Purpose == e.Purpose && w.Subject == e.Subject && w.Episode == e.Episode {
				return &w, "", nil
			}
		}
		return nil, "", nil
	}
	found, err := d.DB.Case(ctx, c.UID, e.Customer)
	if errors.Is(err, cache.ErrNotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	today := ledger.DateOf(d.Now().In(c.Zone))
	out := d.outcome(c, found, r.Fresh, today)
	for _, w := range d.wanted(c, found, out) {
		if w.Purpose == e.Purpose && w.Subject == e.Subject && w.Episode == e.Episode {
			w.Repeat = 0
			return &w, "", nil
		}
	}
	if out.Gated && e.Content.Notice != nil {
		return nil, "what is known about money does not allow it just now", nil
	}
	return nil, "", nil
}
