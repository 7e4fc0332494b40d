package policy

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// Decide says what is done today about one customer: a decision with its
// reason and its next day for every open item, at most one notice, and the
// work that one of us has to do. It is pure; the same case and rules give the
// same outcome.
//
//	each item is first weighed by itself     never, hold, due-unknown, doubt, not-due
//	then the customer's money is counted     credit-covers, credit, minimum
//	then the oldest item left sets the pace  under-way, too-soon, min-gap, or the rung
//	an item that cannot go on by itself      top, condition, kind-unknown, call-first,
//	  lets the next oldest set it            proof-needed, no-address, minimum (formal)
//	last the notice meets what is known      company-held, stale, money-unknown
func Decide(c Case, r Rules) Outcome {
	var few [8]standing // most customers have few open items: no allocation for them
	var wallet [8]purse
	h := hearing{c: &c, r: &r, today: r.Today, cal: r.Calendar(c.Customer.Calendar), anchor: -1}
	if h.items = few[:]; len(c.Position.Items) > len(few) {
		h.items = make([]standing, len(c.Position.Items))
	}
	if n := len(c.Position.Items) + len(c.Position.Loose); n > len(wallet) {
		h.purses = make([]purse, 0, n)
	} else {
		h.purses = wallet[:0]
	}
	h.ladder, h.hasLadder = r.ladder(c.Customer.Kind)
	h.entry = h.ladder.entry()
	h.weigh()
	h.count()
	h.recall()
	notice := h.lead()
	if notice == nil {
		notice = h.aside()
	}
	tasks := h.remind()
	out := Outcome{Decisions: h.decisions(), Notice: notice, Tasks: tasks, Gated: h.gated && notice == nil}
	for i := range out.Decisions {
		if again := out.Decisions[i].Again; out.Again == 0 || again < out.Again {
			out.Again = again
		}
	}
	return out
}

// hearing is one call of Decide: the case, the rules and what is worked out
// on the way. What is answered is returned by its methods and not kept in it,
// so that it stays on the stack: there are hundreds of thousands of calls.
type hearing struct {
	c         *Case
	r         *Rules
	today     ledger.Date
	cal       calendar.Calendar // business days of debtor and creditor
	ladder    Ladder
	hasLadder bool
	entry     int // index of the entry rung; -1: there is none

	items   []standing      // oldest due first
	purses  []purse         // with room for every currency there can be
	waiting *ledger.Message // under way or of unknown fate
	short   bool            // some currency is not chased for its sum
	loose   bool            // some money is loose while something is overdue
	free    ledger.Date     // first day on which no loose money holds the customer; zero: never
	anchor  int             // index of the item that sets the pace; -1: none

	gated  bool        // something would be sent but for what is known about money
	core   ledger.Date // the earliest day something about the overdue items changes by itself
	due    ledger.Date // the earliest day another item becomes overdue
	sums   bool        // the ladder has a condition on the overdue sum
	before bool        // the ladder has steps before the due day
}

// standing is where one item stands. An item without verdict is overdue and
// nothing holds it: it is a candidate for the anchor.
type standing struct {
	item    *reconcile.Item
	verdict Verdict
	reason  Reason
	detail  string
	rung    int         // what Decision.Rung will name; -1: none
	day     ledger.Date // the day the reason speaks of
	own     ledger.Date // the earliest day the item's own hold, doubt or due day changes it
	promise ledger.Date // the day of the newest promise that was broken
	halted  bool        // it cannot go on by itself, so it sets no pace

	reached int         // index of the highest rung reached in this episode; -1: none
	since   ledger.Date // the day it was first reached
	last    ledger.Date // the day it was last reached
	times   int         // how often
	aside   uint64      // rungs before the due day that were reached, by index
}

func (s *standing) settle(v Verdict, reason Reason, detail string, day ledger.Date) {
	s.verdict, s.reason, s.detail, s.day = v, reason, detail, day
}

// overdue reports whether the item is late; the due day itself is in time.
func (h *hearing) overdue(s *standing) bool { return s.item.Due != 0 && s.item.Due < h.today }

// line reports whether a notice of the climb may speak of the item.
func (s *standing) line() bool { return s.verdict == "" || s.halted }

// weigh lines the items up by age and judges each by itself.
func (h *hearing) weigh() {
	items := h.c.Position.Items
	h.items = h.items[:len(items)]
	for i := range items {
		h.items[i] = standing{item: &items[i], reached: -1, rung: -1}
	}
	for i := 1; i < len(items); i++ { // mostly they come in order
		if older(&h.items[i-1], &h.items[i]) > 0 {
			slices.SortFunc(h.items, func(a, b standing) int { return older(&a, &b) })
			break
		}
	}
	for i := range h.items {
		h.judge(&h.items[i])
	}
	for i := range h.ladder.Rungs {
		h.before = h.before || h.ladder.Rungs[i].Before != nil
		h.sums = h.sums || h.ladder.Rungs[i].asksSum()
	}
}

// older orders items by due day; those that are due on one day by the day of
// the invoice, its number, the instalment and the UID.
func older(a, b *standing) int {
	x, y := a.item, b.item
	switch {
	case x.Due == y.Due:
		return cmp.Or(cmp.Compare(x.Issued, y.Issued), cmp.Compare(x.Number, y.Number),
			cmp.Compare(x.Ordinal, y.Ordinal), cmp.Compare(x.UID, y.UID))
	case x.Due == 0:
		return 1
	case y.Due == 0:
		return -1
	default:
		return cmp.Compare(x.Due, y.Due)
	}
}

// judge gives the verdict that the item earns by itself, if any.
func (h *hearing) judge(s *standing) {
	switch {
	case h.c.Customer.NeverChase != "":
		s.settle(Held, ReasonNever, h.c.Customer.NeverChase, 0)
	case len(h.c.Holds) > 0 && h.held(s):
	case s.item.Open.Sign() <= 0:
		s.settle(Held, ReasonMinimum, "nothing is open", 0)
	case s.item.Due == 0:
		s.settle(Held, ReasonDueUnknown, "neither a due day nor payment terms", 0)
	case (len(s.item.Doubts) > 0 || len(h.c.Position.Doubts) > 0) && h.doubted(s):
	case s.item.Due >= h.today:
		s.own = h.sooner(s.own, s.item.Due+1)
		s.settle(Wait, ReasonNotDue, "due on "+s.item.Due.String(), s.item.Due)
	case !h.hasLadder || h.entry < 0:
		s.settle(Held, ReasonNoLadder, "no ladder for this kind of customer", 0)
	}
}

// sooner returns the earlier of two days to come; a day that is not after
// today does not count.
func (h *hearing) sooner(a, b ledger.Date) ledger.Date {
	if b <= h.today || a != 0 && a <= b {
		return a
	}
	return b
}

// purse is what the customer owes and has to its credit in one currency.
type purse struct {
	currency       money.Currency
	overdue, loose money.Amount
	asked          money.Amount // what the notice asks for, before loose money
	least          money.Amount // below it nothing is chased
	lines          int          // how many items the notice asks for
}

// purse returns the purse of a currency; nil when there is none.
func (h *hearing) purse(cur money.Currency) *purse {
	for i := range h.purses {
		if h.purses[i].currency == cur {
			return &h.purses[i]
		}
	}
	return nil
}
