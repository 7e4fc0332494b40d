package letter_test

import (
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// every writes each text in both languages for every combination of what may
// be known or not, and calls check on each.
func every(t *testing.T, check func(t *testing.T, language, template string, s story, out letter.Rendered)) {
	t.Helper()
	texts := load(t)
	for _, s := range combinations() {
		for _, language := range languages {
			for template := range verbs {
				if template == formal {
					s.notice.Verb = ledger.VerbTask // its words; paper has tests of its own
				} else {
					s.notice.Verb = verbs[template]
				}
				s.notice.Template, s.notice.Language = template, language
				out, err := texts.Write(s.notice, s.setting)
				if err != nil {
					t.Fatalf("%s/%s, %s: %v", language, template, s.name, err)
				}
				check(t, language, template, s, out)
				if t.Failed() {
					t.Fatalf("%s/%s, %s:\nSubject: %s\n\n%s", language, template, s.name, out.Subject, out.Text)
				}
			}
		}
	}
}

// combinations is the product of what can differ.
func combinations() []story {
	april, may := day(time.April, 1), day(time.May, 11)
	undated := item("F-1", april, 120000)
	undated.Issued, undated.Due = 0, 0
	f1, f2 := item("F-1", april, 120000), item("F-2", may, 30000)
	lines := map[string][]policy.NoticeLine{
		"one": {f1}, "one undated": {undated}, "one partly paid": {partly(ordered(f1, "BC-1"), 100)}, "an instalment": {instalment(f1, 1, 2)},
		"two": {f1, ordered(f2, "BC-2")}, "two parts": {instalment(f1, 1, 2), instalment(partly(f1, 5000), 2, 2)}, "two currencies": {f1, in("CHF", f2)},
		"seven": {f1, f2, item("F-3", may, 100), item("F-4", may, 200), item("F-5", may, 300), item("F-6", may, 400), item("F-7", may, 500)},
	}
	credits := map[string][]reconcile.Loose{
		"": nil, "a credit": {credit(april, 50)}, "an undated credit": {credit(0, 50)}, "five credits": slices.Repeat([]reconcile.Loose{credit(april, 10)}, 5),
		"a credit for all of it": {credit(april, 9999999)}, "money that is not theirs": {credit(april, -50)},
	}
	people := map[string]ledger.Contact{"": {}, "a mailbox": {Name: "compta@durand.example", Mail: "compta@durand.example"}, "a person": camille()}
	us := map[string]letter.Creditor{"": {Name: "Atelier"}, "IBAN": {Name: "Atelier", Signer: "Atelier", IBAN: "FR7699999000010000001234537"}, "all": atelier()}
	attached := map[string][]string{"": nil, "F-1": {"F-1"}, "F-2": {"F-2"}, "all": {"F-1", "F-2", "F-3", "F-4", "F-5", "F-6", "F-7"}}
	soon := map[string][]policy.NoticeLine{"": nil, "one soon": {f2}}
	var out []story
	turn := 0
	for _, l := range keys(lines) {
		for _, c := range keys(credits) {
			for _, a := range keys(attached) {
				for _, u := range keys(soon) {
					turn++ // who writes to whom changes from case to case
					who, we := keys(people)[turn%3], keys(us)[turn/3%3]
					s := story{name: strings.Join([]string{l, c, who, we, a, u}, ", ")}
					s.notice.Lines, s.notice.Credits, s.notice.To, s.notice.Upcoming = lines[l], credits[c], people[who], soon[u]
					s.setting = letter.Setting{Creditor: us[we], Customer: durand(), Attached: attached[a], Day: day(time.May, 12)}
					if we == "" {
						s.setting.Customer = ledger.Customer{Code: "C001"}
					}
					out = append(out, s)
				}
			}
		}
	}
	return out
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var (
	tags     = regexp.MustCompile(`(?s)<title>.*</title>|<[^>]*>`)
	breaking = regexp.MustCompile(` [:;?!»€]|« `)
	straight = regexp.MustCompile(`\pL'`)
	said     = regexp.MustCompile(`[Cc]i-joint|[Pp]ièces? jointes?|[Aa]ttached|[Ee]nclosed|[Aa]ttachment`)
)

// untidy are the traces of a branch that was not thought of.
var untidy = map[string]*regexp.Regexp{
	"space before a mark":   regexp.MustCompile(` [,.)]( |$|\n)`),
	"space at an end":       regexp.MustCompile(`(?m)^ | $`),
	"two marks":             regexp.MustCompile(`[,;:.?][,;:.?]`),
	"mark after a bracket":  regexp.MustCompile(`\( | \)`),
	"mark at the beginning": regexp.MustCompile(`(?m)^[,;:.?]`),
	"empty lines":           regexp.MustCompile(`\n\n\n|^\n|\n\n$`),
}

// open are words that something must follow, on their line and before a mark.
var open = strings.Fields("du de le la les au et sur soit d’ici of on by and the dated quoting indiquant référence références commande order from")

// leftOpen returns a word after which something is missing.
func leftOpen(text string) string {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		for i, w := range words {
			bare := strings.TrimRight(w, ",.;:")
			if slices.Contains(open, bare) && (bare != w || i == len(words)-1) {
				return w
			}
		}
		if len(line) > 50 && strings.HasSuffix(line, ",\n") {
			return words[len(words)-1]
		}
	}
	return ""
}

func TestEveryCombination(t *testing.T) {
	read := make(map[string]bool)
	every(t, func(t *testing.T, language, template string, s story, out letter.Rendered) {
		if !read[out.Text] {
			nothingDangles(t, out)
			read[out.Text] = true
		}
		typography(t, language, out)
		attachedIsSaid(t, template, s, out)
		figuresAreSaid(t, language, template, s, out)
	})
}

func nothingDangles(t *testing.T, out letter.Rendered) {
	t.Helper()
	for what, pattern := range untidy {
		for _, text := range []string{out.Subject, out.Text} {
			if text == out.Subject && what == "empty lines" {
				continue
			}
			if found := pattern.FindString(text); found != "" {
				t.Errorf("%s: %q", what, found)
			}
		}
	}
	for _, trace := range []string{"  ", "<no value>", "<nil>", "{{", "}}", "%!", "()", "« »"} {
		if strings.Contains(out.Subject+"\n"+out.Text, trace) {
			t.Errorf("%q is left over", trace)
		}
	}
	if strings.HasSuffix(out.Text, ":\n") {
		t.Error("ends with a colon")
	}
	if w := leftOpen(out.Subject + "\n" + out.Text); w != "" {
		t.Errorf("something is missing after %q", w)
	}
	if strings.ContainsAny(out.Text, "\u00a0\u202f") {
		t.Error("plain text has spaces that some fonts lack")
	}
	if strings.Contains(out.HTML, "\u202f") {
		t.Error("the mail has a space that some fonts lack")
	}
}

// French puts a no-break space before a colon and inside « »; English never
// has a space there. It is the HTML that is typeset; plain text has plain spaces.
func typography(t *testing.T, language string, out letter.Rendered) {
	t.Helper()
	if found := straight.FindString(out.Subject + out.Text); found != "" {
		t.Errorf("typewriter apostrophe: %q", found)
	}
	if out.HTML == "" {
		return
	}
	words := html.UnescapeString(tags.ReplaceAllString(out.HTML, ""))
	if found := breaking.FindString(words); found != "" && language == "fr" {
		t.Errorf("a line could break at %q", found)
	}
	if language == "en" && (strings.Contains(words, "\u00a0:") || strings.Contains(words, " :")) {
		t.Error("a space before an English colon")
	}
}

// "ci-joint" stands there exactly when something is attached.
func attachedIsSaid(t *testing.T, template string, s story, out letter.Rendered) {
	t.Helper()
	want := len(s.setting.Attached) > 0 && template != call
	if got := said.MatchString(out.Text); got != want {
		t.Errorf("says that something is attached: %t, want %t", got, want)
	}
	if want && slices.Equal(s.setting.Attached, []string{"F-2"}) && !strings.Contains(out.Text, "F-2") {
		t.Error("does not say which is attached")
	}
}

// What is asked for stands in every text, and so does the net when there is a
// credit that leaves one.
func figuresAreSaid(t *testing.T, language, template string, s story, out letter.Rendered) {
	t.Helper()
	if len(s.notice.Lines) != 1 {
		return
	}
	want := map[string]string{"fr": "1 200,00 €", "en": "€1,200.00"}[language]
	if s.notice.Lines[0].Open.Minor() == 100 {
		want = map[string]string{"fr": "1,00 €", "en": "€1.00"}[language]
	}
	if !strings.Contains(out.Text, want) {
		t.Errorf("does not say %s", want)
	}
	net := map[string]string{"fr": "1 199,50 €", "en": "€1,199.50"}[language]
	if strings.Contains(s.name, "a credit") && !strings.Contains(s.name, "all of it") && s.notice.Lines[0].Open.Minor() == 120000 && !strings.Contains(out.Text, net) && len(s.notice.Credits) == 1 {
		t.Errorf("does not say the net, %s", net)
	}
	iban := "FR76 9999 9000 0100 0000 1234 537"
	if got, want := strings.Contains(out.Text, iban), s.setting.Creditor.IBAN != "" && template != call; got != want {
		t.Errorf("gives our IBAN: %t, want %t", got, want)
	}
}
