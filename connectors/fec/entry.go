package fec

import "github.com/relanced/relanced/ledger"

// entry is one accounting entry (JournalCode, EcritureNum): what its rows sum
// to by the nature of their accounts, and which moves it holds.
type entry struct {
	key     uint64
	seq     uint32 // number in the file
	journal uint8  // number of the journal
	line    int    // first line
	rows    int
	day     ledger.Date // of its first row
	debit   [natures]int64
	credit  [natures]int64
	used    [natures]bool
	sum     int64
	runs    []run
	pending []pending
	bad     []badRow
	held    []held // movements on 4191
	fault   *fault // the first that was found
	unsaid  *fault // an amount in another currency is missing
}

// run is a stretch of moves.
type run struct{ from, n uint32 }

// pending is what a move may become, until the whole entry is known.
type pending struct {
	document uint64 // by PieceRef, else by the number in the label; 0: no number
	labelled uint64 // by the number in the label; 0: none
	movement uint64
	piece    uint64 // hash of PieceRef within this reading; 0: empty, or it names the opening
	line     int
	issued   ledger.Date
}

// held is a movement on an account of deposits received.
type held struct {
	customer uint32
	line     int
	cents    int64
}

// badRow is what could be made of a row with a fault.
type badRow struct {
	customer uint32 // noCustomer: not readable
	debit    bool   // surely a debit
	ours     bool   // surely, or perhaps, on a customer's account
}

const noCustomer = ^uint32(0)

// add takes a posting's amount into the sums.
func (e *entry) add(p *posting) {
	e.used[p.nature] = true
	e.sum += p.cents
	if p.cents > 0 {
		e.debit[p.nature] += p.cents
	} else {
		e.credit[p.nature] -= p.cents
	}
}

// merge takes in another stretch of the same entry.
func (e *entry) merge(o *entry) {
	for n := range e.debit {
		e.debit[n] += o.debit[n]
		e.credit[n] += o.credit[n]
		e.used[n] = e.used[n] || o.used[n]
	}
	e.sum += o.sum
	e.rows += o.rows
	e.runs = append(e.runs, o.runs...)
	e.pending = append(e.pending, o.pending...)
	e.bad = append(e.bad, o.bad...)
	e.held = append(e.held, o.held...)
	if e.fault == nil {
		e.fault = o.fault
	}
	if e.unsaid == nil {
		e.unsaid = o.unsaid
	}
}

// treasury sums the debits or credits of money accounts.
func treasury(side *[natures]int64) int64 {
	return side[natureBank] + side[natureCheque] + side[natureCash] + side[natureDraft] + side[natureTransit]
}

// sale sums what an invoice stands against.
func sale(side *[natures]int64) int64 {
	return side[natureSale] + side[natureVAT] + side[natureAccrued] + side[natureDeposit]
}

// channel tells how the money of an entry came or went.
func (e *entry) channel(side *[natures]int64) method {
	switch {
	case side[natureBank] > 0:
		return methodBank
	case side[natureCheque] > 0:
		return methodCheque
	case side[natureCash] > 0:
		return methodCash
	case side[natureDraft] > 0:
		return methodDraft
	default:
		return methodUnknown
	}
}

// classify says what a customer's movement in this entry means.
//
//	against          a sale       money    both       neither
//	customer debit   invoice      return   see below  weak or doubtful
//	customer credit  note  payment  as money   deposit or other
//
// Only the opposite side counts: an entry that books a cash sale and its
// payment at once has an invoice and a payment. A debit against both is a
// return when some money movement has its very amount and no sale has; else it
// is taken for an invoice a person should look at.
func (e *entry) classify(cents int64) kind {
	if cents > 0 {
		return e.classifyDebit(cents)
	}
	switch {
	case treasury(&e.debit) > 0:
		return kindPayment
	case e.debit[natureSale]+e.debit[natureAccrued] > 0, e.debit[natureVAT] > 0 && e.debit[natureCharge] == 0:
		return kindCreditNote
	case e.debit[natureDeposit] > 0:
		return kindDeposit
	default:
		return kindOther
	}
}

func (e *entry) classifyDebit(cents int64) kind {
	sold, moved := sale(&e.credit), treasury(&e.credit)
	switch {
	case sold > 0 && moved == 0 && e.debit[natureCustomer] > sold && e.credit[natureCustomer] > 0:
		return kindDoubtful // part of it comes from another customer's account
	case sold > 0 && moved == 0:
		return kindInvoice
	case moved > 0 && sold == 0:
		return kindReturn
	case moved > 0 && moved == cents && sold != cents:
		return kindReturn
	case sold > 0:
		return kindDoubtful
	case e.credit[natureIncome] > 0:
		return kindWeak
	case e.credit[natureCharge]+e.credit[natureOther]+e.credit[natureDoubtful] > 0:
		return kindDoubtful
	default: // against another customer, or nothing at all
		return kindAdjust
	}
}

// isOpening says whether the entry carries last year's balances forward. By
// its journal's label; by account 89; or by being the first day's entry of a
// whole balance sheet. Income and charges never are carried forward.
func (e *entry) isOpening(named bool, first ledger.Date) bool {
	if e.used[natureSale] || e.used[natureIncome] || e.used[natureCharge] || e.used[natureExchange] && !e.used[natureEquity] {
		return false
	}
	money := treasury(&e.debit)+treasury(&e.credit) > 0
	return e.used[natureBalance] ||
		named && (e.day == first || e.used[natureEquity] || !money) ||
		e.day == first && e.used[natureEquity]
}
