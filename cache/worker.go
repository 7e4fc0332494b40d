package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/outbox"
)

// ErrWorking says that another process has the worker's role just now.
var ErrWorking = errors.New("another worker is at work on this database")

// TakeWork makes the caller the only worker, for ttl from now, and returns the
// epoch under which it sends. On SQLite a file lock has made sure of it
// already, so an older lease is taken over; on PostgreSQL a lease that still
// runs is another's: ErrWorking.
func (db *DB) TakeWork(ctx context.Context, owner string, ttl time.Duration) (int64, error) {
	var epoch int64
	err := db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `INSERT INTO lease (name, owner, epoch, until) VALUES ('worker', '', 0, 0) ON CONFLICT (name) DO NOTHING`); err != nil {
			return err
		}
		free := ` AND (until < ? OR owner = ?)`
		args := []any{owner, tx.now + ttl.Milliseconds(), tx.now, owner}
		if tx.dialect.name == sqlite {
			free, args = "", args[:2]
		}
		n, err := tx.exec(ctx, `UPDATE lease SET owner = ?, until = ?, epoch = epoch + 1 WHERE name = 'worker'`+free, args...)
		if err != nil {
			return err
		}
		if n != 1 {
			return ErrWorking
		}
		return tx.get(ctx, &epoch, `SELECT epoch FROM lease WHERE name = 'worker'`)
	})
	return epoch, err
}

// KeepWork prolongs the worker's role. outbox.ErrFenced: another has it.
func (db *DB) KeepWork(ctx context.Context, epoch int64, ttl time.Duration) error {
	return db.Update(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, `UPDATE lease SET until = ? WHERE name = 'worker' AND epoch = ?`, tx.now+ttl.Milliseconds(), epoch)
		if err == nil && n != 1 {
			err = outbox.ErrFenced
		}
		return err
	})
}

// EndWork gives the worker's role back; the epoch stays burnt.
func (db *DB) EndWork(ctx context.Context, epoch int64) error {
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `UPDATE lease SET owner = '', until = 0 WHERE name = 'worker' AND epoch = ?`, epoch)
		return err
	})
}

// fence refuses a worker that is not the newest, and lets none become it
// before the transaction ends.
func (tx *Tx) fence(ctx context.Context, epoch int64) error {
	var newest int64
	if err := tx.get(ctx, &newest, `SELECT epoch FROM lease WHERE name = 'worker'`+tx.dialect.lock); err != nil {
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("epoch %d: %w", epoch, outbox.ErrFenced)
		}
		return err
	}
	if newest != epoch {
		return fmt.Errorf("epoch %d, the newest is %d: %w", epoch, newest, outbox.ErrFenced)
	}
	return nil
}
