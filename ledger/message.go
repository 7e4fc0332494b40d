package ledger

import "github.com/relanced/relanced/money"

// Severity orders what a message dares to say.
type Severity int

// The severities, mildest first.
const (
	Friendly Severity = iota + 1
	Firm
	Formal
	NoticeOfDefault // "notice": mise en demeure
	Court
)

// Verb is what a rung or an entry does.
type Verb string

// The verbs.
const (
	VerbMail       Verb = "mail"
	VerbLetter     Verb = "letter"
	VerbRegistered Verb = "registered"
	VerbCall       Verb = "call"
	VerbTask       Verb = "task"
	VerbVisit      Verb = "visit"
)

// MessageState says how far a message got.
type MessageState string

// The states of a message. Under way and unknown make the policy wait; failed
// and bounced did not reach anybody and do not advance an item's history.
const (
	MessageUnderWay MessageState = "under way"
	MessageSent     MessageState = "sent"
	MessageUnknown  MessageState = "unknown"
	MessageFailed   MessageState = "failed"
	MessageBounced  MessageState = "bounced"
)

// By says who sent a message.
type By string

// The senders a message can have.
const (
	ByUs     By = "us"
	ByPerson By = "person"
	ByTool   By = "tool"
)

// Message is what a customer has been sent: an item's history is made of these
// and of nothing else.
type Message struct {
	ID       string        `json:"id"` // remote id, or the entry's key when it is ours
	Key      string        `json:"key,omitempty"`
	Customer string        `json:"customer"` // remote id in a page, UID after the cache
	Items    []MessageItem `json:"items,omitempty"`
	Channel  Verb          `json:"channel"`
	State    MessageState  `json:"state"`
	Day      Date          `json:"day"`
	By       By            `json:"by"`
	Text     string        `json:"text,omitempty"` // a short note, never the body
}

// MessageItem says which rung an item reached with a message. A message of a
// person or a tool has no step and counts as the entry rung.
type MessageItem struct {
	Item     string   `json:"item"` // remote id in a page, UID after the cache
	Step     string   `json:"step,omitempty"`
	Severity Severity `json:"severity,omitempty"`
	Episode  int      `json:"episode,omitempty"`
}

// Outcome is what came of a task, in the words of the `log` command.
type Outcome string

// The outcomes of a call, letter, reply or visit.
const (
	OutcomeReached   Outcome = "reached"
	OutcomeNoAnswer  Outcome = "no-answer"
	OutcomePromise   Outcome = "promise"
	OutcomeDispute   Outcome = "dispute"
	OutcomeSaysPaid  Outcome = "says-paid"
	OutcomeWrongData Outcome = "wrong-data"
	OutcomeOther     Outcome = "other"
)

// TaskOutcome is what a person recorded about a task we handed over.
type TaskOutcome struct {
	Key     string       `json:"key"`
	Outcome Outcome      `json:"outcome"`
	Day     Date         `json:"day"`
	Who     string       `json:"who,omitempty"`
	Note    string       `json:"note,omitempty"`
	Promise money.Amount `json:"promise,omitzero"`
	By      Date         `json:"by,omitempty"` // the day promised
}

// Hold is why a customer, an invoice or an item is left alone.
type Hold struct {
	UID      UID      `json:"uid"`
	Kind     HoldKind `json:"kind"`
	Customer UID      `json:"customer"`
	Invoice  UID      `json:"invoice,omitempty"` // empty with Item empty: the whole customer
	Item     UID      `json:"item,omitempty"`
	Source   string   `json:"source"` // "person", or the connection's name
	Owner    string   `json:"owner"`
	Reason   string   `json:"reason"`
	From     Date     `json:"from"`
	Until    Date     `json:"until"` // last day of the hold; zero: until released
}

// HoldKind tells holds apart; some have facts of their own.
type HoldKind string

// The kinds of hold.
const (
	HoldPause      HoldKind = "pause"
	HoldDispute    HoldKind = "dispute"
	HoldPromise    HoldKind = "promise"
	HoldPlan       HoldKind = "instalment-plan"
	HoldSaysPaid   HoldKind = "says-paid"
	HoldInsolvency HoldKind = "insolvency"
	HoldDeceased   HoldKind = "deceased"
	HoldSold       HoldKind = "sold"
	HoldNever      HoldKind = "never"
	HoldRejected   HoldKind = "rejected" // a person refused a proposed entry
)

// Finding is something that does not add up. While it is open it holds what it
// names, if it holds at all.
type Finding struct {
	ID       string      `json:"id"`   // stable: the same fact gives the same finding
	Kind     FindingKind `json:"kind"` // a short code, stable for machines
	Customer string      `json:"customer,omitempty"`
	Invoice  string      `json:"invoice,omitempty"`
	Item     string      `json:"item,omitempty"`
	Holds    bool        `json:"holds"`
	Text     string      `json:"text"` // what was seen and what to do, for people
	Seen     Source      `json:"seen"`
}

// FindingKind is a stable code for what does not add up.
type FindingKind string

// The kinds of finding that connectors and reconcile raise.
const (
	FindingSameNumber        FindingKind = "same-number"         // one number, two different documents
	FindingUnconfirmed       FindingKind = "unconfirmed"         // open last year, absent from this year's opening
	FindingOpeningTotal      FindingKind = "opening-total"       // an opening total that differs from last year's items
	FindingUnbalanced        FindingKind = "unbalanced"          // an entry or a statement does not add up
	FindingGap               FindingKind = "gap"                 // a statement or entries are missing
	FindingOpenDiffers       FindingKind = "open-differs"        // two connections disagree about an open amount
	FindingUnknownAccount    FindingKind = "unknown-account"     // customer money on an account that is not listed
	FindingTwins             FindingKind = "twins"               // lines that may be one or two
	FindingOwnIBAN           FindingKind = "own-iban"            // a pulled IBAN differs from ours
	FindingOverallocated     FindingKind = "overallocated"       // more allocated than there is
	FindingReturnUnmatched   FindingKind = "return-unmatched"    // money went back, and nobody knows whose
	FindingEqualAmount       FindingKind = "equal-amount"        // loose money equals an item: a suggestion that holds
	FindingOtherCurrency     FindingKind = "other-currency"      // a payment names an invoice in another currency
	FindingUnknownItem       FindingKind = "unknown-item"        // an allocation names what we do not have
	FindingWriteOff          FindingKind = "write-off-proposal"  // a small residue after a payment
	FindingDunsItself        FindingKind = "tool-duns-itself"    // the tool sends reminders of its own
	FindingVanishedAllocated FindingKind = "vanished-with-money" // a record vanished that money was allocated to
	FindingUnreadable        FindingKind = "unreadable"          // a file could not be used at all
	FindingUnexplained       FindingKind = "unexplained-debit"   // a debit on a customer that neither a sale nor money explains
	FindingShrunken          FindingKind = "shrunken"            // a complete reading lacks much of what the one before had
	FindingLettering         FindingKind = "lettering"           // an incomplete lettering that can be read in more than one way
)

// Quarantined is a record we could not read for certain. Money in quarantine
// holds its customer; if the customer is unknown, the company.
type Quarantined struct {
	ID       string `json:"id"` // stable for the same record
	Kind     Kind   `json:"kind"`
	Customer string `json:"customer,omitempty"` // remote id, when it could be read
	Money    bool   `json:"money"`              // a payment, credit, allocation or bank line
	Reason   string `json:"reason"`             // file, line, field and the way out
	Seen     Source `json:"seen"`
}
