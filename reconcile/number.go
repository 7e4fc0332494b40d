package reconcile

import "strings"

// number is a document's number as it is printed, ready to be recognised.
type number struct {
	norm   string // folded: "F2026-0101" is F20260101
	words  []word // kept only where the way it is written matters
	digits bool   // no letter in it
	full   bool   // long and peculiar enough to be recognised in a text
}

// minNumber is the shortest folded number that is ever recognised: "107" in a
// text may be anything.
const minNumber = 5

// minDigits is the shortest number without letters that is recognised.
const minDigits = 6

// loosely is the length from which a number with letters may be spelled with
// blanks or punctuation anywhere: "F 2026 0101" for F2026-0101.
const loosely = 7

// readNumber folds a printed number and tells whether it may be recognised in
// a text. Short numbers, plain years and dates never are.
func readNumber(printed string) number {
	words := split(printed)
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text)
	}
	n := number{norm: b.String()}
	digits := onlyDigits(n.norm)
	n.digits = digits == n.norm
	if n.digits {
		n.full = len(n.norm) >= minDigits && (len(words) != 1 || !dateLike(n.norm)) && !dateShaped(words)
	} else {
		n.full = len(n.norm) >= minNumber && len(digits) >= 3 && !year(digits)
	}
	if n.digits || len(n.norm) < loosely {
		n.words = words
	}
	return n
}

// spelled reports whether the words of a text that add up to the number are
// written so that they can be nothing else.
func (n *number) spelled(words []word, next word) bool {
	if !n.digits {
		return len(n.norm) >= loosely || len(words) == 1 || n.sameCut(words)
	}
	if decimal(next) || len(words) == 1 && dateLike(n.norm) {
		return false
	}
	return len(words) == 1 || n.sameCut(words) && glued(words)
}

// sameCut reports whether the text cuts the number where it is printed cut.
func (n *number) sameCut(words []word) bool {
	if len(words) != len(n.words) {
		return false
	}
	for i := range words {
		if words[i].text != n.words[i].text {
			return false
		}
	}
	return true
}

// glued reports whether one mark, and no blank, stands between all words.
func glued(words []word) bool {
	for _, w := range words[1:] {
		if w.glue == 0 {
			return false
		}
	}
	return true
}

// decimal reports whether a word is what follows a decimal mark, so that the
// word before it is an amount and no number.
func decimal(next word) bool {
	return (next.glue == '.' || next.glue == ',') && len(next.text) == 2 && next.digits()
}

func onlyDigits(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func year(digits string) bool {
	return len(digits) == 4 && (digits[:2] == "19" || digits[:2] == "20")
}

// dateLike reports whether digits read as a day or a month, in any of the ways
// people and banks write them.
func dateLike(d string) bool {
	switch len(d) {
	case 8:
		return year(d[:4]) && month(d[4:6]) && day(d[6:]) || day(d[:2]) && month(d[2:4]) && year(d[4:])
	case 6:
		return day(d[:2]) && month(d[2:4]) || month(d[2:4]) && day(d[4:]) ||
			year(d[:4]) && month(d[4:]) || month(d[:2]) && year(d[2:])
	default:
		return false
	}
}

// dateShaped reports whether a number is cut like a day: 2026-01-01, 01/01/26.
func dateShaped(words []word) bool {
	if len(words) != 3 {
		return false
	}
	a, b, c := len(words[0].text), len(words[1].text), len(words[2].text)
	return b == 2 && (a == 4 && c == 2 || a == 2 && (c == 2 || c == 4))
}

func month(d string) bool { return d >= "01" && d <= "12" }

func day(d string) bool { return d >= "01" && d <= "31" }
