package bank

import (
	"context"
	"fmt"
	"strconv"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// pageLines is how many bank lines one page carries.
const pageLines = 500

// pendingDays is how long an announced movement is still expected after
// statements that add up have gone past its day without it.
const pendingDays = 10

// emission is the last pass: it hands each line on once.
type emission struct {
	r      *reading
	since  connectors.Cursor
	before cursor
	hand   func(connectors.Page) error
	page   connectors.Page
	chosen struct { // the decision about the movement whose lines come one by one
		movement movementKey
		take     bool
	}
}

// emit hands on all lines, then the end of each account's stream. Only the last
// page moves the cursor: a reading that is cut short begins again.
func (r *reading) emit(ctx context.Context, before cursor, fingerprint string, since connectors.Cursor, hand func(connectors.Page) error) error {
	e := &emission{r: r, since: since, before: before, hand: hand}
	v := linesVisitor{&lines{r: r, each: e.line, done: e.statement, skipped: e.unreadable}}
	if err := r.pass(ctx, v); err != nil {
		return err
	}
	if err := e.flush(); err != nil {
		return err
	}
	return e.ends(fingerprint)
}

func (e *emission) flush() error {
	if len(e.page.BankLines) == 0 {
		return nil
	}
	page := e.page
	page.Next = e.since
	e.page = connectors.Page{}
	return e.hand(page)
}

func (e *emission) line(l line) error {
	if l.minor() == 0 {
		return nil // no money moved
	}
	a := e.r.account(l.m.head.account)
	p := a.pocket(l.m.amount.Currency())
	if l.m.state == pending && p.until.Known() && p.until > l.m.day.AddDays(pendingDays) {
		return nil // it never came, or came under another name
	}
	id, doubt, take := e.identify(l, p)
	if !take {
		return nil
	}
	b := e.r.record(l)
	b.ID, b.Doubt = id, doubt
	e.count(a, &b)
	if doubt != "" {
		e.twins(a, l, doubt)
	}
	if l.ordinal == 0 && l.m.count > 1 {
		e.mismatch(a, l.m)
	}
	if e.page.Stream != a.id || len(e.page.BankLines) == pageLines {
		if err := e.flush(); err != nil {
			return err
		}
		e.page = connectors.Page{Stream: a.id, BankLines: make([]ledger.BankLine, 0, pageLines)}
	}
	e.page.BankLines = append(e.page.BankLines, b)
	return nil
}

func (e *emission) count(a *account, b *ledger.BankLine) {
	a.lines++
	if b.Pending {
		return
	}
	if b.Doubt == "" {
		a.certain++
	}
	if old, ok := e.before.account(a.id); ok && (span{old.Covered.From, old.Covered.To}).has(b.Day) {
		a.again++
	}
}

// identify gives the line its id, which is the same in every reading, and says
// whether it is handed on at all and what is doubtful about it.
func (e *emission) identify(l line, p *pocket) (id, doubt string, take bool) {
	if !l.named() {
		return e.unnamed(l, p)
	}
	if !e.takes(l) {
		return "", "", false
	}
	id = "id-" + l.id().key.String()
	if l.ordinal > 0 && !l.own.known {
		id += "-" + strconv.Itoa(l.ordinal)
	}
	if l.m.state == booked && !l.inFull() && p.proves(l.m.day) {
		if g := e.r.counted(l); g == nil || g.whole < g.named {
			doubt = "only a notification has it, and the statement that adds up over its day has not"
		}
	}
	return id, doubt, true
}

// takes decides about a line with an id: its best statement tells it, once. A
// movement of several lines is decided as one, then each line that has an id of
// its own by that.
func (e *emission) takes(l line) bool {
	if !l.chosen() {
		return false
	}
	if x := l.whole.state; l.whole.known && x != nil {
		key := movementKey{l.m.head.ordinal, l.m.ordinal}
		if e.chosen.movement != key {
			e.chosen.movement = key
			e.chosen.take = !x.is(refEmitted)
			x.set(refEmitted)
		}
		if !e.chosen.take {
			return false
		}
	}
	if x := l.own.state; l.own.known && x != nil {
		if x.is(refEmitted) {
			return false
		}
		x.set(refEmitted)
	}
	return true
}

// unnamed decides about a line without id: as many are handed on as the files
// together prove, and those beyond with a doubt.
func (e *emission) unnamed(l line, p *pocket) (id, doubt string, take bool) {
	g := e.r.groups.get(l.group)
	if g == nil {
		g = e.r.alone(l)
	}
	certain, most := g.need(l.m, p)
	if g.out >= most-min(most, g.named) {
		return "", "", false
	}
	g.out++
	id = "h-" + l.group.String() + "-" + strconv.Itoa(int(g.out))
	switch {
	case g.out <= certain-min(certain, g.named):
	case p.proves(l.m.day):
		doubt = "the statement that adds up over its day has fewer like it"
	default:
		doubt = fmt.Sprintf("it may be one of the %d like it that another file tells: no file covers the whole day", certain)
	}
	return id, doubt, true
}

// ends closes every stream.
func (e *emission) ends(fingerprint string) error {
	r := e.r
	e.refusals()
	next := cursor{Print: fingerprint, Again: r.again, Refused: len(r.rest.held) > 0}
	ids := r.accountIDs()
	pages := make([]connectors.Page, 0, len(ids)+1)
	for _, id := range ids {
		a := r.accounts[id]
		r.unbalanced(a)
		r.gaps(a)
		one := accountEnd{ID: id, AsOf: a.last, Until: a.until(), Count: a.lines}
		if r.today.Known() {
			one.AsOf = min(one.AsOf, r.today)
		}
		covered := e.covered(a, &one)
		next.Accounts = append(next.Accounts, one)
		end := one.end(r.zone)
		end.Complete = covered && !next.Refused
		pages = append(pages, connectors.Page{Stream: id, Findings: a.findings, Quarantined: a.held, End: &end})
	}
	if next.Refused || e.before.Refused {
		end := next.rest(r.zone)
		end.Complete = true
		rest := connectors.Page{Findings: r.rest.findings, Quarantined: r.rest.held, End: &end}
		pages = append(pages, rest)
	}
	for i := range pages {
		pages[i].Next = e.since
		if i == len(pages)-1 {
			pages[i].Next = connectors.Cursor(next.String())
		}
		if err := e.hand(pages[i]); err != nil {
			return err
		}
	}
	return nil
}

// covered reports whether the files still hold at least what earlier readings
// saw. If not, files were moved away: what they told is not undone by that, so
// the stream does not count as complete, and the mark stays until they are back.
func (e *emission) covered(a *account, end *accountEnd) bool {
	end.Covered = mark{From: a.first, To: a.last, Lines: a.certain}
	old, ok := e.before.account(a.id)
	if !ok {
		return true
	}
	if a.again >= old.Covered.Lines {
		return true
	}
	end.Covered = old.Covered
	e.r.shrunk(a, old.Covered, a.again)
	return false
}
