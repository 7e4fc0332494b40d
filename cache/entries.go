package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// entryColumns is every column of an entry, in the order of entryRow.
const entryColumns = `entry_key, company, customer, subject, purpose, episode, attempt, state, verb, channel, severity,
	notice, content, facts, why, approved_by, approved_at, approved_facts, approved_until, not_before, expires, created, changed,
	lease_owner, lease_epoch, lease_until, intent_at, intent_epoch, recipient, body_hash, message_id, deadline, settle,
	receipt_at, remote_id, receipt_note, tries, version`

// entryRow is an entry as it is stored.
type entryRow struct {
	Key           string     `db:"entry_key"`
	Company       ledger.UID `db:"company"`
	Customer      ledger.UID `db:"customer"`
	Subject       ledger.UID `db:"subject"`
	Purpose       string     `db:"purpose"`
	Episode       int        `db:"episode"`
	Attempt       int        `db:"attempt"`
	State         string     `db:"state"`
	Verb          string     `db:"verb"`
	Channel       string     `db:"channel"`
	Severity      int        `db:"severity"`
	Notice        flag       `db:"notice"`
	Content       string     `db:"content"`
	Facts         string     `db:"facts"`
	Why           string     `db:"why"`
	ApprovedBy    string     `db:"approved_by"`
	ApprovedAt    instant    `db:"approved_at"`
	ApprovedFacts string     `db:"approved_facts"`
	ApprovedUntil instant    `db:"approved_until"`
	NotBefore     instant    `db:"not_before"`
	Expires       instant    `db:"expires"`
	Created       instant    `db:"created"`
	Changed       instant    `db:"changed"`
	LeaseOwner    string     `db:"lease_owner"`
	LeaseEpoch    int64      `db:"lease_epoch"`
	LeaseUntil    instant    `db:"lease_until"`
	IntentAt      instant    `db:"intent_at"`
	IntentEpoch   int64      `db:"intent_epoch"`
	Recipient     string     `db:"recipient"`
	BodyHash      string     `db:"body_hash"`
	MessageID     string     `db:"message_id"`
	Deadline      instant    `db:"deadline"`
	Settle        instant    `db:"settle"`
	ReceiptAt     instant    `db:"receipt_at"`
	RemoteID      string     `db:"remote_id"`
	ReceiptNote   string     `db:"receipt_note"`
	Tries         int        `db:"tries"`
	Version       int64      `db:"version"`
}

// Entries returns every entry of the customers named; of all, when none is.
func (db *DB) Entries(ctx context.Context, company ledger.UID, customers ...ledger.UID) ([]outbox.Entry, error) {
	query, args := `SELECT `+entryColumns+` FROM entry WHERE company = ? ORDER BY created, entry_key`, []any{company}
	if len(customers) > 0 {
		query = `SELECT ` + entryColumns + ` FROM entry WHERE company = ? AND customer IN (?) ORDER BY created, entry_key`
		args = append(args, customers)
	}
	var out []outbox.Entry
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.entries(ctx, query, args...)
		return err
	})
	return out, err
}

// EntriesIn returns the company's entries in the states named, oldest first.
func (db *DB) EntriesIn(ctx context.Context, company ledger.UID, states ...outbox.State) ([]outbox.Entry, error) {
	var out []outbox.Entry
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND state IN (?)
			ORDER BY created, entry_key`, company, states)
		return err
	})
	return out, err
}

// Entry returns one entry by its key, or by the beginning of its key when only
// one entry of the company has it. ErrNotFound: none has, or several have.
func (db *DB) Entry(ctx context.Context, company ledger.UID, key string) (outbox.Entry, error) {
	var out []outbox.Entry
	err := db.View(ctx, func(tx *Tx) (err error) {
		out, err = tx.entries(ctx, `SELECT `+entryColumns+` FROM entry WHERE company = ? AND entry_key LIKE ? ORDER BY entry_key LIMIT 2`,
			company, strings.NewReplacer("%", "", "_", "").Replace(key)+"%")
		return err
	})
	switch {
	case err != nil:
		return outbox.Entry{}, err
	case len(out) == 0:
		return outbox.Entry{}, fmt.Errorf("entry %s: %w", key, ErrNotFound)
	case len(out) > 1 && out[0].Key != key:
		return outbox.Entry{}, fmt.Errorf("entry %s: several entries begin so; write more of the key: %w", key, ErrNotFound)
	}
	return out[0], nil
}

func (tx *Tx) entries(ctx context.Context, query string, args ...any) ([]outbox.Entry, error) {
	var rows []entryRow
	if err := tx.all(ctx, &rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]outbox.Entry, 0, len(rows))
	for _, r := range rows {
		e, err := r.entry()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// insertEntry adds a new row; ErrConflict: its key exists, which is how a
// second wish for the same thing is refused.
func (tx *Tx) insertEntry(ctx context.Context, e outbox.Entry, actor string) error {
	e.Version = 1
	e.Created, e.Changed = fromMillis(tx.now), fromMillis(tx.now)
	args, err := entryArgs(e)
	if err != nil {
		return err
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")
	if _, err := tx.execPrepared(ctx, `INSERT INTO entry (`+entryColumns+`) VALUES (`+marks+`)`, args...); err != nil {
		return err
	}
	return tx.logEntry(ctx, e, actor)
}

// updateEntry writes an entry back if its row is still the version that was
// read; outbox.ErrChanged: it is not.
func (tx *Tx) updateEntry(ctx context.Context, e outbox.Entry, actor string) (outbox.Entry, error) {
	read := e.Version
	e.Version++
	e.Changed = fromMillis(tx.now)
	args, err := entryArgs(e)
	if err != nil {
		return e, err
	}
	var set []string
	for _, c := range strings.Split(entryColumns, ",")[1:] {
		set = append(set, strings.TrimSpace(c)+" = ?")
	}
	n, err := tx.execPrepared(ctx, `UPDATE entry SET `+strings.Join(set, ", ")+` WHERE entry_key = ? AND company = ? AND version = ?`,
		append(args[1:], e.Key, e.Company, read)...)
	if err != nil {
		return e, err
	}
	if n != 1 {
		return e, fmt.Errorf("entry %s: %w", e.Key, outbox.ErrChanged)
	}
	return e, tx.logEntry(ctx, e, actor)
}

func (tx *Tx) logEntry(ctx context.Context, e outbox.Entry, actor string) error {
	_, err := tx.execPrepared(ctx, `INSERT INTO entry_log (company, entry_key, version, at, state, actor, why) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.Company, e.Key, e.Version, tx.now, string(e.State), actor, e.Why)
	return err
}

func entryArgs(e outbox.Entry) ([]any, error) {
	content, err := json.Marshal(e.Content)
	if err != nil {
		return nil, fmt.Errorf("entry %s: %w", e.Key, err)
	}
	return []any{
		e.Key, e.Company, e.Customer, e.Subject, e.Purpose, e.Episode, e.Attempt, string(e.State), string(e.Verb), e.Channel, int(e.Severity),
		flag(e.Content.Notice != nil), string(content), e.Facts, e.Why,
		e.Approval.By, instant(e.Approval.At), e.Approval.Facts, instant(e.Approval.Until),
		instant(e.NotBefore), instant(e.Expires), instant(e.Created), instant(e.Changed),
		e.Lease.Owner, e.Lease.Epoch, instant(e.Lease.Until),
		instant(e.Intent.At), e.Intent.Epoch, e.Intent.Recipient, e.Intent.BodyHash, e.Intent.MessageID, instant(e.Intent.Deadline), instant(e.Intent.Settle),
		instant(e.Receipt.At), e.Receipt.RemoteID, e.Receipt.Note, e.Tries, e.Version,
	}, nil
}
