package letter

import (
	_ "embed" // the lexicons
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed lexicon/fr.txt
var frenchTone string

//go:embed lexicon/en.txt
var englishTone string

// Remark is a word in a text that a calm, honest reminder does without.
type Remark struct {
	Text string // "fr/relance-ferme.txt"
	Line int
	Word string // as it stands there
	Why  string // "pressure", "shouting", "announces" or "law"
}

func (r Remark) String() string {
	return fmt.Sprintf("%s line %d: %q (%s)", r.Text, r.Line, r.Word, r.Why)
}

// Remarks reads every loaded text, the user's own included, for words that
// threaten, blame, beg or shout, that announce a step nobody has planned, or
// that claim a right. They are remarks and not faults: a text may have a
// reason we do not know.
func (t Texts) Remarks() []Remark {
	tone := map[string]lexicon{"fr": parseLexicon(frenchTone), "en": parseLexicon(englishTone)}
	var out []Remark
	for _, name := range t.names() {
		found := t.byName[name]
		for i, line := range strings.Split(found.source, "\n") {
			for _, r := range tone[found.voice.language].remarks(line) {
				r.Text, r.Line = found.name, i+1
				out = append(out, r)
			}
		}
	}
	return out
}

// lexicon is what one language does without, each with its reason.
type lexicon []entry

type entry struct {
	why    string
	phrase string
	open   bool // any ending
}

// parseLexicon reads one word or phrase a line below the reason in brackets; a
// star stands for any ending.
func parseLexicon(data string) lexicon {
	var out lexicon
	why := ""
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			why = strings.Trim(line, "[]")
		default:
			phrase, open := strings.CutSuffix(fold(line), "*")
			out = append(out, entry{why, phrase, open})
		}
	}
	return out
}

// in returns the word or phrase as it stands in a folded text, "" when it does
// not stand there as a word of its own.
func (e entry) in(folded string) string {
	for from := 0; ; {
		at := strings.Index(folded[from:], e.phrase)
		if at < 0 {
			return ""
		}
		start, end := from+at, from+at+len(e.phrase)
		rest := strings.IndexFunc(folded[end:], func(r rune) bool { return !unicode.IsLetter(r) })
		if rest < 0 {
			rest = len(folded) - end
		}
		before, _ := utf8.DecodeLastRuneInString(folded[:start])
		if !unicode.IsLetter(before) && (rest == 0 || e.open) {
			return folded[start : end+rest]
		}
		from = end
	}
}

var action = regexp.MustCompile(`\{\{.*?\}\}`)

// remarks reads one line of a text; what stands in {{ }} is no word.
func (l lexicon) remarks(line string) []Remark {
	line = action.ReplaceAllString(line, " ")
	folded := fold(line)
	var out []Remark
	for _, e := range l {
		if word := e.in(folded); word != "" {
			out = append(out, Remark{Word: word, Why: e.why})
		}
	}
	if strings.Contains(line, "!") {
		out = append(out, Remark{Word: "!", Why: "shouting"})
	}
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(w) > 3 && w == strings.ToUpper(w) && w != "IBAN" && w != "SIREN" {
			out = append(out, Remark{Word: w, Why: "shouting"})
		}
	}
	return out
}

// fold makes spellings of one word alike.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "’", "'")), " ")
}

func (t Texts) names() []string {
	names := make([]string, 0, len(t.byName))
	for name := range t.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
