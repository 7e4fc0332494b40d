package daemon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// Freshness tells until when money is known, and whether every source is
// young enough to send on.
func (d *Daemon) Freshness(ctx context.Context, c *Company) (policy.Freshness, error) {
	known, err := d.DB.MoneyUntil(ctx, c.UID)
	if err != nil {
		return policy.Freshness{}, err
	}
	now := d.Now()
	today := ledger.DateOf(now.In(c.Zone))
	newest, err := d.DB.NewestPayment(ctx, c.UID, today)
	if err != nil {
		return policy.Freshness{}, err
	}
	attested, _, err := d.DB.Attested(ctx, c.UID)
	if err != nil {
		return policy.Freshness{}, err
	}
	holding, err := d.holding(ctx, c)
	if err != nil {
		return policy.Freshness{}, err
	}
	f := policy.Freshness{MaxAge: c.MoneyMaxAge, Holding: holding}
	f.Until, _ = reconcile.MoneyKnown(c.Accounts, moneyStreams(known), newest, today, attested)
	f.Stale = c.stale(known, now)
	if gone := c.unconfigured(known); gone != "" {
		f.Stale = gone
	}
	return f, nil
}

// unconfigured says which connection once told of debts or payments and is not
// in the configuration any more: its facts would age unseen.
func (c *Company) unconfigured(known []cache.StreamFreshness) string {
	for _, s := range known {
		configured := slices.ContainsFunc(c.Connections, func(x Connection) bool { return x.UID == s.Connection })
		if !configured && !s.Ended.IsZero() {
			return fmt.Sprintf("%s is not in the configuration any more, and what it told still counts: put it back, or `relanced connection retire %s`", s.Name, s.Name)
		}
	}
	return ""
}

// holding says why the whole company is held: something that does not add up
// and of which nobody can say whom it is about, such as unreadable money.
func (d *Daemon) holding(ctx context.Context, c *Company) (string, error) {
	findings, err := d.DB.Findings(ctx, c.UID)
	if err != nil {
		return "", err
	}
	for _, f := range findings {
		if f.Holds && f.Customer == "" && f.ReleasedBy == "" {
			return fmt.Sprintf("%s (relanced release %s)", f.Text, f.ID), nil
		}
	}
	return "", nil
}

// moneyStreams are the bank accounts, and the tools with the newest of their
// streams each: last year's books do not make this year's older.
func moneyStreams(known []cache.StreamFreshness) []reconcile.Stream {
	var out []reconcile.Stream
	newest := make(map[ledger.UID]int)
	for _, s := range known {
		if s.Ended.IsZero() {
			continue
		}
		if s.Account != "" {
			out = append(out, reconcile.Stream{Account: s.Account, Until: s.MoneyUntil})
			continue
		}
		i, seen := newest[s.Connection]
		if !seen {
			newest[s.Connection] = len(out)
			out = append(out, reconcile.Stream{Until: s.MoneyUntil})
			continue
		}
		out[i].Until = max(out[i].Until, s.MoneyUntil)
	}
	return out
}

// stale says why some source's facts are too old to send on; empty: they are
// not. A connection is as fresh as its oldest stream is for a tool, and as its
// newest for files, where last year's books age and are replaced by no new ones.
func (c *Company) stale(known []cache.StreamFreshness, now time.Time) string {
	for _, conn := range c.Connections {
		if conn.Powers.Reader == nil {
			continue
		}
		read, newest, failure := false, time.Time{}, ""
		for _, s := range known {
			if s.Connection != conn.UID {
				continue
			}
			failure = s.Failure
			read = read || !s.Ended.IsZero()
			if s.AsOf.After(newest) {
				newest = s.AsOf
			}
		}
		switch {
		case failure != "":
			return fmt.Sprintf("%s could not be read: %s", conn.Name, failure)
		case !read:
			return fmt.Sprintf("%s has never been read to its end", conn.Name)
		case conn.MaxReadAge > 0 && now.Sub(newest) > conn.MaxReadAge:
			return fmt.Sprintf("what %s says is of %s, older than %d days allow", conn.Name,
				newest.In(c.Zone).Format(time.DateOnly), int(conn.MaxReadAge.Hours()/24))
		}
	}
	return ""
}
