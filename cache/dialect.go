package cache

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	// The drivers register themselves as "pgx" and "sqlite".
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3/database"
	_ "modernc.org/sqlite"
)

const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// dialect is all that differs between the two databases. Everything else is
// one SQL text with question marks.
type dialect struct {
	name     string
	goose    database.Dialect
	skipLock string // appended to a claiming SELECT so that two workers never wait for one row
	lock     string // appended to a SELECT whose answer must stay true until the commit
	forRead  string // isolation of a View: one snapshot from its first query on
	rows     int    // rows per INSERT: many where each is a trip over the network
	open     func(dsn string) (writer, reader *sqlx.DB, err error)
}

// dialectOf tells the database from the way it is named.
func dialectOf(dsn string) (dialect, error) {
	switch {
	case dsn == "":
		return dialect{}, errors.New("no database is named: give the path of a file, or postgres://…")
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return dialect{
			name: postgres, goose: database.DialectPostgres,
			skipLock: " FOR UPDATE SKIP LOCKED",
			lock:     " FOR UPDATE",
			forRead:  "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
			rows:     100,
			open:     openPostgres,
		}, nil
	case strings.Contains(dsn, "://"):
		return dialect{}, errors.New("the database is neither the path of a file nor postgres://…")
	default:
		return dialect{name: sqlite, goose: database.DialectSQLite3, rows: 1, open: openSQLite}, nil
	}
}

// The page caches of one writer and three readers stay within 16 MB together:
// the driver's allocator rounds a page of 4 KiB and its header up to 8.
const (
	sqliteReaders   = 3
	writerCacheKiB  = 6 << 10
	readerCacheKiB  = 680
	busyTimeoutMS   = 10_000
	postgresMaxOpen = 8
)

// openSQLite opens the file twice: one connection that writes, whose
// transactions take the write lock at once, and a few that may only read and
// never wait for it. Pragmas stand in the DSN because they belong to one
// connection, not to the pool.
func openSQLite(path string) (writer, reader *sqlx.DB, err error) {
	sqlx.BindDriver(sqlite, sqlx.QUESTION)
	if err := createPrivate(path); err != nil {
		return nil, nil, err
	}
	writer, err = openFile(path, 1, "_txlock=immediate", pragma("synchronous", "FULL"),
		pragma("cache_size", fmt.Sprintf("-%d", writerCacheKiB)), pragma("wal_autocheckpoint", "16000"), pragma("journal_size_limit", "67108864"))
	if err != nil {
		return nil, nil, err
	}
	reader, err = openFile(path, sqliteReaders, pragma("query_only", "1"),
		pragma("cache_size", fmt.Sprintf("-%d", readerCacheKiB)))
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	return writer, reader, nil
}

// openFile opens a pool of connections that are never dropped while idle, so
// that their prepared page cache stays.
func openFile(path string, conns int, params ...string) (*sqlx.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	params = append([]string{
		pragma("busy_timeout", fmt.Sprint(busyTimeoutMS)), pragma("journal_mode", "WAL"), pragma("foreign_keys", "1"),
	}, params...)
	dsn := (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: strings.Join(params, "&")}).String()
	db, err := sqlx.Open(sqlite, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func pragma(name, value string) string { return "_pragma=" + name + "(" + value + ")" }

// createPrivate makes sure that a new database is never readable by others,
// not even for a moment; SQLite gives its side files the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func openPostgres(dsn string) (writer, reader *sqlx.DB, err error) {
	db, err := sqlx.Open("pgx", dsn)
	if err != nil {
		return nil, nil, errors.New("the postgres:// address cannot be read")
	}
	db.SetMaxOpenConns(postgresMaxOpen)
	db.SetMaxIdleConns(postgresMaxOpen)
	return db, db, nil
}
