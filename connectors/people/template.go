package people

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// Row is one customer in a template.
type Row struct {
	Customer ledger.Customer // what is known; Code "*" makes it the default
	Contacts []ledger.Contact
	Debt     string // open debt, as text for people; reading skips it
}

// Template writes a people file that a person can fill in with a spreadsheet
// and give back: UTF-8 with a byte order mark, semicolons, CRLF, every column.
// Each customer has one row, and one more for each further contact. Text that
// a spreadsheet could take for a formula is made harmless, and Parse reads it
// back as it was. What a cell cannot hold (line breaks, a "|" in an address
// line) is replaced by a space.
//
// Nothing is corrected here: a value that Parse refuses is written as it is.
func Template(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write people template: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	_ = out.Write(names) // a failure stays with the writer until Error
	for _, r := range rows {
		for _, cells := range r.lines() {
			_ = out.Write(line(cells))
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write people template: %w", err)
	}
	return nil
}

// lines gives the cells of a customer's rows by column.
func (r Row) lines() []map[string]string {
	c := r.Customer
	code := c.Code
	if c.Default {
		code = star
	}
	address := make([]string, 0, len(c.Address))
	for _, l := range c.Address {
		address = append(address, strings.ReplaceAll(l, "|", " "))
	}
	first := map[string]string{
		colCode: code, colName: c.Name, colKind: string(c.Kind), colLanguage: c.Language,
		colTerms: c.Terms, colNeverChase: never(c.NeverChase), colInvoices: c.Documents, colCalendar: c.Calendar,
		colAddress: strings.Join(address, "|"), colSIREN: c.SIREN, colVAT: c.VAT,
		colIBAN: strings.Join(c.IBANs, " "), colReference: c.CustomerRef, colDebt: r.Debt,
	}
	lines := []map[string]string{first}
	for i, contact := range r.Contacts {
		if i > 0 {
			lines = append(lines, map[string]string{colCode: code})
		}
		cells := lines[i]
		cells[colRole], cells[colContact] = string(contact.Role), contact.Name
		cells[colMail], cells[colPhone] = contact.Mail, contact.Phone
	}
	return lines
}

// never writes a reason so that it is read as one, even if it is the word no.
func never(reason string) string {
	if noWords[fold(reason)] || reason != "" && clean(reason) == "" {
		return "reason: " + reason
	}
	return reason
}

// line puts cells in the order of the columns, each on one line and harmless.
func line(cells map[string]string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		text := strings.Map(func(r rune) rune {
			if spoiled(string(r)) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(cells[c.Name], " "))
		out[i] = neutral(clean(text))
	}
	return out
}
