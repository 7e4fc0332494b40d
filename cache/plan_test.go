package cache

import (
	"path/filepath"
	"strings"
	"testing"
)

// The queries that every cycle asks, and those asked for every customer, must
// not read a whole table; SQLite chooses by the indexes it finds.
func TestHotQueriesUseTheirIndex(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "relanced.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	due, _ := CaseFilter{Due: 1, Gated: true}.where("c")
	for _, c := range []struct{ query, index string }{
		{paymentQuery + `p.debtor IN (?)`, "payment_debtor (company=? AND debtor=?)"},
		{creditQuery + `p.debtor IN (?)`, "credit_debtor"},
		{settlementQuery + `a.item IN (?)`, "allocation_item"},
		{settlementQuery + `a.from_uid IN (?)`, "allocation_from"},
		{`SELECT customer, body FROM position WHERE company = ? AND (` + due + `) ORDER BY customer`, "position_again (company=? AND again<?)"},
		{`SELECT COUNT(*) FROM position WHERE company = ? AND gated = 1`, "position_gated"},
		{`SELECT customer, version FROM dirty WHERE company = ? AND moved = 1 ORDER BY customer LIMIT ?`, "dirty_moved"},
		{`SELECT uid FROM item WHERE company = ? AND COALESCE(tool_open - ours, total - settled) <> 0 AND gone_at = 0`, "item_open"},
		{`SELECT uid FROM payment WHERE company = ? AND used <> amount AND gone_at = 0`, "payment_loose"},
		{`SELECT booked FROM payment WHERE company = ? AND gone_at = 0 AND booked <= ? ORDER BY booked DESC LIMIT 1`, "payment_booked (company=? AND booked<?)"},
		{`SELECT line, payment FROM pairing WHERE company = ? AND gone_at = 0 AND payment IN (?)`, "pairing_payment"},
		{`SELECT t.id FROM invoice t WHERE t.stream = ? AND t.gone_at = 0`, "invoice_stream"},
	} {
		var plan []string
		err := db.View(t.Context(), func(tx *Tx) error {
			return tx.each(t.Context(), `EXPLAIN QUERY PLAN `+strings.ReplaceAll(c.query, "?", "'x'"), nil, func(scan func(...any) error) error {
				var id, parent, unused int
				var detail string
				err := scan(&id, &parent, &unused, &detail)
				plan = append(plan, detail)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(plan, "\n"); !strings.Contains(got, c.index) || strings.Contains(got, "SCAN") {
			t.Errorf("%s\nplan:\n%s\nwant it to use %s and to scan nothing", c.query, got, c.index)
		}
	}
}
