package letter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// subjectRunes is how long a subject may become; mail programs show less.
const subjectRunes = 160

// oneLine makes one calm line of whatever a tool holds: accents composed, no
// control character, no invisible mark that turns the reading direction, one
// space between words. No-break spaces stay in the middle of amounts only by
// the hand of the voice, which comes later.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar:
			return -1
		case unicode.IsSpace(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		default:
			return r
		}
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// oneLines cleans lines and leaves out the empty ones.
func oneLines(in []string) []string {
	var out []string
	for _, l := range in {
		if l = oneLine(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// shorten cuts a text that is too long and shows that it did.
func shorten(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return strings.TrimSpace(string(r[:runes-1])) + "…"
}

// grouped writes an IBAN as it is printed on paper, four by four.
func grouped(iban string) string {
	var b strings.Builder
	for i, r := range []rune(strings.ReplaceAll(oneLine(iban), " ", "")) {
		if i > 0 && i%4 == 0 {
			b.WriteString(noBreak)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// shellWord quotes a word for a command that a person will copy.
func shellWord(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/", r)
	}
	if s != "" && s[0] != '-' && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
