package people

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxRows bounds a file; a table kept by hand is far smaller.
const maxRows = 200_000

// row is one line of the table (or several, where a cell has line breaks).
type row struct {
	line   int
	cells  map[string]string // by column name; cleaned; empty cells are left out
	broken string            // why the row's shape is in doubt; cells may be incomplete
	raw    []byte            // the row as it stands, for an identity of its own
}

// where names a cell for people.
func where(file string, line int, column string) string {
	return fmt.Sprintf("%s line %d, column %s", file, line, column)
}

// readTable splits the text into rows. Its error means that no row can be
// trusted: an unknown column, or a quote that may have swallowed rows.
func readTable(file string, data []byte) ([]row, error) {
	text, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	mark, skip := sniff(text)
	t := table{file: file, text: text[skip:], before: bytes.Count(text[:skip], []byte("\n"))}
	t.csv = csv.NewReader(bytes.NewReader(t.text))
	t.csv.Comma = mark
	t.csv.FieldsPerRecord = -1
	if err := t.header(); err != nil {
		return nil, err
	}
	var rows []row
	for {
		r, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, err
		case len(rows) == maxRows:
			return nil, fmt.Errorf("%s line %d: more than %d rows; split the file", file, r.line, maxRows)
		}
		if r.broken != "" || len(r.cells) > 0 {
			rows = append(rows, r)
		}
	}
}

type table struct {
	file   string
	text   []byte
	before int // lines above text
	csv    *csv.Reader
	names  []string // column of each cell
	width  int      // cells up to the last that has a name
}

func (t *table) header() error {
	cells, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the file is empty; its first line must name the columns", t.file)
	}
	if err != nil {
		return t.quoteFault(err)
	}
	t.names, err = readHeader(func(cell int) string {
		line, _ := t.csv.FieldPos(cell)
		return fmt.Sprintf("%s line %d, cell %d", t.file, t.before+line, cell+1)
	}, cells)
	for i, name := range t.names {
		if name != "" {
			t.width = i + 1
		}
	}
	return err
}

// next reads one row. A quote in the middle of a cell without quotes spoils its
// own line only; any other quote out of place may have joined or cut rows, and
// then the file is refused.
func (t *table) next() (row, error) {
	start := t.csv.InputOffset()
	cells, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return row{}, io.EOF
	}
	r := row{cells: make(map[string]string), raw: bytes.TrimSpace(t.text[start:t.csv.InputOffset()])}
	var fault *csv.ParseError
	switch {
	case err == nil:
		r.line, _ = t.csv.FieldPos(0)
	case errors.As(err, &fault) && errors.Is(err, csv.ErrBareQuote):
		r.line = fault.StartLine
		r.broken = `a quote (") stands inside a cell; put the whole cell into quotes and double the quotes in it`
	default:
		return row{}, t.quoteFault(err)
	}
	r.line += t.before
	return r, t.fill(&r, cells)
}

// fill names the cells of a row and checks that it has as many as the header.
func (t *table) fill(r *row, cells []string) error {
	for i, cell := range cells {
		text := clean(unformula(clean(cell)))
		if text == "" {
			continue
		}
		if i >= len(t.names) || t.names[i] == "" {
			r.broken = fmt.Sprintf("there is text in cell %d, which has no column; a cell with the separator in it needs quotes", i+1)
			continue
		}
		name := t.names[i]
		if strings.ContainsAny(text, "\n\r") && name != colAddress && name != colNeverChase && name != colNote && name != colDebt {
			return fmt.Errorf("%s: the cell runs over several lines, so that a quote (\") may have swallowed rows; close the quote on its line",
				where(t.file, r.line, name))
		}
		r.cells[name] = text
	}
	if len(cells) < t.width && len(r.cells) > 0 && r.broken == "" {
		r.broken = fmt.Sprintf("the row has %d cells and the header %d, so that cells may be missing; add the separators, or save the file again",
			len(cells), t.width)
	}
	return nil
}

func (t *table) quoteFault(err error) error {
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	at := fmt.Sprintf("%s line %d", t.file, t.before+fault.StartLine)
	if fault.Line != fault.StartLine {
		at += fmt.Sprintf(" to %d", t.before+fault.Line)
	}
	return fmt.Errorf("%s: a quote (\") is not closed, or stands inside a cell; rows may be joined, so the file is not used until it is put right", at)
}
