package people

import (
	"strings"
	"unicode"
)

// triggers are the characters that make a spreadsheet take a cell for a
// formula: a file we wrote, or a customer's name in it, must not run anything.
const triggers = "=+-@\t\r＝＋－＠"

// neutral puts an apostrophe before a text that a spreadsheet could take for a
// formula, and before one that unformula would otherwise change, so that every
// text reads back as it was.
func neutral(text string) string {
	if dangerous(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// unformula takes off the apostrophe that neutral put on.
func unformula(text string) string {
	rest, ok := strings.CutPrefix(text, "'")
	if ok && dangerous(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return text
}

func dangerous(text string) bool {
	return text != "" && strings.ContainsRune(triggers, []rune(text)[0])
}

// clean takes the white space off both ends of a cell, along with the invisible
// characters that come with text pasted from web pages.
func clean(text string) string { return strings.TrimFunc(text, invisible) }

func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u2060' || r == '\u200e' || r == '\u200f'
}

// spoiled reports whether a text holds characters that no cell should: control
// characters, marks that turn the direction of writing, or the mark of a
// letter that was lost when the file was saved.
func spoiled(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r == '\ufeff'
	})
}
