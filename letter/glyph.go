package letter

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// press knows which characters the font of letters has.
type press struct {
	regular, bold []byte
	segments      []segment
	err           error // the first character that cannot be left out
}

// segment is a run of characters the font may have.
type segment struct {
	first, last, delta uint16
	glyphs             []byte // big-endian table, empty when delta alone decides
}

func newPress() *press {
	p := &press{regular: liberationsansregular.TTF, bold: liberationsansbold.TTF}
	p.segments = charMap(p.regular)
	return p
}

// line leaves out what the font cannot print. For an emoji that is no loss; a
// letter or figure is, and the whole letter is refused rather than posted with
// boxes for a name.
func (p *press) line(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case p.has(r) && !unicode.In(r, unicode.Hebrew, unicode.Arabic):
			out = append(out, r)
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if p.err == nil {
				p.err = fmt.Errorf("the font of letters has no U+%04X; write this customer by hand or by mail: %w", r, ErrUnprintable)
			}
		}
	}
	return string(out)
}

func (p *press) lines(in []string) []string {
	out := make([]string, 0, len(in))
	for _, l := range in {
		out = append(out, p.line(l))
	}
	return out
}

// facts makes printable what stands around the text.
func (p *press) facts(in *facts) *facts {
	f := *in
	f.Customer, f.Contact, f.Code, f.Ref, f.Address = p.line(f.Customer), p.line(f.Contact), p.line(f.Code), p.line(f.Ref), p.lines(f.Address)
	u := &f.Us
	u.Name, u.Phone, u.Mail, u.City, u.SIREN, u.Address = p.line(u.Name), p.line(u.Phone), p.line(u.Mail), p.line(u.City), p.line(u.SIREN), p.lines(u.Address)
	return &f
}

func (p *press) blocks(in []block) []block {
	out := make([]block, 0, len(in))
	for _, b := range in {
		b.lines = p.lines(b.lines)
		if b.table != nil {
			t := &table{columns: b.table.columns}
			for _, row := range b.table.rows {
				t.rows = append(t.rows, p.cells(row))
			}
			b.table = t
		}
		out = append(out, b)
	}
	return out
}

// cells keeps the line break between a number and its note.
func (p *press) cells(row []string) []string {
	out := make([]string, 0, len(row))
	for _, text := range row {
		first, note, two := strings.Cut(text, "\n")
		text = p.line(first)
		if two {
			text += "\n" + p.line(note)
		}
		out = append(out, text)
	}
	return out
}

func (p *press) has(r rune) bool {
	if r > 0xffff {
		return false
	}
	c := uint16(r)
	for _, s := range p.segments {
		if c > s.last {
			continue
		}
		if c < s.first || c == 0xffff {
			return false
		}
		if len(s.glyphs) == 0 {
			return c+s.delta != 0
		}
		at := 2 * int(c-s.first)
		return at+2 <= len(s.glyphs) && binary.BigEndian.Uint16(s.glyphs[at:]) != 0
	}
	return false
}

// charMap reads the Unicode table (cmap format 4) of a TrueType font. A font
// without one gives nothing, and so prints nothing: the tests would show it.
func charMap(ttf []byte) []segment {
	u16 := func(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	u32 := func(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }
	for i := range u16(ttf, 4) {
		entry := ttf[12+16*i:]
		if string(entry[:4]) != "cmap" {
			continue
		}
		cmap := ttf[u32(entry, 8):]
		for j := range u16(cmap, 2) {
			record := cmap[4+8*j:]
			sub := cmap[u32(record, 4):]
			if u16(record, 0) == 3 && u16(record, 2) == 1 && u16(sub, 0) == 4 {
				return segments(sub[:u16(sub, 2)])
			}
		}
	}
	return nil
}

// segments reads the four parallel arrays of a format 4 table: ends, starts,
// deltas and offsets, in which an offset counts from where it stands.
func segments(sub []byte) []segment {
	u16 := func(at int) uint16 { return binary.BigEndian.Uint16(sub[at:]) }
	twice := int(u16(6))
	out := make([]segment, 0, twice/2)
	for at := 14; at < 14+twice; at += 2 {
		s := segment{last: u16(at), first: u16(at + twice + 2), delta: u16(at + 2*twice + 2)}
		place := at + 3*twice + 2
		if offset := int(u16(place)); offset != 0 {
			s.glyphs = sub[place+offset:]
		}
		out = append(out, s)
	}
	return out
}
