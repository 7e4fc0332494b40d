package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"text/template"
	"unicode/utf8"
)

// text is one loaded template.
type text struct {
	name    string // "fr/rappel-aimable.txt"
	source  string
	voice   voice
	subject *template.Template
	body    *template.Template
	version string
}

// newText splits a text into its subject line and its body. The body keeps the
// line numbers of the file, so that faults in it can be found.
func newText(name, data string, voices map[string]voice) (*text, error) {
	language, _, _ := strings.Cut(name, "/")
	v, ok := voices[language]
	if !ok {
		return nil, fmt.Errorf("text %s: texts stand in the folders fr or en; move it to fr/%s", name, path.Base(name))
	}
	data = strings.ReplaceAll(strings.TrimPrefix(data, "\ufeff"), "\r\n", "\n")
	for i, line := range strings.Split(data, "\n") {
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("text %s line %d: not UTF-8; save the file in that encoding", name, i+1)
		}
	}
	head, body, ok := strings.Cut(data, "\n\n")
	subject, found := strings.CutPrefix(head, "Subject: ")
	if !ok || !found || strings.Contains(subject, "\n") {
		return nil, fmt.Errorf("text %s line 1: a text starts with one line \"Subject: …\" and an empty line", name)
	}
	out := &text{name: name, source: data, voice: v, version: version(data)}
	var err error
	if out.subject, err = v.template(name, subject); err != nil {
		return nil, err
	}
	out.body, err = v.template(name, "\n\n"+body)
	return out, err
}

func (v voice) template(name, source string) (*template.Template, error) {
	t, err := template.New(name).Funcs(functions(v.language)).Parse(source)
	if err != nil {
		return nil, fault(err)
	}
	for _, part := range t.Templates() {
		if part.Tree != nil {
			v.typeset(part.Root)
		}
	}
	return t, nil
}

func version(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:6])
}

// place is how text/template begins its messages, with or without a column.
var place = regexp.MustCompile(`^template: ([^:]+):(\d+):(?:\d+:)? `)

// fault says where in which file a text is wrong, the way the rest of the
// program does.
func fault(err error) error {
	if m := place.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("text %s line %s: %w", m[1], m[2], errors.New(strings.TrimPrefix(err.Error(), m[0])))
	}
	return fmt.Errorf("text %w", err)
}

// functions are what a template can call beside printing facts.
func functions(language string) template.FuncMap {
	return template.FuncMap{
		// items stands where the table of invoices goes.
		"items": func() string { return itemsMark },
		// aged is items with the days each is late.
		"aged": func() string { return agedMark },
		// upcoming stands where the table of invoices not yet due goes.
		"upcoming": func() string { return upcomingMark },
		// signature stands where the lines of who signs go.
		"signature": func() string { return signatureMark },
		// plural chooses the word for a number: nought is one in French only.
		"plural": func(n int, one, many string) string {
			if n == 1 || n == 0 && language == "fr" {
				return one
			}
			return many
		},
	}
}
