package cache

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
)

// ErrPast says that a day lies before the one a rehearsal has come to.
var ErrPast = errors.New("that day is past")

// Generation tells one database from its copies, and an old copy from the
// newest state.
type Generation struct {
	Number int64       // rises with every working run
	Token  string      // made with the database; a copy has the same
	Played ledger.Date // the day a rehearsal has come to; zero: not a rehearsal
	Live   bool        // a person has released it to send; a rehearsal is never live by itself
}

// Generation returns the database's generation; the first call makes it.
func (db *DB) Generation(ctx context.Context) (Generation, error) {
	var g Generation
	err := db.Update(ctx, func(tx *Tx) (err error) {
		g, err = tx.generation(ctx)
		return err
	})
	return g, err
}

func (tx *Tx) generation(ctx context.Context) (Generation, error) {
	var row struct {
		Number int64  `db:"number"`
		Token  string `db:"token"`
		Played day    `db:"played"`
		Live   flag   `db:"live"`
	}
	err := tx.get(ctx, &row, `SELECT number, token, played, live FROM generation WHERE id = 1`)
	if errors.Is(err, ErrNotFound) {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails: see crypto/rand
		g := Generation{Token: hex.EncodeToString(b[:])}
		_, err = tx.exec(ctx, `INSERT INTO generation (id, number, token, played, played_since, live, created) VALUES (1, 0, ?, '', 0, 0, ?)`, g.Token, tx.now)
		return g, err
	}
	return Generation{Number: row.Number, Token: row.Token, Played: ledger.Date(row.Played), Live: bool(row.Live)}, err
}

// NextGeneration raises the number at the start of a working run.
func (db *DB) NextGeneration(ctx context.Context) (Generation, error) {
	var g Generation
	err := db.Update(ctx, func(tx *Tx) (err error) {
		if g, err = tx.generation(ctx); err != nil {
			return err
		}
		g.Number++
		_, err = tx.exec(ctx, `UPDATE generation SET number = ? WHERE id = 1`, g.Number)
		return err
	})
	return g, err
}

// Sending reports whether a person has released the company to send. One that
// was added, or renamed, since the database was released has no history here.
func (db *DB) Sending(ctx context.Context, company ledger.UID) (bool, error) {
	var n int
	err := db.View(ctx, func(tx *Tx) error {
		return tx.get(ctx, &n, `SELECT COUNT(*) FROM sending WHERE company = ?`, company)
	})
	return n > 0, err
}

// SetLive records a person's word that the database, with every company that is
// in it now, may send, or takes it back.
// Everybody is decided on again then: what was wanted while it only observed
// was decided, but never queued.
func (db *DB) SetLive(ctx context.Context, live bool) error {
	return db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.generation(ctx); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE generation SET live = ? WHERE id = 1`, flag(live)); err != nil || !live {
			return err
		}
		if _, err := tx.exec(ctx, `INSERT INTO sending (company, since) SELECT uid, CAST(? AS BIGINT) FROM company WHERE 1 = 1 ON CONFLICT (company) DO NOTHING`, tx.now); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE position SET again = ?`, day(atOnce))
		return err
	})
}

// Play notes that a rehearsal has come to a day. A database in which nothing
// has been read yet becomes a rehearsal by it; on one that already works for
// real Play reports false and changes nothing. ErrPast: the day lies before
// the one it has come to.
func (db *DB) Play(ctx context.Context, to ledger.Date) (bool, error) {
	playing := false
	err := db.Update(ctx, func(tx *Tx) error {
		g, err := tx.generation(ctx)
		if err != nil {
			return err
		}
		if !g.Played.Known() {
			var runs int
			if err := tx.get(ctx, &runs, `SELECT COUNT(*) FROM run`); err != nil || runs > 0 || g.Number > 0 {
				return err
			}
		}
		if to < g.Played {
			return fmt.Errorf("%s: %w (it has come to %s)", to, ErrPast, g.Played)
		}
		playing = true
		if to == g.Played {
			return nil
		}
		_, err = tx.exec(ctx, `UPDATE generation SET played = ?, played_since = 0 WHERE id = 1`, day(to))
		return err
	})
	return playing, err
}

// PlayedSince returns the real instant at which the day that a rehearsal has
// come to was first played; on the first call that is now. It lets the played
// clock run on over the processes that play one day.
func (db *DB) PlayedSince(ctx context.Context, now time.Time) (time.Time, error) {
	var since instant
	err := db.Update(ctx, func(tx *Tx) error {
		if err := tx.get(ctx, &since, `SELECT played_since FROM generation WHERE id = 1`); err != nil || !time.Time(since).IsZero() {
			return err
		}
		since = instant(now.UTC().Truncate(time.Millisecond))
		_, err := tx.exec(ctx, `UPDATE generation SET played_since = ? WHERE id = 1`, since)
		return err
	})
	return time.Time(since), err
}
