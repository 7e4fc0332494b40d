package cache_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
)

// columns returns "table.column type nullable" of every column, sorted.
func columns(t *testing.T, driver, dsn, query string) []string {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	same := map[string]string{"bigint": "INTEGER", "integer": "INTEGER", "text": "TEXT", "bytea": "BLOB", "blob": "BLOB"}
	var out []string
	for rows.Next() {
		var table, column, kind string
		var null bool
		if err := rows.Scan(&table, &column, &kind, &null); err != nil {
			t.Fatal(err)
		}
		name := same[strings.ToLower(kind)]
		if name == "" {
			t.Errorf("%s.%s is of type %s, which is not one of those both databases have", table, column, kind)
		}
		line := table + "." + column + " " + name
		if null {
			line += " NULL"
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	sort.Strings(out)
	return out
}

const sqliteColumns = `SELECT m.name, c.name, c.type, c."notnull" = 0 FROM sqlite_master m JOIN pragma_table_info(m.name) c
	WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose%'`

const postgresColumns = `SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns
	WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%'`

func TestBothDatabasesEndInTheSameSchema(t *testing.T) {
	t.Parallel()
	address := cachetest.Postgres(t)
	path := filepath.Join(t.TempDir(), "relanced.db")
	for _, dsn := range []string{address, path} {
		db, err := cache.Open(t.Context(), dsn, cache.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	lite, pg := columns(t, "sqlite", path, sqliteColumns), columns(t, "pgx", address, postgresColumns)
	if len(lite) < 100 {
		t.Errorf("only %d columns were found; the test looks in the wrong place", len(lite))
	}
	if diff := cmp.Diff(lite, pg); diff != "" {
		t.Errorf("schemas differ (-sqlite +postgres):\n%s", diff)
	}
}

func TestBothFoldersHoldTheSameMigrations(t *testing.T) {
	t.Parallel()
	names := func(dir string) (out []string) {
		entries, err := os.ReadDir(filepath.Join("migrations", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("migrations differ (-sqlite +postgres):\n%s", diff)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "relanced.db")
	db, err := cache.Open(t.Context(), path, cache.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`); err != nil {
		t.Fatal(err)
	}
	_ = raw.Close()
	if _, err := cache.Open(t.Context(), path, cache.Options{}); !errors.Is(err, cache.ErrNewerSchema) {
		t.Errorf("opening a newer database: got %v, want ErrNewerSchema", err)
	}
}

func TestReplicasMayStartTogether(t *testing.T) {
	t.Parallel()
	dsns := map[string]string{"sqlite": filepath.Join(t.TempDir(), "relanced.db")}
	if os.Getenv(cachetest.Env) != "" {
		dsns["postgres"] = cachetest.Postgres(t)
	}
	for name, dsn := range dsns {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				db, err := cache.Open(t.Context(), dsn, cache.Options{})
				if err != nil {
					t.Errorf("%s: open: %v", name, err)
					return
				}
				if _, err := db.EnsureCompany(t.Context(), "Exemple"); err != nil {
					t.Errorf("%s: the schema is not there: %v", name, err)
				}
				_ = db.Close()
			})
		}
		wg.Wait()
	}
}

func TestDatabaseIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a ? 100%.db")
	db, err := cache.Open(t.Context(), path, cache.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, side := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + side)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of the database%s: got %o, want 600", side, got)
		}
	}
}
