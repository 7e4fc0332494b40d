// Package connectors is the contract between relanced and the tools and
// channels of a business: what a connector must be able to do, what it may be
// able to do, and what its errors allow the caller to do next.
//
// A connector speaks the remote ids of its own tool. It opens no network
// connection before its first call, keeps no state of ours, never logs and
// never puts a secret or personal data into an error.
package connectors

import (
	"context"
	"iter"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Connector is the part every tool and every channel has.
type Connector interface {
	// Check asks the tool who it is and what we may do there. It changes
	// nothing and may be repeated.
	Check(ctx context.Context) (Report, error)
}

// Reader is a connector that facts can be pulled from.
type Reader interface {
	// Read yields pages of the scope. A page is stored together with its
	// Next cursor, so a reader that is started again with that cursor must
	// yield everything after the page, and may repeat what was in it.
	//
	// A stream's last page carries End. A stream that is cut short yields an
	// error and no End: then nothing may be taken for deleted. After an
	// error the sequence stops. Cancelling ctx stops it with ctx's error.
	Read(ctx context.Context, scope Scope, since Cursor) iter.Seq2[Page, error]
}

// Looker is a connector that can tell the truth about one customer right now.
type Looker interface {
	// Look reads the items named and every credit and payment of their
	// customer, with no cache in between. An item that is gone is listed in
	// Deleted. It is called just before a message leaves.
	Look(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (Page, error)
}

// Sender is a connector that delivers.
type Sender interface {
	// Send delivers one message to one recipient, and returns when the
	// channel has taken it for good. It never retries by itself.
	//
	// ErrUnavailable: it surely did not leave; ErrRejected: it will never be
	// taken; ErrUncertain: it may have left, and only Find can tell. A
	// context that ends before the last byte has left gives ErrUnavailable,
	// after it ErrUncertain.
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Finder is a sender that can tell whether a key has been delivered.
type Finder interface {
	// Find looks for a message by its key. It answers Absent only when it is
	// certain; ErrUncertain means that it cannot tell, and then a person
	// must. It changes nothing and may be repeated.
	Find(ctx context.Context, key string) (Found, error)
}

// Identifier is a connector that can say cheaply who its tool is, where Check
// would read whole files.
type Identifier interface {
	// Identify returns what Check returns as Identity.
	Identify(ctx context.Context) (string, error)
}

// Preparer is a channel that has to be set up once before it can deliver, such
// as a folder that needs its store.
type Preparer interface {
	// Prepare sets the channel up. Where it is set up already it changes
	// nothing; where what it had is gone it returns ErrUncertain.
	Prepare(ctx context.Context) error
}

// Scope says how much of a tool is read.
type Scope int

// The scopes.
const (
	Delta Scope = iota + 1 // what changed since the cursor
	Open                   // all open items: the authority for money
	All                    // everything: a census
)

// Cursor is a connector's own note of how far it has read one connection. It
// is opaque to everybody else. It is made from the server's time at the start
// of the request less an overlap, or from files' fingerprints, never from our
// clock. The empty cursor means "from the beginning".
type Cursor string

// Page is one portion of what a tool says. Ids in it are remote ids.
type Page struct {
	Stream      string // the part of the tool the page belongs to: an account, a fiscal year; "" when there is one
	Customers   []ledger.Customer
	Contacts    []ledger.Contact
	Invoices    []ledger.Invoice
	Credits     []ledger.Credit
	Payments    []ledger.Payment
	Allocations []ledger.Allocation
	BankLines   []ledger.BankLine
	Messages    []ledger.Message
	Outcomes    []ledger.TaskOutcome
	Findings    []ledger.Finding // what does not add up within this tool
	Quarantined []ledger.Quarantined
	Deleted     []Deleted
	Merged      []Merged
	Next        Cursor // cursor of the connection once this page is stored
	End         *End   // on a stream's last page only
}

// Deleted names a record the tool says is gone.
type Deleted struct {
	Kind ledger.Kind
	ID   string
}

// Merged says that a customer became part of another in the tool: holds,
// promises, contacts and history follow the survivor.
type Merged struct{ From, Into string }

// End closes a stream that was read to its end.
type End struct {
	// AsOf is the instant at which what was read was true: the server's time
	// at the start of the reading; for a file the day of its newest entry.
	AsOf time.Time
	// Unchanged says that nothing in the stream moved since the cursor, so
	// nothing was yielded and nothing may be taken for deleted.
	Unchanged bool
	// Complete says that the stream was read in full under this scope, so
	// that what was not seen has vanished from it.
	Complete bool
	// Count is how many records the tool says the scope holds; -1: it does not say.
	Count int
	// Open is the tool's own sum of open amounts per currency, when it gives one.
	Open []money.Amount
	// MoneyUntil is the day up to which this stream knows what was paid;
	// zero when it cannot say. For a bank account it is the closing day of
	// the newest complete statement.
	MoneyUntil ledger.Date
	// Account is the IBAN the stream is about, when it is a bank account.
	Account string
}

// Report is what a connector found out about its tool.
type Report struct {
	Identity     string // tenant, database or SIREN; it must not change under one connection name
	Name         string // what the tool calls the company
	Version      string
	Zone         string    // the tool's time zone, an IANA name
	ServerTime   time.Time // zero when the tool does not tell
	Rights       []Right
	Capabilities []Capability
	OwnDunning   string // how the tool sends reminders by itself, when it does; empty: it does not
	Problems     []string
}

// Right is one permission that was probed.
type Right struct {
	Name    string
	Granted bool
	Needed  bool
	Way     string // how the administrator grants it
}

// Capability is one thing a connector can or cannot do, told as its
// consequence: "no Look: the newest file decides".
type Capability struct {
	Name        string
	Has         bool
	Consequence string
}

// Message is one thing on its way to one recipient: a mail, a letter, or a
// task for one of us.
type Message struct {
	Key         string // [a-z0-9-]{1,64}; the same key is delivered at most once
	Verb        ledger.Verb
	To          Recipient
	From        Party
	Subject     string
	Text        string
	HTML        string
	PDF         []byte // the letter itself, for letter and registered
	Attachments []Attachment
	MessageID   string // RFC 5322, without brackets; made from the key
	InReplyTo   string
	Day         ledger.Date // the day the message bears
	Deadline    time.Time   // Send gives up before this instant
	Urgent      bool
}

// Recipient is one person or mailbox outside, or one of us for a task.
type Recipient struct {
	Name    string
	Mail    string
	Phone   string
	Address []string // name first, then postal lines
}

// Party is who signs.
type Party struct {
	Name    string // a person
	Company string
	Mail    string
	ReplyTo string
	Phone   string
	Address []string
}

// Attachment is a document that goes along.
type Attachment struct {
	Name  string // file name, no path
	Type  string // media type
	Bytes []byte
}

// Receipt is the channel's word that it took a message.
type Receipt struct {
	RemoteID string    // how the tool names what it took
	At       time.Time // when, by the channel's clock if it has one
	Note     string    // for people: where to see it
}

// Found is Finder's answer.
type Found struct {
	Absent  bool // surely never delivered
	Receipt Receipt
}
