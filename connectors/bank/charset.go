package bank

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 1024

// decoded returns the file as UTF-8, as its XML declaration asks. head is what
// the file begins with; r reads it from the beginning. Bytes that are not the
// UTF-8 a file declares are left for field to judge, one text at a time.
func decoded(head []byte, r io.Reader) (io.Reader, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if _, err := io.CopyN(io.Discard, r, 3); err != nil {
			return nil, err
		}
		return r, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")),
		bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
		return nil, &syntaxError{line: 1, text: "the file is in UTF-16: save it as UTF-8"}
	}
	switch name := strings.ToLower(declaredEncoding(head)); name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return r, nil
	case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
		// Windows-1252 is Latin-1 where Latin-1 has letters.
		return charmap.Windows1252.NewDecoder().Reader(r), nil
	case "iso-8859-15", "iso8859-15", "latin9", "latin-9":
		return charmap.ISO8859_15.NewDecoder().Reader(r), nil
	default:
		return nil, &syntaxError{line: 1, text: fmt.Sprintf("the encoding %q is not read (UTF-8, ISO-8859-1, ISO-8859-15 and windows-1252 are): save the file as UTF-8", clip([]byte(name)))}
	}
}

// declaredEncoding returns the encoding in "<?xml … encoding="…"?>".
func declaredEncoding(head []byte) string {
	head = trimSpace(head)
	end := bytes.Index(head, []byte("?>"))
	if !bytes.HasPrefix(head, []byte("<?xml")) || end < 0 {
		return ""
	}
	_, rest, found := bytes.Cut(head[:end], []byte("encoding"))
	rest = trimSpace(rest)
	if !found || len(rest) == 0 || rest[0] != '=' {
		return ""
	}
	rest = trimSpace(rest[1:])
	if len(rest) < 2 {
		return ""
	}
	value, _, found := bytes.Cut(rest[1:], rest[:1])
	if !found {
		return ""
	}
	return string(value)
}
