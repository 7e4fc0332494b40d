package reconcile

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// group is several records that may be one movement on the other side.
type group struct {
	members []*purse
	cur     money.Currency
	minor   int64
	day     ledger.Date
}

// groupKey is what the members of a group have in common.
type groupKey struct {
	cur      money.Currency
	day      ledger.Date
	positive bool
	by       string
}

// sumAt is where groups are looked for: by their sum, on a day.
type sumAt struct {
	cur   money.Currency
	minor int64
	day   ledger.Date
}

// maxDeposit bounds among how many cheques a deposit without any other mark is
// looked for, two or three at a time: beyond that a sum proves nothing.
const maxDeposit = 24

// pairParts pairs one bank line with all payments of one customer, one
// reference or one method of one day, or with two or three cheques, when the sum
// is equal and nothing else fits; and the parts of a transfer, as the bank tells
// them, with the one payment the tool booked.
func (b *book) pairParts(customersOf func(*purse) []string) {
	b.pairBooked(customersOf)
	b.pairTold(customersOf)
	b.pairDeposits(customersOf)
}

// pairBooked pairs lines with payments that the tool booked in parts.
func (b *book) pairBooked(customersOf func(*purse) []string) {
	groups := map[groupKey]*group{}
	for _, p := range b.purses {
		if !freePayment(p) {
			continue
		}
		r := &p.payment.Payment
		for _, by := range []string{"customer\x1f" + string(p.customer), "reference\x1f" + FoldName(r.Reference), "method\x1f" + deposited(r.Method)} {
			if by[len(by)-1] != '\x1f' {
				gather(groups, groupKey{p.cur, p.day, p.amount > 0, by}, p)
			}
		}
	}
	sums := bySum(groups)
	if len(sums) == 0 {
		return
	}
	claims := map[*group][]*purse{}
	choice := map[*purse]*group{}
	for _, l := range b.purses {
		if freeLine(l, false) {
			if g := b.fitting(l, sums, customersOf); g != nil {
				claims[g] = append(claims[g], l)
				choice[l] = g
			}
		}
	}
	for _, l := range b.purses {
		if g := choice[l]; g != nil && len(claims[g]) == 1 && !slices.ContainsFunc(g.members, func(p *purse) bool { return len(p.lines) > 0 }) {
			b.join(l, g.members, "sum of "+strconv.Itoa(len(g.members))+" payments")
		}
	}
}

// fitting returns the one group that may be the line, nearest day first; nil
// when there is none, or two that fit equally.
func (b *book) fitting(l *purse, sums map[sumAt][]*group, customersOf func(*purse) []string) *group {
	for _, d := range byDistance() {
		var found *group
		for _, g := range sums[sumAt{l.cur, l.amount, l.day.AddDays(-d)}] {
			if !slices.ContainsFunc(g.members, func(p *purse) bool { return !b.mayBe(l, p, false, customersOf) }) {
				if found != nil {
					return nil
				}
				found = g
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// pairTold pairs the parts of one transfer, told by the bank one by one, with
// the one payment that the tool booked.
func (b *book) pairTold(customersOf func(*purse) []string) {
	groups := map[groupKey]*group{}
	for _, p := range b.purses {
		if !freeLine(p, false) {
			continue
		}
		l := &p.line.Line
		for _, by := range []string{"iban\x1f" + FoldIBAN(l.PayerIBAN), "name\x1f" + FoldName(l.Payer)} {
			if by[len(by)-1] != '\x1f' {
				gather(groups, groupKey{p.cur, p.day, p.amount > 0, by + "\x1f" + FoldIBAN(l.Account) + "\x1f" + FoldName(l.EndToEnd)}, p)
			}
		}
	}
	sums := bySum(groups)
	if len(sums) == 0 {
		return
	}
	for _, p := range b.purses {
		if !freePayment(p) {
			continue
		}
		if g := b.told(p, sums, customersOf); g != nil {
			for _, l := range g.members {
				b.join(l, []*purse{p}, "part of "+strconv.Itoa(len(g.members)))
			}
		}
	}
}

func (b *book) told(p *purse, sums map[sumAt][]*group, customersOf func(*purse) []string) *group {
	for _, d := range byDistance() {
		var found *group
		for _, g := range sums[sumAt{p.cur, p.amount, p.day.AddDays(d)}] {
			if slices.ContainsFunc(g.members, func(l *purse) bool { return l.paired || !b.mayBe(l, p, false, customersOf) }) {
				continue
			}
			if found != nil {
				return nil
			}
			found = g
		}
		if found != nil {
			return found
		}
	}
	return nil
}

func gather(groups map[groupKey]*group, key groupKey, p *purse) {
	g := groups[key]
	if g == nil {
		g = &group{cur: key.cur, day: key.day}
		groups[key] = g
	}
	g.members = append(g.members, p)
	g.minor += p.amount
}

// bySum indexes the groups of more than one, each set of members once.
func bySum(groups map[groupKey]*group) map[sumAt][]*group {
	sums := map[sumAt][]*group{}
	for _, g := range groups {
		if len(g.members) < 2 {
			continue
		}
		at := sumAt{g.cur, g.minor, g.day}
		if !slices.ContainsFunc(sums[at], func(o *group) bool { return slices.Equal(o.members, g.members) }) {
			sums[at] = append(sums[at], g)
		}
	}
	return sums
}

// deposited returns the method when such payments reach the bank together.
func deposited(method string) string {
	switch method {
	case "cheque", "card", "cash":
		return method
	default:
		return ""
	}
}

// pairDeposits pairs a line without a payer with two or three cheques booked
// near it, when no other two or three add up to it and no other line could be it.
func (b *book) pairDeposits(customersOf func(*purse) []string) {
	var cheques []*purse
	for _, p := range b.purses {
		if freePayment(p) && p.amount > 0 && deposited(p.payment.Payment.Method) != "" {
			cheques = append(cheques, p)
		}
	}
	if len(cheques) < 2 {
		return
	}
	rivals := map[sumAt]int{}
	var lines []*purse
	for _, l := range b.purses {
		if freeLine(l, false) && l.amount > 0 && l.customer == "" && l.line.Line.PayerIBAN == "" {
			rivals[sumAt{cur: l.cur, minor: l.amount}]++
			lines = append(lines, l)
		}
	}
	for _, l := range lines {
		if rivals[sumAt{cur: l.cur, minor: l.amount}] > 1 {
			continue
		}
		near := b.near(l, cheques, customersOf)
		if picked := onlySum(near, l.amount); picked != nil {
			b.join(l, picked, "deposit of "+strconv.Itoa(len(picked)))
		}
	}
}

// near returns the free cheques that may be in a deposit; none when there are
// too many to tell.
func (b *book) near(l *purse, cheques []*purse, customersOf func(*purse) []string) []*purse {
	from, _ := slices.BinarySearchFunc(cheques, l.day.AddDays(-daysLate), func(p *purse, d ledger.Date) int { return cmp.Compare(p.day, d) })
	var near []*purse
	for _, p := range cheques[from:] {
		if p.day > l.day.AddDays(daysEarly) || len(near) > maxDeposit {
			break
		}
		if freePayment(p) && p.cur == l.cur && b.mayBe(l, p, false, customersOf) {
			near = append(near, p)
		}
	}
	if len(near) > maxDeposit {
		return nil
	}
	return near
}

// onlySum returns the two or three purses that add up to minor, when there is
// but one way.
func onlySum(purses []*purse, minor int64) []*purse {
	var found []*purse
	for i := range purses {
		for j := i + 1; j < len(purses); j++ {
			rest := minor - purses[i].amount - purses[j].amount
			if rest == 0 {
				if found != nil {
					return nil
				}
				found = []*purse{purses[i], purses[j]}
			}
			for k := j + 1; k < len(purses); k++ {
				if purses[k].amount == rest {
					if found != nil {
						return nil
					}
					found = []*purse{purses[i], purses[j], purses[k]}
				}
			}
		}
	}
	return found
}
