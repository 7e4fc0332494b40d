package policy

import (
	"strings"

	"github.com/relanced/relanced/ledger"
)

// contact chooses who is reached for a rung: the contact with the rung's role,
// else who pays, else anybody who can be reached that way. missing names what
// is needed when nobody can: "mail address" or "postal address".
//
// A letter goes to the customer's address, to the attention of a contact if
// there is one. A call is work for one of us, who can find a number: it is
// handed over even when none is known.
func (h *hearing) contact(r *Rung) (to ledger.Contact, missing string) {
	role := r.To
	if role == "" {
		role = ledger.RolePays
	}
	switch r.Do {
	case ledger.VerbMail:
		if c := h.reach(role, hasMail); c != nil {
			return *c, ""
		}
		return ledger.Contact{}, "mail address"
	case ledger.VerbLetter, ledger.VerbRegistered:
		if len(h.c.Customer.Address) == 0 {
			return ledger.Contact{}, "postal address"
		}
	case ledger.VerbCall, ledger.VerbVisit, ledger.VerbTask:
		if c := h.reach(role, hasPhone); c != nil {
			return *c, ""
		}
	}
	if c := h.reach(role, anyone); c != nil {
		return *c, ""
	}
	return ledger.Contact{Customer: h.c.Customer.ID, Role: role}, ""
}

// reach returns the best usable contact: of the role, of those who pay, of any
// role; in each the first as given.
func (h *hearing) reach(role ledger.Role, usable func(*ledger.Contact) bool) *ledger.Contact {
	var pays, other *ledger.Contact
	for i := range h.c.Contacts {
		c := &h.c.Contacts[i]
		switch {
		case c.Invalid != "" || !usable(c):
		case c.Role == role:
			return c
		case c.Role == ledger.RolePays && pays == nil:
			pays = c
		case other == nil:
			other = c
		}
	}
	if pays != nil {
		return pays
	}
	return other
}

func hasMail(c *ledger.Contact) bool { return strings.Contains(c.Mail, "@") }

func hasPhone(c *ledger.Contact) bool { return strings.TrimSpace(c.Phone) != "" }

func anyone(*ledger.Contact) bool { return true }

// language returns the language to write in: the contact's, else the
// customer's, else the company's, else French. "fr-BE" is "fr".
func (h *hearing) language(to ledger.Contact) string {
	for _, l := range [...]string{to.Language, h.c.Customer.Language, h.r.Language} {
		if base, _, _ := strings.Cut(strings.TrimSpace(l), "-"); base != "" {
			return strings.ToLower(base)
		}
	}
	return "fr"
}
