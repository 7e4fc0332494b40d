package daemon_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// TestAHoldAndAPlanWhileTheWorkerWorksOutThePosition: the worker has read the
// facts; a person puts down a hold and looks at the plan, which stores a newer
// position; only then the worker stores its own. The instant is when it asks
// what the written terms mean.
func TestAHoldAndAPlanWhileTheWorkerWorksOutThePosition(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, "C1")
	person := h.open(outbox.Auto)
	held := false
	h.company.Settings.Terms = func(written string, issued ledger.Date) (ledger.Date, bool) {
		if !held {
			held = true
			h.hold("C1")
			h.must(h.daemon.Catch(t.Context(), person))
		}
		return terms(written, issued)
	}
	r := h.run()
	if !held {
		t.Fatal("the position was worked out without the terms: the test tests nothing")
	}
	h.delivered(0, 0)
	if len(r.Notices) != 0 {
		t.Errorf("%d notices are wanted of a customer who is held", len(r.Notices))
	}
	c, err := h.daemon.DB.Case(t.Context(), h.company.UID, h.customer("C1"))
	if err != nil || len(c.Holds) != 1 {
		t.Errorf("the case has %d holds, %v; want the one that was put down", len(c.Holds), err)
	}
	if _, current, err := h.daemon.DB.Standing(t.Context(), h.company.UID, h.customer("C1")); err != nil || !current {
		t.Errorf("the position is current %t, %v; want that it stands on the hold", current, err)
	}
}

// TestTheLastDebtGoesAndComesBackMeanwhile: the worker saw nothing open, and
// takes back what was queued; meanwhile the invoice is in the books again and
// somebody looked at the plan. What a person has approved stays approved.
func TestTheLastDebtGoesAndComesBackMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Approving, "C1")
	h.clock.Move(10 * time.Hour) // in the evening nothing leaves
	h.run()
	if n, err := h.daemon.Approve(t.Context(), h.company, []outbox.Entry{h.notice("C1")}, "ann"); n != 1 || err != nil {
		t.Fatalf("approve: %d, %v", n, err)
	}
	person, whole := h.open(outbox.Approving), h.books.page
	h.books.page.Invoices = nil
	h.books.owe("C2") // worked out together with C1, and asks for the terms
	done := false
	h.company.Settings.Terms = func(written string, issued ledger.Date) (ledger.Date, bool) {
		if !done {
			done = true
			_, err := h.daemon.DB.PutPages(t.Context(), h.company.UID, h.ledger, connectors.Portion{Pages: []connectors.Page{whole}})
			h.must(err)
			h.must(h.daemon.Catch(t.Context(), person))
		}
		return terms(written, issued)
	}
	h.run()
	if !done {
		t.Fatal("the position was worked out without the terms: the test tests nothing")
	}
	if e := h.notice("C1"); e.State != outbox.Approved || e.Approval.By != "ann" {
		t.Errorf("the entry is %s, approved by %q; want it still approved", e.State, e.Approval.By)
	}
	rows, err := h.daemon.DB.Decisions(t.Context(), h.company.UID, h.customer("C1"))
	if err != nil || len(rows) != 1 || rows[0].Decision.Verdict != policy.Act {
		t.Errorf("decisions in force: %+v, %v; want that it acts", rows, err)
	}
}

// TestNothingLeavesOnAPositionOfAnOtherVersion, however it came to be there.
func TestNothingLeavesOnAPositionOfAnOtherVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Approving, "C1")
	h.run()
	if n, err := h.daemon.Approve(t.Context(), h.company, []outbox.Entry{h.notice("C1")}, "ann"); n != 1 || err != nil {
		t.Fatalf("approve: %d, %v", n, err)
	}
	db, err := sql.Open("sqlite", "file:"+h.path())
	h.must(err)
	_, err = db.ExecContext(t.Context(), `UPDATE position SET version = version - 1`)
	h.must(err)
	h.must(db.Close())
	h.run()
	h.delivered(0, 0)
	if e := h.notice("C1"); e.State != outbox.Approved || e.Why != "its facts keep changing" {
		t.Errorf("the entry is %s: %s; want that it waits", e.State, e.Why)
	}
}

// TestDecisionsOnCasesReadLongAgo: more customers than one batch are decided on
// from one state of the database; after the first batch the last customer is
// put on hold, and somebody looks at the plan.
func TestDecisionsOnCasesReadLongAgo(t *testing.T) {
	t.Parallel()
	all := codes(201)
	h := newHouse(t, outbox.Approving, all...)
	last := all[0]
	for _, code := range all {
		if h.customer(code) > h.customer(last) {
			last = code
		}
	}
	held := false
	r := h.runWith(daemon.Options{Progress: func(stage string, n int) {
		if stage == "decide" && !held {
			held = true
			h.hold(last)
			h.must(h.daemon.Catch(t.Context(), h.open(outbox.Approving)))
		}
	}})
	if !held || r.Decided != 200 || r.Queued != 200 {
		t.Errorf("held %t, %d decided, %d queued; want all but the one that is held now", held, r.Decided, r.Queued)
	}
	decisions := func() []cache.DecisionRow {
		t.Helper()
		rows, err := h.daemon.DB.Decisions(t.Context(), h.company.UID, h.customer(last))
		h.must(err)
		return rows
	}
	if rows := decisions(); len(rows) != 0 {
		t.Errorf("decisions on its old case are in force: %+v", rows)
	}
	if r := h.run(); r.Decided != 1 || r.Queued != 0 {
		t.Errorf("the next run: %d decided, %d queued; want the one, and nothing wanted of it", r.Decided, r.Queued)
	}
	if rows := decisions(); len(rows) != 1 || rows[0].Decision.Verdict != policy.Held {
		t.Errorf("decisions in force: %+v, want that it is held", rows)
	}
}
