package demobooks

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/relanced/relanced/ledger"
)

// fecHeader names the eighteen columns of the law (LPF A47 A-1).
const fecHeader = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t" +
	"PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n"

// ledgers returns the exports made on the evening of a day: one file for each
// fiscal year that has begun. A year's file is no longer written once nothing
// of it can change.
func (b *Books) ledgers(export ledger.Date) ([]File, error) {
	first, _, _ := b.beginning().Civil()
	last, _, _ := export.Civil()
	var files []File
	for year := first; year <= last; year++ {
		data, err := charmap.ISO8859_15.NewEncoder().Bytes(b.fec(year, export))
		if err != nil {
			return nil, fmt.Errorf("demo ledger of %d: %w", year, err)
		}
		files = append(files, File{
			Path: fmt.Sprintf("ledger/%sFEC%d1231.txt", companySIREN(), year), Data: data, Time: export.In(b.zone, 18, 30),
		})
	}
	return files, nil
}

// fec writes one fiscal year as it is exported on a day.
func (b *Books) fec(year int, export ledger.Date) []byte {
	w := &fecWriter{books: b, year: year, export: export}
	w.buf.WriteString(fecHeader)
	opening := b.opening(year, export)
	w.entry(&opening)
	for _, e := range b.postings {
		if y, _, _ := e.day.Civil(); y == year && e.since <= export {
			w.entry(e)
		}
	}
	return w.buf.Bytes()
}

// opening is the entry that carries last year's balances forward: what each
// customer still owes or is owed line by line, the bank, and the rest.
func (b *Books) opening(year int, export ledger.Date) entry {
	first, _ := ledger.NewDate(year, 1, 1) // there is always a first of January
	e := entry{journal: "AN", journalLib: "A nouveaux", day: first, since: first}
	bank, rest := int64(openingCents), int64(0)
	for _, p := range b.postings {
		if y, _, _ := p.day.Civil(); y >= year || p.since > export {
			continue
		}
		for _, l := range p.lines {
			switch {
			case l.account == "512000":
				bank += l.cents
			case l.member != nil && b.carried(l.member, year, export):
				l.label = "A nouveau " + l.label
				e.lines = append(e.lines, l)
				rest -= l.cents
			}
		}
	}
	piece := fmt.Sprintf("AN%d", year)
	return entry{journal: e.journal, journalLib: e.journalLib, day: first, since: first, lines: append(e.lines,
		line{account: "512000", accountLib: "Banque", piece: piece, issued: first, label: "A nouveau", cents: bank},
		line{account: "110000", accountLib: "Report à nouveau", piece: piece, issued: first, label: "A nouveau", cents: rest - bank})}
}

// carried reports whether a line of an earlier year is still open at the
// beginning of a year.
func (b *Books) carried(m *member, year int, export ledger.Date) bool {
	g, closed := b.lettering(m, export)
	return g == nil || g.partial || closed >= year
}

// fecWriter writes the rows of one export.
type fecWriter struct {
	books  *Books
	year   int
	export ledger.Date
	buf    bytes.Buffer
	number int
}

func (w *fecWriter) entry(e *entry) {
	w.number++
	for i := range e.lines {
		w.row(e, &e.lines[i])
	}
}

func (w *fecWriter) row(e *entry, l *line) {
	accountLib, aux, auxLib, letter, lettered := l.accountLib, "", "", "", ""
	if l.member != nil {
		who := l.member.debtor()
		accountLib, aux, auxLib = "Clients", who.code, who.name
		if g, year := w.books.lettering(l.member, w.export); g != nil && year == w.year {
			letter, lettered = g.code, compact(g.from)
		}
	}
	debit, credit := l.cents, int64(0)
	if debit < 0 {
		debit, credit = 0, -debit
	}
	issued := l.issued
	if issued == 0 {
		issued = e.day
	}
	w.buf.WriteString(strings.Join([]string{
		e.journal, e.journalLib, strconv.Itoa(w.number), compact(e.day), l.account, accountLib, aux, auxLib, l.piece, compact(issued),
		l.label, comma(debit), comma(credit), letter, lettered, compact(max(e.day, e.since)), "", "",
	}, "\t"))
	w.buf.WriteString("\r\n")
}

// compact writes a day as AAAAMMJJ.
func compact(d ledger.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// comma writes cents as a ledger does: 1200,00.
func comma(cents int64) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }
