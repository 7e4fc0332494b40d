package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/pull"
)

// BenchmarkJob is what a benchmark starts in a process of its own.
func BenchmarkJob(b *testing.B) {
	text := os.Getenv(orderVariable)
	if text == "" {
		b.Skip("only another benchmark starts it")
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		b.Fatal(err)
	}
	if name := os.Getenv("RELANCED_BENCH_PROFILE"); name != "" {
		f, err := os.Create(name + "-" + strings.ReplaceAll(o.Job, " ", "-"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			b.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	j := job{order: o, books: bigBooks{invoices: o.Invoices, customers: o.Customers, open: o.Open, unlettered: o.Unlettered}, figures: map[string]float64{}}
	name, argument, _ := strings.Cut(o.Job, " ")
	jobs := map[string]func(context.Context, string) error{
		"ledger": j.ledger, "statements": j.statements, "settle": j.settle, "unchanged": j.unchanged, "command": j.command,
		"shelve": j.shelve, "first-write": j.firstWrite, "plan": j.plan, "changes": j.changes, "evaluation": j.evaluation,
	}
	if err := jobs[name](b.Context(), argument); err != nil {
		b.Fatal(err)
	}
	line, err := json.Marshal(j.figures)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Printf("\n%s%s\n", figuresPrefix, line)
}

// job is one thing to measure, and what came of it by unit.
type job struct {
	order   order
	books   bigBooks
	figures map[string]float64
}

// open opens the installation as a command does.
func (j *job) open(ctx context.Context) (*house, *daemon.Company, error) {
	a := &app{stdout: io.Discard, stderr: io.Discard, now: benchClock(), configPath: j.order.Config}
	h, err := a.open(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	return h, h.companies[0], nil
}

// openSpoken opens it with the tool that has no file, too.
func (j *job) openSpoken(ctx context.Context, tool *spoken) (*house, *daemon.Company, error) {
	h, c, err := j.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	uid, err := h.db.EnsureConnection(ctx, c.UID, "spoken", "spoken", benchSIREN)
	if err != nil {
		return nil, nil, err
	}
	c.Connections = append(c.Connections, daemon.Connection{UID: uid, Name: "spoken", Kind: "spoken", Powers: connectors.PowersOf(tool)})
	return h, c, nil
}

// pullFirst reads the first connection into an empty database.
func (j *job) pullFirst(ctx context.Context, h *house, c *daemon.Company) (seconds float64, r pull.Result, err error) {
	conn := c.Connections[0]
	start, cpu := time.Now(), cpuTime()
	r, err = pull.Run(ctx, h.db, pull.Connection{Company: c.UID, UID: conn.UID, Name: conn.Name, Powers: conn.Powers}, connectors.Delta)
	if err == nil && r.Counts.Created == 0 {
		err = errors.New("nothing was read")
	}
	j.figures["s-pull"], j.figures["s-CPU-pull"] = time.Since(start).Seconds(), (cpuTime() - cpu).Seconds()
	j.figures["records"] = float64(r.Counts.Created)
	j.figures["MB-peak-pull"] = peakMB()
	return j.figures["s-pull"], r, err
}

// ledger reads a ledger from open to commit, then takes the company through
// its first cycle.
func (j *job) ledger(ctx context.Context, _ string) error {
	h, c, err := j.open(ctx)
	if err != nil {
		return err
	}
	seconds, _, err := j.pullFirst(ctx, h, c)
	if err != nil {
		return err
	}
	j.figures["lines/s"], j.figures["lines"] = float64(j.books.lines())/seconds, float64(j.books.lines())
	c.Mode = outbox.Observe // as a new database does
	start := time.Now()
	r, err := h.daemon().RunOnce(ctx, c, daemon.Options{})
	if err != nil {
		return err
	}
	j.figures["s-rest-of-cycle"], j.figures["customers-decided"] = time.Since(start).Seconds(), float64(r.Decided)
	j.figures["MB-peak-cycle"] = peakMB()
	return h.close(ctx)
}

// statements reads bank statements from open to commit.
func (j *job) statements(ctx context.Context, _ string) error {
	h, c, err := j.open(ctx)
	if err != nil {
		return err
	}
	seconds, r, err := j.pullFirst(ctx, h, c)
	if err != nil {
		return err
	}
	if r.Counts.Created < j.books.invoices {
		return fmt.Errorf("%d records were stored of %d entries", r.Counts.Created, j.books.invoices)
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(j.order.Config), "bank", "2026.xml")); err == nil {
		j.figures["MB-file"] = float64(info.Size()) / (1 << 20)
	}
	j.figures["entries/s"], j.figures["entries"] = float64(j.books.invoices)/seconds, float64(j.books.invoices)
	return h.close(ctx)
}

// settle runs cycles until nothing changes any more.
func (j *job) settle(ctx context.Context, _ string) error {
	h, c, err := j.open(ctx)
	if err != nil {
		return err
	}
	if err := h.work(ctx); err != nil {
		return err
	}
	c.Mode = outbox.Approving
	for range 3 {
		if _, err := h.daemon().RunOnce(ctx, c, daemon.Options{}); err != nil {
			return err
		}
	}
	return h.close(ctx)
}

// unchanged measures cycles in which nothing has changed, as the daemon runs
// them: in a process that stays.
func (j *job) unchanged(ctx context.Context, _ string) error {
	h, c, err := j.open(ctx)
	if err != nil {
		return err
	}
	if err := h.work(ctx); err != nil {
		return err
	}
	c.Mode = outbox.Approving
	count, err := countWrites(ctx, h.config.Database)
	if err != nil {
		return err
	}
	var cpu, wall []float64
	const cycles = 21
	for range cycles {
		start, used := time.Now(), cpuTime()
		if _, err := h.daemon().RunOnce(ctx, c, daemon.Options{}); err != nil {
			return err
		}
		cpu, wall = append(cpu, 1000*(cpuTime()-used).Seconds()), append(wall, 1000*time.Since(start).Seconds())
	}
	j.figures["ms-CPU-first"], j.figures["ms-CPU"], j.figures["ms"] = cpu[0], median(cpu), median(wall)
	if err := j.writes(ctx, count, "rows-written"); err != nil {
		return err
	}
	j.figures["MB-peak"] = peakMB()
	return h.close(ctx)
}

// command measures the whole process of one command, from its start.
func (j *job) command(context.Context, string) error {
	if code := run([]string{"--config", j.order.Config, "once"}, io.Discard, os.Stderr, benchClock()); code != 0 {
		return fmt.Errorf("once: exit %d", code)
	}
	j.figures["ms-CPU-process"], j.figures["MB-peak"] = 1000*cpuTime().Seconds(), peakMB()
	return nil
}

// shelve makes the database that plans are measured on: pulled and reconciled,
// but nothing decided.
func (j *job) shelve(ctx context.Context, _ string) error {
	tool := &spoken{books: j.books}
	h, c, err := j.openSpoken(ctx, tool)
	if err != nil {
		return err
	}
	slices.Reverse(c.Connections) // the tool first
	if _, _, err := j.pullFirst(ctx, h, c); err != nil {
		return err
	}
	start := time.Now()
	if err := h.daemon().Catch(ctx, c); err != nil {
		return err
	}
	j.figures["s-reconcile"], j.figures["MB-peak-reconcile"] = time.Since(start).Seconds(), peakMB()
	return h.close(ctx)
}

// firstWrite decides on everything for the first time and stores it.
func (j *job) firstWrite(ctx context.Context, _ string) error {
	h, c, err := j.openSpoken(ctx, &spoken{books: j.books, silent: true})
	if err != nil {
		return err
	}
	raw, err := sql.Open("sqlite", h.config.Database)
	if err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM decision`, `UPDATE position SET again = '0001-01-01'`} {
		if _, err := raw.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	if err := raw.Close(); err != nil {
		return err
	}
	c.Mode = outbox.Observe
	start, cpu := time.Now(), cpuTime()
	r, err := h.daemon().RunOnce(ctx, c, daemon.Options{})
	if err != nil {
		return err
	}
	j.figures["s"], j.figures["s-CPU"] = time.Since(start).Seconds(), (cpuTime() - cpu).Seconds()
	j.figures["customers-decided"], j.figures["MB-peak"] = float64(r.Decided), peakMB()
	return h.close(ctx)
}

// plan measures the read-only plan.
func (j *job) plan(ctx context.Context, _ string) error {
	h, c, err := j.openSpoken(ctx, &spoken{books: j.books, silent: true})
	if err != nil {
		return err
	}
	decisions, notices := 0, 0
	start, cpu := time.Now(), cpuTime()
	_, err = h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		decisions += len(p.Outcome.Decisions)
		if p.Outcome.Notice != nil {
			notices++
		}
		return nil
	})
	if err != nil {
		return err
	}
	j.figures["s"], j.figures["s-CPU"] = time.Since(start).Seconds(), (cpuTime() - cpu).Seconds()
	j.figures["decisions"], j.figures["notices"], j.figures["MB-peak"] = float64(decisions), float64(notices), peakMB()
	return h.close(ctx)
}

// changes measures a cycle after so many open invoices were paid, and then
// counts the rows that another such cycle writes.
func (j *job) changes(ctx context.Context, argument string) error {
	k, err := strconv.Atoi(argument)
	if err != nil {
		return err
	}
	tool := &spoken{books: j.books, changes: k, from: j.begin()}
	h, c, err := j.openSpoken(ctx, tool)
	if err != nil {
		return err
	}
	if err := h.work(ctx); err != nil {
		return err
	}
	start, cpu := time.Now(), cpuTime()
	r, err := h.daemon().RunOnce(ctx, c, daemon.Options{})
	if err != nil {
		return err
	}
	if r.Moved != k {
		return fmt.Errorf("%d customers moved, want %d", r.Moved, k)
	}
	j.figures["ms"], j.figures["ms-CPU"] = 1000*time.Since(start).Seconds(), 1000*(cpuTime()-cpu).Seconds()
	j.figures["MB-peak"] = peakMB()
	count, err := countWrites(ctx, h.config.Database)
	if err != nil {
		return err
	}
	if _, err := h.daemon().RunOnce(ctx, c, daemon.Options{}); err != nil {
		return err
	}
	if err := j.writes(ctx, count, "rows-written"); err != nil {
		return err
	}
	return errors.Join(j.end(tool.from), h.close(ctx))
}

// begin and end keep, beside the database, how far invoices have been paid.
func (j *job) begin() int {
	text, err := os.ReadFile(filepath.Join(filepath.Dir(j.order.Config), "paid"))
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(string(text))
	return n
}

func (j *job) end(n int) error {
	return os.WriteFile(filepath.Join(filepath.Dir(j.order.Config), "paid"), []byte(strconv.Itoa(n)), 0o600)
}

// evaluation measures the first evaluation of open items, the plan written,
// and the runs after it, which have nothing to do.
func (j *job) evaluation(ctx context.Context, mode string) error {
	h, c, err := j.open(ctx)
	if err != nil {
		return err
	}
	if err := h.work(ctx); err != nil {
		return err
	}
	for _, conn := range c.Connections {
		if conn.Powers.Reader == nil {
			continue
		}
		if _, err := pull.Run(ctx, h.db, pull.Connection{Company: c.UID, UID: conn.UID, Name: conn.Name, Powers: conn.Powers}, connectors.Delta); err != nil {
			return err
		}
	}
	// Nobody has paid anything, so only a person can say until when payments are known.
	if err := h.db.Attest(ctx, c.UID, h.today(c).AddDays(-1), "the bench"); err != nil {
		return err
	}
	c.Mode = outbox.Mode(mode)
	start, cpu := time.Now(), cpuTime()
	r, err := h.daemon().RunOnce(ctx, c, daemon.Options{})
	if err != nil {
		return err
	}
	j.figures["ms-first"], j.figures["ms-CPU-first"] = 1000*time.Since(start).Seconds(), 1000*(cpuTime()-cpu).Seconds()
	j.figures["customers"], j.figures["queued"] = float64(r.Decided), float64(r.Queued)
	var again, used []float64
	for range 11 {
		start, cpu := time.Now(), cpuTime()
		if _, err := h.daemon().RunOnce(ctx, c, daemon.Options{}); err != nil {
			return err
		}
		again, used = append(again, 1000*time.Since(start).Seconds()), append(used, 1000*(cpuTime()-cpu).Seconds())
	}
	j.figures["ms-again"], j.figures["ms-CPU-again"], j.figures["MB-peak"] = median(again), median(used), peakMB()
	return h.close(ctx)
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// cpuTime is what the process has used of the processors, by itself and by the
// system for it.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMB is the most memory the process ever had; 0 where nobody tells.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(fields[0], 64)
	return kb / 1024
}

// writeCount counts, by triggers, the rows that others write.
type writeCount struct {
	db     *sql.DB
	tables []string
}

// countWrites begins to count.
func countWrites(ctx context.Context, database string) (*writeCount, error) {
	db, err := sql.Open("sqlite", "file:"+database+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	w := &writeCount{db: db}
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		w.tables = append(w.tables, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	script := `CREATE TABLE bench_writes (name TEXT PRIMARY KEY, n INTEGER NOT NULL);`
	for _, t := range w.tables {
		script += fmt.Sprintf(`INSERT INTO bench_writes VALUES ('%s', 0);`, t)
		for _, verb := range []string{"INSERT", "UPDATE", "DELETE"} {
			script += fmt.Sprintf(`CREATE TRIGGER bench_%[1]s_%[2]s AFTER %[2]s ON "%[1]s" BEGIN UPDATE bench_writes SET n = n + 1 WHERE name = '%[1]s'; END;`, t, verb)
		}
	}
	_, err = db.ExecContext(ctx, script)
	return w, err
}

// writes reports how many rows were written since it began, in all and by
// table, and ends the counting.
func (j *job) writes(ctx context.Context, w *writeCount, unit string) error {
	total := 0.0
	j.figures[unit] = 0
	for _, t := range w.tables {
		var n float64
		if err := w.db.QueryRowContext(ctx, `SELECT n FROM bench_writes WHERE name = ?`, t).Scan(&n); err != nil {
			return err
		}
		if total += n; n > 0 {
			j.figures[unit+"-"+t] = n
		}
	}
	j.figures[unit] = total
	script := `DROP TABLE bench_writes;`
	for _, t := range w.tables {
		for _, verb := range []string{"INSERT", "UPDATE", "DELETE"} {
			script += fmt.Sprintf(`DROP TRIGGER bench_%s_%s;`, t, verb)
		}
	}
	_, err := w.db.ExecContext(ctx, script)
	return errors.Join(err, w.db.Close())
}
