package folder_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/folder"
)

// The child of a crash test sends one message and is killed at one step.
const (
	envDir     = "FOLDER_CRASH_DIR"
	envStep    = "FOLDER_CRASH_STEP"
	envMessage = "FOLDER_CRASH_MESSAGE"
)

func TestCrashChild(t *testing.T) {
	dir := os.Getenv(envDir)
	if dir == "" {
		return // this is the parent
	}
	deadly, err := strconv.Atoi(os.Getenv(envStep))
	must(t, err)
	p := open(t, dir)
	step := 0
	folder.WithStep(t, p.Connector, func(string) error {
		if step == deadly {
			must(t, syscall.Kill(os.Getpid(), syscall.SIGKILL))
			select {} // never another step
		}
		step++
		return nil
	})
	_, err = p.Sender.Send(t.Context(), crashMessages(t)[os.Getenv(envMessage)])
	must(t, err)
}

func crashMessages(t *testing.T) map[string]connectors.Message {
	t.Helper()
	return map[string]connectors.Message{"mail": mailMessage(t, "key-1"), "letter": letterMessage(t, "key-1")}
}

// steps lists what sending a message into a directory does, in order.
func steps(t *testing.T, dir string, m connectors.Message) []string {
	t.Helper()
	var names []string
	p := open(t, dir)
	folder.WithStep(t, p.Connector, func(name string) error {
		names = append(names, name)
		return nil
	})
	send(t, p, m)
	return names
}

// whole fails unless the message is visible exactly once, with all its files.
func whole(t *testing.T, dir string, m connectors.Message) {
	t.Helper()
	want := 1
	if m.PDF != nil {
		want += len(m.Attachments)
	}
	names := visible(t, dir)
	if len(names) != want {
		t.Fatalf("got %q, want %d files of one delivery", names, want)
	}
	for _, n := range names {
		if data, err := os.ReadFile(filepath.Join(dir, n)); err != nil || len(data) == 0 {
			t.Fatalf("%s: %d bytes, %v", n, len(data), err)
		}
	}
}

// After a kill at any step Find tells the truth, and sending again makes
// exactly one delivery visible, and none if people took the first one away.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	must(t, err)
	for kind, m := range crashMessages(t) {
		names := steps(t, t.TempDir(), m)
		if !slices.Contains(names, "show the document") || !slices.Contains(names, "link the evidence") {
			t.Fatalf("got steps %q", names)
		}
		for i, name := range names {
			t.Run(fmt.Sprintf("%s %d %s", kind, i, name), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				child := exec.CommandContext(t.Context(), self, "-test.run=^TestCrashChild$")
				child.Env = append(os.Environ(), envDir+"="+dir, envStep+"="+strconv.Itoa(i), envMessage+"="+kind)
				out, err := child.CombinedOutput()
				if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != -1 {
					t.Fatalf("the child was not killed: %v\n%s", err, out)
				}
				afterCrash(t, dir, m)
			})
		}
	}
}

func afterCrash(t *testing.T, dir string, m connectors.Message) {
	t.Helper()
	p := open(t, dir)
	shown := len(visible(t, dir)) > 0
	found, err := p.Finder.Find(t.Context(), m.Key)
	switch {
	case errors.Is(err, connectors.ErrUncertain):
		if _, err := os.Stat(filepath.Join(dir, ".relanced")); err == nil || shown {
			t.Fatalf("find cannot tell although the store is there (visible: %t)", shown)
		}
	case err != nil:
		t.Fatalf("find: %v", err)
	case found.Absent == shown:
		t.Fatalf("find says absent: %t; visible: %q", found.Absent, visible(t, dir))
	}
	if shown { // people are fast: they have filed it away before we are back
		whole(t, dir, m)
		must(t, os.RemoveAll(found.Receipt.Note))
	}
	again := send(t, open(t, dir), m)
	if shown {
		if left := visible(t, dir); len(left) > 0 {
			t.Fatalf("what was taken away came back: %q", left)
		}
	} else {
		whole(t, dir, m)
	}
	if third := send(t, open(t, dir), m); third != again {
		t.Errorf("got receipts %+v and %+v, want the same", again, third)
	}
	if found, err := open(t, dir).Finder.Find(t.Context(), m.Key); err != nil || found.Absent || found.Receipt != again {
		t.Errorf("in the end: found %+v, %v, want %+v", found, err, again)
	}
	nothingLeft(t, dir, m.Key)
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".relanced.") {
			t.Errorf("%s was left in the directory", e.Name())
		}
	}
}

// nothingLeft fails when an attempt left more in the store than the evidence.
func nothingLeft(t *testing.T, dir, key string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, ".relanced"))
	must(t, err)
	for _, e := range entries {
		if n := e.Name(); n != "store.id" && n != "lock.file" && n != key && n != key+".json" {
			t.Errorf("%s was left in the store", n)
		}
	}
}

var errFull = &os.PathError{Op: "write", Path: "2026-04-09 DURAND.eml", Err: syscall.ENOSPC}

// A disk that is full at any step before the delivery surely delivered nothing
// and leaves nothing; after it, only Find can tell.
func TestFullDiskAtEveryStep(t *testing.T) {
	for kind, m := range crashMessages(t) {
		names := steps(t, t.TempDir(), m)
		shown := slices.Index(names, "show the document")
		for i, name := range names {
			t.Run(fmt.Sprintf("%s %d %s", kind, i, name), func(t *testing.T) {
				dir := t.TempDir()
				p := open(t, dir)
				step := 0
				folder.WithStep(t, p.Connector, func(string) error {
					step++
					if step-1 == i {
						return errFull
					}
					return nil
				})
				want := connectors.ErrUnavailable
				if i > shown {
					want = connectors.ErrUncertain
				}
				_, err := p.Sender.Send(t.Context(), m)
				if !errors.Is(err, want) || !errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "DURAND") {
					t.Fatalf("got %v, want %v, the cause and no name", err, want)
				}
				if i <= shown {
					if left := visible(t, dir); len(left) > 0 {
						t.Fatalf("got %q, want nothing", left)
					}
					if _, err := os.Stat(filepath.Join(dir, ".relanced")); err == nil {
						if _, err := os.Stat(filepath.Join(dir, ".relanced", m.Key+".json")); err == nil {
							t.Error("a failed attempt left its facts")
						}
						nothingLeft(t, dir, m.Key)
					}
				}
				afterCrash(t, dir, m)
			})
		}
	}
}

// A second attempt that is cut short like the first must not make what the
// first left look delivered.
func TestCutShortTwice(t *testing.T) {
	m := letterMessage(t, "key-1")
	dead := errors.New("killed")
	// cut stops an attempt at a step; everything after it fails as well, as if
	// the process were gone.
	cut := func(dir string, at int) (steps int) {
		p := open(t, dir)
		folder.WithStep(t, p.Connector, func(string) error {
			steps++
			if steps > at {
				return dead
			}
			return nil
		})
		_, _ = p.Sender.Send(t.Context(), m) // what it tells is tested elsewhere
		return steps
	}
	all := len(steps(t, t.TempDir(), m))
	for first := range all {
		for second := first % 2; second < all+3; second += 2 { // half of the pairs are enough
			dir := t.TempDir()
			cut(dir, first)
			cut(dir, second)
			afterCrash(t, dir, m)
			if t.Failed() {
				t.Fatalf("after cuts at step %d and %d", first, second)
			}
		}
	}
}
