package policy_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// teller plays a story: it keeps one customer's case, lets days pass, asks the
// policy and delivers what it wants, as the other stages would.
type teller struct {
	t        *testing.T
	c        policy.Case
	r        policy.Rules
	auto     bool   // money is known until the day before
	delivery string // on, off, bounce, fail, unknown
	said     []string
	out      strings.Builder
	keys     map[string]bool // what was delivered once: subject, rung, episode, repeat
}

func newTeller(t *testing.T) *teller {
	t.Helper()
	tell := &teller{t: t, auto: true, delivery: "on", keys: map[string]bool{}}
	tell.c = policy.Case{Company: "company", Customer: ledger.Customer{ID: "C1", Code: "C1"}}
	tell.c.Position.Customer = "C1"
	tell.r = rules(t)
	return tell
}

// rules are those of a French company with the built-in ladders.
func rules(tb testing.TB) policy.Rules {
	tb.Helper()
	business, consumer := builtin(tb, "fr-business"), builtin(tb, "fr-consumer")
	return policy.Rules{
		Ladders: map[ledger.CustomerKind]policy.Ladder{
			ledger.KindBusiness: business, ledger.KindPublic: business,
			ledger.KindConsumer: consumer, ledger.KindUnknown: consumer,
		},
		Language: "fr", Creditor: region(tb, "FR"),
		Debtor:     func(r string) calendar.Calendar { return region(tb, r) },
		DefaultMin: 500, DefaultFormal: 5000, CreditHold: 5,
		Fresh: policy.Freshness{MaxAge: 3},
	}
}

func (s *teller) run(script string) string {
	for i, line := range strings.Split(script, "\n") {
		words := split(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := s.command(words[0], words[1:]); err != nil {
			s.t.Fatalf("line %d: %s: %v", i+1, line, err)
		}
	}
	return s.out.String()
}

// split cuts a line at spaces that do not stand between quotes.
func split(line string) []string {
	var words []string
	quoted, word := false, ""
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word != "" {
				words = append(words, word)
			}
			word = ""
		default:
			word += string(r)
		}
	}
	if word != "" {
		words = append(words, word)
	}
	return words
}

// arguments parts plain words from key=value pairs.
func arguments(words []string) (plain []string, keys map[string]string) {
	keys = map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			keys[k] = v
		} else {
			plain = append(plain, w)
		}
	}
	return append(plain, "", ""), keys
}

func (s *teller) command(name string, words []string) error {
	p, k := arguments(words)
	switch name {
	case "customer":
		s.customer(k)
	case "company":
		s.r.Language = k["language"]
		if k["calendar"] != "" {
			s.r.Creditor = region(s.t, k["calendar"])
		}
	case "limit":
		return s.r.MaxSeverity.UnmarshalText([]byte(p[0]))
	case "contact":
		s.c.Contacts = append(s.c.Contacts, ledger.Contact{Role: ledger.Role(p[0]), Name: k["name"], Mail: k["mail"], Phone: k["phone"], Language: k["language"]})
	case "invalid":
		for i := range s.c.Contacts {
			if s.c.Contacts[i].Mail == p[0] {
				s.c.Contacts[i].Invalid = "hard bounce"
			}
		}
	case "item":
		s.item(p[0], k)
	case "pay":
		s.pay(p[0], p[1])
	case "message":
		s.message(p[0], k)
	case "hold":
		s.hold(p[0], p[1], k)
	case "release":
		s.c.Holds = slices.DeleteFunc(s.c.Holds, func(h ledger.Hold) bool { return string(h.Kind) == p[0] })
	case "loose":
		s.c.Position.Loose = append(s.c.Position.Loose, reconcile.Loose{
			Kind: ledger.KindPayment, UID: ledger.UID(p[0]), Amount: amount(s.t, p[1]), Day: day(s.t, k["day"]),
		})
	case "place":
		s.c.Position.Loose = slices.DeleteFunc(s.c.Position.Loose, func(l reconcile.Loose) bool { return string(l.UID) == p[0] })
	case "doubt":
		s.doubt(p[0], k)
	case "settle":
		s.c.Position.Doubts = nil
		for i := range s.c.Position.Items {
			s.c.Position.Items[i].Doubts = nil
		}
	case "call":
		s.c.Calls = append(s.c.Calls, policy.Call{Day: s.r.Today, Verb: ledger.VerbCall, Outcome: ledger.Outcome(p[0])})
	case "money":
		s.money(p[0], k)
	case "deliver":
		s.delivery = p[0]
	case "today":
		s.r.Today = day(s.t, p[0])
	case "play":
		s.play(day(s.t, p[0]), true)
	case "down":
		s.play(day(s.t, p[0]), false)
	case "ticks":
		n, err := strconv.Atoi(p[0])
		for range n {
			s.turn()
		}
		return err
	default:
		return fmt.Errorf("there is no such command")
	}
	return nil
}

func (s *teller) customer(k map[string]string) {
	c := &s.c.Customer
	c.Kind, c.Language, c.Calendar, c.NeverChase = ledger.CustomerKind(k["kind"]), k["language"], k["calendar"], k["never"]
	if k["address"] != "" {
		c.Address = []string{k["address"]}
	}
}

func (s *teller) item(number string, k map[string]string) {
	it := reconcile.Item{UID: ledger.UID(number), Invoice: ledger.UID(number), Number: number, Ordinal: 1, Parts: 1, Episode: 1, Due: day(s.t, k["due"]), Open: amount(s.t, k["open"])}
	if invoice, part, ok := strings.Cut(number, "/"); ok {
		it.Number, it.Invoice, it.Parts = invoice, ledger.UID(invoice), 2
		it.Ordinal, _ = strconv.Atoi(part)
	}
	it.Issued = it.Due.AddDays(-30)
	if k["issued"] != "" {
		it.Issued = day(s.t, k["issued"])
	}
	if k["episode"] != "" {
		it.Episode, _ = strconv.Atoi(k["episode"])
	}
	it.Total = it.Open
	s.c.Position.Items = append(s.c.Position.Items, it)
}

func (s *teller) pay(number, part string) {
	items := s.c.Position.Items
	i := slices.IndexFunc(items, func(it reconcile.Item) bool { return string(it.UID) == number })
	if i < 0 {
		s.t.Fatalf("pay %s: there is no such item", number)
	}
	if part == "" {
		s.c.Position.Items = slices.Delete(items, i, i+1)
		return
	}
	rest, err := items[i].Open.Sub(amount(s.t, part))
	if err != nil {
		s.t.Fatal(err)
	}
	items[i].Open = rest
}

func (s *teller) message(numbers string, k map[string]string) {
	m := ledger.Message{Channel: ledger.VerbMail, State: ledger.MessageSent, Day: s.r.Today, By: ledger.ByUs}
	if k["day"] != "" {
		m.Day = day(s.t, k["day"])
	}
	if k["by"] != "" {
		m.By = ledger.By(k["by"])
	}
	if k["via"] != "" {
		m.Channel = ledger.Verb(k["via"])
	}
	if k["state"] != "" {
		m.State = ledger.MessageState(k["state"])
	}
	var severity ledger.Severity
	if err := severity.UnmarshalText([]byte(k["severity"])); err != nil {
		s.t.Fatal(err)
	}
	episode := 1
	if k["episode"] != "" {
		episode, _ = strconv.Atoi(k["episode"])
	}
	for n := range strings.SplitSeq(numbers, ",") {
		m.Items = append(m.Items, ledger.MessageItem{Item: n, Step: k["step"], Severity: severity, Episode: episode})
	}
	s.c.History = append(s.c.History, m)
}

func (s *teller) hold(kind, about string, k map[string]string) {
	h := ledger.Hold{Kind: ledger.HoldKind(kind), Customer: "C1", Reason: k["reason"], Owner: k["owner"], From: s.r.Today}
	if k["from"] != "" {
		h.From = day(s.t, k["from"])
	}
	if about != "" {
		h.Item = ledger.UID(about)
	}
	if k["until"] != "" {
		h.Until = day(s.t, k["until"])
	}
	s.c.Holds = append(s.c.Holds, h)
}

func (s *teller) doubt(about string, k map[string]string) {
	d := reconcile.Doubt{Code: k["code"], Text: k["text"], ID: "doubt-" + about, From: s.r.Today, Bounded: k["bounded"] == "yes"}
	if about == "customer" {
		s.c.Position.Doubts = append(s.c.Position.Doubts, d)
		return
	}
	for i := range s.c.Position.Items {
		if it := &s.c.Position.Items[i]; string(it.UID) == about {
			it.Doubts = append(it.Doubts, d)
		}
	}
}

func (s *teller) money(word string, k map[string]string) {
	s.auto = word == "daily"
	s.r.Fresh.Stale, s.r.Fresh.Holding = k["stale"], k["holding"]
	if !s.auto {
		s.r.Fresh.Until = day(s.t, word)
	}
}

// play lets the days pass up to and including the last.
func (s *teller) play(last ledger.Date, awake bool) {
	for s.r.Today < last {
		s.r.Today++
		if awake {
			s.turn()
		}
	}
}

// turn decides once, tells what changed and delivers.
func (s *teller) turn() {
	if s.auto {
		s.r.Fresh.Until = s.r.Today - 1
	}
	out := policy.Decide(s.c, s.r)
	lines := s.lines(out)
	if !slices.Equal(lines, s.said) {
		fmt.Fprintf(&s.out, "%s %s\n", s.r.Today, s.r.Today.Weekday().String()[:3])
		for _, l := range lines {
			s.out.WriteString("  " + l + "\n")
		}
	}
	s.said = lines
	business := s.r.Calendar(s.c.Customer.Calendar).BusinessDay(s.r.Today)
	if out.Notice != nil && business && s.delivery != "off" {
		s.deliver(*out.Notice)
	}
}

func (s *teller) lines(out policy.Outcome) []string {
	var lines []string
	for _, d := range out.Decisions {
		about := strings.Join(slices.DeleteFunc([]string{string(d.Verdict), string(d.Reason), d.Rung}, func(w string) bool { return w == "" }), " ")
		line := fmt.Sprintf("%-6s %-32s again %s", d.Item, about, d.Again)
		if d.Detail != "" {
			line += "  " + d.Detail
		}
		lines = append(lines, line)
	}
	if n := out.Notice; n != nil {
		lines = append(lines, noticeLine(n))
	}
	for _, t := range out.Tasks {
		lines = append(lines, fmt.Sprintf("task %s %s: %s", t.Kind, t.Subject, t.Text))
	}
	if out.Gated {
		lines = append(lines, "gated: a notice waits for what is known about money")
	}
	return lines
}

func noticeLine(n *policy.Notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, "=> %s %s, in %s", n.Verb, n.Rung, n.Language)
	if n.To.Mail != "" || n.To.Phone != "" {
		b.WriteString(", to " + strings.TrimSpace(n.To.Mail+" "+n.To.Phone))
	}
	for _, l := range n.Lines {
		fmt.Fprintf(&b, ", %s %s as %s", l.Item, l.Open, l.Step)
	}
	for _, c := range n.Credits {
		fmt.Fprintf(&b, ", less %s", c.Amount)
	}
	for _, l := range n.Upcoming {
		fmt.Fprintf(&b, ", soon %s", l.Item)
	}
	if n.Approval {
		b.WriteString(", after a person's approval")
	}
	if n.Repeat > 0 {
		fmt.Fprintf(&b, ", repeat %d", n.Repeat)
	}
	return b.String()
}

// deliver does what the outbox and the channel do: once per key.
func (s *teller) deliver(n policy.Notice) {
	m := ledger.Message{Channel: n.Verb, State: ledger.MessageSent, Day: s.r.Today, By: ledger.ByUs}
	switch s.delivery {
	case "bounce":
		m.State = ledger.MessageBounced
		for i := range s.c.Contacts {
			if s.c.Contacts[i].Mail == n.To.Mail {
				s.c.Contacts[i].Invalid = "hard bounce"
			}
		}
	case "unknown":
		m.State = ledger.MessageUnknown
	}
	key := fmt.Sprint(n.Anchor, n.Rung, n.Episode, n.Repeat)
	if m.State == ledger.MessageSent {
		if s.keys[key] {
			s.t.Errorf("%s: %s about %s is wanted a second time", s.r.Today, n.Rung, n.Anchor)
		}
		s.keys[key] = true
	}
	for _, l := range n.Lines {
		m.Items = append(m.Items, ledger.MessageItem{Item: string(l.Item), Step: l.Step, Severity: l.Severity, Episode: l.Episode})
	}
	s.c.History = append(s.c.History, m)
}

func day(tb testing.TB, text string) ledger.Date {
	tb.Helper()
	if text == "" {
		return 0
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// amount reads "100.00", in euros, or "100.00 USD".
func amount(tb testing.TB, text string) money.Amount {
	tb.Helper()
	if !strings.Contains(text, " ") {
		text += " EUR"
	}
	var a money.Amount
	if err := a.UnmarshalText([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	return a
}
