package policy

import (
	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Rules are the company's own settings for deciding.
type Rules struct {
	Ladders       map[ledger.CustomerKind]Ladder // by kind of customer; the entry for unknown is the mildest
	Language      string                         // when the customer's is not known
	Creditor      calendar.Calendar
	Debtor        func(region string) calendar.Calendar // "": the company's own
	Minimum       map[money.Currency]money.Amount       // below it nothing is chased; 5.00 by default
	MinimumFormal map[money.Currency]money.Amount       // the same from severity formal up; 50.00 by default
	DefaultMin    int64                                 // minor units at two decimals, for other currencies: 500
	DefaultFormal int64                                 // 5000
	CreditHold    int                                   // business days loose money holds its customer; 5
	MaxSeverity   ledger.Severity                       // nothing above it is decided; zero: no limit
	MessagesAWeek int                                   // mails and letters to one customer in any seven days; zero: 1
	CallsAWeek    int                                   // calls and visits to one customer in any seven days; zero: 2
	Today         ledger.Date
	Fresh         Freshness
}

// Calendar returns the days that are business days for us and for a debtor in
// the region; empty: our own. Messages leave on such days only.
func (r Rules) Calendar(region string) calendar.Calendar {
	if region == "" || r.Debtor == nil {
		return r.Creditor
	}
	return calendar.Both(r.Creditor, r.Debtor(region))
}

// ladder returns the ladder for a kind of customer: its own, else the one for
// unknown kind, which is the mildest.
func (r Rules) ladder(kind ledger.CustomerKind) (Ladder, bool) {
	if l, ok := r.Ladders[kind]; ok {
		return l, true
	}
	l, ok := r.Ladders[ledger.KindUnknown]
	return l, ok
}

// minimum returns the least sum that is chased in a currency, or the least sum
// that a formal step is taken for.
func (r Rules) minimum(cur money.Currency, formal bool) money.Amount {
	table, common := r.Minimum, r.DefaultMin
	if formal {
		table, common = r.MinimumFormal, r.DefaultFormal
	}
	if least, ok := table[cur]; ok {
		return least
	}
	for range max(cur.Exponent()-2, 0) {
		common *= 10
	}
	for range max(2-cur.Exponent(), 0) {
		common /= 10
	}
	return money.New(common, cur)
}
