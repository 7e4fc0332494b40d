package fake

import (
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// render turns a record into the dialect. The caller holds the lock.
func (t *Tool) render(r *record) any {
	switch v := r.value.(type) {
	case ledger.Customer:
		return wireCustomer{
			ID: v.ID, Code: v.Code, Name: v.Name, Kind: string(v.Kind), Language: v.Language, SIREN: v.SIREN,
			VAT: v.VAT, Terms: v.Terms, Address: v.Address, NeverChase: v.NeverChase,
		}
	case ledger.Contact:
		return wireContact{ID: v.ID, Customer: v.Customer, Role: string(v.Role), Name: v.Name, Mail: v.Mail, Phone: v.Phone}
	case ledger.Invoice:
		return t.renderInvoice(v, r.void)
	case ledger.Credit:
		return wireMoney{
			ID: v.ID, Customer: v.Customer, Kind: string(v.Kind), Number: v.Number, Day: t.day(v.Day),
			Currency: string(v.Amount.Currency()), Amount: v.Amount.Decimal(), Text: v.Text,
		}
	case ledger.Payment:
		return wireMoney{
			ID: v.ID, Customer: v.Customer, Day: t.day(v.Day), Currency: string(v.Amount.Currency()),
			Amount: v.Amount.Decimal(), Method: v.Method, Text: v.Text, Reference: v.Reference,
		}
	case ledger.Allocation:
		return wireAllocation{
			ID: v.ID, FromKind: string(v.FromKind), From: v.From, Item: v.Item, Day: t.day(v.Day), Customer: t.payer(v),
			Currency: string(v.Amount.Currency()), Amount: v.Amount.Decimal(),
		}
	case ledger.BankLine:
		return wireBankLine{
			ID: v.ID, Account: v.Account, Day: t.day(v.Day), Value: t.day(v.Value), Currency: string(v.Amount.Currency()),
			Amount: v.Amount.Decimal(), Payer: v.Payer, PayerIBAN: v.PayerIBAN, Text: v.Text,
			Reference: v.Reference, EndToEnd: v.EndToEnd,
		}
	case ledger.Message:
		return wireTrace{
			ID: v.ID, Key: v.Key, Customer: v.Customer, Channel: string(v.Channel), State: string(v.State),
			By: string(v.By), At: t.day(v.Day),
		}
	default:
		return struct{}{}
	}
}

func (t *Tool) renderInvoice(v ledger.Invoice, void bool) wireInvoice {
	w := wireInvoice{
		ID: v.ID, Customer: v.Customer, Number: v.Number, Status: "open", Issued: t.day(v.Issued),
		Currency: string(v.Total.Currency()), Total: v.Total.Decimal(), References: v.References, Order: v.Order,
	}
	var sum int64
	for _, item := range v.Items {
		open := t.open(item)
		sum += open.Abs().Minor()
		w.Items = append(w.Items, wireItem{ID: item.ID, Due: t.day(item.Due), Total: item.Total.Decimal(), Open: decimal(open, v.Total)})
	}
	switch {
	case void:
		w.Status = "void"
	case v.Draft:
		w.Status = "draft"
	case sum == 0:
		w.Status = "paid"
	}
	return w
}

// decimal prints an amount with the decimals of the invoice's currency, which
// an amount of nothing does not know.
func decimal(a, like money.Amount) string { return money.New(a.Minor(), like.Currency()).Decimal() }

func (t *Tool) payer(a ledger.Allocation) string {
	if r, ok := t.live(a.FromKind, a.From); ok {
		return customerOf(r)
	}
	return ""
}

// day is the instant at which a day begins in the tool's zone, told in UTC as
// tools like to do it.
func (t *Tool) day(d ledger.Date) string {
	if !d.Known() {
		return ""
	}
	begin := d.In(t.zone, 0, 0)
	for ledger.DateOf(begin) < d { // a night without midnight: clocks went forward
		begin = begin.Add(30 * time.Minute)
	}
	return begin.UTC().Format(time.RFC3339)
}
