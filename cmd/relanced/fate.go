package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/outbox"
)

// entryOf finds the one entry whose key begins so.
func entryOf(ctx context.Context, h *house, c *daemon.Company, key string) (outbox.Entry, error) {
	e, err := h.db.Entry(ctx, c.UID, key)
	if errors.Is(err, cache.ErrNotFound) {
		return e, fmt.Errorf("%w; `relanced tasks` and `relanced export outbox` list the keys", err)
	}
	return e, err
}

// fate says where an entry has got, in a sentence that names what can be done
// instead of what was asked.
func fate(ctx context.Context, h *house, c *daemon.Company, e outbox.Entry) error {
	who, err := whoIs(ctx, h, c, e.Customer)
	if err != nil {
		return err
	}
	day := e.Changed.In(c.Zone).Format(time.DateOnly)
	return fmt.Errorf("entry %s: %s", short(e.Key), fateWords(e, day, orText(who.Code, "CUSTOMER")))
}

// fateWords is the sentence. day is when the entry came to where it is.
func fateWords(e outbox.Entry, day, code string) string {
	leave := "to leave the customer alone use `relanced hold " + code + " --reason …`"
	switch e.State {
	case outbox.Proposed:
		return "it has not left; `relanced approve " + short(e.Key) + "` lets it, `relanced reject " + short(e.Key) + "` takes it back"
	case outbox.Approved, outbox.Leased, outbox.Unsent:
		return "it is released already (by " + e.Approval.By + ") and has not left; `relanced tasks` says why, `relanced reject " + short(e.Key) + "` takes it back"
	case outbox.Intended:
		return "it is leaving just now; look again when the run is over"
	case outbox.Confirmed:
		if e.IsTask() {
			return "it was handed over already (confirmed " + day + ")"
		}
		return "it has left already (confirmed " + day + "); " + leave
	case outbox.Rejected:
		return "its channel refused it (" + day + "): " + e.Why + "; `relanced settle " + short(e.Key) + " --lost` proposes it again, and " + leave
	case outbox.InDoubt:
		return "nobody knows yet whether it has left; the next run asks its channel"
	case outbox.NeedsHuman:
		return "nobody can tell whether it has left; say so with `relanced settle " + short(e.Key) + "`"
	case outbox.Superseded:
		return "nothing wants it any more (" + day + "): " + e.Why
	case outbox.Cancelled:
		return "it was given up (" + day + "): " + e.Why
	default:
		return "it is " + string(e.State)
	}
}

// moved says in words that an entry went elsewhere before a command reached it.
func moved(ctx context.Context, h *house, c *daemon.Company, e outbox.Entry, err error) error {
	if !errors.Is(err, outbox.ErrTransition) && !errors.Is(err, outbox.ErrChanged) {
		return err
	}
	now, errNow := h.db.Entry(ctx, c.UID, e.Key)
	if errNow != nil {
		return errors.Join(err, errNow)
	}
	return fate(ctx, h, c, now)
}
