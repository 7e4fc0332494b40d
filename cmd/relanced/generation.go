package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/outbox"
)

// runMark is the second file beside a SQLite database. It says how far the
// database has come on this machine, so that an older copy put in its place is
// known for what it is.
type runMark struct {
	Token  string `json:"token"`
	Number int64  `json:"number"`
}

func markPath(database string) string { return filepath.Clean(database) + ".generation" }

// nextGeneration begins a working run. A database that is new, or older than
// what ran here last, or a copy from elsewhere, only observes until a person
// releases it: what it does not remember may have been sent already.
func (h *house) nextGeneration(ctx context.Context) error {
	was, err := h.db.Generation(ctx)
	if err != nil {
		return err
	}
	if was.Number == 0 && readMark(h.config.Database).Token == "" {
		// Before the first run is counted: a crash in between must not make the
		// database look like one that came from elsewhere.
		if err := h.mark(was); err != nil {
			return err
		}
		failpoint.Hit("cmd/after-first-mark")
	}
	if !h.db.IsPostgres() && !was.Played.Known() {
		if why := strange(was, readMark(h.config.Database)); why != "" && was.Live {
			if err := h.db.SetLive(ctx, false); err != nil {
				return err
			}
		}
	}
	now, err := h.db.NextGeneration(ctx)
	if err != nil {
		return err
	}
	failpoint.Hit("cmd/after-generation")
	if err := h.mark(now); err != nil {
		return err
	}
	failpoint.Hit("cmd/after-mark")
	for _, c := range h.companies {
		if err := h.restrain(ctx, c, now.Live); err != nil {
			return err
		}
	}
	return nil
}

// restrain makes a company only observe that nobody has released to send. A
// rehearsal needs no release, but what is played on it is only a rehearsal.
func (h *house) restrain(ctx context.Context, c *daemon.Company, live bool) error {
	released, err := h.db.Sending(ctx, c.UID)
	if err != nil || c.Mode == outbox.Observe || h.rehearsing || live && released {
		return err
	}
	what := "This database is new or restored"
	if live {
		what = "This company is new here"
	}
	c.Mode = outbox.Observe
	c.Observing = what + ", so nothing leaves yet. When the plan looks right: relanced release database --reason \"…\""
	return nil
}

// strange says why a database is not the newest state of what ran here.
func strange(g cache.Generation, m runMark) string {
	switch {
	case m.Token == "" && g.Number == 0:
		return ""
	case m.Token == "":
		return "it came from elsewhere"
	case m.Token != g.Token:
		return "it is another database than the one that ran here"
	case m.Number > g.Number:
		return fmt.Sprintf("it is older than what ran here last (run %d, not %d)", g.Number, m.Number)
	default:
		return ""
	}
}

// liven records a person's word that this database, as it is, may send.
func (h *house) liven(ctx context.Context) error {
	g, err := h.db.Generation(ctx)
	if err != nil {
		return err
	}
	if err := h.mark(g); err != nil {
		return err
	}
	return h.db.SetLive(ctx, true)
}

// mark notes beside the database how far it has come. PostgreSQL has no place
// beside it.
func (h *house) mark(g cache.Generation) error {
	if h.db.IsPostgres() {
		return nil
	}
	return writeMark(h.config.Database, runMark{Token: g.Token, Number: g.Number})
}

func readMark(database string) runMark {
	var m runMark
	data, err := os.ReadFile(markPath(database))
	if err != nil || json.Unmarshal(data, &m) != nil {
		return runMark{}
	}
	return m
}

// writeMark replaces the file durably: a mark that is lost only makes the next
// run observe.
func writeMark(database string, m runMark) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	path := markPath(database)
	f, err := os.CreateTemp(filepath.Dir(path), ".generation-*")
	if err != nil {
		return fmt.Errorf("mark the run beside the database: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

// prepare sets up channels that are used for the first time, and notes who
// they are. One that was used before is never set up anew: what it delivered
// would be forgotten.
func (h *house) prepare(ctx context.Context) error {
	for _, c := range h.companies {
		if c.Mode == outbox.Observe {
			continue
		}
		for _, conn := range c.Connections {
			if err := h.prepareOne(ctx, c, conn); err != nil {
				return fmt.Errorf("company %s: connection %s: %w", c.Name, conn.Name, err)
			}
		}
	}
	return nil
}

func (h *house) prepareOne(ctx context.Context, c *daemon.Company, conn daemon.Connection) error {
	if conn.Powers.Preparer == nil {
		return nil
	}
	known, err := h.db.Identity(ctx, c.UID, conn.Name)
	if err != nil || known != "" {
		return err
	}
	if err := conn.Powers.Preparer.Prepare(ctx); err != nil {
		return err
	}
	failpoint.Hit("cmd/after-prepare")
	report, err := conn.Powers.Connector.Check(ctx)
	if err != nil {
		return err
	}
	_, err = h.db.EnsureConnection(ctx, c.UID, conn.Name, conn.Kind, report.Identity)
	return err
}
