package people

import (
	"cmp"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Debtor is a customer with what is known of them, everything that every
// connection and the row "*" say taken together.
type Debtor struct {
	Customer ledger.Customer
	Contacts []ledger.Contact
	Debt     []money.Amount // open debt, one amount for each currency
}

// Missing is one thing that is not known of a debtor.
type Missing string

// What can be missing, in the order in which it is told.
const (
	MissingMail     Missing = "mail"     // nobody can be written to
	MissingKind     Missing = "kind"     // business, consumer or public
	MissingTerms    Missing = "terms"    // without a due day, nothing is late
	MissingLanguage Missing = "language" // of messages
)

// Gap is a debtor of whom something is missing.
type Gap struct {
	Debtor  Debtor
	Missing []Missing
}

// Gaps lists what is missing about whom, biggest debt first: by the debt in
// the company's own currency, then by that in the others, then by code.
// Customers who owe nothing or are never chased are left out.
func Gaps(debtors []Debtor, own money.Currency) []Gap {
	var gaps []Gap
	for _, d := range debtors {
		missing := d.missing()
		if len(missing) == 0 || d.Customer.NeverChase != "" || d.Customer.Default || !d.owes() {
			continue
		}
		gaps = append(gaps, Gap{Debtor: d, Missing: missing})
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(
			cmp.Compare(b.Debtor.in(own), a.Debtor.in(own)),
			cmp.Compare(b.Debtor.elsewhere(own), a.Debtor.elsewhere(own)),
			cmp.Compare(a.Debtor.Customer.Code, b.Debtor.Customer.Code),
		)
	})
	return gaps
}

// missing tells what is not known. A contact that bounced counts for nothing.
func (d Debtor) missing() []Missing {
	var missing []Missing
	if !slices.ContainsFunc(d.Contacts, func(c ledger.Contact) bool { return c.Mail != "" && c.Invalid == "" }) {
		missing = append(missing, MissingMail)
	}
	if d.Customer.Kind == ledger.KindUnknown {
		missing = append(missing, MissingKind)
	}
	if d.Customer.Terms == "" {
		missing = append(missing, MissingTerms)
	}
	if d.Customer.Language == "" {
		missing = append(missing, MissingLanguage)
	}
	return missing
}

func (d Debtor) owes() bool {
	return slices.ContainsFunc(d.Debt, func(a money.Amount) bool { return a.Sign() > 0 })
}

// in is the debt in one currency, in minor units.
func (d Debtor) in(cur money.Currency) int64 {
	for _, a := range d.Debt {
		if a.Currency() == cur {
			return a.Minor()
		}
	}
	return 0
}

// elsewhere is the largest debt in another currency, in minor units: an order
// for people, not a sum.
func (d Debtor) elsewhere(own money.Currency) int64 {
	var most int64
	for _, a := range d.Debt {
		if a.Currency() != own {
			most = max(most, a.Minor())
		}
	}
	return most
}

// Row is the gap's row in a template: what is known, and the debt as text.
func (g Gap) Row() Row {
	var debt []string
	for _, a := range g.Debtor.Debt {
		if a.Sign() > 0 {
			debt = append(debt, a.String())
		}
	}
	return Row{Customer: g.Debtor.Customer, Contacts: g.Debtor.Contacts, Debt: strings.Join(debt, " + ")}
}
