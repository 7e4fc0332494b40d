package cache

import (
	"context"
	"maps"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// linkAll stores the exact identifiers of the records named, then joins each
// with the customer of another connection that bears one of them.
func (in *intake) linkAll(ctx context.Context, records []string, byUID map[ledger.UID]ledger.Customer) error {
	ins := in.tx.insert("customer_key", "company, customer_key, debtor", "ON CONFLICT DO NOTHING")
	for _, uid := range records {
		if _, err := in.tx.execPrepared(ctx, `DELETE FROM customer_key WHERE debtor = ?`, uid); err != nil {
			return err
		}
		for _, key := range reconcile.CustomerKeys(byUID[ledger.UID(uid)]) {
			if err := ins.add(ctx, in.company, key, uid); err != nil {
				return err
			}
		}
	}
	if err := ins.flush(ctx); err != nil {
		return err
	}
	linked, err := in.tx.maybeLinked(ctx, in.company, records)
	if err != nil {
		return err
	}
	for _, uid := range linked {
		if err := in.tx.relink(ctx, in.company, uid); err != nil {
			return err
		}
	}
	if len(linked) > 0 {
		clear(in.customers) // some may belong to others now
	}
	return nil
}

// maybeLinked returns those of the records that share an identifier with
// another record, or have been linked with one before.
func (tx *Tx) maybeLinked(ctx context.Context, company ledger.UID, records []string) ([]ledger.UID, error) {
	found := map[ledger.UID]bool{}
	for _, query := range []string{
		`SELECT k.debtor FROM customer_key k JOIN customer_key o ON o.company = k.company AND o.customer_key = k.customer_key AND o.debtor <> k.debtor
			WHERE k.company = ? AND k.debtor IN (?)`,
		`SELECT uid FROM customer WHERE company = ? AND uid IN (?) AND customer <> uid AND customer <> ''`,
		`SELECT customer FROM customer WHERE company = ? AND customer IN (?) AND uid <> customer`,
	} {
		err := tx.eachIn(ctx, query, company, records, func(scan func(...any) error) error {
			var uid ledger.UID
			err := scan(&uid)
			found[uid] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// member is one customer record and the customer it belongs to.
type member struct {
	UID        ledger.UID
	Customer   ledger.UID
	Connection ledger.UID
	Survivor   ledger.UID
	Created    int64
}

// relink finds the customer a record belongs to by its identifiers, and the
// same for those it was linked with before.
func (tx *Tx) relink(ctx context.Context, company, uid ledger.UID) error {
	group, err := tx.members(ctx, company, `customer = (SELECT m.customer FROM customer m WHERE m.uid = ?)`, uid)
	if err != nil {
		return err
	}
	slices.SortStableFunc(group, func(a, b member) int { // the record itself first
		return int(bit(b.UID == uid) - bit(a.UID == uid))
	})
	for _, m := range group {
		if m.Customer == "" || m.Survivor != "" {
			continue
		}
		if err := tx.place(ctx, company, m.UID); err != nil {
			return err
		}
	}
	return nil
}

// members returns records in order of first sight. A people file as long as the
// list of customers asks this a few times for each, so where must name the
// record or the customer: SQLite would rather read all records of the company
// than look for two of them.
func (tx *Tx) members(ctx context.Context, company ledger.UID, where string, args ...any) ([]member, error) {
	return tx.membersOf(ctx, `SELECT c.uid, c.customer, c.connection, c.survivor, c.created_at FROM customer c
		WHERE c.company = ? AND c.`+where+` ORDER BY c.created_at, c.uid`, append([]any{company}, args...))
}

// holders returns the records that bear an identifier, but for those that were
// merged into others.
func (tx *Tx) holders(ctx context.Context, company ledger.UID, key string) ([]member, error) {
	return tx.membersOf(ctx, `SELECT c.uid, c.customer, c.connection, c.survivor, c.created_at FROM customer_key k JOIN customer c ON c.uid = k.debtor
		WHERE k.company = ? AND k.customer_key = ? AND c.survivor = '' ORDER BY c.created_at, c.uid`, []any{company, key})
}

func (tx *Tx) membersOf(ctx context.Context, query string, args []any) ([]member, error) {
	stmt, err := tx.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	var out []member
	err = scanArgs(ctx, stmt, args, func(scan func(...any) error) error {
		var m member
		err := scan(&m.UID, &m.Customer, &m.Connection, &m.Survivor, &m.Created)
		out = append(out, m)
		return err
	})
	return out, err
}

// place moves one record to where its identifiers say that it belongs. Where
// they lead to several customers, these are one, unless both have a record of
// one connection; then the first identifier counts.
func (tx *Tx) place(ctx context.Context, company, uid ledger.UID) error {
	keys, err := tx.keys(ctx, company, uid)
	if err != nil {
		return err
	}
	placed := false
	for _, key := range keys {
		found, err := tx.placeBy(ctx, company, uid, key, placed)
		if err != nil {
			return err
		}
		placed = placed || found
	}
	own, err := tx.members(ctx, company, `uid = ?`, uid)
	if err != nil || placed || len(own) == 0 || own[0].Customer == uid {
		return err
	}
	return tx.assign(ctx, company, own[0], uid, "no identifier in common any more")
}

// keys returns a record's identifiers, its code first.
func (tx *Tx) keys(ctx context.Context, company, uid ledger.UID) ([]string, error) {
	stmt, err := tx.prepared(ctx, `SELECT k.customer_key FROM customer c JOIN customer_key k ON k.debtor = c.uid WHERE c.company = ? AND c.uid = ?
		ORDER BY CASE WHEN k.customer_key LIKE 'code:%' THEN 0 ELSE 1 END, k.customer_key`)
	if err != nil {
		return nil, err
	}
	var keys []string
	err = scanArgs(ctx, stmt, []any{company, uid}, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		keys = append(keys, key)
		return err
	})
	return keys, err
}

// placeBy joins a record with the customer of another connection that bears
// one identifier, and reports whether there is one. An identifier that two
// customers of one connection share tells nothing: the branches of a firm have
// one SIREN.
func (tx *Tx) placeBy(ctx context.Context, company, uid ledger.UID, key string, placed bool) (bool, error) {
	own, err := tx.members(ctx, company, `uid = ?`, uid)
	if err != nil || len(own) == 0 {
		return false, err
	}
	holders, err := tx.holders(ctx, company, key)
	if err != nil {
		return false, err
	}
	peer := onlyPeer(own[0], holders)
	if peer == nil {
		return false, nil
	}
	if peer.Customer == own[0].Customer {
		return true, nil
	}
	free, err := tx.free(ctx, company, own[0], peer.Customer)
	if err != nil || !free {
		return false, err
	}
	return true, tx.join(ctx, company, own[0], *peer, placed)
}

// onlyPeer returns the oldest holder of another connection, unless two holders
// are of the same connection.
func onlyPeer(r member, holders []member) *member {
	seen := map[ledger.UID]bool{}
	var peer *member
	for i, h := range holders {
		if seen[h.Connection] {
			return nil
		}
		seen[h.Connection] = true
		if h.Connection != r.Connection && peer == nil {
			peer = &holders[i]
		}
	}
	return peer
}

// free reports whether a customer has no other record of the connection yet:
// two customers of one connection are never made one by us.
func (tx *Tx) free(ctx context.Context, company ledger.UID, r member, customer ledger.UID) (bool, error) {
	others, err := tx.members(ctx, company, `customer = ?`, customer)
	for _, m := range others {
		if m.Connection == r.Connection && m.UID != r.UID && m.Survivor == "" {
			return false, err
		}
	}
	return err == nil, err
}

// join makes two records one customer: the one that was seen first. Where
// both bring others along that would clash, the record goes alone, or stays
// where another identifier has placed it.
func (tx *Tx) join(ctx context.Context, company ledger.UID, r, peer member, placed bool) error {
	mine, err := tx.members(ctx, company, `customer = ?`, r.Customer)
	if err != nil {
		return err
	}
	theirs, err := tx.members(ctx, company, `customer = ?`, peer.Customer)
	if err != nil {
		return err
	}
	if clash(mine, theirs) {
		if placed {
			return nil
		}
		return tx.assign(ctx, company, r, peer.Customer, "an identifier in common")
	}
	into, from := peer.Customer, r.Customer
	if older(mine, theirs) {
		into, from = from, into
	}
	return tx.merge(ctx, company, from, into, "an identifier in common")
}

func clash(a, b []member) bool {
	for _, m := range a {
		for _, n := range b {
			if m.Connection == n.Connection && m.Survivor == "" && n.Survivor == "" {
				return true
			}
		}
	}
	return false
}

// older reports whether the first record of a was seen before the first of b.
// Both are in order of first sight.
func older(a, b []member) bool {
	return len(a) > 0 && len(b) > 0 && a[0].Created < b[0].Created
}

// assign makes one record, and those a tool merged into it, part of a customer.
func (tx *Tx) assign(ctx context.Context, company ledger.UID, r member, into ledger.UID, why string) error {
	_, err := tx.exec(ctx, `UPDATE customer SET customer = ? WHERE company = ? AND (uid = ? OR survivor = ?)`, into, company, r.UID, r.UID)
	if err != nil {
		return err
	}
	if r.Customer == r.UID { // it gave the customer its UID, so its story goes along
		if err := tx.follow(ctx, company, r.UID, into); err != nil {
			return err
		}
	}
	return tx.noteLink(ctx, company, r.UID, r.Customer, into, why)
}

// merge makes one customer part of another, with all its records and story.
func (tx *Tx) merge(ctx context.Context, company, from, into ledger.UID, why string) error {
	if from == into || from == "" || into == "" {
		return nil
	}
	if _, err := tx.execPrepared(ctx, `UPDATE customer SET customer = ? WHERE company = ? AND customer = ?`, into, company, from); err != nil {
		return err
	}
	if err := tx.follow(ctx, company, from, into); err != nil {
		return err
	}
	return tx.noteLink(ctx, company, from, from, into, why)
}

// noteLink keeps what was known when, and moves both customers.
func (tx *Tx) noteLink(ctx context.Context, company, record, from, into ledger.UID, why string) error {
	_, err := tx.execPrepared(ctx, `INSERT INTO link (company, debtor, customer, why, seen_at) VALUES (?, ?, ?, ?, ?)`, company, record, into, why, tx.now)
	if err != nil {
		return err
	}
	if err := tx.touch(ctx, company, from); err != nil {
		return err
	}
	return tx.touch(ctx, company, into)
}

// follow moves a customer's story to the customer it is part of now: holds,
// entries, decisions in force and what people logged. Records of the books need
// not move: they follow their customer record.
func (tx *Tx) follow(ctx context.Context, company, from, into ledger.UID) error {
	if from == into {
		return nil
	}
	for _, query := range []string{
		`UPDATE hold SET customer = ? WHERE company = ? AND customer = ?`,
		`UPDATE entry SET customer = ? WHERE company = ? AND customer = ?`,
		`UPDATE log SET customer = ? WHERE company = ? AND customer = ?`,
		`UPDATE decision SET customer = ? WHERE company = ? AND customer = ? AND ended = 0`,
	} {
		if _, err := tx.execPrepared(ctx, query, into, company, from); err != nil {
			return err
		}
	}
	_, err := tx.execPrepared(ctx, `INSERT INTO kill_switch (company, scope, subject, reason, actor, at)
		SELECT company, scope, CAST(? AS TEXT), reason, actor, at FROM kill_switch WHERE company = ? AND subject = ?
		ON CONFLICT DO NOTHING`, into, company, from)
	if err != nil {
		return err
	}
	_, err = tx.execPrepared(ctx, `DELETE FROM position WHERE company = ? AND customer = ?`, company, from)
	return err
}

// putMerged makes customers that the tool merged one: holds, promises,
// contacts and history follow the survivor.
func (in *intake) putMerged(ctx context.Context, p connectors.Page) error {
	for _, m := range p.Merged {
		if err := in.stubs(ctx, []fact{{customer: m.From}, {customer: m.Into}}); err != nil {
			return err
		}
		from, into := in.debtor(m.From), in.debtor(m.Into)
		n, err := in.tx.exec(ctx, `INSERT INTO merge (company, connection, from_debtor, into_debtor, seen_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, in.company, in.connection, from, into, in.tx.now)
		if err != nil {
			return err
		}
		if n == 0 || from == into {
			continue
		}
		in.counts.Updated++
		if _, err := in.tx.exec(ctx, `UPDATE customer SET survivor = ? WHERE company = ? AND uid = ?`, into, in.company, from); err != nil {
			return err
		}
		if err := in.tx.merge(ctx, in.company, in.customers[from], in.customers[into], "merged in the tool"); err != nil {
			return err
		}
		in.money = true
		clear(in.customers)
	}
	return nil
}
