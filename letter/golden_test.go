package letter_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); read it as prose, then -update:\n%s", path, diff)
	}
}

// What customers read, word for word.
func TestWords(t *testing.T) {
	texts := load(t)
	for _, language := range languages {
		for template := range verbs {
			var b strings.Builder
			for _, s := range stories() {
				out := write(t, texts, template, language, s)
				b.WriteString("=== " + s.name + "\n\nSubject: " + out.Subject + "\n\n" + out.Text + "\n")
			}
			golden(t, language+"/"+template+".txt", b.String())
		}
	}
}

func TestPages(t *testing.T) {
	texts := load(t)
	shown := map[string]string{
		"one invoice, attached": "one", "two invoices, one partly paid, one attached, a credit": "two",
	}
	for _, language := range languages {
		for _, template := range []string{friendly, firm} {
			for _, s := range stories() {
				if short := shown[s.name]; short != "" {
					golden(t, language+"/"+template+"-"+short+".html", write(t, texts, template, language, s).HTML)
				}
			}
		}
	}
}

func TestEachVerbGetsItsForm(t *testing.T) {
	texts := load(t)
	s := stories()[0]
	if out := write(t, texts, friendly, "fr", s); out.HTML == "" || out.PDF != nil {
		t.Errorf("a mail: %d bytes of HTML, %d of PDF", len(out.HTML), len(out.PDF))
	}
	if out := write(t, texts, formal, "fr", s); out.HTML != "" || len(out.PDF) == 0 {
		t.Errorf("a letter: %d bytes of HTML, %d of PDF", len(out.HTML), len(out.PDF))
	}
	if out := write(t, texts, call, "fr", s); out.HTML != "" || out.PDF != nil || out.Text == "" {
		t.Errorf("a call: %d bytes of HTML, %d of PDF, %d of text", len(out.HTML), len(out.PDF), len(out.Text))
	}
}

// A language we have no words in is written in French from head to foot, not
// French words around English amounts.
func TestUnknownLanguageIsFrench(t *testing.T) {
	texts := load(t)
	s := stories()[3]
	for _, language := range []string{"de", "", "fr-BE", "FR_fr"} {
		if diff := cmp.Diff(write(t, texts, firm, "fr", s), write(t, texts, firm, language, s)); diff != "" {
			t.Errorf("%q differs from French:\n%s", language, diff)
		}
	}
	if got := write(t, texts, firm, "en-GB", s); got.Subject != write(t, texts, firm, "en", s).Subject {
		t.Errorf("en-GB: got %q", got.Subject)
	}
}
