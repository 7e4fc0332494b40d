package cache

import (
	"context"
	"slices"
	"strconv"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// allocRow is one row of an allocation as it is stored.
type allocRow struct {
	UID      ledger.UID  `db:"uid"`
	Origin   ledger.UID  `db:"origin"`
	Version  int64       `db:"version"`
	Stream   int64       `db:"stream"`
	FromKind ledger.Kind `db:"from_kind"`
	From     ledger.UID  `db:"from_uid"`
	Item     ledger.UID  `db:"item"`
	Amount   int64       `db:"amount"`
	Currency string      `db:"currency"`
	By       string      `db:"decided_by"`
	Undoes   ledger.UID  `db:"undoes"`
	Day      day         `db:"counts_from"`
	Hash     int64       `db:"hash"`
	Void     int64       `db:"void"`
	ID       string      `db:"id"`
}

const allocColumns = `uid, origin, version, stream, from_kind, from_uid, item, amount, currency, decided_by, undoes, counts_from, hash, void, id`

// putAllocations stores the tool's own allocations. They are append-only: one
// that has changed is followed by its opposite, and by a new version.
func (in *intake) putAllocations(ctx context.Context, p connectors.Page) error {
	if len(p.Allocations) == 0 {
		return nil
	}
	byOrigin := make(map[ledger.UID]*ledger.Allocation, len(p.Allocations))
	origins := make([]string, 0, len(p.Allocations))
	for i := range p.Allocations {
		uid := in.record(ledger.KindAllocation, p.Allocations[i].ID)
		if byOrigin[uid] == nil {
			origins = append(origins, string(uid))
		}
		byOrigin[uid] = &p.Allocations[i]
	}
	slices.Sort(origins)
	var d digest
	origins, moved, err := in.tryAllocations(ctx, &d, origins, byOrigin)
	if err != nil {
		return err
	}
	newest, err := in.newestVersions(ctx, origins)
	if err != nil {
		return err
	}
	in.allNew[ledger.KindAllocation] = len(newest) == 0
	ins := in.tx.allocations()
	for _, origin := range origins {
		row := in.allocation(&d, ledger.UID(origin), byOrigin[ledger.UID(origin)])
		old, exists := newest[row.Origin]
		switch {
		case !exists:
			in.counts.Created++
		case old.Hash == row.Hash && old.Void == 0:
			in.counts.Unchanged++
			if err := in.move(ctx, table{name: "allocation"}, old.UID, old.Stream); err != nil {
				return err
			}
			continue
		default:
			in.counts.Updated++
			row.Version, row.Stream = old.Version+1, in.streamOf(old.Stream)
			row.UID = ledger.NewUID(origin, "version", strconv.FormatInt(row.Version, 10))
			if old.Void == 0 {
				if err := in.retract(ctx, old); err != nil {
					return err
				}
				moved = append(moved, old)
			}
		}
		if err := in.add(ctx, ins, row); err != nil {
			return err
		}
		moved = append(moved, row)
	}
	if err := ins.flush(ctx); err != nil {
		return err
	}
	return in.touchEnds(ctx, moved)
}

// tryAllocations does for allocations what tryNew does for other records.
func (in *intake) tryAllocations(ctx context.Context, d *digest, origins []string, byOrigin map[ledger.UID]*ledger.Allocation) (rest []string, moved []allocRow, err error) {
	if !in.allNew[ledger.KindAllocation] || in.tx.dialect.rows > 1 {
		return origins, nil, nil
	}
	ins := in.tx.allocations()
	for _, origin := range origins {
		row := in.allocation(d, ledger.UID(origin), byOrigin[ledger.UID(origin)])
		if err := ins.addAllocation(ctx, in.company, in.connection, row); err != nil {
			return nil, nil, err
		}
		if ins.written == 0 {
			rest = append(rest, origin)
			continue
		}
		in.counts.Created++
		in.count(row)
		moved = append(moved, row)
	}
	return rest, moved, nil
}

// allocation returns the first version of a tool's allocation.
func (in *intake) allocation(d *digest, origin ledger.UID, a *ledger.Allocation) allocRow {
	r := allocRow{
		UID: origin, Origin: origin, Version: 1, Stream: in.stream, ID: a.ID, By: reconcile.ByTool,
		FromKind: a.FromKind, From: in.record(a.FromKind, a.From), Item: in.record(ledger.KindItem, a.Item),
		Amount: a.Amount.Minor(), Currency: string(a.Amount.Currency()), Day: day(a.Day),
	}
	r.Hash = d.text(string(r.FromKind), string(r.From), string(r.Item)).number(int64(a.Day)).amount(a.Amount).sum()
	return r
}

// newestVersions returns the newest version of each of the tool's allocations,
// in force or taken back.
func (in *intake) newestVersions(ctx context.Context, origins []string) (map[ledger.UID]allocRow, error) {
	out := make(map[ledger.UID]allocRow, len(origins))
	row := func(scan func(...any) error) error {
		var r allocRow
		err := r.scan(scan)
		if have, ok := out[r.Origin]; !ok || r.Version > have.Version {
			out[r.Origin] = r
		}
		return err
	}
	if err := in.tx.eachOf(ctx, `SELECT `+allocColumns+` FROM allocation WHERE uid IN (?)`, origins, row); err != nil || len(out) == 0 {
		return out, err
	}
	return out, in.tx.eachOf(ctx, `SELECT `+allocColumns+` FROM allocation WHERE version > 1 AND undoes = '' AND origin IN (?)`, origins, row)
}

func (r *allocRow) scan(scan func(...any) error) error {
	return scan(&r.UID, &r.Origin, &r.Version, &r.Stream, &r.FromKind, &r.From, &r.Item, &r.Amount, &r.Currency, &r.By,
		&r.Undoes, &r.Day, &r.Hash, &r.Void, &r.ID)
}

// allocations begins appending rows; one that is there already stays as it is.
func (tx *Tx) allocations() *inserter {
	return tx.insert("allocation", `uid, company, connection, stream, id, origin, version, from_kind, from_uid, item, amount, currency,
		decided_by, undoes, counts_from, hash, seen_at, void`, "ON CONFLICT (uid) DO NOTHING")
}

// add appends one row and counts it.
func (in *intake) add(ctx context.Context, ins *inserter, r allocRow) error {
	in.count(r)
	return ins.addAllocation(ctx, in.company, in.connection, r)
}

// count adds a row to the sums kept beside the allocations.
func (in *intake) count(r allocRow) {
	in.money = true
	in.sums.add(purse{r.FromKind, r.From}, r.Item, r.Amount, r.By != reconcile.ByTool)
}

func (ins *inserter) addAllocation(ctx context.Context, company, connection ledger.UID, r allocRow) error {
	return ins.add(ctx, string(r.UID), string(company), string(connection), r.Stream, r.ID, string(r.Origin), r.Version, string(r.FromKind), string(r.From),
		string(r.Item), r.Amount, r.Currency, r.By, string(r.Undoes), ledger.Date(r.Day).String(), r.Hash, ins.tx.now, r.Void)
}

// retract appends the opposite of what is left of a tool's row after what
// undoes it. A row that nothing else refers to cancels with its opposite.
func (in *intake) retract(ctx context.Context, r allocRow) error {
	rest, referred, err := in.tx.standing(ctx, in.company, r)
	if err != nil {
		return err
	}
	if err := in.noteSettled(ctx, r.Item); err != nil {
		return err
	}
	void := int64(1)
	if referred {
		void = 2
	}
	if _, err := in.tx.execPrepared(ctx, `UPDATE allocation SET void = ? WHERE uid = ?`, void, string(r.UID)); err != nil {
		return err
	}
	if rest == 0 {
		return nil
	}
	r.Undoes, r.Void, r.Amount = r.UID, void, -rest
	r.UID = ledger.NewUID(string(r.UID), "opposite")
	ins := in.tx.allocations()
	if err := in.add(ctx, ins, r); err != nil {
		return err
	}
	return ins.flush(ctx)
}

// standing returns what is left of a row after the rows that undo it, and the
// rows that undo those; referred reports whether there are any.
func (tx *Tx) standing(ctx context.Context, company ledger.UID, r allocRow) (rest int64, referred bool, err error) {
	undoers := map[ledger.UID][]allocRow{}
	err = tx.each(ctx, `SELECT uid, undoes, amount FROM allocation WHERE company = ? AND item = ? AND undoes <> ''`, []any{company, r.Item},
		func(scan func(...any) error) error {
			var u allocRow
			err := scan(&u.UID, &u.Undoes, &u.Amount)
			undoers[u.Undoes] = append(undoers[u.Undoes], u)
			return err
		})
	rest = r.Amount
	for queue := undoers[r.UID]; len(queue) > 0; queue = queue[1:] {
		rest, referred = rest+queue[0].Amount, true
		queue = append(queue, undoers[queue[0].UID]...)
	}
	return rest, referred, err
}

// noteSettled remembers that an item was wholly settled before something was
// taken back from it.
func (in *intake) noteSettled(ctx context.Context, item ledger.UID) error {
	if _, noted := in.sums.paid[item]; noted {
		return nil
	}
	var left int64
	err := in.tx.each(ctx, `SELECT COALESCE(tool_open - ours, total - settled) FROM item WHERE uid = ? AND company = ? AND gone_at = 0`,
		[]any{item, in.company}, func(scan func(...any) error) error {
			err := scan(&left)
			if err == nil && left-in.sums.items[item].settled <= 0 {
				in.sums.paid[item] = true
			}
			return err
		})
	return err
}

// touchEnds notes the change for the customers on both ends of allocations.
func (in *intake) touchEnds(ctx context.Context, rows []allocRow) error {
	ends := map[ledger.Kind][]string{}
	for _, r := range rows {
		ends[ledger.KindItem] = append(ends[ledger.KindItem], string(r.Item))
		ends[r.FromKind] = append(ends[r.FromKind], string(r.From))
	}
	return in.tx.touchOwners(ctx, in.company, ends)
}

// touchOwners notes a change for the customers that items, payments, credits
// and bank lines belong to.
func (tx *Tx) touchOwners(ctx context.Context, company ledger.UID, ends map[ledger.Kind][]string) error {
	for kind, query := range map[ledger.Kind]string{
		ledger.KindItem:    `SELECT c.customer FROM item i JOIN invoice v ON v.uid = i.invoice JOIN customer c ON c.uid = v.debtor WHERE i.uid IN (?)`,
		ledger.KindInvoice: `SELECT c.customer FROM invoice v JOIN customer c ON c.uid = v.debtor WHERE v.uid IN (?)`,
		ledger.KindPayment: `SELECT c.customer FROM payment p JOIN customer c ON c.uid = p.debtor WHERE p.uid IN (?)`,
		ledger.KindCredit:  `SELECT c.customer FROM credit p JOIN customer c ON c.uid = p.debtor WHERE p.uid IN (?)`,
		ledger.KindBankLine: `SELECT c.customer FROM bank_line l JOIN customer_key k ON k.company = l.company AND k.customer_key = 'iban:' || l.payer_iban
			JOIN customer c ON c.uid = k.debtor WHERE l.payer_iban <> '' AND l.uid IN (?)`,
	} {
		var owners []ledger.UID
		err := tx.eachOf(ctx, query, ends[kind], func(scan func(...any) error) error {
			var customer ledger.UID
			err := scan(&customer)
			owners = append(owners, customer)
			return err
		})
		if err != nil {
			return err
		}
		for _, customer := range owners {
			if err := tx.touch(ctx, company, customer); err != nil {
				return err
			}
		}
	}
	return nil
}
