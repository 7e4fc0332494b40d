package bank

import (
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// statement is what the survey learns of one statement. Notifications have
// none: there may be one for every movement, and they decide nothing.
type statement struct {
	file, line int
	account    string
	currency   money.Currency
	id         string
	created    ledger.Date
	from, to   ledger.Date
	opening    balance
	closing    balance
	fault      *fault

	finished bool // it was read to its end
	bad      int  // movements that could not be read
	badField *fault
	foreign  int // movements in another currency
	first    ledger.Date
	last     ledger.Date // first and last day that something is booked on
	sum      int64       // of the booked movements, each as often as it is told
	repeated int64       // how much of sum is movements whose id was told before in the statement
	firstSum int64       // how much of sum is booked on the first day
	lastSum  int64       // and on the last
	overflow bool
	repeats  []digest // the ids told more than once
	doubtful bool     // whether the repeats are movements or echoes is not known
	complete bool     // both balances, every movement readable, and it adds up
	chain    *chain   // the chain it is part of, when it is complete
	next     *statement
	prev     *statement
}

// book adds one movement to the statement's arithmetic.
func (s *statement) book(m *movement) {
	if s.currency == "" {
		s.currency = m.amount.Currency()
	}
	if m.amount.Currency() != s.currency {
		s.foreign++
		return
	}
	sum, err := money.New(s.sum, s.currency).Add(m.amount)
	if err != nil {
		s.overflow = true
		return
	}
	s.sum = sum.Minor()
	if !s.first.Known() || m.day < s.first {
		s.first, s.firstSum = m.day, 0
	}
	if m.day > s.last {
		s.last, s.lastSum = m.day, 0
	}
	if m.day == s.first {
		s.firstSum += m.amount.Minor()
	}
	if m.day == s.last {
		s.lastSum += m.amount.Minor()
	}
}

// finish judges the statement once it is read. It returns whether the ids that
// it repeats are still ids: they are when the balance counts each once, so that
// the repeats are echoes.
func (s *statement) finish(h *header, today ledger.Date) (idsStand bool) {
	s.finished = true
	s.opening, s.closing, s.fault = h.opening, h.closing, h.fault
	s.created, s.from, s.to = h.created, h.from, h.to
	if s.currency == "" {
		s.currency = h.currency
	}
	if !s.sound(today) {
		s.doubtful = len(s.repeats) > 0
		return !s.doubtful
	}
	moved := s.closing.amount.Minor() - s.opening.amount.Minor()
	all, once := s.sum == moved, s.sum-s.repeated == moved
	s.complete = all || once
	s.doubtful = len(s.repeats) > 0 && all == once
	return len(s.repeats) == 0 || once && !all
}

// sound reports whether balances and movements are there to be added up.
func (s *statement) sound(today ledger.Date) bool {
	read := s.balanced() && s.bad == 0 && s.foreign == 0 && !s.overflow && s.fault == nil
	same := s.opening.amount.Currency() == s.currency && s.closing.amount.Currency() == s.currency
	return read && same && s.opening.day <= s.closing.day && (!today.Known() || s.closing.day <= today)
}

// balanced reports whether both balances were told.
func (s *statement) balanced() bool { return s.opening.known && s.closing.known }

// begins is the first day that the statement covers, by its opening balance.
func (s *statement) begins() ledger.Date {
	if s.opening.earlier {
		return s.opening.day.AddDays(1)
	}
	return s.opening.day
}

// provenFrom is the first day that it surely covers whole: an opening balance
// is sometimes dated with the closing day before it.
func (s *statement) provenFrom() ledger.Date {
	if from := s.begins(); s.opening.interim || s.first != from {
		return from.AddDays(1)
	}
	return s.begins()
}

// ends is the last day that it covers whole.
func (s *statement) ends() ledger.Date {
	if s.closing.interim {
		return s.closing.day.AddDays(-1)
	}
	return s.closing.day
}

// wholeDays are the days that a statement without proof of its completeness
// still tells in full: those inside of it, not its edges, where an export may
// have been made in the middle of the day.
func (s *statement) wholeDays() span {
	if s.bad > 0 || !s.finished || s.foreign > 0 {
		return span{1, 0}
	}
	w := span{s.first.AddDays(1), s.last.AddDays(-1)}
	if s.from.Known() {
		w.from = s.from
	}
	if s.to.Known() {
		w.to = s.to
	}
	if s.created.Known() {
		if !s.to.Known() && s.created > s.last {
			w.to = s.last
		}
		w.to = min(w.to, s.created.AddDays(-1))
	}
	return w
}
