package fec

import (
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// year is one fiscal year being read. Its file is read twice: first every
// movement on a customer's account becomes a move of forty bytes, then, with
// what the moves mean worked out, the texts are read and pages made.
type year struct {
	*survey
	r           *reader
	first       ledger.Date // first day of the fiscal year
	last        bool        // no later year is there
	previous    bool        // an earlier year is there
	moves       moves
	foreigns    []foreign
	openings    []opening
	names       []naming          // documents that the labels of lettered credits name
	alternative map[uint32]uint64 // of weak invoices: their identity as a movement
	partial     map[uint32]int64  // what is left of moves lettered in part
	journals    journals
	parked      map[uint64]*entry // entries whose rows do not stand together
	scattered   bool              // they are too many, and the file is refused
	entries     uint32
	volume      int64 // what all rows move together
	faulty      int
	firstFault  *fault
	lastEntry   uint64 // key of the file's last entry
	quarantined []ledger.Quarantined
	doubts      []doubt
	byID        []uint32
	page        connectors.Page
	held        int // records on the page
	count       int
	moneyUntil  ledger.Date
}

// foreign is the amount of a move in another currency.
type foreign struct {
	cents int64
	rec   uint32
	cur   uint8
}

// naming says that the label of a move names a document.
type naming struct {
	document uint64
	rec      uint32
}

// journals numbers the journals of one file.
type journals struct {
	index map[string]uint8
	list  []journal
}

type journal struct {
	opening bool
	valid   ledger.Date // newest day with a validated row
}

// of numbers a journal. More than 255 share the last number.
func (j *journals) of(code, label []byte, text charset) uint8 {
	if i, ok := j.index[string(code)]; ok {
		return i
	}
	if len(j.list) == 256 {
		return 255
	}
	i := uint8(len(j.list))
	j.index[string(code)] = i
	j.list = append(j.list, journal{opening: isOpeningJournal(string(code), string(text.decode(nil, label)))})
	return i
}

// each calls do with every move of the entry and what it may become.
func (y *year) each(e *entry, do func(rec uint32, m *move, pend *pending)) {
	i := 0
	for _, r := range e.runs {
		for k := range r.n {
			do(r.from+k, y.moves.at(r.from+k), &e.pending[i])
			i++
		}
	}
}

// judge gives each move of an entry its meaning and its identity.
func (y *year) judge(e *entry) {
	opening := e.isOpening(e.isNamedOpening(y), y.first)
	closing := e.used[natureBalance] && e.day == y.closing
	if closing {
		return // the balances are carried out, and in again next year
	}
	channel := e.channel(&e.debit)
	y.deposit(e, opening)
	y.each(e, func(rec uint32, m *move, pend *pending) {
		if opening {
			y.opens(rec, m, pend)
			return
		}
		m.kind = e.classify(m.cents)
		switch m.kind {
		case kindPayment:
			m.channel = channel
			if channel == methodBank || channel == methodCheque || channel == methodCash {
				y.moneyUntil = max(y.moneyUntil, y.r.past(m.day, y.survey))
			}
		case kindReturn:
			m.channel = e.channel(&e.credit)
		default:
		}
		y.identify(rec, m, pend)
	})
}

// identify gives a move the identity its kind asks for.
func (y *year) identify(rec uint32, m *move, pend *pending) {
	m.id = pend.movement
	switch m.kind {
	case kindInvoice, kindWeak, kindDoubtful, kindCreditNote:
	default:
		return
	}
	switch {
	case pend.document != 0:
		m.id = pend.document
	case pend.labelled != 0:
		m.id = pend.labelled
		m.flags |= flagFromLabel
	default:
		m.flags |= flagNumberless
	}
	if pend.issued != 0 {
		m.day = pend.issued
	}
	if m.kind == kindWeak || m.kind == kindDoubtful {
		y.alternative[rec] = pend.movement
	}
}
