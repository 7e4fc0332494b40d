package bank

import (
	"encoding/json"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// cursorVersion changes when the same files would give other lines.
const cursorVersion = 1

// cursor is what a reading leaves for the next: what the files were, and what
// was known of each account, so that an unchanged folder is told of without
// opening a file, and movements whose files are gone are noticed.
type cursor struct {
	Version  int          `json:"v"`
	Print    string       `json:"print"`
	Accounts []accountEnd `json:"accounts,omitempty"`
	Again    ledger.Date  `json:"again,omitempty"`   // from then on the same files say more: a statement closes on it
	Refused  bool         `json:"refused,omitempty"` // the stream without an account was told
}

// accountEnd is the End of one account's stream, and the mark by which a later
// reading sees whether it still covers as much.
type accountEnd struct {
	ID      string      `json:"id"`
	AsOf    ledger.Date `json:"as_of"`
	Until   ledger.Date `json:"until"`
	Count   int         `json:"count"`
	Covered mark        `json:"covered"`
}

// mark is how much of an account was ever read: the number of certain lines
// from a day to a day.
type mark struct {
	From  ledger.Date `json:"from"`
	To    ledger.Date `json:"to"`
	Lines int         `json:"lines"`
}

// parseCursor reads a cursor. One that cannot be read, such as an older
// version's, is like none: the files are read again, and whatever was told of
// refused files is told anew.
func parseCursor(text connectors.Cursor) cursor {
	var c cursor
	if json.Unmarshal([]byte(text), &c) != nil || c.Version != cursorVersion {
		return cursor{Refused: text != ""}
	}
	return c
}

func (c cursor) String() string {
	c.Version = cursorVersion
	text, err := json.Marshal(c)
	if err != nil {
		return "" // cannot be: it is made of numbers and texts
	}
	return string(text)
}

// account returns what was known of the account.
func (c cursor) account(id string) (accountEnd, bool) {
	for _, a := range c.Accounts {
		if a.ID == id {
			return a, true
		}
	}
	return accountEnd{}, false
}

// unchanged tells that nothing moved, for each stream.
func (c cursor) unchanged(zone *time.Location, same connectors.Cursor, hand func(connectors.Page) error) error {
	for _, a := range c.Accounts {
		end := a.end(zone)
		end.Unchanged = true
		if err := hand(connectors.Page{Stream: a.ID, Next: same, End: &end}); err != nil {
			return err
		}
	}
	if !c.Refused {
		return nil
	}
	end := c.rest(zone)
	end.Unchanged = true
	return hand(connectors.Page{Next: same, End: &end})
}

func (a accountEnd) end(zone *time.Location) connectors.End {
	return connectors.End{AsOf: instant(a.AsOf, zone), Count: a.Count, MoneyUntil: a.Until, Account: a.ID}
}

// rest is the End of the stream that tells of files no account is known of. It
// knows no more about money than the account that is known the least of.
func (c cursor) rest(zone *time.Location) connectors.End {
	end := connectors.End{Count: -1}
	for i, a := range c.Accounts {
		if at := instant(a.AsOf, zone); at.After(end.AsOf) {
			end.AsOf = at
		}
		if i == 0 || a.Until < end.MoneyUntil {
			end.MoneyUntil = a.Until
		}
	}
	return end
}

// instant is the beginning of the day in the company's zone.
func instant(day ledger.Date, zone *time.Location) time.Time {
	if !day.Known() {
		return time.Time{}
	}
	return day.In(zone, 0, 0)
}

// fingerprint names the files as they are and how they are read.
func (c *connector) fingerprint(files []file) string {
	var g digester
	g.start('f').number(cursorVersion).word(c.zone.String()).number(int64(c.accept))
	for _, f := range files {
		g.word(f.path).number(f.stamp.Size).number(f.stamp.ModTime).number(int64(f.stamp.Inode))
	}
	return g.sum().String()
}
