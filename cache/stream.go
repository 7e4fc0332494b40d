package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
)

// Cursor returns how far a connection has been read; empty: from the
// beginning. ErrNotFound: the company has no such connection.
func (db *DB) Cursor(ctx context.Context, company, connection ledger.UID) (connectors.Cursor, error) {
	var c connectors.Cursor
	err := db.View(ctx, func(tx *Tx) error {
		return tx.get(ctx, &c, `SELECT next_cursor FROM connection WHERE company = ? AND uid = ?`, company, connection)
	})
	return c, err
}

// putCursor stores how far the connection has been read.
func (tx *Tx) putCursor(ctx context.Context, company, connection ledger.UID, next connectors.Cursor) error {
	if next == "" {
		return nil
	}
	_, err := tx.exec(ctx, `UPDATE connection SET next_cursor = ? WHERE company = ? AND uid = ? AND next_cursor <> ?`,
		string(next), company, connection, string(next))
	return err
}

// streamID returns the number records of a stream bear, and makes one at first
// sight.
func (tx *Tx) streamID(ctx context.Context, company, connection ledger.UID, name string) (int64, error) {
	var id int64
	err := tx.get(ctx, &id, `SELECT id FROM stream WHERE company = ? AND connection = ? AND name = ?`, company, connection, name)
	if !errors.Is(err, ErrNotFound) {
		return id, err
	}
	err = tx.get(ctx, &id, `INSERT INTO stream (company, connection, name, as_of, money_until, account, records, open_sums, ended_at)
		VALUES (?, ?, ?, 0, '', '', -1, '', 0) RETURNING id`, company, connection, name)
	return id, err
}

// endRow is a stream's last complete end as it is stored.
type endRow struct {
	AsOf       int64  `db:"as_of"`
	MoneyUntil day    `db:"money_until"`
	Account    string `db:"account"`
	Records    int    `db:"records"`
	OpenSums   string `db:"open_sums"`
}

// putEnd stores a stream's end. One that says nothing new writes nothing; one
// that moves the day up to which money is known makes the company look again.
// It reports whether the stream's newest entry is older than it was: then what
// was read may be an earlier export put in the place of a later one.
func (tx *Tx) putEnd(ctx context.Context, company ledger.UID, stream int64, end connectors.End) (older bool, err error) {
	var old endRow
	if err := tx.get(ctx, &old, `SELECT as_of, money_until, account, records, open_sums FROM stream WHERE id = ?`, stream); err != nil {
		return false, err
	}
	now := old.with(end)
	if now == old {
		return false, nil
	}
	older = !end.Unchanged && now.AsOf < old.AsOf
	_, err = tx.exec(ctx, `UPDATE stream SET as_of = ?, money_until = ?, account = ?, records = ?, open_sums = ?, ended_at = ? WHERE id = ?`,
		now.AsOf, now.MoneyUntil, now.Account, now.Records, now.OpenSums, tx.now, stream)
	if err != nil || now.MoneyUntil == old.MoneyUntil {
		return older, err
	}
	return older, tx.touchCompany(ctx, company)
}

// with returns the row after an end. What an unchanged stream leaves out stays
// as it was.
func (r endRow) with(end connectors.End) endRow {
	if !end.AsOf.IsZero() {
		r.AsOf = millis(end.AsOf)
	}
	if end.MoneyUntil.Known() || !end.Unchanged {
		r.MoneyUntil = day(end.MoneyUntil)
	}
	if end.Account != "" || !end.Unchanged {
		r.Account = end.Account
	}
	if end.Unchanged {
		return r
	}
	r.Records, r.OpenSums = end.Count, ""
	if len(end.Open) > 0 {
		text, err := json.Marshal(end.Open)
		if err == nil {
			r.OpenSums = string(text)
		}
	}
	return r
}

// FinishRun notes how a pull of a connection ended: failure is empty when all
// its streams were read to their end. A run that changed nothing, after one
// that had not failed either, writes nothing.
func (db *DB) FinishRun(ctx context.Context, company, connection ledger.UID, scope connectors.Scope, counts connectors.Counts, failure string) error {
	err := db.Update(ctx, func(tx *Tx) error {
		var before string
		if err := tx.get(ctx, &before, `SELECT failure FROM connection WHERE company = ? AND uid = ?`, company, connection); err != nil {
			return err
		}
		if !counts.Changed() && failure == before {
			return nil
		}
		_, err := tx.exec(ctx, `INSERT INTO run (company, connection, number, ended_at, scope, created, updated, unchanged, deleted, quarantined, failure)
			VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM run WHERE connection = ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
			company, connection, connection, tx.now, int(scope), counts.Created, counts.Updated, counts.Unchanged, counts.Deleted, counts.Quarantined, failure)
		if err != nil {
			return err
		}
		return tx.markFailure(ctx, company, connection, before, failure)
	})
	failpoint.Hit("cache/after-run")
	if err != nil {
		return fmt.Errorf("store the end of the run: %w", err)
	}
	return nil
}

// markFailure keeps the instant of the first failure in a row.
func (tx *Tx) markFailure(ctx context.Context, company, connection ledger.UID, before, failure string) error {
	if before == failure {
		return nil
	}
	query, args := `UPDATE connection SET failure = ? WHERE company = ? AND uid = ?`, []any{failure, company, connection}
	switch {
	case failure == "":
		query = `UPDATE connection SET failure = ?, failed_at = 0 WHERE company = ? AND uid = ?`
	case before == "":
		query = `UPDATE connection SET failure = ?, failed_at = ? WHERE company = ? AND uid = ?`
		args = []any{failure, tx.now, company, connection}
	}
	_, err := tx.exec(ctx, query, args...)
	return err
}

// StreamFreshness tells how much one stream of one connection knows.
type StreamFreshness struct {
	Connection  ledger.UID
	Name        string // the connection's
	Kind        string // the connection's
	Stream      string
	Account     string // the bank account it is about, by IBAN; empty: none
	AsOf        time.Time
	MoneyUntil  ledger.Date // zero: it cannot say
	Ended       time.Time   // when its end last told something new; zero: it was never read to its end
	FailedSince time.Time   // the connection's runs have failed since; zero: the last one did not
	Failure     string
}

// MoneyUntil returns the freshness of every stream of the company, by
// connection and name. A connection that has never shown a stream is told
// with an empty one.
func (db *DB) MoneyUntil(ctx context.Context, company ledger.UID) ([]StreamFreshness, error) {
	var out []StreamFreshness
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT c.uid, c.name, c.kind, c.failed_at, c.failure, COALESCE(s.name, ''), COALESCE(s.account, ''),
				COALESCE(s.as_of, 0), COALESCE(s.money_until, ''), COALESCE(s.ended_at, 0)
			FROM connection c LEFT JOIN stream s ON s.connection = c.uid
			WHERE c.company = ? ORDER BY c.place, c.name, s.name`, []any{company}, func(scan func(...any) error) error {
			var f StreamFreshness
			err := scan(&f.Connection, &f.Name, &f.Kind, (*instant)(&f.FailedSince), &f.Failure, &f.Stream, &f.Account,
				(*instant)(&f.AsOf), (*day)(&f.MoneyUntil), (*instant)(&f.Ended))
			out = append(out, f)
			return err
		})
	})
	return out, err
}

// NewestPayment returns the newest day on which a tool booked a payment; zero
// when there is none. Days after notAfter are mistakes and are left out.
func (db *DB) NewestPayment(ctx context.Context, company ledger.UID, notAfter ledger.Date) (ledger.Date, error) {
	var d day
	err := db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT booked FROM payment WHERE company = ? AND gone_at = 0 AND booked <= ? ORDER BY booked DESC LIMIT 1`, []any{company, day(notAfter)},
			func(scan func(...any) error) error { return scan(&d) })
	})
	return ledger.Date(d), err
}

// Attest stores a person's word that money is known until a day; the zero day
// takes back what was said before.
func (db *DB) Attest(ctx context.Context, company ledger.UID, until ledger.Date, who string) error {
	return db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO attestation (company, until_day, who, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (company, at) DO UPDATE SET until_day = excluded.until_day, who = excluded.who`, company, day(until), who, tx.now)
		if err != nil {
			return err
		}
		return tx.touchCompany(ctx, company)
	})
}

// Attested returns the day of a person's newest word, and who gave it; zero when
// nobody has, or the last one took it back. A word that was wrong is replaced by
// the next, also by one of an earlier day.
func (db *DB) Attested(ctx context.Context, company ledger.UID) (until ledger.Date, who string, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		return tx.each(ctx, `SELECT until_day, who FROM attestation WHERE company = ? ORDER BY at DESC LIMIT 1`, []any{company},
			func(scan func(...any) error) error { return scan((*day)(&until), &who) })
	})
	return until, who, err
}
