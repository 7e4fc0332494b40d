package policy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// plainLadder has what the built-in ladders have not: a step before the due
// day, conditions, a repeated call and work for one of us.
const plainLadder = `
min_gap = "3 business days"
window  = { days = "mon-fri", hours = "09:00-17:00" }
entry   = "rappel"
rung = [
  { id = "tot", severity = "friendly", before = "8 days", do = "mail", template = "t" },
  { id = "courtoisie", severity = "friendly", before = "4 business days", do = "call", template = "t", any = { new_customer = true, min_amount = "50 EUR" } },
  { id = "rappel", severity = "friendly", after = "1 business day", do = "mail", template = "t" },
  { id = "appel", severity = "friendly", after = "4 business days", do = "call", template = "t", repeat = "4 business days", all = { min_amount = "80 EUR" } },
  { id = "relance", severity = "firm", after = "6 days", do = "mail", to = "escalation", template = "t" },
  { id = "interne", severity = "firm", after = "2 days", do = "task", template = "t", any = { instalment = true, kinds = ["business"] } },
  { id = "formelle", severity = "formal", after = "5 business days", do = "letter", template = "t", approval = true, needs_call = true },
]
`

// exact compares amounts with ==.
var exact = cmpopts.EquateComparable(money.Amount{})

func drawDate(t *rapid.T, name string, from, to ledger.Date) ledger.Date {
	return ledger.Date(rapid.Int32Range(int32(from), int32(to)).Draw(t, name))
}

func chance(t *rapid.T, name string, oneIn int) bool {
	return rapid.IntRange(1, oneIn).Draw(t, name) == 1
}

// world is what the properties draw from.
type world struct {
	rules   policy.Rules
	ladders map[string]policy.Ladder
	day     ledger.Date
}

func newWorld(tb testing.TB) world {
	tb.Helper()
	fr, be := region(tb, "FR"), region(tb, "BE")
	r := rules(tb)
	r.Debtor = func(name string) calendar.Calendar {
		if name == "BE" {
			return be
		}
		return fr
	}
	return world{rules: r, day: day(tb, "2026-04-20"), ladders: map[string]policy.Ladder{
		"fr-business": builtin(tb, "fr-business"), "fr-consumer": builtin(tb, "fr-consumer"), "plain": load(tb, []byte(plainLadder), "plain"),
	}}
}

// draw draws a case and rules with a ladder of the given names.
func (w world) draw(t *rapid.T, names ...string) (policy.Case, policy.Rules) {
	r := w.rules
	r.Today = drawDate(t, "today", w.day, w.day+40)
	ladder := w.ladders[rapid.SampledFrom(names).Draw(t, "ladder")]
	r.Ladders = map[ledger.CustomerKind]policy.Ladder{ledger.KindUnknown: ladder}
	r.Fresh = policy.Freshness{MaxAge: rapid.SampledFrom([]int{0, 3, 30}).Draw(t, "max age"), Until: r.Today - drawDate(t, "lag", 0, 6)}
	if chance(t, "ignorant", 12) {
		r.Fresh = policy.Freshness{Stale: rapid.SampledFrom([]string{"", "bank"}).Draw(t, "stale"), Holding: rapid.SampledFrom([]string{"", "line 3"}).Draw(t, "holding")}
	}
	if chance(t, "limited", 8) {
		r.MaxSeverity = ledger.Firm
	}
	c := policy.Case{Company: "company", EverPaid: rapid.Bool().Draw(t, "ever paid")}
	c.Customer = ledger.Customer{ID: "C", Kind: rapid.SampledFrom([]ledger.CustomerKind{"", "business", "business", "consumer", "public"}).Draw(t, "kind")}
	c.Customer.Calendar = rapid.SampledFrom([]string{"", "BE"}).Draw(t, "calendar")
	if !chance(t, "homeless", 6) {
		c.Customer.Address = []string{"1 rue de l'Essai"}
	}
	c.Position.Customer = "C"
	for i := range rapid.IntRange(1, 5).Draw(t, "items") {
		c.Position.Items = append(c.Position.Items, drawItem(t, r.Today, i))
	}
	if chance(t, "rich", 4) {
		c.Position.Loose = []reconcile.Loose{{UID: "L", Amount: drawAmount(t, "loose"), Day: drawDate(t, "loose day", r.Today-15, r.Today)}}
	}
	if chance(t, "doubtful", 8) {
		c.Position.Doubts = []reconcile.Doubt{drawDoubt(t, r.Today)}
	}
	for range rapid.IntRange(0, 2).Draw(t, "contacts") {
		c.Contacts = append(c.Contacts, ledger.Contact{
			Role: rapid.SampledFrom([]ledger.Role{"pays", "escalation", "orders"}).Draw(t, "role"),
			Mail: rapid.SampledFrom([]string{"a@b", "c@d", ""}).Draw(t, "mail"), Invalid: rapid.SampledFrom([]string{"", "", "bounced"}).Draw(t, "invalid"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "holds") {
		c.Holds = append(c.Holds, drawHold(t, r.Today, len(c.Position.Items)))
	}
	for range rapid.IntRange(0, 2).Draw(t, "calls") {
		c.Calls = append(c.Calls, policy.Call{Day: drawDate(t, "call", r.Today-60, r.Today), Verb: ledger.VerbCall, Outcome: rapid.SampledFrom([]ledger.Outcome{"reached", "no-answer"}).Draw(t, "outcome")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "messages") {
		c.History = append(c.History, drawMessage(t, r.Today, ladder, len(c.Position.Items)))
	}
	return c, r
}

func drawAmount(t *rapid.T, name string) money.Amount {
	minor := rapid.OneOf(rapid.Int64Range(1, 1200), rapid.Int64Range(1, 20000), rapid.SampledFrom([]int64{500, 499, 5000, 5001, 300000})).Draw(t, name)
	return money.New(minor, rapid.SampledFrom([]money.Currency{"EUR", "EUR", "EUR", "USD"}).Draw(t, "currency"))
}

func drawItem(t *rapid.T, today ledger.Date, i int) reconcile.Item {
	it := reconcile.Item{
		UID: ledger.UID(fmt.Sprintf("I%d", i)), Number: fmt.Sprintf("F%d", i), Ordinal: 1, Parts: rapid.IntRange(1, 2).Draw(t, "parts"),
		Episode: rapid.IntRange(1, 2).Draw(t, "episode"), Due: drawDate(t, "due", today-70, today+15), Open: drawAmount(t, "open"),
	}
	if chance(t, "no terms", 15) {
		it.Due = 0
	}
	it.Issued = max(it.Due-30, 1)
	it.Total = it.Open
	if chance(t, "doubt", 8) {
		it.Doubts = []reconcile.Doubt{drawDoubt(t, today)}
	}
	return it
}

func drawDoubt(t *rapid.T, today ledger.Date) reconcile.Doubt {
	return reconcile.Doubt{Code: "suggested", ID: "D", Text: "may be paid", Bounded: rapid.Bool().Draw(t, "bounded"), From: drawDate(t, "doubt from", today-12, today)}
}

func drawHold(t *rapid.T, today ledger.Date, items int) ledger.Hold {
	h := ledger.Hold{
		Kind: rapid.SampledFrom([]ledger.HoldKind{ledger.HoldPause, ledger.HoldPromise, ledger.HoldDispute, ledger.HoldInsolvency, ledger.HoldNever}).Draw(t, "hold"),
		From: drawDate(t, "from", today-30, today+10),
	}
	if !chance(t, "endless", 3) {
		h.Until = h.From + drawDate(t, "long", 0, 20)
	}
	if rapid.Bool().Draw(t, "of an item") {
		h.Item = ledger.UID(fmt.Sprintf("I%d", rapid.IntRange(0, items-1).Draw(t, "held")))
	}
	return h
}

func drawMessage(t *rapid.T, today ledger.Date, l policy.Ladder, items int) ledger.Message {
	rung := rapid.SampledFrom(l.Rungs).Draw(t, "rung")
	m := ledger.Message{
		Channel: rung.Do, Day: drawDate(t, "sent", today-40, today), By: ledger.ByUs,
		State: rapid.SampledFrom([]ledger.MessageState{"sent", "sent", "sent", "sent", "failed", "bounced"}).Draw(t, "state"),
	}
	if chance(t, "lost", 15) {
		m.State = ledger.MessageUnknown
	}
	mi := ledger.MessageItem{Step: rung.ID, Severity: rung.Severity}
	if chance(t, "by hand", 4) {
		m.By, mi.Step = ledger.ByPerson, ""
	}
	for i := range items {
		if rapid.Bool().Draw(t, "names") {
			mi.Item, mi.Episode = fmt.Sprintf("I%d", i), rapid.IntRange(1, 2).Draw(t, "message episode")
			m.Items = append(m.Items, mi)
		}
	}
	return m
}

// TestEveryItemHasItsAnswer: every open item has one decision with a known
// reason and a day to come, the same one whenever it is asked and in whatever
// order things are told; the notice names exactly the items that are acted on.
func TestEveryItemHasItsAnswer(t *testing.T) {
	w := newWorld(t)
	verdicts := verdictOf()
	rapid.Check(t, func(t *rapid.T) {
		c, r := w.draw(t, "fr-business", "fr-consumer", "plain")
		out := policy.Decide(c, r)
		if diff := cmp.Diff(out, policy.Decide(c, r), exact); diff != "" {
			t.Fatalf("asked twice:\n%s", diff)
		}
		if got, want := len(out.Decisions), len(c.Position.Items); got != want {
			t.Fatalf("got %d decisions for %d items", got, want)
		}
		seen, first := map[ledger.UID]policy.Decision{}, ledger.Date(0)
		for _, d := range out.Decisions {
			seen[d.Item] = d
			if d.Again <= r.Today {
				t.Errorf("%s is looked at again on %s, today is %s", d.Item, d.Again, r.Today)
			}
			if !slices.Contains(verdicts[d.Reason], d.Verdict) {
				t.Errorf("%s: verdict %q with reason %q", d.Item, d.Verdict, d.Reason)
			}
			if first == 0 || d.Again < first {
				first = d.Again
			}
		}
		if len(seen) != len(c.Position.Items) || out.Again != first {
			t.Errorf("decisions are about %d items, again %s, want %d and %s", len(seen), out.Again, len(c.Position.Items), first)
		}
		checkNotice(t, c, r, out, seen)
		reversed := c
		reversed.Position.Items = slices.Clone(c.Position.Items)
		reversed.History = slices.Clone(c.History)
		slices.Reverse(reversed.Position.Items)
		slices.Reverse(reversed.History)
		if diff := cmp.Diff(out, policy.Decide(reversed, r), exact); diff != "" && c.Position.Doubts == nil {
			t.Errorf("told in another order:\n%s", diff)
		}
	})
}

// verdictOf tells which verdicts go with a reason.
func verdictOf() map[policy.Reason][]policy.Verdict {
	out := map[policy.Reason][]policy.Verdict{}
	for _, r := range policy.Reasons() {
		switch r {
		case policy.ReasonRung, policy.ReasonCovered:
			out[r] = []policy.Verdict{policy.Act}
		case policy.ReasonNotDue, policy.ReasonTooSoon, policy.ReasonGap, policy.ReasonUnderWay, policy.ReasonTop, policy.ReasonAnchor, policy.ReasonCondition:
			out[r] = []policy.Verdict{policy.Wait}
		default:
			out[r] = []policy.Verdict{policy.Held}
		}
	}
	return out
}

func checkNotice(t *rapid.T, c policy.Case, r policy.Rules, out policy.Outcome, seen map[ledger.UID]policy.Decision) {
	acting := 0
	for _, d := range out.Decisions {
		if d.Verdict == policy.Act {
			acting++
		}
	}
	n := out.Notice
	if n == nil {
		if acting > 0 {
			t.Errorf("%d items are acted on without a notice", acting)
		}
		return
	}
	if out.Gated {
		t.Error("there is a notice although it is gated")
	}
	if ok, reason, detail := policy.Gate(*n, r.Fresh, r.Today, r.Creditor); !ok {
		t.Errorf("the gate refuses what was decided: %s %s", reason, detail)
	}
	ladder := r.Ladders[ledger.KindUnknown]
	limit := place(ladder, n.Rung)
	if len(n.Lines) != acting || seen[n.Anchor].Reason != policy.ReasonRung {
		t.Errorf("the notice names %d items and is led by %s; %d are acted on, the anchor is %q", len(n.Lines), n.Anchor, acting, seen[n.Anchor].Reason)
	}
	for _, l := range n.Lines {
		step, was := place(ladder, l.Step), reached(c, ladder, l)
		switch {
		case seen[l.Item].Verdict != policy.Act:
			t.Errorf("%s is named but %q", l.Item, seen[l.Item].Verdict)
		case ladder.Rungs[limit].Before != nil:
			if l.Due < r.Today {
				t.Errorf("%s is late and named in a step before the due day", l.Item)
			}
		case step > limit || l.Due >= r.Today || r.Fresh.Until <= l.Due:
			t.Errorf("%s, due %s, reaches %q in a notice at %q with money known until %s", l.Item, l.Due, l.Step, n.Rung, r.Fresh.Until)
		case was < 0 && l.Step != ladder.Entry:
			t.Errorf("%s has no history and reaches %q", l.Item, l.Step)
		case was >= 0 && climbs(ladder, was, step) > 1:
			t.Errorf("%s was at %q and reaches %q", l.Item, ladder.Rungs[was].ID, l.Step)
		}
	}
	if n.Severity >= ledger.Formal && (!n.Approval || c.Customer.Kind == ledger.KindUnknown) {
		t.Errorf("a formal notice to a customer of kind %q, approval %v", c.Customer.Kind, n.Approval)
	}
}

func place(l policy.Ladder, id string) int {
	return slices.IndexFunc(l.Rungs, func(r policy.Rung) bool { return r.ID == id })
}

// climbs counts the unconditional rungs from one place to another.
func climbs(l policy.Ladder, from, to int) int {
	n := 0
	for i := from + 1; i <= to; i++ {
		if l.Rungs[i].All == nil && l.Rungs[i].Any == nil || i == to {
			n++
		}
	}
	return n
}

// reached reads an item's highest rung from the history, the slow way.
func reached(c policy.Case, l policy.Ladder, line policy.NoticeLine) int {
	best := -1
	for _, m := range c.History {
		for _, mi := range m.Items {
			if m.State != ledger.MessageSent || mi.Item != string(line.Item) || mi.Episode != line.Episode {
				continue
			}
			at := place(l, mi.Step)
			if m.By != ledger.ByUs {
				if m.Day <= line.Due {
					continue
				}
				at = place(l, l.Entry)
			}
			if l.Rungs[at].Before == nil {
				best = max(best, at)
			}
		}
	}
	return best
}

// TestAgainIsNeverLate: until the day a decision names, time alone does not
// change its verdict or its reason.
func TestAgainIsNeverLate(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c, r := w.draw(t, "fr-business", "fr-consumer", "plain")
		out := policy.Decide(c, r)
		today := r.Today
		for r.Today++; r.Today < today+45; r.Today++ {
			for i, later := range policy.Decide(c, r).Decisions {
				d := out.Decisions[i]
				if r.Today < d.Again && (later.Verdict != d.Verdict || later.Reason != d.Reason) {
					t.Fatalf("%s: %s is %s/%s until %s, but on %s it is %s/%s (%s)", today, d.Item, d.Verdict, d.Reason, d.Again, r.Today, later.Verdict, later.Reason, later.Detail+fmt.Sprintf("\n%+v\n%+v", c, r.Fresh))
				}
			}
		}
	})
}

// TestAnotherCentPaid: paying one more cent of an item that stays open, and
// that keeps its currency worth chasing, neither adds a notice nor makes it
// harsher. (When an item is paid off, the next oldest goes on from its own
// history, which may be further: that is Kill Bill #2297, told in a story.)
func TestAnotherCentPaid(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c, r := w.draw(t, "fr-business", "fr-consumer")
		i := rapid.IntRange(0, len(c.Position.Items)-1).Draw(t, "paid")
		cent := money.New(1, c.Position.Items[i].Open.Currency())
		before := policy.Decide(c, r)
		items := slices.Clone(c.Position.Items)
		rest, err := items[i].Open.Sub(cent)
		if err != nil || rest.IsZero() {
			return
		}
		items[i].Open = rest
		c.Position.Items = items
		after := policy.Decide(c, r)
		for j := range after.Decisions {
			was, is := before.Decisions[j].Reason, after.Decisions[j].Reason
			if was != is && (is == policy.ReasonCreditCovers || is == policy.ReasonMinimum && after.Decisions[j].Rung == "") {
				return // a currency is no longer worth chasing
			}
		}
		switch {
		case after.Notice == nil:
		case before.Notice == nil:
			t.Errorf("one cent more adds a notice: %s", noticeLine(after.Notice))
		case after.Notice.Severity > before.Notice.Severity:
			t.Errorf("one cent more makes it harsher: %s, before %s", noticeLine(after.Notice), noticeLine(before.Notice))
		}
	})
}

// TestPlayedOverFourMonths: played day by day with everything delivered, no
// step about an anchor is taken twice, no two contacts are closer than min_gap,
// no more than one message and two calls fall in seven days, and nothing leaves
// about an item that is held.
func TestPlayedOverFourMonths(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c, r := w.draw(t, "fr-business", "fr-consumer", "plain")
		ladder := r.Ladders[ledger.KindUnknown]
		both := r.Calendar(c.Customer.Calendar)
		start, keys := len(c.History), map[string]bool{}
		for last := r.Today + 120; r.Today < last; r.Today++ {
			r.Fresh.Until, r.Fresh.Stale, r.Fresh.Holding = r.Today-1, "", ""
			if !both.BusinessDay(r.Today) || rapid.IntRange(1, 20).Draw(t, "down") == 1 {
				continue
			}
			n := policy.Decide(c, r).Notice
			if n == nil {
				continue
			}
			key := fmt.Sprint(n.Anchor, n.Rung, n.Episode, n.Repeat)
			if keys[key] {
				t.Fatalf("%s: %s is wanted a second time", r.Today, noticeLine(n))
			}
			keys[key] = true
			checkDistance(t, c.History, start, n, r.Today, ladder, both)
			m := ledger.Message{Channel: n.Verb, State: ledger.MessageSent, Day: r.Today, By: ledger.ByUs}
			for _, l := range n.Lines {
				m.Items = append(m.Items, ledger.MessageItem{Item: string(l.Item), Step: l.Step, Severity: l.Severity, Episode: l.Episode})
			}
			c.History = append(c.History, m)
		}
	})
}

func checkDistance(t *rapid.T, history []ledger.Message, start int, n *policy.Notice, today ledger.Date, l policy.Ladder, both calendar.Calendar) {
	messages, calls := 0, 0
	for i, m := range history {
		if m.State != ledger.MessageSent {
			continue
		}
		if i >= start && m.Day == today {
			t.Errorf("%s: two notices on one day: %s", today, noticeLine(n))
		}
		if n.Verb == ledger.VerbTask || m.Channel == ledger.VerbTask {
			continue
		}
		if l.MinGap.After(m.Day, both) > today {
			t.Errorf("%s: %s, %s after a contact on %s", today, noticeLine(n), l.MinGap, m.Day)
		}
		if m.Day+7 > today {
			if m.Channel == ledger.VerbCall {
				calls++
			} else {
				messages++
			}
		}
	}
	if n.Verb == ledger.VerbMail || n.Verb == ledger.VerbLetter {
		messages++
	} else {
		calls++
	}
	if messages > 1 && n.Verb != ledger.VerbCall && n.Verb != ledger.VerbTask || calls > 2 && n.Verb == ledger.VerbCall {
		t.Errorf("%s: %d messages and %d calls in a week", today, messages, calls)
	}
}
