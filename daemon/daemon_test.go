package daemon_test

import (
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

func TestASecondRunOfTheDayDeliversAndWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1", "C2")
	if r := h.run(); r.Sent.Confirmed != 2 || r.Decided != 2 {
		t.Errorf("first run: %+v, want two delivered", r)
	}
	h.delivered(2, 0)
	h.run() // what was sent is a fact: their positions are worked out anew
	written := h.watch()
	if r := h.run(); r.Sent.Confirmed+r.Queued+r.Released+r.Moved+r.Decided+r.Matched != 0 {
		t.Errorf("a run on the same facts and day: %+v, want nothing done", r)
	}
	if written() {
		t.Error("a run on the same facts and day wrote into the database")
	}
	h.delivered(2, 0)
	h.clock.Move(24 * time.Hour)
	h.run()
	h.delivered(2, 0)
}

func TestObserveQueuesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Observe, "C1")
	if r := h.run(); len(r.Notices) != 1 {
		t.Errorf("%d notices are told, want what would be said", len(r.Notices))
	}
	entries, err := h.daemon.DB.Entries(t.Context(), h.company.UID)
	if err != nil || len(entries) != 0 {
		t.Errorf("%d entries, %v, want none", len(entries), err)
	}
	h.delivered(0, 0)
}

// TestAHoldBetweenLookAndIntent is put down while the message is written, which
// asks for the copy of the invoice.
func TestAHoldBetweenLookAndIntent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1")
	h.company.Documents = func(ledger.Customer, string) (connectors.Attachment, bool) {
		h.hold("C1")
		return connectors.Attachment{}, false
	}
	h.run()
	h.delivered(0, 0)
	if e := h.notice("C1"); e.State != outbox.Approved || e.Why != "the facts changed while it was looked at" {
		t.Errorf("the entry is %s: %s; want approved, with the reason", e.State, e.Why)
	}
	h.company.Documents = nil
	h.run()
	h.delivered(0, 0)
	if e := h.notice("C1"); e.State != outbox.Superseded {
		t.Errorf("the entry is %s, want superseded by the hold", e.State)
	}
}

// TestAPaymentBetweenDecisionAndSending is booked when the books are read a
// second time, for the look.
func TestAPaymentBetweenDecisionAndSending(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1", "C2")
	h.books.before = func(n int) {
		if n == 2 {
			h.books.pay("C1")
		}
	}
	if r := h.run(); r.Sent.Superseded != 1 || r.Sent.Confirmed != 1 {
		t.Errorf("sent: %+v, want one superseded and one delivered", r.Sent)
	}
	h.delivered(1, 0)
	if e := h.notice("C1"); e.State != outbox.Superseded {
		t.Errorf("the entry of the one who paid is %s, want superseded", e.State)
	}
	if e := h.notice("C2"); e.State != outbox.Confirmed {
		t.Errorf("the other's is %s, want confirmed", e.State)
	}
}

// TestAStricterModeTakesBackWhatAutoReleased while it waited for its window.
func TestAStricterModeTakesBackWhatAutoReleased(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1")
	h.clock.Move(10 * time.Hour) // it is eight in the evening
	h.run()
	if e := h.notice("C1"); e.State != outbox.Approved {
		t.Fatalf("the entry is %s, want approved and waiting for its window", e.State)
	}
	h.company.Mode = outbox.Approving
	h.clock.Move(14 * time.Hour)
	r := h.run()
	h.delivered(0, 0)
	if e := h.notice("C1"); e.State != outbox.Proposed || e.Approval.By != "" || len(r.Blocked) != 1 {
		t.Errorf("the entry is %s, approved by %q, %d blocked; want it proposed again and told", e.State, e.Approval.By, len(r.Blocked))
	}
	if n, err := h.daemon.Approve(t.Context(), h.company, []outbox.Entry{h.notice("C1")}, "ann"); n != 1 || err != nil {
		t.Fatalf("approve: %d, %v", n, err)
	}
	h.run()
	h.delivered(1, 0)
}

// TestGatedCustomersWaitForOneWord: nobody knows what was paid since March.
func TestGatedCustomersWaitForOneWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1", "C2", "C3")
	h.books.until = date("2026-03-31")
	r := h.run()
	if r.Gated != 3 || len(r.Notices) != 0 || len(r.Tasks) != 1 {
		t.Errorf("%d gated, %d notices, %d tasks; want 3 that wait and one task for the owner", r.Gated, len(r.Notices), len(r.Tasks))
	}
	h.delivered(0, 1)
	h.clock.Move(24 * time.Hour)
	h.run()
	h.delivered(0, 1)
	h.must(h.daemon.DB.Attest(t.Context(), h.company.UID, date("2026-04-22"), "ann"))
	if r := h.run(); r.Gated != 0 || r.Sent.Confirmed != 3 {
		t.Errorf("after the word: %d gated, %+v; want three delivered", r.Gated, r.Sent)
	}
	h.delivered(3, 1)
}
