// Package policy decides what to say to whom and when: it takes one customer's
// position, history and holds, a ladder and a day, and returns a decision with
// its reason for every open item. It is pure: no clock, no database, no
// network, no log; the same input gives the same output.
package policy

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// Case is everything the policy may know about one customer of one company.
type Case struct {
	Company  ledger.UID         `json:"company"`
	Customer ledger.Customer    `json:"customer"` // merged; its ID is the UID
	Contacts []ledger.Contact   `json:"contacts,omitempty"`
	Position reconcile.Position `json:"position"`
	History  []ledger.Message   `json:"history,omitempty"`
	Holds    []ledger.Hold      `json:"holds,omitempty"`
	Calls    []Call             `json:"calls,omitempty"` // what people recorded about tasks
	// Proofs are the proofs of delivery kept for the messages in History.
	Proofs []Proof `json:"proofs,omitempty"`
	// EverPaid says that an invoice of the customer was paid before; it tells
	// the condition new_customer.
	EverPaid bool `json:"ever_paid,omitempty"`
}

// Proof is evidence that a message reached its reader or that the post tried:
// delivered, unclaimed or refused.
type Proof struct {
	Key string      `json:"key"` // of the message
	Day ledger.Date `json:"day"`
}

// Call is a person's record of a call, visit or reply.
type Call struct {
	Day     ledger.Date    `json:"day"`
	Verb    ledger.Verb    `json:"verb"`
	Outcome ledger.Outcome `json:"outcome"`
}

// Verdict is what is done about an item.
type Verdict string

// The verdicts.
const (
	Act  Verdict = "act"
	Wait Verdict = "wait"
	Held Verdict = "held"
)

// Decision is the policy's answer for one item, valid until Again.
type Decision struct {
	Item    ledger.UID      `json:"item"`
	Verdict Verdict         `json:"verdict"`
	Reason  Reason          `json:"reason"`
	Detail  string          `json:"detail,omitempty"` // the reason's particulars in English: a day, a rung, a hold's words
	Rung    string          `json:"rung,omitempty"`   // the rung acted on, or waited for
	Sev     ledger.Severity `json:"severity,omitempty"`
	Again   ledger.Date     `json:"again"` // the day it is looked at again at the latest; never zero, never in the past
	// Day is the day the reason speaks of: the next rung's, the last day of a
	// hold, the end of a gap, the day money is known until; zero when there is none.
	Day ledger.Date `json:"day,omitempty"`
}

// Notice is what one customer is sent at once: one rung, all items it covers.
type Notice struct {
	Customer ledger.UID        `json:"customer"`
	Anchor   ledger.UID        `json:"anchor"` // item
	Episode  int               `json:"episode"`
	Rung     string            `json:"rung"`
	Severity ledger.Severity   `json:"severity"`
	Verb     ledger.Verb       `json:"verb"`
	Template string            `json:"template"`
	Attach   []string          `json:"attach,omitempty"`
	Approval bool              `json:"approval"` // a person's word is needed whatever the mode
	To       ledger.Contact    `json:"to"`
	Language string            `json:"language"`
	Lines    []NoticeLine      `json:"lines"`              // the items asked for, oldest due first
	Upcoming []NoticeLine      `json:"upcoming,omitempty"` // not due yet, mentioned only
	Credits  []reconcile.Loose `json:"credits,omitempty"`  // money of the customer shown and taken off
	Repeat   int               `json:"repeat,omitempty"`   // the how-manieth repeat of a task rung
	// Region tells the customer's holidays, on which it does not leave; empty:
	// the company's own.
	Region string `json:"region,omitempty"`
	// Needs is the day up to which money must be known before this may leave:
	// the day after the newest due day in Lines, or the day of a broken promise.
	// Zero for a step before the due day.
	Needs ledger.Date `json:"needs,omitempty"`
}

// NoticeLine is one item in a notice and the rung it reaches with it.
type NoticeLine struct {
	Item     ledger.UID      `json:"item"`
	Number   string          `json:"number"`
	Ordinal  int             `json:"ordinal"`
	Parts    int             `json:"parts"`
	Issued   ledger.Date     `json:"issued"`
	Due      ledger.Date     `json:"due"`
	Total    money.Amount    `json:"total"`
	Open     money.Amount    `json:"open"`
	Order    string          `json:"order,omitempty"`
	Episode  int             `json:"episode"`
	Step     string          `json:"step"`     // the rung this item reaches, at most the notice's
	Severity ledger.Severity `json:"severity"` // of Step
	Invoice  ledger.UID      `json:"invoice"`
}

// Task is work for one of us that is not a rung: a missing address, credits to
// place, a stale bank file.
type Task struct {
	Kind    string     `json:"kind"`    // one of the Task constants
	Subject ledger.UID `json:"subject"` // item, customer, credit, finding, connection or company
	Episode int        `json:"episode"`
	Text    string     `json:"text"` // what to do and why, in the company's language
}

// Outcome is the policy's whole answer for one customer on one day.
type Outcome struct {
	Decisions []Decision // one for every open item, oldest due first, unknown due days last
	Notice    *Notice
	Tasks     []Task
	Again     ledger.Date // the earliest Again of the decisions; zero when there is no open item
	// Gated says that a notice would be due but for what is known about money.
	Gated bool
}

// Freshness is what the company knows about its money today.
type Freshness struct {
	Until   ledger.Date // money known until; zero: nothing is known
	MaxAge  int         // business days money may be old; 0: unlimited, which the configuration names as a risk
	Stale   string      // why a source is too old or failed; empty: all are fresh enough
	Holding string      // why the whole company is held, such as unreadable money of unknown owner
}
