package reconcile_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

var update = flag.Bool("update", false, "rewrite the expected results of the stories")

var amounts = cmp.AllowUnexported(money.Amount{})

// A story is a text archive: each file "NAME.facts" adds facts to the books,
// each file "NAME.want" shows what Match then decides and the positions after.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			playStory(t, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func playStory(t *testing.T, archive *txtar.Archive) {
	t.Helper()
	b := newBooks()
	var files []txtar.File
	for i, f := range archive.Files {
		name, isFacts := strings.CutSuffix(f.Name, ".facts")
		if !isFacts {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				b.add(t, line)
			}
		}
		got := []byte(step(t, b))
		var want []byte
		if i+1 < len(archive.Files) && archive.Files[i+1].Name == name+".want" {
			want = archive.Files[i+1].Data
		}
		files = append(files, f, txtar.File{Name: name + ".want", Data: got})
		if !*update && !bytes.Equal(got, want) {
			t.Errorf("%s: (-want +got)\n%s", name, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
		}
	}
	archive.Files = files
}

// step runs Match on the books, stores the result and tells it. On the way it
// checks what must hold of every step.
func step(t *testing.T, b *books) string {
	t.Helper()
	m := reconcile.Match(b.input(), b.settings)
	sameInAnyOrder(t, b, m)
	told := b.tell(m)
	b.apply(m)
	again := reconcile.Match(b.input(), b.settings)
	if len(again.Pairings)+len(again.Settlements)+len(again.Reopened) > 0 {
		t.Errorf("a second run adds\n%s", b.tell(again))
	}
	if diff := cmp.Diff(m.Suggestions, again.Suggestions, amounts, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(reconcile.Suggestion{}, "Why")); diff != "" {
		t.Errorf("a second run suggests otherwise (-first +second)\n%s", diff)
	}
	if diff := cmp.Diff(m.Findings, again.Findings, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a second run finds otherwise (-first +second)\n%s", diff)
	}
	conserved(t, b)
	return told + "--\n" + b.positions(m)
}

func sameInAnyOrder(t *testing.T, b *books, m reconcile.Matched) {
	t.Helper()
	in := b.input()
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(in.Lines), func(i, j int) { in.Lines[i], in.Lines[j] = in.Lines[j], in.Lines[i] })
	r.Shuffle(len(in.Payments), func(i, j int) { in.Payments[i], in.Payments[j] = in.Payments[j], in.Payments[i] })
	r.Shuffle(len(in.Credits), func(i, j int) { in.Credits[i], in.Credits[j] = in.Credits[j], in.Credits[i] })
	r.Shuffle(len(in.Items), func(i, j int) { in.Items[i], in.Items[j] = in.Items[j], in.Items[i] })
	r.Shuffle(len(in.Settled), func(i, j int) { in.Settled[i], in.Settled[j] = in.Settled[j], in.Settled[i] })
	if diff := cmp.Diff(m, reconcile.Match(in, b.settings), amounts, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("another order of input gives another result (-first +shuffled)\n%s", diff)
	}
}

// conserved checks that no money is allocated twice and no item is paid beyond
// its total, unless the tool or a person did it.
func conserved(t *testing.T, b *books) {
	t.Helper()
	used := map[string]int64{}
	facts := map[string]bool{}
	for _, s := range b.money.Settled {
		used[string(s.From)] += s.Amount.Minor()
		if s.By == reconcile.ByTool || s.By == reconcile.ByPerson {
			facts[string(s.From)], facts[string(s.Item)] = true, true
		}
	}
	within := func(uid string, amount int64) {
		u := used[uid]
		if !facts[uid] && (amount >= 0 && (u < 0 || u > amount) || amount < 0 && (u > 0 || u < amount)) {
			t.Errorf("%s: %d allocated of %d", uid, u, amount)
		}
	}
	for _, l := range b.money.Lines {
		within(string(l.UID), l.Line.Amount.Minor())
	}
	for _, p := range b.money.Payments {
		within(string(p.UID), p.Payment.Amount.Minor())
	}
	for _, c := range b.money.Credits {
		within(string(c.UID), c.Credit.Amount.Minor())
	}
	for _, i := range b.money.Items {
		if open := b.open(i.UID).Minor(); !facts[string(i.UID)] && (open < 0 || open > i.Total.Minor()) {
			t.Errorf("%s: %d open of %s", i.UID, open, i.Total)
		}
	}
}
