package cache

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/relanced/relanced/ledger"
)

// Tx is one transaction. It is handed to the functions that do the work; it is
// not safe for concurrent use and dies with the function it was given to.
type Tx struct {
	tx      *sqlx.Tx
	dialect dialect
	now     int64 // the instant of the transaction, unix milliseconds
	stmts   map[string]*sql.Stmt
	touched map[subject]struct{}
	stop    string // see StopFile
}

// subject is a customer of a company.
type subject struct{ company, customer ledger.UID }

// Update runs fn in one writing transaction: it is committed when fn returns
// nil and rolled back otherwise. No network call belongs inside.
func (db *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	return db.run(ctx, db.writer, "", fn)
}

// View runs fn in one reading transaction, which sees one state of the
// database from its first query to its last.
func (db *DB) View(ctx context.Context, fn func(tx *Tx) error) error {
	return db.run(ctx, db.reader, db.dialect.forRead, fn)
}

func (db *DB) run(ctx context.Context, pool *sqlx.DB, begin string, fn func(tx *Tx) error) (err error) {
	raw, err := pool.BeginTxx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	tx := &Tx{tx: raw, dialect: db.dialect, now: millis(db.Now()), stmts: map[string]*sql.Stmt{}, touched: map[subject]struct{}{}, stop: db.stop}
	defer func() {
		// After a commit this does nothing; after an error or a panic it undoes all.
		if undo := raw.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) && err != nil {
			err = errors.Join(err, translate(undo))
		}
	}()
	if begin != "" {
		if _, err := tx.exec(ctx, begin); err != nil {
			return err
		}
	}
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.flushTouched(ctx); err != nil {
		return err
	}
	return translate(raw.Commit())
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.tx.ExecContext(ctx, tx.tx.Rebind(query), args...)
	if err != nil {
		return 0, translate(err)
	}
	n, err := res.RowsAffected()
	return n, translate(err)
}

// execPrepared is exec for statements that run many times in a transaction.
func (tx *Tx) execPrepared(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := tx.prepared(ctx, query) //nolint:sqlclosecheck // the end of the transaction closes it
	if err != nil {
		return 0, err
	}
	if tx.dialect.name == sqlite {
		// The driver starts a goroutine for each statement whose context can end,
		// a good part of what a row costs. These take microseconds: it is enough
		// to look between them.
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		ctx = context.WithoutCancel(ctx)
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	n, err := res.RowsAffected()
	return n, translate(err)
}

// prepared returns the query's statement, prepared once per transaction; it is
// closed with it.
func (tx *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := tx.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := tx.tx.PrepareContext(ctx, tx.tx.Rebind(query))
	if err != nil {
		return nil, translate(err)
	}
	tx.stmts[query] = stmt
	return stmt, nil
}

// get reads one row into dest, a pointer to a value or to a struct with db
// tags. ErrNotFound: there is none.
func (tx *Tx) get(ctx context.Context, dest any, query string, args ...any) error {
	return translate(tx.tx.GetContext(ctx, dest, tx.tx.Rebind(query), args...))
}

// all reads every row into dest, a pointer to a slice of values or of structs
// with db tags. A slice among args stands for "IN (?)".
func (tx *Tx) all(ctx context.Context, dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return translate(tx.tx.SelectContext(ctx, dest, tx.tx.Rebind(query), args...))
}

// each calls row for every row of the query, which scans it as sql.Rows does.
// No other query may run before it is done. A slice among args stands for
// "IN (?)".
func (tx *Tx) each(ctx context.Context, query string, args []any, row func(scan func(dest ...any) error) error) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	rows, err := tx.tx.QueryContext(ctx, tx.tx.Rebind(query), args...)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// eachOf is each for a query whose only argument is a long list: it is asked
// in parts.
func (tx *Tx) eachOf(ctx context.Context, query string, values []string, row func(scan func(dest ...any) error) error) error {
	for len(values) > 0 {
		part := values[:min(len(values), most)]
		values = values[len(part):]
		stmt, err := tx.prepared(ctx, expand(query, len(part)))
		if err != nil {
			return err
		}
		if err := scanAll(ctx, stmt, part, row); err != nil {
			return err
		}
	}
	return nil
}

// expand writes out the one "IN (?)" of a query.
func expand(query string, n int) string {
	return strings.Replace(query, "IN (?)", "IN (?"+strings.Repeat(", ?", n-1)+")", 1)
}

func scanAll(ctx context.Context, stmt *sql.Stmt, values []string, row func(scan func(dest ...any) error) error) error {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return scanArgs(ctx, stmt, args, row)
}

func scanArgs(ctx context.Context, stmt *sql.Stmt, args []any, row func(scan func(dest ...any) error) error) error {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}
