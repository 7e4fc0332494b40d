package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// tally counts live records by kind.
type tally map[ledger.Kind]int

// sum counts the records of some kinds.
func (t tally) sum(kinds []ledger.Kind) int {
	n := 0
	for _, k := range kinds {
		n += t[k]
	}
	return n
}

// weighed are the records whose loss on a large scale is not believed, in two
// scales: without the money the paid look like debtors, without the invoices
// money looks loose.
//
//nolint:gochecknoglobals // compiled-in tables of constants
var (
	weighed    = []table{paymentTable, creditTable, bankLineTable, {name: "allocation", kind: ledger.KindAllocation}, invoiceTable}
	moneyKinds = []ledger.Kind{ledger.KindPayment, ledger.KindCredit, ledger.KindBankLine, ledger.KindAllocation}
	debtKinds  = []ledger.Kind{ledger.KindInvoice}
)

// Up to this many records, or this share of what there was, a reading may lose
// without a word. Below five, people tidy up.
const (
	fewLost      = 5
	moneyPercent = 5
	debtPercent  = 20
)

// much reports whether so many records lost, of those there were, look like an
// export that lacks something rather than like somebody's work.
func much(lost, had tally) bool {
	over := func(kinds []ledger.Kind, percent int) bool {
		n := lost.sum(kinds)
		return n > fewLost && 100*n > percent*had.sum(kinds)
	}
	return over(moneyKinds, moneyPercent) || over(debtKinds, debtPercent)
}

// weigh compares what streams hold, now that they were read in full and what
// vanished is gone, with what they held when that was last believed. A stream
// that lost much holds the whole company until most of it is back or a person
// says that it is right. Records that vanished while as many others came, under
// new numbers say, are no loss; nor are those that another stream shows now.
func (in *intake) weigh(ctx context.Context, streams []string) error {
	slices.Sort(streams)
	for _, name := range slices.Compact(streams) {
		if err := in.weighOne(ctx, name); err != nil {
			return fmt.Errorf("compare stream %q with the last reading: %w", name, err)
		}
	}
	return nil
}

// scales are what one stream is weighed with.
type scales struct {
	stream         int64
	finding        ledger.UID
	had, now, gone tally
	held           bool // the finding is there and nobody has released it
	accepted       bool // somebody has: what there was before this reading is right
}

func (in *intake) scales(ctx context.Context, name string) (s scales, err error) {
	if s.stream, err = in.tx.streamID(ctx, in.company, in.connection, name); err != nil {
		return s, err
	}
	if s.now, err = in.tx.tally(ctx, s.stream); err != nil {
		return s, err
	}
	if s.had, err = in.tx.had(ctx, s.stream); err != nil {
		return s, err
	}
	s.gone, s.finding = in.lost[name], ledger.NewUID(string(in.connection), "shrunken", name)
	s.held, s.accepted, err = in.tx.word(ctx, in.company, s.finding)
	return s, err
}

func (in *intake) weighOne(ctx context.Context, name string) error {
	s, err := in.scales(ctx, name)
	if err != nil {
		return err
	}
	if s.accepted {
		s.had = tally{}
		for _, t := range weighed {
			s.had[t.kind] = s.now[t.kind] + s.gone[t.kind]
		}
		if err := in.end(ctx, s.finding); err != nil {
			return err
		}
	}
	lost := tally{}
	for _, t := range weighed {
		lost[t.kind] = max(0, s.had[t.kind]-s.now[t.kind])
	}
	earlier := in.older[name] && s.gone.sum(moneyKinds) > 0 && !s.accepted
	if earlier || much(lost, s.had) && (s.held || much(s.gone, s.had)) {
		if err := in.shrunken(ctx, s.finding, name, lost, s.had); err != nil {
			return err
		}
		return in.tx.keepHad(ctx, s.stream, s.had)
	}
	if s.held {
		if err := in.end(ctx, s.finding); err != nil {
			return err
		}
	}
	return in.tx.keepHad(ctx, s.stream, s.now)
}

// shrunken tells what a stream lost; that holds the company.
func (in *intake) shrunken(ctx context.Context, uid ledger.UID, stream string, lost, had tally) error {
	var connection string
	if err := in.tx.get(ctx, &connection, `SELECT name FROM connection WHERE uid = ? AND company = ?`, in.connection, in.company); err != nil {
		return err
	}
	where := connection
	if stream != "" {
		where += ", " + stream
	}
	var what []string
	for _, t := range weighed {
		if lost[t.kind] > 0 {
			what = append(what, fmt.Sprintf("%d of %d %ss", lost[t.kind], had[t.kind], strings.ReplaceAll(t.name, "_", " ")))
		}
	}
	moved, err := in.tx.putFinding(ctx, in.company, string(in.connection), 0, findingRow{
		UID: uid, Kind: ledger.FindingShrunken, Holds: 1, Source: where,
		Note: fmt.Sprintf("%s: the newest reading lacks %s that were there before, so that people who paid could be reminded; "+
			"export it again in full, or release this finding if that is right", where, strings.Join(what, ", ")),
	})
	in.unowned = in.unowned || moved
	return err
}

// end ends the finding, and with it the word a person gave on it: the next loss
// is another one.
func (in *intake) end(ctx context.Context, uid ledger.UID) error {
	in.unowned = true
	if err := in.tx.closeFinding(ctx, in.company, uid); err != nil {
		return err
	}
	return in.tx.forget(ctx, in.company, uid)
}

// word tells whether a finding is there and holds, or is there and a person has
// released it.
func (tx *Tx) word(ctx context.Context, company, uid ledger.UID) (held, released bool, err error) {
	var n int
	err = tx.get(ctx, &n, `SELECT CASE WHEN EXISTS (SELECT 1 FROM released r WHERE r.company = f.company AND r.id = f.uid) THEN 1 ELSE 0 END
		FROM finding f WHERE f.company = ? AND f.uid = ? AND f.gone_at = 0`, company, uid)
	if errors.Is(err, ErrNotFound) {
		return false, false, nil
	}
	return err == nil && n == 0, err == nil && n > 0, err
}

// tally counts what a stream holds.
func (tx *Tx) tally(ctx context.Context, stream int64) (tally, error) {
	out := tally{}
	for _, t := range weighed {
		var n int
		if err := tx.get(ctx, &n, `SELECT COUNT(*) FROM `+t.name+` t WHERE t.stream = ? AND `+t.live(connectors.All), stream); err != nil {
			return nil, err
		}
		if n > 0 {
			out[t.kind] = n
		}
	}
	return out, nil
}

// had returns what a stream held when it was last believed.
func (tx *Tx) had(ctx context.Context, stream int64) (tally, error) {
	var text string
	out := tally{}
	if err := tx.get(ctx, &text, `SELECT had FROM stream WHERE id = ?`, stream); err != nil || text == "" {
		return out, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

func (tx *Tx) keepHad(ctx context.Context, stream int64, now tally) error {
	maps.DeleteFunc(now, func(_ ledger.Kind, n int) bool { return n == 0 })
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE stream SET had = ? WHERE id = ? AND had <> ?`, string(text), stream, string(text))
	return err
}
