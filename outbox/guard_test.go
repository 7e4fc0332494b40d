package outbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

func proposed(n int) []outbox.Entry {
	var out []outbox.Entry
	for i := range n {
		w := wanted(notice(fmt.Sprintf("cust%d", i), fmt.Sprintf("item%d", i), "rappel", 100))
		out = append(out, outbox.Plan(company, []outbox.Wanted{w}, nil, nil).Create...)
	}
	return out
}

func TestRelease(t *testing.T) {
	t.Parallel()
	seasoned := outbox.Stats{SendingDays: 30, Median: 10, Customers: 1000}
	formal := proposed(1)
	formal[0].Severity = ledger.Formal
	marked := proposed(1)
	marked[0].Content.Notice.Approval = true
	call := proposed(1)
	call[0].Verb = ledger.VerbCall
	for _, c := range []struct {
		name    string
		entries []outbox.Entry
		mode    outbox.Mode
		highest ledger.Severity
		stats   outbox.Stats
		sw      outbox.Switches
		want    int
		why     string
	}{
		{"observe releases nothing", proposed(3), outbox.Observe, ledger.Firm, seasoned, outbox.Switches{}, 0, ""},
		{"approve waits for a person", proposed(3), outbox.Approving, ledger.Firm, seasoned, outbox.Switches{}, 0, "waits for approval"},
		{"a call task goes to us in approve", call, outbox.Approving, ledger.Firm, seasoned, outbox.Switches{}, 1, ""},
		{"auto releases", proposed(3), outbox.Auto, ledger.Friendly, seasoned, outbox.Switches{}, 3, ""},
		{"a formal step is a person's", formal, outbox.Auto, ledger.Court, seasoned, outbox.Switches{}, 0, "a person's to release"},
		{"a rung that asks for a word waits", marked, outbox.Auto, ledger.Firm, seasoned, outbox.Switches{}, 0, "waits for approval"},
		{"the first days are slow", proposed(30), outbox.Auto, ledger.Firm, outbox.Stats{Customers: 1000}, outbox.Switches{}, 20, "first 10 sending days"},
		{"and slower in a small house", proposed(30), outbox.Auto, ledger.Firm, outbox.Stats{Customers: 50}, outbox.Switches{}, 5, "first 10 sending days"},
		{"but three are always allowed", proposed(30), outbox.Auto, ledger.Firm, outbox.Stats{Customers: 4}, outbox.Switches{}, 3, "first 10 sending days"},
		{"what left today counts", proposed(30), outbox.Auto, ledger.Firm, outbox.Stats{Customers: 1000, Today: 18}, outbox.Switches{}, 2, "first 10 sending days"},
		{"a blast is stopped", proposed(60), outbox.Auto, ledger.Firm, seasoned, outbox.Switches{}, 30, "far above the usual 10"},
		{"but not below twenty", proposed(25), outbox.Auto, ledger.Firm, outbox.Stats{SendingDays: 30, Median: 1, Customers: 99}, outbox.Switches{}, 20, "far above the usual 1"},
		{"a shrunken source stops", proposed(3), outbox.Auto, ledger.Firm, outbox.Stats{SendingDays: 30, Shrunken: "the ledger lost half"}, outbox.Switches{}, 0, "lost half"},
		{"the switch stops all", proposed(3), outbox.Auto, ledger.Firm, seasoned, outbox.Switches{All: "fire drill"}, 0, "fire drill"},
		{"the switch stops one customer", proposed(3), outbox.Auto, ledger.Firm, seasoned, outbox.Switches{Customers: map[ledger.UID]string{"cust1": "talks"}}, 2, "talks"},
		{"the switch stops one channel", proposed(3), outbox.Auto, ledger.Firm, seasoned, outbox.Switches{Connections: map[ledger.UID]string{"channel": "moving"}}, 0, "moving"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, blocked := outbox.Release(c.entries, c.mode, c.highest, c.stats, c.sw, outbox.DefaultLimits())
			if len(out) != c.want {
				t.Errorf("%d released, want %d", len(out), c.want)
			}
			if c.mode != outbox.Observe && len(out)+len(blocked) != len(c.entries) {
				t.Errorf("%d released and %d blocked of %d: one is neither", len(out), len(blocked), len(c.entries))
			}
			for _, b := range blocked {
				if !strings.Contains(b.Why, c.why) {
					t.Errorf("blocked because %q, want %q in it", b.Why, c.why)
				}
			}
		})
	}
}

func TestReleaseTakesTheOldestDebtFirst(t *testing.T) {
	t.Parallel()
	entries := proposed(5)
	for i := range entries {
		entries[i].Content.Notice.Lines[0].Due = ledger.Date(739700 - i)
	}
	out, _ := outbox.Release(entries, outbox.Auto, ledger.Firm, outbox.Stats{Customers: 1}, outbox.Switches{}, outbox.DefaultLimits())
	if len(out) != 3 || out[0].Key != entries[4].Key || out[2].Key != entries[2].Key {
		t.Errorf("released %d entries, not the three oldest debts first", len(out))
	}
}

func TestOwnTasksAreNotLimited(t *testing.T) {
	t.Parallel()
	var entries []outbox.Entry
	for i := range 40 {
		w := outbox.TaskWanted("cust", policy.Task{Kind: "missing-address", Subject: ledger.UID(fmt.Sprint(i)), Text: "…"}, "channel")
		entries = append(entries, outbox.Plan(company, []outbox.Wanted{w}, nil, nil).Create...)
	}
	out, _ := outbox.Release(entries, outbox.Approving, ledger.Friendly, outbox.Stats{}, outbox.Switches{}, outbox.DefaultLimits())
	if len(out) != 40 {
		t.Errorf("%d tasks released, want all 40", len(out))
	}
}

func TestAStricterModeTakesBackWhatAFreerOneReleased(t *testing.T) {
	t.Parallel()
	byMode, byPerson, firm, call := proposed(1)[0], proposed(2)[1], proposed(3)[2], proposed(4)[3]
	for _, e := range []*outbox.Entry{&byMode, &byPerson, &firm, &call} {
		e.State, e.Approval = outbox.Approved, outbox.Approval{By: outbox.ByMode + "auto", Facts: e.Facts}
	}
	byPerson.Approval.By = "camille"
	firm.Severity = ledger.Firm
	call.Verb = ledger.VerbCall
	all := []outbox.Entry{byMode, byPerson, firm, call}
	for _, c := range []struct {
		mode    outbox.Mode
		highest ledger.Severity
		want    int
	}{
		{outbox.Approving, ledger.Firm, 2},
		{outbox.Auto, ledger.Firm, 0},
		{outbox.Auto, ledger.Friendly, 1},
	} {
		back := outbox.Withheld(all, c.mode, c.highest)
		if len(back) != c.want {
			t.Errorf("%s up to %s: %d taken back, want %d", c.mode, c.highest, len(back), c.want)
		}
		for _, e := range back {
			if e.State != outbox.Proposed || e.Approval.By != "" || e.Key == byPerson.Key || e.Key == call.Key {
				t.Errorf("%s up to %s: took back %s, %s, approved by %q", c.mode, c.highest, e.Key, e.State, e.Approval.By)
			}
		}
	}
}
