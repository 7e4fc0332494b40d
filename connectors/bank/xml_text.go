package bank

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// longestReference is the length of the longest reference that is read:
// "&#x10FFFF;".
const longestReference = 10

// chars reads text up to the next tag, or a window full of it.
func (s *scanner) chars() (token, error) {
	n := s.findByte('<', 0)
	if n < 0 {
		if s.readErr != nil {
			return s.lastChars()
		}
		n = s.end - s.pos
		if i := bytes.LastIndexByte(s.buf[s.pos:s.end], '&'); i > 0 && n-i < longestReference {
			n = i
		}
	}
	raw := s.buf[s.pos : s.pos+n]
	if bytes.IndexByte(raw, 0) >= 0 {
		return 0, errTruncated // room was made for a file, and it is not filled yet
	}
	if s.depth() == 0 {
		if len(trimSpace(raw)) > 0 {
			return s.fail("text outside of the document")
		}
		s.pos += n
		return 0, nil
	}
	s.text = raw
	if bytes.IndexByte(raw, '&') >= 0 {
		var fault string
		if s.scratch, fault = appendUnescaped(s.scratch[:0], raw); fault != "" {
			return s.fail("%s", fault)
		}
		s.text = s.scratch
	}
	s.pos += n
	return tokenText, nil
}

// lastChars judges the text at the end of the file.
func (s *scanner) lastChars() (token, error) {
	rest := s.buf[s.pos:s.end]
	if s.depth() > 0 || bytes.IndexByte(rest, 0) >= 0 {
		return s.cut("text")
	}
	if len(trimSpace(rest)) > 0 {
		return s.fail("text outside of the document")
	}
	s.pos = s.end
	return 0, nil
}

// appendUnescaped appends raw with its references replaced. It returns what is
// wrong with them.
func appendUnescaped(dst, raw []byte) ([]byte, string) {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return append(dst, raw...), ""
		}
		dst = append(dst, raw[:i]...)
		raw = raw[i+1:]
		end := bytes.IndexByte(raw[:min(len(raw), longestReference)], ';')
		if end < 0 {
			return dst, "a '&' that begins no reference"
		}
		r := reference(string(raw[:end]))
		if r < 0 {
			return dst, "the entity &" + string(clip(raw[:end])) + "; is refused: only the five of XML itself are known; ask the bank for a plain file"
		}
		dst = utf8.AppendRune(dst, r)
		raw = raw[end+1:]
	}
}

// reference returns the character that a reference stands for, or -1.
func reference(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return -1
	}
	return rune(n)
}
