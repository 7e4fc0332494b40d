// Package letter writes what customers and colleagues read: mails, letters as
// PDF and call scripts, in French and in English. It takes a notice and the
// two parties and returns text; it sends nothing, reads no clock, and prints
// the same bytes for the same input.
package letter

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	html "html/template"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

//go:embed templates
var builtin embed.FS

// ErrNoTemplate says that no text of that name exists in any language we have.
var ErrNoTemplate = errors.New("no such text")

// Creditor is who writes.
type Creditor struct {
	Name    string // of the company
	Signer  string // the person who signs
	Title   string // what the signer does, such as "Comptabilité clients"
	Mail    string
	Phone   string
	Address []string // postal lines
	City    string   // where letters are dated
	SIREN   string
	IBAN    string // from our own configuration, never from a tool
	BIC     string
}

// Setting is what a notice is written with.
type Setting struct {
	Creditor Creditor
	Customer ledger.Customer
	Day      ledger.Date // the day the message bears
	Attached []string    // numbers of the invoices that really go along; empty: nothing is attached
}

// Rendered is a text ready to leave.
type Rendered struct {
	Subject string // one line, without control characters
	Text    string
	HTML    string // for mails
	PDF     []byte // for letters
}

// Texts are the loaded templates. The zero value has none.
type Texts struct {
	byName map[string]*text // "fr/rappel-aimable"
	mail   *html.Template   // the page around a mail
}

// Load reads the built-in texts, and over them those of a folder of the user's
// with the same names ("fr/rappel-aimable.txt"); over may be nil. Each is
// written on sample data, so that a fault shows here, with its file and line,
// and not on the morning it is needed.
func Load(over fs.FS) (Texts, error) {
	t := Texts{byName: make(map[string]*text)}
	own, err := fs.Sub(builtin, "templates")
	if err != nil {
		return Texts{}, err
	}
	if t.mail, err = html.New("mail").Parse(mail); err != nil {
		return Texts{}, fmt.Errorf("page of a mail: %w", err)
	}
	voices := newVoices()
	for _, dir := range []fs.FS{own, over} {
		if dir == nil {
			continue
		}
		if err := t.read(dir, voices); err != nil {
			return Texts{}, err
		}
	}
	if err := t.rehearse(); err != nil {
		return Texts{}, err
	}
	return t, nil
}

func (t Texts) read(dir fs.FS, voices map[string]voice) error {
	return fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".txt" || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		parsed, err := newText(name, string(data), voices)
		if err != nil {
			return err
		}
		t.byName[strings.TrimSuffix(name, ".txt")] = parsed
		return nil
	})
}

// Has reports whether there is a text of that name, in French or in English.
func (t Texts) Has(name string) bool { return t.find(name, "fr") != nil }

// Version names the words of a text in a language: when somebody edits the
// text, the version differs, and approvals given for the old words are void.
func (t Texts) Version(name, language string) string {
	if found := t.find(name, language); found != nil {
		return found.version
	}
	return ""
}

// find returns the text in the language, else in French, else in English.
func (t Texts) find(name, language string) *text {
	for _, l := range []string{base(language), "fr", "en"} {
		if found, ok := t.byName[l+"/"+name]; ok {
			return found
		}
	}
	return nil
}

// Write writes a notice: the words for every verb, HTML for mails and a PDF
// for letters. It returns ErrNoTemplate for a text nobody has written, and
// ErrUnprintable for a letter that paper would garble.
func (t Texts) Write(n policy.Notice, s Setting) (Rendered, error) {
	found := t.find(n.Template, n.Language)
	if found == nil {
		return Rendered{}, fmt.Errorf("%q: %w", n.Template, ErrNoTemplate)
	}
	facts, err := newFacts(n, s, found.voice)
	if err != nil {
		return Rendered{}, fmt.Errorf("text %s: %w", found.name, err)
	}
	page, subject, err := found.write(facts)
	if err != nil {
		return Rendered{}, err
	}
	out := Rendered{Subject: subject, Text: page.text()}
	switch n.Verb {
	case ledger.VerbMail:
		out.HTML, err = page.html(t.mail, facts.language, subject)
	case ledger.VerbLetter, ledger.VerbRegistered:
		out.PDF, err = page.pdf(facts, subject)
	case ledger.VerbCall, ledger.VerbTask, ledger.VerbVisit:
	}
	if err != nil {
		return Rendered{}, fmt.Errorf("text %s: %w", found.name, err)
	}
	return out, nil
}

// write fills in the text and lays it out.
func (t *text) write(f *facts) (page, string, error) {
	subject, err := execute(t.subject, f)
	if err != nil {
		return page{}, "", err
	}
	body, err := execute(t.body, f)
	if err != nil {
		return page{}, "", err
	}
	return layOut(body, f), shorten(oneLine(subject), subjectRunes), nil
}

func execute(t *template.Template, f *facts) (string, error) {
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return "", fault(err)
	}
	return b.String(), nil
}
