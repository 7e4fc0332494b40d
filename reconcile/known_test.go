package reconcile_test

import (
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

func TestMoneyKnown(t *testing.T) {
	a, b := "FR76 9999 9000 0100 0000 1234 537", "FR7699999000010000006789048"
	for _, tc := range []struct {
		name                         string
		accounts                     []string
		streams                      []reconcile.Stream
		newest, read, attested, want ledger.Date
		why                          string
	}{
		{name: "the oldest of the newest", accounts: []string{a, b}, streams: []reconcile.Stream{{Account: "FR7699999000010000001234537", Until: 130}, {Account: b, Until: 110}, {Account: b, Until: 120}}, newest: 150, read: 151, want: 120, why: "…9048"},
		{name: "an account without a statement", accounts: []string{a, b}, streams: []reconcile.Stream{{Account: a, Until: 130}}, newest: 150, want: 0, why: "no complete statement of account …9048"},
		{name: "an account with statements that know nothing", accounts: []string{a}, streams: []reconcile.Stream{{Account: a}}, want: 0, why: "…4537"},
		{name: "what the tool books or says does not count beside accounts", accounts: []string{a}, streams: []reconcile.Stream{{Account: a, Until: 100}, {Until: 140}}, newest: 150, read: 150, want: 100},
		{name: "an account that is not listed does not count", accounts: []string{a}, streams: []reconcile.Stream{{Account: a, Until: 100}, {Account: b, Until: 90}}, want: 100},
		{name: "a person raises", accounts: []string{a}, attested: 105, want: 105, why: "attested"},
		{name: "a person never lowers", accounts: []string{a}, streams: []reconcile.Stream{{Account: a, Until: 110}}, attested: 105, want: 110},
		{name: "no accounts: the newest payment", newest: 99, read: 120, want: 99, why: "newest payment"},
		{name: "never later than the reading", newest: 130, read: 120, want: 120, why: "read on"},
		{name: "the tool's own word", streams: []reconcile.Stream{{Until: 118}, {Until: 115}}, newest: 99, read: 120, want: 115, why: "the tool knows"},
		{name: "the tool's word is capped too", streams: []reconcile.Stream{{Until: 125}}, read: 120, want: 120},
		{name: "a bank file without configured accounts says nothing of the tool", streams: []reconcile.Stream{{Account: b, Until: 125}}, newest: 99, read: 120, want: 99},
		{name: "nothing at all", want: 0, why: "no payment booked"},
	} {
		got, why := reconcile.MoneyKnown(tc.accounts, tc.streams, tc.newest, tc.read, tc.attested)
		if got != tc.want || !strings.Contains(why, tc.why) {
			t.Errorf("%s: got %d because %q, want %d because %q", tc.name, got, why, tc.want, tc.why)
		}
		if strings.Contains(why, "99999") {
			t.Errorf("%s: %q tells an account number", tc.name, why)
		}
	}
}

func TestUnknownAccounts(t *testing.T) {
	line := func(account string, day ledger.Date, minor int64) reconcile.LineRecord {
		return reconcile.LineRecord{Line: ledger.BankLine{Account: account, Day: day, Amount: money.New(minor, "EUR")}}
	}
	lines := []reconcile.LineRecord{line("FR76 A", 10, 100), line("FR76B", 11, 100), line("FR76B", 12, 100), line("FR76C", 12, -100)}
	got := reconcile.UnknownAccounts([]string{"fr76a"}, lines)
	if len(got) != 1 || got[0].Kind != ledger.FindingUnknownAccount || !strings.Contains(got[0].Text, "…R76B") || !strings.Contains(got[0].Text, ledger.Date(12).String()) {
		t.Errorf("got %+v, want one finding about the account ending R76B", got)
	}
	if got := reconcile.UnknownAccounts(nil, lines); len(got) != 0 {
		t.Errorf("without configured accounts: got %+v", got)
	}
}
