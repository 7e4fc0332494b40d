package policy_test

import (
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

func TestGate(t *testing.T) {
	at := func(text string) ledger.Date { return day(t, text) }
	due := at("2026-04-15") // a Wednesday
	notice := policy.Notice{Lines: []policy.NoticeLine{{Due: due}, {Due: due - 30}}}
	promised := notice
	promised.Needs = at("2026-04-21")
	early := policy.Notice{Lines: []policy.NoticeLine{{Due: at("2026-05-20")}}}
	for _, tt := range []struct {
		name   string
		n      policy.Notice
		f      policy.Freshness
		today  string
		reason policy.Reason
		detail string
	}{
		{"the day after the due day is known", notice, policy.Freshness{Until: due + 1, MaxAge: 3}, "2026-04-17", "", ""},
		{"the due day itself is not enough", notice, policy.Freshness{Until: due, MaxAge: 3}, "2026-04-17", policy.ReasonMoneyUnknown, "money known only until 2026-04-15"},
		{"nothing is known", notice, policy.Freshness{}, "2026-04-17", policy.ReasonMoneyUnknown, "nothing is known about money yet"},
		{"three business days over a weekend", notice, policy.Freshness{Until: at("2026-04-17"), MaxAge: 3}, "2026-04-22", "", ""},
		{"four business days", notice, policy.Freshness{Until: at("2026-04-17"), MaxAge: 3}, "2026-04-23", policy.ReasonMoneyUnknown, "money known only until 2026-04-17, more than 3 business days ago"},
		{"any age", notice, policy.Freshness{Until: at("2026-04-17")}, "2026-12-23", "", ""},
		{"a promise later than what is known", promised, policy.Freshness{Until: at("2026-04-20")}, "2026-04-22", policy.ReasonMoneyUnknown, "money known only until 2026-04-20"},
		{"a promise within what is known", promised, policy.Freshness{Until: at("2026-04-21")}, "2026-04-22", "", ""},
		{"a step before the due day", early, policy.Freshness{Until: at("2026-05-12"), MaxAge: 3}, "2026-05-13", "", ""},
		{"a step before the due day on old facts", early, policy.Freshness{Until: at("2026-05-04"), MaxAge: 3}, "2026-05-13", policy.ReasonMoneyUnknown, "money known only until 2026-05-04, more than 3 business days ago"},
		{"a stale source", notice, policy.Freshness{Until: at("2026-04-17"), Stale: "books: 50 days old"}, "2026-04-18", policy.ReasonStale, "books: 50 days old"},
		{"the company is held", notice, policy.Freshness{Until: at("2026-04-17"), Stale: "x", Holding: "bank.xml line 3"}, "2026-04-18", policy.ReasonCompany, "bank.xml line 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ok, reason, detail := policy.Gate(tt.n, tt.f, at(tt.today), region(t, "FR"))
			if ok != (tt.reason == "") || reason != tt.reason || detail != tt.detail {
				t.Errorf("got %v %q %q, want %q %q", ok, reason, detail, tt.reason, tt.detail)
			}
		})
	}
}

// TestAttestTask: one task for each day that money is known until.
func TestAttestTask(t *testing.T) {
	first := policy.AttestTask("company", policy.Freshness{Until: day(t, "2026-04-14")}, "fr")
	same := policy.AttestTask("company", policy.Freshness{Until: day(t, "2026-04-14"), MaxAge: 9}, "fr")
	later := policy.AttestTask("company", policy.Freshness{Until: day(t, "2026-04-15")}, "en")
	if first != same || first.Subject != "company" || first.Kind != policy.TaskAttest {
		t.Errorf("got %+v and %+v, want one task about the company", first, same)
	}
	if first.Episode == later.Episode || first.Text == later.Text {
		t.Errorf("another day is another task, got %+v and %+v", first, later)
	}
}
