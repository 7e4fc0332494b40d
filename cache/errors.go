package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors callers may test for; everything else is a fault of the database
// itself, told in its own words.
var (
	// ErrNotFound says that there is no such thing in this company.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the row exists already, or has changed since it
	// was read: read again, then decide again.
	ErrConflict = errors.New("conflict")
	// ErrBusy says that another process kept the database locked too long;
	// nothing was written, later it may be.
	ErrBusy = errors.New("the database is busy")
	// ErrNewerSchema says that a newer relanced wrote this database.
	ErrNewerSchema = errors.New("the database was written by a newer version")
	// ErrIdentity says that a connection's name and what it reaches do not
	// belong together any more.
	ErrIdentity = errors.New("connection and its books do not match")
)

// fault is a driver's error with nothing of the driver left but its words.
type fault struct{ text string }

// Error returns the driver's words. They name tables and columns, no values.
func (f *fault) Error() string { return f.text }

// translate turns what a driver returns into what callers may test for.
func translate(err error) error {
	switch {
	case err == nil, isOurs(err):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return ofCode(pg.Code, "PostgreSQL "+pg.Code+": "+pg.Message)
	}
	if lite, ok := errors.AsType[*driver.Error](err); ok {
		return ofNumber(lite.Code(), lite.Error())
	}
	return &fault{text: err.Error()}
}

// isOurs reports errors that pass unchanged: sentinels, and cancellation.
func isOurs(err error) bool {
	for _, known := range []error{ErrNotFound, ErrConflict, ErrBusy, ErrNewerSchema, ErrIdentity, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	var f *fault
	return errors.As(err, &f)
}

// ofCode sorts PostgreSQL's codes: unique and foreign key violations,
// serialisation failures, deadlocks and lock time-outs.
func ofCode(code, text string) error {
	switch code {
	case "23505", "23503", "40001":
		return fmt.Errorf("%s: %w", text, ErrConflict)
	case "40P01", "55P03":
		return fmt.Errorf("%s: %w", text, ErrBusy)
	default:
		return &fault{text: text}
	}
}

// ofNumber sorts SQLite's extended result codes.
func ofNumber(code int, text string) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%s: %w", text, ErrConflict)
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s: %w", text, ErrBusy)
	case sqlite3.SQLITE_INTERRUPT:
		return fmt.Errorf("%s: %w", text, context.Canceled)
	default:
		return &fault{text: text}
	}
}
