package push_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/push"
)

func TestItDeliversOnceAndKeepsTheProof(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	if r := d.run(); r.Confirmed != 1 || len(r.Delivered) != 1 {
		t.Errorf("result %+v, want one confirmed", r)
	}
	e := d.is(key, outbox.Confirmed, 1)
	if e.Receipt.RemoteID == "" || e.Intent.Recipient != "ada@example.example" || e.Intent.BodyHash == "" || e.Intent.Epoch != d.worker.Epoch {
		t.Errorf("the row keeps no proof: receipt %+v, intent %+v", e.Receipt, e.Intent)
	}
	d.went(key, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Intended, outbox.Confirmed)
	d.restart()
	if r := d.run(); r.Confirmed != 0 {
		t.Errorf("the second run delivered again: %+v", r)
	}
	d.is(key, outbox.Confirmed, 1)
}

func TestOnlyWhatIsReleasedLeaves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.propose("ada")[0].Key
	d.run()
	d.is(key, outbox.Proposed, 0)
}

func TestAnApprovalLapses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.clock.Move(73 * time.Hour)
	d.run()
	d.is(key, outbox.Approved, 0)
	d.restart()
	if e := d.is(key, outbox.Proposed, 0); e.Approval.By != "" {
		t.Errorf("the approval %+v outlived its time", e.Approval)
	}
}

// TestAnApprovalLapsesDuringTheLook: it was valid when the entry was leased.
func TestAnApprovalLapsesDuringTheLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.after = func(outbox.Entry) { d.clock.Move(73 * time.Hour) }
	d.run()
	d.is(key, outbox.Approved, 0)
}

func TestChangedFactsAreProposedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.facts["ada"] = "a part of it was paid"
	if r := d.run(); r.Proposed != 1 {
		t.Errorf("result %+v, want one proposed again", r)
	}
	e := d.is(key, outbox.Proposed, 0)
	if e.Facts != "a part of it was paid" || e.Approval.By != "" {
		t.Errorf("facts %q approved by %q, want the new facts without approval", e.Facts, e.Approval.By)
	}
	d.went(key, outbox.Proposed, outbox.Approved, outbox.Leased, outbox.Proposed)
	if n, err := d.db.Approve(t.Context(), []outbox.Entry{e}, "test", d.clock.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Fatalf("approve: %d, %v", n, err)
	}
	d.run()
	d.is(key, outbox.Confirmed, 1)
}

func TestWhatNothingWantsIsSuperseded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	delete(d.facts, "ada")
	if r := d.run(); r.Superseded != 1 {
		t.Errorf("result %+v, want one superseded", r)
	}
	if e := d.is(key, outbox.Superseded, 0); e.Why != "it was paid" {
		t.Errorf("why %q, want the look's reason", e.Why)
	}
}

func TestWhatMustWaitKeepsItsApproval(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	look := d.worker.Recheck
	d.worker.Recheck = func(context.Context, outbox.Entry) (push.Look, error) {
		return push.Look{Wait: true, Why: "money is known only until Monday"}, nil
	}
	d.run()
	if e := d.is(key, outbox.Approved, 0); e.Why != "money is known only until Monday" || e.Approval.By != "test" {
		t.Errorf("why %q, approved by %q", e.Why, e.Approval.By)
	}
	d.worker.Recheck = look
	d.run()
	d.is(key, outbox.Confirmed, 1)
}

func TestWithoutALookNothingLeaves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key, other := d.release("ada", "bob"), outbox.Key(d.company, "item-of-bob", "rappel", 1, 1)
	look := d.worker.Recheck
	d.worker.Recheck = func(ctx context.Context, e outbox.Entry) (push.Look, error) {
		if e.Key == key {
			return push.Look{}, errForced
		}
		return look(ctx, e)
	}
	d.run()
	d.is(key, outbox.Approved, 0)
	d.is(other, outbox.Confirmed, 1)
}

func TestWhatCannotBeWrittenWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.worker.Compose = func(context.Context, outbox.Entry) (connectors.Message, error) {
		return connectors.Message{}, errForced
	}
	d.run()
	if e := d.is(key, outbox.Approved, 0); !strings.Contains(e.Why, "forced") {
		t.Errorf("why %q does not tell", e.Why)
	}
}

func TestAClosedWindowAndAMissingChannel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key, other := d.release("ada", "bob"), outbox.Key(d.company, "item-of-bob", "rappel", 1, 1)
	d.worker.Ready = func(e outbox.Entry) bool { return e.Key != key }
	d.run()
	d.is(key, outbox.Approved, 0)
	d.is(other, outbox.Confirmed, 1)
	d.worker.Ready = func(outbox.Entry) bool { return true }
	channels := d.worker.Channels
	d.worker.Channels = nil
	d.run()
	if e := d.is(key, outbox.Approved, 0); !strings.Contains(e.Why, "check the configuration") {
		t.Errorf("why %q does not show the way out", e.Why)
	}
	d.worker.Channels = channels
	d.run()
	d.is(key, outbox.Confirmed, 1)
}

// TestManyWaitingDoNotHideTheReadyOne: more than one page of released entries
// stands before the one whose window is open.
func TestManyWaitingDoNotHideTheReadyOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var customers []ledger.UID
	for i := range 130 {
		customers = append(customers, ledger.UID("c"+string(rune('a'+i/26))+string(rune('a'+i%26))))
	}
	d.release(customers...)
	entries, err := d.db.EntriesIn(t.Context(), d.company, outbox.Approved)
	if err != nil {
		t.Fatal(err)
	}
	last := entries[len(entries)-1].Key
	d.worker.Ready = func(e outbox.Entry) bool { return e.Key == last }
	if r := d.run(); r.Confirmed != 1 || r.Waiting != 0 {
		t.Errorf("result %+v, want the ready one delivered and no other touched", r)
	}
	d.is(last, outbox.Confirmed, 1)
}
