package fec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds one line of a file in bytes. A line of a FEC has some hundred.
const maxLine = 128 << 10

// errLongLine says that a line does not fit the buffer, so the file is not
// made of lines.
var errLongLine = fmt.Errorf("a line is longer than %d bytes; a FEC has one line per movement, so export the file again", maxLine)

// lineReader cuts a stream into lines in one buffer. A line is valid until the
// next call. Lines end with LF, CR LF, or CR alone when the file knows no LF.
type lineReader struct {
	src   io.Reader
	buf   []byte
	lo    int
	hi    int
	eol   byte
	line  int  // number of the line returned last, from 1
	ended bool // the line returned last had its line end
	err   error
}

// newLineReader reads the first portion and finds out how lines end.
func newLineReader(src io.Reader, buf []byte) *lineReader {
	l := &lineReader{src: src, buf: buf, eol: '\n'}
	for l.err == nil && l.hi < len(buf) && bytes.IndexByte(l.buf[:l.hi], '\n') < 0 {
		l.fill()
	}
	if bytes.IndexByte(l.buf[:l.hi], '\n') < 0 && bytes.IndexByte(l.buf[:l.hi], '\r') >= 0 {
		l.eol = '\r'
	}
	return l
}

// next returns the next line without its end, or io.EOF.
func (l *lineReader) next() ([]byte, error) {
	for scan := l.lo; ; {
		if i := bytes.IndexByte(l.buf[scan:l.hi], l.eol); i >= 0 {
			line := l.buf[l.lo : scan+i]
			l.lo, l.ended = scan+i+1, true
			l.line++
			if n := len(line); n > 0 && line[n-1] == '\r' {
				line = line[:n-1]
			}
			return line, nil
		}
		if l.err != nil {
			return l.rest()
		}
		seen := l.hi - l.lo
		if l.lo == 0 && l.hi == len(l.buf) {
			return nil, fmt.Errorf("line %d: %w", l.line+1, errLongLine)
		}
		l.fill()
		scan = l.lo + seen
	}
}

// rest returns what stands after the last line end.
func (l *lineReader) rest() ([]byte, error) {
	line := l.buf[l.lo:l.hi]
	if !errors.Is(l.err, io.EOF) || len(line) == 0 {
		return nil, l.err
	}
	l.lo, l.ended = l.hi, false
	l.line++
	return line, nil
}

// fill moves what is left to the front and reads once more.
func (l *lineReader) fill() {
	l.hi = copy(l.buf, l.buf[l.lo:l.hi])
	l.lo = 0
	n, err := l.src.Read(l.buf[l.hi:])
	l.hi += n
	l.err = err
}
