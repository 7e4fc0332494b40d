package config

import (
	"math/big"
	"slices"
	"strings"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/law"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// accounts reads the company's own bank accounts and how old the knowledge of
// payments may be.
func (b *builder) accounts(at string, f CompanyFile, c *Company) {
	for _, text := range f.Accounts {
		iban := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
		if !validIBAN(iban) {
			b.fault(at+".accounts", quote(text)+" is not an IBAN: its check digits do not fit")
		}
		c.Accounts = append(c.Accounts, iban)
	}
	if iban := strings.ReplaceAll(f.Sender.IBAN, " ", ""); iban != "" && !validIBAN(strings.ToUpper(iban)) {
		b.fault(at+".sender.iban", "it is not an IBAN: its check digits do not fit; customers would pay into nowhere")
	}
	c.MoneyMaxAge = 7
	if len(c.Accounts) > 0 {
		c.MoneyMaxAge = 3
	}
	if f.MoneyMaxAge != nil {
		c.MoneyMaxAge = *f.MoneyMaxAge
		if *f.MoneyMaxAge < 1 {
			b.fault(at+".money_max_age", "a number of 1 or more is expected; to send however old it is, set risk_chasing_the_paid_by_ignoring_money_age = true")
		}
	}
	if f.RiskOldMoney {
		c.MoneyMaxAge = 0
	}
}

// validIBAN checks length and check digits (ISO 13616, mod 97-10).
func validIBAN(iban string) bool {
	if len(iban) < 15 || len(iban) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range iban[4:] + iban[:4] {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			digits.WriteString(big.NewInt(int64(r - 'A' + 10)).String())
		default:
			return false
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && n.Mod(n, big.NewInt(97)).Int64() == 1
}

// rules reads what the policy decides by.
func (b *builder) rules(at string, f CompanyFile, c *Company) {
	r := policy.Rules{
		Ladders:    map[ledger.CustomerKind]policy.Ladder{},
		Language:   or(f.Language, "fr"),
		Creditor:   c.Holidays,
		Debtor:     b.debtor(c.Holidays),
		CreditHold: 5,
	}
	for kind, name := range map[ledger.CustomerKind][2]string{
		ledger.KindBusiness: {"business", or(f.Ladder.Business, "fr-business")},
		ledger.KindPublic:   {"public", or(f.Ladder.Public, "fr-business")},
		ledger.KindConsumer: {"consumer", or(f.Ladder.Consumer, "fr-consumer")},
		ledger.KindUnknown:  {"consumer", or(f.Ladder.Consumer, "fr-consumer")},
	} {
		ladder, ok := b.ladders[name[1]]
		if !ok {
			b.fault(at+".ladder."+name[0], "there is no ladder "+quote(name[1])+"; there are "+strings.Join(sorted(b.ladders), ", "))
		}
		r.Ladders[kind] = ladder
	}
	b.unique(at, r.Ladders)
	if f.CreditHold != nil {
		r.CreditHold = *f.CreditHold
		if *f.CreditHold < 0 || *f.CreditHold > 60 {
			b.fault(at+".credit_hold", "a number of business days from 0 to 60 is expected")
		}
	}
	least := b.amount(at+".minimum", or(f.Minimum, "5.00"), c.Currency)
	formal := b.amount(at+".minimum_formal", or(f.MinimumFormal, "50.00"), c.Currency)
	r.Minimum = map[money.Currency]money.Amount{c.Currency: least}
	r.MinimumFormal = map[money.Currency]money.Amount{c.Currency: formal}
	r.DefaultMin, r.DefaultFormal = 500, 5000
	c.Rules = r
}

// unique refuses two ladders of one company that share a rung's id: a rung is
// known by it in the history of every item.
func (b *builder) unique(at string, ladders map[ledger.CustomerKind]policy.Ladder) {
	var all []policy.Ladder
	for _, kind := range []ledger.CustomerKind{ledger.KindBusiness, ledger.KindPublic, ledger.KindConsumer} {
		l := ladders[kind]
		if !slices.ContainsFunc(all, func(x policy.Ladder) bool { return x.ID == l.ID }) {
			all = append(all, l)
		}
	}
	for _, f := range policy.Unique(all...) {
		b.fault(at+".ladder", f.Text)
	}
}

func (b *builder) amount(key, text string, cur money.Currency) money.Amount {
	a, err := money.Parse(text, cur)
	if err != nil || a.Sign() < 0 {
		b.fault(key, quote(text)+" is not an amount such as 5.00")
		return money.New(0, cur)
	}
	return a
}

// debtor returns the holidays of a customer's region, the company's own where
// nothing is known of it.
func (b *builder) debtor(own calendar.Calendar) func(string) calendar.Calendar {
	calendars := b.calendars
	return func(region string) calendar.Calendar {
		if region == "" {
			return own
		}
		if c, err := calendars.Get(region, nil); err == nil {
			return c
		}
		return own
	}
}

// settings reads what the reconciling stage works by.
func (b *builder) settings(at string, f CompanyFile, c *Company) {
	var reading law.Reading
	if err := reading.UnmarshalText([]byte(or(f.EndOfMonth, "month-end-then-days"))); err != nil {
		b.fault(at+".end_of_month", err.Error())
	}
	if f.Terms != "" {
		if _, err := law.ParseTerms(f.Terms, reading); err != nil {
			b.fault(at+".terms", termsFault(err))
		}
	}
	c.Settings = reconcile.Settings{
		Terms: func(written string, issued ledger.Date) (ledger.Date, bool) {
			terms, err := law.ParseTerms(written, reading)
			if err != nil || !issued.Known() {
				return 0, false
			}
			return terms.Due(issued), true
		},
		DefaultTerms: f.Terms,
		ResidueRatio: [2]int64{2, 100},
		ResidueMax:   2000,
		OwnAccounts:  c.Accounts,
		OwnName:      f.Name,
	}
}

// termsFault says what is wrong with payment terms, and how they are written.
func termsFault(err error) string {
	text := err.Error()
	if strings.Contains(text, "(write ") {
		return text
	}
	return text + "; write them such as \"30 days\", \"45 days end of month\" or \"on receipt\""
}
