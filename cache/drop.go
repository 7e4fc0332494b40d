package cache

import (
	"context"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// byVanishing marks settlements that were taken back because what they were
// made from or for is gone.
const byVanishing = "vanished"

// vanished marks what complete streams no longer show. A record that another
// stream has shown meanwhile stays.
func (in *intake) vanished(ctx context.Context, list []connectors.Unseen) error {
	for _, t := range census {
		for _, u := range list {
			if u.Kind != t.kind {
				continue
			}
			stream, err := in.tx.streamID(ctx, in.company, in.connection, u.Stream)
			if err != nil {
				return err
			}
			before := in.counts.Deleted
			if err := in.drop(ctx, t, u.ID, stream); err != nil {
				return fmt.Errorf("%s %s: %w", u.Kind, u.ID, err)
			}
			if in.lost[u.Stream] == nil {
				in.lost[u.Stream] = tally{}
			}
			in.lost[u.Stream][t.kind] += in.counts.Deleted - before
		}
	}
	return nil
}

// putDeleted marks what the tool says is gone.
func (in *intake) putDeleted(ctx context.Context, p connectors.Page) error {
	for _, d := range p.Deleted {
		if d.Kind == ledger.KindItem {
			if err := in.dropDeletedItem(ctx, d.ID); err != nil {
				return err
			}
			continue
		}
		for _, t := range census {
			if t.kind != d.Kind {
				continue
			}
			if err := in.drop(ctx, t, d.ID, 0); err != nil {
				return fmt.Errorf("%s %s: %w", d.Kind, d.ID, err)
			}
		}
	}
	return nil
}

// drop marks one live record as gone, with what follows from it. stream 0
// stands for any.
func (in *intake) drop(ctx context.Context, t table, id string, stream int64) error {
	if t.kind == ledger.KindAllocation {
		return in.dropAllocation(ctx, id, stream)
	}
	debtor := "t.uid"
	switch {
	case t.owned || t.kind == ledger.KindFinding:
		debtor = "t.debtor"
	case t.kind == ledger.KindBankLine:
		debtor = "''"
	}
	var uid, owner ledger.UID
	where, args := `t.uid = ?`, []any{in.record(t.kind, id)}
	if t.kind == ledger.KindQuarantine {
		where, args = `t.connection = ? AND t.id = ?`, []any{in.connection, id}
	}
	err := in.tx.each(ctx, `SELECT t.uid, `+debtor+` FROM `+t.name+` t WHERE `+where+` AND t.company = ? AND t.gone_at = 0 AND (t.stream = ? OR ? = 0)`,
		append(args, in.company, stream, stream), func(scan func(...any) error) error { return scan(&uid, &owner) })
	if err != nil || uid == "" {
		return err
	}
	in.counts.Deleted++
	if _, err := in.tx.execPrepared(ctx, `UPDATE `+t.name+` SET gone_at = ? WHERE uid = ?`, in.tx.now, string(uid)); err != nil {
		return err
	}
	if err := in.leave(ctx, owner); err != nil {
		return err
	}
	return in.dropped(ctx, t.kind, uid)
}

// dropped does what follows when a record is gone.
func (in *intake) dropped(ctx context.Context, kind ledger.Kind, uid ledger.UID) error {
	switch kind {
	case ledger.KindInvoice:
		in.money = true
		return in.dropItems(ctx, uid)
	case ledger.KindPayment, ledger.KindCredit, ledger.KindBankLine:
		in.money = true
		if err := in.tx.unpair(ctx, uid); err != nil {
			return err
		}
		_, err := in.takeBack(ctx, "from_uid", uid)
		return err
	case ledger.KindCustomer:
		in.money = true
		if in.customers[uid] == "" { // the people file's row "*"
			return in.tx.touchAll(ctx, in.company)
		}
		return nil
	default:
		return nil
	}
}

func (in *intake) dropItems(ctx context.Context, invoice ledger.UID) error {
	var items []ledger.UID
	if err := in.tx.all(ctx, &items, `SELECT uid FROM item WHERE company = ? AND invoice = ? AND gone_at = 0`, in.company, invoice); err != nil {
		return err
	}
	for _, uid := range items {
		if err := in.dropItem(ctx, uid); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) dropDeletedItem(ctx context.Context, id string) error {
	uid := in.record(ledger.KindItem, id)
	var live []ledger.UID
	if err := in.tx.all(ctx, &live, `SELECT uid FROM item WHERE company = ? AND uid = ? AND gone_at = 0`, in.company, uid); err != nil || len(live) == 0 {
		return err
	}
	in.counts.Deleted++
	in.money = true
	if err := in.tx.touchOwners(ctx, in.company, map[ledger.Kind][]string{ledger.KindItem: {string(uid)}}); err != nil {
		return err
	}
	return in.dropItem(ctx, uid)
}

// dropItem marks an item as gone. Money on it becomes loose again, and that is
// told: somebody paid for something that is no longer in the books.
func (in *intake) dropItem(ctx context.Context, uid ledger.UID) error {
	if _, err := in.tx.execPrepared(ctx, `UPDATE item SET gone_at = ? WHERE uid = ?`, in.tx.now, string(uid)); err != nil {
		return err
	}
	left, err := in.takeBack(ctx, "item", uid)
	if err != nil || left == 0 {
		return err
	}
	var f findingRow
	err = in.tx.get(ctx, &f, `SELECT v.debtor, v.uid AS invoice, v.number AS note FROM item i JOIN invoice v ON v.uid = i.invoice WHERE i.uid = ? AND i.company = ?`,
		uid, in.company)
	if err != nil {
		return err
	}
	f.UID, f.Kind, f.Item, f.Holds = vanishedID(uid), ledger.FindingVanishedAllocated, uid, 1
	f.Note = fmt.Sprintf("invoice %s is no longer in the books, but money had been allocated to it: the money is loose again; allocate it in the books, or release this finding", f.Note)
	_, err = in.tx.putFinding(ctx, in.company, "cache", 0, f)
	return err
}

func vanishedID(item ledger.UID) ledger.UID { return ledger.NewUID(string(item), "vanished") }

// dropAllocation takes back one of the tool's own allocations.
func (in *intake) dropAllocation(ctx context.Context, id string, stream int64) error {
	newest, err := in.newestVersions(ctx, []string{string(in.record(ledger.KindAllocation, id))})
	if err != nil {
		return err
	}
	for _, r := range newest {
		if r.Void != 0 || stream != 0 && r.Stream != stream {
			continue
		}
		in.counts.Deleted++
		if err := in.retract(ctx, r); err != nil {
			return err
		}
		if err := in.touchEnds(ctx, []allocRow{r}); err != nil {
			return err
		}
	}
	return nil
}

// takeBack appends the opposite of everything that stands on an item, or that
// came from a purse, and returns how many rows that were. The tool's own
// allocations may come back with the record, ours are worked out anew.
func (in *intake) takeBack(ctx context.Context, column string, uid ledger.UID) (int, error) {
	var standing []allocRow
	err := in.tx.all(ctx, &standing, `SELECT COALESCE(MIN(CASE WHEN undoes = '' THEN uid END), MIN(uid)) AS uid, from_kind, from_uid, item, currency, CAST(SUM(amount) AS BIGINT) AS amount,
			CASE WHEN decided_by = 'tool' THEN 'tool' ELSE '`+byVanishing+`' END AS decided_by
		FROM allocation WHERE company = ? AND `+column+` = ?
		GROUP BY from_kind, from_uid, item, currency, CASE WHEN decided_by = 'tool' THEN 'tool' ELSE '`+byVanishing+`' END
		HAVING SUM(amount) <> 0 ORDER BY from_uid, item`, in.company, uid)
	if err != nil || len(standing) == 0 {
		return 0, err
	}
	ins := in.tx.allocations()
	for _, r := range standing {
		if err := in.noteSettled(ctx, r.Item); err != nil {
			return 0, err
		}
		n := 0
		if err := in.tx.get(ctx, &n, `SELECT COUNT(*) FROM allocation WHERE company = ? AND item = ?`, in.company, r.Item); err != nil {
			return 0, err
		}
		r.Undoes, r.Amount, r.Version, r.Void = r.UID, -r.Amount, 1, 0
		r.UID = ledger.NewUID(string(r.From), string(r.Item), byVanishing, r.By, fmt.Sprint(n))
		r.Origin, r.Stream = r.UID, 0
		if err := in.add(ctx, ins, r); err != nil {
			return 0, err
		}
	}
	if err := ins.flush(ctx); err != nil {
		return 0, err
	}
	_, err = in.tx.exec(ctx, `UPDATE allocation SET void = 2 WHERE company = ? AND `+column+` = ? AND decided_by = '`+reconcile.ByTool+`' AND undoes = '' AND void = 0`,
		in.company, uid)
	if err != nil {
		return 0, err
	}
	return len(standing), in.touchEnds(ctx, standing)
}

// unpair ends the pairings of a bank line or payment: they bind to amount and
// currency, and to both sides being there.
func (tx *Tx) unpair(ctx context.Context, uid ledger.UID) error {
	_, err := tx.execPrepared(ctx, `UPDATE pairing SET gone_at = ? WHERE (line = ? OR payment = ?) AND gone_at = 0`, tx.now, string(uid), string(uid))
	return err
}
