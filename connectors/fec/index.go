package fec

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"

	"github.com/relanced/relanced/connectors"
)

// indexing is the first pass.
type indexing struct {
	*year
	parser parser
	hash   hasher
	cur    entry
	code   []byte // JournalCode and EcritureNum of the current entry
	num    []byte
	p      posting
}

// index reads the file for the first time.
func (y *year) index(ctx context.Context) error {
	return y.r.set.scan(y.export, func(f *os.File) error {
		t, _, err := openTable(f, y.r.buf)
		if err != nil {
			return err
		}
		t.lay = y.lay
		x := &indexing{year: y, parser: parser{set: y.r.set, table: t, currencies: y.r.currencies}}
		width := 0
		for {
			fields, line, err := t.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			if line&0xfff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			width = len(fields)
			x.row(fields, line)
		}
		if !t.lines.ended && width < y.lay.width {
			return fmt.Errorf("line %d: the file ends inside a line: it is still being written, or was cut off; export it again (%w)", t.lines.line, connectors.ErrUnavailable)
		}
		return x.finish()
	})
}

// row takes in one row.
func (x *indexing) row(fields [][]byte, line int) {
	fault := x.parser.parse(fields, line, &x.p)
	if fault != nil && !x.place(fields) {
		x.stray(fields, fault)
		return
	}
	p := &x.p
	if x.cur.rows == 0 || string(p.number) != string(x.num) || string(p.journal) != string(x.code) {
		x.flush()
		x.begin(fields)
	}
	x.cur.rows++
	if fault != nil {
		x.faulted(fields, fault)
		return
	}
	if x.volume += abs(p.cents); x.volume > maxVolume {
		return // the file is refused in the end
	}
	x.cur.add(p)
	if p.valid {
		j := &x.journals.list[x.cur.journal]
		j.valid = max(j.valid, p.day)
	}
	switch {
	case p.cents == 0:
	case p.nature == natureCustomer:
		x.move()
	case p.nature == natureDeposit && !p.fromAcct && x.last:
		x.cur.held = append(x.cur.held, held{x.r.customers.of(p, x.closing), p.line, p.cents})
	}
}

// place finds out which entry a row with a fault belongs to. A row with too
// many columns belongs to the current entry or to none we can tell.
func (x *indexing) place(fields [][]byte) bool {
	p := &x.p
	t := x.parser.table
	p.journal, p.number = t.field(fields, colJournalCode), t.field(fields, colEcritureNum)
	if len(p.journal) == 0 || len(p.number) == 0 {
		return false
	}
	if len(fields) > x.lay.width {
		return x.cur.rows > 0 && string(p.number) == string(x.num) && string(p.journal) == string(x.code)
	}
	return true
}

// begin opens a new entry.
func (x *indexing) begin(fields [][]byte) {
	p := &x.p
	x.code, x.num = append(x.code[:0], p.journal...), append(x.num[:0], p.number...)
	x.entries++
	c := &x.cur
	x.cur = entry{
		runs: c.runs[:0], pending: c.pending[:0], bad: c.bad[:0], held: c.held[:0],
		key: x.key(p.journal, p.number), seq: x.entries, line: p.line, day: p.day,
		journal: x.journals.of(p.journal, x.parser.table.field(fields, colJournalLib), x.lay.text),
	}
	if old := x.parked[x.cur.key]; old != nil {
		x.cur.seq = old.seq
	}
	x.lastEntry = x.cur.key
}

func (x *indexing) key(journal, number []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(x.r.seed)
	_, _ = h.Write(journal)
	_ = h.WriteByte(0x1f)
	_, _ = h.Write(number)
	return h.Sum64()
}

// move keeps a movement on a customer's account.
func (x *indexing) move() {
	p, e := &x.p, &x.cur
	m := move{cents: p.cents, cust: x.r.customers.of(p, x.closing), day: p.day, entry: e.seq, letter: x.hash.packLetter(p.letter)}
	if !p.valid {
		m.flags |= flagUnvalidated
	}
	pend := pending{line: p.line, issued: p.issued, movement: x.hash.movement(p)}
	number := p.piece
	inLabel := []byte(nil)
	if len(number) == 0 || e.isNamedOpening(x.year) || e.used[natureBalance] || p.day == x.first {
		inLabel = findNumber(p.label)
	}
	if len(number) > 0 {
		if !isOpeningPiece(number) {
			pend.piece = maphash.Bytes(x.r.seed, number)
		}
		pend.document = x.hash.document(p.aux, number, p.cents > 0)
	}
	if inLabel != nil {
		pend.labelled = x.hash.document(p.aux, inLabel, p.cents > 0)
	}
	rec := x.moves.add(m)
	if p.cur != 0 {
		x.moves.at(rec).flags |= flagForeign
		x.foreigns = append(x.foreigns, foreign{cents: p.foreign, rec: rec, cur: p.cur})
		if p.unsaid && e.unsaid == nil {
			e.unsaid = &fault{p.line, colMontantdevise.String(), "it is empty and Idevise is not; give the amount in that currency, or leave both empty"}
		}
	}
	e.pending = append(e.pending, pend)
	if n := len(e.runs); n > 0 && e.runs[n-1].from+e.runs[n-1].n == rec {
		e.runs[n-1].n++
		return
	}
	e.runs = append(e.runs, run{rec, 1})
}

func (e *entry) isNamedOpening(y *year) bool { return y.journals.list[e.journal].opening }

// flush closes the current entry. One that balances is done with; one that
// does not may have more rows elsewhere in the file.
func (x *indexing) flush() {
	e := &x.cur
	if e.rows == 0 {
		return
	}
	if old := x.parked[e.key]; old != nil && (e.sum != 0 || e.fault != nil) {
		old.merge(e)
		if old.sum == 0 || old.fault != nil {
			delete(x.parked, e.key)
			x.close(old)
		}
	} else if e.sum == 0 || e.fault != nil {
		x.close(e)
	} else if x.scattered = x.scattered || len(x.parked) == maxParked; !x.scattered {
		kept := *e
		kept.runs = append([]run(nil), e.runs...)
		kept.pending = append([]pending(nil), e.pending...)
		kept.bad = append([]badRow(nil), e.bad...)
		kept.held = append([]held(nil), e.held...)
		x.parked[e.key] = &kept
	}
	e.rows = 0
}

// close judges an entry that is complete.
func (x *indexing) close(e *entry) {
	if e.unsaid != nil && !e.used[natureExchange] && e.fault == nil {
		e.fault = e.unsaid
		x.faulty++
	}
	if e.fault != nil {
		x.quarantine(e)
		return
	}
	x.judge(e)
}
