package daemon

import (
	"time"

	"github.com/relanced/relanced/outbox"
)

// Waits says why a released entry has not left, or when it may, as far as that
// can be told without asking a tool.
func (d *Daemon) Waits(c *Company, e outbox.Entry, off outbox.Switches) string {
	const minute = "2006-01-02 15:04"
	now := d.Now()
	switch {
	case off.Stops(e) != "":
		return off.Stops(e)
	case c.Refused != "":
		return c.Refused
	case c.Mode == outbox.Observe:
		return "the company only observes"
	case e.State == outbox.Leased:
		return e.Why
	case e.Approval.Until.Before(now):
		return "its approval ran out; the next run proposes it again"
	case e.NotBefore.After(now):
		return e.Why + "; tried again from " + e.NotBefore.In(c.Zone).Format(minute)
	case !d.ready(c)(e):
		if opens, ok := d.opens(c, e, now); ok {
			return "its window opens on " + opens.Format(minute)
		}
		return "its window never opens: its days and the business days never meet"
	default:
		return e.Why + "; the next run looks at it again"
	}
}

// opens returns when a notice's window opens, in the company's zone.
func (d *Daemon) opens(c *Company, e outbox.Entry, now time.Time) (time.Time, bool) {
	window := c.ladder(*e.Content.Notice).Window
	return window.NextOpening(now, c.Rules.Calendar(e.Content.Notice.Region), c.Zone)
}
