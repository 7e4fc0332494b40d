package reconcile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText bounds how much of one text is read; banks pass on at most a few
// hundred characters, a hostile file may hold more.
const maxText = 4096

// maxWords bounds how many words of one text are looked at.
const maxWords = 512

// FoldName returns a name with case, accents, blanks and punctuation folded
// away, so that "S.A.S. Étoilée" and "sas etoilee" are equal. Legal forms stay:
// two firms may differ in nothing else. It is the key of Money.Payers, and it
// folds an already folded name to itself.
func FoldName(name string) string {
	var b strings.Builder
	for _, w := range split(name) {
		b.WriteString(w.text)
	}
	return b.String()
}

// FoldIBAN returns an account number in capitals without blanks and
// punctuation; it is the key of Money.Payers too. It does not check it.
func FoldIBAN(iban string) string { return FoldName(iban) }

// word is a run of letters and digits of a folded text.
type word struct {
	text string
	// glue is the one character that ties the word to the one before it, such
	// as '-' or '/'; 0 when a blank, more than one character or nothing does.
	glue byte
}

// digits reports whether the word is a plain number.
func (w word) digits() bool { return allDigits(w.text) }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func allLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			return false
		}
	}
	return s != ""
}

// split cuts a text into folded words: capitals, no accents, digits as they
// are. O and 0 stay apart.
func split(text string) []word {
	text = plain(text)
	words := make([]word, 0, 8)
	start, gap, gapLen := -1, byte(0), 0
	for i := 0; i <= len(text) && len(words) < maxWords; {
		r, size := rune(' '), 1
		if i < len(text) {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case i < len(text) && inWord(r):
			if start < 0 {
				start = i
			}
		default:
			if start >= 0 {
				words = append(words, word{text: text[start:i], glue: glueOf(gap, gapLen)})
				start, gapLen = -1, 0
			}
			if r < utf8.RuneSelf {
				gap = byte(r)
			} else {
				gap = ' '
			}
			gapLen++
		}
		i += size
	}
	if len(words) > 0 {
		words[0].glue = 0
	}
	return words
}

func glueOf(gap byte, length int) byte {
	if length != 1 || gap <= ' ' {
		return 0
	}
	return gap
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// plain returns the text in capitals and without accents, its punctuation kept.
func plain(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	if ascii(text) {
		return strings.ToUpper(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if two := ligature(r); two != "" {
			b.WriteString(two)
			continue
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// ligature spells the letters that Unicode does not take apart.
func ligature(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "SS"
	case 'æ', 'Æ':
		return "AE"
	case 'œ', 'Œ':
		return "OE"
	case 'ø', 'Ø':
		return "O"
	case 'ł', 'Ł':
		return "L"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "D"
	case 'þ', 'Þ':
		return "TH"
	case 'ı':
		return "I"
	default:
		return ""
	}
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
