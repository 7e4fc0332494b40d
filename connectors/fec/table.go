package fec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// table reads the rows of one file under a known layout.
type table struct {
	lay    layout
	lines  *lineReader
	fields [][]byte
}

// openTable reads the header. The layout's charset is the caller's to set: it
// takes the whole file to tell.
func openTable(src io.Reader, buf []byte) (*table, bool, error) {
	t := &table{lines: newLineReader(src, buf)}
	header, marked, err := t.header()
	if err != nil {
		return nil, false, err
	}
	t.lay, err = readLayout(header)
	if err != nil {
		return nil, false, fmt.Errorf("%w (%w)", err, errRefused)
	}
	return t, marked, nil
}

// header returns the first line that is not empty, without a byte order mark.
func (t *table) header() (line []byte, marked bool, err error) {
	for {
		line, err = t.lines.next()
		if errors.Is(err, io.EOF) {
			return nil, false, fmt.Errorf("the file is empty: export the FEC again (%w)", errRefused)
		}
		if err != nil {
			return nil, false, err
		}
		if t.lines.line == 1 {
			if bytes.HasPrefix(line, []byte("\xff\xfe")) || bytes.HasPrefix(line, []byte("\xfe\xff")) || bytes.IndexByte(line, 0) >= 0 {
				return nil, false, fmt.Errorf("the text is UTF-16 or no text: export the FEC again as UTF-8 or ISO 8859-15 (%w)", errRefused)
			}
			if bytes.HasPrefix(line, []byte("PK\x03\x04")) {
				return nil, false, fmt.Errorf("this is a spreadsheet or an archive: put the FEC's text file here (%w)", errRefused)
			}
			marked = bytes.HasPrefix(line, []byte("\xef\xbb\xbf"))
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(bytes.TrimSpace(line)) > 0 {
			return line, marked, nil
		}
	}
}

// next returns the fields of the next row that is not empty, and its line
// number. They are valid until the next call.
func (t *table) next() (fields [][]byte, line int, err error) {
	for {
		row, err := t.lines.next()
		if err != nil {
			return nil, 0, err
		}
		if len(row) == 0 || len(row) < 4 && len(bytes.Trim(row, " \x1a")) == 0 {
			continue // an end-of-file mark of old systems among them
		}
		t.split(row)
		return t.fields, t.lines.line, nil
	}
}

// split cuts the row.
func (t *table) split(row []byte) {
	t.fields = splitPlain(t.fields[:0], row, t.lay.mark)
	if bytes.IndexByte(row, '"') >= 0 {
		if quoted, ok := splitQuoted(nil, row, t.lay.mark); ok && (len(quoted) == t.lay.width || len(t.fields) != t.lay.width) {
			t.fields = append(t.fields[:0], quoted...)
		}
	}
}

// field returns one column of a row, without the blanks around it; nil when
// the file has no such column or the row is cut short.
func (t *table) field(fields [][]byte, c column) []byte {
	i := t.lay.at[c]
	if i < 0 || i >= len(fields) {
		return nil
	}
	f := fields[i]
	if len(f) == 0 || f[0] > ' ' && f[len(f)-1] > ' ' {
		return f
	}
	return bytes.TrimSpace(f)
}
