package cache

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// entry turns a stored row into the noun.
func (r entryRow) entry() (outbox.Entry, error) {
	e := outbox.Entry{
		Key: r.Key, Company: r.Company, Customer: r.Customer, Subject: r.Subject, Purpose: r.Purpose,
		Episode: r.Episode, Attempt: r.Attempt, State: outbox.State(r.State), Verb: ledger.Verb(r.Verb),
		Channel: r.Channel, Severity: ledger.Severity(r.Severity), Facts: r.Facts, Why: r.Why,
		NotBefore: time.Time(r.NotBefore), Expires: time.Time(r.Expires), Created: time.Time(r.Created), Changed: time.Time(r.Changed),
		Tries: r.Tries, Version: r.Version,
		Approval: outbox.Approval{By: r.ApprovedBy, At: time.Time(r.ApprovedAt), Facts: r.ApprovedFacts, Until: time.Time(r.ApprovedUntil)},
		Lease:    outbox.Lease{Owner: r.LeaseOwner, Epoch: r.LeaseEpoch, Until: time.Time(r.LeaseUntil)},
		Intent: outbox.Intent{
			At: time.Time(r.IntentAt), Epoch: r.IntentEpoch, Recipient: r.Recipient, BodyHash: r.BodyHash,
			MessageID: r.MessageID, Deadline: time.Time(r.Deadline), Settle: time.Time(r.Settle),
		},
		Receipt: outbox.Receipt{At: time.Time(r.ReceiptAt), RemoteID: r.RemoteID, Note: r.ReceiptNote},
	}
	if err := json.Unmarshal([]byte(r.Content), &e.Content); err != nil {
		return outbox.Entry{}, fmt.Errorf("entry %s: its content cannot be read: %w", r.Key, err)
	}
	return e, nil
}
