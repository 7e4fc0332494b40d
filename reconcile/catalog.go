package reconcile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/relanced/relanced/ledger"
)

// catalog finds the documents that a text names in full: by their number, or
// by a structured reference. It knows nothing of amounts open or of payers.
type catalog struct {
	docs       []document
	byNumber   map[string][]int // numbers that may be recognised
	everything map[string][]int // all numbers, for the payload of an RF reference
	byRef      map[string][]int
	longest    int // of all numbers
	sorted     []string
}

// document is an item or a credit that a text may name.
type document struct {
	number   number
	customer ledger.UID
	target   int // place among the targets, -1 for a credit
	credit   int // place among the credits, -1 for a target
}

// mention says that a text names a document.
type mention struct {
	doc int
	by  string // ByNumber or ByReference
	// sure is false when the text may mean another document: the number runs
	// on, or was cut off where the bank cuts.
	sure bool
}

func newCatalog(targets []Target, credits []CreditRecord) *catalog {
	c := &catalog{byNumber: map[string][]int{}, everything: map[string][]int{}, byRef: map[string][]int{}}
	for i := range targets {
		t := &targets[i]
		c.add(document{number: readNumber(t.Number), customer: t.Customer, target: i, credit: -1}, t.References)
	}
	for i := range credits {
		r := &credits[i]
		c.add(document{number: readNumber(r.Credit.Number), customer: r.owner(), target: -1, credit: i}, nil)
	}
	for n := range c.byNumber {
		c.sorted = append(c.sorted, n)
	}
	slices.Sort(c.sorted)
	return c
}

func (c *catalog) add(d document, references []string) {
	at := len(c.docs)
	c.docs = append(c.docs, d)
	if d.number.norm != "" {
		c.everything[d.number.norm] = append(c.everything[d.number.norm], at)
	}
	if d.number.full {
		c.byNumber[d.number.norm] = append(c.byNumber[d.number.norm], at)
		c.longest = max(c.longest, len(d.number.norm))
	}
	for _, text := range references {
		if ref, ok := StructuredReference(text); ok && !slices.Contains(c.byRef[ref], at) {
			c.byRef[ref] = append(c.byRef[ref], at)
		}
	}
}

// read returns what a text names, in the order of the documents. minor is the
// amount of the money: a number without letters that equals it is no number.
func (c *catalog) read(text string, minor int64) []mention {
	words := split(text)
	found := c.references(words)
	spans := c.numbers(words, minor)
	for k, s := range spans {
		sure := c.alone(words, spans, k) && !c.cutOff(text, words, s)
		for _, doc := range s.docs {
			found = append(found, mention{doc: doc, by: ByNumber, sure: sure})
		}
	}
	return tidy(found)
}

// tidy keeps one mention per document: a reference before a number, a sure one
// before a doubtful one.
func tidy(found []mention) []mention {
	slices.SortFunc(found, func(a, b mention) int {
		switch {
		case a.doc != b.doc:
			return a.doc - b.doc
		case a.sure != b.sure:
			return before(a.sure)
		default:
			return -strings.Compare(a.by, b.by) // "reference" before "number"
		}
	})
	return slices.CompactFunc(found, func(a, b mention) bool { return a.doc == b.doc })
}

func before(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// span is a stretch of words that spells a number.
type span struct {
	from, to int // words from … to-1
	docs     []int
}

// maxPieces bounds into how many words a number or reference may fall apart.
const maxPieces = 9

// numbers finds the stretches of words that spell full numbers, the longest
// first where they start at the same word; they do not overlap.
func (c *catalog) numbers(words []word, minor int64) []span {
	var spans []span
	var buf []byte
	for i := 0; i < len(words); i++ {
		buf = buf[:0]
		best := span{}
		for j := i; j < len(words) && j < i+maxPieces; j++ {
			if buf = append(buf, words[j].text...); len(buf) > c.longest {
				break
			}
			if docs := c.spelled(c.byNumber[string(buf)], words, i, j+1, minor); len(docs) > 0 {
				best = span{from: i, to: j + 1, docs: docs}
			}
		}
		if best.docs != nil {
			spans = append(spans, best)
			i = best.to - 1
		}
	}
	return spans
}

// spelled keeps the documents whose number is written so that it can be nothing else.
func (c *catalog) spelled(docs []int, words []word, from, to int, minor int64) []int {
	var kept []int
	var next word
	if to < len(words) {
		next = words[to]
	}
	for _, doc := range docs {
		n := &c.docs[doc].number
		if n.spelled(words[from:to], next) && (!n.digits || !isAmount(n.norm, minor)) && !c.prefixed(n, words, from) {
			kept = append(kept, doc)
		}
	}
	return kept
}

// prefixed reports whether a number without letters is tied to letters before
// it: 2026-0101 in "AV-2026-0101" is another document.
func (c *catalog) prefixed(n *number, words []word, from int) bool {
	return n.digits && from > 0 && ties(words[from].glue)
}

// isAmount reports whether digits spell the amount of the money itself.
func isAmount(digits string, minor int64) bool {
	var value int64
	for i := 0; i < len(digits) && i < 18; i++ {
		value = value*10 + int64(digits[i]-'0')
	}
	return value == minor || value*100 == minor
}

// alone reports whether the k-th number stands for itself: what is tied to it
// on either side is a word, or another number of ours.
func (c *catalog) alone(words []word, spans []span, k int) bool {
	s := spans[k]
	if s.from > 0 && ties(words[s.from].glue) && (k == 0 || spans[k-1].to != s.from) {
		left := words[s.from-1].text
		if !allLetters(left) || utf8.RuneCountInString(left) < 3 && words[s.from].glue != '/' {
			return false
		}
	}
	if s.to < len(words) && ties(words[s.to].glue) && (k+1 == len(spans) || spans[k+1].from != s.to) {
		right := words[s.to].text
		return allLetters(right) && utf8.RuneCountInString(right) >= 3
	}
	return true
}

func ties(glue byte) bool { return glue == '-' || glue == '_' || glue == '/' || glue == '.' }

// cutOff reports whether a number ends a text of a length at which banks cut,
// while we know a longer number that begins with it.
func (c *catalog) cutOff(text string, words []word, s span) bool {
	if s.to != len(words) {
		return false
	}
	switch utf8.RuneCountInString(text) {
	case 27, 31, 32, 35, 70, 105, 140:
	default:
		return false
	}
	norm := c.docs[s.docs[0]].number.norm
	at, _ := slices.BinarySearch(c.sorted, norm+"\x00")
	return at < len(c.sorted) && strings.HasPrefix(c.sorted[at], norm)
}

// references finds the structured references in a text that are printed on our
// documents, and RF references that carry one of our numbers.
func (c *catalog) references(words []word) []mention {
	var found []mention
	var buf []byte
	for i := range words {
		rf := strings.HasPrefix(words[i].text, "RF")
		if !rf && (len(c.byRef) == 0 || !words[i].digits()) {
			continue
		}
		buf = buf[:0]
		var docs []int
		for j := i; j < len(words) && j < i+maxPieces; j++ {
			if buf = append(buf, words[j].text...); len(buf) > 27 {
				break
			}
			if here := c.referenced(string(buf), rf); len(here) > 0 {
				docs = here
			}
		}
		for _, doc := range docs {
			found = append(found, mention{doc: doc, by: ByReference, sure: true})
		}
	}
	return found
}

func (c *catalog) referenced(folded string, rf bool) []int {
	if !checks(folded) {
		return nil
	}
	if docs := c.byRef[folded]; len(docs) > 0 {
		return docs
	}
	if rf {
		return c.everything[folded[4:]]
	}
	return nil
}
