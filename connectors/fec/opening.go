package fec

import (
	"cmp"
	"slices"
)

// Opening entries carry last year's balances forward. They never are new
// invoices or payments. With last year's export at hand they confirm what it
// told, piece by piece or as one total per customer; without it they are all
// that is known, and make the items themselves, under the identity that last
// year's export would give them.

// opening is what an opening entry says beside its move.
type opening struct {
	rec      uint32
	cust     uint32
	piece    uint64 // hash of PieceRef within this reading; 0: none, or it names no document
	document uint64 // identity by PieceRef
	labelled uint64 // identity by the number in the label; 0: none
	id       uint64 // the one that counts; 0: a total
}

// opens notes a move of an opening entry.
func (y *year) opens(rec uint32, m *move, pend *pending) {
	m.kind, m.id = kindOpening, pend.movement
	if m.cents > 0 {
		m.day = 0
		if pend.issued != 0 && pend.issued < y.first {
			m.day = pend.issued
		}
	}
	y.openings = append(y.openings, opening{rec: rec, cust: m.cust, piece: pend.piece, document: pend.document, labelled: pend.labelled})
}

// isOpeningPiece recognises a PieceRef that names the opening itself: AN2026,
// RAN, OUV-1.
func isOpeningPiece(piece []byte) bool {
	letters := make([]byte, 0, 8)
	for _, c := range piece {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c >= 'A' && c <= 'Z' && len(letters) < cap(letters) {
			letters = append(letters, c)
		}
	}
	switch string(letters) {
	case "AN", "RAN", "ANO", "ANOUV", "OUV", "REPORT", "NOUVEAU":
		return true
	default:
		return countDigits(piece) == 0
	}
}

// open settles what the opening entries are about, and judges them.
func (y *year) open() {
	y.numberOpenings()
	if y.previous {
		y.confirm()
		return
	}
	for i := range y.openings {
		y.create(&y.openings[i])
	}
}

// numberOpenings decides by which number each opening goes. A PieceRef that
// several customers' openings share is not a document's.
func (y *year) numberOpenings() {
	slices.SortFunc(y.openings, func(a, b opening) int {
		return cmp.Or(cmp.Compare(a.piece, b.piece), cmp.Compare(a.cust, b.cust), cmp.Compare(a.rec, b.rec))
	})
	for i := 0; i < len(y.openings); {
		j := i + 1
		for j < len(y.openings) && y.openings[j].piece == y.openings[i].piece {
			j++
		}
		common := y.openings[i].piece == 0 || y.openings[i].cust != y.openings[j-1].cust
		for ; i < j; i++ {
			o := &y.openings[i]
			if o.id = o.document; common {
				if o.id = o.labelled; o.labelled == o.document {
					o.id = 0 // the label only repeats it
				}
				if o.id != 0 {
					y.moves.at(o.rec).flags |= flagFromLabel
				}
			}
		}
	}
}

// create makes an item or a credit of an opening entry.
func (y *year) create(o *opening) {
	m := y.moves.at(o.rec)
	m.flags |= flagOpening
	if m.cents < 0 {
		m.kind = kindOther
		return
	}
	m.kind, m.id = kindInvoice, o.id
	if o.id == 0 {
		m.id = y.r.hash.opening(y.r.customers.list[m.cust].code, y.closing)
		m.flags |= flagNumberless
		m.day = 0
	}
}
