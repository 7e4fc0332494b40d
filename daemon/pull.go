package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/pull"
)

// Pulled is what reading one connection brought.
type Pulled struct {
	Connection string
	Counts     connectors.Counts
	Unchanged  bool
	Failed     error
}

// String tells it in a line, for people.
func (p Pulled) String() string {
	c := p.Counts
	switch {
	case p.Failed != nil:
		return fmt.Sprintf("%s could not be read: %v", p.Connection, p.Failed)
	case !c.Changed():
		return p.Connection + ": nothing changed"
	default:
		return fmt.Sprintf("%s: %d new, %d changed, %d gone, %d unreadable", p.Connection, c.Created, c.Updated, c.Deleted, c.Quarantined)
	}
}

// pull reads every connection there is to read. One that fails is told, and
// the age of its facts stops sending; the others go on.
func (d *Daemon) pull(ctx context.Context, c *Company, opt Options, r *Report) error {
	for _, conn := range c.Connections {
		if conn.Powers.Reader == nil {
			continue
		}
		opt.progress("pull "+conn.Name, 0)
		result, err := pull.Run(ctx, d.DB, conn.pulled(c), connectors.Delta)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.Pulled = append(r.Pulled, Pulled{Connection: conn.Name, Counts: result.Counts, Failed: err})
	}
	return nil
}

// pullOne reads what one connection knows about an entry's customer: it looks,
// where the connection can, and reads what changed where it cannot.
func (d *Daemon) pullOne(ctx context.Context, c *Company, conn Connection, e outbox.Entry) error {
	if conn.Powers.Looker == nil {
		_, err := pull.Run(ctx, d.DB, conn.pulled(c), connectors.Delta)
		return err
	}
	known, err := d.DB.Refs(ctx, c.UID, e.Customer, itemsOf(e))
	if err != nil && !errors.Is(err, cache.ErrNotFound) {
		return err
	}
	for _, k := range known {
		if k.Connection != conn.UID {
			continue
		}
		if _, err := pull.Look(ctx, d.DB, conn.pulled(c), k.Customer, k.Items); err != nil {
			return err
		}
	}
	return nil
}

func (conn Connection) pulled(c *Company) pull.Connection {
	return pull.Connection{Company: c.UID, UID: conn.UID, Name: conn.Name, Powers: conn.Powers}
}

func itemsOf(e outbox.Entry) []ledger.UID {
	if e.Content.Notice == nil {
		return nil
	}
	items := make([]ledger.UID, 0, len(e.Content.Notice.Lines))
	for _, l := range e.Content.Notice.Lines {
		items = append(items, l.Item)
	}
	return items
}
