package fec

import (
	"bytes"
	"fmt"
	"unicode"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// posting is one row understood: one movement on one account.
type posting struct {
	line     int
	journal  []byte
	number   []byte
	account  []byte
	nature   nature
	day      ledger.Date // EcritureDate
	cents    int64       // minor units of the books' currency; debit positive
	foreign  int64       // the same in cur, with the same sign; when cur is not 0
	cur      uint8       // index in currencies; 0: the books' own
	unsaid   bool        // cur is named, and Montantdevise is empty
	valid    bool        // ValidDate is filled
	nothing  bool        // a zero that was written as one
	issued   ledger.Date // PieceDate, on customers' accounts; zero: not given
	aux      []byte      // CompAuxNum; the following are read on customers' accounts only
	name     []byte
	piece    []byte
	label    []byte
	letter   []byte
	fromAcct bool // aux is the account: CompAuxNum was empty
}

// fault is what is wrong with one row: where, and the way out.
type fault struct {
	line  int
	field string
	why   string
}

func (f *fault) String() string {
	if f.field == "" {
		return fmt.Sprintf("line %d: %s", f.line, f.why)
	}
	return fmt.Sprintf("line %d: %s: %s", f.line, f.field, f.why)
}

// parser turns rows into postings. It keeps buffers for fields whose letters
// must be converted, so what it returns is valid until the next row.
type parser struct {
	set        *settings
	table      *table
	currencies *currencies
	buf        [columns][]byte
	lastDay    [10]byte // the day read last, as written: most rows repeat it
	lastLen    int
	lastDate   ledger.Date
}

// parse understands one row. After a fault the posting holds what could be
// read for certain: account, customer and amount may be missing.
func (p *parser) parse(fields [][]byte, line int, out *posting) *fault {
	*out = posting{line: line}
	t := p.table
	if len(fields) != t.lay.width {
		return &fault{line, "", fmt.Sprintf("%d columns instead of %d: a separator is missing or stands inside a text; export the FEC again", len(fields), t.lay.width)}
	}
	out.journal, out.number = t.field(fields, colJournalCode), t.field(fields, colEcritureNum)
	out.account = t.field(fields, colCompteNum)
	if len(out.account) == 0 {
		return p.empty(line, colCompteNum)
	}
	out.nature = natureOf(out.account, p.set.accounts)
	if out.nature == natureCustomer || out.nature == natureDeposit {
		p.customer(fields, out)
	}
	if f := p.amount(fields, out); f != nil {
		return f
	}
	if len(out.journal) == 0 {
		return p.empty(line, colJournalCode)
	}
	if len(out.number) == 0 {
		return p.empty(line, colEcritureNum)
	}
	day, ok := p.day(t.field(fields, colEcritureDate))
	if !ok {
		return p.bad(line, colEcritureDate, t.field(fields, colEcritureDate), "no day of the calendar; a day is written AAAAMMJJ")
	}
	out.day = day
	out.valid = len(t.field(fields, colValidDate)) > 0
	if out.nature != natureCustomer {
		return nil
	}
	return p.document(fields, out)
}

func (p *parser) empty(line int, c column) *fault {
	return &fault{line, c.String(), "it is empty; fill it in the accounting software and export again"}
}

// bad quotes the first signs of a value that holds a number or a day. One with
// letters may be a name that has slipped into the column, and is not quoted.
func (p *parser) bad(line int, c column, value []byte, why string) *fault {
	if len(value) > 4 && bytes.ContainsFunc(value, unicode.IsLetter) {
		return &fault{line, c.String(), "it holds a text, " + why}
	}
	return &fault{line, c.String(), fmt.Sprintf("%.20q is %s", value, why)}
}

// day reads a day and remembers it.
func (p *parser) day(b []byte) (ledger.Date, bool) {
	if len(b) == p.lastLen && p.lastLen > 0 && bytes.Equal(b, p.lastDay[:p.lastLen]) {
		return p.lastDate, true
	}
	d, ok := parseDay(b, p.set.spreadsheet)
	if ok {
		p.lastLen, p.lastDate = copy(p.lastDay[:], b), d
	}
	return d, ok
}

// text returns a column as UTF-8.
func (p *parser) text(fields [][]byte, c column) []byte {
	f := p.table.field(fields, c)
	if plain(f) {
		return f
	}
	out := p.table.lay.text.decode(p.buf[c], f)
	if len(out) > 0 && &out[0] != &f[0] {
		p.buf[c] = out // keep what grew
	}
	return out
}

// customer reads who the row is about: CompAuxNum, else the account itself.
func (p *parser) customer(fields [][]byte, out *posting) {
	out.aux, out.name = p.text(fields, colCompAuxNum), p.text(fields, colCompAuxLib)
	if len(out.aux) == 0 {
		out.aux, out.fromAcct = p.text(fields, colCompteNum), true
	}
	if len(out.name) == 0 {
		out.name = p.text(fields, colCompteLib)
	}
}

// amount reads Debit and Credit, or Montant and Sens. A negative debit is a
// credit, as some software writes reversals.
func (p *parser) amount(fields [][]byte, out *posting) *fault {
	t := p.table
	if !t.lay.has(colDebit) || !t.lay.has(colCredit) {
		return p.sensed(fields, out)
	}
	debit, credit := t.field(fields, colDebit), t.field(fields, colCredit)
	d, f := p.number(out.line, colDebit, debit)
	if f != nil {
		return f
	}
	c, f := p.number(out.line, colCredit, credit)
	if f != nil {
		return f
	}
	if d != 0 && c != 0 {
		return &fault{out.line, "Debit and Credit", "both are filled; one of them must be 0,00"}
	}
	out.cents = d - c
	if d == 0 && c == 0 {
		out.nothing = len(debit) > 0 && len(credit) > 0
	}
	return p.some(out, "Debit and Credit")
}

// some refuses a customer's row that holds no amount at all. A zero that is
// written out is nothing owed, and harmless.
func (p *parser) some(out *posting, where string) *fault {
	if out.cents == 0 && !out.nothing && out.nature == natureCustomer {
		return &fault{out.line, where, "no amount; fill it in the accounting software and export again"}
	}
	return nil
}

// sensed reads Montant and Sens.
func (p *parser) sensed(fields [][]byte, out *posting) *fault {
	text := p.table.field(fields, colMontant)
	m, f := p.number(out.line, colMontant, text)
	if f != nil {
		return f
	}
	out.nothing = m == 0 && len(text) > 0
	sens := p.table.field(fields, colSens)
	switch string(sens) {
	case "D", "d", "+1", "1", "+":
		out.cents = m
	case "C", "c", "-1", "-":
		out.cents = -m
	default:
		if m != 0 {
			return p.bad(out.line, colSens, sens, "neither D, C, +1 nor -1")
		}
	}
	return p.some(out, "Montant")
}

// number reads one amount; empty is zero.
func (p *parser) number(line int, c column, b []byte) (int64, *fault) {
	if len(b) == 0 {
		return 0, nil
	}
	if len(b) == 4 && string(b) == "0,00" {
		return 0, nil
	}
	n, ok := parseAmount(b, p.set.exponent)
	if !ok {
		return 0, p.bad(line, c, b, "no amount; write it like 12000,00, without a thousands mark")
	}
	return n, nil
}

// document reads what only a customer's row needs.
func (p *parser) document(fields [][]byte, out *posting) *fault {
	t := p.table
	out.piece, out.label = p.text(fields, colPieceRef), p.text(fields, colEcritureLib)
	out.letter = t.field(fields, colEcritureLet)
	if day := t.field(fields, colPieceDate); len(day) > 0 && !bytes.Equal(day, []byte("00000000")) {
		var ok bool
		if out.issued, ok = p.day(day); !ok {
			return p.bad(out.line, colPieceDate, day, "no day of the calendar; a day is written AAAAMMJJ")
		}
	}
	return p.foreign(fields, out)
}

// foreign reads Montantdevise and Idevise. The amount may bear a sign or not:
// the side of the books decides.
func (p *parser) foreign(fields [][]byte, out *posting) *fault {
	code, text := p.text(fields, colIdevise), p.table.field(fields, colMontantdevise)
	if len(code) == 0 {
		return p.unnamed(text, out)
	}
	cur, ok := p.currencies.index(code)
	if !ok {
		return p.bad(out.line, colIdevise, code, "no ISO 4217 currency; write a code such as USD")
	}
	if cur == 0 {
		return nil
	}
	amount := int64(0)
	out.unsaid = len(text) == 0
	if len(text) > 0 {
		if amount, ok = parseAmount(text, p.currencies.list[cur].Exponent()); !ok {
			return p.bad(out.line, colMontantdevise, text, "no amount of "+string(p.currencies.list[cur]))
		}
	}
	if amount < 0 {
		amount = -amount
	}
	if out.cents < 0 {
		amount = -amount
	}
	out.foreign, out.cur = amount, cur
	return nil
}

// unnamed refuses an amount in a currency that is not named, unless it is the
// books' own amount once more.
func (p *parser) unnamed(text []byte, out *posting) *fault {
	if len(text) == 0 {
		return nil
	}
	n, ok := parseAmount(text, p.set.exponent)
	if ok && (n == 0 || n == out.cents || n == -out.cents) {
		return nil
	}
	return &fault{out.line, colIdevise.String(), "it is empty and Montantdevise is not; name the currency"}
}

// currencies numbers the currencies of one reading; 0 is the books' own.
type currencies struct {
	list  []money.Currency
	codes map[string]uint8
}

func newCurrencies(own money.Currency) *currencies {
	return &currencies{list: []money.Currency{own}, codes: map[string]uint8{string(own): 0}}
}

// index returns the number of a currency code as the file writes it.
func (c *currencies) index(code []byte) (uint8, bool) {
	if i, ok := c.codes[string(code)]; ok {
		return i, true
	}
	name := string(code)
	if f := fold(name); f == "euro" || f == "euros" || name == "€" {
		name = string(money.EUR)
	}
	cur, err := money.ParseCurrency(name)
	if err != nil || len(c.list) > 200 || len(c.codes) > 1000 {
		return 0, false
	}
	for i, known := range c.list {
		if known == cur {
			c.codes[string(code)] = uint8(i)
			return uint8(i), true
		}
	}
	c.list = append(c.list, cur)
	c.codes[string(code)] = uint8(len(c.list) - 1)
	return uint8(len(c.list) - 1), true
}
