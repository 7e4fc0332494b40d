package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// book is the money stage at work: every line, payment and credit as a purse,
// what is open of every target, and the settlements old and new. What is new is
// taken out of it at the end.
type book struct {
	own     map[string]bool
	ownName string
	payers  map[string]ledger.UID

	purses   []*purse // all, in order of day
	purseOf  map[purseKey]*purse
	credits  []*purse // as the catalog counts them
	targets  []Target // the oldest due day first
	targetOf map[ledger.UID]int
	open     []int64
	before   []int64 // open when we began
	catalog  *catalog

	rows   []Settlement
	rowOf  map[ledger.UID]int
	live   []int64 // of each row: what is left of it after what undoes it
	times  map[Settlement]int
	old    int // how many rows were there when we began
	pinned map[pin]bool

	pairings    []Pairing
	suggestions []Suggestion
	findings    []ledger.Finding
	undone      map[ledger.UID]bool // items that a return reopened
}

type purseKey struct {
	kind ledger.Kind
	uid  ledger.UID
}

// pin says that a person took this money off this item.
type pin struct {
	purse purseKey
	item  ledger.UID
}

// purse is one line, payment or credit and what became of it.
type purse struct {
	key      purseKey
	class    class
	customer ledger.UID // known for certain or by name; empty: not known
	booked   bool       // the customer is whom the tool booked it on
	recorded bool       // the customer is part of the record, not found by us
	day      ledger.Date
	known    ledger.Date // the day we first saw it
	cur      money.Currency
	amount   int64
	rows     []int // settlements from it
	used     int64
	gone     int64 // set against money that went back, without touching an item

	line    *LineRecord
	payment *PaymentRecord
	credit  *CreditRecord
	lines   []*purse // of a payment: the lines it is paired with
	paid    []*purse // of a line: the payments it is paired with
	paired  bool     // of a line: it is a payment, and no money of its own

	mentions []mention
	read     bool
	origin   *purse // of money that went back: what it was
	returned bool   // it went back
}

// loose is what nothing has taken yet; negative for money that went back.
func (p *purse) loose() int64 {
	if p.paired || p.class == classOwn {
		return 0
	}
	return p.amount - p.used - p.gone
}

func newBook(m Money, s Settings) *book {
	m.Items, m.Credits = slices.Clone(m.Items), slices.Clone(m.Credits)
	slices.SortFunc(m.Items, byDue)
	slices.SortFunc(m.Credits, func(x, y CreditRecord) int { return cmp.Compare(x.UID, y.UID) })
	b := &book{
		own: map[string]bool{}, ownName: FoldName(s.OwnName), payers: m.Payers,
		purseOf: make(map[purseKey]*purse, len(m.Lines)+len(m.Payments)+len(m.Credits)),
		targets: m.Items, targetOf: make(map[ledger.UID]int, len(m.Items)),
		open: make([]int64, len(m.Items)), before: make([]int64, len(m.Items)),
		rowOf: make(map[ledger.UID]int, len(m.Settled)), times: map[Settlement]int{},
		pinned: map[pin]bool{}, undone: map[ledger.UID]bool{},
	}
	for _, iban := range s.OwnAccounts {
		b.own[FoldIBAN(iban)] = true
	}
	for i := range m.Items {
		b.targetOf[m.Items[i].UID] = i
		b.open[i] = m.Items[i].Open.Minor()
		b.before[i] = b.open[i]
	}
	b.addPurses(m)
	b.addRows(m.Settled)
	b.catalog = newCatalog(m.Items, m.Credits)
	return b
}

func (b *book) addPurses(m Money) {
	for i := range m.Lines {
		r := &m.Lines[i]
		b.addPurse(&purse{
			key: purseKey{ledger.KindBankLine, r.UID}, class: b.classify(&r.Line), customer: b.payer(r),
			recorded: r.Customer != "", day: r.Line.Day, known: r.Known, cur: r.Line.Amount.Currency(), amount: r.Line.Amount.Minor(), line: r,
		})
	}
	for i := range m.Payments {
		r := &m.Payments[i]
		b.addPurse(&purse{
			key: purseKey{ledger.KindPayment, r.UID}, class: classifyBooked(&r.Payment), customer: r.Customer, recorded: r.Customer != "",
			booked: r.Customer != "", day: r.Payment.Day, known: r.Known, cur: r.Payment.Amount.Currency(), amount: r.Payment.Amount.Minor(), payment: r,
		})
	}
	for i := range m.Credits {
		r := &m.Credits[i]
		p := &purse{
			key: purseKey{ledger.KindCredit, r.UID}, class: classMoney, customer: r.owner(), recorded: true,
			booked: true, day: r.Credit.Day, known: r.Known, cur: r.Credit.Amount.Currency(), amount: r.Credit.Amount.Minor(), credit: r,
		}
		b.credits = append(b.credits, p)
		b.addPurse(p)
	}
	slices.SortFunc(b.purses, comparePurses)
	for _, p := range b.purses {
		b.addPairs(p)
	}
}

func (b *book) addPurse(p *purse) {
	if b.purseOf[p.key] == nil {
		b.purseOf[p.key] = p
		b.purses = append(b.purses, p)
	}
}

// addPairs ties a line to the payments it is already paired with. A line whose
// payments are not at hand is no money of its own all the same.
func (b *book) addPairs(p *purse) {
	switch {
	case p.line != nil:
		for _, uid := range p.line.Payments {
			p.paired = true
			tie(p, b.purseOf[purseKey{ledger.KindPayment, uid}])
		}
	case p.payment != nil && p.payment.Line != "":
		tie(b.purseOf[purseKey{ledger.KindBankLine, p.payment.Line}], p)
	}
}

// tie says that a line is a payment, or one of several.
func tie(line, payment *purse) {
	if line == nil || payment == nil || slices.Contains(line.paid, payment) {
		return
	}
	line.paired = true
	line.paid = append(line.paid, payment)
	payment.lines = append(payment.lines, line)
}

// comparePurses orders by day; on one day money comes before what took it
// back, credits before payments before lines. Nothing depends on the order in
// which records were handed in.
func comparePurses(a, b *purse) int {
	return cmp.Or(cmp.Compare(a.day, b.day), before2(a.amount >= 0, b.amount >= 0),
		cmp.Compare(kindRank(a.key.kind), kindRank(b.key.kind)), cmp.Compare(a.key.uid, b.key.uid))
}

func before2(a, b bool) int {
	if a == b {
		return 0
	}
	return before(a)
}

func kindRank(k ledger.Kind) int {
	switch k {
	case ledger.KindCredit:
		return 0
	case ledger.KindPayment:
		return 1
	default:
		return 2
	}
}

// owner is the customer whose credit it is.
func (r *CreditRecord) owner() ledger.UID {
	if r.Customer != "" {
		return r.Customer
	}
	return ledger.UID(r.Credit.Customer)
}
