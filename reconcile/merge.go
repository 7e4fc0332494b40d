package reconcile

import (
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// Merge describes a customer as all connections together know it. Records come
// in the company's order of sources: for each field the first that knows it
// speaks. The default row def fills terms, language, kind and calendar alone.
// A reason never to chase counts whoever gives it. Contacts are told once;
// those that cannot be used stay, marked. The merged customer has no ID: it is
// the caller's UID that names it.
func Merge(records []CustomerRecord, contacts []ledger.Contact, def ledger.Customer) Merged {
	var c ledger.Customer
	for i := range records {
		r := &records[i].Customer
		first(&c.Code, r.Code)
		first(&c.Name, r.Name)
		first(&c.Kind, r.Kind)
		first(&c.Language, r.Language)
		first(&c.SIREN, r.SIREN)
		first(&c.VAT, r.VAT)
		first(&c.Terms, r.Terms)
		first(&c.Calendar, r.Calendar)
		first(&c.Documents, r.Documents)
		first(&c.NeverChase, r.NeverChase)
		first(&c.Salutation, r.Salutation)
		first(&c.CustomerRef, r.CustomerRef)
		first(&c.Seen, r.Seen)
		if len(c.Address) == 0 {
			c.Address = r.Address
		}
		c.IBANs = addAccounts(c.IBANs, r.IBANs)
	}
	first(&c.Terms, def.Terms)
	first(&c.Language, def.Language)
	first(&c.Kind, def.Kind)
	first(&c.Calendar, def.Calendar)
	return Merged{Customer: c, Contacts: mergeContacts(contacts)}
}

// first keeps what is known and else takes what is offered.
func first[T ~string](known *T, offered T) {
	if *known == "" {
		*known = offered
	}
}

// addAccounts joins account numbers: each was confirmed by a person.
func addAccounts(known, offered []string) []string {
	for _, iban := range offered {
		folded, have := FoldIBAN(iban), false
		for _, k := range known {
			have = have || FoldIBAN(k) == folded
		}
		if folded != "" && !have {
			known = append(slices.Clip(known), iban)
		}
	}
	return known
}

// mergeContacts tells each person or mailbox once per role, in the order they
// come. A mailbox that one of them calls invalid is invalid in every role.
func mergeContacts(contacts []ledger.Contact) []ledger.Contact {
	var merged []ledger.Contact
	place := map[string]int{}
	invalid := map[string]string{}
	for _, c := range contacts {
		mail := foldMail(c.Mail)
		if c.Invalid == "" && mail != "" && !mailbox(mail) {
			c.Invalid = "this is not a mail address"
		}
		if c.Invalid != "" && mail != "" && invalid[mail] == "" {
			invalid[mail] = c.Invalid
		}
		key := contactKey(&c)
		i, have := place[key]
		if !have {
			place[key] = len(merged)
			merged = append(merged, c)
			continue
		}
		m := &merged[i]
		first(&m.Name, c.Name)
		first(&m.Mail, c.Mail)
		first(&m.Phone, c.Phone)
		first(&m.Language, c.Language)
		first(&m.Invalid, c.Invalid)
	}
	for i := range merged {
		first(&merged[i].Invalid, invalid[foldMail(merged[i].Mail)])
	}
	return merged
}

// contactKey tells two contacts apart: by role and mailbox, else telephone,
// else name.
func contactKey(c *ledger.Contact) string {
	role := string(c.Role) + "\x1f"
	if mail := foldMail(c.Mail); mail != "" {
		return role + "mail\x1f" + mail
	}
	if phone := onlyDigits(c.Phone); phone != "" {
		return role + "phone\x1f" + phone
	}
	return role + "name\x1f" + FoldName(c.Name)
}

func foldMail(mail string) string { return strings.ToLower(strings.TrimSpace(mail)) }

// mailbox is the coarsest test of an address: what fails it cannot be written to.
func mailbox(mail string) bool {
	local, domain, found := strings.Cut(mail, "@")
	return found && local != "" && domain != "" && !strings.ContainsAny(mail, " \t\r\n<>,;") && !strings.Contains(domain, "@")
}
