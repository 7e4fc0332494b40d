package cache

import (
	"path/filepath"
	"strings"
	"testing"
)

// Without estimates SQLite reads all records of a company rather than look for
// a few hundred of them by their keys: what is asked for every batch of
// customers or records then grows with the square of the books. This asks with
// lists as long as they get, where TestHotQueriesUseTheirIndex asks for one.
func TestLongListsAreLookedUpByTheirKeys(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "relanced.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct{ query, index string }{
		{paymentQuery + `p.uid IN (?)`, "sqlite_autoindex_payment_1 (uid=?)"},
		{creditQuery + `p.uid IN (?)`, "sqlite_autoindex_credit_1 (uid=?)"},
		{lineQuery + `p.uid IN (?)`, "sqlite_autoindex_bank_line_1 (uid=?)"},
		{settlementQuery + `a.item IN (?)`, "allocation_item (item=?)"},
		{settlementQuery + `a.from_uid IN (?)`, "allocation_from (from_uid=?)"},
		{paymentQuery + `p.debtor IN (?)`, "payment_debtor (company=? AND debtor=?)"},
		{`SELECT uid FROM customer WHERE company = ? AND uid IN (?) AND customer <> uid AND customer <> ''`, "sqlite_autoindex_customer_1 (uid=?)"},
		{`SELECT customer FROM customer WHERE company = ? AND customer IN (?) AND uid <> customer`, "customer_customer (company=? AND customer=?)"},
		{`SELECT item FROM decision WHERE company = ? AND ended = 0 AND customer IN (?) ORDER BY customer, item`, "decision_now (company=? AND customer=?)"},
		{`SELECT entry_key FROM entry WHERE company = ? AND customer IN (?)`, "entry_customer (company=? AND customer=?)"},
		{`SELECT uid, tool_open, gone_at FROM item WHERE company = ? AND uid IN (?)`, "sqlite_autoindex_item_1 (uid=?)"},
	} {
		var plan []string
		query := strings.Replace(c.query, "IN (?)", "IN ('x'"+strings.Repeat(", 'x'", most-1)+")", 1)
		err := db.View(t.Context(), func(tx *Tx) error {
			return tx.each(t.Context(), `EXPLAIN QUERY PLAN `+strings.ReplaceAll(query, "?", "'x'"), nil, func(scan func(...any) error) error {
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
			t.Errorf("%s\nplan:\n%s\nwant it to use %s", c.query, got, c.index)
		}
	}
}

// An index that a later migration adds wants its estimate, too.
func TestEveryIndexOfACompanyHasAnEstimate(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "relanced.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := 0
	err = db.View(t.Context(), func(tx *Tx) error {
		return tx.each(t.Context(), `SELECT m.name, COALESCE((SELECT s.stat FROM sqlite_stat1 s WHERE s.idx = m.name), '') FROM sqlite_schema m JOIN pragma_index_info(m.name) c
			WHERE m.type = 'index' AND c.seqno = 0 AND c.name = 'company'`, nil, func(scan func(...any) error) error {
			var name, stat string
			err := scan(&name, &stat)
			found++
			if stat == "" {
				t.Errorf("index %s begins with the company and has no estimate; the migration that makes it adds one as 00003_estimates.sql does", name)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Errorf("%d indexes begin with the company, want more: the test looks in the wrong place", found)
	}
}
