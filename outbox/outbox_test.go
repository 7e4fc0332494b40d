package outbox_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

const company = ledger.UID("c0c0c0c0c0c0c0c0")

func notice(customer, anchor, rung string, cents int64) policy.Notice {
	return policy.Notice{
		Customer: ledger.UID(customer), Anchor: ledger.UID(anchor), Episode: 1, Rung: rung, Severity: ledger.Friendly,
		Verb: ledger.VerbMail, Template: "rappel-aimable", Language: "fr",
		To: ledger.Contact{Mail: customer + "@example.example", Role: ledger.RolePays},
		Lines: []policy.NoticeLine{{
			Item: ledger.UID(anchor), Number: "F1", Due: 739700, Open: money.New(cents, money.EUR), Step: rung, Episode: 1,
		}},
	}
}

func wanted(n policy.Notice) outbox.Wanted { return outbox.NoticeWanted(n, "channel", "v1", nil) }

func TestKeyNamesTheThingAndNothingThatChanges(t *testing.T) {
	t.Parallel()
	if got, want := outbox.Key(company, "item", "rappel", 1, 1), "rl-d1cf3a5a5f8b1a9bd0c0b4b0a6f3f2f8"; len(got) != len(want) {
		t.Errorf("key %q has %d characters, want %d", got, len(got), len(want))
	}
	spelled := regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	seen := map[string]bool{}
	for _, key := range []string{
		outbox.Key(company, "item", "rappel", 1, 1), outbox.Key("other", "item", "rappel", 1, 1),
		outbox.Key(company, "item2", "rappel", 1, 1), outbox.Key(company, "item", "relance", 1, 1),
		outbox.Key(company, "item", "rappel", 2, 1), outbox.Key(company, "item", "rappel", 1, 2),
		outbox.Key(company, "itemr", "appel", 1, 1),
	} {
		if !spelled.MatchString(key) {
			t.Errorf("key %q is not spelled so that every tool can store it", key)
		}
		if seen[key] {
			t.Errorf("key %q stands for two things", key)
		}
		seen[key] = true
	}
	if a, b := outbox.Key(company, "i", "r", 1, 1), outbox.Key(company, "i", "r", 1, 1); a != b {
		t.Errorf("keys %q and %q of one thing differ", a, b)
	}
}

func TestFactsAreWhatAnApprovalBindsTo(t *testing.T) {
	t.Parallel()
	base := notice("cust", "item", "rappel", 10000)
	change := map[string]func(*policy.Notice){
		"recipient":  func(n *policy.Notice) { n.To.Mail = "x@example.example" },
		"rung":       func(n *policy.Notice) { n.Rung = "relance" },
		"template":   func(n *policy.Notice) { n.Template = "relance-ferme" },
		"language":   func(n *policy.Notice) { n.Language = "en" },
		"amount":     func(n *policy.Notice) { n.Lines[0].Open = money.New(9999, money.EUR) },
		"currency":   func(n *policy.Notice) { n.Lines[0].Open = money.New(10000, "GBP") },
		"items":      func(n *policy.Notice) { n.Lines = append(n.Lines, policy.NoticeLine{Item: "other"}) },
		"attachment": func(n *policy.Notice) { n.Attach = []string{"invoice"} },
	}
	for name, edit := range change {
		n := base
		n.Lines = slices.Clone(base.Lines)
		edit(&n)
		if outbox.Facts(n, "v1", nil) == outbox.Facts(base, "v1", nil) {
			t.Errorf("another %s leaves the facts the same", name)
		}
	}
	if outbox.Facts(base, "v2", nil) == outbox.Facts(base, "v1", nil) {
		t.Error("another version of the text leaves the facts the same")
	}
	if outbox.Facts(base, "v1", []string{"1 rue"}) == outbox.Facts(base, "v1", []string{"2 rue"}) {
		t.Error("another postal address leaves the facts the same")
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	w := wanted(notice("cust", "item", "rappel", 10000))
	changed := wanted(notice("cust", "item", "rappel", 9000))
	elsewhere := w
	elsewhere.Channel = "another"
	queued := func(state outbox.State) []outbox.Entry {
		d := outbox.Plan(company, []outbox.Wanted{w}, nil, nil)
		e := d.Create[0]
		e.State = state
		return []outbox.Entry{e}
	}
	type counts struct{ Create, Refresh, Revive, Supersede, Stuck int }
	for _, c := range []struct {
		name   string
		wanted []outbox.Wanted
		queued []outbox.Entry
		want   counts
	}{
		{"new", []outbox.Wanted{w}, nil, counts{Create: 1}},
		{"twice wanted is once", []outbox.Wanted{w, w}, nil, counts{Create: 1}},
		{"proposed already", []outbox.Wanted{w}, queued(outbox.Proposed), counts{}},
		{"approved already", []outbox.Wanted{w}, queued(outbox.Approved), counts{}},
		{"delivered already", []outbox.Wanted{w}, queued(outbox.Confirmed), counts{}},
		{"about to leave", []outbox.Wanted{w}, queued(outbox.Intended), counts{}},
		{"in doubt", []outbox.Wanted{w}, queued(outbox.InDoubt), counts{}},
		{"a person must tell", []outbox.Wanted{w}, queued(outbox.NeedsHuman), counts{}},
		{"other facts, proposed", []outbox.Wanted{changed}, queued(outbox.Proposed), counts{Refresh: 1}},
		{"other facts, approved", []outbox.Wanted{changed}, queued(outbox.Approved), counts{Refresh: 1}},
		{"other facts, unsent", []outbox.Wanted{changed}, queued(outbox.Unsent), counts{Refresh: 1}},
		{"other facts, leased", []outbox.Wanted{changed}, queued(outbox.Leased), counts{}},
		{"other facts, about to leave", []outbox.Wanted{changed}, queued(outbox.Intended), counts{}},
		{"wanted again", []outbox.Wanted{w}, queued(outbox.Superseded), counts{Revive: 1}},
		{"refused, same address", []outbox.Wanted{w}, queued(outbox.Rejected), counts{Stuck: 1}},
		{"refused, another channel", []outbox.Wanted{elsewhere}, queued(outbox.Rejected), counts{Create: 1}},
		{"given up", []outbox.Wanted{w}, queued(outbox.Cancelled), counts{Stuck: 1}},
		{"not wanted, proposed", nil, queued(outbox.Proposed), counts{Supersede: 1}},
		{"not wanted, approved", nil, queued(outbox.Approved), counts{Supersede: 1}},
		{"not wanted, unsent", nil, queued(outbox.Unsent), counts{Supersede: 1}},
		{"not wanted, about to leave", nil, queued(outbox.Intended), counts{}},
		{"not wanted, delivered", nil, queued(outbox.Confirmed), counts{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := outbox.Plan(company, c.wanted, c.queued, nil)
			got := counts{len(d.Create), len(d.Refresh), len(d.Revive), len(d.Supersede), len(d.Stuck)}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnotherAttemptHasAnotherKey(t *testing.T) {
	t.Parallel()
	w := wanted(notice("cust", "item", "rappel", 10000))
	first := outbox.Plan(company, []outbox.Wanted{w}, nil, nil).Create[0]
	first.State = outbox.Rejected
	w.Channel = "another"
	second := outbox.Plan(company, []outbox.Wanted{w}, []outbox.Entry{first}, nil).Create[0]
	if second.Attempt != 2 || second.Key == first.Key {
		t.Errorf("second attempt is number %d with key %s, want 2 and not %s", second.Attempt, second.Key, first.Key)
	}
}

func TestSuspendedNoticesKeepTheirPlaceAndApproval(t *testing.T) {
	t.Parallel()
	e := outbox.Plan(company, []outbox.Wanted{wanted(notice("cust", "item", "rappel", 10000))}, nil, nil).Create[0]
	e.State, e.Approval = outbox.Approved, outbox.Approval{By: "camille"}
	d := outbox.Plan(company, nil, []outbox.Entry{e}, outbox.Suspended{"cust": true})
	if !d.Empty() {
		t.Errorf("Plan = %+v, want nothing: stale money is no reason to forget a person's word", d)
	}
}

func TestPlanOnItsOwnResultChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []outbox.Wanted
		for range rapid.IntRange(0, 6).Draw(t, "wanted") {
			n := notice(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "customer"), rapid.SampledFrom([]string{"i", "j"}).Draw(t, "item"),
				rapid.SampledFrom([]string{"rappel", "relance"}).Draw(t, "rung"), rapid.Int64Range(1, 3).Draw(t, "cents"))
			all = append(all, wanted(n))
		}
		var queue []outbox.Entry
		for range rapid.IntRange(0, 5).Draw(t, "queued") {
			n := notice("a", rapid.SampledFrom([]string{"i", "j"}).Draw(t, "queued item"), "rappel", 1)
			e := outbox.Plan(company, []outbox.Wanted{wanted(n)}, nil, nil).Create[0]
			e.State = rapid.SampledFrom(outbox.States()).Draw(t, "state")
			if !slices.ContainsFunc(queue, func(x outbox.Entry) bool { return x.Key == e.Key }) {
				queue = append(queue, e)
			}
		}
		queue = apply(t, queue, outbox.Plan(company, all, queue, nil))
		if again := outbox.Plan(company, all, queue, nil); !again.Empty() {
			t.Fatalf("a second Plan wants %+v", again)
		}
	})
}

// apply does what a queue does with a difference, and fails on a transition
// that is not in the table.
func apply(t *rapid.T, queue []outbox.Entry, d outbox.Difference) []outbox.Entry {
	for _, list := range [][]outbox.Entry{d.Refresh, d.Revive, d.Supersede} {
		for _, e := range list {
			i := slices.IndexFunc(queue, func(x outbox.Entry) bool { return x.Key == e.Key })
			if err := outbox.Check(queue[i].State, e.State); err != nil && queue[i].State != e.State {
				t.Fatal(err)
			}
			queue[i] = e
		}
	}
	return append(queue, d.Create...)
}

func TestLegalTransitionsOnly(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]outbox.State{
		{outbox.Confirmed, outbox.Approved},
		{outbox.Intended, outbox.Approved},
		{outbox.Intended, outbox.Superseded},
		{outbox.InDoubt, outbox.Approved},
		{outbox.Cancelled, outbox.Approved},
		{outbox.Proposed, outbox.Leased},
		{outbox.Approved, outbox.Intended},
	} {
		if err := outbox.Check(pair[0], pair[1]); !errors.Is(err, outbox.ErrTransition) {
			t.Errorf("%s → %s: %v, want it refused", pair[0], pair[1], err)
		}
	}
}

func TestHistoryIsWhatMayHaveReachedSomebody(t *testing.T) {
	t.Parallel()
	e := outbox.Plan(company, []outbox.Wanted{wanted(notice("cust", "item", "rappel", 1))}, nil, nil).Create[0]
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	e.Intent.At = time.Date(2026, 5, 10, 22, 30, 0, 0, time.UTC) // the 11th in Paris
	want := map[outbox.State]ledger.MessageState{
		outbox.Intended: ledger.MessageUnderWay, outbox.InDoubt: ledger.MessageUnknown, outbox.NeedsHuman: ledger.MessageUnknown,
		outbox.Confirmed: ledger.MessageSent, outbox.Rejected: ledger.MessageFailed,
	}
	for _, s := range outbox.States() {
		e.State = s
		m, ok := outbox.History(e, paris)
		if ok != (want[s] != "") || m.State != want[s] {
			t.Errorf("%s: history %v %q, want %q", s, ok, m.State, want[s])
		}
		if ok && m.Day.String() != "2026-05-11" {
			t.Errorf("%s: day %s, want the creditor's civil day 2026-05-11", s, m.Day)
		}
	}
}
