package policy_test

import (
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// reachedStep is a message of ours that brought items to a rung.
func reachedStep(step string, sent ledger.Date, items ...string) ledger.Message {
	m := ledger.Message{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs, Day: sent}
	for _, it := range items {
		m.Items = append(m.Items, ledger.MessageItem{Item: it, Step: step, Episode: 1})
	}
	return m
}

// another adds an item like the first one.
func another(c *policy.Case, uid ledger.UID, due ledger.Date, open money.Amount) {
	it := c.Position.Items[0]
	it.UID, it.Number, it.Due, it.Open = uid, string(uid), due, open
	c.Position.Items = append(c.Position.Items, it)
}

func loose(amount money.Amount, day ledger.Date) []reconcile.Loose {
	return []reconcile.Loose{{UID: "L", Amount: amount, Day: day}}
}

func euros(cents int64) money.Amount { return money.New(cents, money.EUR) }

// TestNothingFollowsOnTheSameDay: not even work that keeps no distance.
func TestNothingFollowsOnTheSameDay(t *testing.T) {
	c, r := oneItem(t)
	r.Ladders[ledger.KindBusiness] = load(t, []byte(`
min_gap = "1 day"
window  = { days = "mon-fri", hours = "09:00-17:00" }
entry   = "a"
rung = [
  { id = "a", severity = "friendly", after = "0 days", do = "task", template = "t" },
  { id = "b", severity = "friendly", after = "0 days", do = "task", template = "t" },
]`), "tasks")
	m := reachedStep("a", r.Today, "I")
	m.Channel = ledger.VerbTask
	c.History = []ledger.Message{m}
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonGap || d.Again != r.Today+1 {
		t.Errorf("got %+v, want it to wait for tomorrow", d)
	}
}

// TestNamedBeforeItsTime: an item whose own next step is not due yet is named,
// and stays at the rung it has reached.
func TestNamedBeforeItsTime(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due, c.Customer.Address = r.Today-70, []string{"1 rue"}
	another(&c, "J", r.Today-20, euros(9000))
	c.Calls = []policy.Call{{Day: r.Today - 30, Verb: ledger.VerbCall, Outcome: ledger.OutcomeReached}}
	c.History = []ledger.Message{reachedStep("relance", r.Today-40, "I"), reachedStep("relance", r.Today-7, "J")}
	n := policy.Decide(c, r).Notice
	if n == nil || n.Rung != "formelle" || len(n.Lines) != 2 || n.Lines[0].Step != "formelle" || n.Lines[1].Step != "relance" {
		t.Errorf("got %+v, want the formal letter to leave the second item at relance", n)
	}
}

// TestDueDayMovedOn: a due day that was put off after a reminder puts off the
// next step, which counts from the new one; the first is not said again.
func TestDueDayMovedOn(t *testing.T) {
	c, r := oneItem(t)
	c.History = []ledger.Message{reachedStep("rappel", r.Today-40, "I")}
	c.Position.Items[0].Due = r.Today - 3 // Friday 17
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonTooSoon || d.Rung != "appel" || d.Day != day(t, "2026-04-24") {
		t.Errorf("got %+v, want the call on the 24th", d)
	}
}

// TestUnsoundLadder: what Lint refuses is decided with care all the same. An
// entry rung that does not apply is no reason to begin further up, and a formal
// rung needs a person even if the ladder forgot to say so.
func TestUnsoundLadder(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due, c.Customer.Address = r.Today-60, []string{"1 rue"}
	text := strings.Replace(sound, `id = "rappel"`, "id = \"rappel\"\nall = { kinds = [\"public\"] }", 1)
	text = strings.Replace(text, "approval = true\n", "", 1)
	l, found := policy.LoadLadder([]byte(text), "unsound")
	if len(found) > 0 || len(policy.Lint(l, nil)) != 2 {
		t.Fatalf("got faults %v, and %v", found, policy.Lint(l, nil))
	}
	r.Ladders[ledger.KindBusiness] = l
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonCondition {
		t.Errorf("got %+v, want the entry rung's condition to stop it", d)
	}
	c.History = []ledger.Message{reachedStep("relance", r.Today-40, "I")}
	if n := policy.Decide(c, r).Notice; n == nil || n.Rung != "formelle" || !n.Approval {
		t.Errorf("got %+v, want the formal letter after a person's approval", n)
	}
}

// TestCallBeforeTheDueDay is no attempt about this debt.
func TestCallBeforeTheDueDay(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due, c.Customer.Address = r.Today-60, []string{"1 rue"}
	c.History = []ledger.Message{reachedStep("relance", r.Today-40, "I")}
	c.Calls = []policy.Call{
		{Day: r.Today - 60, Verb: ledger.VerbCall, Outcome: ledger.OutcomeReached},
		{Day: r.Today - 5, Verb: ledger.VerbLetter, Outcome: ledger.OutcomeOther},
	}
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonCallFirst {
		t.Errorf("got %+v, want a call first", d)
	}
}

// TestLongestHoldSpeaks: one that ends only by a person's word before one with
// an end, and "never" before both.
func TestLongestHoldSpeaks(t *testing.T) {
	c, r := oneItem(t)
	c.Holds = []ledger.Hold{
		{Kind: ledger.HoldPause, Reason: "holidays", Until: r.Today + 5},
		{Kind: ledger.HoldDispute, Reason: "quantity"},
		{Kind: ledger.HoldPause, Reason: "later", Until: r.Today + 9},
	}
	d := policy.Decide(c, r).Decisions[0]
	if d.Detail != "dispute: quantity" || d.Again != day(t, "2026-05-01") || d.Day != 0 {
		t.Errorf("got %+v, want the dispute", d)
	}
	c.Holds = append(c.Holds, ledger.Hold{Kind: ledger.HoldNever, Reason: "a friend", Until: r.Today + 1})
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonNever || d.Again != r.Today+2 {
		t.Errorf("got %+v, want never, until its day", d)
	}
}

// TestLooseMoneyIsTakenOff everything that a sum is asked about.
func TestLooseMoneyIsTakenOff(t *testing.T) {
	c, r := oneItem(t) // 100.00 overdue
	c.Position.Loose = loose(euros(9600), r.Today-30)
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonMinimum || d.Detail != "4.00 EUR overdue, less than 5.00 EUR" {
		t.Errorf("got %+v, want 4.00 to be too little", d)
	}
	c.Position.Loose = loose(euros(6000), r.Today-30)
	c.Position.Items[0].Due, c.Customer.Address = r.Today-60, []string{"1 rue"}
	c.History = []ledger.Message{reachedStep("relance", r.Today-40, "I")}
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonMinimum || d.Rung != "formelle" {
		t.Errorf("got %+v, want 40.00 to be too little for a formal letter", d)
	}
	c.Position.Loose = append(loose(euros(100), 0), loose(euros(100), r.Today-3)...)
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonCredit || d.Again != day(t, "2026-05-01") {
		t.Errorf("got %+v, want money of an unknown day to hold until it is placed", d)
	}
}

// TestCoveredNoMore: an older item that money covers today leads again when
// another becomes overdue; those behind it are looked at again on that day.
func TestCoveredNoMore(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Loose = loose(euros(10000), r.Today-30)
	another(&c, "D", r.Today-9, money.New(20000, "USD"))
	another(&c, "J", r.Today+4, euros(5000))
	out := policy.Decide(c, r)
	if d := out.Decisions[0]; d.Reason != policy.ReasonCreditCovers {
		t.Fatalf("got %+v, want the credit to cover it", d)
	}
	if d := out.Decisions[1]; d.Item != "D" || d.Verdict != policy.Act || d.Again != day(t, "2026-04-23") {
		t.Errorf("got %+v, want it to act until money known grows old", d)
	}
	r.Fresh.MaxAge = 30
	if d := policy.Decide(c, r).Decisions[1]; d.Again != r.Today+5 {
		t.Errorf("got %+v, want it looked at again when J is overdue", d)
	}
}

// TestNotWorthItYet: a formal step that is not worth it alone is looked at
// again when another item has come as far.
func TestNotWorthItYet(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due, c.Position.Items[0].Open, c.Customer.Address = r.Today-70, euros(3000), []string{"1 rue"}
	another(&c, "J", r.Today-50, euros(90000))
	another(&c, "K", r.Today-40, euros(3000))
	c.Calls = []policy.Call{{Day: r.Today - 30, Verb: ledger.VerbCall, Outcome: ledger.OutcomeReached}}
	c.History = []ledger.Message{
		reachedStep("relance", r.Today-40, "I"), reachedStep("relance", r.Today-11, "K"), // formelle on the 23rd of April
		reachedStep("rappel", r.Today-8, "J"), reachedStep("appel", r.Today-3, "J"), // relance on the 24th
	}
	out := policy.Decide(c, r)
	if d := out.Decisions[0]; d.Reason != policy.ReasonMinimum || d.Again != day(t, "2026-04-23") {
		t.Errorf("got %+v, want it too small until the 23rd", d)
	}
	r.Today, r.Fresh.Until = day(t, "2026-04-24"), day(t, "2026-04-23")
	if n := policy.Decide(c, r).Notice; n == nil || n.Rung != "formelle" || n.Anchor != "I" {
		t.Errorf("got %+v, want the formal letter", n)
	}
}

// TestLooseMoneyKeepsQuiet: no courtesy call while money of the customer waits
// to be placed; it may be for what is to come.
func TestLooseMoneyKeepsQuiet(t *testing.T) {
	c, r := oneItem(t)
	r.Ladders[ledger.KindBusiness] = load(t, []byte(plainLadder), "plain")
	c.Position.Items[0].Due = r.Today + 3
	if n := policy.Decide(c, r).Notice; n == nil || n.Rung != "courtoisie" || n.Needs != 0 {
		t.Errorf("got %+v, want the courtesy call", n)
	}
	c.Position.Loose = loose(euros(1), r.Today-90)
	if out := policy.Decide(c, r); out.Notice != nil || out.Decisions[0].Reason != policy.ReasonNotDue {
		t.Errorf("got %+v, want nothing", out)
	}
}

// TestNothingOpen: an item that is paid, or overpaid, is not named, and lowers
// nothing.
func TestNothingOpen(t *testing.T) {
	c, r := oneItem(t)
	another(&c, "J", r.Today-9, euros(-9900))
	if n := policy.Decide(c, r).Notice; n == nil || len(n.Lines) != 1 || n.Lines[0].Item != "I" {
		t.Errorf("got %+v, want a notice about the open one alone", n)
	}
}
