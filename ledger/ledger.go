// Package ledger owns the nouns every stage speaks: customers, invoices with
// their items, credits, payments, bank lines, allocations, messages, holds and
// findings. It validates them and gives them no behaviour; it reads no clock,
// no file and no database.
//
// Connectors fill these types with the ids of their own tool ("remote ids").
// The cache gives each thing a surrogate UID at first sight; the stages after
// the cache speak UIDs.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/relanced/relanced/money"
)

// UID is a surrogate id: sixteen hexadecimal digits that follow a thing
// through links and merges. It is derived from where the thing was first seen,
// so a database rebuilt or restored gives the same thing the same UID, and so
// the same key to what is sent about it.
type UID string

// NewUID derives a UID from its parts: the company's or connection's UID, the
// kind of thing and the remote id it was first seen under.
func NewUID(parts ...string) UID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return UID(hex.EncodeToString(sum[:8]))
}

// Ref names a record in one connection's tool.
type Ref struct {
	Connection UID    `json:"connection"`
	Kind       Kind   `json:"kind"`
	ID         string `json:"id"` // the tool's own id
}

// Kind says what sort of record a Ref names.
type Kind string

// The kinds of record that a connection can tell of.
const (
	KindCustomer   Kind = "customer"
	KindContact    Kind = "contact"
	KindInvoice    Kind = "invoice"
	KindItem       Kind = "item"
	KindCredit     Kind = "credit"
	KindPayment    Kind = "payment"
	KindAllocation Kind = "allocation"
	KindBankLine   Kind = "bank_line"
	KindMessage    Kind = "message"
)

// CustomerKind is what the law wants to know of a debtor. Unknown is treated
// as a consumer, who is owed the most care.
type CustomerKind string

// The kinds of customer.
const (
	KindUnknown  CustomerKind = ""
	KindBusiness CustomerKind = "business"
	KindConsumer CustomerKind = "consumer"
	KindPublic   CustomerKind = "public"
)

// Customer is a debtor, as one connection knows it.
type Customer struct {
	ID          string       `json:"id"`   // remote id
	Code        string       `json:"code"` // customer code in the books; links connections
	Name        string       `json:"name"`
	Kind        CustomerKind `json:"kind,omitempty"`
	Language    string       `json:"language,omitempty"` // "fr", "en"; empty: not known
	SIREN       string       `json:"siren,omitempty"`
	VAT         string       `json:"vat,omitempty"`
	IBANs       []string     `json:"ibans,omitempty"`    // accounts a person has confirmed as the customer's
	Terms       string       `json:"terms,omitempty"`    // as law.ParseTerms reads it; empty: not known
	Calendar    string       `json:"calendar,omitempty"` // holidays: "FR", "FR-57", "BE", "LU"; empty: the company's
	Address     []string     `json:"address,omitempty"`  // postal lines below the name
	Documents   string       `json:"documents,omitempty"`
	NeverChase  string       `json:"never_chase,omitempty"` // the reason; empty: may be chased
	Default     bool         `json:"default,omitempty"`     // the people file's row "*": speaks for whoever has no row
	Seen        Source       `json:"seen"`
	Salutation  string       `json:"salutation,omitempty"`
	CustomerRef string       `json:"customer_ref,omitempty"` // what the customer calls us: supplier number
}

// Source says where in a file or reply a record stood, for people who look it
// up: "999999014FEC20261231.txt line 12".
type Source string

// Role is what a contact does about our invoices.
type Role string

// The roles of a contact.
const (
	RoleOrders     Role = "orders"
	RoleApproves   Role = "approves"
	RolePays       Role = "pays"
	RoleEscalation Role = "escalation"
)

// Contact is a person or a mailbox at a customer.
type Contact struct {
	ID       string `json:"id"`
	Customer string `json:"customer"` // remote id of the customer
	Role     Role   `json:"role"`
	Name     string `json:"name,omitempty"`
	Mail     string `json:"mail,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Language string `json:"language,omitempty"`
	Invalid  string `json:"invalid,omitempty"` // why it cannot be used, such as a hard bounce
	Seen     Source `json:"seen"`
}

// Invoice is a demand for money with one or more items.
type Invoice struct {
	ID         string       `json:"id"`
	Customer   string       `json:"customer"` // remote id
	Number     string       `json:"number"`   // as printed on the invoice
	Issued     Date         `json:"issued"`
	Total      money.Amount `json:"total"`                // positive
	References []string     `json:"references,omitempty"` // structured references printed on it (RF, OGM, QRR)
	Order      string       `json:"order,omitempty"`      // the customer's order number
	Items      []Item       `json:"items"`
	Draft      bool         `json:"draft,omitempty"` // not valid yet: nothing is owed
	Opening    bool         `json:"opening,omitempty"`
	Seen       Source       `json:"seen"`
}

// Item is one instalment of an invoice: the unit of debt.
type Item struct {
	ID      string        `json:"id"`      // remote id, unique in the connection
	Ordinal int           `json:"ordinal"` // 1 for the first instalment
	Due     Date          `json:"due"`     // last day on which paying is in time; zero: from the terms
	Total   money.Amount  `json:"total"`
	Open    *money.Amount `json:"open,omitempty"` // what the tool itself says is open; nil: allocations tell
}

// Credit lowers what a customer owes without being a payment.
type Credit struct {
	ID       string       `json:"id"`
	Customer string       `json:"customer"`
	Kind     CreditKind   `json:"kind"`
	Number   string       `json:"number"`
	Day      Date         `json:"day"`
	Amount   money.Amount `json:"amount"` // positive
	Text     string       `json:"text,omitempty"`
	Seen     Source       `json:"seen"`
}

// CreditKind tells credits apart.
type CreditKind string

// The kinds of credit.
const (
	CreditNote    CreditKind = "credit_note"
	CreditDeposit CreditKind = "deposit"
	CreditOther   CreditKind = "other" // any other credit the books show: write-off, set-off, opening credit
)

// Payment is money received as the tool booked it. A negative amount is a
// payment that came back: a returned direct debit, a bounced cheque, a refund.
type Payment struct {
	ID        string       `json:"id"`
	Customer  string       `json:"customer"` // remote id; empty: not known
	Day       Date         `json:"day"`      // the day the tool booked it
	Amount    money.Amount `json:"amount"`
	Method    string       `json:"method,omitempty"` // "bank", "cheque", "cash", "draft"; empty: not known
	Text      string       `json:"text,omitempty"`
	Reference string       `json:"reference,omitempty"` // piece, end-to-end id or structured reference
	Seen      Source       `json:"seen"`
}

// BankLine is one movement on one of our bank accounts.
type BankLine struct {
	ID         string       `json:"id"`
	Account    string       `json:"account"` // our IBAN
	Day        Date         `json:"day"`     // booking day
	Value      Date         `json:"value"`
	Amount     money.Amount `json:"amount"` // positive: money in
	Payer      string       `json:"payer,omitempty"`
	PayerIBAN  string       `json:"payer_iban,omitempty"`
	Text       string       `json:"text,omitempty"`       // free remittance text
	Reference  string       `json:"reference,omitempty"`  // structured creditor reference
	EndToEnd   string       `json:"end_to_end,omitempty"` // empty when the bank writes NOTPROVIDED
	Mandate    string       `json:"mandate,omitempty"`
	Return     string       `json:"return,omitempty"`    // return reason such as AM04
	Reversal   bool         `json:"reversal,omitempty"`  // the bank marks it as a reversal
	Pending    bool         `json:"pending,omitempty"`   // announced, not booked: holds, never allocates
	Doubt      string       `json:"doubt,omitempty"`     // why the line may be a repeat of another; it holds, never allocates
	Instructed money.Amount `json:"instructed,omitzero"` // what was ordered, when in another currency
	Family     string       `json:"family,omitempty"`    // bank transaction code, such as PMNT/RCDT/ESCT
	Seen       Source       `json:"seen"`
}

// Allocation says that so much of one payment, bank line or credit settles one
// item. It is append-only: undoing it is another allocation of the opposite
// amount.
type Allocation struct {
	ID       string       `json:"id"`
	FromKind Kind         `json:"from_kind"` // KindPayment, KindCredit or KindBankLine
	From     string       `json:"from"`
	Item     string       `json:"item"`
	Amount   money.Amount `json:"amount"`
	Day      Date         `json:"day"` // the day it counts from
}
