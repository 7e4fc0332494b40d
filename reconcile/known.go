package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/relanced/relanced/ledger"
)

// Stream is how far one stream of one connection knows what was paid.
type Stream struct {
	Account string      // the IBAN the stream is about; empty: it is not a bank account
	Until   ledger.Date // closing day of its newest complete statement, or the tool's own word; zero: it cannot say
}

// MoneyKnown tells the day up to which a company knows what it was paid, and
// why. With bank accounts configured it is the oldest of their newest complete
// statements: an account without one means that nothing is known. Without, it is
// what the tool says of itself (the oldest, when several do), else the newest
// payment booked in it, and never later than the day it was read. A person's
// word (attested) may raise either. Zero: nothing is known.
func MoneyKnown(accounts []string, streams []Stream, newestPayment, readOn, attested ledger.Date) (until ledger.Date, why string) {
	if len(accounts) > 0 {
		until, why = bankKnown(accounts, streams)
	} else {
		until, why = toolKnown(streams, newestPayment, readOn)
	}
	if attested > until {
		return attested, fmt.Sprintf("attested by a person until %s (%s)", attested, why)
	}
	return until, why
}

func bankKnown(accounts []string, streams []Stream) (ledger.Date, string) {
	newest := map[string]ledger.Date{}
	for _, s := range streams {
		if iban := FoldIBAN(s.Account); iban != "" {
			newest[iban] = max(newest[iban], s.Until)
		}
	}
	var until ledger.Date
	why := ""
	for i, account := range accounts {
		day := newest[FoldIBAN(account)]
		if !day.Known() {
			return 0, fmt.Sprintf("no complete statement of account %s", ending(account))
		}
		if i == 0 || day < until {
			until, why = day, fmt.Sprintf("account %s: newest complete statement until %s", ending(account), day)
		}
	}
	return until, why
}

func toolKnown(streams []Stream, newestPayment, readOn ledger.Date) (ledger.Date, string) {
	var told ledger.Date
	for _, s := range streams {
		if s.Account == "" && s.Until.Known() && (!told.Known() || s.Until < told) {
			told = s.Until
		}
	}
	switch {
	case told.Known():
		return capped(told, readOn, "the tool knows its money until %s")
	case newestPayment.Known():
		return capped(newestPayment, readOn, "newest payment booked in the tool on %s")
	default:
		return 0, "no payment booked in the tool, and no bank account configured"
	}
}

func capped(day, readOn ledger.Date, why string) (ledger.Date, string) {
	if readOn.Known() && day > readOn {
		return readOn, fmt.Sprintf(why+", read on %s", day, readOn)
	}
	return day, fmt.Sprintf(why, day)
}

// ending names an account by its last digits, as texts about it may be seen by
// many.
func ending(iban string) string {
	folded := FoldIBAN(iban)
	return "…" + folded[max(len(folded)-4, 0):]
}

// UnknownAccounts raises one finding for each account on which a customer
// credit stands and which is not configured: what is paid there is not waited
// for. Without configured accounts every account is taken as it comes. Match
// raises these findings for the lines it is given.
func UnknownAccounts(accounts []string, lines []LineRecord) []ledger.Finding {
	if len(accounts) == 0 {
		return nil
	}
	listed := map[string]bool{}
	for _, a := range accounts {
		listed[FoldIBAN(a)] = true
	}
	newest := map[string]*ledger.BankLine{}
	for i := range lines {
		l := &lines[i].Line
		iban := FoldIBAN(l.Account)
		if listed[iban] || !received(l) || listed[FoldIBAN(l.PayerIBAN)] {
			continue
		}
		if n := newest[iban]; n == nil || l.Day > n.Day || l.Day == n.Day && l.Seen < n.Seen {
			newest[iban] = l
		}
	}
	var findings []ledger.Finding
	for iban, l := range newest {
		name := "without a number"
		if iban != "" {
			name = ending(iban)
		}
		findings = append(findings, ledger.Finding{
			ID:   findingID(ledger.FindingUnknownAccount, iban),
			Kind: ledger.FindingUnknownAccount,
			Text: fmt.Sprintf("account %s received money on %s and is not among the company's accounts; add it there so that its statements are waited for", name, l.Day),
			Seen: l.Seen,
		})
	}
	slices.SortFunc(findings, func(x, y ledger.Finding) int { return cmp.Compare(x.ID, y.ID) })
	return findings
}

// received reports whether a line may be a customer's money.
func received(l *ledger.BankLine) bool {
	return l.Amount.Sign() > 0 && !l.Reversal && l.Return == "" && !l.Pending
}
