package cache

import (
	"context"
	"errors"
	"time"

	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// Apply brings the queue to what is wanted, in one transaction. A key that
// exists already is left as it is: it was queued, or delivered, before.
func (db *DB) Apply(ctx context.Context, company ledger.UID, d outbox.Difference) error {
	if d.Empty() {
		return nil
	}
	failpoint.Hit("cache/before-apply")
	err := db.Update(ctx, func(tx *Tx) error {
		for _, e := range d.Create {
			if err := tx.createEntry(ctx, e); err != nil {
				return err
			}
		}
		for _, list := range [][]outbox.Entry{d.Refresh, d.Revive, d.Supersede} {
			for _, e := range list {
				if _, err := tx.moveEntry(ctx, e, "policy"); err != nil && !errors.Is(err, outbox.ErrChanged) {
					return err
				}
			}
		}
		failpoint.Hit("cache/apply-uncommitted")
		return nil
	})
	failpoint.Hit("cache/after-apply")
	return err
}

func (tx *Tx) createEntry(ctx context.Context, e outbox.Entry) error {
	var n int
	if err := tx.get(ctx, &n, `SELECT COUNT(*) FROM entry WHERE entry_key = ?`, e.Key); err != nil || n > 0 {
		return err
	}
	return tx.insertEntry(ctx, e, "policy")
}

// moveEntry checks that the row may go where the entry says, and writes it.
func (tx *Tx) moveEntry(ctx context.Context, e outbox.Entry, actor string) (outbox.Entry, error) {
	var now string
	if err := tx.get(ctx, &now, `SELECT state FROM entry WHERE entry_key = ? AND company = ?`, e.Key, e.Company); err != nil {
		return e, err
	}
	if from := outbox.State(now); from != e.State {
		if err := outbox.Check(from, e.State); err != nil {
			return e, errors.Join(outbox.ErrChanged, err)
		}
	}
	return tx.updateEntry(ctx, e, actor)
}

// Approve records a person's word, or the mode's, for the facts an entry has
// now. Entries that moved on meanwhile are left as they are; how many were
// approved is returned.
func (db *DB) Approve(ctx context.Context, entries []outbox.Entry, by string, until time.Time) (int, error) {
	done := 0
	failpoint.Hit("cache/before-approve")
	err := db.Update(ctx, func(tx *Tx) error {
		done = 0
		for _, e := range entries {
			e.State, e.Why = outbox.Approved, "released by "+by
			e.Approval = outbox.Approval{By: by, At: fromMillis(tx.now), Facts: e.Facts, Until: until}
			_, err := tx.moveEntry(ctx, e, by)
			if errors.Is(err, outbox.ErrChanged) {
				continue
			}
			if err != nil {
				return err
			}
			done++
		}
		failpoint.Hit("cache/approve-uncommitted")
		return nil
	})
	failpoint.Hit("cache/after-approve")
	return done, err
}

// Lapse takes back approvals that have run out, and returns leases that did or
// that a worker of an older epoch holds: it is gone, or is refused its intent,
// so nothing of them has left.
func (db *DB) Lapse(ctx context.Context, company ledger.UID, epoch int64) error {
	err := db.Update(ctx, func(tx *Tx) error {
		late, err := tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND
			(state IN ('approved', 'unsent') AND approved_until < ? OR state = 'leased' AND (lease_until < ? OR lease_epoch < ?))`,
			company, tx.now, tx.now, epoch)
		if err != nil {
			return err
		}
		for _, e := range late {
			if e.State == outbox.Leased {
				e.State, e.Why, e.Lease = outbox.Approved, "its worker stopped before it left", outbox.Lease{}
			} else {
				e.State, e.Why, e.Approval = outbox.Proposed, "its approval ran out", outbox.Approval{}
			}
			if _, err := tx.moveEntry(ctx, e, "clock"); err != nil && !errors.Is(err, outbox.ErrChanged) {
				return err
			}
		}
		return nil
	})
	failpoint.Hit("cache/after-lapse")
	return err
}

// leasePage is how many released entries are looked at in one go; those at the
// front may wait for their window, so that more than one page is rare.
const leasePage = 50

// Lease takes the next released entry that ready accepts; see push.Queue.
func (db *DB) Lease(ctx context.Context, company ledger.UID, lease outbox.Lease, ready func(outbox.Entry) bool) (outbox.Entry, error) {
	var got outbox.Entry
	err := db.Update(ctx, func(tx *Tx) error {
		if err := tx.fence(ctx, lease.Epoch); err != nil {
			return err
		}
		for offset := 0; ; offset += leasePage {
			rows, err := tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND state IN ('approved', 'unsent')
				AND not_before <= ? AND approved_until >= ? ORDER BY created, entry_key LIMIT ? OFFSET ?`+tx.dialect.skipLock,
				company, tx.now, tx.now, leasePage, offset)
			if err != nil {
				return err
			}
			for _, e := range rows {
				if e.Approval.Facts == e.Facts && ready(e) {
					got, err = tx.leaseEntry(ctx, e, lease)
					return err
				}
			}
			if len(rows) < leasePage {
				return outbox.ErrEmpty
			}
		}
	})
	return got, err
}

func (tx *Tx) leaseEntry(ctx context.Context, e outbox.Entry, lease outbox.Lease) (outbox.Entry, error) {
	if e.State == outbox.Unsent {
		var err error
		e.State, e.Why = outbox.Approved, "to be tried again"
		if e, err = tx.moveEntry(ctx, e, lease.Owner); err != nil {
			return e, err
		}
	}
	e.State, e.Lease, e.Why = outbox.Leased, lease, "being looked at once more"
	failpoint.Hit("cache/lease-uncommitted")
	return tx.moveEntry(ctx, e, lease.Owner)
}

// Intend records a durable intent to send; see push.Queue.
func (db *DB) Intend(ctx context.Context, e outbox.Entry, in outbox.Intent, judged outbox.Versions) (outbox.Entry, error) {
	failpoint.Hit("cache/before-intent")
	out := e
	err := db.Update(ctx, func(tx *Tx) error {
		if err := tx.mayLeave(ctx, e, in, judged); err != nil {
			return err
		}
		out.State, out.Intent, out.Why = outbox.Intended, in, "about to leave"
		var err error
		if out, err = tx.moveEntry(ctx, out, e.Lease.Owner); err != nil {
			return err
		}
		failpoint.Hit("cache/intent-uncommitted")
		return tx.touchDebtor(ctx, e)
	})
	if err != nil {
		return e, err
	}
	return out, nil
}

// touchDebtor notes that something was said to an entry's customer. Work for
// ourselves that is about the company as a whole has none.
func (tx *Tx) touchDebtor(ctx context.Context, e outbox.Entry) error {
	if e.Customer == e.Company {
		return nil
	}
	return tx.touch(ctx, e.Company, e.Customer)
}

// keptError says why an entry may not leave now. It is an outbox.ErrChanged
// that tells people the reason and nothing else.
type keptError struct{ why string }

func (e *keptError) Error() string { return e.why }

// Is makes the error an outbox.ErrChanged.
func (e *keptError) Is(target error) bool { return target == outbox.ErrChanged }

func kept(why string) error { return &keptError{why: why} }

// hold keeps what an intent rests on as it is until the transaction ends: an
// attestation, a switch, a hold of this customer either comes before the
// intent and is seen, or waits for it. SQLite has one writer at a time anyway.
// The order is everybody's: the entry, the company, the customer.
func (tx *Tx) hold(ctx context.Context, e outbox.Entry) error {
	if tx.dialect.lock == "" {
		return nil
	}
	var versions []int64
	if err := tx.all(ctx, &versions, `SELECT version FROM entry WHERE entry_key = ?`+tx.dialect.lock, e.Key); err != nil {
		return err
	}
	if err := tx.all(ctx, &versions, `SELECT version FROM company WHERE uid = ?`+tx.dialect.lock, e.Company); err != nil {
		return err
	}
	return tx.all(ctx, &versions, `SELECT version FROM dirty WHERE company = ? AND customer = ?`+tx.dialect.lock, e.Company, e.Customer)
}

// mayLeave checks, inside the transaction of the intent, everything that may
// have changed since the entry was judged.
func (tx *Tx) mayLeave(ctx context.Context, e outbox.Entry, in outbox.Intent, judged outbox.Versions) error {
	if err := tx.fence(ctx, in.Epoch); err != nil {
		return err
	}
	if e.Approval.By == "" || e.Approval.Facts != e.Facts || in.At.After(e.Approval.Until) {
		return kept("its approval is not valid any more")
	}
	if err := tx.hold(ctx, e); err != nil {
		return err
	}
	sw, err := tx.switches(ctx, e.Company)
	if err != nil {
		return err
	}
	if why := sw.Stops(e); why != "" {
		return kept(why)
	}
	now, err := tx.versions(ctx, e.Company, e.Customer)
	if err != nil {
		return err
	}
	if now != judged {
		return kept("the facts changed while it was looked at")
	}
	return nil
}

// Standing returns the versions that a judgement about a customer rests on, and
// whether its stored position was worked out from the facts as they are: money
// has been placed, nothing of the customer has moved since, and the position is
// of the version the facts have.
func (db *DB) Standing(ctx context.Context, company, customer ledger.UID) (v outbox.Versions, current bool, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		var behind int
		err := tx.get(ctx, &behind, `SELECT (SELECT COUNT(*) FROM company WHERE uid = ? AND money <> matched)
			+ (SELECT COUNT(*) FROM dirty WHERE company = ? AND customer = ? AND moved = 1)
			+ (SELECT COUNT(*) FROM position p JOIN dirty d ON d.company = p.company AND d.customer = p.customer
				WHERE p.company = ? AND p.customer = ? AND p.version <> d.version)`, company, company, customer, company, customer)
		if err != nil {
			return err
		}
		current = behind == 0
		v, err = tx.versions(ctx, company, customer)
		return err
	})
	return v, current, err
}

// Move records an entry's new state; see push.Queue.
func (db *DB) Move(ctx context.Context, from outbox.State, e outbox.Entry) (outbox.Entry, error) {
	if err := outbox.Check(from, e.State); err != nil {
		return e, err
	}
	failpoint.Hit("cache/before-move")
	out := e
	err := db.Update(ctx, func(tx *Tx) (err error) {
		if out, err = tx.moveEntry(ctx, e, actorOf(e)); err != nil {
			return err
		}
		failpoint.Hit("cache/move-uncommitted")
		return tx.touchDebtor(ctx, e)
	})
	failpoint.Hit("cache/after-move")
	if err != nil {
		return e, err
	}
	return out, nil
}

func actorOf(e outbox.Entry) string {
	if e.Lease.Owner != "" {
		return e.Lease.Owner
	}
	return "worker"
}

// Unsettled returns the entries whose fate is open; see push.Unsettled.
func (db *DB) Unsettled(ctx context.Context, company ledger.UID) ([]outbox.Entry, error) {
	return db.EntriesIn(ctx, company, outbox.Intended, outbox.InDoubt)
}
