package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/relanced/relanced/internal/failpoint"
)

// lockPath is the file beside a SQLite database that makes its worker the only
// one. It is not to be trusted on network file systems.
func lockPath(database string) string { return filepath.Clean(database) + ".lock" }

// leaseFor is how long the worker's role lasts unless it is prolonged, which
// happens every beat.
const (
	leaseFor = 5 * time.Minute
	beat     = time.Minute
)

// work takes the worker's role, which only one process has at a time, and
// keeps it until stopWork.
func (h *house) work(ctx context.Context) error {
	host, _ := os.Hostname()
	h.owner = fmt.Sprintf("%s:%d", host, os.Getpid())
	if !h.db.IsPostgres() {
		h.lock = flock.New(lockPath(h.config.Database))
		ok, err := h.lock.TryLock()
		if err != nil {
			return fmt.Errorf("lock %s: %w", lockPath(h.config.Database), err)
		}
		if !ok {
			return fmt.Errorf("another relanced is at work on %s; wait for it, or stop it", h.config.Database)
		}
	}
	var err error
	if h.epoch, err = h.db.TakeWork(ctx, h.owner, leaseFor); err != nil {
		return err
	}
	failpoint.Hit("cmd/after-epoch")
	h.keepWork(ctx)
	if err := h.rule(ctx); err != nil {
		return err
	}
	if err := h.nextGeneration(ctx); err != nil {
		return err
	}
	return h.prepare(ctx)
}

// keepWork prolongs the role while a long run goes on. A worker that was
// fenced off all the same learns it at its next intent.
func (h *house) keepWork(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	epoch, done := h.epoch, make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if h.db.KeepWork(ctx, epoch, leaseFor) != nil {
					return
				}
			}
		}
	}()
	h.beat = func() {
		cancel()
		<-done
	}
}

// stopWork gives the worker's role back, also when the command was
// interrupted. The generation rises once more, so that a copy of the database
// taken during the run is known for an older one.
func (h *house) stopWork(ctx context.Context) error {
	if h.epoch == 0 {
		return nil
	}
	h.beat()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	now, err := h.db.NextGeneration(ctx)
	if err == nil {
		err = h.mark(now)
	}
	err = errors.Join(err, h.db.EndWork(ctx, h.epoch))
	h.epoch = 0
	if h.lock != nil {
		err = errors.Join(err, h.lock.Unlock())
	}
	return err
}

// rule notes by which rules this process works; what was worked out by others
// is worked out anew. Only the worker may say so: another process could still
// be working by the old ones.
func (h *house) rule(ctx context.Context) error {
	for _, c := range h.companies {
		if _, err := h.db.Rule(ctx, c.UID, version+" "+h.config.Fingerprint); err != nil {
			return err
		}
	}
	return nil
}

// settleRules is rule for a command that does not work, while nobody else
// does: so that a plan shows what a changed configuration would do.
func (h *house) settleRules(ctx context.Context) error {
	if h.db.IsPostgres() {
		return nil
	}
	lock := flock.New(lockPath(h.config.Database))
	ok, err := lock.TryLock()
	if err != nil || !ok {
		return nil //nolint:nilerr // whoever is at work settles them
	}
	return errors.Join(h.rule(ctx), lock.Unlock())
}
