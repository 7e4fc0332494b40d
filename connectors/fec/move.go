package fec

import (
	"github.com/relanced/relanced/ledger"
)

// kind is what a movement on a customer's account means.
type kind uint8

const (
	kindSkip       kind = iota // says nothing about money: zeros, closing entries, entries in quarantine
	kindInvoice                // a debit that a sale explains
	kindWeak                   // a debit that is an invoice only if it has a number of its own
	kindDoubtful               // the same, and a person should look at it
	kindCreditNote             // a credit that takes a sale back
	kindDeposit                // a credit taken from deposits received
	kindOther                  // any other credit: write-off, doubtful, set-off
	kindPayment                // a credit against the bank, cash, cheques, drafts
	kindReturn                 // a debit against the same: money that went back
	kindAdjust                 // a debit that nothing explains, without a document of its own
	kindOpening                // an opening entry, not yet judged
	kindConfirm                // an opening entry that speaks of what last year's export told
)

// The flags of a move.
const (
	flagUnvalidated uint16 = 1 << iota // ValidDate is empty
	flagForeign                        // the amount is in another currency
	flagBook                           // and yet counts in the books' own
	flagSettled                        // lettered away in full
	flagPartial                        // lettered away in part
	flagShared                         // other moves have the same id
	flagNumberless                     // no document number
	flagFromLabel                      // the document number stands in EcritureLib
	flagOpening                        // made by an opening entry
	flagBound                          // an opening entry that names an item of last year's
	flagNaming                         // its label is to be searched for document numbers
	flagSurplus                        // an opening entry that last year's export contradicts
)

// move is what is kept in memory of one movement on a customer's account:
// forty bytes and no text. A file may hold half a million of them.
type move struct {
	id      uint64      // identity, see identity.go
	letter  uint64      // lettering code, 0: none
	cents   int64       // minor units of the books' currency; debit positive
	cust    uint32      // index in customers
	day     ledger.Date // of invoices and credit notes the document's, else the entry's
	entry   uint32      // number of the entry in the file
	flags   uint16
	kind    kind
	channel method // how a payment came
}

func (m *move) has(flag uint16) bool { return m.flags&flag != 0 }

// isDebit reports whether the move is an item that is owed.
func (m *move) isItem() bool { return m.kind == kindInvoice }

// isCredit reports whether the move lowers what is owed.
func (m *move) isCredit() bool {
	switch m.kind {
	case kindCreditNote, kindDeposit, kindOther, kindPayment:
		return true
	default:
		return false
	}
}

// isBack reports whether the move is money that went back.
func (m *move) isBack() bool { return m.kind == kindReturn || m.kind == kindAdjust }

const blockSize = 1 << 12

// moves is a list that grows without copying.
type moves struct {
	blocks [][]move
	n      int
}

func (l *moves) add(m move) uint32 {
	if l.n%blockSize == 0 {
		l.blocks = append(l.blocks, make([]move, 0, blockSize))
	}
	last := len(l.blocks) - 1
	l.blocks[last] = append(l.blocks[last], m)
	l.n++
	return uint32(l.n - 1)
}

func (l *moves) at(i uint32) *move { return &l.blocks[i/blockSize][i%blockSize] }
