// Package cache is the shelf beside the stages: it keeps what was pulled, what
// was worked out and what is on its way, in SQLite or PostgreSQL. It owns the
// schema, the transactions and every line of SQL. It decides nothing, talks to
// no tool and never hands out a row or a driver's error.
//
// Each exported method of DB is one transaction. Every table has a company
// column and every query filters on it: nothing of one company is visible in
// another.
package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Options are what Open needs beside the place of the database.
type Options struct {
	// Now is the clock that stamps what is written; nil means time.Now.
	Now func() time.Time
}

// DB is the database of one installation. It is safe for concurrent use.
type DB struct {
	dialect dialect
	writer  *sqlx.DB // SQLite: one connection, every transaction is immediate
	reader  *sqlx.DB // SQLite: a few read-only connections; PostgreSQL: the writer
	now     func() time.Time
	hints   *hintBoard
	stop    string // while a file is there, nothing leaves; empty: there is no place for one
}

// Open opens the database dsn names, creates it if it is not there, and brings
// its schema up to date. dsn is the path of a SQLite file, created readable by
// its owner alone, or the URL of a PostgreSQL database ("postgres://…").
// ErrNewerSchema: the database was written by a newer relanced; nothing has
// been changed.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	d, err := dialectOf(dsn)
	if err != nil {
		return nil, err
	}
	writer, reader, err := d.open(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", translate(err))
	}
	db := &DB{dialect: d, writer: writer, reader: reader, now: opts.Now, hints: newHintBoard(), stop: stopFile(dsn, d)}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close ends every connection. Transactions under way are rolled back.
func (db *DB) Close() error {
	err := db.writer.Close()
	if db.reader != db.writer {
		err = errors.Join(db.reader.Close(), err)
	}
	return err
}

// Now returns the instant of the database's clock, cut to the millisecond that
// is stored.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Millisecond) }

// IsPostgres reports whether the database is shared by replicas, so that
// leases rather than a file lock make the worker exclusive.
func (db *DB) IsPostgres() bool { return db.dialect.name == postgres }
