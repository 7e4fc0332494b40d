package policy

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// count adds up, per currency, what is overdue and not held and what money of
// the customer is loose, and settles the items that are not chased for the
// sake of their sum:
//
//   - loose money that covers all that is overdue in a currency holds those
//     items until a person has placed it;
//   - any loose money holds all overdue items of the customer, in whatever
//     currency, for credit_hold; afterwards the notice shows it and asks for
//     the net;
//   - a net sum below the minimum is not chased. The minimum looks at the sum,
//     not at the item: a small item is asked for beside a large one, never alone.
//
// What is overdue but held is not asked for, and so does not count.
func (h *hearing) count() {
	overdue := false
	for i := range h.items {
		if s := &h.items[i]; s.verdict == "" {
			overdue = true
			add(&h.open(s.item.Open.Currency()).overdue, s.item.Open)
		}
	}
	if !overdue {
		return
	}
	held := h.loosen()
	for i := range h.items {
		if s := &h.items[i]; s.verdict == "" {
			h.afford(s, held)
		}
	}
}

// loosen adds up the loose money and reports whether some of it is young
// enough to hold the customer. It sets h.free.
func (h *hearing) loosen() (held bool) {
	never := false
	for i := range h.c.Position.Loose {
		l := &h.c.Position.Loose[i]
		if l.Amount.Sign() <= 0 {
			continue
		}
		add(&h.open(l.Amount.Currency()).loose, l.Amount)
		h.loose = true
		free := h.creditFree(max(l.Day, l.Known))
		never = never || free == 0
		held = held || free == 0 || free > h.today
		h.free = max(h.free, free)
	}
	if never {
		h.free = 0
	}
	return held
}

// creditFree returns the first day on which money of that day no longer holds
// its customer: credit_hold business days later, counted on our own calendar,
// for it is we who place it. Money of an unknown day holds until it is placed.
func (h *hearing) creditFree(day ledger.Date) ledger.Date {
	if day == 0 {
		return 0
	}
	if h.r.CreditHold <= 0 {
		return day
	}
	return h.r.Creditor.AddBusinessDays(day, h.r.CreditHold)
}

// afford settles an overdue item that its currency's purse keeps from being chased.
func (h *hearing) afford(s *standing, held bool) {
	p := h.purse(s.item.Open.Currency())
	covered := p.loose.Sign() > 0 && !less(p.loose, p.overdue)
	switch {
	case covered:
		h.short = true
		s.settle(Held, ReasonCreditCovers, p.loose.String()+" to place, "+p.overdue.String()+" overdue", 0)
	case held:
		last := ledger.Date(0)
		if h.free != 0 {
			last = h.free - 1
		}
		s.own = h.sooner(s.own, h.free)
		s.settle(Held, ReasonCredit, "money of the customer is not placed yet", last)
	default:
		net := minus(p.overdue, p.loose)
		if less(net, p.least) {
			h.short = true
			s.settle(Held, ReasonMinimum, net.String()+" overdue, less than "+p.least.String(), 0)
		}
	}
}

// open returns the purse of a currency, and begins one when there is none.
func (h *hearing) open(cur money.Currency) *purse {
	if p := h.purse(cur); p != nil {
		return p
	}
	last := len(h.purses)
	h.purses = h.purses[:last+1] // there is room for one per item and per loose sum
	h.purses[last] = purse{currency: cur, overdue: money.New(0, cur), loose: money.New(0, cur), least: h.r.minimum(cur, false)}
	return &h.purses[last]
}

// add adds to a sum of one currency. A sum that does not fit in 64 bits stays
// what it was: it is larger than any minimum already.
func add(sum *money.Amount, a money.Amount) {
	if total, err := sum.Add(a); err == nil {
		*sum = total
	}
}

func minus(a, b money.Amount) money.Amount {
	if rest, err := a.Sub(b); err == nil {
		return rest
	}
	return a
}

// less compares amounts of one currency; those of two are never less.
func less(a, b money.Amount) bool {
	order, err := a.Cmp(b)
	return err == nil && order < 0
}
