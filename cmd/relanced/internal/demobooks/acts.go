package demobooks

import "github.com/relanced/relanced/ledger"

// Act is what a person at the company does on a day, after the morning's run.
type Act struct {
	Day      ledger.Date
	Kind     ActKind
	Customer string      // code
	Invoice  string      // number; empty: the whole customer
	Until    ledger.Date // of a hold
	Text     string      // the reason, in the words of whoever does it
	invoice  *invoice
}

// ActKind tells acts apart.
type ActKind string

// The kinds of act. What the company's person does in answer to relanced, such
// as releasing a letter, is not among them: it depends on what relanced asks.
const (
	ActDispute  ActKind = "dispute"  // the customer disputes an invoice: it is held
	ActSettled  ActKind = "settled"  // the dispute is over: the hold is released
	ActComplete ActKind = "complete" // the people file is completed; the file of the next morning has it
)

// Answer is what comes of a call.
type Answer struct {
	Outcome ledger.Outcome
	Note    string
	Days    int // of a promise: it is for so many business days later
}

// Acts returns what a person at the company does on a day.
func (b *Books) Acts(day ledger.Date) []Act {
	var out []Act
	for _, a := range b.acts {
		if a.Day == day {
			out = append(out, a)
		}
	}
	return out
}

// Answer returns what comes of the n-th call to a customer, from 1. Who has
// nothing more to say does not pick up.
func (b *Books) Answer(customer string, n int) Answer {
	if all := b.answers[customer]; n >= 1 && n <= len(all) {
		return all[n-1]
	}
	return Answer{Outcome: ledger.OutcomeNoAnswer, Note: "pas de réponse"}
}
