package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/ledger"
)

// playDemo runs the demonstration as it is at an instant, and returns what it
// printed for machines.
func playDemo(t *testing.T, at string) demoView {
	t.Helper()
	out := runDemo(t, at, "demo", "--once", "--json", "--dir", filepath.Join(t.TempDir(), "demo"))
	var v demoView
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("demo --json: %v", err)
	}
	return v
}

// runDemo runs one command at an instant and returns what it printed.
func runDemo(t *testing.T, at string, args ...string) string {
	t.Helper()
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(args, &out, &errs, func() time.Time { return now }); code != 0 {
		t.Fatalf("relanced %s: exit %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// demoTodays are days that the calendar makes hard: an ordinary one, early
// January, the day after a long weekend in May, the end of a leap February.
func demoTodays() []string {
	return []string{"2026-11-22T12:00:00Z", "2027-01-05T15:00:00Z", "2026-05-26T10:30:00Z", "2028-03-01T09:30:00Z"}
}

func TestDemoKeepsItsPromisesWheneverItIsPlayed(t *testing.T) {
	t.Parallel()
	for _, at := range demoTodays() {
		t.Run(at[:10], func(t *testing.T) {
			t.Parallel()
			v := playDemo(t, at)
			books, err := demobooks.New(v.Last)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Days) != demobooks.Length {
				t.Errorf("%d days were played, want %d", len(v.Days), demobooks.Length)
			}
			last := map[string]ledger.Date{}
			for _, d := range v.Days {
				for _, m := range d.Left {
					if m.Verb == "task" {
						continue
					}
					checkTruth(t, books, d.Day, m)
					if prev, ok := last[m.Customer]; ok && d.Day < books.BusinessDay(prev, 4) {
						t.Errorf("%s: %s to %s, %s after %s: less than min_gap", d.Day, m.Verb, m.Customer, m.Why, prev)
					}
					last[m.Customer] = d.Day
				}
			}
			checkStories(t, v)
		})
	}
}

// checkTruth holds a message against what was truly owed that morning.
func checkTruth(t *testing.T, books *demobooks.Books, day ledger.Date, m demoMessage) {
	t.Helper()
	if m.Customer == "C016" {
		t.Errorf("%s: %s to %s, who is never to be chased", day, m.Verb, m.Customer)
	}
	if len(m.Items) == 0 {
		t.Errorf("%s: %s to %s asks for nothing", day, m.Verb, m.Customer)
	}
	for _, item := range m.Items {
		owed, ok := books.Owed(item.Invoice, item.Part, day)
		if !ok || owed <= 0 {
			t.Errorf("%s: %s to %s asks for %s/%d, of which %d cents are owed", day, m.Verb, m.Customer, item.Invoice, item.Part, owed)
		}
		if due, ok := books.Due(item.Invoice); !ok || due >= day {
			t.Errorf("%s: %s to %s asks for %s, which is due on %s", day, m.Verb, m.Customer, item.Invoice, due)
		}
	}
}

// checkStories makes sure that the demonstration shows what it is there for.
func checkStories(t *testing.T, v demoView) {
	t.Helper()
	var all strings.Builder
	for _, d := range v.Days {
		for _, m := range append(d.Left, d.Held...) {
			all.WriteString(m.Verb + " " + m.Customer + " " + m.Why + "\n")
		}
		for _, act := range d.Acts {
			all.WriteString("actor " + act + "\n")
		}
	}
	for _, want := range []struct{ what, text string }{
		{"a first reminder", "mail C002 rappel: "},
		{"the firm mail", "mail C003 relance: "},
		{"the formal letter", "letter C003 formelle: "},
		{"a letter released by the actor", "actor reads the formal letter to C003"},
		{"a reminder for what is left of an invoice", "mail C004 rappel: "},
		{"a consumer's ladder", "mail C005 rappel-particulier: "},
		{"an English mail", ", in English"},
		{"money of a known payer that names nothing", "held C005 the customer's own money covers it"},
		{"money of an unknown payer that suggests and holds", "held C007 something does not add up (suggested"},
		{"a returned debit that begins anew", "open again"},
		{"money not placed yet", "held C009 money of the customer is not placed yet"},
		{"a dispute", "actor holds "},
		{"a promise", "promise until "},
		{"a missing address", "task C013 missing-address"},
		{"a completed people file", "actor completes people.csv for C013"},
		{"a customer of unknown kind", "held C014 a formal step needs to know who the customer is"},
		{"late bank files", "held C002 money known only until"},
		{"the word that ends it", "actor looks at the account on the bank's page and attests"},
	} {
		if !strings.Contains(all.String(), want.text) {
			t.Errorf("the demo does not show %s: %q is not in\n%s", want.what, want.text, all.String())
		}
	}
	for _, never := range []string{"C001", "C010", "C016"} {
		for _, verb := range []string{"mail", "call", "letter"} {
			if strings.Contains(all.String(), verb+" "+never) {
				t.Errorf("%s was chased by %s and always paid in time, or is never to be", never, verb)
			}
		}
	}
	if len(v.Open) < 8 {
		t.Errorf("%d items are open in the end, want some of each story", len(v.Open))
	}
	for _, row := range v.Open {
		if row.Sentence == "" || row.Again <= v.Last {
			t.Errorf("%s of %s: %q, again %s: want a reason and a day to come", row.Invoice, row.Customer, row.Sentence, row.Again)
		}
	}
}

func TestDemoIsShortEnoughToRead(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a demo")
	out := runDemo(t, "2026-11-22T12:00:00Z", "demo", "--dir", dir)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) > 130 {
		t.Errorf("the demo prints %d lines, want some 120 at most", len(lines))
	}
	for _, line := range lines {
		if len([]rune(line)) > 170 {
			t.Errorf("a line of %d characters: %s", len([]rune(line)), line)
		}
	}
	config := filepath.Join(dir, demobooks.ConfigFile)
	for _, later := range []struct {
		args []string
		want string
	}{
		{[]string{"plan"}, "Money is known until 2026-11-20"},
		{[]string{"explain", "C003"}, "IMPRIMERIE FICTIVE"},
		{[]string{"tasks"}, "Handed over"},
		{[]string{"export", "items", "--format", "csv"}, "invoice_number"},
		{[]string{"once"}, "0 delivered"},
		{[]string{"once", "--as-of", "2026-11-24"}, "call appel → C002"}, // the day the next step is due: the play goes on
	} {
		got := runDemo(t, "2026-11-22T12:01:00Z", append([]string{"-c", config}, later.args...)...)
		if !strings.Contains(got, later.want) {
			t.Errorf("relanced %s after the demo does not say %q:\n%s", strings.Join(later.args, " "), later.want, got)
		}
	}
}

func TestDemoRefusesAFolderThatHoldsSomething(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "accounts.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	now := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	if code := run([]string{"demo", "--dir", dir}, &out, &errs, now); code != 2 || !strings.Contains(errs.String(), "is not empty") {
		t.Errorf("demo into a folder with something in it: exit %d, %q; want 2 and why", code, errs.String())
	}
	inside, err := os.ReadDir(dir)
	if err != nil || len(inside) != 1 {
		t.Errorf("the folder holds %d things (%v), want what it held before", len(inside), err)
	}
}

func TestDemoNeverPlaysWhatHasNotCome(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-22T08:59:00Z": "2026-11-21", // 09:59 in Paris
		"2026-11-22T09:00:00Z": "2026-11-22",
		"2026-06-30T22:30:00Z": "2026-06-30", // 00:30 on 1 July in Paris
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		a := &app{now: func() time.Time { return now }}
		if got := a.lastPlayed().String(); got != want {
			t.Errorf("at %s the last day played is %s, want %s", at, got, want)
		}
	}
}
