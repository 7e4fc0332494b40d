package bank

// groupState counts the lines that say the same: same account, day, amount and
// text. A file that tells a whole day tells how many there are; files that tell
// parts of a day tell how many there are at least, and at most all together.
type groupState struct {
	last  [3]byte // the statement that is being counted
	class class
	cur   uint16 // its lines so far
	whole uint16 // most lines in a statement that tells the whole day
	part  uint16 // most lines in any other
	sum   uint16 // lines in all the others together
	soft  uint16 // lines that may be echoes within their statement, together
	named uint16 // lines with an id, each once
	out   uint16 // lines without one that were handed on
}

// class says what a statement's count on a day is worth.
type class uint8

const (
	classPart   class = iota + 1 // an edge of an export, or a notification
	classWhole                   // the whole day
	classShared                  // the day of two chained statements: their counts add up
	classSoft                    // the statement repeats ids, and no balance decides
)

// sharedKey counts a group within one chain of statements.
type sharedKey struct {
	group digest
	chain *chain
}

// addBare notes what a line without id says, and keeps a count for it when it
// is not the first.
func (r *reading) addBare(group digest) {
	r.anyBare = true
	if r.bare.put(group) {
		r.groups.put(group)
	}
}

// addUnnamed notes the lines whose id proved not to be one.
func (r *reading) addUnnamed(l line) error {
	if !l.named() && (len(entryRef(l.m)) > 0 || l.d != nil && len(l.d.ref) > 0) {
		r.addBare(l.group)
	}
	return nil
}

// addMixed keeps a count for what lines with and without id both say.
func (r *reading) addMixed(l line) error {
	if l.named() && r.bare.has(l.group) {
		r.groups.put(l.group)
	}
	return nil
}

// countLine counts one line in its group, if the group is counted.
func (r *reading) countLine(l line) error {
	g := r.groups.get(l.group)
	if g == nil {
		return nil
	}
	h := l.m.head
	if l.named() {
		if r.echo(l) {
			return nil
		}
		if l.chosen() {
			g.named = add16(g.named, 1)
		}
	}
	of := r.classOf(l)
	if of == classShared {
		s := r.statements[h.ordinal]
		key := sharedKey{l.group, s.chain}
		r.shared[key] = add16(r.shared[key], 1)
		g.whole = max(g.whole, r.shared[key])
		return nil
	}
	if mark := pack24(r.mark(h)); g.last != mark || g.class != of {
		g.fold()
		g.last, g.class = mark, of
	}
	g.cur = add16(g.cur, 1)
	return nil
}

// counted returns the count of the line's group, for a line with an id; nil
// when nothing is counted.
func (r *reading) counted(l line) *groupState {
	if r.groups.size() == 0 {
		return nil
	}
	part := l.ordinal > 0
	return r.groups.get(groupDigest(&r.g, l.m, l.d, part))
}

// alone is the count of a group that only one line is of.
func (r *reading) alone(l line) *groupState {
	g := &groupState{class: r.classOf(l), cur: 1}
	if g.class == classShared {
		g.class = classWhole
	}
	g.fold()
	return g
}

// echo reports whether the line's id was told before in its statement; then
// the survey found it to be the same movement.
func (r *reading) echo(l line) bool {
	if l.ordinal > 0 && !l.own.known {
		return false // a part of a movement that has the id
	}
	x := l.id().state
	return x != nil && x.again(r.mark(l.m.head))
}

// classOf says what the count of a line's statement on its day is worth.
func (r *reading) classOf(l line) class {
	s := r.statements[l.m.head.ordinal]
	switch {
	case s == nil || l.m.state != booked:
		return classPart
	case s.doubtful && (len(l.m.ref) > 0 || l.d != nil && len(l.d.ref) > 0):
		return classSoft
	case s.complete && within(s.chain.shared, l.m.day):
		return classShared
	case s.complete && r.account(s.account).pocket(s.currency).unclear[l.m.day]:
		return classPart
	case s.complete, s.wholeDays().has(l.m.day):
		return classWhole
	default:
		return classPart
	}
}

// fold closes the count of one statement.
func (g *groupState) fold() {
	switch g.class {
	case classWhole:
		g.whole = max(g.whole, g.cur)
	case classSoft:
		g.part = max(g.part, min(g.cur, 1))
		g.soft = add16(g.soft, g.cur)
	case classPart:
		g.part = max(g.part, g.cur)
		g.sum = add16(g.sum, g.cur)
	case classShared:
	}
	g.cur = 0
}

// need returns how many lines of the group there are for certain, and how many
// there may be.
func (g *groupState) need(m *movement, p *pocket) (certain, most uint16) {
	certain = max(g.whole, g.part)
	switch {
	case m.state == pending:
		return certain, certain
	case p.proves(m.day):
		return g.whole, certain
	case within(p.whole, m.day):
		return certain, max(certain, g.soft)
	default:
		return certain, max(certain, add16(add16(g.whole, g.sum), g.soft))
	}
}

func add16(a, b uint16) uint16 {
	if a > 1<<16-1-b {
		return 1<<16 - 1
	}
	return a + b
}
