package cache

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// putCredits stores credits.
func (in *intake) putCredits(ctx context.Context, p connectors.Page) error {
	facts := make([]fact, len(p.Credits))
	var d digest
	for i := range p.Credits {
		c := &p.Credits[i]
		d.text(c.Customer, string(c.Kind), c.Number, c.Text).number(int64(c.Day)).amount(c.Amount)
		facts[i] = fact{
			uid: in.record(ledger.KindCredit, c.ID), id: c.ID, customer: c.Customer, amount: c.Amount, hash: d.sum(),
			values: []any{string(c.Kind), c.Number, c.Day.String(), c.Amount.Minor(), string(c.Amount.Currency()), c.Text, string(c.Seen)},
		}
	}
	return in.putPurses(ctx, creditTable, facts)
}

// putPayments stores payments the tool has booked. One of an unknown customer
// may pay anybody's item.
func (in *intake) putPayments(ctx context.Context, p connectors.Page) error {
	facts := make([]fact, len(p.Payments))
	var d digest
	for i := range p.Payments {
		pay := &p.Payments[i]
		d.text(pay.Customer, pay.Method, pay.Text, pay.Reference).number(int64(pay.Day)).amount(pay.Amount)
		facts[i] = fact{
			uid: in.record(ledger.KindPayment, pay.ID), id: pay.ID, customer: pay.Customer, amount: pay.Amount, hash: d.sum(),
			values: []any{
				pay.Day.String(), pay.Amount.Minor(), string(pay.Amount.Currency()), pay.Method, pay.Text, pay.Reference, string(pay.Seen),
			},
		}
	}
	return in.putPurses(ctx, paymentTable, facts)
}

// lineExtra is what is stored of a bank line and never searched for.
type lineExtra struct {
	Mandate    string `json:"mandate,omitempty"`
	Return     string `json:"return,omitempty"`
	Reversal   bool   `json:"reversal,omitempty"`
	Pending    bool   `json:"pending,omitempty"`
	Doubt      string `json:"doubt,omitempty"`
	Instructed string `json:"instructed,omitempty"`
	Family     string `json:"family,omitempty"`
}

func extraOf(l *ledger.BankLine) (string, error) {
	e := lineExtra{Mandate: l.Mandate, Return: l.Return, Reversal: l.Reversal, Pending: l.Pending, Doubt: l.Doubt, Family: l.Family}
	if !l.Instructed.IsZero() {
		e.Instructed = l.Instructed.String()
	}
	if e == (lineExtra{}) {
		return "", nil
	}
	text, err := json.Marshal(e)
	return string(text), err
}

// addExtra gives a bank line back what extraOf took.
func addExtra(l *ledger.BankLine, text string) error {
	if text == "" {
		return nil
	}
	var e lineExtra
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	l.Mandate, l.Return, l.Reversal, l.Pending, l.Doubt, l.Family = e.Mandate, e.Return, e.Reversal, e.Pending, e.Doubt, e.Family
	if e.Instructed == "" {
		return nil
	}
	return l.Instructed.UnmarshalText([]byte(e.Instructed))
}

// putBankLines stores movements on our accounts. Whose they are is found out
// later, so each that moves makes the company look again.
func (in *intake) putBankLines(ctx context.Context, p connectors.Page) error {
	facts := make([]fact, len(p.BankLines))
	var d digest
	for i := range p.BankLines {
		l := &p.BankLines[i]
		extra, err := extraOf(l)
		if err != nil {
			return err
		}
		d.text(l.Account, l.Payer, l.PayerIBAN, l.Text, l.Reference, l.EndToEnd, extra).number(int64(l.Day), int64(l.Value)).amount(l.Amount)
		facts[i] = fact{
			uid: in.record(ledger.KindBankLine, l.ID), id: l.ID, amount: l.Amount, hash: d.sum(),
			values: []any{
				l.Account, l.Day.String(), l.Value.String(), l.Amount.Minor(), string(l.Amount.Currency()), l.Payer, l.PayerIBAN,
				l.Text, l.Reference, l.EndToEnd, extra, string(l.Seen),
			},
		}
	}
	before := in.counts
	err := in.putPurses(ctx, bankLineTable, facts)
	if err != nil || in.counts.Created+in.counts.Updated == before.Created+before.Updated {
		return err
	}
	in.unowned = true
	return in.touchPayers(ctx, p.BankLines)
}

// touchPayers notes that something of the customers has changed whose accounts
// money came from: what names no invoice of theirs is loose, and holds them.
func (in *intake) touchPayers(ctx context.Context, lines []ledger.BankLine) error {
	keys := make(map[string]bool, len(lines))
	for i := range lines {
		if iban := lines[i].PayerIBAN; iban != "" {
			keys["iban:"+iban] = true
		}
	}
	return in.tx.eachIn(ctx, `SELECT DISTINCT c.customer FROM customer_key k JOIN customer c ON c.uid = k.debtor
		WHERE k.company = ? AND k.customer_key IN (?)`, in.company, slices.Sorted(maps.Keys(keys)), func(scan func(...any) error) error {
		var customer ledger.UID
		if err := scan(&customer); err != nil {
			return err
		}
		return in.tx.touch(ctx, in.company, customer)
	})
}

// putPurses stores what holds money.
func (in *intake) putPurses(ctx context.Context, t table, facts []fact) error {
	moved, err := in.put(ctx, t, facts)
	in.money = in.money || len(moved) > 0
	return err
}
