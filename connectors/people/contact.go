package people

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// person is one contact of a row, before it has an id.
type person struct{ ledger.Contact }

// contacts reads the contact of a row: one for each mail address, or one for a
// phone or a name alone. A bad role, mail or name costs the contact, a bad
// phone only itself.
func (p *parser) contacts(e *entry, r row) {
	roleText, nameText := r.cells[colRole], r.cells[colContact]
	mails, phoneText := r.cells[colMail], r.cells[colPhone]
	if nameText == "" && mails == "" && phoneText == "" {
		if roleText != "" {
			p.spoil(e, r, ledger.KindContact, colRole, roleText, "there is a role and no contact; add a name, a mail address or a phone", false)
		}
		return
	}
	if e.customer.Default {
		p.spoil(e, r, ledger.KindContact, colContact, nameText+mails+phoneText, "the row * is about everybody and has no contact; write it on the customers' own rows", false)
		return
	}
	role, err := readRole(roleText)
	if err != nil {
		p.spoil(e, r, ledger.KindContact, colRole, roleText, err.Error(), false)
		return
	}
	name, err := readText(nameText)
	if err != nil {
		p.spoil(e, r, ledger.KindContact, colContact, nameText, err.Error(), false)
		return
	}
	phone, err := readPhone(phoneText)
	if err != nil {
		p.spoil(e, r, ledger.KindContact, colPhone, phoneText, err.Error(), false)
	}
	one := person{ledger.Contact{
		Customer: e.customer.ID, Role: role, Name: name, Phone: phone,
		Seen: ledger.Source(fmt.Sprintf("%s line %d", p.options.File, r.line)),
	}}
	if mails == "" {
		e.add(one)
		return
	}
	p.mails(e, r, one, mails)
}

// mails adds a contact for each address of a cell. A phone without a good
// address is still a contact to call.
func (p *parser) mails(e *entry, r row, one person, cell string) {
	addresses := []string{cell}
	if strings.Contains(cell, "@") && !strings.ContainsAny(cell, `<>"()`) {
		addresses = strings.FieldsFunc(cell, func(r rune) bool { return invisible(r) || strings.ContainsRune(";,|/", r) })
	}
	reached := false
	for _, address := range addresses {
		good, err := readMail(address)
		if err != nil {
			p.spoil(e, r, ledger.KindContact, colMail, address, err.Error(), false)
			continue
		}
		reached = true
		contact := one
		contact.Mail = good
		e.add(contact)
	}
	if !reached && one.Phone != "" {
		e.add(one)
	}
}

// add keeps a contact once; a row that repeats another adds nothing.
func (e *entry) add(one person) {
	if one.Name == "" && one.Mail == "" && one.Phone == "" {
		return
	}
	bare := one
	bare.Seen = ""
	if e.known[bare] {
		return
	}
	e.known[bare] = true
	e.contacts = append(e.contacts, one)
}

// people gives the contacts their ids: customer, role, and the address or what
// stands in its place. Where that is not enough, because two people share a
// mailbox, all that is known of them goes in. So an id does not depend on the
// order of rows.
func (e *entry) people() []ledger.Contact {
	count := make(map[string]int)
	for _, c := range e.contacts {
		count[c.short()]++
	}
	out := make([]ledger.Contact, 0, len(e.contacts))
	for _, c := range e.contacts {
		c.ID = c.short()
		if count[c.ID] > 1 {
			c.ID = c.long()
		}
		out = append(out, c.Contact)
	}
	return out
}

func (c person) short() string {
	key := "mail " + strings.ToLower(c.Mail)
	switch {
	case c.Mail != "":
	case c.Phone != "":
		key = "phone " + strings.Map(onlyDigit, c.Phone)
	default:
		key = "name " + fold(c.Name)
	}
	return c.identity(key)
}

func (c person) long() string {
	return c.identity(strings.Join([]string{c.Mail, c.Phone, c.Name}, "\x1e"))
}

func (c person) identity(key string) string {
	return fmt.Sprintf("%s/%s/%s", c.Customer, c.Role, digest("contact", c.Customer, string(c.Role), key))
}

var domainShape = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*$`)

// readMail reads one mail address that stands alone: no name, no brackets, no
// comment, no quoted part, plain letters.
func readMail(text string) (string, error) {
	if strings.ContainsAny(text, `<>"()`) {
		return "", errors.New("write the mail address alone, without a name or brackets; the name belongs in the column contact")
	}
	for _, r := range text {
		if r < ' ' || r >= 0x7f {
			return "", errors.New("the mail address holds a letter with an accent, or a character that does not show; type it again")
		}
	}
	address, err := mail.ParseAddress(text)
	if !strings.Contains(text, "@") || err != nil || address.Name != "" || address.Address != text {
		return "", errors.New("this is not a mail address such as compta@durand.example")
	}
	local, domain, _ := strings.Cut(text, "@")
	switch {
	case len(local) > 64 || len(text) > 254:
		return "", errors.New("the mail address is too long to exist")
	case !domainShape.MatchString(domain):
		return "", errors.New("what follows the @ is not a domain such as durand.example")
	}
	return text, nil
}

var phoneShape = regexp.MustCompile(`(?i)^[+(]?[0-9][0-9 .()/+#*\x{a0}\x{202f}-]*((ext|poste|x)\.? ?[0-9]+)?$`)

// readPhone checks that a phone number could be dialled, and leaves it as it
// was written. Two numbers may share a cell.
func readPhone(text string) (string, error) {
	digits := len(strings.Map(onlyDigit, text))
	switch {
	case text == "":
		return "", nil
	case spoiled(text) || !phoneShape.MatchString(text):
		return "", errors.New("this is not a phone number; write digits, spaces and a leading +")
	case digits < 4 || digits > 32:
		return "", fmt.Errorf("a phone number does not have %d digits", digits)
	}
	return text, nil
}

func onlyDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}
