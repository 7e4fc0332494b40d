package bank

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// maxStatements bounds the statements of one reading, so that their numbers
// fit in what is kept of each id over all passes.
const maxStatements = 1 << 21

// reading is one look at all files, in passes. What the passes learn is small
// beside the files: some twenty bytes for each movement.
type reading struct {
	files  []file
	zone   *time.Location
	accept ledger.Date
	today  ledger.Date
	again  ledger.Date // the next day on which the same files say more; 0: none

	accounts   map[string]*account
	rest       *account              // what belongs to no account: files and statements that name none
	statements map[uint32]*statement // by number; notifications are not among them
	copies     map[uint32]bool       // statements that are told twice
	refused    map[int]*syntaxError  // files that cannot be used, or only up to a line
	named      filter                // ids, until the first survey is over
	bare       filter                // what lines without id say
	refs       table[refState]       // ids that are told more than once
	groups     table[groupState]     // what lines without id say, when more than one line says it
	shared     map[sharedKey]uint16  // groups on the days that chained statements share
	noIDs      bool                  // some id is not unique
	anyNamed   bool                  // some line has an id
	anyBare    bool                  // some line has none
	splits     map[movementKey]bool  // for movements with more details than are kept: whether they split

	passes  uint32
	ordinal uint32
	g       digester
}

// movementKey names a movement within one reading.
type movementKey struct{ statement, movement uint32 }

func newReading(files []file, c *connector) *reading {
	return &reading{
		files: files, zone: c.zone, accept: c.accept, today: c.today(),
		accounts: map[string]*account{}, rest: newAccount(""), statements: map[uint32]*statement{}, copies: map[uint32]bool{},
		refused: map[int]*syntaxError{}, shared: map[sharedKey]uint16{}, splits: map[movementKey]bool{},
	}
}

// account is what is learnt of one account.
type account struct {
	id      string
	pockets map[money.Currency]*pocket
	first   ledger.Date // first and last day that anything is booked on, or a statement closes
	last    ledger.Date

	lines    int // handed on
	again    int // of those, booked on the days that the earlier mark spans
	certain  int // of those, booked and without doubt
	findings []ledger.Finding
	held     []ledger.Quarantined
	seen     map[digest]bool // findings and quarantined records told once
}

// until is the day up to which the account is known, in every currency.
func (a *account) until() ledger.Date {
	var until ledger.Date
	first := true
	for _, p := range a.pockets {
		if len(p.statements) == 0 {
			continue
		}
		if first || p.until < until {
			until, first = p.until, false
		}
	}
	return until
}

func (a *account) touch(day ledger.Date) {
	if !day.Known() {
		return
	}
	if !a.first.Known() || day < a.first {
		a.first = day
	}
	a.last = max(a.last, day)
}

func (r *reading) account(id string) *account {
	a := r.accounts[id]
	if a == nil {
		a = newAccount(id)
		r.accounts[id] = a
	}
	return a
}

func newAccount(id string) *account {
	return &account{id: id, pockets: map[money.Currency]*pocket{}, seen: map[digest]bool{}}
}

func (a *account) pocket(cur money.Currency) *pocket {
	p := a.pockets[cur]
	if p == nil {
		p = &pocket{}
		a.pockets[cur] = p
	}
	return p
}

// accountIDs are the accounts found, in order.
func (r *reading) accountIDs() []string {
	ids := make([]string, 0, len(r.accounts))
	for id := range r.accounts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// learn does every pass but the last.
func (r *reading) learn(ctx context.Context) error {
	if err := r.pass(ctx, &survey{r: r, first: true}); err != nil {
		return err
	}
	r.named = filter{}
	if r.refs.size() > 0 || r.groups.size() > 0 {
		r.forget()
		again := &survey{r: r}
		if err := r.pass(ctx, again); err != nil {
			return err
		}
		again.abandon()
	}
	r.judge()
	for _, step := range []struct {
		needed bool
		each   func(line) error
	}{
		{r.noIDs, r.addUnnamed},
		{r.anyNamed && (r.anyBare || r.noIDs), r.addMixed},
	} {
		if !step.needed {
			continue
		}
		if err := r.pass(ctx, linesVisitor{&lines{r: r, each: step.each, says: true}}); err != nil {
			return err
		}
	}
	r.bare = filter{}
	if r.groups.size() == 0 {
		return nil
	}
	if err := r.pass(ctx, linesVisitor{&lines{r: r, each: r.countLine, says: true}}); err != nil {
		return err
	}
	r.groups.all((*groupState).fold)
	return nil
}

// forget drops what the first survey learnt, but what is told more than once.
func (r *reading) forget() {
	clear(r.accounts)
	clear(r.statements)
	clear(r.splits)
}

// judge puts the statements of each pocket together.
func (r *reading) judge() {
	for n := uint32(1); n <= r.ordinal; n++ {
		s := r.statements[n]
		if s == nil || s.account == "" || r.copies[n] {
			continue
		}
		a := r.account(s.account)
		p := a.pocket(s.currency)
		p.statements = append(p.statements, s)
		if s.finished {
			a.touch(s.closing.day)
		}
	}
	for _, a := range r.accounts {
		for _, p := range a.pockets {
			p.join(r.accept)
		}
	}
}

// pass reads all files once.
func (r *reading) pass(ctx context.Context, v visitor) error {
	r.passes++
	r.ordinal = 0
	for i, f := range r.files {
		err := f.use(func(from io.Reader, head []byte) error {
			form := formatOf(head)
			switch {
			case len(head) == 0:
				return errTruncated
			case form == nil:
				return &syntaxError{line: 1, text: "this is no bank file that can be read (camt.052, camt.053 and camt.054 can): move it away, or let path name the statements only"}
			}
			return form.read(from, head, r.zone, &numbered{visitor: v, r: r, ctx: ctx, file: i})
		})
		var syntax *syntaxError
		switch {
		case errors.As(err, &syntax):
			r.refused[i] = syntax
		case errors.Is(err, errTruncated):
			return fmt.Errorf("read %s: %w: %w", f.name, err, connectors.ErrUnavailable)
		case errors.Is(err, errStop), ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return err
		case err != nil:
			return fmt.Errorf("read %s: %w", f.name, err)
		}
	}
	return nil
}

// mark is the statement's number in this pass, different from all passes before.
func (r *reading) mark(h *header) uint32 { return (r.passes-1)*maxStatements + h.ordinal }

// numbered numbers the statements of all files, and stops when ctx ends.
type numbered struct {
	visitor
	r    *reading
	ctx  context.Context //nolint:containedctx // it lives as long as one pass
	file int
	seen int
}

func (n *numbered) open(h *header) error {
	if n.r.ordinal++; n.r.ordinal >= maxStatements {
		return fmt.Errorf("more than %d statements: move old files away: %w", maxStatements, connectors.ErrRejected)
	}
	h.ordinal, h.file = n.r.ordinal, n.file
	if err := n.ctx.Err(); err != nil {
		return err
	}
	return n.visitor.open(h)
}

func (n *numbered) movement(m *movement) error {
	const often = 1024
	if n.seen++; n.seen%often == 0 {
		if err := n.ctx.Err(); err != nil {
			return err
		}
	}
	return n.visitor.movement(m)
}
