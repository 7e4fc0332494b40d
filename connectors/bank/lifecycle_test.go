package bank_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/ledger"
)

func month(id string) string {
	return camt053(balanced(id, 0, "2026-04-01", "2026-04-10",
		entry{day: "2026-04-01", cents: 100, ref: "BK-1", text: "A"}, entry{day: "2026-04-09", cents: 200, ref: "BK-2", text: "B"}))
}

func TestUnchangedFilesAreNotOpened(t *testing.T) {
	dir := put(t, map[string]string{"a.xml": month("A"), "b.xml": strings.ReplaceAll(month("B"), ours, "DE00OTHER1")})
	first := read(t, dir, "")
	for _, name := range []string{"a.xml", "b.xml"} {
		garble(t, filepath.Join(dir, name))
	}
	again := read(t, dir, first.cursor)
	if len(again.lines)+len(again.findings) > 0 || again.cursor != first.cursor {
		t.Errorf("got %d lines and the cursor %s, want nothing and the same cursor", len(again.lines), again.cursor)
	}
	want := map[string]connectors.End{}
	for stream, end := range first.ends {
		end.Unchanged, end.Complete = true, false
		want[stream] = end
	}
	if diff := cmp.Diff(want, again.ends); diff != "" {
		t.Errorf("ends: want -, got +\n%s", diff)
	}
}

// garble overwrites a file so that neither name, size, time nor inode tells:
// whoever opens it fails.
func garble(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("garbled"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

func TestChangesAreSeen(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"new file": func(t *testing.T, dir string) { t.Helper(); write(t, dir+"/b.xml", month("B")) },
		"other content": func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir+"/a.xml", strings.ReplaceAll(month("A"), "<Ustrd>A", "<Ustrd>ABC"))
		},
		"other time": func(t *testing.T, dir string) {
			t.Helper()
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			if err := os.Chtimes(dir+"/a.xml", at, at); err != nil {
				t.Fatal(err)
			}
		},
		"another file under its name and time": func(t *testing.T, dir string) {
			t.Helper()
			info, err := os.Stat(dir + "/a.xml")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir+"/.new", strings.ReplaceAll(month("A"), "<Ustrd>A", "<Ustrd>Z"))
			if err := os.Chtimes(dir+"/.new", info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(dir+"/.new", dir+"/a.xml"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.xml": month("A")})
			first := read(t, dir, "")
			change(t, dir)
			again := read(t, dir, first.cursor)
			if end := again.ends[ours]; end.Unchanged || !end.Complete || len(again.lines) != 2 {
				t.Errorf("got %d lines and %+v, want everything read again", len(again.lines), end)
			}
			if diff := cmp.Diff(ids(first), ids(again)); diff != "" {
				t.Errorf("ids: -, +\n%s", diff)
			}
		})
	}
}

func ids(r told) []string {
	var out []string
	for _, l := range r.lines {
		out = append(out, l.ID)
	}
	return out
}

func TestFilesThatAreMovedAwayUndoNothing(t *testing.T) {
	next := camt053(balanced("B", 300, "2026-04-11", "2026-04-12", entry{day: "2026-04-12", cents: 5, ref: "BK-3", text: "C"}))
	dir := put(t, map[string]string{"a.xml": month("A"), "b.xml": next})
	first := read(t, dir, "")
	if err := os.Rename(dir+"/a.xml", t.TempDir()+"/a.xml"); err != nil {
		t.Fatal(err)
	}
	second := read(t, dir, first.cursor)
	if end := second.ends[ours]; end.Complete || end.MoneyUntil != day(t, "2026-04-12") {
		t.Errorf("got %+v, want that it is not complete: its movements of early April are elsewhere", end)
	}
	if diff := cmp.Diff([]ledger.FindingKind{ledger.FindingGap}, kinds(second)); diff != "" {
		t.Errorf("findings: want -, got +\n%s", diff)
	}
	write(t, dir+"/c.xml", camt053(balanced("C", 305, "2026-04-13", "2026-04-13")))
	if third := read(t, dir, second.cursor); third.ends[ours].Complete {
		t.Error("a later reading forgot that movements are elsewhere")
	}
	write(t, dir+"/a.xml", month("A"))
	if fourth := read(t, dir, second.cursor); !fourth.ends[ours].Complete || len(fourth.findings) > 0 {
		t.Errorf("with the file back: complete %v, findings %v", fourth.ends[ours].Complete, fourth.findings)
	}
}

func TestAFileBeingWrittenFailsTheReading(t *testing.T) {
	whole := month("B")
	for name, text := range map[string]string{
		"empty": "", "half": whole[:len(whole)/2], "all but the end": strings.TrimSpace(whole)[:len(strings.TrimSpace(whole))-1],
		"room made": whole[:len(whole)/2] + strings.Repeat("\x00", 200),
	} {
		t.Run(name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.xml": month("A"), "b.xml": text})
			err := readError(t, dir)
			if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), "read b.xml: the file ends in the middle") {
				t.Errorf("got %v, want b.xml ends in the middle, and unavailable", err)
			}
			write(t, dir+"/b.xml", whole)
			if r := read(t, dir, ""); len(r.lines) != 2 {
				t.Errorf("once it is written: got %d lines, want 2", len(r.lines))
			}
		})
	}
}

func TestAFileThatChangesMeanwhileFailsTheReading(t *testing.T) {
	dir := put(t, map[string]string{"b.xml": month("B")})
	largeFile(t, dir+"/a.xml", 1<<20, true)
	var failed error
	for page, err := range open(t, bank.Config{Path: dir}).Reader.Read(t.Context(), connectors.All, "") {
		if failed = err; err != nil {
			break
		}
		if page.End != nil {
			t.Fatal("the stream ended, though a file changed")
		}
		write(t, dir+"/b.xml", month("B")+" ")
	}
	if !errors.Is(failed, connectors.ErrUnavailable) || !strings.Contains(failed.Error(), "read b.xml: it changed while it was read") {
		t.Errorf("got %v, want that b.xml changed", failed)
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"not a bank file":  {"PK\x03\x04", "a.xml line 1: this is no bank file that can be read"},
		"other XML":        {"<Invoice/>", "a.xml line 1: this is no bank statement"},
		"UTF-16":           {"\xff\xfe<\x00", "a.xml line 1: the file is in UTF-16: save it as UTF-8"},
		"unknown encoding": {`<?xml version="1.0" encoding="EBCDIC"?><a/>`, `a.xml line 1: the encoding "ebcdic" is not read`},
		"malformed":        {strings.Replace(month("A"), "</Ntry>", "</Entry>", 1), "a.xml line 4: </Entry> where </Ntry> is expected"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.xml": c.text, "b.xml": month("B")})
			r := read(t, dir, "")
			if len(r.quarantined) != 1 || !strings.HasPrefix(r.quarantined[0].Reason, c.want) || !r.quarantined[0].Money {
				t.Errorf("got %+v, want quarantined: %s", r.quarantined, c.want)
			}
			if len(r.lines) != 2 || r.ends[ours].Complete || r.ends[ours].MoneyUntil != day(t, "2026-04-10") {
				t.Errorf("got %d lines and %+v, want the other file used, and not complete", len(r.lines), r.ends[ours])
			}
			again := read(t, dir, r.cursor)
			if _, told := again.ends[""]; !told || !again.ends[""].Unchanged {
				t.Errorf("got the ends %v, want the stream of the refused file unchanged, too", again.ends)
			}
			if err := os.Remove(dir + "/a.xml"); err != nil {
				t.Fatal(err)
			}
			gone := read(t, dir, r.cursor)
			if end, told := gone.ends[""]; !told || !end.Complete || len(gone.quarantined) > 0 {
				t.Errorf("without the file: got %v and %v, want its stream ended empty, so that what it held is let go", gone.ends, gone.quarantined)
			}
			if _, told := read(t, dir, gone.cursor).ends[""]; told {
				t.Error("the stream of refused files goes on without any")
			}
		})
	}
}

func TestWhichFiles(t *testing.T) {
	dir := put(t, map[string]string{"a.xml": month("A"), "A.CAMT": month("A"), ".hidden.xml": "x", "b.xml.part": "x", "c.xml~": "x", "releve.pdf": "x"})
	if err := os.Mkdir(dir+"/archive.xml", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"folder": dir, "file": dir + "/a.xml", "pattern": dir + "/*.xml*"} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, path, ""); len(r.lines) != 2 || len(r.quarantined) > 0 {
				t.Errorf("got %d lines and %v, want 2 lines", len(r.lines), r.quarantined)
			}
		})
	}
	for name, path := range map[string]string{"no such folder": dir + "/none", "nothing in it": t.TempDir(), "no match": dir + "/*.csv"} {
		t.Run(name, func(t *testing.T) {
			if err := readError(t, path); !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), "no bank file") {
				t.Errorf("got %v, want unavailable: no bank file", err)
			}
		})
	}
}

func TestStopping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.xml")
	largeFile(t, path, 2<<20, true)
	k := open(t, bank.Config{Path: path})
	pages := 0
	for range k.Reader.Read(t.Context(), connectors.Open, "") {
		pages++
		break
	}
	if pages != 1 {
		t.Errorf("got %d pages after the first was enough", pages)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var failed error
	for _, err := range k.Reader.Read(ctx, connectors.Open, "") {
		cancel()
		failed = err
	}
	if !errors.Is(failed, context.Canceled) {
		t.Errorf("got %v, want canceled", failed)
	}
	cancel()
	for _, err := range k.Reader.Read(ctx, connectors.Open, "") {
		failed = err
	}
	if !errors.Is(failed, context.Canceled) {
		t.Errorf("got %v, want canceled before the first page", failed)
	}
}

func TestCheck(t *testing.T) {
	dir := put(t, map[string]string{"a.xml": strings.ReplaceAll(month("B"), ours, "DE00OTHER1"), "b.txt": "x"})
	report, err := open(t, bank.Config{Path: dir}).Connector.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := connectors.Report{
		Identity: "bank files banque", Name: dir, Version: "files: 1", Zone: "Europe/Paris",
		Capabilities: []connectors.Capability{{Name: "account DE00OTHER1", Has: true, Consequence: "money known until 2026-04-10"}},
		Problems: []string{
			"the account ending HER1 is in the files but not in accounts: add it, or move its files away",
			"no statement of the account ending 4537: put its camt.053 files into " + dir,
			"not read, because they are not named like bank files: b.txt",
		},
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	for name, files := range map[string]map[string]string{
		"nothing complete": {"a.xml": camt054(stmt{entries: []entry{{day: "2026-04-01", cents: 1}}})},
		"refused":          {"a.xml": "<x/>"},
		"a hole":           {"a.xml": month("A"), "b.xml": camt053(balanced("B", 1, "2026-04-12", "2026-04-12"))},
	} {
		report, err := open(t, bank.Config{Path: put(t, files)}).Connector.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Problems) == 0 && (len(report.Capabilities) == 0 || report.Capabilities[0].Has) {
			t.Errorf("%s: got no problem", name)
		}
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		config bank.Config
		want   string
	}{
		{bank.Config{}, "path"},
		{bank.Config{Path: "bank/[.xml"}, "path"},
		{bank.Config{Path: "bank/*.xml"}, ""},
	} {
		got := ""
		for _, f := range c.config.Validate() {
			got += f.Key
		}
		if got != c.want {
			t.Errorf("%+v: got faults of %q, want %q", c.config, got, c.want)
		}
	}
	dir := put(t, map[string]string{"a.xml": month("A")})
	k, err := (&bank.Config{Path: filepath.Base(dir)}).Open(connectors.Env{Dir: filepath.Dir(dir)})
	if err != nil {
		t.Fatal(err)
	}
	if r := readWith(t, connectors.PowersOf(k), ""); len(r.lines) != 2 {
		t.Errorf("a relative path: got %d lines, want 2", len(r.lines))
	}
	kind := bank.Kind()
	if _, ok := kind.NewConfig().(*bank.Config); !ok || kind.Name != "bank" {
		t.Errorf("got kind %+v", kind)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(`{"v":1,"print":"x","accounts":[{"id":"FR76","as_of":"2026-04-30"}],"refused":true}`)
	f.Add(`{"v":1,"accounts":[{"covered":{"from":"2026-04-30","lines":-1}}]}`)
	dir := f.TempDir()
	if err := os.WriteFile(dir+"/a.xml", []byte(month("A")), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for page, err := range open(t, bank.Config{Path: dir}).Reader.Read(t.Context(), connectors.Open, connectors.Cursor(text)) {
			if err != nil {
				t.Fatal(err)
			}
			if page.End != nil && page.End.Unchanged {
				t.Errorf("the cursor %q passes for the files as they are", text)
			}
		}
	})
}
