package letter

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// ErrUnprintable says that a letter would not show what it should: a letter of
// a script the font does not have, or an address too long for the window.
var ErrUnprintable = errors.New("cannot be printed")

// The measures of an A4 letter for a French window envelope, in millimetres:
// the address stands in the window at 100-190 × 45-85, and nothing else does.
const (
	pageWidth   = 210.0
	marginLeft  = 22.0
	marginRight = 22.0
	innerWidth  = pageWidth - marginLeft - marginRight
	headTop     = 20.0
	headWidth   = 74.0 // what is left of the window
	windowLeft  = 105.0
	windowTop   = 48.0
	windowWidth = 83.0
	windowTall  = 35.0
	dateTop     = 88.0
	bodyTop     = 98.0
	nextTop     = 24.0 // of the second page and on
	bodyEnd     = 273.0
	lineHeight  = 5.0
	paragraph   = 3.0  // between blocks
	signSpace   = 11.0 // for a hand to sign in
	fontSize    = 10.5
	smallest    = 6.5
)

// sheet is a letter while it is printed.
type sheet struct {
	*fpdf.Fpdf
	facts  *facts
	pages  int     // how many there are, for the foot of each
	size   float64 // of the font, in points
	height float64 // of a line, in millimetres
}

// pdf prints the page as a letter. The same input gives the same bytes: the
// instant inside is noon of the letter's own day, not the clock's.
func (p page) pdf(f *facts, subject string) ([]byte, error) {
	press := newPress()
	f, blocks, subject := press.facts(f), press.blocks(p.blocks), press.line(subject)
	if press.err != nil {
		return nil, press.err
	}
	for pages := 1; ; {
		s := newSheet(f, subject, press, pages)
		if err := s.letter(subject, blocks); err != nil {
			return nil, err
		}
		if s.PageCount() > pages { // now that it is known how many there are
			pages = s.PageCount()
			continue
		}
		var out bytes.Buffer
		if err := s.Output(&out); err != nil {
			return nil, fmt.Errorf("letter as pdf: %w", err)
		}
		return out.Bytes(), nil
	}
}

// letter prints the whole letter, from head to signature.
func (s *sheet) letter(subject string, blocks []block) error {
	s.AddPage()
	s.letterhead()
	if err := s.address(); err != nil {
		return err
	}
	s.dateline()
	s.SetY(max(bodyTop, s.GetY()+lineHeight))
	s.font("B", fontSize)
	s.print(marginLeft, innerWidth, s.wrap(s.facts.french("Objet"+noBreak+": ", "Subject: ")+subject, innerWidth))
	s.Ln(lineHeight)
	s.flow(blocks)
	return s.Error()
}

func newSheet(f *facts, subject string, p *press, pages int) *sheet {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), facts: f, pages: pages}
	day := f.today.In(time.UTC, 12, 0)
	if !f.today.Known() {
		day = time.Unix(0, 0).UTC()
	}
	s.SetCreationDate(day)
	s.SetModificationDate(day)
	s.SetCatalogSort(true)
	s.AddUTF8FontFromBytes("sans", "", p.regular)
	s.AddUTF8FontFromBytes("sans", "B", p.bold)
	s.SetTitle(subject, true)
	s.SetAuthor(f.Us.Name, true)
	s.SetLang(f.language)
	s.SetMargins(marginLeft, nextTop, marginRight)
	s.SetCellMargin(0)
	s.SetAutoPageBreak(false, 0)
	s.SetFooterFunc(s.footer)
	s.font("", fontSize)
	return s
}

// font chooses style and size; the line height follows.
func (s *sheet) font(style string, size float64) {
	s.SetFont("sans", style, size)
	s.size, s.height = size, lineHeight*size/fontSize
}

// print writes lines one below the other, from the left edge x on.
func (s *sheet) print(x, width float64, lines []string) {
	for _, l := range lines {
		s.SetX(x)
		s.CellFormat(width, s.height, l, "", 1, "L", false, 0, "")
	}
}

func (s *sheet) letterhead() {
	s.SetXY(marginLeft, headTop)
	s.font("B", fontSize+1)
	s.print(marginLeft, headWidth, s.wrap(s.facts.Us.Name, headWidth))
	s.font("", fontSize-1)
	for _, l := range oneLines(append(slices.Clone(s.facts.Us.Address), s.facts.Us.Phone, s.facts.Us.Mail)) {
		s.print(marginLeft, headWidth, s.wrap(l, headWidth))
	}
}

// address prints the recipient in the window, in smaller letters when it is
// long. It is never cut: a letter that cannot arrive is not printed.
func (s *sheet) address() error {
	end := s.GetY()
	for size := fontSize; size >= smallest; size -= 0.5 {
		s.font("", size)
		s.height *= 0.94
		var lines []string
		for _, l := range s.recipient() {
			lines = append(lines, s.wrap(l, windowWidth)...)
		}
		if float64(len(lines))*s.height <= windowTall {
			s.SetY(windowTop)
			s.print(windowLeft, windowWidth, lines)
			s.SetY(max(end, s.GetY()))
			return nil
		}
	}
	return fmt.Errorf("postal address of customer %s has more lines than the window holds: %w", cmp.Or(shorten(s.facts.Code, 40), "without code"), ErrUnprintable)
}

// recipient is the customer, the person there, and where they are.
func (s *sheet) recipient() []string {
	f := s.facts
	lines := []string{f.Customer}
	told := func(l string) bool { return strings.EqualFold(l, f.Contact) }
	if !strings.Contains(f.Contact, "@") && !told(f.Customer) && !slices.ContainsFunc(f.Address, told) {
		lines = append(lines, f.Contact)
	}
	return oneLines(append(lines, f.Address...))
}

// dateline says where and when, and on the left by which references both
// sides find the matter.
func (s *sheet) dateline() {
	f := s.facts
	top := max(dateTop, s.GetY()+lineHeight)
	s.font("", fontSize-1)
	s.SetY(top)
	if f.Code != "" {
		s.print(marginLeft, headWidth, s.wrap(f.french("Votre code client"+noBreak+": ", "Your customer code: ")+f.Code, headWidth))
	}
	if f.Ref != "" {
		s.print(marginLeft, headWidth, s.wrap(f.french("Votre référence"+noBreak+": ", "Your reference: ")+f.Ref, headWidth))
	}
	end := s.GetY()
	s.font("", fontSize)
	s.SetY(top)
	line := capital(f.Day)
	if f.Us.City != "" && f.Day != "" {
		line = f.Us.City + f.french(", le ", ", ") + f.Day
	}
	s.print(windowLeft, windowWidth, s.wrap(line, windowWidth))
	s.SetY(max(end, s.GetY()))
}

func (s *sheet) footer() {
	f := s.facts
	left := f.Us.Name
	if f.Us.SIREN != "" {
		left += " – SIREN " + f.Us.SIREN
	}
	s.SetY(-16)
	s.SetFont("sans", "", 8)
	s.SetTextColor(110, 110, 110)
	s.SetX(marginLeft)
	s.CellFormat(innerWidth-20, 4, s.clip(left, innerWidth-22), "", 0, "L", false, 0, "")
	s.CellFormat(20, 4, fmt.Sprintf("%d/%d", s.PageNo(), s.pages), "", 0, "R", false, 0, "")
	s.SetTextColor(0, 0, 0)
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}
