package bank

// line is one bank line to be: a movement, or one detail of a movement that
// its details add up to.
type line struct {
	m       *movement
	d       *detail // nil when the movement has no details, or does not split
	ordinal int     // of the detail, from 1; 0 when the line is the whole movement
	whole   ident   // the id of the movement
	own     ident   // the id of the line, when it has another
	group   digest  // what the line says; only where somebody asks
}

// ident is an id that proved to be one.
type ident struct {
	known bool
	key   digest
	state *refState // nil: nobody else tells it
}

// best reports whether the statement tells the id best.
func (i ident) best(statement uint32) bool {
	return i.state == nil || i.state.bestStatement() == statement
}

// lines is a pass over the single lines, each with what the survey learnt of
// its ids. Statements that are told twice are passed over, and so are
// movements that cannot be read.
type lines struct {
	r       *reading
	each    func(line) error
	done    func(*header) error   // may be nil
	skipped func(*movement) error // told of movements that cannot be read; may be nil
	says    bool                  // each line's group is asked for
	split   movementKey           // the movement whose kept details were already handed on
}

type linesVisitor struct{ *lines }

var _ visitor = linesVisitor{}

func (v linesVisitor) open(*header) error { return nil }

func (v linesVisitor) done(h *header) error {
	if v.lines.done == nil {
		return nil
	}
	return v.lines.done(h)
}

func (v linesVisitor) ignores(m *movement) bool {
	return m.head.account == "" || m.state == information || m.fault != nil || v.r.copies[m.head.ordinal]
}

// spill hands on the details of a movement that has very many, as they come:
// the survey knows whether they add up.
func (v linesVisitor) spill(m *movement, d *detail) error {
	key := movementKey{m.head.ordinal, m.ordinal}
	if v.ignores(m) || !v.r.splits[key] {
		return nil
	}
	if v.split != key {
		v.split = key
		if err := v.kept(m); err != nil {
			return err
		}
	}
	return v.one(m, d, m.count)
}

func (v linesVisitor) movement(m *movement) error {
	switch {
	case m.fault != nil && m.state != information:
		if v.skipped != nil && !v.r.copies[m.head.ordinal] {
			return v.skipped(m)
		}
		return nil
	case v.ignores(m), v.split == movementKey{m.head.ordinal, m.ordinal}:
		return nil
	case m.splits():
		return v.kept(m)
	case m.count == 1:
		return v.one(m, &m.details[0], 0)
	default:
		return v.one(m, nil, 0)
	}
}

func (v linesVisitor) kept(m *movement) error {
	for i := range m.details {
		if err := v.one(m, &m.details[i], i+1); err != nil {
			return err
		}
	}
	return nil
}

// one looks up the ids of one line. The id of the whole movement goes first;
// where it has none, each line is on its own.
func (v linesVisitor) one(m *movement, d *detail, ordinal int) error {
	l := line{m: m, d: d, ordinal: ordinal}
	l.whole = v.ident(m, entryRef(m), m.amount.Minor())
	if d != nil && (!l.whole.known || len(m.ref) > 0) {
		l.own = v.ident(m, detailRef(m, d), l.minor())
	}
	if v.says || !l.named() {
		l.group = groupDigest(&v.r.g, m, d, ordinal > 0)
	}
	return v.each(l)
}

func (v linesVisitor) ident(m *movement, ref []byte, minor int64) ident {
	if len(ref) == 0 {
		return ident{}
	}
	key := refDigest(&v.r.g, m.head.account, ref, minor, string(m.amount.Currency()))
	x := v.r.refs.get(key)
	return ident{known: x == nil || !x.is(refNoID), key: key, state: x}
}

// minor is the line's amount in minor units.
func (l *line) minor() int64 {
	if l.ordinal > 0 {
		return l.d.amount.Minor()
	}
	return l.m.amount.Minor()
}

// named reports whether the line has an id.
func (l *line) named() bool { return l.whole.known || l.own.known }

// id is the id that the bank line gets: of a part its own, else the movement's.
func (l *line) id() ident {
	if l.own.known && (l.ordinal > 0 || !l.whole.known) {
		return l.own
	}
	return l.whole
}

// chosen reports whether the line's statement is the one that tells each of
// its ids best. At least one line of those that share ids is.
func (l *line) chosen() bool {
	n := l.m.head.ordinal
	return (!l.whole.known || l.whole.best(n)) && (!l.own.known || l.own.best(n))
}

// inFull reports whether a statement, and not only notifications, tells the
// line's id or its movement's.
func (l *line) inFull() bool {
	told := func(i ident) bool { return i.known && i.state != nil && i.state.is(refInFull) }
	return !l.m.head.notice || told(l.whole) || told(l.own)
}
