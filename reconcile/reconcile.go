// Package reconcile works out who owes what: it merges what several
// connections say, pairs bank lines with booked payments, allocates money to
// items and tells what does not add up. It is pure: no clock, no database, no
// network, no log; the same facts give the same result, in any order.
package reconcile

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Account is everything the connections say about one customer, and the
// allocations made so far. UIDs replace remote ids.
type Account struct {
	Customer  ledger.UID
	Records   []CustomerRecord // one per connection, in the company's order of sources
	Default   ledger.Customer  // the people file's row "*", zero when there is none
	Contacts  []ledger.Contact
	Invoices  []InvoiceRecord
	Credits   []CreditRecord
	Payments  []PaymentRecord
	Lines     []LineRecord         // bank lines allocated to, or known to be from, this customer
	Settled   []Settlement         // every allocation on these items or from this money, the tool's and ours, with the rows that undo them
	Suggested []Suggestion         // loose money elsewhere that may be this customer's
	Findings  []ledger.Finding     // raised by connectors about this customer, still open
	Doubtful  []ledger.Quarantined // quarantined records of this customer, still open
	Released  []string             // ids of findings, suggestions and records that a person has settled: they hold no more
}

// CustomerRecord is one connection's word about the customer.
type CustomerRecord struct {
	Connection ledger.UID
	Customer   ledger.Customer
}

// InvoiceRecord is one connection's invoice.
type InvoiceRecord struct {
	Connection ledger.UID
	Source     int // place of the connection in the company's order of sources; 0 speaks first
	UID        ledger.UID
	Invoice    ledger.Invoice
	Items      []ItemRecord // in the order of Invoice.Items
}

// ItemRecord is what the cache adds to an item.
type ItemRecord struct {
	UID     ledger.UID
	Episode int // rises when the item is reopened
}

// CreditRecord is a credit with its UID.
type CreditRecord struct {
	Known      ledger.Date // the day we first saw it; what it may hold counts from then, if that is later
	Connection ledger.UID
	UID        ledger.UID
	Customer   ledger.UID // empty: Credit.Customer already is the customer's UID
	Credit     ledger.Credit
}

// PaymentRecord is a booked payment with its UID.
type PaymentRecord struct {
	Known      ledger.Date // the day we first saw it; what it may hold counts from then, if that is later
	Connection ledger.UID
	UID        ledger.UID
	Customer   ledger.UID // empty: not known
	Payment    ledger.Payment
	Line       ledger.UID // the bank line it is paired with, if any
}

// LineRecord is a bank line with its UID.
type LineRecord struct {
	Known    ledger.Date // the day we first saw it; what it may hold counts from then, if that is later
	UID      ledger.UID
	Customer ledger.UID // by confirmed IBAN or by a person's word; empty: not known
	Line     ledger.BankLine
	Payments []ledger.UID // the booked payments it is paired with, if any
}

// Settlement is an allocation in force between things that have UIDs.
type Settlement struct {
	UID      ledger.UID
	FromKind ledger.Kind // KindPayment, KindCredit or KindBankLine
	From     ledger.UID
	Item     ledger.UID
	Customer ledger.UID // the item's customer
	Amount   money.Amount
	By       string      // ByTool, ByNumber, ByReference, ByPerson, ByReturn, ByPaired
	Undoes   ledger.UID  // the settlement it takes back, when negative
	Day      ledger.Date // the day it counts from
}

// Position is what one customer owes one company, item by item, in all
// currencies. It holds open items only.
type Position struct {
	Customer ledger.UID `json:"customer"`
	Items    []Item     `json:"items"`
	Loose    []Loose    `json:"loose,omitempty"`
	Doubts   []Doubt    `json:"doubts,omitempty"` // what holds the customer as a whole
	Residues []Residue  `json:"residues,omitempty"`
}

// Item is one open instalment.
type Item struct {
	UID     ledger.UID   `json:"uid"`
	Invoice ledger.UID   `json:"invoice"`
	Number  string       `json:"number"`
	Ordinal int          `json:"ordinal"`
	Parts   int          `json:"parts"` // how many instalments the invoice has
	Episode int          `json:"episode"`
	Issued  ledger.Date  `json:"issued"`
	Due     ledger.Date  `json:"due"`             // zero: due day unknown
	Terms   string       `json:"terms,omitempty"` // the terms the due day came from, if not the tool
	Total   money.Amount `json:"total"`
	Open    money.Amount `json:"open"`
	Paid    ledger.Date  `json:"paid,omitempty"` // day of the last money on it
	Order   string       `json:"order,omitempty"`
	Doubts  []Doubt      `json:"doubts,omitempty"` // what holds this item alone
}

// Doubt is a fact that holds a customer or an item until it is settled.
type Doubt struct {
	Code string      `json:"code"` // a FindingKind, "quarantine", "suggested"
	Text string      `json:"text"` // what was seen and what to do
	ID   string      `json:"id"`   // the finding's or record's id, for `release`
	From ledger.Date `json:"from,omitempty"`
	// Bounded says that credit_hold ends the doubt: money that nobody could
	// place must not silence a customer for ever.
	Bounded bool `json:"bounded,omitempty"`
}

// Loose is money of the customer that no item has taken yet.
type Loose struct {
	Kind   ledger.Kind  `json:"kind"`
	UID    ledger.UID   `json:"uid"`
	Amount money.Amount `json:"amount"` // positive: in the customer's favour
	Day    ledger.Date  `json:"day"`
	Known  ledger.Date  `json:"known,omitempty"` // the day we first saw it
	Text   string       `json:"text,omitempty"`
}

// Residue proposes to write off what little is left of an item after a payment
// that named it.
type Residue struct {
	Item   ledger.UID   `json:"item"`
	Amount money.Amount `json:"amount"`
}

// Suggestion says that loose money may pay items, and holds them meanwhile.
type Suggestion struct {
	From     ledger.UID   `json:"from"`
	FromKind ledger.Kind  `json:"from_kind"`
	Items    []ledger.UID `json:"items"`    // empty: the customer as a whole
	Customer ledger.UID   `json:"customer"` // the customer it holds
	Amount   money.Amount `json:"amount"`   // what is loose of it
	Day      ledger.Date  `json:"day"`
	Known    ledger.Date  `json:"known,omitempty"` // the day we first saw the money
	Payer    bool         `json:"payer,omitempty"` // the payer bears the customer's very name: it shows as money of the customer
	Why      string       `json:"why"`             // "equal amount", "sum of 2 items", "names F2026-0110 in GBP", "known payer"
}

// Merged is the customer as all connections together describe it.
type Merged struct {
	Customer ledger.Customer  `json:"customer"`
	Contacts []ledger.Contact `json:"contacts"`
}

// Terms tells the last day on which paying an invoice is in time, from the
// payment terms written for the customer. ok is false when they say nothing.
type Terms func(written string, issued ledger.Date) (due ledger.Date, ok bool)

// Settings are the company's own rules for this stage.
type Settings struct {
	Terms        Terms
	DefaultTerms string   // from the configuration; used when no connection says any
	ResidueRatio [2]int64 // a residue up to this share of the total, 2/100
	ResidueMax   int64    // and up to this many minor units, 2000
	OwnAccounts  []string // the company's IBANs
	OwnName      string   // the company's name, to know its own transfers
}
