package bank

import "io"

// Tokens reads XML as the connector does, and tells each token in one word:
// "<name", ">name" is not told, "=text" with neighbouring texts joined. It is
// for tests.
func Tokens(r io.Reader) ([]string, error) {
	s := newScanner(r)
	var out []string
	text := false
	for {
		t, err := s.next()
		if err != nil {
			return out, err
		}
		switch t {
		case tokenEOF:
			return out, nil
		case tokenStart:
			word := "<" + string(s.local)
			for _, a := range s.attrs {
				word += " " + string(a.name) + "=" + string(a.value)
			}
			out = append(out, word)
		case tokenEnd:
			out = append(out, ">")
		case tokenText:
			if len(s.text) == 0 {
				continue
			}
			if text {
				out[len(out)-1] += string(s.text)
			} else {
				out = append(out, "="+string(s.text))
			}
		}
		text = t == tokenText
	}
}
