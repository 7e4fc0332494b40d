package bank

import (
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// maxFindings bounds the findings, and the quarantined records, of one account
// in one reading. The last one says that there are more.
const maxFindings = 1000

// find adds a finding, once.
func (a *account) find(key digest, kind ledger.FindingKind, seen ledger.Source, format string, args ...any) {
	if a.seen[key] || len(a.findings) > maxFindings {
		return
	}
	a.seen[key] = true
	if len(a.findings) == maxFindings {
		format, args = "there are more findings than these %d: settle them, and the others are told", []any{maxFindings}
	}
	a.findings = append(a.findings, ledger.Finding{
		ID: string(kind) + "-" + key.String(), Kind: kind, Text: fmt.Sprintf(format, args...), Seen: seen,
	})
}

// hold adds a quarantined bank line, once.
func (a *account) hold(key digest, seen ledger.Source, reason string) {
	if a.seen[key] || len(a.held) > maxFindings {
		return
	}
	a.seen[key] = true
	if len(a.held) == maxFindings {
		reason = fmt.Sprintf("there are more unreadable movements than these %d; %s", maxFindings, reason)
	}
	a.held = append(a.held, ledger.Quarantined{
		ID: "q-" + key.String(), Kind: ledger.KindBankLine, Money: true, Reason: reason, Seen: seen,
	})
}

// at names a place for people.
func (r *reading) at(file, line int) ledger.Source {
	return ledger.Source(fmt.Sprintf("%s line %d", r.files[file].name, line))
}

// unreadable quarantines one movement, unless statements that add up cover its
// statement's days: then it was read elsewhere.
func (e *emission) unreadable(m *movement) error {
	h, r := m.head, e.r
	if h.account == "" {
		return nil // the statement as a whole is quarantined
	}
	a := r.account(h.account)
	if r.superseded(a, m) {
		return nil
	}
	key := r.g.start('q').word(h.account).word(h.id).number(int64(h.created)).text(m.ref).number(int64(m.ordinal)).word(m.fault.field).word(m.fault.text).sum()
	a.hold(key, r.at(h.file, m.fault.line), fmt.Sprintf(
		"%s line %d: %s: %s; ask the bank for a corrected file, or settle this record once you know what the movement is",
		r.files[h.file].name, m.fault.line, m.fault.field, m.fault.text))
	return nil
}

// superseded reports whether complete statements cover what could not be read,
// in its currency, or in every one when that is not known either.
func (r *reading) superseded(a *account, m *movement) bool {
	s := r.statements[m.head.ordinal]
	cur := m.amount.Currency()
	if s != nil {
		cur = s.currency
	}
	covered := false
	for of, p := range a.pockets {
		if cur != "" && of != cur {
			continue
		}
		if covered = s != nil && p.standsFor(s) || m.day.Known() && p.proves(m.day); !covered {
			return false
		}
	}
	return covered
}

// statement is told when a statement has been read in the last pass.
func (e *emission) statement(h *header) error {
	if h.account != "" {
		return nil
	}
	r := e.r
	key := r.g.start('n').word(h.id).number(int64(h.created)).word(r.files[h.file].name).number(int64(h.line)).sum()
	r.rest.hold(key, r.at(h.file, h.line), fmt.Sprintf(
		"%s line %d: Acct/Id: the statement names no account: ask the bank for a corrected file",
		r.files[h.file].name, h.line))
	return nil
}

// twins tells of lines that may be one or two.
func (e *emission) twins(a *account, l line, doubt string) {
	key := l.group
	if l.named() {
		key = l.id().key
	}
	a.find(key, ledger.FindingTwins, e.r.source(l.m),
		"%s, %s on the %s: %s. It is kept and held; a statement with balances over the whole day decides, or release it",
		money.New(l.minor(), l.m.amount.Currency()), l.m.day, masked(a.id), doubt)
}

// mismatch tells of a movement whose details do not add up to it.
func (e *emission) mismatch(a *account, m *movement) {
	key := e.r.g.start('m').word(a.id).text(m.ref).number(int64(m.day)).number(m.amount.Minor()).number(m.sum).sum()
	what := fmt.Sprintf("the %d details add up to %s", m.count, money.New(m.sum, m.amount.Currency()))
	if m.partial {
		what = fmt.Sprintf("not each of the %d details has its amount", m.count)
	}
	a.find(key, ledger.FindingUnbalanced, e.r.source(m),
		"%s, movement of %s on %s: %s, so it is one line with all their texts. Its parts can be told apart by a notification (camt.054) with their amounts",
		e.r.source(m), m.amount, m.day, what)
}

// unbalanced tells of the statements that do not prove what they cover, and
// that no other statement stands in for.
func (r *reading) unbalanced(a *account) {
	for _, p := range a.pockets {
		for _, s := range p.statements {
			if s.complete {
				continue
			}
			if p.standsFor(s) {
				continue
			}
			where := r.at(s.file, s.line)
			key := r.g.start('u').word(a.id).word(s.id).number(int64(s.created)).number(int64(s.first)).number(int64(s.last)).number(s.sum).sum()
			a.find(key, ledger.FindingUnbalanced, where,
				"%s, statement %q of the %s: %s. Its movements are used, but it does not say up to which day money is known: ask the bank for it again",
				where, s.id, masked(a.id), s.reason(r))
		}
	}
}

// reason says why a statement is not complete.
func (s *statement) reason(r *reading) string {
	switch {
	case !s.finished:
		return "it breaks off"
	case s.fault != nil:
		return fmt.Sprintf("line %d: %s: %s", s.fault.line, s.fault.field, s.fault.text)
	case s.bad > 0:
		return fmt.Sprintf("%d of its movements could not be read, the first at line %d (%s)", s.bad, s.badField.line, s.badField.field)
	case !s.balanced():
		return "it has no opening and closing balance (OPBD and CLBD)"
	case s.foreign > 0:
		return fmt.Sprintf("%d of its movements are in another currency than %s", s.foreign, s.currency)
	case s.opening.amount.Currency() != s.currency || s.closing.amount.Currency() != s.currency:
		return "its balances are in another currency than its movements"
	case s.overflow:
		return "its movements add up to more than can be counted"
	case r.today.Known() && s.closing.day > r.today:
		return fmt.Sprintf("it closes on %s, a day that has not come", s.closing.day)
	case s.opening.day > s.closing.day:
		return fmt.Sprintf("it opens on %s and closes before, on %s", s.opening.day, s.closing.day)
	default:
		return fmt.Sprintf("it opens with %s and closes with %s, but its movements come to %s",
			s.opening.amount, s.closing.amount, money.New(s.sum, s.currency))
	}
}

// gaps tells of missing statements.
func (r *reading) gaps(a *account) {
	for _, p := range a.pockets {
		for _, g := range p.gaps {
			key := r.g.start('h').word(a.id).number(int64(g.from)).number(int64(g.to)).number(g.closed.Minor()).number(g.opens.Minor()).sum()
			a.find(key, ledger.FindingGap, r.at(g.before.file, g.before.line),
				"the %s: nothing is known from %s to %s: one statement closes with %s, the next opens with %s (%s). Put the missing statements beside the others, or set accept_gaps_before",
				masked(a.id), g.from, g.to, g.closed, g.opens, r.at(g.before.file, g.before.line))
		}
	}
}

// shrunk tells that files are gone whose movements were read before.
func (r *reading) shrunk(a *account, old mark, now int) {
	key := r.g.start('d').word(a.id).number(int64(old.From)).number(int64(old.To)).number(int64(old.Lines)).sum()
	a.find(key, ledger.FindingGap, ledger.Source(r.files[0].name),
		"the %s: of %d movements from %s to %s only %d are left in the files. What was read before is kept, for a file that is moved away undoes no payment; put it back, and its movements are compared again",
		masked(a.id), old.Lines, old.From, old.To, now)
}

// refusals tells of the files that could not be used.
func (e *emission) refusals() {
	r := e.r
	for i, f := range r.files {
		bad := r.refused[i]
		if bad == nil {
			continue
		}
		a := r.rest
		key := r.g.start('r').word(f.name).word(bad.text).sum()
		text := fmt.Sprintf("%s line %d: %s", f.name, bad.line, bad.text)
		a.find(key, ledger.FindingUnreadable, r.at(i, bad.line), "%s. What comes behind it in the file is not known", text)
		key = r.g.start('x').word(f.name).word(bad.text).sum()
		a.hold(key, r.at(i, bad.line), text)
	}
}

// problems lists what Check tells.
func (r *reading) problems() []string {
	e := &emission{r: r, hand: func(connectors.Page) error { return nil }}
	e.refusals()
	var out []string
	for _, f := range r.rest.findings {
		out = append(out, f.Text)
	}
	for _, id := range r.accountIDs() {
		a := r.accounts[id]
		r.unbalanced(a)
		r.gaps(a)
		for _, f := range a.findings {
			out = append(out, f.Text)
		}
	}
	return out
}
