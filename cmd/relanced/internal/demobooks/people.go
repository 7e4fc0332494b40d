package demobooks

import (
	"encoding/csv"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// people returns the table somebody keeps beside the books, as it is on the
// morning of a day.
func (b *Books) people(morning ledger.Date) File {
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Comma = ';'
	row := func(cells ...string) { _ = w.Write(cells) } // a strings.Builder takes everything
	row("code", "name", "kind", "language", "role", "contact", "mail", "phone", "terms", "never_chase", "address", "iban", "reference", "note")
	row("*", "", "", "fr", "", "", "", "", "30 jours", "", "", "", "", "pour tous, sauf mention contraire")
	for _, c := range b.customers {
		mail := c.mail
		if c.mailFrom > morning {
			mail = ""
		}
		row(c.code, c.name, c.kind, c.language, "pays", c.contact, mail, c.phone, c.terms, c.never, c.address, c.iban, c.reference, "")
		if c.boss != "" {
			row(c.code, "", "", "", "escalation", c.boss, "", "", "", "", "", "", "", "dirige")
		}
	}
	w.Flush()
	changed := b.first
	for _, c := range b.customers {
		if c.mailFrom > changed && c.mailFrom <= morning {
			changed = c.mailFrom
		}
	}
	return File{Path: "people.csv", Data: []byte(text.String()), Time: changed.In(b.zone, 9, 0)}
}

// peopleChanged reports whether the table differs from the morning before.
func (b *Books) peopleChanged(morning ledger.Date) bool {
	for _, c := range b.customers {
		if c.mailFrom == morning {
			return true
		}
	}
	return morning == b.first
}
