package letter

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// Longer lists are shortened: "F1, F2, F3 et 57 autres".
const (
	listed        = 4
	listedCredits = 3
)

// facts is what a template may print. Amounts and days are text already, in
// the language of the reader; every word that came from a tool is one clean
// line.
type facts struct {
	voice
	today ledger.Date
	paper bool // a letter, with a head of its own

	Greeting string   // "Bonjour Madame Exemple," or "Bonjour,"
	Contact  string   // the name of whom we write to or call; may be a mailbox's
	Phone    string   // theirs
	Mail     string   // theirs
	Customer string   // name, else code
	Code     string   // customer code in our books
	Log      string   // the same as a word of a command; "CLIENT" or "CUSTOMER" without one
	Ref      string   // what the customer calls us
	Address  []string // theirs
	Day      string   // the day the message bears

	One      bool   // one item only
	Single   bool   // one invoice only, perhaps several instalments of it
	Count    int    // how many items
	Invoices int    // how many invoices they are of
	First    line   // the oldest
	Lines    []line // oldest first
	Upcoming []line // not due yet, mentioned only
	Partial  bool   // of some item a part was paid already
	Numbers  string // "F1, F2 et F3"
	Few      bool   // Numbers leaves none out
	DaysLate int    // of the oldest item

	Sum        string   // what is asked for, per currency, before credits
	Net        string   // the same less the credits
	HasCredit  bool     // some of the customer's money is not set against an item yet
	Credits    []credit // each
	CreditList string   // all in one phrase

	Attached        bool   // really
	All             bool   // every invoice asked for is attached
	AttachedOne     bool   // exactly one is
	AttachedNumbers string // of which invoices

	Us   Creditor
	IBAN string // ours, in groups of four
}

type line struct {
	Number, Part, Issued, Due, Total, Open, Order string
	Partial                                       bool // something was paid already
	DaysLate                                      int
}

type credit struct{ Text, Day, Amount string }

// In is a day that many days after the one the message bears.
func (f *facts) In(days int) string { return f.day(f.today.AddDays(days)) }

func newFacts(n policy.Notice, s Setting, v voice) (*facts, error) {
	f := &facts{voice: v, today: s.Day, Day: v.day(s.Day), paper: n.Verb == ledger.VerbLetter || n.Verb == ledger.VerbRegistered}
	f.parties(n, s)
	f.Lines, f.Upcoming = f.lines(n.Lines), f.lines(n.Upcoming)
	f.Count, f.One = len(f.Lines), len(f.Lines) == 1
	if len(f.Lines) > 0 {
		f.First, f.DaysLate = f.Lines[0], f.Lines[0].DaysLate
	}
	f.Partial = slices.ContainsFunc(f.Lines, func(l line) bool { return l.Partial })
	numbers := distinct(f.Lines, func(l line) string { return l.Number })
	f.Invoices, f.Single, f.Few = len(numbers), len(numbers) == 1, len(numbers) <= listed
	f.Numbers = f.list(numbers)
	f.attach(s.Attached, numbers)
	return f, f.count(n)
}

// parties fills in who writes to whom.
func (f *facts) parties(n policy.Notice, s Setting) {
	f.Contact, f.Phone, f.Mail = oneLine(n.To.Name), oneLine(n.To.Phone), oneLine(n.To.Mail)
	f.Code, f.Ref = oneLine(s.Customer.Code), oneLine(s.Customer.CustomerRef)
	f.Customer = cmp.Or(oneLine(s.Customer.Name), f.Code, f.french("client sans nom", "customer without a name"))
	f.Log = f.french("CLIENT", "CUSTOMER")
	if f.Code != "" {
		f.Log = shellWord(f.Code)
	}
	f.Address = oneLines(s.Customer.Address)
	f.Greeting = f.greeting(n.To.Name, s.Customer.Salutation)
	u := s.Creditor
	f.Us = Creditor{
		Name: oneLine(u.Name), Signer: oneLine(u.Signer), Title: oneLine(u.Title), Mail: oneLine(u.Mail), Phone: oneLine(u.Phone),
		Address: oneLines(u.Address), City: oneLine(u.City), SIREN: oneLine(u.SIREN), IBAN: oneLine(u.IBAN), BIC: oneLine(u.BIC),
	}
	f.Us.Phone = strings.ReplaceAll(f.Us.Phone, " ", noBreak)
	f.IBAN = grouped(u.IBAN)
}

func (f *facts) lines(in []policy.NoticeLine) []line {
	out := make([]line, 0, len(in))
	for _, l := range in {
		order, err := l.Open.Cmp(l.Total)
		row := line{
			Number: oneLine(l.Number), Issued: f.day(l.Issued), Due: f.day(l.Due),
			Total: f.amount(l.Total), Open: f.amount(l.Open), Order: oneLine(l.Order),
			Partial: err == nil && order < 0,
		}
		if l.Due.Known() && f.today.Known() {
			row.DaysLate = max(0, int(f.today-l.Due))
		}
		if l.Parts > 1 {
			row.Part = strconv.Itoa(l.Ordinal) + "/" + strconv.Itoa(l.Parts)
		}
		out = append(out, row)
	}
	return out
}

// attach says which invoices go along.
func (f *facts) attach(attached, asked []string) {
	have := distinct(attached, oneLine)
	f.Attached, f.AttachedOne = len(have) > 0, len(have) == 1
	f.AttachedNumbers = f.list(have)
	f.All = f.Attached && !slices.ContainsFunc(asked, func(number string) bool { return !slices.Contains(have, number) })
}

// count adds up what is asked for, currency by currency, and the same less the
// credits of that currency. A currency whose credits cover everything is left
// out of the net.
func (f *facts) count(n policy.Notice) error {
	owed := newPurse()
	for _, l := range n.Lines {
		if err := owed.add(l.Open); err != nil {
			return err
		}
	}
	f.Sum = f.purse(owed)
	credits, err := f.credits(n, owed)
	if err != nil {
		return err
	}
	for _, cur := range credits.order {
		if err := owed.add(credits.of[cur].Neg()); err != nil {
			return err
		}
	}
	f.Net = f.purse(owed)
	return nil
}

// credits lists the money to take off and adds it up.
func (f *facts) credits(n policy.Notice, owed *purse) (*purse, error) {
	sum := newPurse()
	var phrases []string
	for _, c := range n.Credits {
		if _, asked := owed.of[c.Amount.Currency()]; !asked || c.Amount.Sign() <= 0 {
			continue
		}
		if err := sum.add(c.Amount); err != nil {
			return nil, err
		}
		told := f.credit(c)
		f.Credits = append(f.Credits, told)
		phrases = append(phrases, told.phrase(f.voice))
	}
	f.HasCredit = len(f.Credits) > 0
	f.CreditList = f.join(phrases)
	if len(phrases) > listedCredits {
		f.CreditList = strconv.Itoa(len(phrases)) + f.french(" sommes, ", " amounts, ") + f.purse(sum) + f.french(" en tout", " in all")
	}
	return sum, nil
}

func (f *facts) credit(c reconcile.Loose) credit {
	return credit{Text: shorten(oneLine(c.Text), 80), Day: f.day(c.Day), Amount: f.amount(c.Amount)}
}

func (c credit) phrase(v voice) string {
	if c.Day == "" {
		return c.Amount
	}
	return c.Amount + v.french(" du ", " dated ") + c.Day
}

// purse is sums of money, currency by currency, in the order they came up.
type purse struct {
	order []money.Currency
	of    map[money.Currency]money.Amount
}

func newPurse() *purse { return &purse{of: make(map[money.Currency]money.Amount)} }

func (p *purse) add(a money.Amount) error {
	cur := a.Currency()
	before, known := p.of[cur]
	if !known {
		p.order = append(p.order, cur)
		p.of[cur] = a
		return nil
	}
	sum, err := before.Add(a)
	p.of[cur] = sum
	return err
}

// purse writes sums: "1 200,00 € et 300,00 USD". What is nothing or less is
// left out, unless all is.
func (f *facts) purse(p *purse) string {
	var out []string
	for _, cur := range p.order {
		if p.of[cur].Sign() > 0 {
			out = append(out, f.amount(p.of[cur]))
		}
	}
	if len(out) == 0 && len(p.order) > 0 {
		out = append(out, f.amount(money.New(0, p.order[0])))
	}
	return f.join(out)
}

// list joins numbers, the first few of many.
func (f *facts) list(numbers []string) string {
	if len(numbers) <= listed {
		return f.join(numbers)
	}
	rest := len(numbers) - (listed - 1)
	return strings.Join(numbers[:listed-1], ", ") + f.french(" et ", " and ") + strconv.Itoa(rest) + f.french(" autres", " others")
}

// distinct returns the different, not empty names of things, in order.
func distinct[T any](in []T, name func(T) string) []string {
	var out []string
	for _, x := range in {
		if n := name(x); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
