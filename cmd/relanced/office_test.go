package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// office is a small company that works with the program in a folder of its own,
// at a standing clock.
type office struct {
	t   *testing.T
	dir string
	at  time.Time
}

const officePeople = "code;name;kind;language;mail;phone;terms\n" +
	"*;;;en;;;30 days\n" +
	"C001;ALPHA;business;en;compta@alpha.example;01 99 00 02 01;\n" +
	"C002;BETA;business;en;compta@beta.example;01 99 00 02 02;\n"

// newOffice has a ledger, a people file and a folder that mails go into.
func newOffice(t *testing.T, mode string, sales ...string) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), at: time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)}
	o.put("relanced.toml", strings.Replace(officeConfig, "MODE", mode, 1))
	o.put("people.csv", officePeople)
	o.books(sales...)
	if err := os.Mkdir(o.path("out"), 0o700); err != nil {
		t.Fatal(err)
	}
	return o
}

const officeConfig = `[company.atelier]
name = "Atelier des Exemples"
mode = "MODE"
auto_up_to = "firm"
language = "en"
risk_chasing_the_paid_by_ignoring_money_age = true
[company.atelier.sender]
name = "Dominique Exemple"
mail = "compta@atelier.example"
[company.atelier.connection.ledger]
kind = "fec"
path = "fec"
max_read_age = "999 days"
[company.atelier.connection.people]
kind = "people"
path = "people.csv"
[company.atelier.connection.out]
kind = "folder"
path = "out"
`

func (o *office) path(name string) string { return filepath.Join(o.dir, name) }

func (o *office) put(name, text string) {
	o.t.Helper()
	if err := os.MkdirAll(filepath.Dir(o.path(name)), 0o700); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(o.path(name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// edit replaces words in a file.
func (o *office) edit(name string, words ...string) {
	o.t.Helper()
	data, err := os.ReadFile(o.path(name))
	if err != nil {
		o.t.Fatal(err)
	}
	o.put(name, strings.NewReplacer(words...).Replace(string(data)))
}

// books writes the ledger; see scriptBooks for its lines.
func (o *office) books(lines ...string) {
	o.t.Helper()
	spec := &fecSpec{}
	spec.out.WriteString(specHead)
	for _, line := range lines {
		if err := spec.entry(line); err != nil {
			o.t.Fatal(err)
		}
	}
	o.put("fec/999999014FEC20261231.txt", spec.out.String())
}

// run runs a command and returns how it ended and what it printed.
func (o *office) run(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"-c", o.path("relanced.toml")}, args...), &stdout, &stderr, func() time.Time { return o.at })
	return code, stdout.String(), stderr.String()
}

// does runs a command that must end well and say some words.
func (o *office) does(args []string, words ...string) string {
	o.t.Helper()
	code, out, errs := o.run(args...)
	if code != 0 {
		o.t.Fatalf("relanced %s: exit %d: %s", strings.Join(args, " "), code, errs)
	}
	o.says(args, out, words)
	return out
}

// fails runs a command that must end with a status and say why.
func (o *office) fails(status int, args []string, words ...string) {
	o.t.Helper()
	code, out, errs := o.run(args...)
	if code != status {
		o.t.Errorf("relanced %s: exit %d, want %d: %s%s", strings.Join(args, " "), code, status, out, errs)
	}
	o.says(args, errs, words)
}

// says holds a text to the words it must have, and to those after "!" it must not.
func (o *office) says(args []string, text string, words []string) {
	o.t.Helper()
	for _, w := range words {
		unwanted, not := strings.CutPrefix(w, "!")
		if strings.Contains(text, unwanted) == not {
			o.t.Errorf("relanced %s: want %q in\n%s", strings.Join(args, " "), w, text)
		}
	}
}

// released is an office whose database may send.
func released(t *testing.T, mode string, sales ...string) *office {
	t.Helper()
	o := newOffice(t, mode, sales...)
	o.does(words("once"))
	o.does(words("attest money --until 2026-05-04"))
	o.does([]string{"release", "database", "--reason", "the plan looks right"})
	return o
}

func words(text string) []string { return strings.Fields(text) }

// key is the key of the one entry in a section of the tasks.
func (o *office) key() string {
	o.t.Helper()
	_, out, _ := o.run("tasks")
	for word := range strings.FieldsSeq(out) {
		if strings.HasPrefix(word, "rl-") {
			return word
		}
	}
	o.t.Fatalf("no entry in the tasks:\n%s", out)
	return ""
}
