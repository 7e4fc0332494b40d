package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// doubtful names a record that is in quarantine.
type doubtful struct {
	kind ledger.Kind
	id   string
}

// putQuarantined stores records that could not be read for certain. One whose
// reason has changed holds again, whatever a person said of the old one.
func (in *intake) putQuarantined(ctx context.Context, p connectors.Page) error {
	if len(p.Quarantined) == 0 {
		return nil
	}
	facts := make([]fact, len(p.Quarantined))
	var d digest
	for i, q := range p.Quarantined {
		facts[i] = fact{
			uid: ledger.NewUID(string(in.connection), string(ledger.KindQuarantine), string(q.Kind), q.ID), id: q.ID, customer: q.Customer,
			hash:   d.text(q.Customer, q.Reason).flags(q.Money).sum(),
			values: []any{string(q.Kind), bit(q.Money), q.Reason, string(q.Seen)},
		}
	}
	counts := in.counts
	moved, err := in.put(ctx, quarantineTable, facts)
	if err != nil {
		return err
	}
	in.counts = counts
	in.counts.Quarantined += len(moved)
	in.doubtful = nil
	for _, f := range moved {
		if err := in.tx.forget(ctx, in.company, f.uid); err != nil {
			return err
		}
	}
	return nil
}

// readsWell lets go of quarantined records that have been read well since.
func (in *intake) readsWell(ctx context.Context, kind ledger.Kind, facts []fact) error {
	if kind == ledger.KindQuarantine {
		return nil
	}
	if err := in.readDoubtful(ctx); err != nil || len(in.doubtful) == 0 {
		return err
	}
	for _, f := range facts {
		uid, found := in.doubtful[doubtful{kind, f.id}]
		if !found {
			continue
		}
		delete(in.doubtful, doubtful{kind, f.id})
		var debtor ledger.UID
		if err := in.tx.get(ctx, &debtor, `UPDATE quarantine SET gone_at = ? WHERE uid = ? AND company = ? RETURNING debtor`, in.tx.now, uid, in.company); err != nil {
			return err
		}
		if err := in.leave(ctx, debtor); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) readDoubtful(ctx context.Context) error {
	if in.doubtful != nil {
		return nil
	}
	in.doubtful = map[doubtful]ledger.UID{}
	return in.tx.each(ctx, `SELECT kind, id, uid FROM quarantine WHERE company = ? AND connection = ? AND gone_at = 0`, []any{in.company, in.connection},
		func(scan func(...any) error) error {
			var d doubtful
			var uid ledger.UID
			err := scan(&d.kind, &d.id, &uid)
			in.doubtful[d] = uid
			return err
		})
}

// findingRow is a finding as it is stored.
type findingRow struct {
	UID     ledger.UID         `db:"uid"`
	ID      string             `db:"id"`
	Kind    ledger.FindingKind `db:"kind"`
	Debtor  ledger.UID         `db:"debtor"`
	Invoice ledger.UID         `db:"invoice"`
	Item    ledger.UID         `db:"item"`
	Holds   int64              `db:"holds"`
	Note    string             `db:"note"`
	Source  string             `db:"source"`
}

func (f *findingRow) hash() int64 {
	return new(digest).text(string(f.Kind), string(f.Debtor), string(f.Invoice), string(f.Item), f.Note).number(f.Holds).sum()
}

// putFindings stores what a connector says does not add up.
func (in *intake) putFindings(ctx context.Context, p connectors.Page) error {
	for _, f := range p.Findings {
		if err := in.stubs(ctx, []fact{{customer: f.Customer}}); err != nil {
			return err
		}
		row := findingRow{
			UID: in.record(ledger.KindFinding, f.ID), ID: f.ID, Kind: f.Kind, Debtor: in.debtor(f.Customer),
			Holds: bit(f.Holds), Note: f.Text, Source: string(f.Seen),
		}
		if f.Invoice != "" {
			row.Invoice = in.record(ledger.KindInvoice, f.Invoice)
		}
		if f.Item != "" {
			row.Item = in.record(ledger.KindItem, f.Item)
		}
		moved, err := in.tx.putFinding(ctx, in.company, string(in.connection), in.stream, row)
		switch {
		case err != nil:
			return err
		case moved:
			in.counts.Updated++
		default:
			in.counts.Unchanged++
		}
		if moved && row.Debtor == "" && row.Invoice == "" && row.Item == "" {
			in.unowned = true
		}
	}
	return nil
}

// putFinding stores one finding and tells whether it is new, has changed or is
// back; then a person's word about the old one counts no more.
func (tx *Tx) putFinding(ctx context.Context, company ledger.UID, origin string, stream int64, f findingRow) (bool, error) {
	var old struct {
		Hash   int64 `db:"hash"`
		Stream int64 `db:"stream"`
		Gone   int64 `db:"gone_at"`
	}
	hash := f.hash()
	err := tx.get(ctx, &old, `SELECT hash, stream, gone_at FROM finding WHERE uid = ? AND company = ?`, f.UID, company)
	switch {
	case errors.Is(err, ErrNotFound):
		if f.ID == "" {
			f.ID = string(f.UID)
		}
		_, err = tx.exec(ctx, `INSERT INTO finding (uid, company, origin, stream, id, kind, debtor, invoice, item, holds, note, source, hash, seen_at, gone_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			f.UID, company, origin, stream, f.ID, string(f.Kind), f.Debtor, f.Invoice, f.Item, f.Holds, f.Note, f.Source, hash, tx.now)
	case err != nil:
		return false, err
	case old.Hash == hash && old.Gone == 0:
		if old.Stream != stream {
			_, err = tx.exec(ctx, `UPDATE finding SET stream = ? WHERE uid = ?`, stream, f.UID)
		}
		return false, err
	default:
		_, err = tx.exec(ctx, `UPDATE finding SET stream = ?, kind = ?, debtor = ?, invoice = ?, item = ?, holds = ?, note = ?, source = ?, hash = ?, seen_at = ?, gone_at = 0
			WHERE uid = ? AND company = ?`, stream, string(f.Kind), f.Debtor, f.Invoice, f.Item, f.Holds, f.Note, f.Source, hash, tx.now, f.UID, company)
		if err == nil && old.Hash != hash {
			err = tx.forget(ctx, company, f.UID)
		}
	}
	if err != nil {
		return false, err
	}
	return true, tx.touchFinding(ctx, company, f)
}

// touchFinding notes a change for whom a finding is about.
func (tx *Tx) touchFinding(ctx context.Context, company ledger.UID, f findingRow) error {
	var owner []ledger.UID
	if err := tx.all(ctx, &owner, `SELECT customer FROM customer WHERE company = ? AND uid = ?`, company, f.Debtor); err != nil {
		return err
	}
	for _, customer := range owner {
		if err := tx.touch(ctx, company, customer); err != nil {
			return err
		}
	}
	ends := map[ledger.Kind][]string{}
	if f.Item != "" {
		ends[ledger.KindItem] = []string{string(f.Item)}
	}
	if f.Invoice != "" {
		ends[ledger.KindInvoice] = []string{string(f.Invoice)}
	}
	return tx.touchOwners(ctx, company, ends)
}

// closeFinding ends a finding whose cause is gone.
func (tx *Tx) closeFinding(ctx context.Context, company, uid ledger.UID) error {
	var f findingRow
	err := tx.get(ctx, &f, `UPDATE finding SET gone_at = ? WHERE company = ? AND uid = ? AND gone_at = 0 RETURNING uid, debtor, invoice, item`, tx.now, company, uid)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.touchFinding(ctx, company, f)
}

// forget drops a person's word about something that is not the same any more.
func (tx *Tx) forget(ctx context.Context, company, id ledger.UID) error {
	_, err := tx.exec(ctx, `DELETE FROM released WHERE company = ? AND id = ?`, company, id)
	return err
}

// Settle records a person's word that a finding, a suggestion or a quarantined
// record holds no more, with the reason. It holds again when it changes.
// ErrNotFound: nothing of that id is known to hold anybody.
func (db *DB) Settle(ctx context.Context, company ledger.UID, id, reason, who string) error {
	err := db.Update(ctx, func(tx *Tx) error {
		debtors, found, err := tx.heldBy(ctx, company, id)
		if err != nil {
			return err
		}
		if !found {
			return ErrNotFound
		}
		if len(debtors) == 0 {
			debtors = []ledger.UID{""}
		}
		for _, debtor := range debtors {
			_, err := tx.exec(ctx, `INSERT INTO released (company, id, debtor, who, why, at) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT (company, id, debtor) DO UPDATE SET who = excluded.who, why = excluded.why, at = excluded.at`, company, id, debtor, who, reason, tx.now)
			if err != nil {
				return err
			}
			if err := tx.touchFinding(ctx, company, findingRow{Debtor: debtor}); err != nil {
				return err
			}
		}
		return tx.touchCompany(ctx, company)
	})
	if err != nil {
		return fmt.Errorf("release %s: %w", id, err)
	}
	return nil
}

// heldBy finds the customers something holds: in the tables, else among the
// doubts of the positions.
func (tx *Tx) heldBy(ctx context.Context, company ledger.UID, id string) (debtors []ledger.UID, found bool, err error) {
	var rows []findingRow
	err = tx.all(ctx, &rows, `SELECT COALESCE(NULLIF(f.debtor, ''), v.debtor, '') AS debtor FROM finding f
			LEFT JOIN item i ON i.uid = f.item LEFT JOIN invoice v ON v.uid = COALESCE(i.invoice, f.invoice)
			WHERE f.company = ? AND f.uid = ? AND f.gone_at = 0
		UNION ALL SELECT debtor FROM quarantine WHERE company = ? AND uid = ? AND gone_at = 0`, company, id, company, id)
	if err != nil {
		return nil, false, err
	}
	for _, f := range rows {
		found = true
		if f.Debtor != "" {
			debtors = append(debtors, f.Debtor)
		}
	}
	more, err := tx.doubtedBy(ctx, company, id)
	return append(debtors, more...), found || len(more) > 0, err
}
