package bank_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// account is a made-up month of one bank account.
type account struct {
	entries []entry // in the bank's order
	balance []int   // before each entry, and after the last
}

func drawAccount(t *rapid.T) account {
	a := account{balance: []int{100_000}}
	withIDs := rapid.SampledFrom([]string{"all", "none", "some"}).Draw(t, "ids")
	days := rapid.IntRange(1, 9).Draw(t, "days")
	for day := 1; day <= days; day++ {
		for range rapid.IntRange(1, 4).Draw(t, "entries of a day") {
			e := entry{
				day:   fmt.Sprintf("2026-04-%02d", day),
				cents: rapid.SampledFrom([]int{100, 200, 300}).Draw(t, "cents"),
				text:  rapid.SampledFrom([]string{"LOYER", "AVRIL"}).Draw(t, "text"),
			}
			if withIDs == "all" || withIDs == "some" && rapid.Bool().Draw(t, "id") {
				e.ref = fmt.Sprintf("BK-%d", len(a.entries))
			}
			a.entries = append(a.entries, e)
			a.balance = append(a.balance, a.balance[len(a.balance)-1]+e.cents)
		}
	}
	return a
}

// statement is the complete statement of entries from one to another.
func (a account) statement(id string, from, to int) stmt {
	return stmt{
		id: id, entries: a.entries[from:to],
		bals: []bal{{"OPBD", a.balance[from], a.entries[from].day}, {"CLBD", a.balance[to], a.entries[to-1].day}},
	}
}

// wholeDays widens a range of entries to whole days.
func (a account) wholeDays(from, to int) (int, int) {
	for from > 0 && a.entries[from-1].day == a.entries[from].day {
		from--
	}
	for to < len(a.entries) && a.entries[to].day == a.entries[to-1].day {
		to++
	}
	return from, to
}

// cut divides the entries into statements that follow each other,
// also in the middle of a day unless only whole days are wanted.
func (a account) cut(t *rapid.T, wholeDays bool) [][2]int {
	var out [][2]int
	from := 0
	for at := 1; at <= len(a.entries); at++ {
		middle := at < len(a.entries) && a.entries[at].day == a.entries[at-1].day
		if at == len(a.entries) || (!wholeDays || !middle) && rapid.Bool().Draw(t, "cut") {
			out = append(out, [2]int{from, at})
			from = at
		}
	}
	return out
}

// TestOverlapsLoseNothingAndRepeatNothing: however complete statements overlap,
// and whatever notifications come on top, the lines are the account's.
func TestOverlapsLoseNothingAndRepeatNothing(t *testing.T) {
	zone := t
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t)
		var files []string
		for _, piece := range a.cut(t, false) { // one sequence is whole, and may cut days
			files = append(files, camt053(a.statement(fmt.Sprint("A", piece), piece[0], piece[1])))
		}
		for n := range rapid.IntRange(0, 2).Draw(t, "other exports") {
			for _, piece := range a.cut(t, true) {
				if rapid.Bool().Draw(t, "kept") {
					files = append(files, camt053(a.statement(fmt.Sprint(n, piece), piece[0], piece[1])))
				}
			}
		}
		for n := range rapid.IntRange(0, 3).Draw(t, "notifications") {
			var some []entry
			for _, e := range a.entries {
				if rapid.Bool().Draw(t, "told") {
					some = append(some, e)
				}
			}
			files = append(files, camt054(stmt{id: fmt.Sprint("N", n), entries: some}))
		}
		r := readAll(zone, rapid.Permutation(files).Draw(t, "order"))
		var want []string
		for _, e := range a.entries {
			want = append(want, fmt.Sprintf("%s %d %s", e.day, e.cents, e.text))
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, sums(r)); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
		if got, want := r.ends[ours].MoneyUntil.String(), a.entries[len(a.entries)-1].day; got != want {
			t.Errorf("got known until %s, want %s; %v", got, want, r.findings)
		}
		if len(r.findings) > 0 {
			t.Errorf("got findings %v", r.findings)
		}
	})
}

// TestAnyFilesLoseNothing: whatever is exported how, every movement that some
// file tells is among the lines, doubtful or not, and the order of the files
// changes nothing.
func TestAnyFilesLoseNothing(t *testing.T) {
	zone := t
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t)
		var files []string
		told := map[int]bool{}
		for n := range rapid.IntRange(1, 5).Draw(t, "files") {
			from := rapid.IntRange(0, len(a.entries)-1).Draw(t, "from")
			to := rapid.IntRange(from+1, len(a.entries)).Draw(t, "to")
			kind := rapid.IntRange(0, 2).Draw(t, "kind")
			if kind == 0 {
				from, to = a.wholeDays(from, to)
			}
			for i := from; i < to; i++ {
				told[i] = true
			}
			s := a.statement(fmt.Sprint("S", n), from, to)
			switch kind {
			case 0: // a statement with balances is made when its last day is over
				files = append(files, camt053(s))
			case 1:
				s.bals = nil
				s.created = a.entries[to-1].day // made on its last day
				files = append(files, camt053(s))
			default:
				s.bals = nil
				files = append(files, camt054(s))
			}
		}
		order := rapid.Permutation(files).Draw(t, "order")
		r := readAll(zone, order)
		left := map[string]int{}
		for _, l := range r.lines {
			left[fmt.Sprintf("%s %d %s", l.Day, l.Amount.Minor(), l.Text)]++
		}
		for i := range told {
			e := a.entries[i]
			key := fmt.Sprintf("%s %d %s", e.day, e.cents, e.text)
			if left[key]--; left[key] < 0 {
				t.Errorf("lost: %s", key)
			}
		}
		certain := map[string]int{}
		for _, l := range r.lines {
			if l.Doubt == "" {
				certain[fmt.Sprintf("%s %d %s", l.Day, l.Amount.Minor(), l.Text)]++
			}
		}
		for _, e := range a.entries {
			certain[fmt.Sprintf("%s %d %s", e.day, e.cents, e.text)]--
		}
		for key, n := range certain {
			if n > 0 {
				t.Errorf("%d more than there are, without a doubt: %s", n, key)
			}
		}
		slices.Reverse(order)
		if diff := cmp.Diff(keep(r), keep(readAll(zone, order))); diff != "" {
			t.Errorf("another order of files gives other lines: -, +\n%s", diff)
		}
	})
}

// readAll reads the files in a folder of their own.
func readAll(tb testing.TB, files []string) told {
	tb.Helper()
	dir := tb.TempDir()
	for i, text := range files {
		write(tb, filepath.Join(dir, fmt.Sprintf("%02d.xml", i)), text)
	}
	return read(tb, dir, "")
}
