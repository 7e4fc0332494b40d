package letter

import (
	"strings"
	"text/template/parse"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/fr"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// The spaces of typography; neither lets a line break.
const (
	noBreak = "\u00a0" // before a colon, inside « », between a number and what it counts
	narrow  = "\u202f" // before ; ? ! and between thousands
)

// voice is how one language writes days, amounts, lists and marks.
type voice struct {
	language string // "fr" or "en"
	days     locales.Translator
}

func newVoices() map[string]voice {
	return map[string]voice{"fr": {"fr", fr.New()}, "en": {"en", en_GB.New()}}
}

// french chooses between the wording of the two languages.
func (v voice) french(yes, no string) string {
	if v.language == "fr" {
		return yes
	}
	return no
}

// day writes a civil day in full: "1er avril 2026", "1 April 2026". The day of
// the month keeps to its month.
func (v voice) day(d ledger.Date) string {
	if !d.Known() {
		return ""
	}
	number, rest, _ := strings.Cut(v.days.FmtDateLong(d.In(time.UTC, 12, 0)), " ")
	if v.language == "fr" && number == "1" {
		number = "1er"
	}
	return number + noBreak + rest
}

func (v voice) amount(a money.Amount) string { return money.Format(a, v.language) }

// join writes a list as people do: "a, b et c".
func (v voice) join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + v.french(" et ", " and ") + words[last]
}

// typeset puts typography into the words of a template: the apostrophe, and in
// French the spaces that must not break, so that no line begins with a colon.
// What a fact brings (a name, a number) is left as it is written.
func (v voice) typeset(node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			v.typeset(child)
		}
	case *parse.TextNode:
		n.Text = []byte(v.words(string(n.Text)))
	case *parse.IfNode:
		v.branches(&n.BranchNode)
	case *parse.RangeNode:
		v.branches(&n.BranchNode)
	case *parse.WithNode:
		v.branches(&n.BranchNode)
	}
}

func (v voice) branches(n *parse.BranchNode) {
	v.typeset(n.List)
	v.typeset(n.ElseList)
}

func (v voice) words(s string) string {
	s = strings.NewReplacer("IBAN ", "IBAN"+noBreak, "BIC ", "BIC"+noBreak).Replace(apostrophes(s))
	if v.language != "fr" {
		return s
	}
	return strings.NewReplacer(
		" :", noBreak+":", " ;", narrow+";", " ?", narrow+"?", " !", narrow+"!",
		"« ", "«"+noBreak, " »", noBreak+"»", " €", noBreak+"€", "n° ", "n°"+noBreak,
	).Replace(s)
}

// apostrophes replaces the typewriter's, where it follows a letter, by the
// printer's.
func apostrophes(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '\'' {
			if before, _ := utf8.DecodeLastRuneInString(s[:i]); unicode.IsLetter(before) {
				r = '’'
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain replaces the spaces that some mail fonts lack, and that nobody types
// who searches for an amount.
func plain(s string) string { return strings.NewReplacer(narrow, " ", noBreak, " ").Replace(s) }

// base is the language of a tag: "fr" of "fr-BE".
func base(language string) string {
	l, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(language, "_", "-")), "-")
	return strings.TrimSpace(l)
}
