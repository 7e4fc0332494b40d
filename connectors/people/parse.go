package people

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// Options is what Parse is told beside the file's bytes.
type Options struct {
	File string   // the file's name, for texts
	Dir  string   // relative folders of invoices start here
	Own  []string // our own IBANs, which are no customer's
}

// Sheet is what a people file says, in the order of its rows.
type Sheet struct {
	Customers   []ledger.Customer
	Contacts    []ledger.Contact
	Quarantined []ledger.Quarantined // what could not be read for certain
	Findings    []ledger.Finding     // whom that holds
}

// Parse reads a people file. Its error means that nothing in the file can be
// used; it names the file, the line and the way out. No error and no reason
// repeats a name, an address or a number out of the file.
func Parse(data []byte, o Options) (Sheet, error) {
	rows, err := readTable(o.File, data)
	if err != nil {
		return Sheet{}, err
	}
	p := parser{options: o, entries: make(map[string]*entry), repeats: make(map[string]int)}
	for _, c := range columns {
		if readers[c.Name] != nil {
			p.columns = append(p.columns, c.Name)
		}
	}
	for _, r := range rows {
		p.row(r)
	}
	return p.finish(), nil
}

type parser struct {
	options Options
	columns []string // those about the customer
	sheet   Sheet
	entries map[string]*entry
	order   []string
	nobody  entry // rows whose customer is not known
	repeats map[string]int
}

// star is the code of the row that speaks for whoever has no row of their own.
const star = "*"

// row files one row under its customer.
func (p *parser) row(r row) {
	code, err := readCode(r.cells[colCode])
	switch {
	case err != nil:
		// Whom the row is about is not known. That holds everybody if the row
		// may forbid to chase somebody.
		holds := r.broken != "" || r.cells[colNeverChase] != "" || r.cells[colKind] != "" || r.cells[colTerms] != ""
		p.spoil(&p.nobody, r, ledger.KindCustomer, colCode, string(r.raw), err.Error(), holds)
		return
	case r.broken != "":
		e := p.entry(code, r.line)
		p.spoil(e, r, ledger.KindCustomer, "", string(r.raw), r.broken, true)
		e.keepNever(r)
		return
	}
	e := p.entry(code, r.line)
	for _, column := range p.columns {
		if text, ok := r.cells[column]; ok {
			p.tell(e, r, column, text)
		}
	}
	p.contacts(e, r)
}

// keepNever takes the one thing out of a broken row that can only do good.
func (e *entry) keepNever(r row) {
	if reason, _ := readNever(r.cells[colNeverChase]); r.cells[colNeverChase] != "" && reason != "" {
		e.said[colNeverChase] = said{reason, r.line}
	}
}

func (p *parser) entry(code string, line int) *entry {
	if e, ok := p.entries[code]; ok {
		return e
	}
	e := &entry{said: make(map[string]said), known: make(map[person]bool), customer: ledger.Customer{
		ID: code, Code: code, Default: code == star,
		Seen: ledger.Source(fmt.Sprintf("%s line %d", p.options.File, line)),
	}}
	p.entries[code] = e
	p.order = append(p.order, code)
	return e
}

// readCode reads the customer's code. It must be exactly what the books say,
// so nothing in it is corrected.
func readCode(text string) (string, error) {
	switch {
	case text == "":
		return "", errors.New("there is no customer code; every row needs one, also the second row of a customer")
	case spoiled(text) || strings.ContainsFunc(text, func(r rune) bool { return invisible(r) && r != ' ' }):
		return "", errors.New("the code holds characters that do not show; type it again")
	case len(text) > 100:
		return "", errors.New("the code is longer than 100 characters")
	case damaged(text):
		return "", errors.New("a spreadsheet has turned the code into a number with an exponent; format the column as text and write the code again")
	}
	return text, nil
}

// damaged reports whether text looks like 4,11E+08.
func damaged(text string) bool {
	mantissa, exponent, ok := strings.Cut(text, "E+")
	return ok && strings.ContainsAny(mantissa, ",.") &&
		strings.Trim(mantissa, "0123456789,.") == "" && exponent != "" && strings.Trim(exponent, "0123456789") == ""
}

// spoil quarantines a record of a row. The id follows what is wrong rather
// than where it stands, so that a fault put aside by a person stays aside when
// rows move, and a new fault is a new record.
func (p *parser) spoil(e *entry, r row, kind ledger.Kind, column, text, reason string, holds bool) {
	at := fmt.Sprintf("%s line %d", p.options.File, r.line)
	if column != "" {
		at = where(p.options.File, r.line, column)
	}
	id := digest("quarantine", e.customer.Code, string(kind), column, text, reason)
	p.repeats[id]++
	if n := p.repeats[id]; n > 1 {
		id = fmt.Sprintf("%s-%d", id, n)
	}
	p.sheet.Quarantined = append(p.sheet.Quarantined, ledger.Quarantined{
		ID: id, Kind: kind, Customer: e.customer.ID, Reason: at + ": " + reason,
		Seen: ledger.Source(fmt.Sprintf("%s line %d", p.options.File, r.line)),
	})
	if holds {
		e.wrong = append(e.wrong, id)
	}
}

// contradict quarantines a customer two of whose rows disagree: one of them may
// belong to somebody else.
func (p *parser) contradict(e *entry, r row, column, text string, before said) {
	p.spoil(e, r, ledger.KindCustomer, column, text,
		fmt.Sprintf("it contradicts line %d, of the same code; correct one of them, or its code", before.line), true)
}

// foreign refuses an account of ours as a customer's: payments to us would be
// taken for the customer's.
func (p *parser) foreign(ibans string) (string, error) {
	for _, own := range p.options.Own {
		if slices.Contains(strings.Fields(ibans), strings.ToUpper(strings.Map(dropSpace, own))) {
			return "", errors.New("this is one of our own accounts; write the customer's")
		}
	}
	return ibans, nil
}

// finish settles the customers and raises what holds them.
func (p *parser) finish() Sheet {
	for _, code := range p.order {
		e := p.entries[code]
		p.sheet.Customers = append(p.sheet.Customers, e.settle(p.options.Dir))
		p.sheet.Contacts = append(p.sheet.Contacts, e.people()...)
		p.hold(e)
	}
	p.hold(&p.nobody)
	return p.sheet
}

// hold raises one finding for all that is wrong with a customer. Its id follows
// the faults: the same faults make the same finding, another fault a new one.
func (p *parser) hold(e *entry) {
	if len(e.wrong) == 0 {
		return
	}
	ids := slices.SortedFunc(slices.Values(e.wrong), cmp.Compare[string])
	f := ledger.Finding{
		ID: digest(append([]string{"finding", e.customer.Code}, ids...)...), Kind: ledger.FindingUnreadable,
		Customer: e.customer.ID, Holds: true, Seen: e.customer.Seen,
	}
	switch {
	case e == &p.nobody:
		f.Seen = ledger.Source(p.options.File)
		f.Text = fmt.Sprintf("%s: %d row(s) may forbid to chase somebody, and do not say whom; everybody is held until they are put right", p.options.File, len(ids))
	case e.customer.Default:
		f.Customer = ""
		f.Text = fmt.Sprintf("%s: the row *, which speaks for everybody, has %d fault(s); everybody is held until they are put right", p.options.File, len(ids))
	default:
		f.Text = fmt.Sprintf("%s: customer %s has %d fault(s); it is held until they are put right", p.options.File, e.customer.Code, len(ids))
	}
	p.sheet.Findings = append(p.sheet.Findings, f)
}

// digest makes a short stable id.
func digest(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return hex.EncodeToString(h[:8])
}
