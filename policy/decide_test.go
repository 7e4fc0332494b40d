package policy_test

import (
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

func oneItem(tb testing.TB) (policy.Case, policy.Rules) {
	tb.Helper()
	r := rules(tb)
	r.Today = day(tb, "2026-04-20")
	r.Fresh.Until = r.Today - 1
	c := policy.Case{Company: "company", Customer: ledger.Customer{ID: "C", Kind: ledger.KindBusiness}}
	c.Position = reconcile.Position{Customer: "C", Items: []reconcile.Item{{
		UID: "I", Number: "F", Episode: 1, Due: day(tb, "2026-04-10"), Open: money.New(10000, money.EUR),
	}}}
	c.Contacts = []ledger.Contact{{Role: ledger.RolePays, Mail: "compta@exemple.example"}}
	return c, r
}

// TestTwoCustomersInOneBatch: nothing of one customer is in another's notice,
// also when they are decided on one after the other from the same memory.
func TestTwoCustomersInOneBatch(t *testing.T) {
	a, r := oneItem(t)
	b, _ := oneItem(t)
	b.Customer.ID, b.Position.Customer = "D", "D"
	b.Position.Items[0].UID, b.Position.Items[0].Number = "J", "G"
	b.Contacts[0].Mail = "autre@exemple.example"
	first, second := policy.Decide(a, r).Notice, policy.Decide(b, r).Notice
	if first == nil || second == nil {
		t.Fatal("want a notice for each")
	}
	if first.Customer != "C" || len(first.Lines) != 1 || first.Lines[0].Item != "I" || first.To.Mail != "compta@exemple.example" {
		t.Errorf("got %+v for the first", first)
	}
	if second.Customer != "D" || len(second.Lines) != 1 || second.Lines[0].Item != "J" || second.To.Mail != "autre@exemple.example" {
		t.Errorf("got %+v for the second", second)
	}
}

// TestQuietCustomersCostLittle: most customers have nothing late. They cost
// their decisions and the words in them, and nothing else.
func TestQuietCustomersCostLittle(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due = r.Today + 20
	if got := testing.AllocsPerRun(100, func() { policy.Decide(c, r) }); got > 3 {
		t.Errorf("got %v allocations, want at most 3", got)
	}
}

// TestManyItems: many items are looked up by a map, and come out as few do.
func TestManyItems(t *testing.T) {
	c, r := oneItem(t)
	m := ledger.Message{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs, Day: r.Today - 20}
	for i := range 60 {
		it := c.Position.Items[0]
		it.UID, it.Ordinal = ledger.UID(rune('a'+i)), i+2
		c.Position.Items = append(c.Position.Items, it)
		if i%2 == 0 {
			m.Items = append(m.Items, ledger.MessageItem{Item: string(it.UID), Step: "rappel", Severity: ledger.Friendly, Episode: 1})
		}
	}
	c.History = []ledger.Message{m}
	n := policy.Decide(c, r).Notice
	if n == nil || n.Rung != "rappel" || len(n.Lines) != 61 {
		t.Fatalf("got %+v, want the entry rung about 61 items", n)
	}
	c.Position.Items = c.Position.Items[1:] // the anchor is one that was reminded now
	n = policy.Decide(c, r).Notice
	if n == nil || n.Rung != "appel" {
		t.Fatalf("got %+v, want the call", n)
	}
	for _, l := range n.Lines {
		if want := map[bool]string{true: "appel", false: "rappel"}[l.Ordinal%2 == 0]; l.Step != want {
			t.Errorf("item %d reaches %q, want %q", l.Ordinal-2, l.Step, want)
		}
	}
}

// TestContacts: who is written to, and what is missing when nobody is.
func TestContacts(t *testing.T) {
	pays := ledger.Contact{Role: ledger.RolePays, Mail: "pays@x.example"}
	boss := ledger.Contact{Role: ledger.RoleEscalation, Mail: "boss@x.example", Phone: "01"}
	other := ledger.Contact{Role: ledger.RoleOrders, Mail: "orders@x.example"}
	bounced := pays
	bounced.Invalid = "550 no such user"
	for _, tt := range []struct {
		name     string
		step     string // reached
		contacts []ledger.Contact
		address  []string
		want     string // mail, phone, "letter", or the reason
	}{
		{"the one who pays", "", []ledger.Contact{other, pays}, nil, "pays@x.example"},
		{"anybody who has mail", "", []ledger.Contact{{Role: ledger.RolePays, Phone: "01"}, other}, nil, "orders@x.example"},
		{"nobody whose address bounced", "", []ledger.Contact{bounced, boss}, nil, "boss@x.example"},
		{"nobody at all", "", nil, []string{"1 rue"}, "no-address"},
		{"a call, to who has a phone", "rappel", []ledger.Contact{pays, boss}, nil, "boss@x.example"},
		{"a call without a number is handed over all the same", "rappel", []ledger.Contact{other, pays}, nil, "pays@x.example"},
		{"a call with nobody known", "rappel", nil, nil, ""},
		{"a letter, to the one who decides", "relance", []ledger.Contact{pays, boss}, []string{"1 rue"}, "boss@x.example"},
		{"a letter needs no contact", "relance", []ledger.Contact{bounced}, []string{"1 rue"}, ""},
		{"a letter needs an address", "relance", []ledger.Contact{pays, boss}, nil, "no-address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, r := oneItem(t)
			c.Position.Items[0].Due = r.Today - 60
			c.Contacts, c.Customer.Address = tt.contacts, tt.address
			c.Calls = []policy.Call{{Day: r.Today - 30, Verb: ledger.VerbCall, Outcome: ledger.OutcomeNoAnswer}}
			if tt.step != "" {
				c.History = []ledger.Message{{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs, Day: r.Today - 40, Items: []ledger.MessageItem{{Item: "I", Step: tt.step, Episode: 1}}}}
			}
			out := policy.Decide(c, r)
			got := string(out.Decisions[0].Reason)
			if out.Notice != nil {
				got = out.Notice.To.Mail
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if missing := len(out.Tasks) == 1 && out.Tasks[0].Kind == policy.TaskMissingAddress; missing != (tt.want == "no-address") {
				t.Errorf("got tasks %+v", out.Tasks)
			}
		})
	}
}

// TestNothingFromNoticeUpWithoutProof: a mise en demeure needs a call, proof of
// the step before, and a person.
func TestNothingFromNoticeUpWithoutProof(t *testing.T) {
	l := load(t, []byte(`
min_gap = "4 business days"
window  = { days = "mon-fri", hours = "09:00-17:00" }
entry   = "rappel"
rung = [
  { id = "rappel", severity = "friendly", after = "2 business days", do = "mail", template = "t" },
  { id = "formelle", severity = "formal", after = "10 business days", do = "letter", template = "t", approval = true },
  { id = "mise-en-demeure", severity = "notice", after = "10 business days", do = "registered", template = "t", approval = true },
]`), "notice")
	c, r := oneItem(t)
	r.Ladders[ledger.KindBusiness] = l
	c.Position.Items[0].Due = r.Today - 60
	c.Customer.Address = []string{"1 rue"}
	c.History = []ledger.Message{{Key: "k", Channel: ledger.VerbLetter, State: ledger.MessageSent, By: ledger.ByUs, Day: r.Today - 30, Items: []ledger.MessageItem{{Item: "I", Step: "formelle", Severity: ledger.Formal, Episode: 1}}}}
	step := func(want policy.Reason) {
		t.Helper()
		if got := policy.Decide(c, r).Decisions[0].Reason; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	step(policy.ReasonCallFirst)
	c.Calls = []policy.Call{{Day: r.Today - 5, Verb: ledger.VerbCall, Outcome: ledger.OutcomeNoAnswer}}
	step(policy.ReasonProofNeeded)
	c.Proofs = []policy.Proof{{Key: "another", Day: r.Today - 25}}
	step(policy.ReasonProofNeeded)
	c.Proofs = []policy.Proof{{Key: "k", Day: r.Today - 25}}
	step(policy.ReasonRung)
	if n := policy.Decide(c, r).Notice; n == nil || !n.Approval || n.Severity != ledger.NoticeOfDefault {
		t.Errorf("got %+v, want a notice that a person releases", n)
	}
}

// TestNoLadder: a kind of customer nobody thought of is held, with its reason.
func TestNoLadder(t *testing.T) {
	c, r := oneItem(t)
	r.Ladders = nil
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonNoLadder || d.Verdict != policy.Held || d.Again <= r.Today {
		t.Errorf("got %+v", d)
	}
}

// TestMinimumInOtherCurrencies: five units, whatever the decimals.
func TestMinimumInOtherCurrencies(t *testing.T) {
	for _, tt := range []struct {
		open money.Amount
		want policy.Reason
	}{
		{money.New(4, "JPY"), policy.ReasonMinimum},
		{money.New(5, "JPY"), policy.ReasonRung},
		{money.New(4999, "BHD"), policy.ReasonMinimum},
		{money.New(5000, "BHD"), policy.ReasonRung},
		{money.New(999, "CHF"), policy.ReasonMinimum}, // set to ten
		{money.New(1000, "CHF"), policy.ReasonRung},
		{money.New(0, "EUR"), policy.ReasonMinimum},
		{money.New(-100, "EUR"), policy.ReasonMinimum},
	} {
		c, r := oneItem(t)
		r.Minimum = map[money.Currency]money.Amount{"CHF": money.New(1000, "CHF")}
		c.Position.Items[0].Open = tt.open
		if got := policy.Decide(c, r).Decisions[0].Reason; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.open, got, tt.want)
		}
	}
}

// TestNothingLegalIsAFirstContact: an item that was never reminded is not named
// in a formal letter about an older one.
func TestNothingLegalIsAFirstContact(t *testing.T) {
	c, r := oneItem(t)
	c.Position.Items[0].Due = r.Today - 60
	c.Customer.Address = []string{"1 rue"}
	fresh := c.Position.Items[0]
	fresh.UID, fresh.Due = "J", r.Today-10
	c.Position.Items = append(c.Position.Items, fresh)
	c.Calls = []policy.Call{{Day: r.Today - 30, Verb: ledger.VerbCall, Outcome: ledger.OutcomeReached}}
	c.History = []ledger.Message{{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs, Day: r.Today - 40, Items: []ledger.MessageItem{{Item: "I", Step: "relance", Episode: 1}}}}
	out := policy.Decide(c, r)
	if out.Notice == nil || out.Notice.Rung != "formelle" || len(out.Notice.Lines) != 1 {
		t.Fatalf("got %+v, want the formal letter about one item", out.Notice)
	}
	if d := out.Decisions[1]; d.Item != "J" || d.Reason != policy.ReasonAnchor {
		t.Errorf("got %+v, want the fresh item to wait", d)
	}
}

// TestForeignMessages: a message about items that are paid by now is nobody's
// history, and counts for the distance.
func TestForeignMessages(t *testing.T) {
	c, r := oneItem(t)
	c.History = []ledger.Message{{Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByTool, Day: r.Today - 1, Items: []ledger.MessageItem{{Item: "paid long ago", Step: "relance"}}}}
	if d := policy.Decide(c, r).Decisions[0]; d.Reason != policy.ReasonGap || d.Rung != "rappel" {
		t.Errorf("got %+v, want the entry rung to keep its distance", d)
	}
}
