package policy

import (
	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Ladder is the written policy for a kind of customer: rungs from the first
// friendly word to the formal letter. It is text, checked when it is loaded.
type Ladder struct {
	ID     string          `toml:"-"`
	MinGap calendar.Span   `toml:"min_gap" doc:"least time between two messages to one customer"`
	Window calendar.Window `toml:"window" doc:"days and hours in which messages leave"`
	Entry  string          `toml:"entry" doc:"the rung an item without history starts at, whatever its age"`
	Rungs  []Rung          `toml:"rung"`
	places places          // of the keys in the text it was read from; nil: not read from one
}

// Rung is one step of a ladder.
type Rung struct {
	ID        string          `toml:"id" doc:"unique per company, never reused"`
	Severity  ledger.Severity `toml:"severity" doc:"friendly, firm, formal, notice or court"`
	Before    *calendar.Span  `toml:"before" doc:"a side step before the due day, not part of the climb"`
	After     *calendar.Span  `toml:"after" doc:"of the due day for the entry rung, of the step before for the others"`
	Do        ledger.Verb     `toml:"do" doc:"mail, letter, registered, call, task or visit"`
	To        ledger.Role     `toml:"to" doc:"orders, approves, pays or escalation"`
	Template  string          `toml:"template" doc:"name of the text"`
	Attach    []string        `toml:"attach" doc:"invoice: a copy of each invoice, where it can be had"`
	Approval  bool            `toml:"approval" doc:"a person releases it, whatever the mode; always so from formal up"`
	Announces string          `toml:"announces" doc:"the rung this text announces; it must be in the ladder"`
	NeedsCall bool            `toml:"needs_call" doc:"a call attempt must have been logged before"`
	All       *Conditions     `toml:"all" doc:"every condition must hold"`
	Any       *Conditions     `toml:"any" doc:"one condition must hold"`
	Repeat    *calendar.Span  `toml:"repeat" doc:"for tasks: handed over again after this long, while its cause lasts"`
}

// Conditions restrict a rung to some cases.
type Conditions struct {
	MinAmount    *money.Amount         `toml:"min_amount" doc:"the customer's overdue sum is at least this"`
	NewCustomer  *bool                 `toml:"new_customer" doc:"no invoice of the customer was ever paid"`
	FinalInvoice *bool                 `toml:"final_invoice" doc:"the invoice closes the work"`
	Instalment   *bool                 `toml:"instalment" doc:"the item is one of several parts"`
	Kinds        []ledger.CustomerKind `toml:"kinds" doc:"business, consumer, public"`
}
