package cache

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// table describes a table of records that connections tell of.
type table struct {
	name    string
	kind    ledger.Kind
	owned   bool   // it has a debtor column
	purse   bool   // it holds money: amount, currency and used
	columns string // its own columns, after the common ones
}

// The tables of records. Columns that we keep up ourselves are not listed.
//
//nolint:gochecknoglobals // a compiled-in table of constants
var (
	contactTable    = table{"contact", ledger.KindContact, true, false, "mail, body, invalid, source"}
	invoiceTable    = table{"invoice", ledger.KindInvoice, true, false, "number, issued, total, currency, refs, customer_order, draft, opening, source"}
	creditTable     = table{"credit", ledger.KindCredit, true, true, "kind, number, booked, amount, currency, note, source"}
	paymentTable    = table{"payment", ledger.KindPayment, true, true, "booked, amount, currency, method, note, reference, source"}
	bankLineTable   = table{"bank_line", ledger.KindBankLine, false, true, "account, booked, value_day, amount, currency, payer, payer_iban, note, reference, end_to_end, extra, source"}
	messageTable    = table{"message", ledger.KindMessage, true, false, "entry_key, sent, body"}
	quarantineTable = table{"quarantine", ledger.KindQuarantine, true, false, "kind, money, reason, source"}
)

// fact is one record on its way into its table.
type fact struct {
	uid      ledger.UID
	id       string
	customer string // remote id; empty: not known
	amount   money.Amount
	hash     int64 // of its content; where it stood is no part of it
	values   []any // of the table's own columns
	fresh    bool  // it was not there before
}

// known is what the table holds of a record.
type known struct {
	debtor ledger.UID
	stream int64
	hash   int64
	gone   bool
	amount money.Amount
}

// put stores facts of one table and returns those that are new, changed or
// back, in the order given. Everything else writes nothing, but for a record
// that has moved to another stream. Counts, owners and versions are kept.
func (in *intake) put(ctx context.Context, t table, facts []fact) (moved []fact, err error) {
	if len(facts) == 0 {
		return nil, nil
	}
	facts = lastOfEach(facts)
	slices.SortFunc(facts, func(a, b fact) int { return cmp.Compare(a.uid, b.uid) }) // an index is written from left to right
	if t.owned {
		if err := in.stubs(ctx, facts); err != nil {
			return nil, err
		}
	}
	if err := in.readsWell(ctx, t.kind, facts); err != nil {
		return nil, err
	}
	facts, fresh, err := in.tryNew(ctx, t, facts)
	if err != nil {
		return nil, err
	}
	old, err := in.known(ctx, t, facts)
	if err != nil {
		return nil, err
	}
	in.allNew[t.kind] = len(old) == 0
	ins := in.inserter(t, "")
	moved = fresh
	for _, f := range facts {
		was, exists := old[f.uid]
		switch {
		case !exists:
			in.counts.Created++
			f.fresh = true
			err = ins.add(ctx, in.row(t, f)...)
		case was.hash != f.hash || was.gone:
			in.counts.Updated++
			err = in.replace(ctx, t, was, f)
		default:
			in.counts.Unchanged++
			if err := in.move(ctx, t, f.uid, was.stream); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		moved = append(moved, f)
	}
	if err := ins.flush(ctx); err != nil {
		return nil, err
	}
	return moved, in.touchFacts(ctx, t, moved)
}

func (in *intake) touchFacts(ctx context.Context, t table, moved []fact) error {
	if !t.owned {
		return nil
	}
	for _, f := range moved {
		if err := in.touchDebtor(ctx, in.debtor(f.customer)); err != nil {
			return err
		}
	}
	return nil
}

// tryNew inserts facts without asking first whether they are known, as long as
// the last ones were all new: most of a first reading is spent here. It
// returns those that it could not insert, and those that it did.
func (in *intake) tryNew(ctx context.Context, t table, facts []fact) (rest, fresh []fact, err error) {
	if !in.allNew[t.kind] || in.tx.dialect.rows > 1 {
		return facts, nil, nil
	}
	ins := in.inserter(t, "ON CONFLICT (uid) DO NOTHING")
	for _, f := range facts {
		if err := ins.add(ctx, in.row(t, f)...); err != nil {
			return nil, nil, err
		}
		if ins.written == 0 {
			rest = append(rest, f)
			continue
		}
		in.counts.Created++
		f.fresh = true
		fresh = append(fresh, f)
	}
	return rest, fresh, nil
}

// lastOfEach drops earlier repeats of one record, so that a statement never
// meets the same key twice.
func lastOfEach(facts []fact) []fact {
	last := make(map[ledger.UID]int, len(facts))
	for i, f := range facts {
		last[f.uid] = i
	}
	if len(last) == len(facts) {
		return facts
	}
	out := make([]fact, 0, len(last))
	for i, f := range facts {
		if last[f.uid] == i {
			out = append(out, f)
		}
	}
	return out
}

// most bounds how many values one "IN (…)" holds.
const most = 500

// known reads what the table holds of the facts.
func (in *intake) known(ctx context.Context, t table, facts []fact) (map[ledger.UID]known, error) {
	debtor, amounts := "''", "0, ''"
	if t.owned {
		debtor = "debtor"
	}
	if t.purse {
		amounts = "amount, currency"
	}
	query := "SELECT uid, " + debtor + ", stream, hash, gone_at, " + amounts + " FROM " + t.name + " WHERE uid IN (?)"
	out := make(map[ledger.UID]known)
	uids := make([]string, len(facts))
	for i, f := range facts {
		uids[i] = string(f.uid)
	}
	return out, in.tx.eachOf(ctx, query, uids, func(scan func(...any) error) error {
		var uid ledger.UID
		var k known
		var gone, minor int64
		var currency string
		err := scan(&uid, &k.debtor, &k.stream, &k.hash, &gone, &minor, &currency)
		k.gone, k.amount = gone != 0, amount(minor, currency)
		out[uid] = k
		return err
	})
}

func (in *intake) inserter(t table, tail string) *inserter {
	columns := "uid, company, connection, stream, id, "
	if t.owned {
		columns += "debtor, "
	}
	return in.tx.insert(t.name, columns+t.columns+", hash, seen_at, gone_at", tail)
}

func (in *intake) row(t table, f fact) []any {
	row := make([]any, 0, len(f.values)+9)
	row = append(row, string(f.uid), string(in.company), string(in.connection), in.stream, f.id)
	if t.owned {
		row = append(row, string(in.debtor(f.customer)))
	}
	return append(append(row, f.values...), f.hash, in.tx.now, 0)
}

// replace stores a record's new content. Pairings bind to the amount; a record
// that has changed hands moves both customers.
func (in *intake) replace(ctx context.Context, t table, was known, f fact) error {
	if t.owned && was.debtor != in.debtor(f.customer) {
		if err := in.leave(ctx, was.debtor); err != nil {
			return err
		}
	}
	if t.purse && was.amount != f.amount {
		if err := in.tx.unpair(ctx, f.uid); err != nil {
			return err
		}
	}
	return in.update(ctx, t, f, in.streamOf(was.stream))
}

func (in *intake) update(ctx context.Context, t table, f fact, stream int64) error {
	set := "stream, "
	args := []any{stream}
	if t.owned {
		set, args = set+"debtor, ", append(args, string(in.debtor(f.customer)))
	}
	set = strings.ReplaceAll(set+t.columns+", hash, seen_at", ",", " = ?,") + " = ?, gone_at = 0"
	args = append(append(args, f.values...), f.hash, in.tx.now, string(f.uid), string(in.company))
	_, err := in.tx.execPrepared(ctx, "UPDATE "+t.name+" SET "+set+" WHERE uid = ? AND company = ?", args...)
	return err
}

// streamOf returns the stream a known record belongs to from now on.
func (in *intake) streamOf(was int64) int64 {
	if in.looking {
		return was
	}
	return in.stream
}

// move makes the stream in hand the one that may delete the record.
func (in *intake) move(ctx context.Context, t table, uid ledger.UID, from int64) error {
	if in.streamOf(from) == from {
		return nil
	}
	_, err := in.tx.execPrepared(ctx, "UPDATE "+t.name+" SET stream = ? WHERE uid = ?", in.stream, string(uid))
	return err
}

// leave notes that a record no longer belongs to a customer.
func (in *intake) leave(ctx context.Context, debtor ledger.UID) error {
	if _, met := in.customers[debtor]; !met && debtor != "" {
		if err := in.lookUp(ctx, []string{string(debtor)}); err != nil {
			return err
		}
	}
	return in.touchDebtor(ctx, debtor)
}
