package letter

import "strings"

// The measures of a table, in millimetres.
const (
	gutter     = 4.0  // least between columns
	wideGutter = 12.0 // most
	nameWidth  = 34.0 // least width of the first column
	rowSpace   = 1.2  // in a row, above and below its words together
)

// table prints a table row by row; a row is never cut, and every page it goes
// on begins with the heads.
func (s *sheet) table(t *table) {
	g := s.fit(t)
	s.heads(t, g)
	for _, row := range t.rows {
		cells, height := s.row(row, g)
		if s.GetY()+height > bodyEnd {
			s.AddPage()
			s.heads(t, g)
		}
		top, x := s.GetY(), marginLeft
		for i, lines := range cells {
			s.SetY(top + rowSpace/2)
			for j, l := range lines {
				s.font("", g.size)
				if j > 0 && noted(row[i], lines[:j]) {
					s.note(g.size)
				}
				s.cell(x, g.widths[i], l, t.columns[i].right)
			}
			x += g.widths[i] + g.gutter
		}
		s.SetY(top + height)
	}
	s.Ln(paragraph)
}

// grid is how a table stands on the paper.
type grid struct {
	size   float64 // of the letters
	widths []float64
	gutter float64
}

// fit finds the largest letters with which every figure stays on its line. The
// first column takes what is left, and gives to the gaps what it does not need.
func (s *sheet) fit(t *table) grid {
	for size := fontSize - 0.5; ; size -= 0.5 {
		g := grid{size: size, widths: s.natural(t, size), gutter: gutter}
		gaps := float64(len(g.widths) - 1)
		left := innerWidth - gaps*gutter
		for _, w := range g.widths[1:] {
			left -= w
		}
		if left < nameWidth && size > smallest {
			continue
		}
		if spare := left - max(g.widths[0], nameWidth); spare > 0 && gaps > 0 {
			g.gutter += min(spare/gaps, wideGutter-gutter)
		}
		g.widths[0] = max(left-gaps*(g.gutter-gutter), nameWidth)
		return g
	}
}

// natural is how wide each column would like to be.
func (s *sheet) natural(t *table, size float64) []float64 {
	widths := make([]float64, len(t.columns))
	for i, c := range t.columns {
		s.font("B", size)
		widths[i] = s.GetStringWidth(c.head)
		s.font("", size)
		for _, row := range t.rows {
			for part := range strings.SplitSeq(row[i], "\n") {
				widths[i] = max(widths[i], s.GetStringWidth(part))
			}
		}
	}
	return widths
}

func (s *sheet) heads(t *table, g grid) {
	s.font("B", g.size)
	top, x := s.GetY(), marginLeft
	for i, c := range t.columns {
		s.SetY(top)
		s.cell(x, g.widths[i], c.head, c.right)
		x += g.widths[i] + g.gutter
	}
	s.SetLineWidth(0.2)
	s.Line(marginLeft, s.GetY()+0.4, marginLeft+innerWidth, s.GetY()+0.4)
	s.Ln(0.8)
}

// row wraps the cells of a row and returns how high it is.
func (s *sheet) row(row []string, g grid) (cells [][]string, height float64) {
	for i, text := range row {
		var lines []string
		for part := range strings.SplitSeq(text, "\n") {
			s.font("", g.size)
			lines = append(lines, s.wrap(part, g.widths[i])...)
		}
		cells = append(cells, lines)
		height = max(height, float64(len(lines))*s.height)
	}
	return cells, height + rowSpace
}

// noted reports whether what was printed of a cell is all of its first line, so
// that the rest is the note below it.
func noted(cell string, printed []string) bool {
	first, _, _ := strings.Cut(cell, "\n")
	return len(strings.ReplaceAll(strings.Join(printed, ""), " ", "")) >= len(strings.ReplaceAll(first, " ", ""))
}

// note makes what follows look less than the number it stands below.
func (s *sheet) note(size float64) {
	height := s.height
	s.font("", size-1.5)
	s.height = height
}

func (s *sheet) cell(x, width float64, text string, right bool) {
	align := "L"
	if right {
		align = "R"
	}
	s.SetX(x)
	s.CellFormat(width, s.height, text, "", 1, align, false, 0, "")
}

// start is the height of the heads of a table and its first row.
func (s *sheet) start(t *table) float64 {
	_, height := s.row(t.rows[0], s.fit(t))
	return height + s.height + 0.8
}
