package letter_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/policy"
)

func folder(files ...string) fstest.MapFS {
	fs := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fs[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fs
}

func TestOverrideReplacesOneText(t *testing.T) {
	own := "\ufeffSubject: À propos de {{.Numbers}} : l'essentiel\r\n\r\n{{.Greeting}}\r\n\r\nIl reste {{.Net}}.\r\n\r\n{{items}}\r\n\r\n{{signature}}\r\n"
	texts, err := letter.Load(folder("fr/rappel-aimable.txt", own, "fr/.rappel.txt", "an editor's own", "fr/notes.md", "not a text"))
	if err != nil {
		t.Fatal(err)
	}
	s := stories()[0]
	got := write(t, texts, friendly, "fr", s)
	if want := "À propos de F-1001 : l’essentiel"; got.Subject != want {
		t.Errorf("got subject %q, want %q", got.Subject, want)
	}
	want := "Bonjour Madame Camille Exemple,\n\nIl reste 1 200,00 €.\n\n- F-1001 du 2 mars 2026, échéance le 1er avril 2026 : 1 200,00 €\n\nDominique Exemple\nComptabilité clients\nAtelier des Exemples\n01 99 00 00 01\n"
	if got.Text != want {
		t.Errorf("got\n%s\nwant\n%s", got.Text, want)
	}
	builtin := load(t)
	for _, template := range []string{friendly, firm} {
		a, b := write(t, texts, template, "en", s), write(t, builtin, template, "en", s)
		if a.Text != b.Text {
			t.Errorf("en/%s is another text now", template)
		}
	}
}

func TestOwnTextUnderItsOwnName(t *testing.T) {
	texts, err := letter.Load(folder("en/gentle.txt", "Subject: Hello\n\n{{.Greeting}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !texts.Has("gentle") || texts.Has("rough") || !texts.Has(friendly) {
		t.Errorf("has gentle: %t, rough: %t, %s: %t; want true, false, true", texts.Has("gentle"), texts.Has("rough"), friendly, texts.Has(friendly))
	}
	if got := write(t, texts, "gentle", "fr", stories()[0]); !strings.HasPrefix(got.Text, "Dear Ms") {
		t.Errorf("a text that is in English only is English throughout; got %q", got.Text)
	}
	_, err = texts.Write(policy.Notice{Template: "rough"}, letter.Setting{})
	if !errors.Is(err, letter.ErrNoTemplate) {
		t.Errorf("got %v, want ErrNoTemplate", err)
	}
}

func TestVersionFollowsTheWords(t *testing.T) {
	version := func(files ...string) string {
		texts, err := letter.Load(folder(files...))
		if err != nil {
			t.Fatal(err)
		}
		return texts.Version(friendly, "fr")
	}
	builtin, one := version(), version("fr/rappel-aimable.txt", "Subject: x\n\nBonjour.\n")
	switch {
	case builtin == "" || one == builtin:
		t.Errorf("got %q for the built-in text and %q for an own one", builtin, one)
	case one == version("fr/rappel-aimable.txt", "Subject: x\n\nBonsoir.\n"):
		t.Error("another word leaves the version")
	case one == version("fr/rappel-aimable.txt", "Subject: y\n\nBonjour.\n"):
		t.Error("another subject leaves the version")
	case one != version("fr/rappel-aimable.txt", "Subject: x\r\n\r\nBonjour.\r\n"):
		t.Error("another way to end lines changes the version")
	case builtin != version("en/rappel-aimable.txt", "Subject: x\n\nHello.\n"):
		t.Error("another language changes the version")
	}
	if got := load(t).Version("rough", "fr"); got != "" {
		t.Errorf("a text nobody wrote has version %q", got)
	}
	texts := load(t)
	if texts.Version(friendly, "fr") == texts.Version(friendly, "en") || texts.Version(friendly, "de") != texts.Version(friendly, "fr") {
		t.Error("the version is not that of the text that would be written")
	}
}

func TestBrokenTextsAreRefused(t *testing.T) {
	tests := []struct{ name, file, data, want string }{
		{"no subject", "fr/a.txt", "Bonjour,\n\nà vous\n", `text fr/a.txt line 1: a text starts with one line "Subject: …" and an empty line`},
		{"two head lines", "fr/a.txt", "Subject: x\nFrom: y\n\nà vous\n", "text fr/a.txt line 1:"},
		{"no body", "fr/a.txt", "Subject: x\n", "text fr/a.txt line 1:"},
		{"empty file", "fr/a.txt", "", "text fr/a.txt line 1:"},
		{"unclosed if", "fr/a.txt", "Subject: x\n\nBonjour\n\n{{if .One}}un\n", "text fr/a.txt line 6: unexpected EOF"},
		{"unclosed braces in the subject", "fr/a.txt", "Subject: {{.Net\n\nBonjour\n", "text fr/a.txt line 1: unclosed action"},
		{"unknown function", "fr/rappel-aimable.txt", "Subject: x\n\nBonjour\n{{shout .Net}}\n", `text fr/rappel-aimable.txt line 4: function "shout" not defined`},
		{"unknown fact", "fr/a.txt", "Subject: x\n\nBonjour\n\n\n{{.Nett}}\n", "text fr/a.txt line 6:"},
		{"unknown fact behind a rare case", "en/a.txt", "Subject: x\n\n{{if .HasCredit}}{{if not .One}}\n{{.First.Numbr}}{{end}}{{end}}Hello\n", "text en/a.txt line 4:"},
		{"unknown fact in the subject", "fr/a.txt", "Subject: {{.Montant}}\n\nBonjour\n", "text fr/a.txt line 1:"},
		{"wrong type", "fr/a.txt", "Subject: x\n\n{{range .Net}}a{{end}}\n", "text fr/a.txt line 3:"},
		{"nothing said", "fr/a.txt", "Subject: x\n\n{{if .HasCredit}}b{{end}}\n", "text fr/a.txt line 3: nothing is left"},
		{"nothing in the subject", "fr/a.txt", "Subject: {{if .HasCredit}}b{{end}}\n\nBonjour\n", "text fr/a.txt line 1: the subject is empty"},
		{"Windows-1252", "fr/a.txt", "Subject: x\n\nBonjour,\nr\xe9gl\xe9\n", "text fr/a.txt line 4: not UTF-8; save the file in that encoding"},
		{"no language", "a.txt", "Subject: x\n\nBonjour\n", "text a.txt: texts stand in the folders fr or en; move it to fr/a.txt"},
		{"another language", "de/a.txt", "Subject: x\n\nGuten Tag\n", "text de/a.txt: texts stand in the folders fr or en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := letter.Load(folder(tt.file, tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
