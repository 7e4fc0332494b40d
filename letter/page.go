package letter

import (
	"slices"
	"strconv"
	"strings"
)

// Marks that stand for tables and the signature in a text while it is laid
// out; no template or name can contain them, for they are control characters.
const (
	itemsMark     = "\x01items\x01"
	agedMark      = "\x01aged\x01"
	upcomingMark  = "\x01upcoming\x01"
	signatureMark = "\x01signature\x01"
)

// page is a text as a list of blocks.
type page struct{ blocks []block }

// block is one of three: a paragraph line by line, a table, or the signature.
type block struct {
	lines  []string
	table  *table
	signed bool // the lines are the signature's
}

// table is a list of invoices, for readers of columns and for those of plain
// text.
type table struct {
	columns []column
	rows    [][]string
	plain   []string // the same rows as sentences
}

type column struct {
	head  string
	right bool // figures
}

// layOut cuts an executed template into paragraphs and tables.
func layOut(body string, f *facts) page {
	var p page
	add := func(b block) {
		if len(b.lines) > 0 || b.table != nil && len(b.table.rows) > 0 {
			p.blocks = append(p.blocks, b)
		}
	}
	for paragraph := range strings.SplitSeq(body, "\n\n") {
		paragraph = tidy(paragraph)
		switch paragraph {
		case "":
		case itemsMark:
			add(block{table: f.table(f.Lines, false, false)})
		case agedMark:
			add(block{table: f.table(f.Lines, true, false)})
		case upcomingMark:
			add(block{table: f.table(f.Upcoming, false, true)})
		case signatureMark:
			add(block{lines: f.signature(), signed: true})
		default:
			paragraph = strings.ReplaceAll(paragraph, signatureMark, strings.Join(f.signature(), "\n"))
			add(block{lines: strings.Split(strings.ReplaceAll(paragraph, "\x01", ""), "\n")})
		}
	}
	return p
}

// tidy closes the blank lines that an untaken branch leaves.
func tidy(s string) string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.Trim(l, " \t\r"); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// signature is who signs: a person first, then whom they sign for. One who
// signs in their own name is named once.
func (f *facts) signature() []string {
	lines := []string{f.Us.Signer, f.Us.Title}
	if f.Us.Name != f.Us.Signer {
		lines = append(lines, f.Us.Name)
	}
	if !f.paper { // the head of a letter says it
		lines = append(lines, f.Us.Phone)
	}
	return oneLines(lines)
}

// table shows a column only where it has something to say. Few columns fit on
// a telephone, where many mails are read.
func (f *facts) table(lines []line, aged, upcoming bool) *table {
	issued := slices.ContainsFunc(lines, func(l line) bool { return l.Issued != "" })
	last := f.french("Reste dû", "Outstanding")
	if upcoming {
		last = f.french("Montant", "Amount")
	}
	t := &table{}
	col := func(shown bool, head string, right bool, cell func(line) string) {
		if !shown {
			return
		}
		t.columns = append(t.columns, column{head, right})
		for i, l := range lines {
			t.rows[i] = append(t.rows[i], cell(l))
		}
	}
	t.rows = make([][]string, len(lines))
	col(true, f.french("Facture", "Invoice"), false, f.name)
	col(issued, f.french("Date", "Date"), false, func(l line) string { return l.Issued })
	col(true, f.french("Échéance", "Due"), false, func(l line) string { return l.Due })
	col(aged, f.french("Retard", "Late"), true, f.late)
	col(true, last, true, f.open)
	for _, l := range lines {
		t.plain = append(t.plain, f.sentence(l, aged))
	}
	return t
}

// name is an invoice in a table: its number, which instalment, and below it
// the customer's own order number.
func (f *facts) name(l line) string {
	n := l.Number
	if l.Part != "" {
		n += " (" + l.Part + ")"
	}
	if l.Order != "" {
		n += "\n" + f.order(l)
	}
	return n
}

// open is what is left of an item, and below it of how much when some was paid.
func (f *facts) open(l line) string {
	if !l.Partial {
		return l.Open
	}
	return l.Open + "\n" + f.french("sur", "of") + noBreak + l.Total
}

func (f *facts) order(l line) string { return f.french("commande ", "order ") + l.Order }

func (f *facts) late(l line) string {
	if l.DaysLate == 1 {
		return "1" + noBreak + f.french("jour", "day")
	}
	return strconv.Itoa(l.DaysLate) + noBreak + f.french("jours", "days")
}

// sentence is an invoice in plain text.
func (f *facts) sentence(l line, aged bool) string {
	s := "- " + l.Number
	if l.Part != "" {
		s += " (" + l.Part + ")"
	}
	if l.Issued != "" {
		s += f.french(" du ", " of ") + l.Issued
	}
	if l.Order != "" {
		s += ", " + f.order(l)
	}
	if l.Due != "" {
		s += f.french(", échéance le ", ", due ") + l.Due
	}
	if aged && l.DaysLate > 0 {
		s += ", " + f.late(l) + f.french(" de retard", " late")
	}
	s += f.french(noBreak+": ", ": ") + l.Open
	if l.Partial {
		s += f.french(" sur ", " of ") + l.Total
	}
	return s
}

// text writes the page for plain-text readers.
func (p page) text() string {
	var b strings.Builder
	for i, bl := range p.blocks {
		if i > 0 {
			b.WriteString("\n")
		}
		lines := bl.lines
		if bl.table != nil {
			lines = bl.table.plain
		}
		for _, l := range lines {
			b.WriteString(plain(l) + "\n")
		}
	}
	return b.String()
}
