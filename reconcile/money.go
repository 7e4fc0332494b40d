package reconcile

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Money is what one company's money stage looks at: every line, payment and
// credit that is not fully settled, and the items they could settle. Things that
// belong together come together: a line with all payments it is paired with and
// the reverse, a line, payment or credit with all its settlements, and these
// with the items they settle when those are known.
type Money struct {
	Lines    []LineRecord          // unpaired or partly allocated, and those a return could undo
	Payments []PaymentRecord       // unpaired or partly allocated, and those a return could undo
	Credits  []CreditRecord        // not fully allocated
	Items    []Target              // open items, and those that a return could reopen
	Settled  []Settlement          // all settlements of the lines, payments and credits above, with the rows that undo them
	Payers   map[string]ledger.UID // FoldIBAN of confirmed payer accounts and FoldName of customers → customer; a name that two share is left out
}

// Target is an item that money could settle, with what is needed to recognise it.
type Target struct {
	UID        ledger.UID
	Customer   ledger.UID
	Number     string
	Ordinal    int
	References []string
	Due        ledger.Date
	Total      money.Amount
	Open       money.Amount // OpenOf the item: after all settlements; negative when too much was allocated
}

// Pairing says that a bank line is these booked payments. A transfer that the
// bank tells in parts and the tool books as one gives several pairings with the
// same payment. A pairing binds to amount, currency and sign: whoever stores it
// drops it when one of them changes or when either side vanishes.
type Pairing struct {
	Line     ledger.UID
	Payments []ledger.UID
	Why      string
}

// Matched is what the money stage decided. New settlements are only those
// that are not in force yet; running it on its own result adds nothing.
type Matched struct {
	Pairings    []Pairing
	Settlements []Settlement
	Suggestions []Suggestion
	Reopened    []ledger.UID // items whose episode rises
	Findings    []ledger.Finding
}
