package demobooks

import "github.com/relanced/relanced/ledger"

// Owed tells how many cents of one part of an invoice were truly still owed at
// the beginning of a day, whatever anybody had booked by then. What is written
// off is owed until the books say so. Money fills the parts in their order. ok
// is false when there is no such invoice or part.
func (b *Books) Owed(number string, part int, day ledger.Date) (cents int64, ok bool) {
	i := b.find(number)
	if i == nil || part < 1 || part > len(i.parts) {
		return 0, false
	}
	paid := b.gone(i, day)
	for _, before := range i.parts[:part-1] {
		paid -= min(paid, before)
	}
	return i.parts[part-1] - min(max(paid, 0), i.parts[part-1]), true
}

// gone is what an invoice had been lowered by at the beginning of a day.
func (b *Books) gone(i *invoice, day ledger.Date) int64 {
	sum := int64(0)
	for _, m := range b.movements {
		for _, s := range m.settles {
			if s.invoice == i && m.day < day {
				sum += s.cents
			}
		}
	}
	for _, note := range b.invoices {
		if note.about == i && note.issued < day {
			sum -= note.total()
		}
	}
	for _, w := range b.writeOffs {
		if given := b.since(w.day, false); w.invoice == i && given != 0 && given < day {
			sum += w.cents
		}
	}
	return sum
}

// Due returns the last day on which paying an invoice is in time.
func (b *Books) Due(number string) (ledger.Date, bool) {
	if i := b.find(number); i != nil {
		return i.due, true
	}
	return 0, false
}

func (b *Books) find(number string) *invoice {
	for _, i := range b.invoices {
		if i.number == number && !i.credit() {
			return i
		}
	}
	return nil
}
