package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// errMissing says that a field without which a record means nothing is empty.
var errMissing = errors.New("is missing")

// pageOf maps records to ledger. A record that cannot be read for certain is
// quarantined; the others are not held up by it.
func pageOf(records []wireRecord, loc *time.Location) connectors.Page {
	var p connectors.Page
	for _, r := range records {
		kind := ledger.Kind(r.Kind)
		switch {
		case r.MergedInto != "":
			p.Merged = append(p.Merged, connectors.Merged{From: r.ID, Into: r.MergedInto})
		case r.Deleted:
			p.Deleted = append(p.Deleted, connectors.Deleted{Kind: kind, ID: r.ID})
		default:
			if err := add(&p, kind, r, loc); err != nil {
				p.Quarantined = append(p.Quarantined, quarantine(r, err))
			}
		}
	}
	return p
}

// quarantine tells why a record was not read. Whose it is, is read by itself:
// money of an unknown customer would hold the whole company.
func quarantine(r wireRecord, err error) ledger.Quarantined {
	var owner struct {
		Customer string `json:"customer"`
	}
	_ = json.Unmarshal(r.Data, &owner) // unreadable: nobody's
	isMoney := true
	switch ledger.Kind(r.Kind) {
	case ledger.KindCustomer, ledger.KindContact, ledger.KindInvoice, ledger.KindItem, ledger.KindMessage:
		isMoney = false
	default: // a payment, credit, allocation or bank line, or something unheard of
	}
	return ledger.Quarantined{
		ID: r.Kind + "/" + r.ID, Kind: ledger.Kind(r.Kind), Customer: owner.Customer, Money: isMoney,
		Reason: fmt.Sprintf("%s %s: %v; correct it in the tool", r.Kind, r.ID, err), Seen: seen(r),
	}
}

func seen(r wireRecord) ledger.Source { return ledger.Source(r.Kind + " " + r.ID) }

// add maps one record onto the page.
func add(p *connectors.Page, kind ledger.Kind, r wireRecord, loc *time.Location) error {
	switch kind {
	case ledger.KindCustomer:
		return one(&p.Customers, r, customer)
	case ledger.KindContact:
		return one(&p.Contacts, r, contact)
	case ledger.KindInvoice:
		return invoices(p, r, loc)
	case ledger.KindCredit:
		return one(&p.Credits, r, func(w wireMoney) (ledger.Credit, error) { return credit(w, loc) })
	case ledger.KindPayment:
		return one(&p.Payments, r, func(w wireMoney) (ledger.Payment, error) { return payment(w, loc) })
	case ledger.KindAllocation:
		return one(&p.Allocations, r, func(w wireAllocation) (ledger.Allocation, error) { return allocation(w, loc) })
	case ledger.KindBankLine:
		return one(&p.BankLines, r, func(w wireBankLine) (ledger.BankLine, error) { return bankLine(w, loc) })
	case ledger.KindMessage:
		return one(&p.Messages, r, func(w wireTrace) (ledger.Message, error) { return trace(w, loc) })
	default:
		return errors.New("is of a kind this version does not know")
	}
}

// one decodes a record and appends what it means.
func one[W, T any](to *[]T, r wireRecord, mapped func(W) (T, error)) error {
	var w W
	if err := json.Unmarshal(r.Data, &w); err != nil {
		return errors.New("does not have the expected shape")
	}
	v, err := mapped(w)
	if err != nil {
		return err
	}
	*to = append(*to, v)
	return nil
}

// invoices adds an invoice; a void one is told as gone, since nothing is owed.
func invoices(p *connectors.Page, r wireRecord, loc *time.Location) error {
	var list []ledger.Invoice
	if err := one(&list, r, func(w wireInvoice) (ledger.Invoice, error) { return invoice(w, loc) }); err != nil {
		return err
	}
	var state struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(r.Data, &state); err == nil && state.Status == "void" {
		p.Deleted = append(p.Deleted, connectors.Deleted{Kind: ledger.KindInvoice, ID: r.ID})
		return nil
	}
	p.Invoices = append(p.Invoices, list...)
	return nil
}

func customer(w wireCustomer) (ledger.Customer, error) {
	kind, err := ledger.ParseCustomerKind(w.Kind)
	if err != nil {
		return ledger.Customer{}, errors.New("has a kind of customer this version does not know")
	}
	return ledger.Customer{
		ID: w.ID, Code: w.Code, Name: w.Name, Kind: kind, Language: w.Language, SIREN: w.SIREN, VAT: w.VAT,
		Terms: w.Terms, Address: w.Address, NeverChase: w.NeverChase, Seen: ledger.Source("customer " + w.ID),
	}, needed("id", w.ID)
}

func contact(w wireContact) (ledger.Contact, error) {
	role := ledger.Role(w.Role)
	if !slices.Contains([]ledger.Role{ledger.RoleOrders, ledger.RoleApproves, ledger.RolePays, ledger.RoleEscalation}, role) {
		return ledger.Contact{}, errors.New("has a role this version does not know")
	}
	return ledger.Contact{
		ID: w.ID, Customer: w.Customer, Role: role, Name: w.Name, Mail: w.Mail, Phone: w.Phone,
		Seen: ledger.Source("contact " + w.ID),
	}, errors.Join(needed("id", w.ID), needed("customer", w.Customer))
}

func invoice(w wireInvoice, loc *time.Location) (ledger.Invoice, error) {
	total, err := amount(w.Total, w.Currency)
	issued, dayErr := day(w.Issued, loc)
	i := ledger.Invoice{
		ID: w.ID, Customer: w.Customer, Number: w.Number, Issued: issued, Total: total, References: w.References,
		Order: w.Order, Draft: w.Status == "draft", Seen: ledger.Source("invoice " + w.ID),
	}
	if !slices.Contains([]string{"draft", "open", "paid", "void"}, w.Status) {
		return i, errors.New("has a status this version does not know")
	}
	if len(w.Items) == 0 {
		return i, fmt.Errorf("items %w", errMissing)
	}
	for n, item := range w.Items {
		whole, wholeErr := amount(item.Total, w.Currency)
		open, openErr := amount(item.Open, w.Currency)
		due, dueErr := day(item.Due, loc)
		if err := errors.Join(needed("item id", item.ID), wholeErr, openErr, dueErr); err != nil {
			return i, fmt.Errorf("item %d: %w", n+1, err)
		}
		i.Items = append(i.Items, ledger.Item{ID: item.ID, Ordinal: n + 1, Due: due, Total: whole, Open: &open})
	}
	return i, errors.Join(err, dayErr, needed("id", w.ID), needed("customer", w.Customer), needed("number", w.Number))
}

func credit(w wireMoney, loc *time.Location) (ledger.Credit, error) {
	sum, err := amount(w.Amount, w.Currency)
	on, dayErr := day(w.Day, loc)
	kind := ledger.CreditKind(w.Kind)
	if !slices.Contains([]ledger.CreditKind{ledger.CreditNote, ledger.CreditDeposit, ledger.CreditOther}, kind) {
		return ledger.Credit{}, errors.New("has a kind of credit this version does not know")
	}
	return ledger.Credit{
		ID: w.ID, Customer: w.Customer, Kind: kind, Number: w.Number, Day: on, Amount: sum, Text: w.Text,
		Seen: ledger.Source("credit " + w.ID),
	}, errors.Join(err, dayErr, needed("id", w.ID), needed("customer", w.Customer), needed("day", w.Day))
}

func payment(w wireMoney, loc *time.Location) (ledger.Payment, error) {
	sum, err := amount(w.Amount, w.Currency)
	on, dayErr := day(w.Day, loc)
	return ledger.Payment{
		ID: w.ID, Customer: w.Customer, Day: on, Amount: sum, Method: w.Method, Text: w.Text, Reference: w.Reference,
		Seen: ledger.Source("payment " + w.ID),
	}, errors.Join(err, dayErr, needed("id", w.ID), needed("day", w.Day))
}

func allocation(w wireAllocation, loc *time.Location) (ledger.Allocation, error) {
	sum, err := amount(w.Amount, w.Currency)
	on, dayErr := day(w.Day, loc)
	from := ledger.Kind(w.FromKind)
	if from != ledger.KindPayment && from != ledger.KindCredit && from != ledger.KindBankLine {
		return ledger.Allocation{}, errors.New("comes from a kind of money this version does not know")
	}
	return ledger.Allocation{ID: w.ID, FromKind: from, From: w.From, Item: w.Item, Amount: sum, Day: on},
		errors.Join(err, dayErr, needed("id", w.ID), needed("from", w.From), needed("item", w.Item))
}

func bankLine(w wireBankLine, loc *time.Location) (ledger.BankLine, error) {
	sum, err := amount(w.Amount, w.Currency)
	on, dayErr := day(w.Day, loc)
	value, valueErr := day(w.Value, loc)
	return ledger.BankLine{
		ID: w.ID, Account: w.Account, Day: on, Value: value, Amount: sum, Payer: w.Payer, PayerIBAN: w.PayerIBAN,
		Text: w.Text, Reference: w.Reference, EndToEnd: w.EndToEnd, Seen: ledger.Source("bank line " + w.ID),
	}, errors.Join(err, dayErr, valueErr, needed("id", w.ID), needed("account", w.Account), needed("day", w.Day))
}

// trace reads a message. One with a key is ours; it comes back as ours.
func trace(w wireTrace, loc *time.Location) (ledger.Message, error) {
	on, err := day(w.At, loc)
	m := ledger.Message{
		ID: w.ID, Key: w.Key, Customer: w.Customer, Channel: ledger.Verb(w.Channel),
		State: ledger.MessageState(w.State), By: ledger.By(w.By), Day: on,
	}
	states := []ledger.MessageState{
		ledger.MessageUnderWay, ledger.MessageSent, ledger.MessageUnknown, ledger.MessageFailed, ledger.MessageBounced,
	}
	if !slices.Contains(states, m.State) {
		m.State = ledger.MessageUnknown
	}
	if w.Key != "" {
		m.By = ledger.ByUs
	} else if m.By != ledger.ByTool {
		m.By = ledger.ByPerson
	}
	return m, errors.Join(err, needed("id", w.ID))
}

func needed(field, value string) error {
	if value == "" {
		return fmt.Errorf("%s %w", field, errMissing)
	}
	return nil
}

// amount reads decimal text. The text is not repeated in errors.
func amount(text, currency string) (money.Amount, error) {
	if text == "" {
		return money.Amount{}, fmt.Errorf("amount %w", errMissing)
	}
	cur, err := money.ParseCurrency(currency)
	if err != nil {
		return money.Amount{}, errors.New("currency is not one of ISO 4217")
	}
	a, err := money.Parse(text, cur)
	if err != nil {
		return money.Amount{}, fmt.Errorf("amount is not a decimal number of %s", cur)
	}
	return a, nil
}

// day reads an instant as the civil day it falls on where the tool stands.
func day(text string, loc *time.Location) (ledger.Date, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, errors.New("a day is not an instant such as 2026-04-29T22:00:00Z")
	}
	return ledger.DateOf(t.In(loc)), nil
}
