package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptStamp sets when files were last written: stamp TIME FILE….
func scriptStamp(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: stamp TIME FILE…")
	}
	at, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	for _, name := range args[1:] {
		ts.Check(os.Chtimes(ts.MkAbs(name), at, at))
	}
}

// scriptExits runs a command that must end with a status: exits 2 relanced ….
func scriptExits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("%s ended with %d, want %s\n%s%s", strings.Join(args[1:], " "), got, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// scriptMode fails unless files have these permissions: mode 0600 FILE….
func scriptMode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: mode OCTAL FILE…")
	}
	for _, name := range args[1:] {
		for _, path := range scriptMatches(ts, name) {
			info, err := os.Stat(path)
			ts.Check(err)
			if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
				ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
			}
		}
	}
}

// scriptFiles prints the files people see in folders, in order: files DIR….
func scriptFiles(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.Stdout()
	for _, dir := range args {
		err := filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.IsDir():
				return nil
			}
			name, err := filepath.Rel(ts.MkAbs(dir), path)
			if err == nil {
				_, err = fmt.Fprintln(out, filepath.ToSlash(name))
			}
			return err
		})
		ts.Check(err)
	}
}

// scriptShow prints delivered files as people read them, without keys, which
// differ from one database to the next: show PATTERN….
func scriptShow(ts *testscript.TestScript, _ bool, args []string) {
	for _, pattern := range args {
		for _, path := range scriptMatches(ts, pattern) {
			text := regexp.MustCompile(`rl-[0-9a-f]{8,}`).ReplaceAllString(scriptRead(ts, path), "rl-…")
			_, err := fmt.Fprintf(ts.Stdout(), "## %s\n%s\n", filepath.Base(path), strings.TrimSpace(text))
			ts.Check(err)
		}
	}
}

func scriptMatches(ts *testscript.TestScript, pattern string) []string {
	found, err := filepath.Glob(ts.MkAbs(pattern))
	ts.Check(err)
	if !strings.HasPrefix(filepath.Base(pattern), ".") { // as a shell does it
		found = slices.DeleteFunc(found, func(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") })
	}
	if len(found) == 0 {
		ts.Fatalf("there is no file %s", pattern)
	}
	slices.Sort(found)
	return found
}

func scriptRead(ts *testscript.TestScript, path string) string {
	data, err := os.ReadFile(path)
	ts.Check(err)
	switch filepath.Ext(path) {
	case ".eml":
		return scriptMail(ts, string(data))
	case ".pdf":
		return "(PDF)"
	default:
		return string(data)
	}
}

// readMail returns the head, the plain text and the names of attachments.
func scriptMail(ts *testscript.TestScript, data string) string {
	m, err := mail.ReadMessage(strings.NewReader(data))
	ts.Check(err)
	var b strings.Builder
	for _, name := range []string{"From", "Reply-To", "To", "Cc", "Bcc", "Subject"} {
		if text := m.Header.Get(name); text != "" {
			decoded, err := new(mime.WordDecoder).DecodeHeader(text)
			ts.Check(err)
			fmt.Fprintf(&b, "%s: %s\n", name, decoded)
		}
	}
	ts.Check(scriptPart(&b, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body))
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

func scriptPart(b *strings.Builder, kind, encoding, disposition string, body io.Reader) error {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return err
	}
	if _, d, err := mime.ParseMediaType(disposition); err == nil && d["filename"] != "" {
		fmt.Fprintf(b, "[%s: %s]\n", media, d["filename"])
		return nil
	}
	switch {
	case strings.HasPrefix(media, "multipart/"):
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := scriptPart(b, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p); err != nil {
				return err
			}
		}
	case media == "text/plain":
		if strings.EqualFold(encoding, "quoted-printable") {
			body = quotedprintable.NewReader(body)
		}
		text, err := io.ReadAll(body)
		fmt.Fprintf(b, "\n%s\n", text)
		return err
	default:
		return nil
	}
}

// scriptPick prints some columns of the CSV that the last command printed, of
// all rows or of those where columns have these words, in order of their text:
// pick COLUMN,COLUMN… [COLUMN=WORD…]. Rows that look the same are counted.
func scriptPick(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: pick COLUMN,COLUMN… [COLUMN=WORD…]")
	}
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile("stdout"))).ReadAll()
	ts.Check(err)
	if len(rows) == 0 {
		ts.Fatalf("the last command printed no CSV")
	}
	at := func(name string) int {
		i := slices.Index(rows[0], name)
		if i < 0 {
			ts.Fatalf("there is no column %s; there are %s", name, strings.Join(rows[0], ", "))
		}
		return i
	}
	seen := make(map[string]int)
	for _, row := range rows[1:] {
		other := func(want string) bool {
			name, word, _ := strings.Cut(want, "=")
			return row[at(name)] != word
		}
		if slices.ContainsFunc(args[1:], other) {
			continue
		}
		var cells []string
		for name := range strings.SplitSeq(args[0], ",") {
			cells = append(cells, row[at(name)])
		}
		seen[strings.Join(cells, "\t")]++
	}
	w := tabwriter.NewWriter(ts.Stdout(), 1, 8, 2, ' ', 0)
	for _, line := range slices.Sorted(maps.Keys(seen)) {
		if seen[line] > 1 {
			line += fmt.Sprintf("\t×%d", seen[line])
		}
		fmt.Fprintln(w, line)
	}
	ts.Check(w.Flush())
}

// scriptJSON fails unless the last command printed one JSON value: json.
func scriptJSON(ts *testscript.TestScript, _ bool, _ []string) {
	text := ts.ReadFile("stdout")
	dec := json.NewDecoder(strings.NewReader(text))
	var v any
	if err := dec.Decode(&v); err != nil {
		ts.Fatalf("what was printed is no JSON: %v\n%s", err, text)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("more than one JSON value was printed:\n%s", text)
	}
}

// scriptKeep keeps the first group of a pattern, as the last command printed
// it, in a variable: keep NAME PATTERN.
func scriptKeep(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	found := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("no match for %q in:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}
