package bank

import (
	"strconv"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// record makes the bank line. Its id and doubt are the caller's to add.
func (r *reading) record(l line) ledger.BankLine {
	m := l.m
	b := ledger.BankLine{
		Account: m.head.account, Day: m.day, Value: m.value, Amount: m.amount,
		Reversal: m.reversal, Pending: m.state == pending,
		Instructed: m.ordered, Family: string(m.family), Seen: r.source(m),
	}
	if x := l.id().state; l.named() && x != nil && x.is(refDated) && m.state == booked {
		b.Day = unpackDay(x.day) // as the statement dates it, when a notification tells more
	}
	if l.ordinal > 0 {
		b.Amount = l.d.amount
	}
	if l.d != nil {
		fillDetail(&b, m, l.d)
	} else {
		fillJoined(&b, m)
	}
	if b.Text == "" {
		b.Text = string(m.text)
	}
	return b
}

// fillDetail adds what one transaction says.
func fillDetail(b *ledger.BankLine, m *movement, d *detail) {
	b.EndToEnd, b.Mandate, b.Reference = string(d.endToEnd), string(d.mandate), string(d.reference)
	b.Return = string(d.reason)
	if b.Text = string(d.text); b.Text == "" {
		b.Text = string(d.extra)
	}
	if len(d.family) > 0 && b.Family == "" {
		b.Family = string(d.family)
	}
	if !d.ordered.IsZero() {
		b.Instructed = d.ordered
	}
	if b.Instructed.Currency() == b.Amount.Currency() {
		b.Instructed = money.Amount{}
	}
	who := counterparty(m, d, b.Amount.Sign())
	b.Payer, b.PayerIBAN = string(who.name), string(who.iban)
	if charges := firstCharges(d.charges, m.charges); charges != "" {
		b.Seen += ledger.Source(charges)
	}
}

// counterparty is the other side. Money in comes from the debtor, money out
// goes to the creditor; when money comes back the roles stay those of the
// payment it undoes. We ourselves are never the other side.
func counterparty(m *movement, d *detail, sign int) party {
	debtor, creditor := d.debtor, d.creditor
	if len(debtor.name) == 0 {
		debtor.name = d.ultimate
	}
	order := [2]party{debtor, creditor}
	if back := m.reversal || len(d.reason) > 0; (sign < 0) != back {
		order = [2]party{creditor, debtor}
	}
	for _, p := range order {
		if (len(p.name) > 0 || len(p.iban) > 0) && string(p.iban) != m.head.account {
			return p
		}
	}
	return party{}
}

// fillJoined adds what the details of a movement say that do not add up to it:
// their texts one after the other, and what all of them agree on.
func fillJoined(b *ledger.BankLine, m *movement) {
	if len(m.details) == 0 {
		if charges := firstCharges(m.charges); charges != "" {
			b.Seen += ledger.Source(charges)
		}
		return
	}
	fillDetail(b, m, &m.details[0])
	text := []byte(b.Text)
	for i := range m.details[1:] {
		var next ledger.BankLine
		next.Amount = b.Amount
		fillDetail(&next, m, &m.details[i+1])
		text = appendWords(text, []byte(next.Text))
		b.Payer = agreed(b.Payer, next.Payer)
		b.PayerIBAN = agreed(b.PayerIBAN, next.PayerIBAN)
		b.EndToEnd = agreed(b.EndToEnd, next.EndToEnd)
		b.Mandate = agreed(b.Mandate, next.Mandate)
		b.Return = agreed(b.Return, next.Return)
		if next.Reference != "" && next.Reference != b.Reference {
			text = appendWords(text, []byte(next.Reference))
		}
	}
	b.Text = strings.TrimSpace(string(text))
	b.Instructed = money.Amount{}
}

func agreed(a, b string) string {
	if a != b {
		return ""
	}
	return a
}

// source says where the movement stands, and what of it is not as usual.
func (r *reading) source(m *movement) ledger.Source {
	text := r.files[m.head.file].name + " line " + strconv.Itoa(m.line)
	if m.undated {
		text += ", no booking day: value day taken"
	}
	return ledger.Source(text)
}

// firstCharges tells of the first charges there are.
func firstCharges(all ...money.Amount) string {
	for _, c := range all {
		if !c.IsZero() {
			return ", charges " + c.String()
		}
	}
	return ""
}
