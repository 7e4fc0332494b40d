package main

import (
	"testing"
)

// TestATaskEndsWithItsReason: a call is done when it is logged or what it was
// about is paid, other work when nothing wants it any more.
func TestATaskEndsWithItsReason(t *testing.T) {
	t.Parallel()
	sales := []string{"sale 2026-03-02 C001 F2026-0001 1200.00", "sale 2026-03-03 C002 F2026-0002 500.00"}
	o := newOffice(t, "auto", append(sales, "sale 2026-03-03 C004 F2026-0004 70.00")...)
	o.does(words("once --as-of 2026-05-04 --dry-run"))
	o.does(words("attest money --until 2026-05-04"))
	o.does(words("once --as-of 2026-05-04"))
	o.does(words("tasks"), "Handed over", "missing-address", "C004")
	o.edit("people.csv", "C002;", "C004;DELTA;business;en;compta@delta.example;;\nC002;")
	o.does(words("once --as-of 2026-05-12"), "call appel → C001", "call appel → C002")
	o.does(words("tasks"), "1200.00 EUR: F2026-0001", "500.00 EUR: F2026-0002", "!missing-address")
	o.does([]string{"hold", "C001", "--reason", "on leave", "--until", "2026-05-12"})
	o.does(words("log C001 call --outcome no-answer"))
	o.does(words("tasks"), "on leave")
	o.does(words("tasks"), "!F2026-0001", "F2026-0002")
	o.books(sales[0], "sale 2026-03-03 C002 F2026-0002 500.00 AA", "paid 2026-05-13 C002 500.00 AA VIR F2026-0002",
		"sale 2026-03-03 C004 F2026-0004 70.00 BB", "paid 2026-05-13 C004 70.00 BB VIR F2026-0004")
	o.does(words("once --as-of 2026-05-13"))
	o.does(words("tasks"), "Nothing needs a person.", "!Handed over")
}

// TestTheQuestionAboutMoneyEndsWithItsAnswer: it is shown while reminders wait
// for it, and once, however often it was asked.
func TestTheQuestionAboutMoneyEndsWithItsAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "auto", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.edit("relanced.toml", "risk_chasing_the_paid_by_ignoring_money_age = true\n", "")
	o.does(words("once --as-of 2026-05-04"), "task/attest")
	o.does(words("attest money --until 2026-04-02"), "money is known until 2026-04-02")
	o.does(words("once --as-of 2026-05-05"), "task/attest")
	o.does(words("tasks"), "Handed over: relanced log CUSTOMER call --outcome … (1)", "2026-04-02")
	o.fails(1, []string{"reject", o.key(), "--reason", "no"}, "relanced attest money --until DAY")
	o.does(words("attest money --until 2026-05-05"))
	o.does(words("tasks"), "Nothing needs a person.")
}

func TestWhatIsReleasedAndHasNotLeftIsShownWithItsReason(t *testing.T) {
	t.Parallel()
	o := released(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	o.does([]string{"approve", o.key()}, "1 approved")
	o.does(words("tasks"), "Waiting to leave, and why (1)", "since 2026-05-04", "the next run looks at it again")
	o.at = o.at.Add(13 * 3600e9)
	o.does(words("tasks"), "its window opens on 2026-05-05 09:00")
	o.does([]string{"stop", "out", "--reason", "the printer moves"})
	o.does(words("tasks"), "the channel is paused: the printer moves")
	o.does(words("resume out"))
	o.at = o.at.Add(12 * 3600e9)
	o.does(words("once"), "1 delivered")
	o.does(words("tasks"), "Nothing needs a person.")
}

// TestAnEntrySaysWhyItCannotGoWhereItIsSent, and what can be done instead.
func TestAnEntrySaysWhyItCannotGoWhereItIsSent(t *testing.T) {
	t.Parallel()
	o := released(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	key := o.key()
	o.fails(1, []string{"settle", key, "--lost", "--reason", "x"}, "it has not left", "relanced approve", "!transition")
	o.does([]string{"approve", key})
	o.fails(1, []string{"approve", key}, "it is released already (by ", "!transition")
	o.does(words("once"), "1 delivered")
	for _, args := range [][]string{{"approve", key}, {"reject", key, "--reason", "x"}, {"settle", key, "--drop", "--reason", "x"}} {
		o.fails(1, args, "it has left already (confirmed 2026-05-04)", "relanced hold C001", "!transition")
	}
	o.fails(1, []string{"reject", "rl-nothing", "--reason", "x"}, "relanced tasks")
	o.does(words("tasks"), "Nothing needs a person.") // no hold was placed on the way
}
