package main_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
)

// program builds the real program with the tags, and returns its path.
func program(t *testing.T, tags string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "relanced")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", path, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// site is one installation under test: the books, the configuration, the
// database, and two channels that show their duplicates.
type site struct {
	*world
	program  string
	tool     *fake.Tool
	database string // driver and address
	dsn      string
	env      []string
	last     string // what the last run printed
}

// way is how the site's channels are set up.
type way struct {
	timeout, settle string
	postgres        bool
}

// crashLadder leaves a mail a day after the due day, a call the next, and a
// firm mail a week later.
const crashLadder = `min_gap = "1 business days"
window  = { days = "mon-fri", hours = "09:00-17:00" }
entry   = "crash-mail"

[[rung]]
id       = "crash-mail"
severity = "friendly"
after    = "1 business days"
do       = "mail"
template = "rappel-aimable"

[[rung]]
id       = "crash-call"
severity = "friendly"
after    = "1 business days"
do       = "call"
template = "appel"

[[rung]]
id       = "crash-firm"
severity = "firm"
after    = "5 business days"
do       = "mail"
template = "relance-ferme"
`

// crashConfig has two companies with the same books: one whose channel is the
// tool alone, and one whose channel is the folder alone.
const crashConfig = `database = "env:CRASH_DATABASE"
ladders  = "ladders"
`

const crashCompany = `
[company.%[1]s]
name = "Société %[1]s"
siren = "999999014"
mode = "auto"
auto_up_to = "firm"
accounts = ["` + crashIBAN + `"]
[company.%[1]s.ladder]
business = "crash"
[company.%[1]s.sender]
name = "Claude Essai"
mail = "compta@%[1]s.example"
iban = "` + crashIBAN + `"
[company.%[1]s.limits]
per_run = 100000
per_hour = 100000
first_days = 0
[company.%[1]s.channels]
mail = "out"
letter = "out"
task = "out"
[company.%[1]s.connection.books]
kind = "fec"
path = "books"
max_read_age = "400 days"
[company.%[1]s.connection.bank]
kind = "bank"
path = "bank"
[company.%[1]s.connection.people]
kind = "people"
path = "people.csv"
[company.%[1]s.connection.out]
timeout = "%[2]s"
settle = "%[3]s"
`

// newSite sets up an installation that has not run yet.
func newSite(t *testing.T, binary string, first ledger.Date, how way) *site {
	t.Helper()
	s := &site{world: newWorld(t, first), program: binary}
	s.tool = fake.New(fake.Options{Now: time.Now, Repeats: true})
	server := httptest.NewServer(s.tool.Handler())
	t.Cleanup(server.Close)
	s.database, s.dsn = "sqlite", filepath.Join(s.dir, "relanced.db")
	if how.postgres {
		s.database, s.dsn = "pgx", cachetest.Postgres(t)
	}
	s.env = append(os.Environ(), "CRASH_DATABASE="+s.dsn, "CRASH_TOKEN=fake-token")
	config := crashConfig +
		fmt.Sprintf(crashCompany, "wire", how.timeout, how.settle) + fmt.Sprintf("kind = \"fake\"\nmax_read_age = \"9999 days\"\nurl = %q\ntoken = \"env:CRASH_TOKEN\"\n", server.URL) +
		fmt.Sprintf(crashCompany, "paper", how.timeout, how.settle) + "kind = \"folder\"\npath = \"out\"\n"
	s.put("relanced.toml", config)
	s.put("ladders/crash.toml", crashLadder)
	if err := os.MkdirAll(filepath.Join(s.dir, "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	return s
}

// once runs the program for the day. It reports whether the program was killed:
// by itself at a mark, or by us after a while; zero: it is left to end.
func (s *site) once(after time.Duration, env ...string) (killed bool) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), s.program, "once", "--as-of", s.today.String(), "--config", filepath.Join(s.dir, "relanced.toml"))
	cmd.Env = append(append([]string(nil), s.env...), env...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if after > 0 {
		// One that has ended by itself cannot be killed any more.
		defer time.AfterFunc(after, func() { _ = cmd.Process.Kill() }).Stop()
	}
	err := cmd.Wait()
	s.last = out.String()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		return true
	default:
		s.t.Fatalf("once --as-of %s: %v\n%s", s.today, err, s.last)
		return false
	}
}

// query asks the database; no program runs meanwhile.
func (s *site) query(scan func(*sql.Rows) error, query string) {
	s.t.Helper()
	db := s.open()
	defer db.Close()
	rows, err := db.QueryContext(s.t.Context(), query)
	if err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	db := s.open()
	defer db.Close()
	if _, err := db.ExecContext(s.t.Context(), query, args...); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
}

func (s *site) open() *sql.DB {
	s.t.Helper()
	db, err := sql.Open(s.database, s.dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	return db
}

// timePasses makes the played day older, so that whatever waits for a time
// today need not be waited for.
func (s *site) timePasses(d time.Duration) {
	s.t.Helper()
	s.exec(fmt.Sprintf(`UPDATE generation SET played_since = played_since - %d WHERE played_since > 0`, d.Milliseconds()))
}

// open entries are those about which something will still happen by itself.
const openEntries = `SELECT entry_key || ' ' || purpose || ' ' || state || ': ' || why FROM entry
	WHERE state IN ('proposed', 'approved', 'leased', 'intent', 'in doubt', 'unsent') ORDER BY entry_key`

func (s *site) pending() []string {
	s.t.Helper()
	var out []string
	s.query(func(r *sql.Rows) error {
		var line string
		err := r.Scan(&line)
		out = append(out, line)
		return err
	}, openEntries)
	return out
}

// keys returns whose message or task each key is, by number of the debt.
func (s *site) keys() map[string]int {
	s.t.Helper()
	out := map[string]int{}
	s.query(func(r *sql.Rows) error {
		var key, code string
		if err := r.Scan(&key, &code); err != nil {
			return err
		}
		n := 0
		_, err := fmt.Sscanf(code, "C%d", &n)
		out[key] = n
		return err
	}, `SELECT e.entry_key, MAX(c.code) FROM entry e JOIN customer c ON c.customer = e.customer WHERE c.code <> '' GROUP BY e.entry_key`)
	return out
}

// sound checks the database itself.
func (s *site) sound() {
	s.t.Helper()
	if s.database != "sqlite" {
		return
	}
	s.query(func(r *sql.Rows) error {
		var verdict string
		err := r.Scan(&verdict)
		if verdict != "ok" {
			s.t.Errorf("PRAGMA integrity_check: %s", verdict)
		}
		return err
	}, `PRAGMA integrity_check`)
}

// landed counts how often each key has reached its recipient: at the tool, and
// as a file that people see.
func (s *site) landed() map[string]int {
	s.t.Helper()
	out := s.tool.Ledger().Count
	store := filepath.Join(s.dir, "out", ".relanced")
	names, err := os.ReadDir(store)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), "rl-") || strings.Contains(n.Name(), ".") {
			continue
		}
		if _, err := os.Stat(filepath.Join(store, n.Name()+".out")); err == nil {
			continue // it was cut short: nobody has seen it
		}
		out[n.Name()]++
	}
	return out
}

// shown counts the files that people see in the folder.
func (s *site) shown() int {
	s.t.Helper()
	files, err := os.ReadDir(filepath.Join(s.dir, "out"))
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), ".") {
			n++
		}
	}
	return n
}

// handed counts the keys that have left us, whether they have landed or not.
func (s *site) handed() map[string]int {
	s.t.Helper()
	out := s.landed()
	for key, n := range s.tool.Ledger().Posts {
		out[key] = max(out[key], n)
	}
	return out
}
