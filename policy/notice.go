package policy

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// upcomingDays is how far ahead a notice mentions what is not due yet.
const upcomingDays = 14

// act writes the notice of the climb: every overdue item that is not held, each
// moved at most one rung in its own history. Left out are an item whose payment
// cannot be known yet, for which the others need not wait, and, from severity
// formal up, one that was never reminded: nothing legal is a first contact.
func (h *hearing) act(lead *standing, next step) *Notice {
	r := &h.ladder.Rungs[next.rung]
	n := h.notice(lead, r, next)
	room := 0
	for i := range h.purses {
		room += h.purses[i].lines
	}
	n.Lines = make([]NoticeLine, 0, room)
	for i := range h.items {
		s := &h.items[i]
		switch {
		case !s.line():
			if s.reason == ReasonNotDue && s.item.Due <= h.today+upcomingDays {
				n.Upcoming = append(n.Upcoming, h.row(s, -1))
			}
		case h.asks(s, r):
			n.Needs = max(n.Needs, h.needs(s))
			s.rung = h.earns(s, next.rung)
			n.Lines = append(n.Lines, h.row(s, s.rung))
			s.settle(Act, ReasonCovered, lead.item.Number, 0)
		case s.halted: // it keeps the reason it was set aside for
		case h.needs(s) > h.r.Fresh.Until:
			s.settle(Held, ReasonMoneyUnknown, h.r.Fresh.known(), h.r.Fresh.Until)
		default:
			s.settle(Wait, ReasonAnchor, lead.item.Number, 0)
		}
	}
	lead.settle(Act, ReasonRung, r.ID+" since "+next.day.String(), next.day)
	for _, l := range h.c.Position.Loose {
		if l.Amount.Sign() > 0 && names(n, l.Amount.Currency()) {
			n.Credits = append(n.Credits, l)
		}
	}
	return n
}

// ask adds up what a notice of the rung would ask for in each currency. It may
// be less than what is overdue, for what cannot be known yet is left out.
func (h *hearing) ask(r *Rung) {
	for i := range h.purses {
		h.purses[i].asked, h.purses[i].lines = money.New(0, h.purses[i].currency), 0
	}
	for i := range h.items {
		if s := &h.items[i]; s.line() && h.sayable(s, r) {
			p := h.purse(s.item.Open.Currency())
			add(&p.asked, s.item.Open)
			p.lines++
		}
	}
}

// sayable reports whether a notice of the rung may name an overdue item.
func (h *hearing) sayable(s *standing, r *Rung) bool {
	return h.needs(s) <= h.r.Fresh.Until && (r.Severity < ledger.Formal || s.reached >= 0)
}

// asks reports whether a notice of the rung names an overdue item. Call ask first.
func (h *hearing) asks(s *standing, r *Rung) bool {
	if !h.sayable(s, r) {
		return false
	}
	p := h.purse(s.item.Open.Currency())
	return less(p.loose, p.asked) && !less(minus(p.asked, p.loose), p.least)
}

// names reports whether the notice asks for something in the currency.
func names(n *Notice, cur money.Currency) bool {
	for i := range n.Lines {
		if n.Lines[i].Open.Currency() == cur {
			return true
		}
	}
	return false
}

// notice begins a notice led by an item.
func (h *hearing) notice(lead *standing, r *Rung, next step) *Notice {
	return &Notice{
		Customer: h.c.Position.Customer, Anchor: lead.item.UID, Episode: lead.item.Episode,
		Rung: r.ID, Severity: r.Severity, Verb: r.Do, Template: r.Template, Attach: r.Attach,
		Approval: r.Approval || r.Severity >= ledger.Formal,
		To:       next.to, Language: h.language(next.to), Repeat: next.repeat,
	}
}

// row is an item in a notice; rung is the one it reaches with it, -1 for none.
func (h *hearing) row(s *standing, rung int) NoticeLine {
	it := s.item
	line := NoticeLine{
		Item: it.UID, Invoice: it.Invoice, Number: it.Number, Ordinal: it.Ordinal, Parts: it.Parts,
		Issued: it.Issued, Due: it.Due, Total: it.Total, Open: it.Open, Order: it.Order, Episode: it.Episode,
	}
	if rung >= 0 {
		line.Step, line.Severity = h.ladder.Rungs[rung].ID, h.ladder.Rungs[rung].Severity
	}
	return line
}
