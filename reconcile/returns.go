package reconcile

import (
	"maps"
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

const (
	// returnDays is how far back the original of a return is looked for: the
	// thirteen months in which a debtor may contest a direct debit.
	returnDays = 13*30 + 10
	// reversalDays is how far back a bank's reversal may reach that names
	// nothing but the payer.
	reversalDays = 60
	// maxRounds bounds how often the returns that nobody knew are looked at again.
	maxRounds = 100
	// bookedAfter is how much later than its return an original may be booked.
	bookedAfter = 3
)

// trace is one mark by which money that went back shows where it came from.
type trace struct {
	cur   money.Currency
	minor int64 // of the original
	mark  string
}

// findOrigins finds, for all money that went back, the money it was.
func (b *book) findOrigins() {
	var lost []*purse
	wanted := map[int64]bool{}
	for _, p := range b.purses {
		if goesBack(p) && p.origin == nil && p.loose() != 0 {
			lost = append(lost, p)
			wanted[-p.amount] = true
		}
	}
	if len(lost) == 0 {
		return
	}
	traces := map[trace][]*purse{}
	for _, p := range b.purses {
		if wanted[p.amount] && mayGoBack(p) {
			b.leave(traces, p)
		}
	}
	for range maxRounds { // what one return takes may tell where another belongs
		n := len(lost)
		lost = slices.DeleteFunc(lost, func(p *purse) bool {
			b.findOrigin(p, traces)
			return p.origin != nil
		})
		if len(lost) == n {
			return
		}
	}
}

// leave enters a purse under all its marks.
func (b *book) leave(traces map[trace][]*purse, p *purse) {
	for _, level := range b.marks(p) {
		for _, mark := range level {
			at := trace{p.cur, p.amount, mark}
			traces[at] = append(traces[at], p)
		}
	}
}

// mayGoBack reports whether a purse is money that came in.
func mayGoBack(p *purse) bool {
	return p.amount > 0 && !p.paired && p.credit == nil && p.class != classOwn && p.class != classHeld
}

// goesBack reports whether a purse is money that went back, or may be.
func goesBack(p *purse) bool {
	return p.amount < 0 && !p.paired && (p.class == classReturn || p.class == classOutgoing)
}

// findOrigin takes the strongest mark that leads anywhere.
func (b *book) findOrigin(p *purse, traces map[trace][]*purse) {
	for level, marks := range b.marks(p) {
		if !allowed(p, level) {
			continue
		}
		var found []*purse
		for _, mark := range marks {
			for _, o := range traces[trace{p.cur, -p.amount, mark}] {
				if b.mayCome(p, o, level) && !slices.Contains(found, o) {
					found = append(found, o)
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		if earlier := slices.DeleteFunc(slices.Clone(found), func(o *purse) bool { return o.day > p.day }); len(earlier) > 0 {
			found = earlier
		}
		if o := b.theOne(found); o != nil {
			p.origin, o.returned = o, true
		}
		return
	}
}

// allowed says which marks count: an unmarked outgoing line goes back only by
// an exact reference, or when it says so; the payer alone counts for a reversal.
func allowed(p *purse, level int) bool {
	switch level {
	case markNumber:
		return p.class == classReturn || saysReturn(p.line.Line.Text)
	case markPayer:
		return p.line != nil && p.line.Line.Reversal
	default:
		return true
	}
}

func (b *book) mayCome(p, o *purse, level int) bool {
	days := ledger.Date(returnDays)
	if level == markPayer {
		days = reversalDays
	}
	if o.returned || o.day > p.day+bookedAfter || o.day < p.day-days {
		return false
	}
	return p.customer == "" || o.customer == "" || p.customer == o.customer || level == markEndToEnd || level == markNumber
}

// theOne returns which of several equal originals went back. Those that pay for
// the same are interchangeable: what was not allocated goes first, as then nobody
// is asked again, else the latest. If they pay for different things it can only
// have been one that pays for nothing; else nobody can tell, and it is nil.
func (b *book) theOne(found []*purse) *purse {
	slices.SortFunc(found, comparePurses)
	uses := map[string]bool{}
	var idle, untouched *purse
	for _, o := range found {
		use := b.useOf(o)
		uses[use] = true
		if len(b.standing(o)) == 0 {
			untouched = o
			if use == "" {
				idle = o
			}
		}
	}
	switch {
	case len(uses) > 1:
		return idle
	case untouched != nil:
		return untouched
	default:
		return found[len(found)-1]
	}
}

// useOf tells what a purse pays for, or would: the numbers it names and those
// the tool or a person put it to.
func (b *book) useOf(p *purse) string {
	uses := slices.Collect(maps.Keys(b.numbersOf(p)))
	for _, i := range p.rows {
		if _, known := b.targetOf[b.rows[i].Item]; !known {
			uses = append(uses, string(b.rows[i].Item))
		}
	}
	slices.Sort(uses)
	return strings.Join(slices.Compact(uses), "\x1f")
}

// takeBack undoes what the originals of returns had settled; what they had not
// settled cancels with the return and is loose on neither side.
func (b *book) takeBack() {
	for _, p := range b.purses {
		if p.origin == nil || p.loose() >= 0 {
			continue
		}
		for _, row := range b.standing(p.origin) {
			x := min(b.live[row], -p.loose())
			if x <= 0 {
				continue
			}
			item := b.rows[row].Item
			b.undone[item] = b.undone[item] || !b.reopenedBefore(p, item)
			b.undo(p, row, x, ByReturn, p.day)
		}
	}
	b.cancel()
	b.cancelBackflow()
}

// reopenedBefore reports whether this same return has reopened the item already:
// it does so once, however often the tool books and letters it anew.
func (b *book) reopenedBefore(p *purse, item ledger.UID) bool {
	for _, same := range slices.Concat([]*purse{p}, p.lines, p.paid) {
		for _, row := range same.rows {
			if s := &b.rows[row]; row < b.old && s.By == ByReturn && s.Item == item {
				return true
			}
		}
	}
	return false
}

// cancel sets money that went back against what is loose of its original.
func (b *book) cancel() {
	for _, p := range b.purses {
		if p.origin == nil || p.loose() >= 0 {
			continue
		}
		if x := min(-p.loose(), p.origin.loose()); x > 0 {
			p.gone -= x
			p.origin.gone += x
		}
	}
}

// refund sets a booked payment to the customer against the one credit or
// overpayment of the same amount.
func (b *book) refund() {
	type owed struct {
		customer ledger.UID
		cur      money.Currency
		minor    int64
	}
	loose := map[owed][]*purse{}
	for _, p := range b.purses {
		if p.customer != "" && p.class == classMoney && p.loose() > 0 {
			at := owed{p.customer, p.cur, p.loose()}
			loose[at] = append(loose[at], p)
		}
	}
	for _, p := range b.purses {
		if p.payment == nil || p.customer == "" || p.origin != nil || p.loose() >= 0 {
			continue
		}
		at := owed{p.customer, p.cur, -p.loose()}
		if len(loose[at]) != 1 {
			continue
		}
		p.origin = loose[at][0]
		p.gone -= at.minor
		p.origin.gone += at.minor
		delete(loose, at)
	}
}

// cancelBackflow sets our own payments that came back against the movement
// that took them out: a reversed bank fee is nobody's money.
func (b *book) cancelBackflow() {
	type movement struct {
		account string
		cur     money.Currency
		minor   int64
	}
	out := map[movement][]*purse{}
	for _, p := range b.purses {
		if p.class == classOutgoing && !p.paired && p.origin == nil {
			at := movement{FoldIBAN(p.line.Line.Account), p.cur, -p.amount}
			out[at] = append(out[at], p)
		}
	}
	for _, p := range b.purses {
		if p.class != classBackflow || p.loose() <= 0 {
			continue
		}
		at := movement{FoldIBAN(p.line.Line.Account), p.cur, p.amount}
		for _, o := range out[at] {
			if o.origin == nil && o.loose() == -p.loose() && o.day <= p.day+bookedAfter && o.day >= p.day-reversalDays {
				x := p.loose()
				o.origin = p
				o.gone -= x
				p.gone += x
				break
			}
		}
	}
}
