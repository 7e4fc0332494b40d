package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// putCustomers stores customer records, and links those that exact identifiers
// show to be one customer.
func (in *intake) putCustomers(ctx context.Context, p connectors.Page) error {
	if len(p.Customers) == 0 {
		return nil
	}
	byUID := make(map[ledger.UID]ledger.Customer, len(p.Customers))
	uids := make([]string, 0, len(p.Customers))
	for _, c := range p.Customers {
		uid := in.record(ledger.KindCustomer, c.ID)
		if _, repeated := byUID[uid]; !repeated {
			uids = append(uids, string(uid))
		}
		byUID[uid] = c
	}
	old, err := in.knownCustomers(ctx, uids)
	if err != nil {
		return err
	}
	var moved []string
	for _, uid := range uids {
		changed, err := in.putCustomer(ctx, ledger.UID(uid), byUID[ledger.UID(uid)], old)
		if err != nil {
			return err
		}
		if changed {
			moved = append(moved, uid)
		}
	}
	return in.linkAll(ctx, moved, byUID)
}

// customerRow is what is stored of a customer record.
type customerRow struct {
	customer ledger.UID
	stream   int64
	hash     int64
	gone     bool
}

func (in *intake) knownCustomers(ctx context.Context, uids []string) (map[ledger.UID]customerRow, error) {
	out := make(map[ledger.UID]customerRow, len(uids))
	return out, in.tx.eachOf(ctx, `SELECT uid, customer, stream, hash, gone_at FROM customer WHERE uid IN (?)`, uids, func(scan func(...any) error) error {
		var uid ledger.UID
		var r customerRow
		var gone int64
		err := scan(&uid, &r.customer, &r.stream, &r.hash, &gone)
		r.gone = gone != 0
		out[uid] = r
		return err
	})
}

// putCustomer stores one record and tells whether it is new or has changed.
func (in *intake) putCustomer(ctx context.Context, uid ledger.UID, c ledger.Customer, old map[ledger.UID]customerRow) (bool, error) {
	source := c.Seen
	c.Seen = ""
	body, err := json.Marshal(c)
	if err != nil {
		return false, fmt.Errorf("customer %s: %w", c.ID, err)
	}
	hash := new(digest).text(string(body)).sum()
	was, exists := old[uid]
	switch {
	case !exists:
		customer := uid
		if c.Default {
			customer = ""
		}
		in.customers[uid] = customer
		in.counts.Created++
		_, err = in.tx.execPrepared(ctx, `INSERT INTO customer
			(uid, company, connection, stream, id, customer, survivor, code, name, body, source, hash, created_at, seen_at, gone_at)
			VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, 0)`,
			uid, in.company, in.connection, in.stream, c.ID, customer, c.Code, c.Name, string(body), string(source), hash, in.tx.now, in.tx.now)
	case was.hash == hash && !was.gone:
		in.customers[uid] = was.customer
		in.counts.Unchanged++
		return false, in.move(ctx, table{name: "customer"}, uid, was.stream)
	default:
		in.customers[uid] = was.customer
		if was.stream == 0 {
			in.counts.Created++
		} else {
			in.counts.Updated++
		}
		_, err = in.tx.execPrepared(ctx, `UPDATE customer SET stream = ?, code = ?, name = ?, body = ?, source = ?, hash = ?, seen_at = ?, gone_at = 0
			WHERE uid = ? AND company = ?`, in.streamOf(was.stream), c.Code, c.Name, string(body), string(source), hash, in.tx.now, uid, in.company)
	}
	if err != nil {
		return false, err
	}
	if c.Default {
		return false, in.tx.touchAll(ctx, in.company)
	}
	in.money = true // a new name or account may tell who paid
	return true, in.touchDebtor(ctx, uid)
}

// lookUp finds out to whom customer records belong.
func (in *intake) lookUp(ctx context.Context, debtors []string) error {
	return in.tx.eachOf(ctx, `SELECT uid, customer FROM customer WHERE uid IN (?)`, debtors, func(scan func(...any) error) error {
		var uid, customer ledger.UID
		err := scan(&uid, &customer)
		in.customers[uid] = customer
		return err
	})
}

// stubs makes sure that the customer records the facts name are there, with
// nothing but their id where no page has shown them yet.
func (in *intake) stubs(ctx context.Context, facts []fact) error {
	ids := map[string]string{} // of the records not met yet, by UID
	for _, f := range facts {
		if uid := in.debtor(f.customer); uid != "" {
			if _, met := in.customers[uid]; !met {
				ids[string(uid)] = f.customer
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	uids := slices.Sorted(maps.Keys(ids))
	if err := in.lookUp(ctx, uids); err != nil {
		return err
	}
	for _, uid := range uids {
		if _, met := in.customers[ledger.UID(uid)]; met {
			continue
		}
		in.customers[ledger.UID(uid)] = ledger.UID(uid)
		_, err := in.tx.execPrepared(ctx, `INSERT INTO customer
			(uid, company, connection, stream, id, customer, survivor, code, name, body, source, hash, created_at, seen_at, gone_at)
			VALUES (?, ?, ?, 0, ?, ?, '', '', '', '{}', '', 0, ?, ?, 0)`,
			uid, in.company, in.connection, ids[uid], uid, in.tx.now, in.tx.now)
		if err != nil {
			return err
		}
	}
	return nil
}
