package policy_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

var update = flag.Bool("update", false, "rewrite what the stories in testdata want")

// TestStories plays every story of testdata: what happens to one customer, and
// what was decided and why on each day on which the answer changed.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tell, script, want := newTeller(t), "", -1
			for i, f := range archive.Files {
				switch f.Name {
				case "ladder.toml":
					l := load(t, f.Data, "story")
					for kind := range tell.r.Ladders {
						tell.r.Ladders[kind] = l
					}
				case "story":
					script = string(f.Data)
				case "want":
					want = i
				default:
					t.Fatalf("%s: a story has ladder.toml, story and want", f.Name)
				}
			}
			got := tell.run(script)
			if *update {
				rewrite(t, file, archive, want, got)
				return
			}
			if want < 0 {
				t.Fatal("the story wants nothing; run the test with -update and read what it wrote")
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
				t.Errorf("the story ends otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func rewrite(t *testing.T, file string, a *txtar.Archive, want int, got string) {
	t.Helper()
	if want < 0 {
		a.Files = append(a.Files, txtar.File{Name: "want"})
		want = len(a.Files) - 1
	}
	a.Files[want].Data = []byte(got)
	if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
		t.Fatal(err)
	}
}

func builtin(tb testing.TB, name string) policy.Ladder {
	tb.Helper()
	data, err := fs.ReadFile(policy.Builtin(), name+".toml")
	if err != nil {
		tb.Fatal(err)
	}
	return load(tb, data, name)
}

func load(tb testing.TB, data []byte, name string) policy.Ladder {
	tb.Helper()
	l, faults := policy.LoadLadder(data, name)
	for _, f := range append(faults, policy.Lint(l, nil)...) {
		tb.Errorf("%s: %v", name, f)
	}
	return l
}

// calendars are loaded once: a table of holidays takes a while.
var calendars = sync.OnceValues(func() (calendar.Calendars, error) { return calendar.Load(nil) })

func region(tb testing.TB, name string) calendar.Calendar {
	tb.Helper()
	all, err := calendars()
	if err != nil {
		tb.Fatal(err)
	}
	c, err := all.Get(name, []ledger.Date(nil))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
