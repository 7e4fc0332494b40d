package demobooks

import (
	"fmt"
	"slices"
	"time"

	"github.com/relanced/relanced/ledger"
)

// The folders the company's tools write into, and the one relanced delivers
// into, below the demonstration's directory.
const (
	LedgerDir   = "ledger"
	BankDir     = "bank"
	InvoiceDir  = "invoices"
	OutgoingDir = "outgoing"
	ConfigFile  = "relanced.toml"
	PeopleFile  = "people.csv"
)

// File is a file that lies in the demonstration's directory from a morning on,
// in place of one of the same name.
type File struct {
	Path string // below the directory, with slashes
	Data []byte
	Time time.Time // when it was written
}

// Files returns what arrived or was rewritten since the morning before. On the
// first morning it is everything there is.
func (b *Books) Files(morning ledger.Date) ([]File, error) {
	var files []File
	if morning == b.first {
		files = append(files, b.config())
		if export := b.exports[0]; export < morning-1 {
			old, err := b.ledgers(export)
			if err != nil {
				return nil, err
			}
			files = append(files, old...)
		}
	}
	if slices.Contains(b.exports, morning-1) {
		exported, err := b.ledgers(morning - 1)
		if err != nil {
			return nil, err
		}
		files = append(files, exported...)
	}
	files = append(files, b.statements(morning)...)
	if b.peopleChanged(morning) {
		files = append(files, b.people(morning))
	}
	for _, i := range b.invoices {
		if !i.customer.documents || i.credit() || i.issued >= morning || morning > b.first && i.issued != morning-1 {
			continue
		}
		f, err := b.document(i)
		if err != nil {
			return nil, fmt.Errorf("demo invoice %s: %w", i.number, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// IBAN is the company's own account.
func (b *Books) IBAN() string { return companyIBAN() }
