package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// Match looks at a company's loose money as a whole: it says which bank lines
// are which booked payments, allocates what names its item by full number or
// structured reference, undoes what went back, and suggests where the rest may
// belong. It changes nothing it is given, and the order of what it is given does
// not matter. Run again on its own result it adds no pairing and no settlement;
// suggestions and findings are told anew each time, under the same ids.
func Match(m Money, s Settings) Matched {
	b := newBook(m, s)
	b.pair()
	b.repair()
	b.takeOver()
	b.trimMoney()
	b.findOrigins()
	b.takeBack()
	b.trimItems()
	b.allocate()
	b.refund()
	b.unplaced()
	b.findings = append(b.findings, UnknownAccounts(s.OwnAccounts, m.Lines)...)
	b.suggest()
	return b.matched()
}

// matched takes what is new out of the book, in a stable order.
func (b *book) matched() Matched {
	m := Matched{Pairings: b.pairings, Settlements: slices.Clone(b.rows[b.old:]), Suggestions: b.suggestions, Findings: b.findings}
	slices.SortFunc(m.Pairings, func(x, y Pairing) int { return cmp.Compare(x.Line, y.Line) })
	slices.SortFunc(m.Suggestions, func(x, y Suggestion) int {
		return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.From, y.From), cmp.Compare(x.Customer, y.Customer))
	})
	slices.SortFunc(m.Findings, func(x, y ledger.Finding) int { return cmp.Compare(x.ID, y.ID) })
	m.Findings = slices.CompactFunc(m.Findings, func(x, y ledger.Finding) bool { return x.ID == y.ID })
	for item, anew := range b.undone {
		if !anew {
			continue
		}
		if t, ok := b.targetOf[item]; !ok || b.open[t] > max(b.before[t], 0) {
			m.Reopened = append(m.Reopened, item)
		}
	}
	slices.Sort(m.Reopened)
	return m
}
