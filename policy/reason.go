package policy

// Reason says why a decision is what it is. The codes are stable; Detail
// carries the particulars.
type Reason string

// The reasons.
const (
	ReasonRung         Reason = "rung"          // act: the rung's conditions hold
	ReasonNotDue       Reason = "not-due"       // wait: nothing is late yet
	ReasonTooSoon      Reason = "too-soon"      // wait: the next rung's day has not come
	ReasonGap          Reason = "min-gap"       // wait: the customer heard from us too recently
	ReasonUnderWay     Reason = "under-way"     // wait: a message is on its way or of unknown fate
	ReasonTop          Reason = "top"           // wait: the ladder has no further rung; a person decides
	ReasonAnchor       Reason = "anchor"        // wait: an older item of the customer sets the pace
	ReasonCondition    Reason = "condition"     // wait: the next rung's conditions do not hold
	ReasonCovered      Reason = "covered"       // act: the notice of the anchor covers it
	ReasonMinimum      Reason = "minimum"       // held: too small to chase
	ReasonDueUnknown   Reason = "due-unknown"   // held: no due day and no terms
	ReasonMoneyUnknown Reason = "money-unknown" // held: money known only until a day
	ReasonStale        Reason = "stale"         // held: a source is too old
	ReasonCompany      Reason = "company-held"  // held: unreadable money of unknown owner
	ReasonHold         Reason = "hold"          // held: a person's or a tool's hold
	ReasonDoubt        Reason = "doubt"         // held: something does not add up
	ReasonCredit       Reason = "credit"        // held: money of the customer is not placed yet
	ReasonCreditCovers Reason = "credit-covers" // held: loose money covers what is overdue; a person decides
	ReasonNever        Reason = "never"         // held: never chased, by a person's word
	ReasonKindUnknown  Reason = "kind-unknown"  // held: formal steps need to know who the customer is
	ReasonNoAddress    Reason = "no-address"    // held: nobody to write to; a task says so
	ReasonCallFirst    Reason = "call-first"    // held: a logged call attempt must come before
	ReasonProofNeeded  Reason = "proof-needed"  // held: proof of the step before is missing
	ReasonNoLadder     Reason = "no-ladder"     // held: no ladder is configured for this kind of customer
)

// Reasons lists every reason there is, for documentation and for tests.
func Reasons() []Reason {
	return []Reason{
		ReasonRung, ReasonCovered,
		ReasonNotDue, ReasonTooSoon, ReasonGap, ReasonUnderWay, ReasonTop, ReasonAnchor, ReasonCondition,
		ReasonMinimum, ReasonDueUnknown, ReasonMoneyUnknown, ReasonStale, ReasonCompany, ReasonHold, ReasonDoubt,
		ReasonCredit, ReasonCreditCovers, ReasonNever, ReasonKindUnknown, ReasonNoAddress, ReasonCallFirst,
		ReasonProofNeeded, ReasonNoLadder,
	}
}
