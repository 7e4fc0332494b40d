package demobooks

import (
	"cmp"
	"slices"
	"time"

	"github.com/relanced/relanced/ledger"
)

// The bookkeeper comes on Fridays: books what the bank told by then, letters
// what belongs together, and exports the ledger in the evening. In the week
// without bank files it is done every evening, from the bank's web page.

// entry is one accounting entry.
type entry struct {
	journal, journalLib string
	day                 ledger.Date
	since               ledger.Date // the export that first has it
	lines               []line
}

// line is one row of an entry.
type line struct {
	account, accountLib string
	member              *member // on a customer's account: what the line is
	piece               string
	issued              ledger.Date
	label               string
	cents               int64 // debit positive
}

// schedule works out when the ledger is exported, and from which export on
// each lettering shows.
func (b *Books) schedule() {
	friday := b.first - 1
	for friday.Weekday() != time.Friday {
		friday--
	}
	for ; friday < b.last; friday += 7 {
		b.exports = append(b.exports, friday)
	}
	for day := b.gap; day < b.gap+5; day++ {
		if b.cal.BusinessDay(day) && !slices.Contains(b.exports, day) {
			b.exports = append(b.exports, day)
		}
	}
	slices.Sort(b.exports)
	for n, g := range b.groups {
		g.code = code(n, g.partial)
		for _, m := range g.members {
			since := b.booked(m)
			if since == 0 {
				g.from = b.last + 1
				break
			}
			g.from = max(g.from, since)
		}
	}
}

// code makes the n-th lettering code: three letters, small when partial.
func code(n int, partial bool) string {
	first := byte('A')
	if partial {
		first = 'a'
	}
	return string([]byte{first + byte(n/676%26), first + byte(n/26%26), first + byte(n%26)})
}

// booked returns the export that first has a member; zero: none has.
func (b *Books) booked(m member) ledger.Date {
	switch {
	case m.invoice != nil:
		return b.since(m.invoice.issued, true)
	case m.movement != nil:
		return b.since(m.movement.day, false)
	default:
		return b.since(m.writeOff.day, false)
	}
}

// since returns the first export that has what happened on a day. What the
// bank tells of a day is known the morning after, or, in the week without
// files, on the day itself.
func (b *Books) since(day ledger.Date, own bool) ledger.Date {
	known := day
	if !own && !b.unheard(day) {
		known++
	}
	i, _ := slices.BinarySearch(b.exports, known)
	if i == len(b.exports) {
		return 0
	}
	return b.exports[i]
}

// unheard reports whether a day is in the week whose bank files come late.
func (b *Books) unheard(day ledger.Date) bool { return day >= b.gap && day < b.gap+5 }

// post turns what happened into accounting entries, in the order in which the
// bookkeeper writes them.
func (b *Books) post() {
	for _, i := range b.invoices {
		b.enter(b.sale(i))
	}
	for _, m := range b.movements {
		b.enter(cash(m))
	}
	for _, w := range b.writeOffs {
		number := w.invoice.number
		b.enter(entry{journal: "OD", journalLib: "Opérations diverses", day: w.day, lines: []line{
			{account: "658000", accountLib: "Charges diverses de gestion", piece: "OD-" + number, label: "Ecart de règlement " + number, cents: w.cents},
			{account: "411000", member: &member{writeOff: w}, piece: "OD-" + number, label: "Ecart de règlement " + number, cents: -w.cents},
		}})
	}
	slices.SortStableFunc(b.postings, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(x.since, y.since), cmp.Compare(x.day, y.day))
	})
}

func (b *Books) enter(e entry) {
	own := e.journal == "VE"
	if e.since = b.since(e.day, own); e.since != 0 {
		b.postings = append(b.postings, &e)
	}
}

// vatRate is the normal rate, in percent.
const vatRate = 20

// sale books an invoice, or a credit note, whose amounts are negative.
func (b *Books) sale(i *invoice) entry {
	label := "Facture " + i.number + " " + i.work
	if i.credit() {
		label = "Avoir " + i.number + " sur " + i.about.number + " " + i.work
	}
	e := entry{journal: "VE", journalLib: "Ventes", day: i.issued}
	for part, cents := range i.parts {
		e.lines = append(e.lines, line{
			account: "411000", member: &member{invoice: i, part: part + 1}, piece: i.number, issued: i.issued, label: label, cents: cents,
		})
	}
	net := i.total() * 100 / (100 + vatRate)
	e.lines = append(e.lines,
		line{account: "706000", accountLib: "Prestations de services", piece: i.number, issued: i.issued, label: label, cents: -net},
		line{account: "445710", accountLib: "TVA collectée", piece: i.number, issued: i.issued, label: label, cents: net - i.total()})
	return e
}

// cash books a movement on the bank account.
func cash(m *movement) entry {
	y, month, d := m.day.Civil()
	piece := "RLV" + time.Date(y, month, d, 0, 0, 0, 0, time.UTC).Format("060102")
	other := line{account: m.account, accountLib: m.accountLib, piece: piece, issued: m.day, label: m.text, cents: -m.cents}
	if m.customer != nil {
		other.account, other.member = "411000", &member{movement: m}
	}
	bank := line{account: "512000", accountLib: "Banque", piece: piece, issued: m.day, label: m.text, cents: m.cents}
	return entry{journal: "BQ", journalLib: "Banque", day: m.day, lines: []line{bank, other}}
}

// debtor is whose account a line stands on.
func (m *member) debtor() *customer {
	switch {
	case m.invoice != nil:
		return m.invoice.customer
	case m.movement != nil:
		return m.movement.customer
	default:
		return m.writeOff.invoice.customer
	}
}

func (m *member) year() int {
	var day ledger.Date
	switch {
	case m.invoice != nil:
		day = m.invoice.issued
	case m.movement != nil:
		day = m.movement.day
	default:
		day = m.writeOff.day
	}
	year, _, _ := day.Civil()
	return year
}

// lettering returns the group a line belongs to in an export, if any, and the
// year in whose file it is lettered: that of the newest line of the group.
func (b *Books) lettering(m *member, export ledger.Date) (*group, int) {
	for _, g := range b.groups {
		if g.from > export || g.until != 0 && export > g.until || !slices.Contains(g.members, *m) {
			continue
		}
		year := 0
		for i := range g.members {
			year = max(year, g.members[i].year())
		}
		return g, year
	}
	return nil, 0
}
