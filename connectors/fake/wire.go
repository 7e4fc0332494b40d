package fake

import (
	"encoding/json"
	"time"
)

// The dialect. Days travel as the instant at which they begin in the tool's
// zone, amounts as decimal text beside their currency, as many tools do.

type wireMe struct {
	Tenant       string    `json:"tenant"`
	Name         string    `json:"name"`
	Version      string    `json:"version"`
	Zone         string    `json:"zone"`
	ServerTime   time.Time `json:"server_time"`
	Rights       []string  `json:"rights"`
	OwnReminders bool      `json:"own_reminders"`

	location *time.Location
}

// wireList is one page of records.
type wireList struct {
	ServerTime time.Time    `json:"server_time"`
	Records    []wireRecord `json:"records"`
	Next       string       `json:"next,omitempty"` // a position for ?after=; empty on the last page
	Count      *int         `json:"count,omitempty"`
	Open       []wireSum    `json:"open,omitempty"`
	MoneyUntil string       `json:"money_until,omitempty"`
}

type wireSum struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

// wireRecord wraps one record of any kind.
type wireRecord struct {
	Kind       string          `json:"kind"`
	ID         string          `json:"id"`
	Updated    time.Time       `json:"updated"` // whole seconds
	Deleted    bool            `json:"deleted,omitempty"`
	MergedInto string          `json:"merged_into,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
}

type wireCustomer struct {
	ID         string   `json:"id"`
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Language   string   `json:"language"`
	SIREN      string   `json:"siren"`
	VAT        string   `json:"vat"`
	Terms      string   `json:"terms"`
	Address    []string `json:"address"`
	NeverChase string   `json:"never_chase"`
}

type wireContact struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Role     string `json:"role"`
	Name     string `json:"name"`
	Mail     string `json:"mail"`
	Phone    string `json:"phone"`
}

type wireInvoice struct {
	ID         string     `json:"id"`
	Customer   string     `json:"customer"`
	Number     string     `json:"number"`
	Status     string     `json:"status"` // draft, open, paid, void
	Issued     string     `json:"issued"`
	Currency   string     `json:"currency"`
	Total      string     `json:"total"`
	References []string   `json:"references"`
	Order      string     `json:"order"`
	Items      []wireItem `json:"items"`
}

type wireItem struct {
	ID    string `json:"id"`
	Due   string `json:"due"`
	Total string `json:"total"`
	Open  string `json:"open"`
}

// wireMoney is a credit or a payment.
type wireMoney struct {
	ID        string `json:"id"`
	Customer  string `json:"customer"`
	Kind      string `json:"kind,omitempty"` // of a credit: credit_note, deposit, other
	Number    string `json:"number,omitempty"`
	Day       string `json:"day"`
	Currency  string `json:"currency"`
	Amount    string `json:"amount"`
	Method    string `json:"method,omitempty"`
	Text      string `json:"text,omitempty"`
	Reference string `json:"reference,omitempty"`
}

type wireAllocation struct {
	ID       string `json:"id"`
	FromKind string `json:"from_kind"`
	From     string `json:"from"`
	Item     string `json:"item"`
	Customer string `json:"customer"`
	Day      string `json:"day"`
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

type wireBankLine struct {
	ID        string `json:"id"`
	Account   string `json:"account"`
	Day       string `json:"day"`
	Value     string `json:"value"`
	Currency  string `json:"currency"`
	Amount    string `json:"amount"`
	Payer     string `json:"payer"`
	PayerIBAN string `json:"payer_iban"`
	Text      string `json:"text"`
	Reference string `json:"reference"`
	EndToEnd  string `json:"end_to_end"`
}

// wireTrace is a message the tool knows of: one we sent, or somebody else did.
type wireTrace struct {
	ID       string `json:"id"`
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Channel  string `json:"channel"`
	State    string `json:"state"`
	By       string `json:"by"`
	At       string `json:"at"`
}

// wireMessage is what we hand over to be delivered.
type wireMessage struct {
	Key         string           `json:"key"`
	Verb        string           `json:"verb"`
	ToName      string           `json:"to_name"`
	ToMail      string           `json:"to_mail"`
	ToAddress   []string         `json:"to_address"`
	Subject     string           `json:"subject"`
	Text        string           `json:"text"`
	HTML        string           `json:"html"`
	PDF         []byte           `json:"pdf"`
	Attachments []wireAttachment `json:"attachments"`
	MessageID   string           `json:"message_id"`
	Day         string           `json:"day"` // 2026-04-30
}

type wireAttachment struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Bytes []byte `json:"bytes"`
}

// wireReceipt answers a delivery, and a search for one.
type wireReceipt struct {
	Found *bool     `json:"found,omitempty"`
	ID    string    `json:"id,omitempty"`
	Key   string    `json:"key,omitempty"`
	At    time.Time `json:"at,omitzero"`
}
