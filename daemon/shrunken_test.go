package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// TestAnExportWithoutTheBankJournalHoldsTheCompany: a hundred paid invoices
// look open on the next export.
func TestAnExportWithoutTheBankJournalHoldsTheCompany(t *testing.T) {
	t.Parallel()
	h := newHouse(t, outbox.Auto, codes(101)...)
	for _, code := range codes(100) {
		h.books.pay(code)
	}
	h.run()
	h.delivered(1, 0) // only C100 owes something
	whole := h.books.page
	holding := func(want string) {
		t.Helper()
		fresh, err := h.daemon.Freshness(t.Context(), h.company)
		h.must(err)
		if (fresh.Holding != "") != (want != "") || !strings.Contains(fresh.Holding, want) {
			t.Errorf("holding %q, want %q in it", fresh.Holding, want)
		}
	}
	lose := func() {
		t.Helper()
		h.books.page.Payments, h.books.page.Allocations = nil, nil
		h.books.until = date("2026-04-22")
		h.clock.Move(24 * time.Hour)
		r := h.run()
		h.delivered(1, 1) // and one task tells the owner, once
		holding("compta: the newest reading lacks 100 of 100 payments, 100 of 100 allocations")
		if task := h.read("*.txt"); !strings.Contains(task, "lacks 100 of 100 payments") {
			t.Errorf("the task does not say what holds the company:\n%s", task)
		}
		if len(r.Notices) != 0 || r.Gated != 100 {
			t.Errorf("%d notices, %d gated; want a hundred that wait", len(r.Notices), r.Gated)
		}
	}
	holding("")
	lose()
	h.books.page = whole
	h.clock.Move(time.Hour)
	h.run()
	holding("")
	h.delivered(1, 1)
	entries, err := h.daemon.DB.EntriesIn(t.Context(), h.company.UID, outbox.Proposed, outbox.Approved)
	if err != nil || len(entries) != 0 {
		t.Errorf("%d entries wait, %v; want none: all have paid", len(entries), err)
	}
	lose()
	found, err := h.daemon.DB.Findings(t.Context(), h.company.UID)
	h.must(err)
	for _, f := range found {
		if f.Kind == string(ledger.FindingShrunken) {
			h.must(h.daemon.DB.Settle(t.Context(), h.company.UID, f.ID, "the payments were a test", "ann"))
		}
	}
	holding("")
	if r := h.run(); r.Sent.Confirmed == 0 || len(r.Blocked) == 0 {
		t.Errorf("released: %d delivered, %d blocked; want some today, within the limits of the first days", r.Sent.Confirmed, len(r.Blocked))
	}
	holding("")
}
