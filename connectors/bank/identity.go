package bank

import (
	"bytes"

	"github.com/relanced/relanced/ledger"
)

// The bank's id names a movement within its account; together with the amount,
// because banks give one id to a transfer and to the fee for it. What has no id,
// or one that proves not to be unique, is known by what it says: account, day,
// amount and text; and lines that say the same are counted.

// shortestOwnRef is the length from which NtryRef is taken for an id. Shorter
// ones are running numbers that begin again in each file.
const shortestOwnRef = 8

// entryRef is the id of the movement as a whole: the bank's reference; of a
// single transaction also that of the transaction; else a long NtryRef.
func entryRef(m *movement) []byte {
	switch {
	case len(m.ref) > 0:
		return m.ref
	case m.count == 1 && len(m.details[0].ref) > 0:
		return m.details[0].ref
	case anyDetailRef(m) || len(m.ownRef) < shortestOwnRef:
		return nil
	default:
		return m.ownRef
	}
}

func anyDetailRef(m *movement) bool {
	for i := range m.details {
		if len(m.details[i].ref) > 0 {
			return true
		}
	}
	return false
}

// detailRef is the id of one of several details; nil when it has none of its own.
func detailRef(m *movement, d *detail) []byte {
	if bytes.Equal(d.ref, m.ref) {
		return nil
	}
	return d.ref
}

// refDigest names the line with the bank's id.
func refDigest(g *digester, account string, ref []byte, minor int64, currency string) digest {
	return g.start('i').word(account).text(ref).number(minor).word(currency).sum()
}

// groupDigest names the lines that say the same: everything the bank wrote on
// them but its ids. part says that the line is the detail d of the movement.
func groupDigest(g *digester, m *movement, d *detail, part bool) digest {
	amount := m.amount
	if part {
		amount = d.amount
	}
	g.start('g').word(m.head.account).number(int64(m.day)).number(amount.Minor()).word(string(amount.Currency()))
	g.number(int64(m.state))
	if part {
		return g.says(d).sum()
	}
	g.text(m.text)
	for i := range m.details {
		g.says(&m.details[i])
	}
	return g.sum()
}

func (g *digester) says(d *detail) *digester {
	return g.text(d.text).text(d.extra).text(d.reference).text(d.endToEnd).text(d.debtor.name).text(d.creditor.name)
}

// refState is what is known of one id. It is packed: there is one for every
// movement of every file.
type refState struct {
	day  uint16 // as packDay gives it; of the statement that told it, else of a notification
	rank uint16 // how well the best statement tells it
	best [3]byte
	last [3]byte // the statement that told it last, in the current pass
	bits uint8
}

// What is known of an id, as bits.
const (
	refSeen    uint8 = 1 << iota
	refNoID          // it is not unique: no id at all
	refInFull        // a statement (not a notification) tells it
	refEmitted       // its line was handed out
	refDated         // its day is known
)

func (r *refState) is(bit uint8) bool     { return r.bits&bit != 0 }
func (r *refState) set(bit uint8)         { r.bits |= bit }
func (r *refState) bestStatement() uint32 { return unpack24(r.best) }

// again notes that the statement tells the id, and reports whether it had told
// it before in this pass.
func (r *refState) again(statement uint32) bool {
	if unpack24(r.last) == statement {
		return true
	}
	r.last = pack24(statement)
	return false
}

func pack24(n uint32) [3]byte   { return [3]byte{byte(n), byte(n >> 8), byte(n >> 16)} }
func unpack24(b [3]byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// dayZero is 1899-12-31; days up to 2079 are told apart from there.
const dayZero ledger.Date = 693595

func packDay(d ledger.Date) uint16   { return uint16(min(max(d-dayZero, 1), 1<<16-1)) }
func unpackDay(n uint16) ledger.Date { return dayZero + ledger.Date(n) }

// rankOf says how well a movement is told: booked before pending, then by
// details, then by how much text there is, then statements before
// notifications.
func rankOf(m *movement) uint16 {
	const most = 127
	rank := uint16(0)
	if m.state == booked {
		rank = 1
	}
	details := min(m.count, 1)
	if m.splits() || m.count > keptDetails {
		details = min(m.count, most)
	}
	length := len(m.text)
	for i := range m.details {
		d := &m.details[i]
		length += len(d.text) + len(d.reference) + len(d.debtor.name) + len(d.creditor.name) + len(d.extra)
	}
	rank = rank<<7 | uint16(details)
	rank = rank<<7 | uint16(min(length/4, most))
	rank <<= 1
	if !m.head.notice {
		rank |= 1
	}
	return rank
}
