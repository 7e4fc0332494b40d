package bank

import (
	"encoding/binary"
)

// survey learns which statements add up, which ids are unique, which statement
// tells each movement best, and which movements have no id at all.
//
// It runs once to find what is told more than once, which is little or nothing
// where files do not overlap, and again when there is any, to learn all about
// that. What is told once needs no memory.
type survey struct {
	r       *reading
	first   bool       // the first run: it only finds what is told more than once
	now     *statement // nil for a notification
	content uint64     // of the statement's movements, in any order
	bare    bool       // one of them has no id
	told    map[digest]uint32
}

var _ visitor = (*survey)(nil)

func (s *survey) open(h *header) error {
	s.abandon()
	s.content, s.bare = 0, false
	if h.account != "" {
		s.r.account(h.account)
	}
	if h.notice {
		return nil
	}
	s.now = &statement{file: h.file, line: h.line, account: h.account, id: h.id, currency: h.currency, created: h.created}
	s.r.statements[h.ordinal] = s.now
	return nil
}

// abandon gives up a statement whose file broke off in the middle of it.
func (s *survey) abandon() {
	if s.now != nil {
		s.now.doubtful = len(s.now.repeats) > 0
		s.dropIDs(s.now.repeats)
		s.now = nil
	}
}

func (s *survey) done(h *header) error {
	if s.first {
		s.bare = false
	}
	if s.bare || s.now != nil && len(s.now.repeats) > 0 {
		s.noteCopy(h)
	}
	if s.now == nil {
		return nil
	}
	if day := h.closing.day; s.r.today.Known() && day > s.r.today && (s.r.again == 0 || day < s.r.again) {
		s.r.again = day
	}
	if !s.now.finish(h, s.r.today) {
		s.dropIDs(s.now.repeats)
	}
	s.now.repeats = nil
	s.now = nil
	return nil
}

// noteCopy finds statements that are in two files: same name, same making, same
// content. Only where movements have no id does it matter.
func (s *survey) noteCopy(h *header) {
	if s.told == nil {
		s.told = map[digest]uint32{}
	}
	key := s.r.g.start('s').word(h.account).word(h.id).number(int64(h.created)).
		number(h.opening.amount.Minor()).number(h.closing.amount.Minor()).number(int64(s.content)).sum()
	if s.told[key] != 0 {
		s.r.copies[h.ordinal] = true
		return
	}
	s.told[key] = h.ordinal
}

func (s *survey) dropIDs(keys []digest) {
	for _, key := range keys {
		s.r.noIDs = true
		s.r.refs.put(key).set(refNoID)
	}
}

// spill notes the ids of details behind the kept ones.
func (s *survey) spill(m *movement, d *detail) error {
	if m.head.account != "" && m.fault == nil && m.state != information {
		s.secondary(m, d, d.amount.Minor())
	}
	return nil
}

func (s *survey) movement(m *movement) error {
	h := m.head
	switch {
	case h.account == "" || m.state == information:
		return nil
	case m.fault != nil:
		if s.now != nil {
			s.now.bad++
			if s.now.badField == nil {
				s.now.badField = m.fault
			}
		}
		return nil
	}
	if m.state == booked {
		s.r.account(h.account).touch(m.day)
		if s.now != nil {
			s.now.book(m)
		}
	}
	if m.count > keptDetails {
		s.r.splits[movementKey{h.ordinal, m.ordinal}] = m.splits()
	}
	s.identify(m)
	return nil
}

// identify notes the movement's ids, or what it says when it has none.
func (s *survey) identify(m *movement) {
	ref := entryRef(m)
	whole := len(ref) > 0
	s.r.anyNamed = s.r.anyNamed || whole
	if whole {
		s.register(m, s.key(m, ref, m.amount.Minor()), m.amount.Minor(), true)
	}
	if m.count <= 1 || !m.splits() {
		if m.count == 1 && len(m.ref) > 0 {
			s.secondary(m, &m.details[0], m.amount.Minor())
		}
		if !whole {
			s.addBare(m, nil)
		}
		return
	}
	for i := range m.details {
		d := &m.details[i]
		s.secondary(m, d, d.amount.Minor())
		if !whole && len(detailRef(m, d)) == 0 {
			s.addBare(m, d)
		}
	}
}

func (s *survey) key(m *movement, ref []byte, minor int64) digest {
	key := refDigest(&s.r.g, m.head.account, ref, minor, string(m.amount.Currency()))
	s.content += binary.LittleEndian.Uint64(key[:])
	return key
}

// secondary notes the id of one detail, when it is not the movement's.
func (s *survey) secondary(m *movement, d *detail, minor int64) {
	if ref := detailRef(m, d); len(ref) > 0 {
		s.r.anyNamed = true
		whole := len(m.ref) > 0 || m.count == 1
		s.register(m, s.key(m, ref, minor), minor, !whole)
	}
}

// register notes an id. counts says that the id stands for money of the
// statement by itself, not as a part of a movement that has an id.
func (s *survey) register(m *movement, key digest, minor int64, counts bool) {
	if s.first {
		if s.r.named.put(key) {
			s.r.refs.put(key)
		}
		return
	}
	x := s.r.refs.get(key)
	if x == nil {
		return // told once
	}
	if rank := rankOf(m); !x.is(refSeen) || rank > x.rank {
		x.rank = rank
		x.best = pack24(m.head.ordinal)
	}
	x.set(refSeen)
	if m.state != booked {
		return
	}
	repeated := x.again(s.r.mark(m.head))
	if !x.dated(packDay(m.day), !m.head.notice) {
		x.set(refNoID) // the bank uses its ids again
		s.r.noIDs = true
	}
	switch {
	case !repeated || x.is(refNoID):
	case s.now != nil && counts:
		s.now.repeated += minor
		s.now.repeats = append(s.now.repeats, key)
	default:
		s.dropIDs([]digest{key})
	}
}

// dated notes the day on which an id is told, in a statement in full or in a
// notification. It reports whether that can be the movement told before:
// statements agree on the day, notifications nearly.
func (r *refState) dated(day uint16, full bool) bool {
	agrees := !r.is(refDated) || day == r.day || !far(r.day, day) && (!full || !r.is(refInFull))
	if agrees && (full || !r.is(refDated)) {
		r.day = day
	}
	r.set(refDated)
	if full {
		r.set(refInFull)
	}
	return agrees
}

// far reports whether two days are too far apart to be of one movement.
func far(a, b uint16) bool {
	const days = 10
	return int(a)-int(b) > days || int(b)-int(a) > days
}

// addBare notes a line that has no id.
func (s *survey) addBare(m *movement, d *detail) {
	key := groupDigest(&s.r.g, m, d, d != nil)
	s.content += binary.LittleEndian.Uint64(key[:])
	s.bare = true
	if s.first {
		s.r.addBare(key)
	}
}
