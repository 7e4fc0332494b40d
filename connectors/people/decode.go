package people

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode brings the bytes of a file to UTF-8 text with \n or \r\n at the ends
// of lines. UTF-8 is taken for what it is; anything else is Windows-1252.
func decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("this is a spreadsheet, not a CSV file; save it as CSV UTF-8")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, errors.New("the text is UTF-16; save it as CSV UTF-8")
	case bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("the file holds zero bytes and is no text; save it as CSV UTF-8")
	}
	marked := bytes.HasPrefix(data, []byte("\xef\xbb\xbf"))
	if marked {
		data = data[3:]
	}
	if !utf8.Valid(data) {
		if marked {
			return nil, errors.New("the file says that it is UTF-8, and is not; save it again as CSV UTF-8")
		}
		text, err := charmap.Windows1252.NewDecoder().Bytes(data)
		if err != nil {
			return nil, errors.New("the text is neither UTF-8 nor Windows-1252; save it as CSV UTF-8")
		}
		data = text
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data, nil
}

// sniff finds the separator: the one with which the first line that is not
// empty names the most columns. A first line "sep=;", as spreadsheets write it,
// is believed; skip is its length in bytes.
func sniff(data []byte) (mark rune, skip int) {
	for at := 0; at < len(data); {
		line, _, _ := bytes.Cut(data[at:], []byte("\n"))
		text := bytes.Trim(line, "\r\" ")
		next := min(at+len(line)+1, len(data))
		if len(text) == 0 {
			at = next
			continue
		}
		if bytes.EqualFold(text[:min(4, len(text))], []byte("sep=")) && len(text) == 5 && bytes.ContainsAny(text[4:], ";,\t") {
			return rune(text[4]), next
		}
		return richest(string(line)), 0
	}
	return ';', 0
}

// richest is the separator with which a header line names the most columns.
func richest(line string) rune {
	known := headers()
	best, most, cells := ';', -1, 0
	for _, mark := range []rune{';', ',', '\t'} {
		parts := strings.Split(line, string(mark))
		named := 0
		for _, part := range parts {
			if _, ok := known[fold(part)]; ok {
				named++
			}
		}
		if named > most || named == most && len(parts) > cells {
			best, most, cells = mark, named, len(parts)
		}
	}
	return best
}
