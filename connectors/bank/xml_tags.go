package bank

import "bytes"

// startTag reads "<name attributes>" or "<name/>".
func (s *scanner) startTag() (token, error) {
	n := s.findByte('>', 1)
	if n < 0 {
		return s.cut("a tag")
	}
	tag := s.buf[s.pos+1 : s.pos+n]
	end, colon := nameEnd(tag)
	if end < len(tag) && tag[end] != '/' { // attributes: a '>' may stand in a value
		if n = s.tagEnd(); n < 0 {
			return s.cut("a tag")
		}
		tag = s.buf[s.pos+1 : s.pos+n]
	}
	if s.depth() == 0 && s.rooted {
		return s.fail("content after the end of the document")
	}
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		s.closing = true
		tag = tag[:len(tag)-1]
	}
	if end == 0 || end > xmlMaxName {
		return s.fail("a tag without a proper name")
	}
	s.attrs = s.attrs[:0]
	if end < len(tag) {
		if fault := s.attributes(tag[end:]); fault != "" {
			return s.fail("%s", fault)
		}
	}
	if s.depth() == xmlMaxDepth {
		return s.fail("elements more than %d deep", xmlMaxDepth)
	}
	s.push(tag[:end], colon)
	s.pos += n + 1
	return tokenStart, nil
}

// tagEnd finds the '>' that ends the tag at pos, outside of quotes.
func (s *scanner) tagEnd() int {
	quote := byte(0)
	for i := 1; ; i++ {
		for s.pos+i == s.end {
			if !s.fill() {
				return -1
			}
		}
		switch c := s.buf[s.pos+i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
}

// endTag reads "</name>" and checks that it closes the innermost element.
func (s *scanner) endTag() (token, error) {
	n := s.findByte('>', 2)
	if n < 0 {
		return s.cut("a tag")
	}
	name := s.buf[s.pos+2 : s.pos+n]
	if len(name) > 0 && isSpace(name[len(name)-1]) {
		name = bytes.TrimRight(name, " \t\r\n")
	}
	if s.depth() == 0 {
		return s.fail("</%s> closes nothing", clip(name))
	}
	if open := s.names[s.starts[len(s.starts)-1]:]; !bytes.Equal(open, name) {
		return s.fail("</%s> where </%s> is expected", clip(name), clip(open))
	}
	s.pos += n + 1
	s.pop()
	return tokenEnd, nil
}

// push opens an element; its local name begins behind the colon.
func (s *scanner) push(name []byte, colon int) {
	s.rooted = true
	from := len(s.names)
	s.starts = append(s.starts, from)
	s.names = append(s.names, name...)
	s.local = s.names[from+colon+1:]
}

func (s *scanner) pop() {
	last := len(s.starts) - 1
	s.names = s.names[:s.starts[last]]
	s.starts = s.starts[:last]
}

// attributes reads ` name="value"` pairs; it returns what is wrong with them.
func (s *scanner) attributes(rest []byte) string {
	s.scratch = s.scratch[:0]
	for {
		trimmed := trimSpace(rest)
		if len(trimmed) == 0 {
			return ""
		}
		if len(trimmed) == len(rest) {
			return "an attribute that is not set apart by a space"
		}
		end, _ := nameEnd(trimmed)
		name := trimmed[:end]
		rest = trimSpace(trimmed[end:])
		if end == 0 || len(rest) == 0 || rest[0] != '=' {
			return "an attribute without a value"
		}
		rest = trimSpace(rest[1:])
		if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
			return "an attribute's value without quotes"
		}
		closing := bytes.IndexByte(rest[1:], rest[0])
		if closing < 0 {
			return "an attribute's value without its closing quote"
		}
		value := rest[1 : 1+closing]
		rest = rest[closing+2:]
		if bytes.IndexByte(value, '<') >= 0 {
			return "a '<' in an attribute's value"
		}
		if bytes.IndexByte(value, '&') >= 0 {
			from := len(s.scratch)
			var fault string
			if s.scratch, fault = appendUnescaped(s.scratch, value); fault != "" {
				return fault
			}
			value = s.scratch[from:]
		}
		s.attrs = append(s.attrs, attribute{name, value})
	}
}

// attr returns the value of the attribute of the element just started; nil
// when it has none of that local name.
func (s *scanner) attr(local string) []byte {
	for _, a := range s.attrs {
		name := a.name
		if i := bytes.IndexByte(name, ':'); i >= 0 {
			name = name[i+1:]
		}
		if string(name) == local {
			return a.value
		}
	}
	return nil
}

// nameEnd returns the length of the name that b begins with, 0 when it begins
// with none, and where its first colon is, or -1.
func nameEnd(b []byte) (end, colon int) {
	colon = -1
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80:
		case i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.'):
		case c == ':':
			if colon < 0 {
				colon = i
			}
		case isSpace(c), c == '=', c == '/':
			return i, colon
		default:
			return 0, -1
		}
	}
	return len(b), colon
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// clip shortens a name for an error text.
func clip(name []byte) []byte {
	const enough = 40
	if len(name) > enough {
		return name[:enough]
	}
	return name
}
