package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// withCompany opens the installation, finds the company the flags name, and
// closes everything when do has run.
func (a *app) withCompany(ctx context.Context, do func(*house, *daemon.Company) error) (err error) {
	h, err := a.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if err := h.rehearse(ctx); err != nil {
		return err
	}
	c, err := a.company(h)
	if err != nil {
		return err
	}
	return do(h, c)
}

// rehearse makes a command on a database that is played with speak of the day
// the rehearsal has come to, unless the real day is later.
func (h *house) rehearse(ctx context.Context) error {
	g, err := h.db.Generation(ctx)
	if err != nil || !g.Played.Known() {
		return err
	}
	zone := h.config.Companies[0].Zone
	if ledger.DateOf(h.now().In(zone)) < g.Played {
		at := g.Played.In(zone, 10, 0)
		h.now = func() time.Time { return at }
	}
	return nil
}

// subject finds the one customer or invoice that a person means.
func subject(ctx context.Context, h *house, c *daemon.Company, text string) (cache.Subject, error) {
	found, err := h.db.Find(ctx, c.UID, text)
	if err != nil {
		return cache.Subject{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, s := range found {
		names = append(names, strings.TrimSpace(s.Code+" "+s.Name+" "+s.Number))
	}
	return cache.Subject{}, usageError{fmt.Errorf("%q could be several: %s; use the customer's code", text, strings.Join(names, "; "))}
}

func (a *app) logCommand() *cobra.Command {
	var outcome, note, entry, day string
	var promise []string
	cmd := &cobra.Command{
		Use:   "log CUSTOMER call|letter|reply|visit --outcome OUTCOME",
		Short: "Record what came of a call, a letter, a reply or a visit",
		Long: `Records what a customer said, so that the next step fits.

Outcomes: reached, no-answer, promise, dispute, says-paid, wrong-data, other.
A promise holds the customer until its day, a dispute and "says paid" until somebody
looks into it.`,
		Example: `  relanced log C003 call --outcome no-answer
  relanced log C003 call --outcome promise --promise "1200.00 EUR" --promise 2026-05-20
  relanced log C003 reply --outcome dispute --note "two hours too many"`,
		Args: exactly(2, "a customer and one of call, letter, reply, visit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.log(cmd.Context(), h, c, args[0], args[1], outcome, note, entry, day, promise)
			})
		},
	}
	cmd.Flags().StringVar(&outcome, "outcome", "", "what came of it")
	cmd.Flags().StringVar(&note, "note", "", "a few words; no health matters, no insults")
	cmd.Flags().StringVar(&entry, "task", "", "`key` of the task it answers")
	cmd.Flags().StringVar(&day, "day", "", "the `day` it was, when not today")
	cmd.Flags().StringArrayVar(&promise, "promise", nil, "`amount and day` promised, given as two: --promise \"1200.00 EUR\" --promise 2026-05-20")
	return cmd
}

func (a *app) log(ctx context.Context, h *house, c *daemon.Company, who, verb, outcome, note, entry, day string, promise []string) error {
	s, err := subject(ctx, h, c, who)
	if err != nil {
		return err
	}
	call := cache.Call{Customer: s.Customer, Entry: entry, Note: note, Who: a.actor(), Day: h.today(c)}
	if call.Verb, err = logVerb(verb); err != nil {
		return err
	}
	if call.Outcome, err = logOutcome(outcome); err != nil {
		return err
	}
	if day != "" {
		if call.Day, err = ledger.ParseDate(day); err != nil {
			return usageError{err}
		}
	}
	if err := readPromise(promise, call.Outcome, &call, h.today(c)); err != nil {
		return err
	}
	hold := holdAfter(call, s, h.today(c))
	if err := h.db.LogCall(ctx, c.UID, call, hold); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"customer": s.Customer, "outcome": call.Outcome, "day": call.Day, "hold": hold})
	}
	a.say("recorded: %s %s, %s", s.Code, s.Name, call.Outcome)
	if hold != nil {
		a.say("%s", holdSentence(*hold))
	}
	return nil
}

func logVerb(word string) (ledger.Verb, error) {
	switch word {
	case "call":
		return ledger.VerbCall, nil
	case "letter":
		return ledger.VerbLetter, nil
	case "reply":
		return ledger.VerbMail, nil
	case "visit":
		return ledger.VerbVisit, nil
	default:
		return "", usageError{fmt.Errorf("%q is not something to record; say call, letter, reply or visit", word)}
	}
}

func logOutcome(word string) (ledger.Outcome, error) {
	switch o := ledger.Outcome(word); o {
	case ledger.OutcomeReached, ledger.OutcomeNoAnswer, ledger.OutcomePromise, ledger.OutcomeDispute,
		ledger.OutcomeSaysPaid, ledger.OutcomeWrongData, ledger.OutcomeOther:
		return o, nil
	default:
		return "", usageError{fmt.Errorf("--outcome %q: say reached, no-answer, promise, dispute, says-paid, wrong-data or other", word)}
	}
}

// readPromise reads the amount and the day promised.
func readPromise(promise []string, outcome ledger.Outcome, call *cache.Call, today ledger.Date) error {
	if outcome != ledger.OutcomePromise {
		if len(promise) > 0 {
			return usageError{errors.New("--promise goes with --outcome promise")}
		}
		return nil
	}
	for _, text := range promise {
		if d, err := ledger.ParseDate(text); err == nil {
			call.By = d
			continue
		}
		var amount money.Amount
		if err := amount.UnmarshalText([]byte(text)); err != nil || amount.Sign() <= 0 {
			return usageError{fmt.Errorf("--promise %q is neither a day such as 2026-05-20 nor an amount such as \"1200.00 EUR\"", text)}
		}
		call.Promise = amount
	}
	if !call.By.Known() || call.By < today {
		return usageError{errors.New("a promise needs its day, today or later: --promise 2026-05-20")}
	}
	return nil
}

// holdAfter is the hold that an outcome brings, if any.
func holdAfter(call cache.Call, s cache.Subject, today ledger.Date) *ledger.Hold {
	h := &ledger.Hold{Customer: s.Customer, Invoice: s.Invoice, Source: "person", Owner: call.Who, From: today}
	switch call.Outcome {
	case ledger.OutcomePromise:
		h.Kind, h.Until, h.Reason = ledger.HoldPromise, call.By, "promised to pay by "+call.By.String()
	case ledger.OutcomeDispute:
		h.Kind, h.Reason = ledger.HoldDispute, orText(call.Note, "disputed")
	case ledger.OutcomeSaysPaid:
		h.Kind, h.Reason = ledger.HoldSaysPaid, orText(call.Note, "says it is paid; look for the money")
	case ledger.OutcomeReached, ledger.OutcomeNoAnswer, ledger.OutcomeWrongData, ledger.OutcomeOther:
		return nil
	default:
		return nil
	}
	return h
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func holdSentence(h ledger.Hold) string {
	if h.Until.Known() {
		return fmt.Sprintf("held until %s: %s", h.Until, h.Reason)
	}
	return fmt.Sprintf("held until released: %s (relanced release %s --reason …)", h.Reason, h.UID)
}
