package policy

import (
	"regexp"
	"strconv"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

// mostRungs is how many rungs a ladder may have.
const mostRungs = 32

// Lint returns what would make a ladder do something else than it says: rungs
// that are never reached, two of one id, texts that do not exist, steps that
// announce what is not scheduled, formal steps without a person's word, waits
// shorter than min_gap. known tells whether a text exists; nil: not asked.
func Lint(l Ladder, known func(template string) bool) []Fault {
	c := linter{l: &l, known: known, entry: l.entry()}
	c.whole()
	for i := range l.Rungs {
		c.i, c.r = i, &l.Rungs[i]
		c.name()
		c.words()
		c.time()
		c.order()
		c.care()
		c.conditions("all", c.r.All)
		c.conditions("any", c.r.Any)
	}
	return c.faults
}

// Unique returns a fault for every rung id that two ladders of one company
// share: a rung's id stands in the key of what is sent.
func Unique(ladders ...Ladder) []Fault {
	var faults []Fault
	owner := map[string]string{}
	for _, l := range ladders {
		for i, r := range l.Rungs {
			if other, taken := owner[r.ID]; taken && other != l.ID {
				faults = append(faults, l.places.fault("rung."+strconv.Itoa(i)+".id",
					quoted(r.ID)+" is a rung of the ladder "+quoted(other)+" too; a rung's id is unique in a company, give it another one"))
				continue
			}
			owner[r.ID] = l.ID
		}
	}
	return faults
}

type linter struct {
	l      *Ladder
	known  func(string) bool
	entry  int
	i      int
	r      *Rung
	faults []Fault
}

// say adds a fault about a key of the ladder.
func (c *linter) say(key, text string) { c.faults = append(c.faults, c.l.places.fault(key, text)) }

// at adds a fault about a key of the rung.
func (c *linter) at(key, text string) {
	name := c.r.ID
	if name == "" {
		name = "rung " + strconv.Itoa(c.i+1)
	}
	c.say("rung."+strconv.Itoa(c.i)+"."+key, name+": "+text)
}

func quoted(s string) string { return strconv.Quote(s) }

// whole judges what is said of the ladder as a whole.
func (c *linter) whole() {
	if len(c.l.Rungs) == 0 {
		c.say("rung", "the ladder has no rung; each begins with a line [[rung]]")
	}
	if len(c.l.Rungs) > mostRungs {
		c.say("rung", "a ladder has at most "+strconv.Itoa(mostRungs)+" rungs")
	}
	if c.l.MinGap.IsZero() {
		c.say("min_gap", `the least time between two messages is missing, such as "4 business days"`)
	}
	if c.l.Window == (calendar.Window{}) {
		c.say("window", `when messages leave is missing, such as { days = "mon-fri", hours = "09:00-17:00" }`)
	}
	switch {
	case c.l.Entry == "":
		c.say("entry", "the rung where an item without history begins is missing; name the first one after the due day")
	case c.entry < 0:
		c.say("entry", quoted(c.l.Entry)+" is not a rung of this ladder after the due day")
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// name judges the rung's id.
func (c *linter) name() {
	if !idForm.MatchString(c.r.ID) {
		c.at("id", "an id is small letters, digits and dashes, at most 40, such as \"relance\"")
		return
	}
	for j := range c.i {
		if c.l.Rungs[j].ID == c.r.ID {
			c.at("id", "there are two rungs of this id; give one another name")
			return
		}
	}
}

// words judges what the rung does, to whom and with which text.
func (c *linter) words() {
	switch c.r.Do {
	case ledger.VerbMail, ledger.VerbLetter, ledger.VerbRegistered, ledger.VerbCall, ledger.VerbTask, ledger.VerbVisit:
	default:
		c.at("do", quoted(string(c.r.Do))+" is not one of mail, letter, registered, call, task, visit")
	}
	switch c.r.To {
	case "", ledger.RoleOrders, ledger.RoleApproves, ledger.RolePays, ledger.RoleEscalation:
	default:
		c.at("to", quoted(string(c.r.To))+" is not one of orders, approves, pays, escalation")
	}
	switch {
	case c.r.Template == "":
		c.at("template", "the name of its text is missing, such as \"rappel-aimable\"")
	case c.known != nil && !c.known(c.r.Template):
		c.at("template", "there is no text "+quoted(c.r.Template)+"; write it into your folder of texts or name another")
	}
	for _, a := range c.r.Attach {
		if a != "invoice" {
			c.at("attach", quoted(a)+` cannot be attached; "invoice" can`)
		}
	}
}

// time judges when the rung comes.
func (c *linter) time() {
	r := c.r
	switch {
	case r.Before != nil && r.After != nil:
		c.at("before", "a rung has before or after, not both")
	case r.Before == nil && r.After == nil:
		c.at("after", `when it comes is missing, such as after = "5 business days"`)
	case r.After != nil && c.i > c.entry && c.entry >= 0 && r.Do != ledger.VerbTask && shorter(*r.After, c.l.MinGap):
		c.at("after", "it is shorter than min_gap ("+c.l.MinGap.String()+"), so the rung would always be late; make it at least as long")
	}
	switch {
	case r.Repeat == nil:
	case !task(r.Do):
		c.at("repeat", "only a call, task or visit is handed over again; a message is not repeated")
	case r.Repeat.IsZero():
		c.at("repeat", `a repeat needs some time, such as "5 business days"`)
	case r.Do != ledger.VerbTask && shorter(*r.Repeat, c.l.MinGap):
		c.at("repeat", "it is shorter than min_gap ("+c.l.MinGap.String()+"); make it at least as long")
	}
}

// shorter reports whether a is surely less time than b. Five business days
// are taken for seven days.
func shorter(a, b calendar.Span) bool {
	n, businessA := a.Count()
	m, businessB := b.Count()
	switch {
	case businessA == businessB:
		return n < m
	case businessA:
		return n*7 < m*5-10
	default:
		return n*5 < m*7-10
	}
}

// order judges the rung's place in the climb.
func (c *linter) order() {
	if c.entry < 0 {
		return
	}
	switch r := c.r; {
	case r.Before != nil && c.i > c.entry:
		c.at("before", "a step before the due day stands above the entry rung; move it up, it is not part of the climb")
	case r.Before == nil && c.i < c.entry:
		c.at("after", "it is never reached: the climb begins at "+quoted(c.l.Entry)+", further down")
	case c.i == c.entry && (r.All != nil || r.Any != nil):
		c.at("id", "the entry rung has no conditions: every item begins there")
	}
	for j := c.i - 1; j >= c.entry; j-- {
		if before := &c.l.Rungs[j]; before.Before == nil {
			if c.r.Severity != 0 && c.r.Severity < before.Severity {
				c.at("severity", "it is milder than "+quoted(before.ID)+" before it; a ladder does not go down")
			}
			return
		}
	}
}

// care judges how hard the rung is.
func (c *linter) care() {
	r := c.r
	switch {
	case r.Severity == 0:
		c.at("severity", "it is missing: friendly, firm, formal, notice or court")
	case r.Severity >= ledger.Formal && c.i == c.entry:
		c.at("severity", "nothing formal is a first contact; begin with a friendly rung")
	case r.Severity > ledger.Friendly && r.Before != nil:
		c.at("severity", "nothing is late before the due day; only friendly is")
	case r.Severity >= ledger.Formal && !r.Approval:
		c.at("approval", "from formal up a person releases each one; write approval = true")
	}
	if r.Announces == "" {
		return
	}
	for j := c.i + 1; j < len(c.l.Rungs); j++ {
		if c.l.Rungs[j].ID == r.Announces && c.l.Rungs[j].Before == nil {
			return
		}
	}
	c.at("announces", quoted(r.Announces)+" is not a later rung of this ladder; a message announces only what is scheduled")
}

// conditions judges a set of conditions.
func (c *linter) conditions(key string, set *Conditions) {
	if set == nil {
		return
	}
	if set.MinAmount == nil && set.NewCustomer == nil && set.FinalInvoice == nil && set.Instalment == nil && len(set.Kinds) == 0 {
		c.at(key, "there is no condition in it; take it out")
	}
	if set.MinAmount != nil && set.MinAmount.Sign() <= 0 {
		c.at(key+".min_amount", `an amount above nothing is expected, such as "3000 EUR"`)
	}
	for _, kind := range set.Kinds {
		if _, err := ledger.ParseCustomerKind(string(kind)); err != nil || kind == ledger.KindUnknown {
			c.at(key+".kinds", quoted(string(kind))+" is not one of business, consumer, public")
		}
	}
}
