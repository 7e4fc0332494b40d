//go:generate go test . -run TestTheDrawnStatesAreTheRealOnes -update

// Package outbox turns what the policy wants into a queue of entries, each
// with a key under which it is delivered at most once. It owns the states of
// an entry, the legal transitions between them, and the guards that stop a
// run that looks wrong. It is pure: instants are arguments.
package outbox

import (
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// Entry is one notice, task, note or proposal on its way.
type Entry struct {
	Key       string
	Company   ledger.UID
	Customer  ledger.UID
	Subject   ledger.UID // the anchor item; for a task the item, customer or connection
	Purpose   string     // the rung's id, or a reserved task/<kind>, write-back/<connection>/<key>
	Episode   int
	Attempt   int
	State     State
	Verb      ledger.Verb
	Channel   string // the connection that delivers it, by UID
	Severity  ledger.Severity
	Content   Content
	Facts     string // hash of what an approval binds to
	Approval  Approval
	Why       string    // why it is in this state, for people
	NotBefore time.Time // back-off: not leased before
	Expires   time.Time // after it an unsent entry is proposed again
	Created   time.Time
	Changed   time.Time
	Lease     Lease
	Intent    Intent
	Receipt   Receipt
	Tries     int   // how many leases ended unsent
	Version   int64 // rises with every change of the row
}

// Content is what an entry is about; its text is written when it leaves, from
// the facts as they are then.
type Content struct {
	Notice *policy.Notice `json:"notice,omitempty"`
	Task   *policy.Task   `json:"task,omitempty"`
	Note   *Note          `json:"note,omitempty"`
}

// Note is a trace to be written back into a tool.
type Note struct {
	About string      `json:"about"` // the key of the entry it tells of
	Day   ledger.Date `json:"day"`
	Text  string      `json:"text"`
}

// Approval is a person's word that an entry may leave, or the mode's.
type Approval struct {
	By    string // empty: not approved
	At    time.Time
	Facts string    // the facts it was given for
	Until time.Time // it lapses after three business days
}

// Lease says who works on an entry, and until when.
type Lease struct {
	Owner string
	Epoch int64
	Until time.Time
}

// Intent is the durable record made just before the send.
type Intent struct {
	At        time.Time
	Epoch     int64
	Recipient string
	BodyHash  string
	MessageID string
	Deadline  time.Time // the send has given up by then
	Settle    time.Time // from then on the channel may be asked
}

// Receipt is the channel's word.
type Receipt struct {
	At       time.Time
	RemoteID string
	Note     string
}
