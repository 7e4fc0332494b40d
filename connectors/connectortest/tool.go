package connectortest

import (
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// Tool is the remote side in the suite's hand: an account in a tool, a channel
// or a folder of files. What else the suite can do with it, it says by the
// interfaces below that it implements; each may be missing.
type Tool interface {
	// Open returns a new connector on the tool, as its kind's configuration
	// would, with good credentials.
	Open() (connectors.Connector, error)
}

// Books can be written by the tool's users. Each method returns the record as
// the connector is to tell it, ids included: the suite uses those from then
// on. A record with an id the tool has is replaced.
type Books interface {
	PutCustomer(c ledger.Customer) (ledger.Customer, error)
	PutInvoice(i ledger.Invoice) (ledger.Invoice, error)
	PutPayment(p ledger.Payment, settles ...ledger.Allocation) (ledger.Payment, error)
}

// CreditBooks have credit notes too.
type CreditBooks interface {
	PutCredit(c ledger.Credit, settles ...ledger.Allocation) (ledger.Credit, error)
}

// Deleter can lose records.
type Deleter interface {
	Delete(kind ledger.Kind, id string) error
}

// Merger can make one customer part of another.
type Merger interface {
	Merge(from, into string) error
}

// Spoiler can make a record unreadable: one with a status or kind nobody
// knows, one without its amount.
type Spoiler interface {
	SpoilStatus(kind ledger.Kind, id string) error
	SpoilField(kind ledger.Kind, id string) error
}

// Clock is the tool's own. It never moves by itself while a check runs.
type Clock interface {
	Advance(d time.Duration) // backwards when negative
}

// Zoned is a tool whose days depend on where it stands.
type Zoned interface {
	SetZone(iana string) error
}

// Faulty can misbehave. Arm replaces what was armed; times below zero: until
// Disarm.
type Faulty interface {
	Faults() []Fault
	Arm(f Fault, times int) error
	Disarm()
}

// Stranger opens a connector with credentials that the tool does not accept.
type Stranger interface {
	OpenStranger() (connectors.Connector, error)
}

// Mailbox lists what reached its recipients, oldest first.
type Mailbox interface {
	Received() []Received
}

// Received is one message that reached its recipient.
type Received struct {
	Key     string
	To      string // mail address; name when there is none
	Subject string
	Text    string
	Files   []string // names of what was attached, a letter's own PDF first as "letter.pdf"
	Sizes   []int    // their bytes
}

// Meter counts the requests that reached the tool.
type Meter interface {
	Requests() (reads, writes int)
}

// Paged tells how many records make a page, so that the suite can have more.
type Paged interface {
	PageSize() int
}

// Secretive tells the secrets its connectors were opened with, good and bad.
type Secretive interface {
	Secrets() []string
}

// Limited takes back what its other methods seem to promise: a file that has
// no due days, for one.
type Limited interface {
	Lacks() Capability
}

// Fault is a way in which a tool can misbehave.
type Fault uint

// The faults. A file's are what corresponds: a cut file, a missing folder.
const (
	Fault401         Fault = iota // credentials refused, as if they had expired
	Fault403                      // rights refused
	Fault429                      // too many requests, Retry-After: 7
	Fault429Bare                  // without Retry-After
	Fault429Absurd                // with a Retry-After of centuries
	Fault503                      // nothing was done
	FaultCutBody                  // the answer, or the file, breaks off
	FaultEndlessBody              // the answer never ends
	FaultHTML                     // a page for people instead of data
	FaultUnreachable              // no connection at all; armed before Open
	FaultHang                     // takes a request and never answers
	FaultRejected                 // a write is refused for good
	FaultLostAnswer               // a write is done, its answer lost
	FaultLateFailure              // a write is done, then answered with 503
	FaultSlowLanding              // a write is done one minute later by the tool's Clock, though the client has gone
	lastFault
)

// Landing is how long FaultSlowLanding takes by the tool's Clock.
const Landing = time.Minute
