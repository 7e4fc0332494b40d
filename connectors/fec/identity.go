package fec

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/relanced/relanced/ledger"
)

// Identities are derived from what a document or movement is, never from where
// it stands: EcritureNum, the order of lines and lettering may change from one
// export to the next. They are hashes, since keeping half a million texts would
// cost too much memory.
//
//	invoice, credit note   customer, document number, side
//	any other movement     customer, journal, day, PieceRef, label, signed amount
//	opening of unknown     customer, closing day of the year it opens
//	composition
//
// Equal ones are told apart by an ordinal.

// hasher derives identities in one buffer.
type hasher struct{ buf []byte }

func (h *hasher) begin(what byte) { h.buf = append(h.buf[:0], what) }

func (h *hasher) part(b []byte) {
	h.buf = append(h.buf, 0x1f)
	h.buf = append(h.buf, b...)
}

func (h *hasher) number(n int64) {
	h.buf = append(h.buf, 0x1f)
	h.buf = strconv.AppendInt(h.buf, n, 10)
}

func (h *hasher) sum() uint64 {
	sum := sha256.Sum256(h.buf)
	return binary.BigEndian.Uint64(sum[:8])
}

// document identifies an invoice (debit) or a credit note.
func (h *hasher) document(customer, number []byte, debit bool) uint64 {
	side := byte('-')
	if debit {
		side = '+'
	}
	h.begin(side)
	h.part(customer)
	h.buf = append(h.buf, 0x1f)
	for _, c := range number {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != ' ' {
			h.buf = append(h.buf, c)
		}
	}
	return h.sum()
}

// movement identifies anything else on a customer's account.
func (h *hasher) movement(p *posting) uint64 {
	h.begin('m')
	h.part(p.aux)
	h.part(p.journal)
	h.number(int64(p.day))
	h.part(p.piece)
	h.part(p.label)
	h.number(p.cents)
	return h.sum()
}

// opening identifies what a customer owes at the beginning of a year when
// nobody says for what.
func (h *hasher) opening(customer string, closing ledger.Date) uint64 {
	h.begin('o')
	h.part([]byte(customer))
	h.number(int64(closing))
	return h.sum()
}

// again identifies a document whose identity an earlier year already has.
func (h *hasher) again(id uint64, closing ledger.Date) uint64 {
	h.begin('y')
	h.number(int64(id))
	h.number(int64(closing))
	return h.sum()
}

// deposit identifies the deposits of a customer that nothing has used yet.
func (h *hasher) deposit(customer string) uint64 {
	h.begin('d')
	h.part([]byte(customer))
	return h.sum()
}

func hex16(id uint64) string { return string(appendHex(make([]byte, 0, 16), id)) }

func appendHex(dst []byte, id uint64) []byte {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], id)
	return hex.AppendEncode(dst, raw[:])
}

// remoteID spells an identity. The ordinal is left out for an invoice as a
// whole.
func remoteID(k kind, id uint64, ordinal int) string {
	prefix := "pay-"
	switch k {
	case kindInvoice:
		prefix = "inv-"
	case kindCreditNote:
		prefix = "crn-"
	case kindDeposit, kindOther:
		prefix = "crd-"
	default:
	}
	buf := appendHex(append(make([]byte, 0, 32), prefix...), id)
	if ordinal > 0 {
		buf = strconv.AppendInt(append(buf, '-'), int64(ordinal), 10)
	}
	return string(buf)
}

// packLetter keeps a lettering code of up to eight bytes as it is, and a
// longer one as a hash. Case counts: "aa" is partial where "AA" is not.
func (h *hasher) packLetter(code []byte) uint64 {
	if len(code) > 8 {
		h.begin('l')
		h.part(code)
		return h.sum() | 1<<63
	}
	packed := uint64(0)
	for _, c := range code {
		packed = packed<<8 | uint64(c)
	}
	return packed
}
