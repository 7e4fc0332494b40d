package main_test

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
)

// TestRandomKills lets two companies live for some weeks, one with a folder and
// one with an HTTP tool that loses answers and lands messages late, and kills
// the program again and again at random. RELANCED_KILLS says how often, 50
// times when it is not set; RELANCED_SEED plays a failing run again.
func TestRandomKills(t *testing.T) {
	t.Parallel()
	binary := program(t, "")
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killAtRandom(t, binary, false) })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv(cachetest.Env) == "" {
			t.Skipf("%s is not set: no PostgreSQL to crash on", cachetest.Env)
		}
		killAtRandom(t, binary, true)
	})
}

func killAtRandom(t *testing.T, binary string, postgres bool) {
	t.Helper()
	kills, seed := 50, uint64(time.Now().UnixNano())
	for name, set := range map[string]func(n uint64){
		"RELANCED_KILLS": func(n uint64) { kills = int(n) }, "RELANCED_SEED": func(n uint64) { seed = n },
	} {
		if text := os.Getenv(name); text != "" {
			n, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			set(n)
		}
	}
	t.Logf("RELANCED_SEED=%d", seed)
	l := newLife(t, binary, seed, kills, postgres)
	l.live()
	peace := newLife(t, binary, seed, 0, postgres)
	peace.days = l.days
	peace.live()
	l.judge(peace)
}

const (
	killsPerDay = 12
	answerIn    = 250 * time.Millisecond // the channel's time-out
	latest      = 200 * time.Millisecond // the slowest landing after we gave up
	settleIn    = 800 * time.Millisecond // longer than that, on a busy machine too
)

// life is a run of some weeks. What the world does on a day, and whether a
// customer pays, hangs on the seed and the day alone, so that a life in peace
// with the same seed has the same world.
type life struct {
	*site
	seed  uint64
	kills int // how many are wanted; 0: a life in peace
	chaos *rand.Rand

	days, runs, killed, calm int
	paid                     map[int]payment
	whose                    map[string]int
	due                      map[string]int // day on which each message had left; a life in peace knows
}

// payment is when a customer paid, and what had left by then.
type payment struct {
	day    int
	handed map[string]int
}

func newLife(t *testing.T, binary string, seed uint64, kills int, postgres bool) *life {
	t.Helper()
	first, err := ledger.ParseDate("2026-02-09")
	if err != nil {
		t.Fatal(err)
	}
	l := &life{
		site: newSite(t, binary, first, way{timeout: answerIn.String(), settle: settleIn.String(), postgres: postgres}),
		seed: seed, kills: kills, chaos: rand.New(rand.NewPCG(seed, 0)),
		paid: map[int]payment{}, due: map[string]int{},
	}
	if kills > 0 {
		l.tool.Unsettle(fake.Chaos{Seed: seed, LostAnswer: 30, SlowLanding: 50})
	}
	return l
}

// live plays day after day until there have been enough kills; a life in peace
// plays as many days as it is told.
func (l *life) live() {
	for day := 0; l.kills > 0 && l.killed < l.kills || l.kills == 0 && day < l.days; day++ {
		l.morning(day)
		l.day(day)
		l.rest()
		for key := range l.handed() {
			if _, known := l.due[key]; !known {
				l.due[key] = day
			}
		}
		if l.kills > 0 {
			l.days = day + 1
		}
		l.next()
	}
	l.sound()
	l.whose = l.keys()
}

// morning brings new invoices, already thirty days old; their number grows
// slowly, for a machine that suddenly writes to everybody is stopped.
func (l *life) morning(day int) {
	fresh := 4
	if day >= 10 {
		fresh = 8
	}
	dice := rand.New(rand.NewPCG(l.seed, uint64(day)+1))
	for range fresh {
		d := l.invoice(len(l.invoices)+1, l.today.AddDays(-31-dice.IntN(3)))
		d.byBank = dice.IntN(2) == 0
	}
	l.write()
}

// payers are the customers who pay on a day: of those who owe since a while,
// each with some probability.
func (l *life) payers(day int) []*debt {
	dice := rand.New(rand.NewPCG(l.seed, uint64(day)+1<<32))
	var out []*debt
	for _, d := range l.invoices {
		if !d.paid.Known() && dice.IntN(100) < 12 {
			out = append(out, d)
		}
	}
	return out
}

// day runs the program again and again, kills it, and lets payments become
// visible while it does not run. In peace, everybody pays in the evening.
func (l *life) day(day int) {
	payers := l.payers(day)
	if l.kills == 0 {
		l.calmDown()
	}
	for n := 0; l.kills > 0 && n < killsPerDay && l.killed < l.kills; {
		l.tool.SetDelay(answerIn + latest/4 + time.Duration(l.chaos.Int64N(int64(latest*3/4))))
		l.runs++
		if l.once(l.patience()) {
			n++
			l.killed++
			l.expire()
		} else if l.calm++; len(l.pending()) == 0 && len(payers) == 0 {
			break // there is nothing more to be killed at today
		}
		if len(payers) > 0 && l.chaos.IntN(3) == 0 {
			l.settleDebt(day, payers[0])
			payers = payers[1:]
		}
	}
	for _, d := range payers {
		l.settleDebt(day, d)
	}
}

// expire ends the lease of a worker that was killed, as five minutes would.
// SQLite's file lock has ended with the process.
func (l *life) expire() {
	if l.database == "sqlite" {
		return
	}
	l.query(func(r *sql.Rows) error {
		var there bool
		if err := r.Scan(&there); err != nil || !there {
			return err
		}
		l.exec(`UPDATE lease SET until = 0`)
		return nil
	}, `SELECT to_regclass('lease') IS NOT NULL`)
}

func (l *life) settleDebt(day int, d *debt) {
	l.paid[d.n] = payment{day: day, handed: l.handed()}
	l.pay(d)
}

// patience is how long the program lives: 5 to 600 ms, the short lives as
// likely as the long ones.
func (l *life) patience() time.Duration {
	const shortest, longest = 5.0, 600.0
	ms := shortest + l.chaos.Float64()*(longest-shortest)
	if l.chaos.IntN(2) == 0 {
		ms = shortest * math.Exp(l.chaos.Float64()*math.Log(longest/shortest))
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// rest lets the program run in peace until nothing is left to be done by
// itself, as it is at the end of a day.
func (l *life) rest() {
	l.t.Helper()
	const most = 40
	for range most {
		l.calmDown()
		if len(l.pending()) == 0 {
			return
		}
		time.Sleep(150 * time.Millisecond)
	}
	// Everything has landed long ago: what waits now has surely not left and
	// backs off, which need not take real time.
	for range most {
		l.timePasses(time.Minute)
		if l.calmDown(); len(l.pending()) == 0 {
			return
		}
	}
	l.t.Errorf("at the end of %s there is still something to do:\n%s\nthe last run said:\n%s", l.today, strings.Join(l.pending(), "\n"), l.last)
}

func (l *life) calmDown() {
	l.runs++
	l.once(0)
}

// doubts counts the messages whose fate was unknown at some time.
func (l *life) doubts() int {
	n := 0
	l.query(func(r *sql.Rows) error { return r.Scan(&n) }, `SELECT COUNT(DISTINCT entry_key) FROM entry_log WHERE state = 'in doubt'`)
	return n
}

// judge holds a life to the same life in peace. What had to leave before the
// day on which its customer paid has arrived exactly once; on the day itself it
// may have; what had not left when the payment was seen never does.
func (l *life) judge(peace *life) {
	l.t.Helper()
	duplicates, lost, afterPaid, deliveries := 0, 0, 0, 0
	landed, posts := l.landed(), l.tool.Ledger().Posts
	for key, n := range landed {
		deliveries += n
		if n > 1 {
			duplicates += n - 1
			l.t.Errorf("customer %d: message %s arrived %d times (handed over %d times)", l.whose[key], key, n, posts[key])
		}
		if p, paid := l.paid[l.whose[key]]; paid && p.handed[key] == 0 {
			afterPaid++
			l.t.Errorf("customer %d: message %s left after the payment was seen on day %d", l.whose[key], key, p.day)
		}
		if _, known := peace.due[key]; !known {
			l.t.Errorf("customer %d: message %s is sent in no life in peace", l.whose[key], key)
		}
	}
	for key, day := range peace.due {
		n := peace.whose[key]
		if p, paid := l.paid[n]; (!paid || day < p.day) && landed[key] == 0 {
			lost++
			l.t.Errorf("customer %d: message %s of day %d never arrived", n, key, day)
		}
	}
	folder := 0
	for key := range landed {
		if l.tool.Ledger().Count[key] == 0 {
			folder++
		}
	}
	if got := l.shown(); got != folder {
		l.t.Errorf("people see %d files, want one for each of %d messages", got, folder)
	}
	fmt.Printf("crash on %s: %d kills in %d runs over %d days, %d deliveries (%d by HTTP, %d in the folder), %d of them once in doubt, %d duplicates, %d lost, %d after paid, seed %d\n",
		l.database, l.killed, l.runs, l.days, deliveries, deliveries-folder, folder, l.doubts(), duplicates, lost, afterPaid, l.seed)
	if peace.days > 1 && deliveries < l.days {
		l.t.Errorf("%d deliveries in %d days: the world gives nothing to be killed at", deliveries, l.days)
	}
}
