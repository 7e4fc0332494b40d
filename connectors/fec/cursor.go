package fec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// reading counts how we read files: a cursor made by an older way of reading
// does not fit, so that a new version reads unchanged files once again.
const reading = 1

// cursor is the note of what was read: which files, in which state, and what
// came of them.
type cursor struct {
	Reading int           `json:"reading"`
	Config  string        `json:"config"` // what of the configuration changes the reading
	Files   []fingerprint `json:"files"`  // every export that was there, used or not
	Streams []stream      `json:"streams"`
}

// fingerprint is a file's fingerprint.
type fingerprint struct {
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	Changed int64  `json:"changed"` // nanoseconds since 1970
	Inode   string `json:"inode"`
}

// stream is what a later, unchanged reading says of one fiscal year.
type stream struct {
	Name  string      `json:"name"`
	AsOf  ledger.Date `json:"as_of"`
	Money ledger.Date `json:"money"`
	Count int         `json:"count"`
}

// note makes the cursor of the present state of the files.
func (s *settings) note(found []export) cursor {
	c := cursor{Reading: reading, Config: fmt.Sprint(
		strings.Join(s.accounts, ","), " ", s.currency, " ", s.spreadsheet, " ", s.zone, " ", s.forget,
	)}
	for _, e := range found {
		c.Files = append(c.Files, fingerprint{e.name, e.size, e.changed.UnixNano(), e.inode})
	}
	return c
}

// same reports whether the files still are as they were when c was made.
func (c *cursor) same(o *cursor) bool {
	return c.Reading == o.Reading && c.Config == o.Config && slices.Equal(c.Files, o.Files) && len(c.Streams) > 0
}

func (c *cursor) encode() connectors.Cursor {
	text, err := json.Marshal(c)
	if err != nil { // no field of it can fail
		return ""
	}
	return connectors.Cursor(text)
}

// decodeCursor reads a cursor; one that cannot be read is the empty one.
func decodeCursor(text connectors.Cursor) cursor {
	var c cursor
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return cursor{}
	}
	return c
}

// lost names a stream that was read before and has no file any more.
func (c *cursor) lost(now []export, forget []ledger.Date) (string, bool) {
	for _, s := range c.Streams {
		there := slices.ContainsFunc(now, func(e export) bool { return e.stream() == s.Name })
		forgotten := slices.ContainsFunc(forget, func(d ledger.Date) bool { return strings.HasSuffix(s.Name, "/"+d.String()) })
		if !there && !forgotten {
			return s.Name, true
		}
	}
	return "", false
}
