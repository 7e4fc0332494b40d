package fake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/relanced/relanced/connectors"
)

// overlap is read again each time: a record stamped within it may have become
// visible only after it was read, and two changes may share a second.
const overlap = 10 * time.Minute

// cursor is what a connectors.Cursor of ours holds. Between pages After is set; between
// readings only Since and, if they are known, the marks of what was seen.
type cursor struct {
	Since int64  `json:"since,omitempty"` // server time, seconds; 0: from the beginning
	Start int64  `json:"start,omitempty"` // server time when the reading under way began
	After string `json:"after,omitempty"` // the tool's position of the next page
	Seen  string `json:"seen,omitempty"`  // digest of everything stamped at or after Since
}

// parseCursor reads a cursor. One that cannot be read starts from the
// beginning: repeating is harmless, skipping is not.
func parseCursor(c connectors.Cursor) cursor {
	var out cursor
	if err := json.Unmarshal([]byte(c), &out); err != nil {
		return cursor{}
	}
	return out
}

func (c cursor) text() connectors.Cursor { return connectors.Cursor(mustJSON(c)) }

// begun says whether the cursor is in the middle of a reading.
func (c cursor) begun() bool { return c.After != "" }

// ahead says whether the cursor is from a later time than the server's: its
// clock was set back, or it was restored. Then the cursor means nothing.
func (c cursor) ahead(server time.Time) bool {
	return c.Since > server.Unix() || c.Start > server.Unix()
}

// digest condenses records, whatever their order.
type digest struct {
	since time.Time
	sums  []string
	whole bool // nothing was missed since the reading began
}

func (d *digest) add(records []wireRecord) {
	for _, r := range records {
		if r.Updated.Before(d.since) {
			continue
		}
		sum := sha256.Sum256(mustJSON(r))
		d.sums = append(d.sums, hex.EncodeToString(sum[:]))
	}
}

// text is empty when it would not speak for everything.
func (d *digest) text() string {
	if !d.whole {
		return ""
	}
	slices.SortFunc(d.sums, cmp.Compare[string])
	sum := sha256.Sum256(mustJSON(d.sums))
	return hex.EncodeToString(sum[:12])
}
