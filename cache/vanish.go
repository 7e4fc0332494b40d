package cache

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// census lists the tables whose records a stream may delete by showing all of
// it without them. What the tool allocated comes first: when it took back its
// allocation together with the record, nothing is left in the air.
//
//nolint:gochecknoglobals // a compiled-in table of constants
var census = []table{
	{name: "allocation", kind: ledger.KindAllocation},
	invoiceTable, creditTable, paymentTable, bankLineTable,
	{name: "customer", kind: ledger.KindCustomer},
	contactTable, messageTable, quarantineTable,
	{name: "finding", kind: ledger.KindFinding},
}

// Unseen returns the live records of a stream for which seen is false. Under
// the scope Open only invoices with something open are asked for: what is
// settled was not to be shown. seen is given the record's kind and remote id;
// of a quarantined record it is given ledger.KindQuarantine and its id.
func (db *DB) Unseen(ctx context.Context, company, connection ledger.UID, stream string, scope connectors.Scope, seen func(ledger.Kind, string) bool) ([]connectors.Unseen, error) {
	var out []connectors.Unseen
	err := db.View(ctx, func(tx *Tx) error {
		var id int64
		err := tx.each(ctx, `SELECT id FROM stream WHERE company = ? AND connection = ? AND name = ?`, []any{company, connection, stream},
			func(scan func(...any) error) error { return scan(&id) })
		if err != nil || id == 0 {
			return err
		}
		for _, t := range census {
			if scope == connectors.Open && t.kind != ledger.KindInvoice {
				continue
			}
			found, err := tx.unseen(ctx, t, id, scope, seen)
			if err != nil {
				return err
			}
			for i := range found {
				found[i].Stream = stream
			}
			slices.SortFunc(found, func(a, b connectors.Unseen) int { return cmp.Compare(a.ID, b.ID) })
			out = append(out, found...)
		}
		return tx.nameOwners(ctx, connection, out)
	})
	if err != nil {
		return nil, fmt.Errorf("compare the stream with what is stored: %w", err)
	}
	return out, nil
}

func (tx *Tx) unseen(ctx context.Context, t table, stream int64, scope connectors.Scope, seen func(ledger.Kind, string) bool) ([]connectors.Unseen, error) {
	var out []connectors.Unseen
	return out, tx.each(ctx, `SELECT t.id FROM `+t.name+` t WHERE t.stream = ? AND `+t.live(scope), []any{stream}, func(scan func(...any) error) error {
		u := connectors.Unseen{Kind: t.kind}
		err := scan(&u.ID)
		if err == nil && !seen(t.kind, u.ID) {
			out = append(out, u)
		}
		return err
	})
}

// live is the condition under which a record has not vanished yet.
func (t table) live(scope connectors.Scope) string {
	switch {
	case t.kind == ledger.KindAllocation:
		return "t.void = 0 AND t.undoes = ''"
	case scope == connectors.Open:
		return `t.gone_at = 0 AND EXISTS (SELECT 1 FROM item i WHERE i.invoice = t.uid AND i.gone_at = 0
			AND COALESCE(i.tool_open - i.ours, i.total - i.settled) <> 0)`
	default:
		return "t.gone_at = 0"
	}
}

// nameOwners tells for unseen invoices, credits and payments whose they are,
// and which items an invoice has, so that the tool can be asked for them.
func (tx *Tx) nameOwners(ctx context.Context, connection ledger.UID, list []connectors.Unseen) error {
	place := map[ledger.UID]int{}
	uids := map[ledger.Kind][]string{}
	for i, u := range list {
		uid := ledger.RecordUID(connection, u.Kind, u.ID)
		place[uid] = i
		uids[u.Kind] = append(uids[u.Kind], string(uid))
	}
	for kind, query := range map[ledger.Kind]string{
		ledger.KindInvoice: `SELECT t.uid, c.id, COALESCE(i.id, '') FROM invoice t JOIN customer c ON c.uid = t.debtor
			LEFT JOIN item i ON i.invoice = t.uid AND i.gone_at = 0 WHERE t.uid IN (?)`,
		ledger.KindCredit:  `SELECT t.uid, c.id, '' FROM credit t JOIN customer c ON c.uid = t.debtor WHERE t.uid IN (?)`,
		ledger.KindPayment: `SELECT t.uid, c.id, '' FROM payment t JOIN customer c ON c.uid = t.debtor WHERE t.uid IN (?)`,
	} {
		err := tx.eachOf(ctx, query, uids[kind], func(scan func(...any) error) error {
			var uid ledger.UID
			var customer, item string
			if err := scan(&uid, &customer, &item); err != nil {
				return err
			}
			u := &list[place[uid]]
			u.Customer = customer
			if item != "" {
				u.Items = append(u.Items, item)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
