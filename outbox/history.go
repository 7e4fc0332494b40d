package outbox

import (
	"time"

	"github.com/relanced/relanced/ledger"
)

// History turns an entry into the message that the policy reads, and reports
// whether there is one: what is only proposed or approved has reached nobody
// and is no history.
func History(e Entry, zone *time.Location) (ledger.Message, bool) {
	state, ok := messageState(e.State)
	if !ok || e.Content.Notice == nil {
		return ledger.Message{}, false
	}
	at := e.Intent.At
	if !e.Receipt.At.IsZero() && e.State == Confirmed && at.IsZero() {
		at = e.Receipt.At
	}
	m := ledger.Message{
		ID: e.Key, Key: e.Key, Customer: string(e.Customer), Channel: e.Verb,
		State: state, Day: ledger.DateOf(at.In(zone)), By: ledger.ByUs,
	}
	for _, l := range e.Content.Notice.Lines {
		m.Items = append(m.Items, ledger.MessageItem{
			Item: string(l.Item), Step: l.Step, Severity: l.Severity, Episode: l.Episode,
		})
	}
	return m, true
}

func messageState(s State) (ledger.MessageState, bool) {
	switch s {
	case Intended:
		return ledger.MessageUnderWay, true
	case InDoubt, NeedsHuman:
		return ledger.MessageUnknown, true
	case Confirmed:
		return ledger.MessageSent, true
	case Rejected:
		return ledger.MessageFailed, true
	case Proposed, Approved, Leased, Unsent, Superseded, Cancelled:
		return "", false
	default:
		return "", false
	}
}
