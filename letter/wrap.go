package letter

import "strings"

// wrap breaks a text into lines of a width, at ordinary spaces only: a no-break
// space holds an amount together. A word wider than the line, such as an
// invoice number of sixty characters, is broken where it must be.
func (s *sheet) wrap(text string, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if s.GetStringWidth(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		var broken []string
		broken, line = s.breakWord(word, width)
		lines = append(lines, broken...)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// breakWord cuts a word into full lines and what is left of it.
func (s *sheet) breakWord(word string, width float64) (lines []string, rest string) {
	for _, r := range word {
		if rest != "" && s.GetStringWidth(rest+string(r)) > width {
			lines = append(lines, rest)
			rest = ""
		}
		rest += string(r)
	}
	return lines, rest
}

// clip shortens a text that must stay on its line.
func (s *sheet) clip(text string, width float64) string {
	if lines := s.wrap(text, width); len(lines) > 1 {
		return lines[0] + " …"
	}
	return text
}
