package daemon

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/push"
)

// compose writes the message of an entry from the facts it was just judged on.
func (d *Daemon) compose(c *Company) push.Compose {
	return func(ctx context.Context, e outbox.Entry) (connectors.Message, error) {
		today := ledger.DateOf(d.Now().In(c.Zone))
		m := connectors.Message{
			Key: e.Key, Verb: e.Verb, Day: today, From: c.party(),
			MessageID: e.Key + "@" + c.mailDomain(),
		}
		switch {
		case e.Content.Notice != nil:
			found, err := d.DB.Case(ctx, c.UID, e.Customer)
			if err != nil {
				return m, err
			}
			return d.composeNotice(c, m, *e.Content.Notice, found.Customer, today)
		case e.Content.Task != nil:
			m.Subject, m.Text = taskText(*e.Content.Task, c.Rules.Language)
			m.To = connectors.Recipient{Name: about(*e.Content.Task), Mail: c.Creditor.Mail}
			return m, nil
		default:
			return m, fmt.Errorf("entry %s says nothing", e.Key)
		}
	}
}

func (d *Daemon) composeNotice(c *Company, m connectors.Message, n policy.Notice, customer ledger.Customer, today ledger.Date) (connectors.Message, error) {
	documents := attachments(c, n, customer)
	setting := letter.Setting{Creditor: c.Creditor, Customer: customer, Day: today}
	for _, a := range documents {
		setting.Attached = append(setting.Attached, a.number)
		m.Attachments = append(m.Attachments, a.Attachment)
	}
	written, err := d.Texts.Write(n, setting)
	if err != nil {
		return m, err
	}
	m.Subject, m.Text, m.HTML, m.PDF = written.Subject, written.Text, written.HTML, written.PDF
	m.To = recipient(n, customer)
	return m, nil
}

// recipient is the customer's contact, or one of us for a call or a visit.
func recipient(n policy.Notice, customer ledger.Customer) connectors.Recipient {
	to := connectors.Recipient{Name: n.To.Name, Mail: n.To.Mail, Phone: n.To.Phone}
	switch n.Verb {
	case ledger.VerbLetter, ledger.VerbRegistered:
		to.Address = append([]string{customer.Name}, customer.Address...)
		to.Name = customer.Name
	case ledger.VerbCall, ledger.VerbVisit, ledger.VerbTask:
		to = connectors.Recipient{Name: customer.Name, Phone: n.To.Phone}
	case ledger.VerbMail:
		if to.Name == "" {
			to.Name = customer.Name
		}
	}
	return to
}

// document is an attachment and the invoice it is a copy of.
type document struct {
	connectors.Attachment
	number string
}

// attachments finds the copies of the invoices a notice asks for. Which of
// them there are decides what the text says is attached.
func attachments(c *Company, n policy.Notice, customer ledger.Customer) []document {
	if c.Documents == nil || !slices.Contains(n.Attach, "invoice") {
		return nil
	}
	var out []document
	for _, l := range n.Lines {
		if slices.ContainsFunc(out, func(x document) bool { return x.number == l.Number }) {
			continue
		}
		if a, ok := c.Documents(customer, l.Number); ok {
			out = append(out, document{Attachment: a, number: l.Number})
		}
	}
	return out
}

func (c *Company) party() connectors.Party {
	reply := c.ReplyTo
	if reply == "" {
		reply = c.Creditor.Mail
	}
	return connectors.Party{
		Name: c.Creditor.Signer, Company: c.Creditor.Name, Mail: c.Creditor.Mail, ReplyTo: reply,
		Phone: c.Creditor.Phone, Address: c.Creditor.Address,
	}
}

// mailDomain is what stands after the @ of our Message-IDs.
func (c *Company) mailDomain() string {
	if _, domain, ok := strings.Cut(c.Creditor.Mail, "@"); ok && domain != "" {
		return domain
	}
	return "relanced.invalid"
}
