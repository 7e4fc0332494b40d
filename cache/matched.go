package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// MoneyDirty reports whether money, or what it could pay, has moved since the
// money stage last looked; mark is handed to PutMatched. Read it before Money.
func (db *DB) MoneyDirty(ctx context.Context, company ledger.UID) (mark int64, dirty bool, err error) {
	var row struct {
		Money   int64 `db:"money"`
		Matched int64 `db:"matched"`
	}
	err = db.View(ctx, func(tx *Tx) error {
		return tx.get(ctx, &row, `SELECT money, matched FROM company WHERE uid = ?`, company)
	})
	return row.Money, row.Money != row.Matched, err
}

// TouchMoney makes the money stage look again: the company's own accounts or
// rules have changed.
func (db *DB) TouchMoney(ctx context.Context, company ledger.UID) error {
	return db.Update(ctx, func(tx *Tx) error { return tx.touchCompany(ctx, company) })
}

// PutMatched stores what the money stage decided, in one transaction, and
// notes that it has looked at everything up to mark. Pairings and settlements
// are added; suggestions and findings are the whole of what it sees now, so
// that those it no longer sees end. Storing the same twice changes nothing.
func (db *DB) PutMatched(ctx context.Context, company ledger.UID, m reconcile.Matched, mark int64) error {
	failpoint.Hit("cache/before-matched")
	err := db.Update(ctx, func(tx *Tx) error {
		for _, step := range []func(context.Context, ledger.UID, reconcile.Matched) error{
			tx.putPairings, tx.putSettlements, tx.putSuggestions, tx.putMoneyFindings,
		} {
			if err := step(ctx, company, m); err != nil {
				return err
			}
		}
		failpoint.Hit("cache/matched-uncommitted")
		_, err := tx.exec(ctx, `UPDATE company SET matched = ? WHERE uid = ? AND matched <> ?`, mark, company, mark)
		return err
	})
	failpoint.Hit("cache/after-matched")
	if err != nil {
		return fmt.Errorf("store what was matched: %w", err)
	}
	return nil
}

func (tx *Tx) putPairings(ctx context.Context, company ledger.UID, m reconcile.Matched) error {
	ends := map[ledger.Kind][]string{}
	for _, p := range m.Pairings {
		for _, payment := range p.Payments {
			n, err := tx.execPrepared(ctx, `INSERT INTO pairing (company, line, payment, why, seen_at, gone_at)
				SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), 0
				WHERE NOT EXISTS (SELECT 1 FROM pairing WHERE line = ? AND payment = ? AND gone_at = 0)
				ON CONFLICT (line, payment, seen_at) DO UPDATE SET gone_at = 0`,
				string(company), string(p.Line), string(payment), p.Why, tx.now, string(p.Line), string(payment))
			if err != nil {
				return err
			}
			if n > 0 {
				ends[ledger.KindPayment] = append(ends[ledger.KindPayment], string(payment))
				ends[ledger.KindBankLine] = append(ends[ledger.KindBankLine], string(p.Line))
			}
		}
	}
	return tx.touchOwners(ctx, company, ends)
}

// putSettlements appends what is not there yet. Items that were reopened begin
// a new episode together with the settlement that reopened them: once.
func (tx *Tx) putSettlements(ctx context.Context, company ledger.UID, m reconcile.Matched) error {
	sums := newSums()
	ends := map[ledger.Kind][]string{}
	for _, s := range m.Settlements {
		r := allocRow{
			UID: s.UID, Origin: s.UID, Version: 1, ID: string(s.UID), FromKind: s.FromKind, From: s.From, Item: s.Item,
			Amount: s.Amount.Minor(), Currency: string(s.Amount.Currency()), By: s.By, Undoes: s.Undoes, Day: day(s.Day),
		}
		n, err := tx.execPrepared(ctx, `INSERT INTO allocation (uid, company, connection, stream, id, origin, version, from_kind, from_uid, item,
				amount, currency, decided_by, undoes, counts_from, hash, seen_at, void)
			VALUES (?, ?, '', 0, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0) ON CONFLICT (uid) DO NOTHING`,
			string(r.UID), string(company), r.ID, string(r.Origin), string(r.FromKind), string(r.From), string(r.Item),
			r.Amount, r.Currency, r.By, string(r.Undoes), ledger.Date(r.Day).String(), tx.now)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		sums.add(purse{r.FromKind, r.From}, r.Item, r.Amount, r.By != reconcile.ByTool)
		ends[ledger.KindItem] = append(ends[ledger.KindItem], string(r.Item))
		ends[r.FromKind] = append(ends[r.FromKind], string(r.From))
	}
	if err := tx.flushSums(ctx, company, sums); err != nil {
		return err
	}
	added := map[ledger.UID]bool{}
	for _, uid := range ends[ledger.KindItem] {
		added[ledger.UID(uid)] = true
	}
	reopened := slices.DeleteFunc(slices.Clone(m.Reopened), func(uid ledger.UID) bool { return !added[uid] })
	if err := tx.raiseEpisodes(ctx, reopened, "AND gone_at = 0"); err != nil {
		return err
	}
	return tx.touchOwners(ctx, company, ends)
}

// putSuggestions replaces the suggestions in force, and moves the customers
// whose suggestions have changed.
func (tx *Tx) putSuggestions(ctx context.Context, company ledger.UID, m reconcile.Matched) error {
	old := map[ledger.UID]ledger.UID{}
	err := tx.each(ctx, `SELECT uid, debtor FROM suggestion WHERE company = ?`, []any{company}, func(scan func(...any) error) error {
		var uid, debtor ledger.UID
		err := scan(&uid, &debtor)
		old[uid] = debtor
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range m.Suggestions {
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		uid := ledger.NewUID(string(company), "suggestion", string(body))
		if _, there := old[uid]; there {
			delete(old, uid)
			continue
		}
		if _, err := tx.exec(ctx, `INSERT INTO suggestion (uid, company, debtor, body, seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			uid, company, s.Customer, string(body), tx.now); err != nil {
			return err
		}
		if err := tx.touchFinding(ctx, company, findingRow{Debtor: s.Customer}); err != nil {
			return err
		}
	}
	for uid, debtor := range old {
		if _, err := tx.exec(ctx, `DELETE FROM suggestion WHERE uid = ?`, uid); err != nil {
			return err
		}
		if err := tx.touchFinding(ctx, company, findingRow{Debtor: debtor}); err != nil {
			return err
		}
	}
	return nil
}

// putMoneyFindings stores what the money stage says does not add up.
func (tx *Tx) putMoneyFindings(ctx context.Context, company ledger.UID, m reconcile.Matched) error {
	var before []ledger.UID
	if err := tx.all(ctx, &before, `SELECT uid FROM finding WHERE company = ? AND origin = 'money' AND gone_at = 0`, company); err != nil {
		return err
	}
	now := make(map[ledger.UID]bool, len(m.Findings))
	for _, f := range m.Findings {
		now[ledger.UID(f.ID)] = true
		_, err := tx.putFinding(ctx, company, "money", 0, findingRow{
			UID: ledger.UID(f.ID), ID: f.ID, Kind: f.Kind, Debtor: ledger.UID(f.Customer), Invoice: ledger.UID(f.Invoice), Item: ledger.UID(f.Item),
			Holds: bit(f.Holds), Note: f.Text, Source: string(f.Seen),
		})
		if err != nil {
			return err
		}
	}
	for _, uid := range before {
		if now[uid] {
			continue
		}
		if err := tx.closeFinding(ctx, company, uid); err != nil {
			return err
		}
	}
	return nil
}
