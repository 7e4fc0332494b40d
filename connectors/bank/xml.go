package bank

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// The bounds of what is read as XML. camt is about fifteen deep and its
// longest tag a few hundred bytes; whatever is larger is not a bank file.
const (
	xmlWindow   = 64 << 10 // bytes held at once; one tag must fit
	xmlMaxDepth = 64
	xmlMaxName  = 256
)

// errTruncated says that a file ends in the middle: it is still being written,
// or its download was cut.
var errTruncated = errors.New("the file ends in the middle: if it is still being written it is read again later; else fetch it from the bank again")

// syntaxError says why a file is not XML that we read, and where.
type syntaxError struct {
	line int
	text string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

type token int

const (
	tokenStart token = iota + 1
	tokenEnd
	tokenText
	tokenEOF
)

// scanner pulls tokens from the subset of XML that bank files are written in:
// elements, attributes, text, CDATA, comments, processing instructions, the
// five predefined entities and numeric references. A DOCTYPE or any other
// entity is refused. It holds one window of the file and nothing else.
//
// It exists because encoding/xml reads some 40 MB/s, and each file is read at
// least twice; this reads several times that, and checks the same things:
// tags that match, one root, attributes that are quoted.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	counted  int // newlines of buf[:counted] are in lines
	lines    int
	readErr  error

	names  []byte // the open elements' full names, one after the other
	starts []int  // where each begins in names
	rooted bool   // the root element has been opened

	local   []byte // local name of the element just started; valid until the next call
	text    []byte // the text just read; valid until the next call
	attrs   []attribute
	scratch []byte
	closing bool // an empty element was started: its end comes next
}

type attribute struct{ name, value []byte }

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, xmlWindow)}
}

// depth is the number of open elements.
func (s *scanner) depth() int { return len(s.starts) }

// line is the number of the line that is being read, from 1.
func (s *scanner) line() int {
	s.lines += bytes.Count(s.buf[s.counted:s.pos], []byte{'\n'})
	s.counted = s.pos
	return s.lines + 1
}

func (s *scanner) fail(format string, args ...any) (token, error) {
	return 0, &syntaxError{line: s.line(), text: fmt.Sprintf(format, args...)}
}

// next reads one token. Comments and processing instructions are left out.
// After an error it must not be called again.
func (s *scanner) next() (token, error) {
	if s.closing {
		s.closing = false
		s.pop()
		return tokenEnd, nil
	}
	for {
		if s.pos == s.end && !s.fill() {
			return s.finish()
		}
		if s.buf[s.pos] != '<' {
			t, err := s.chars()
			if t != 0 || err != nil {
				return t, err
			}
			continue
		}
		t, err := s.markup()
		if t != 0 || err != nil {
			return t, err
		}
	}
}

func (s *scanner) finish() (token, error) {
	switch {
	case s.readErr != nil && !errors.Is(s.readErr, io.EOF):
		return 0, s.readErr
	case s.depth() > 0 || !s.rooted:
		return 0, errTruncated
	default:
		return tokenEOF, nil
	}
}

// fill reads more behind what is still held. It reports whether there is more.
func (s *scanner) fill() bool {
	if s.readErr != nil {
		return false
	}
	s.line()
	copy(s.buf, s.buf[s.pos:s.end])
	s.end -= s.pos
	s.pos, s.counted = 0, 0
	for range 100 { // a reader that returns nothing without an error is broken
		if s.end == len(s.buf) {
			return false
		}
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.readErr = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.readErr = io.ErrNoProgress
	return false
}

// findByte is find for one byte.
func (s *scanner) findByte(b byte, from int) int {
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], b); i >= 0 {
			return from + i
		}
		from = s.end - s.pos
		if !s.fill() {
			return -1
		}
	}
}

// find returns where pattern begins behind from, counted from pos, reading on
// until it is there; -1 when the window or the file ends first.
func (s *scanner) find(pattern []byte, from int) int {
	for {
		if i := bytes.Index(s.buf[s.pos+from:s.end], pattern); i >= 0 {
			return from + i
		}
		from = max(from, s.end-s.pos-len(pattern)+1)
		if !s.fill() {
			return -1
		}
	}
}

// cut is the error for markup without an end.
func (s *scanner) cut(what string) (token, error) {
	switch {
	case s.readErr != nil && !errors.Is(s.readErr, io.EOF):
		return 0, s.readErr
	case s.readErr != nil:
		return 0, errTruncated
	default:
		return s.fail("%s longer than %d bytes", what, len(s.buf))
	}
}

// markup reads what begins with '<'; token 0 means that there was nothing to
// tell of.
func (s *scanner) markup() (token, error) {
	for s.end-s.pos < 2 {
		if !s.fill() {
			return s.cut("a tag")
		}
	}
	switch s.buf[s.pos+1] {
	case '/':
		return s.endTag()
	case '!':
		return s.bang()
	case '?':
		return s.skipPast("?>", "a processing instruction")
	default:
		return s.startTag()
	}
}

// skipPast drops everything up to and including the mark, however long it is.
func (s *scanner) skipPast(mark, what string) (token, error) {
	s.pos += 2
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); i >= 0 {
			s.pos += i + len(mark)
			return 0, nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if !s.fill() {
			return s.cut(what)
		}
	}
}

// bang reads comments and CDATA sections, and refuses the rest.
func (s *scanner) bang() (token, error) {
	const cdata = "<![CDATA["
	for s.end-s.pos < len(cdata) {
		if !s.fill() {
			break
		}
	}
	rest := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		s.pos += 2 // so that "<!-->" does not end itself
		return s.skipPast("-->", "a comment")
	case bytes.HasPrefix(rest, []byte(cdata)):
		if s.depth() == 0 {
			return s.fail("text outside of the document")
		}
		n := s.find([]byte("]]>"), len(cdata))
		if n < 0 {
			return s.cut("a CDATA section")
		}
		s.text = s.buf[s.pos+len(cdata) : s.pos+n]
		s.pos += n + 3
		return tokenText, nil
	case len(rest) < len(cdata):
		return s.cut("a tag")
	default:
		return s.fail("a DOCTYPE is refused: bank files have none, and it can hide what the file says; ask the bank for a plain file")
	}
}
