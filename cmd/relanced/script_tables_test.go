package main

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptTables prints every table of the database with its rows and a digest
// of all they hold, but for those that only say that somebody was at work:
// tables. Two that look the same are the same.
func scriptTables(ts *testscript.TestScript, _ bool, _ []string) {
	dsn, driver := ts.Getenv("DATABASE"), "pgx"
	names := `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name`
	if !strings.HasPrefix(dsn, "postgres") {
		dsn, driver = "file:"+ts.MkAbs(dsn)+"?mode=ro", "sqlite"
		names = `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`
	}
	db, err := sql.Open(driver, dsn)
	ts.Check(err)
	defer db.Close()
	for _, row := range tableRows(ts, db, names) {
		name := strings.TrimSuffix(row, "\x1f")
		switch name {
		case "lease", "generation", "goose_db_version", "sqlite_sequence", "sqlite_stat1":
			continue
		}
		rows := tableRows(ts, db, `SELECT * FROM "`+name+`"`)
		slices.Sort(rows)
		_, err := fmt.Fprintf(ts.Stdout(), "%-20s %6d %x\n", name, len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
		ts.Check(err)
	}
}

func tableRows(ts *testscript.TestScript, db *sql.DB, query string) []string {
	rows, err := db.Query(query)
	ts.Check(err)
	defer rows.Close()
	columns, err := rows.Columns()
	ts.Check(err)
	var out []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		ts.Check(rows.Scan(values...))
		var b strings.Builder
		for _, v := range values {
			fmt.Fprintf(&b, "%v\x1f", *v.(*any))
		}
		out = append(out, b.String())
	}
	ts.Check(rows.Err())
	return out
}
