package bank

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// pocket is one account in one currency: what its statements, put together,
// cover.
type pocket struct {
	statements []*statement         // of its currency, in the order read
	spans      []span               // from opening to closing of complete statements
	proven     []span               // days that they surely cover whole
	whole      []span               // days that other statements cover whole
	unclear    map[ledger.Date]bool // days of parts that nobody can put together
	until      ledger.Date          // closing day up to which no statement is missing
	gaps       []gap
}

// gap is a hole between two complete statements.
type gap struct {
	from, to      ledger.Date // the days nothing is known of
	closed, opens money.Amount
	before        *statement // the one that opens after it
}

// join puts the complete statements of a pocket together, those that follow
// each other to the cent, and finds the holes between them.
//
//	statement   1 ──────── 30 │ 1 ─── 15 │        20 ── 31
//	            a          b  │ b     c  │  hole  d      e     (d ≠ c)
//	until                              ▲
//
// A hole that ends on or before accept is passed over: a person said so.
func (p *pocket) join(accept ledger.Date) {
	var complete []*statement
	for _, s := range p.statements {
		if s.complete {
			complete = append(complete, s)
		} else {
			p.whole = append(p.whole, s.wholeDays())
		}
	}
	chains := link(complete)
	p.walk(chains, accept)
	p.spans, p.proven, p.whole = merged(p.spans), merged(p.proven), merged(p.whole)
	p.unclear = unclear(chains)
}

// walk goes along the chains and stops at the first hole.
func (p *pocket) walk(chains []*chain, accept ledger.Date) {
	var reached *chain // the one that goes farthest yet
	for _, c := range chains {
		if c.tail.ends() < c.head.begins() {
			continue // the first part of a day alone proves nothing
		}
		p.spans = append(p.spans, span{c.head.begins(), c.tail.ends()})
		p.proven = append(p.proven, span{c.head.provenFrom(), c.tail.ends()})
		if reached != nil && !reached.joins(c) && c.head.begins() > accept {
			after := reached.tail.ends().AddDays(1)
			p.gaps = append(p.gaps, gap{
				from: after, to: max(c.head.begins().AddDays(-1), after),
				closed: reached.tail.closing.amount, opens: c.head.opening.amount, before: c.head,
			})
		}
		if reached == nil || c.tail.ends() > reached.tail.ends() {
			reached = c
		}
		if len(p.gaps) == 0 {
			p.until = reached.tail.ends()
		}
	}
}

// standsFor reports whether complete statements cover everything that the
// statement could tell, so that what is wrong with it does not matter.
func (p *pocket) standsFor(s *statement) bool {
	switch {
	case !s.finished:
		return false
	case s.balanced():
		if !covers(p.spans, span{s.begins(), s.closing.day}) {
			return false
		}
	case s.bad > 0:
		return false // nobody knows on which day the unreadable movement is
	case !s.first.Known():
		return true // it says nothing
	}
	return !s.first.Known() || covers(p.proven, span{s.first, s.last})
}

// proves reports whether statements that add up cover the day.
func (p *pocket) proves(day ledger.Date) bool { return within(p.proven, day) && !p.unclear[day] }
