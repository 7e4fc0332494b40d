package bank

import (
	"io"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// format is one kind of bank file. It knows how the file is written and
// nothing about other files: overlap, identity and arithmetic are shared by
// all formats.
type format interface {
	// sniff reports whether the file that begins with head is of this format.
	sniff(head []byte) bool
	// read tells v what the file says, in its order, statement by statement.
	// It returns v's error as it is, errTruncated when the file ends in the
	// middle, and a *syntaxError when it is not in its format; what it told
	// before that stands. r begins at the file's beginning.
	read(r io.Reader, head []byte, zone *time.Location, v visitor) error
}

// formats lists what can be read; the first that knows a file reads it.
func formats() []format { return []format{camt{}} }

// formatOf returns the format of the file that begins with head; nil when
// nobody knows it.
func formatOf(head []byte) format {
	for _, f := range formats() {
		if f.sniff(head) {
			return f
		}
	}
	return nil
}

// visitor is told what a file says. Everything it is given is reused after the
// call. An error stops the reading.
type visitor interface {
	// open begins a statement. Its account and balances may be told only later.
	open(h *header) error
	// spill is told each detail of a movement behind the first keptDetails,
	// before the movement itself.
	spill(m *movement, d *detail) error
	// movement is told when a movement is complete.
	movement(m *movement) error
	// done ends the statement, whose header is now complete.
	done(h *header) error
}

// keptDetails is how many details of one movement are held at once. One
// movement may have any number of them.
const keptDetails = 256

// header is a statement without its movements.
type header struct {
	ordinal uint32 // of this statement in this reading, from 1; set by the reader of files
	file    int    // index of its file; set by the reader of files
	line    int

	notice   bool // a notification or a report within the day: never complete
	id       string
	created  ledger.Date // day it was made
	from, to ledger.Date // the days it says it covers whole; zero: it does not say
	account  string      // IBAN or other number, without spaces; "": it has none
	currency money.Currency
	opening  balance
	closing  balance
	fault    *fault // a balance that could not be read
}

// balance is what was on the account at one moment.
type balance struct {
	known   bool
	interim bool // between two parts of one statement: its day is not over
	earlier bool // an opening that is dated with the closing day before it
	amount  money.Amount
	day     ledger.Date
}

// state says how certain a movement is.
type state int

const (
	booked state = iota + 1
	pending
	information
)

// movement is one entry of a statement.
type movement struct {
	head    *header
	ordinal uint32 // in its statement, from 1
	line    int
	fault   *fault // what could not be read for certain; the rest may be empty

	state    state
	amount   money.Amount // signed: positive is money in
	day      ledger.Date  // booking day, else the value day
	value    ledger.Date
	undated  bool // the bank gave no booking day
	ref      []byte
	ownRef   []byte // the sender's running reference of the entry
	reversal bool
	family   []byte
	text     []byte // what the entry says beside its details
	ordered  money.Amount
	charges  money.Amount

	count   int      // details in all
	details []detail // the first keptDetails of them
	sum     int64    // of the details' amounts, in minor units
	partial bool     // a detail has no amount of its own in the movement's currency
}

// splits reports whether the details are the movement: more than one, each
// with its amount, and their sum is the movement's.
func (m *movement) splits() bool {
	return m.count > 1 && !m.partial && m.sum == m.amount.Minor()
}

// detail is one transaction of a movement.
type detail struct {
	ref       []byte
	endToEnd  []byte
	mandate   []byte
	amount    money.Amount // signed; zero: not told in the movement's currency
	ordered   money.Amount
	charges   money.Amount
	debtor    party
	creditor  party
	ultimate  []byte // name of the debtor behind the debtor
	text      []byte
	reference []byte
	reason    []byte // of a return
	family    []byte
	extra     []byte // text beside the remittance
}

// party is one side of a transaction.
type party struct{ name, iban []byte }

// fault says which field could not be read, where, and what it said.
type fault struct {
	line  int
	field string
	text  string
}
