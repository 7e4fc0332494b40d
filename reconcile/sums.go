package reconcile

import (
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

const (
	// maxSumItems is how many of a customer's oldest open items are summed up
	// by two and three.
	maxSumItems = 12
	// maxSums is how many ways to reach one amount are told; the oldest due
	// first. Where there are more, a sum says next to nothing.
	maxSums = 20
	// maxDeposits is how many loose deposits, the newest, are compared with the
	// items of all customers by two.
	maxDeposits = 256
	// maxSame is how many items of one amount enter a sum of two.
	maxSame = 8
)

type sumKey struct {
	cur   money.Currency
	minor int64
}

// itemSum is a set of items whose open amounts add up to an amount.
type itemSum struct {
	items []int // targets
	count int   // how many of them make the sum
}

// equalTo returns, for the amounts wanted, the open targets of that amount.
func (b *book) equalTo(wanted map[sumKey]bool) map[sumKey][]int {
	equal := map[sumKey][]int{}
	for t := range b.targets {
		k := sumKey{b.targets[t].Total.Currency(), b.open[t]}
		if b.open[t] > 0 && wanted[k] {
			equal[k] = append(equal[k], t)
		}
	}
	return equal
}

// sumsTo returns, for the amounts wanted, the sums of two and three open items
// of one customer, and of all he owes.
func (b *book) sumsTo(wanted map[sumKey]bool) map[sumKey][]itemSum {
	type debtor struct {
		customer ledger.UID
		cur      money.Currency
	}
	items := map[debtor][]int{}
	for t := range b.targets {
		if b.open[t] > 0 {
			k := debtor{b.targets[t].Customer, b.targets[t].Total.Currency()}
			items[k] = append(items[k], t)
		}
	}
	var owing [][]int
	for _, list := range items {
		if len(list) > 1 {
			owing = append(owing, list)
		}
	}
	slices.SortFunc(owing, func(x, y []int) int { return x[0] - y[0] })
	sums := map[sumKey][]itemSum{}
	for _, list := range owing {
		b.addSums(sums, wanted, list)
	}
	return sums
}

func (b *book) addSums(sums map[sumKey][]itemSum, wanted map[sumKey]bool, list []int) {
	cur := b.targets[list[0]].Total.Currency()
	add := func(minor int64, items ...int) {
		k := sumKey{cur, minor}
		if wanted[k] && len(sums[k]) < maxSums {
			sums[k] = append(sums[k], itemSum{items: slices.Clone(items), count: len(items)})
		}
	}
	if len(list) > 3 {
		all := int64(0)
		for _, t := range list {
			all += b.open[t]
		}
		add(all, list...)
	}
	list = list[:min(len(list), maxSumItems)]
	for i, x := range list {
		for j := i + 1; j < len(list); j++ {
			y := list[j]
			two := b.open[x] + b.open[y]
			add(two, x, y)
			for _, z := range list[j+1:] {
				add(two+b.open[z], x, y, z)
			}
		}
	}
}

// pairsTo returns, for the amounts of loose deposits, the sums of two open
// items, whoever owes them.
func (b *book) pairsTo(unknown []*purse) map[sumKey][]itemSum {
	wanted := map[sumKey]bool{}
	for _, p := range slices.Backward(unknown) {
		if deposit(p) && len(wanted) < maxDeposits {
			for _, k := range amountsOf(p) {
				wanted[k] = true
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	byAmount := map[sumKey][]int{}
	for t := range b.targets {
		if b.open[t] > 0 {
			k := sumKey{b.targets[t].Total.Currency(), b.open[t]}
			byAmount[k] = append(byAmount[k], t)
		}
	}
	amounts := map[money.Currency][]int64{}
	for k := range byAmount {
		amounts[k.cur] = append(amounts[k.cur], k.minor)
	}
	for _, list := range amounts {
		slices.Sort(list)
	}
	pairs := map[sumKey][]itemSum{}
	for k := range wanted {
		pairs[k] = b.pairsOf(k, amounts[k.cur], byAmount)
	}
	return pairs
}

// pairsOf walks the sorted amounts from both ends.
func (b *book) pairsOf(k sumKey, amounts []int64, byAmount map[sumKey][]int) []itemSum {
	var found []itemSum
	for i, j := 0, len(amounts)-1; i <= j; {
		rest := k.minor - amounts[i] - amounts[j]
		switch {
		case rest > 0:
			i++
		case rest < 0:
			j--
		default:
			low, high := byAmount[sumKey{k.cur, amounts[i]}], byAmount[sumKey{k.cur, amounts[j]}]
			if i != j || len(low) > 1 {
				found = append(found, itemSum{items: append(oldest(low), oldest(high)...), count: 2})
			}
			i++
		}
	}
	slices.SortFunc(found, func(x, y itemSum) int { return x.items[0] - y.items[0] })
	return found[:min(len(found), maxSums)]
}

// oldest returns the first few targets of a list in order of due day.
func oldest(list []int) []int { return slices.Clone(list[:min(len(list), maxSame)]) }

// amountsOf returns what a purse may be worth to items: what is loose of it,
// what was ordered in another currency, and, for deposits and payouts, the gross
// amounts told in its text.
func amountsOf(p *purse) []sumKey {
	keys := []sumKey{{p.cur, p.loose()}}
	if p.line == nil {
		return keys
	}
	if i := p.line.Line.Instructed; i.Sign() > 0 && i.Currency() != p.cur && p.used == 0 {
		keys = append(keys, sumKey{i.Currency(), i.Minor()})
	}
	if !deposit(p) || p.cur.Exponent() != 2 {
		return keys
	}
	words := split(p.line.Line.Text)
	for i, w := range words[:max(len(words)-1, 0)] {
		if !w.digits() || len(w.text) > 12 || !decimal(words[i+1]) || len(keys) > 3 {
			continue
		}
		minor := int64(0)
		for _, c := range w.text + words[i+1].text {
			minor = minor*10 + int64(c-'0')
		}
		if minor > p.loose() {
			keys = append(keys, sumKey{p.cur, minor})
		}
	}
	return keys
}

// deposit reports whether a line may be several customers' money at once: a
// deposit of cheques, or the payout of a card processor.
func deposit(p *purse) bool {
	if p.line == nil {
		return false
	}
	if strings.Contains(p.line.Line.Family, "RCHQ") {
		return true
	}
	for _, w := range split(p.line.Line.Text) {
		switch w.text {
		case "REMISE", "REMCHQ", "CHEQUE", "CHEQUES", "CHQ", "CHQS", "DEPOT", "DEPOSIT", "PAYOUT", "CB", "CARTE", "STRIPE", "SUMUP", "PAYPAL", "GOCARDLESS", "MOLLIE", "ADYEN":
			return true
		}
	}
	return false
}
