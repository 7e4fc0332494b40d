package fec

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// doubt is a finding in the making: its text is written when the names of what
// it is about are at hand.
type doubt struct {
	kind     ledger.FindingKind
	rec      uint32 // the move it is about, when position is nil
	position *position
	line     int
	customer bool // it is about the customer as a whole
	other    int64
	always   bool // it stands even when everything is settled
}

// arrange orders the moves by identity and finds out which identities are
// shared: the parts of one invoice, twins, and numbers used twice.
func (y *year) arrange() {
	y.rename()
	y.byID = make([]uint32, 0, y.moves.n)
	for i := range uint32(y.moves.n) {
		if k := y.moves.at(i).kind; k != kindSkip && k != kindConfirm {
			y.byID = append(y.byID, i)
		}
	}
	slices.SortFunc(y.byID, y.compare)
	if y.demote() {
		slices.SortFunc(y.byID, y.compare)
	}
	y.unexplained()
	y.groups(func(group []uint32) {
		if len(group) > 1 {
			for _, rec := range group {
				y.moves.at(rec).flags |= flagShared
			}
			y.parts(group)
		}
	})
}

// compare is a total order: by identity, then so that the ordinals of equal
// ones stay the same when lines move. Of twins, what is lettered comes first:
// lettering more of them later moves no ordinal.
func (y *year) compare(a, b uint32) int {
	m, n := y.moves.at(a), y.moves.at(b)
	if m.id != n.id {
		return cmp.Compare(m.id, n.id)
	}
	return cmp.Or(
		cmp.Compare(m.day, n.day), cmp.Compare(m.cents, n.cents),
		cmp.Compare(m.letter-1, n.letter-1), // no letter becomes the greatest
		cmp.Compare(a, b),
	)
}

// groups calls do with each run of moves of one identity.
func (y *year) groups(do func(group []uint32)) {
	for i := 0; i < len(y.byID); {
		j := i + 1
		id := y.moves.at(y.byID[i]).id
		for j < len(y.byID) && y.moves.at(y.byID[j]).id == id {
			j++
		}
		do(y.byID[i:j])
		i = j
	}
}

// group returns the moves that share rec's identity, and rec's place.
func (y *year) group(rec uint32) (group []uint32, place int) {
	if !y.moves.at(rec).has(flagShared) {
		return []uint32{rec}, 0
	}
	id := y.moves.at(rec).id
	byMove := func(r uint32, id uint64) int { return cmp.Compare(y.moves.at(r).id, id) }
	from, _ := slices.BinarySearchFunc(y.byID, id, byMove)
	n, _ := slices.BinarySearchFunc(y.byID[from:], id, func(r uint32, id uint64) int {
		if y.moves.at(r).id <= id {
			return -1
		}
		return 1
	})
	group = y.byID[from : from+n]
	place, _ = slices.BinarySearchFunc(group, rec, y.compare)
	return group, place
}

// ordinal numbers a move among those of its identity, from 1.
func (y *year) ordinal(rec uint32) int {
	_, place := y.group(rec)
	return place + 1
}

// rename gives a document another identity when an earlier year has one of the
// same customer, number and side: software that begins its numbers anew each
// year. What was sent about the old one must not be taken for the new one.
func (y *year) rename() {
	if len(y.r.documents) == 0 {
		return
	}
	told := map[uint64]bool{}
	for i := range uint32(y.moves.n) {
		m := y.moves.at(i)
		switch m.kind {
		case kindInvoice, kindWeak, kindDoubtful, kindCreditNote:
		default:
			continue
		}
		if m.has(flagOpening) || m.has(flagNumberless) {
			continue
		}
		if _, found := slices.BinarySearch(y.r.documents, m.id); !found {
			continue
		}
		m.id = y.r.hash.again(m.id, y.closing)
		if !told[m.id] {
			told[m.id] = true
			y.doubts = append(y.doubts, doubt{kind: ledger.FindingSameNumber, rec: i})
		}
	}
}

// demote decides what becomes of debits that no sale explains. One with a
// number of its own is an invoice; one whose number a real invoice has, or
// without any, is an adjustment.
func (y *year) demote() bool {
	if len(y.alternative) == 0 {
		return false
	}
	changed := false
	y.groups(func(group []uint32) {
		sold := false
		for _, rec := range group {
			sold = sold || y.moves.at(rec).kind == kindInvoice
		}
		for _, rec := range group {
			m := y.moves.at(rec)
			if m.kind != kindWeak && m.kind != kindDoubtful {
				continue
			}
			if sold || m.has(flagNumberless) {
				m.kind, m.id = kindAdjust, y.alternative[rec]
				changed = true
				continue
			}
			if m.kind == kindDoubtful {
				y.doubts = append(y.doubts, doubt{kind: ledger.FindingUnexplained, rec: rec})
			}
			m.kind = kindInvoice
		}
	})
	return changed
}

// unexplained doubts every debit that is no document and that no money
// explains, and every invoice without a number, until it is lettered away.
func (y *year) unexplained() {
	for i := range uint32(y.moves.n) {
		switch m := y.moves.at(i); {
		case m.kind == kindAdjust:
			y.doubts = append(y.doubts, doubt{kind: ledger.FindingUnexplained, rec: i, customer: true})
		case m.isItem() && m.has(flagNumberless) && !m.has(flagOpening):
			y.doubts = append(y.doubts, doubt{kind: ledger.FindingUnexplained, rec: i})
		}
	}
}

// parts looks at several moves of one invoice or credit note. Within an entry
// they are instalments. Entries of another day and another amount are two
// documents under one number; entries that are alike in both may be one
// document booked twice.
func (y *year) parts(group []uint32) {
	lead := y.moves.at(group[0])
	if lead.kind != kindInvoice && lead.kind != kindCreditNote || lead.has(flagNumberless) {
		return
	}
	type document struct {
		day   ledger.Date
		cents int64
	}
	var order []uint32
	seen := map[uint32]document{}
	for _, rec := range group {
		m := y.moves.at(rec)
		d, ok := seen[m.entry]
		if !ok {
			order = append(order, m.entry)
			d.day = m.day
		}
		d.cents += m.cents
		seen[m.entry] = d
	}
	days, sums := map[ledger.Date]bool{}, map[int64]bool{}
	alike := map[document]bool{}
	twins := false
	for _, e := range order {
		d := seen[e]
		days[d.day], sums[d.cents] = true, true
		twins = twins || alike[d]
		alike[d] = true
	}
	if twins {
		y.doubts = append(y.doubts, doubt{kind: ledger.FindingTwins, rec: group[0]})
	}
	if len(days) > 1 && len(sums) > 1 {
		y.doubts = append(y.doubts, doubt{kind: ledger.FindingSameNumber, rec: group[0]})
	}
}

// amount returns what a move counts for, and in which currency.
func (y *year) amount(rec uint32) (cents int64, cur uint8) {
	m := y.moves.at(rec)
	if !m.has(flagForeign) || m.has(flagBook) {
		return m.cents, 0
	}
	i, ok := slices.BinarySearchFunc(y.foreigns, rec, func(f foreign, rec uint32) int { return cmp.Compare(f.rec, rec) })
	if !ok {
		return m.cents, 0
	}
	return y.foreigns[i].cents, y.foreigns[i].cur
}
