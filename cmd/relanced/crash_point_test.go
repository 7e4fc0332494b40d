package main_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
)

// TestKillAtEveryMark kills the program at every mark that a small story
// reaches, lets payments become visible before it is started again, and holds
// the end to the same story without a kill.
func TestKillAtEveryMark(t *testing.T) {
	t.Parallel()
	binary := program(t, "failpoint")
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killAtEveryMark(t, binary, false) })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv(cachetest.Env) == "" {
			t.Skipf("%s is not set: no PostgreSQL to crash on", cachetest.Env)
		}
		killAtEveryMark(t, binary, true)
	})
}

// leastMarks is how many steps there are at which a kill must be harmless.
const leastMarks = 40

func killAtEveryMark(t *testing.T, binary string, postgres bool) {
	t.Helper()
	whole := tell(t, binary, postgres, cut{})
	if len(whole.marks) < leastMarks {
		t.Errorf("the story reaches %d marks, want at least %d: %v", len(whole.marks), leastMarks, whole.marks)
	}
	after := tell(t, binary, postgres, cut{crashed: true})
	if diff := cmp.Diff(whole.landed, after.landed); diff != "" {
		t.Errorf("one crash after an intent (-without +with):\n%s", diff)
	}
	var cuts []cut
	for _, mark := range whole.marks {
		cuts = append(cuts, cut{mark: mark, nth: 1})
	}
	for _, mark := range after.marks {
		if !slices.Contains(whole.marks, mark) {
			cuts = append(cuts, cut{mark: mark, nth: 1, crashed: true})
		}
	}
	if os.Getenv("RELANCED_KILLS") != "" { // the long run: the second time, too, and two crashes
		for _, c := range slices.Clone(cuts) {
			cuts = append(cuts, cut{mark: c.mark, nth: 2, crashed: c.crashed}, cut{mark: c.mark, nth: 3, crashed: true})
		}
	}
	for _, c := range slices.Clone(cuts) {
		if strings.HasPrefix(c.mark, "push/") {
			c.struck = true
			cuts = append(cuts, c)
		}
	}
	for _, c := range cuts {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			tell(t, binary, postgres, c).holdTo(t, whole)
		})
	}
}

// cut says where the story is cut: at the nth time that a run reaches a mark.
type cut struct {
	mark    string
	nth     int
	crashed bool // an earlier run was killed just after an intent
	struck  bool // those pay, too, whose message was just leaving
}

func (c cut) String() string {
	name := fmt.Sprintf("%s:%d", c.mark, c.nth)
	if c.crashed {
		name += "+crashed"
	}
	if c.struck {
		name += "+struck"
	}
	return strings.ReplaceAll(name, "/", "-")
}

// told is how a story ended.
type told struct {
	*site
	cut     cut
	killed  bool
	marks   []string       // in the order in which they were reached first
	landed  map[string]int // how often each message arrived
	whose   map[string]int
	payers  map[int]bool   // who have paid after the kill
	handed  map[string]int // what had left by then
	pending []string
}

// payers pay between the kill and the next start: one at the bank, one in the
// books.
const bankPayer, bookPayer = 2, 6

// tell plays the story: on Monday five customers are due, and one answer is
// lost; on Tuesday one has paid, one invoice has vanished, and one more is due.
func tell(t *testing.T, binary string, postgres bool, c cut) *told {
	t.Helper()
	monday, err := ledger.ParseDate("2026-06-08")
	if err != nil {
		t.Fatal(err)
	}
	s := &told{cut: c, site: newSite(t, binary, monday, way{timeout: "5s", settle: "5s", postgres: postgres})}
	for _, n := range []int{1, bankPayer, 3, 4, bookPayer} {
		s.invoice(n, monday.AddDays(-33))
	}
	s.invoice(5, monday.AddDays(-30))
	s.invoices[1].byBank = true
	s.write()
	s.tool.Arm(fake.LostAnswer, 1)
	if c.crashed {
		if !s.once(0, "RELANCED_FAILPOINT=push/after-intent:2", s.list()) {
			t.Fatalf("the first crash did not come:\n%s", s.last)
		}
		s.timePasses(6 * time.Minute) // a lease of PostgreSQL's runs out
	}
	s.step()
	s.next()
	s.invoices[2].paid = s.today
	s.invoices[3].gone = true
	s.write()
	s.step()
	if c.mark == "" {
		s.step() // nothing has changed
	}
	s.sound()
	s.landed, s.whose, s.pending, s.marks = s.site.landed(), s.keys(), s.site.pending(), s.reached()
	return s
}

func (s *told) list() string { return "RELANCED_FAILPOINT_LIST=" + filepath.Join(s.dir, "marks") }

// step runs the program until nothing is left to be done by itself.
func (s *told) step() {
	s.t.Helper()
	const most = 12
	for range most {
		env := []string{s.list()}
		if s.cut.mark != "" && !s.killed {
			env = append(env, fmt.Sprintf("RELANCED_FAILPOINT=%s:%d", s.cut.mark, s.cut.nth))
		}
		killed := s.once(0, env...)
		if killed {
			s.killed = true
			s.payUp()
		}
		s.timePasses(6 * time.Minute)
		if !killed && len(s.site.pending()) == 0 {
			return
		}
	}
	s.t.Errorf("after %d runs there is still something to do:\n%s\nthe last run said:\n%s", most, strings.Join(s.site.pending(), "\n"), s.last)
}

func (s *told) payUp() {
	s.t.Helper()
	s.handed, s.payers = s.site.handed(), map[int]bool{bankPayer: true, bookPayer: true}
	if s.cut.struck {
		for _, key := range s.leaving() {
			s.payers[s.keys()[key]] = true
		}
	}
	for _, d := range s.invoices {
		if s.payers[d.n] && !d.paid.Known() && !d.gone {
			s.pay(d)
		}
	}
}

// leaving lists the keys that were on their way out when the program died.
func (s *told) leaving() []string {
	s.t.Helper()
	var out []string
	s.query(func(r *sql.Rows) error {
		var key string
		err := r.Scan(&key)
		out = append(out, key)
		return err
	}, `SELECT entry_key FROM entry WHERE state IN ('leased', 'intent', 'unsent')`)
	return out
}

// reached lists the marks in the order in which they were reached first.
func (s *told) reached() []string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, "marks"))
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for mark := range strings.FieldsSeq(string(data)) {
		if !slices.Contains(out, mark) {
			out = append(out, mark)
		}
	}
	return out
}

// holdTo compares the end with the same story told without a kill.
func (s *told) holdTo(t *testing.T, whole *told) {
	t.Helper()
	if !s.killed && s.cut.nth == 1 {
		t.Errorf("the mark was never reached")
	}
	for key, n := range whole.whose {
		want := whole.landed[key]
		if s.payers[n] {
			want = min(s.handed[key], want) // what had not left when the payment was seen never does
		}
		if got := s.landed[key]; got != want {
			t.Errorf("customer %d: message %s arrived %d times, want %d", n, key, got, want)
		}
	}
	for key, n := range s.landed {
		if whole.landed[key] == 0 {
			t.Errorf("customer %d: message %s arrived %d times; without the kill it was not sent", s.whose[key], key, n)
		}
	}
	folder := 0
	for key := range s.landed {
		if s.tool.Ledger().Count[key] == 0 {
			folder++
		}
	}
	if got := s.shown(); got != folder {
		t.Errorf("people see %d files, want one for each of %d messages", got, folder)
	}
}
