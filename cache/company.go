package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// EnsureCompany returns the UID of the company of that name, and creates it at
// first sight. The UID comes from the name, so that a database built anew from
// the same books gives the same keys to what has been sent before.
func (db *DB) EnsureCompany(ctx context.Context, name string) (ledger.UID, error) {
	var uid ledger.UID
	err := db.Update(ctx, func(tx *Tx) error {
		err := tx.get(ctx, &uid, `SELECT uid FROM company WHERE name = ?`, name)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		uid = ledger.NewUID("company", name)
		_, err = tx.exec(ctx, `INSERT INTO company (uid, name, created_at, version, money, matched) VALUES (?, ?, ?, 1, 1, 0)`, uid, name, tx.now)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("company: %w", err)
	}
	return uid, nil
}

// connectionRow is a connection as it is stored.
type connectionRow struct {
	UID      ledger.UID `db:"uid"`
	Name     string     `db:"name"`
	Identity string     `db:"identity"`
}

// EnsureConnection returns the UID of a company's connection, and creates it
// at first sight. identity is what the tool says of itself, empty when it
// cannot be asked now: then the stored one stays; an empty stored one adopts.
//
// ErrIdentity: the name is known with another identity, or the identity of
// this kind under another name. Nothing is changed; RenameConnection is the
// way out.
func (db *DB) EnsureConnection(ctx context.Context, company ledger.UID, name, kind, identity string) (ledger.UID, error) {
	var uid ledger.UID
	err := db.Update(ctx, func(tx *Tx) (err error) {
		uid, err = tx.ensureConnection(ctx, company, name, kind, identity)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("connection %q: %w", name, err)
	}
	return uid, nil
}

func (tx *Tx) ensureConnection(ctx context.Context, company ledger.UID, name, kind, identity string) (ledger.UID, error) {
	var named, same connectionRow
	byName := tx.get(ctx, &named, `SELECT uid, name, identity FROM connection WHERE company = ? AND name = ?`, company, name)
	if byName != nil && !errors.Is(byName, ErrNotFound) {
		return "", byName
	}
	if identity != "" {
		err := tx.get(ctx, &same, `SELECT uid, name, identity FROM connection WHERE company = ? AND kind = ? AND identity = ?`, company, kind, identity)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return "", err
		}
		if err == nil && same.UID != named.UID {
			return "", fmt.Errorf("%w: %s is known as connection %q; run `relanced connection rename %s %s` if it is the same",
				ErrIdentity, identity, same.Name, same.Name, name)
		}
	}
	switch {
	case byName != nil:
		return tx.addConnection(ctx, company, name, kind, identity)
	case identity == "" || named.Identity == identity:
		return named.UID, nil
	case named.Identity == "":
		_, err := tx.exec(ctx, `UPDATE connection SET identity = ? WHERE uid = ?`, identity, named.UID)
		return named.UID, err
	default:
		return "", fmt.Errorf("%w: it was %s and is now %s; give the new books a name of their own, or run `relanced connection rename %s NEW-NAME` to free this one",
			ErrIdentity, named.Identity, identity, name)
	}
}

func (tx *Tx) addConnection(ctx context.Context, company ledger.UID, name, kind, identity string) (ledger.UID, error) {
	// The name may have belonged to another connection that was renamed since.
	uid := ledger.NewUID(string(company), "connection", kind, name)
	if n := 0; tx.get(ctx, &n, `SELECT 1 FROM connection WHERE uid = ?`, uid) == nil {
		uid = ledger.NewUID(string(company), "connection", kind, name, identity, fmt.Sprint(tx.now))
	}
	_, err := tx.exec(ctx, `INSERT INTO connection (uid, company, name, kind, identity, place, next_cursor, created_at, failed_at, failure)
		VALUES (?, ?, ?, ?, ?, (SELECT COUNT(*) FROM connection WHERE company = ?), '', ?, 0, '')`, uid, company, name, kind, identity, company, tx.now)
	return uid, err
}

// RenameConnection gives a connection another name; its UID, records and keys
// stay. A connection of the new name and the same kind that has never brought or
// taken anything, because the configuration was changed first, makes room. ErrNotFound: there is
// none of the old name. ErrConflict: the new name is taken.
func (db *DB) RenameConnection(ctx context.Context, company ledger.UID, from, to string) error {
	err := db.Update(ctx, func(tx *Tx) error {
		var old connectionRow
		err := tx.get(ctx, &old, `SELECT uid, name, identity FROM connection WHERE company = ? AND name = ?`, company, from)
		if err != nil || from == to {
			return err
		}
		if err := tx.makeRoom(ctx, company, old.UID, to); err != nil {
			return err
		}
		if namedAfter(old) {
			old.Identity = "" // it will say what it is called now
		}
		_, err = tx.exec(ctx, `UPDATE connection SET name = ?, identity = ? WHERE uid = ?`, to, old.Identity, old.UID)
		return err
	})
	if err != nil {
		return fmt.Errorf("rename connection %q: %w", from, err)
	}
	return nil
}

// namedAfter reports whether a connection knows nothing of itself but its own
// name, as files do that a person keeps.
func namedAfter(c connectionRow) bool { return strings.HasSuffix(c.Identity, " "+c.Name) }

// makeRoom takes away a connection of a name that has never been used and is of
// the same kind as another one.
func (tx *Tx) makeRoom(ctx context.Context, company, like ledger.UID, name string) error {
	var taken connectionRow
	err := tx.get(ctx, &taken, `SELECT uid, name, identity FROM connection WHERE company = ? AND name = ?`, company, name)
	if errors.Is(err, ErrNotFound) || err == nil && taken.Identity != "" && !namedAfter(taken) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM connection WHERE uid = ? AND next_cursor = '' AND kind = (SELECT kind FROM connection WHERE uid = ?)
		AND NOT EXISTS (SELECT 1 FROM stream WHERE connection = ?) AND NOT EXISTS (SELECT 1 FROM run WHERE connection = ?)
		AND NOT EXISTS (SELECT 1 FROM entry WHERE company = ? AND channel = ?)`,
		taken.UID, like, taken.UID, taken.UID, company, string(taken.UID))
	return err
}

// OrderSources stores in which order the company's connections are believed:
// the first that knows an invoice speaks for it. A new order moves every
// customer.
func (db *DB) OrderSources(ctx context.Context, company ledger.UID, order []ledger.UID) error {
	return db.Update(ctx, func(tx *Tx) error {
		moved := int64(0)
		for i, uid := range order {
			n, err := tx.exec(ctx, `UPDATE connection SET place = ? WHERE company = ? AND uid = ? AND place <> ?`, i, company, uid, i)
			if err != nil {
				return err
			}
			moved += n
		}
		if moved == 0 {
			return nil
		}
		return tx.touchAll(ctx, company)
	})
}
