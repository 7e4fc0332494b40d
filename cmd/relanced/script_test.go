package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/relanced/relanced/cache/cachetest"
)

// update rewrites the golden parts of the scripts:
// go test ./cmd/relanced -run TestScript -update.
var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain lets the scripts run this test binary as the command relanced.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"relanced": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, scriptClock)) },
	})
}

// scriptClock is the real clock, unless the script says what time it is:
//
//	env NOW=2026-05-04T10:00:00+02:00
func scriptClock() time.Time {
	text := os.Getenv("NOW")
	if text == "" {
		return time.Now()
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		fmt.Fprintln(os.Stderr, "NOW:", err)
		os.Exit(3)
	}
	return at
}

// TestScript plays every script of testdata/script with the real program, on
// SQLite.
func TestScript(t *testing.T) {
	t.Parallel()
	playScripts(t, "sqlite", func() string { return "relanced.db" })
}

// TestScriptOnPostgres plays the core of them on PostgreSQL, each in a schema
// of its own.
func TestScriptOnPostgres(t *testing.T) {
	t.Parallel()
	if os.Getenv(cachetest.Env) == "" {
		t.Skipf("%s is not set: no PostgreSQL to play on", cachetest.Env)
	}
	playScripts(t, "postgres", func() string { return cachetest.Postgres(t) }, "april", "nochange", "newexport", "paidbetween", "approve", "observe")
}

// playScripts plays the named scripts, or all, on databases of one kind. Their
// configurations say database = "env:DATABASE"; $SAMPLES holds the sample files.
// A database that is played with (once --as-of) speaks of the day it has come
// to, because NOW is before all of them.
func playScripts(t *testing.T, kind string, database func() string, names ...string) {
	t.Helper()
	if len(names) == 0 {
		names = []string{"*"}
	}
	var files []string
	for _, name := range names {
		found, err := filepath.Glob(filepath.Join("testdata", "script", name+".txtar"))
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no script %s", name)
		}
		files = append(files, found...)
	}
	samples, err := filepath.Abs("testdata/samples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:         files,
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATABASE", database())
			e.Setenv("SAMPLES", samples)
			e.Setenv("NOW", "2026-01-05T10:00:00+01:00")
			return nil
		},
		Condition: func(word string) (bool, error) {
			if word != "sqlite" && word != "postgres" {
				return false, fmt.Errorf("there is no condition %q", word)
			}
			return word == kind, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"books":     scriptBooks,
			"statement": scriptStatement,
			"files":     scriptFiles,
			"show":      scriptShow,
			"pick":      scriptPick,
			"json":      scriptJSON,
			"keep":      scriptKeep,
			"stamp":     scriptStamp,
			"mode":      scriptMode,
			"tables":    scriptTables,
			"exits":     scriptExits,
		},
	})
}
