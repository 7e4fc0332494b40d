package fec

import (
	"bytes"
	"unicode/utf8"
)

// Document numbers in labels. Labels are written by people: "Facture
// F2026-0101 DURAND", "FACT N° 123", "REGLT FACT 0103 0104".

// maxTokens bounds how many words of a label are looked at.
const maxTokens = 64

// tokens calls yield with each word of a label until it returns false. A word
// may hold - _ / . and a comma, so that days and amounts stay whole.
func tokens(label []byte, yield func(word []byte) bool) {
	for n := 0; len(label) > 0 && n < maxTokens; n++ {
		end := bytes.IndexFunc(label, func(r rune) bool {
			switch r {
			case ' ', '\t', '\u00a0', '(', ')', '[', ']', '"', '\'', ':', ';', '+', '&', '=', '#', '°', 'º':
				return true
			default:
				return false
			}
		})
		word := label
		if end >= 0 {
			word = label[:end]
			_, size := utf8.DecodeRune(label[end:])
			label = label[end+size:]
		} else {
			label = nil
		}
		if word = bytes.Trim(word, "-_/.,"); len(word) > 0 && !yield(word) {
			return
		}
	}
}

// findNumber returns the document number a label holds, or nil when it holds
// none or leaves a choice. A word that follows "facture", "avoir", "n°" and
// their like decides; without one there must be just one word that can be it.
func findNumber(label []byte) []byte {
	var named, alone []byte
	after, choice := false, false
	tokens(label, func(word []byte) bool {
		switch {
		case isDocumentWord(word):
			after = true
		case after && countDigits(word) > 0 && !isDayOrAmount(word):
			named = word
			return false
		case countDigits(word) >= 3 && !isDayOrAmount(word):
			choice = choice || alone != nil && !bytes.Equal(alone, word)
			alone = word
		}
		if !isDocumentWord(word) {
			after = false
		}
		return true
	})
	switch {
	case named != nil:
		return named
	case choice:
		return nil
	default:
		return alone
	}
}

// isDocumentWord recognises what people write before a number.
func isDocumentWord(word []byte) bool {
	if len(word) > 8 {
		return false
	}
	switch string(bytes.ToLower(word)) {
	case "facture", "factures", "fact", "fac", "fa", "fc", "fv", "ft", "f", "avoir", "av", "avr", "n", "no", "num", "numero", "numéro", "ref", "réf", "invoice", "inv", "doc", "piece", "pièce":
		return true
	default:
		return false
	}
}

func countDigits(word []byte) int {
	n := 0
	for _, c := range word {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// isDayOrAmount recognises 01/03/2026, 03/2026, 01.03.26 and 1200,00.
func isDayOrAmount(word []byte) bool {
	marks, mark, letters, groups, longest := 0, byte(0), false, 0, 0
	for _, c := range word {
		switch {
		case c >= '0' && c <= '9':
			groups++
			longest = max(longest, groups)
		case c == '/' || c == '.' || c == ',':
			marks, mark, groups = marks+1, c, 0
		default:
			letters = true
		}
	}
	switch {
	case letters || marks == 0:
		return false
	case mark == ',':
		return true
	default: // a year has four digits, the other parts two
		return longest <= 4 && len(word) <= 10 && (marks == 2 || mark == '/' && groups == 4 && len(word) <= 7)
	}
}
