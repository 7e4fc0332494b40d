package fec

import (
	"bytes"
	"fmt"
	"strings"
)

// column is one of the columns a FEC may have.
type column int

// The columns. Those of cash-basis files (DateRglt, ModeRglt, NatOp, IdClient)
// and any others may be there; they are not needed.
const (
	colJournalCode column = iota
	colJournalLib
	colEcritureNum
	colEcritureDate
	colCompteNum
	colCompteLib
	colCompAuxNum
	colCompAuxLib
	colPieceRef
	colPieceDate
	colEcritureLib
	colDebit
	colCredit
	colMontant
	colSens
	colEcritureLet
	colValidDate
	colMontantdevise
	colIdevise
	columns
)

//nolint:gochecknoglobals // a compiled-in table
var columnNames = [columns]string{
	"JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
	"PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "Montant", "Sens", "EcritureLet", "ValidDate",
	"Montantdevise", "Idevise",
}

// String returns the column's name in the law's text.
func (c column) String() string { return columnNames[c] }

// needed lists the columns without which nothing certain can be said. The
// amount's columns come in two pairs and are asked for apart.
func needed() []column {
	return []column{
		colJournalCode, colEcritureNum, colEcritureDate, colCompteNum, colCompAuxNum,
		colPieceRef, colEcritureLib, colEcritureLet,
	}
}

// layout is how one file writes its rows.
type layout struct {
	mark  byte // between two columns
	text  charset
	width int          // columns of every row, those nobody knows and empty ones included
	at    [columns]int // place of a column in a row; -1: not there
}

// has reports whether the file has the column.
func (l *layout) has(c column) bool { return l.at[c] >= 0 }

// readLayout understands a header line, whatever its separator, order and case.
func readLayout(header []byte) (layout, error) {
	best, most := layout{}, 0
	var fault error
	for _, mark := range []byte{'\t', '|', ';'} {
		l, known, err := layoutWith(header, mark)
		if known > most {
			best, most, fault = l, known, err
		}
	}
	if most < 2 {
		return layout{}, fmt.Errorf("line 1 does not name the columns of a FEC (JournalCode, EcritureNum, …, separated by tabs or |): export the FEC again from the accounting software")
	}
	if fault != nil {
		return layout{}, fault
	}
	return best, best.complete()
}

// layoutWith reads the header as if mark separated its columns.
func layoutWith(header []byte, mark byte) (layout, int, error) {
	l := layout{mark: mark}
	for c := range l.at {
		l.at[c] = -1
	}
	fields, _ := splitQuoted(nil, header, mark)
	if fields == nil {
		fields = splitPlain(nil, header, mark)
	}
	l.width = len(fields)
	known := 0
	var fault error
	for i, f := range fields {
		c, ok := columnNamed(f)
		if !ok {
			continue
		}
		if l.at[c] >= 0 {
			fault = fmt.Errorf("line 1 names the column %s twice: take one of them out", c)
		}
		l.at[c] = i
		known++
	}
	return l, known, fault
}

// columnNamed recognises a column's name in any case, with or without blanks.
// Letters with accents are left out: Débit and DEBIT are one.
func columnNamed(field []byte) (column, bool) {
	var b strings.Builder
	for _, r := range bytes.ToLower(field) {
		if r >= 'a' && r <= 'z' {
			b.WriteByte(r)
		}
	}
	name := b.String()
	switch name {
	case "dbit":
		return colDebit, true
	case "crdit":
		return colCredit, true
	}
	for c, n := range columnNames {
		if strings.ToLower(n) == name {
			return column(c), true
		}
	}
	return 0, false
}

// complete names what is missing.
func (l *layout) complete() error {
	var missing []string
	for _, c := range needed() {
		if !l.has(c) {
			missing = append(missing, c.String())
		}
	}
	pair := l.has(colDebit) && l.has(colCredit) || l.has(colMontant) && l.has(colSens)
	switch {
	case pair:
	case l.has(colDebit):
		missing = append(missing, "Credit")
	case l.has(colCredit):
		missing = append(missing, "Debit")
	case l.has(colMontant):
		missing = append(missing, "Sens")
	default:
		missing = append(missing, "Debit", "Credit")
	}
	if len(missing) > 0 {
		return fmt.Errorf("line 1 lacks the column %s: export the FEC again with all its columns", strings.Join(missing, ", "))
	}
	return nil
}

// splitPlain cuts a row at every mark.
func splitPlain(dst [][]byte, row []byte, mark byte) [][]byte {
	for {
		i := bytes.IndexByte(row, mark)
		if i < 0 {
			return append(dst, row)
		}
		dst = append(dst, row[:i])
		row = row[i+1:]
	}
}

// splitQuoted cuts a row whose fields may stand in double quotes, with a quote
// inside written twice. It reports false, and the row is to be cut plainly,
// when a quote opens a field and does not close one.
func splitQuoted(dst [][]byte, row []byte, mark byte) ([][]byte, bool) {
	for {
		if len(row) == 0 || row[0] != '"' {
			i := bytes.IndexByte(row, mark)
			if i < 0 {
				return append(dst, row), true
			}
			dst, row = append(dst, row[:i]), row[i+1:]
			continue
		}
		end, doubled := closingQuote(row)
		if end < 0 || end+1 < len(row) && row[end+1] != mark {
			return nil, false
		}
		field := row[1:end]
		if doubled {
			field = bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
		}
		dst = append(dst, field)
		if end+1 == len(row) {
			return dst, true
		}
		row = row[end+2:]
	}
}

// closingQuote finds the quote that closes the field which begins the row.
func closingQuote(row []byte) (end int, doubled bool) {
	for i := 1; i < len(row); i++ {
		if row[i] != '"' {
			continue
		}
		if i+1 < len(row) && row[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		return i, doubled
	}
	return -1, false
}
