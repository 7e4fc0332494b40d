package fec

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is how the letters of a file are written.
type charset uint8

const (
	charsetUTF8   charset = iota
	charsetLatin9         // ISO 8859-15, as the law has it
	charset1252           // Windows-1252
)

// String names the charset for people.
func (c charset) String() string {
	return [...]string{"UTF-8", "ISO 8859-15", "Windows-1252"}[c]
}

// letters counts what tells charsets apart.
type letters struct {
	multi int  // well-formed UTF-8 sequences of more than one byte
	wrong int  // bytes that are not UTF-8
	c1    bool // a byte 0x80–0x9F outside UTF-8: a letter in 1252, none in 8859-15
}

// add counts one line.
func (l *letters) add(line []byte) {
	for i := 0; i < len(line); {
		if line[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && size == 1 {
			l.wrong++
			l.c1 = l.c1 || line[i] < 0xA0
		} else {
			l.multi++
		}
		i += size
	}
}

// charset decides for the whole file. A text of UTF-8 with a few letters cut
// in half by a field's length is still UTF-8: sequences that happen to be
// well-formed are rare in the other two.
func (l *letters) charset(marked bool) charset {
	switch {
	case marked, l.wrong == 0, l.multi > l.wrong:
		return charsetUTF8
	case l.c1:
		return charset1252
	default:
		return charsetLatin9
	}
}

// decode returns the field as UTF-8; dst is used when bytes must change. A
// stray byte in a UTF-8 text is read as Windows-1252.
func (c charset) decode(dst, field []byte) []byte {
	if plain(field) || c == charsetUTF8 && utf8.Valid(field) {
		return field
	}
	dst = dst[:0]
	for len(field) > 0 {
		if c == charsetUTF8 {
			if _, size := utf8.DecodeRune(field); size > 1 {
				dst, field = append(dst, field[:size]...), field[size:]
				continue
			}
		}
		dst, field = utf8.AppendRune(dst, c.letter(field[0])), field[1:]
	}
	return dst
}

// letter is what one byte says.
func (c charset) letter(b byte) rune {
	switch {
	case b < utf8.RuneSelf:
		return rune(b)
	case c == charsetLatin9:
		return charmap.ISO8859_15.DecodeByte(b)
	default:
		return charmap.Windows1252.DecodeByte(b)
	}
}

func plain(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
