package people

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// readers bring a customer's cells to one spelling, in which rows of the same
// customer are compared, or tell what is wrong with them.
//
//nolint:gochecknoglobals // a compiled-in table
var readers = map[string]func(string) (string, error){
	colName: readText, colKind: readKind, colLanguage: readLanguage, colTerms: readText,
	colNeverChase: readNever, colInvoices: readText, colAddress: readAddress, colCalendar: readCalendar,
	colSIREN: readSIREN, colVAT: readVAT, colIBAN: readIBANs, colReference: readText,
}

// decides reports whether leaving a cell out could make us write to somebody
// we must not write to, or too early: the row "*" would speak in its place.
func decides(column string) bool { return column == colKind || column == colTerms }

// personal reports whether a column means nothing on the row "*", which is
// about everybody.
func personal(column string) bool {
	switch column {
	case colSIREN, colVAT, colIBAN, colAddress, colReference:
		return true
	default:
		return false
	}
}

// entry gathers the rows of one code.
type entry struct {
	customer ledger.Customer
	contacts []person
	known    map[person]bool // contacts without their place
	said     map[string]said // by column
	wrong    []string        // ids of the quarantined records that hold the customer
}

// said is what a customer's column says, and where it was said.
type said struct {
	value string
	line  int
}

// tell records one cell of a customer. A second row may repeat it, not
// contradict it; accounts add up instead.
func (p *parser) tell(e *entry, r row, column, text string) {
	if e.customer.Default && personal(column) {
		p.spoil(e, r, ledger.KindCustomer, column, text, "the row * is about everybody; write it on the customers' own rows", false)
		return
	}
	value, err := readers[column](text)
	if err == nil && column == colIBAN {
		value, err = p.foreign(value)
	}
	if err != nil {
		p.spoil(e, r, ledger.KindCustomer, column, text, err.Error(), decides(column))
		return
	}
	before, again := e.said[column]
	switch {
	case !again:
		e.said[column] = said{value, r.line}
	case column == colIBAN:
		e.said[column] = said{union(before.value, value), before.line}
	case !same(column, before.value, value):
		p.contradict(e, r, column, text, before)
		if column == colNeverChase {
			value = cmp.Or(before.value, value)
		} else {
			value = ""
		}
		e.said[column] = said{value, before.line}
	}
}

// same compares two cells of one column as people would. Two reasons for never
// chasing agree with each other.
func same(column, a, b string) bool {
	switch column {
	case colName, colAddress:
		return fold(a) == fold(b)
	case colNeverChase:
		return (a == "") == (b == "")
	default:
		return a == b
	}
}

func union(a, b string) string {
	all := append(strings.Fields(a), strings.Fields(b)...)
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// settle writes what the rows said into the customer. What they contradict
// each other about is left unknown; a reason for never chasing stays.
func (e *entry) settle(dir string) ledger.Customer {
	c := &e.customer
	get := func(column string) string { return e.said[column].value }
	c.Name, c.Kind, c.Language = get(colName), ledger.CustomerKind(get(colKind)), get(colLanguage)
	c.Terms, c.Calendar, c.NeverChase = get(colTerms), get(colCalendar), get(colNeverChase)
	c.SIREN, c.VAT, c.CustomerRef = get(colSIREN), get(colVAT), get(colReference)
	if ibans := get(colIBAN); ibans != "" {
		c.IBANs = strings.Fields(ibans)
	}
	if address := get(colAddress); address != "" {
		c.Address = strings.Split(address, "|")
	}
	if folder := get(colInvoices); folder != "" {
		c.Documents = filepath.Clean(filepath.FromSlash(folder))
		if !filepath.IsAbs(c.Documents) {
			c.Documents = filepath.Join(dir, c.Documents)
		}
	}
	return *c
}
