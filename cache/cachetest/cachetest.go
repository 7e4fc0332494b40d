// Package cachetest gives tests an empty database, on SQLite always and on
// PostgreSQL where one is at hand. It is for tests alone.
package cachetest

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
)

// Env names the environment variable that holds the address of a PostgreSQL
// database in which schemas may be created.
const Env = "RELANCED_TEST_POSTGRES"

// Each runs a test on an empty SQLite database, and on an empty PostgreSQL
// schema when Env is set.
func Each(t *testing.T, test func(t *testing.T, db *cache.DB, clock *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		test(t, open(t, filepath.Join(t.TempDir(), "relanced.db"), clock), clock)
	})
	if os.Getenv(Env) == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		test(t, open(t, Postgres(t), clock), clock)
	})
}

// SQLite returns an empty database in a temporary folder.
func SQLite(tb testing.TB) (*cache.DB, *Clock) {
	tb.Helper()
	clock := NewClock()
	return open(tb, filepath.Join(tb.TempDir(), "relanced.db"), clock), clock
}

func open(tb testing.TB, dsn string, clock *Clock) *cache.DB {
	tb.Helper()
	db, err := cache.Open(tb.Context(), dsn, cache.Options{Now: clock.Now})
	if err != nil {
		tb.Fatalf("open the database: %v", err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the database: %v", err)
		}
	})
	return db
}

// Postgres returns the address of an empty schema that is dropped with the
// test. The test is skipped when Env is not set.
func Postgres(tb testing.TB) string {
	tb.Helper()
	base := os.Getenv(Env)
	if base == "" {
		tb.Skipf("%s is not set: no PostgreSQL to test on", Env)
	}
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails
	schema := "relanced_" + hex.EncodeToString(raw)
	admin, err := sql.Open("pgx", base)
	if err != nil {
		tb.Fatalf("%s: %v", Env, err)
	}
	if _, err := admin.ExecContext(tb.Context(), `CREATE SCHEMA `+schema); err != nil {
		tb.Fatalf("create a schema: %v", err)
	}
	tb.Cleanup(func() {
		if _, err := admin.Exec(`DROP SCHEMA ` + schema + ` CASCADE`); err != nil { //nolint:noctx // the test's context has ended
			tb.Errorf("drop the schema: %v", err)
		}
		_ = admin.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		tb.Fatalf("%s is not an address", Env)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Clock is the clock of a test database: it stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows the morning of 22 April 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, time.April, 22, 8, 0, 0, 0, time.UTC)} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock on.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
