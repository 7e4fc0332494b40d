package cache

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// sums gathers what a transaction adds to the sums kept beside the
// allocations: what is settled of an item, what is used of a purse.
type sums struct {
	items  map[ledger.UID]share
	purses map[purse]int64
	paid   map[ledger.UID]bool // items that were wholly settled before the tool took something back
}

// share is what is allocated to an item: in all, and by us.
type share struct{ settled, ours int64 }

// purse is a payment, credit or bank line.
type purse struct {
	kind ledger.Kind
	uid  ledger.UID
}

func newSums() sums {
	return sums{items: map[ledger.UID]share{}, purses: map[purse]int64{}, paid: map[ledger.UID]bool{}}
}

// add counts one allocation.
func (s sums) add(from purse, item ledger.UID, minor int64, ours bool) {
	sh := s.items[item]
	sh.settled += minor
	if ours {
		sh.ours += minor
	}
	s.items[item] = sh
	s.purses[from] += minor
}

// purseTable returns the table a kind of money is kept in; empty when the kind
// holds none.
func purseTable(k ledger.Kind) string {
	switch k {
	case ledger.KindPayment:
		return "payment"
	case ledger.KindCredit:
		return "credit"
	case ledger.KindBankLine:
		return "bank_line"
	default:
		return ""
	}
}

// flushSums writes the sums, then raises the episode of items that are open
// again after the tool had let them be settled.
func (tx *Tx) flushSums(ctx context.Context, company ledger.UID, s sums) error {
	for _, uid := range slices.Sorted(maps.Keys(s.items)) {
		sh := s.items[uid]
		if sh == (share{}) {
			continue
		}
		n, err := tx.execPrepared(ctx, `UPDATE item SET settled = settled + ?, ours = ours + ? WHERE uid = ? AND company = ?`,
			sh.settled, sh.ours, string(uid), string(company))
		if err != nil {
			return err
		}
		if err := tx.await(ctx, company, uid, n); err != nil {
			return err
		}
	}
	order := slices.SortedFunc(maps.Keys(s.purses), func(a, b purse) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.uid, b.uid))
	})
	for _, p := range order {
		name := purseTable(p.kind)
		if s.purses[p] == 0 || name == "" {
			continue
		}
		n, err := tx.execPrepared(ctx, `UPDATE `+name+` SET used = used + ? WHERE uid = ? AND company = ?`, s.purses[p], string(p.uid), string(company))
		if err != nil {
			return err
		}
		if err := tx.await(ctx, company, p.uid, n); err != nil {
			return err
		}
	}
	return tx.raiseEpisodes(ctx, slices.Sorted(maps.Keys(s.paid)), `AND COALESCE(tool_open - ours, total - settled) > 0`)
}

// raiseEpisodes begins a new episode of items: what was said before they were
// settled does not count as said about the debt that has come back.
func (tx *Tx) raiseEpisodes(ctx context.Context, items []ledger.UID, where string) error {
	for _, uid := range items {
		if _, err := tx.execPrepared(ctx, `UPDATE item SET episode = episode + 1, seen_at = ? WHERE uid = ? `+where, tx.now, string(uid)); err != nil {
			return err
		}
	}
	return nil
}

// await notes a record that allocations name and that is not there yet: its
// sums are counted when it comes.
func (tx *Tx) await(ctx context.Context, company, uid ledger.UID, found int64) error {
	if found > 0 {
		return nil
	}
	_, err := tx.execPrepared(ctx, `INSERT INTO awaited (company, uid) VALUES (?, ?) ON CONFLICT DO NOTHING`, string(company), string(uid))
	return err
}

// settleAwaited counts, for records that have come at last, what had been
// allocated to or from them before.
func (in *intake) settleAwaited(ctx context.Context) error {
	var items, purses []string
	err := in.tx.each(ctx, `SELECT a.uid, CASE WHEN i.uid IS NULL THEN 0 ELSE 1 END FROM awaited a LEFT JOIN item i ON i.uid = a.uid LEFT JOIN payment p ON p.uid = a.uid
			LEFT JOIN credit c ON c.uid = a.uid LEFT JOIN bank_line b ON b.uid = a.uid
		WHERE a.company = ? AND (i.uid IS NOT NULL OR p.uid IS NOT NULL OR c.uid IS NOT NULL OR b.uid IS NOT NULL) ORDER BY a.uid`, []any{in.company},
		func(scan func(...any) error) error {
			var uid string
			var item bool
			err := scan(&uid, (*flag)(&item))
			if item {
				items = append(items, uid)
			} else {
				purses = append(purses, uid)
			}
			return err
		})
	if err != nil {
		return err
	}
	err = in.tx.eachIn(ctx, `SELECT item, CAST(SUM(amount) AS BIGINT), CAST(SUM(CASE WHEN decided_by = 'tool' THEN 0 ELSE amount END) AS BIGINT)
		FROM allocation WHERE company = ? AND item IN (?) GROUP BY item`, in.company, items, func(scan func(...any) error) error {
		var uid ledger.UID
		var s share
		err := scan(&uid, &s.settled, &s.ours)
		in.sums.items[uid] = s // the table holds this transaction's rows, too
		return err
	})
	if err != nil {
		return err
	}
	err = in.tx.eachIn(ctx, `SELECT from_kind, from_uid, CAST(SUM(amount) AS BIGINT) FROM allocation WHERE company = ? AND from_uid IN (?) GROUP BY from_kind, from_uid`,
		in.company, purses, func(scan func(...any) error) error {
			var p purse
			var minor int64
			err := scan(&p.kind, &p.uid, &minor)
			in.sums.purses[p] = minor
			return err
		})
	if err != nil {
		return err
	}
	for _, uid := range append(items, purses...) {
		if _, err := in.tx.execPrepared(ctx, `DELETE FROM awaited WHERE company = ? AND uid = ?`, string(in.company), uid); err != nil {
			return err
		}
	}
	return nil
}
