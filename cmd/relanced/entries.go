package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// viewEntry shows an entry to people, with a note of the caller's.
func viewEntry(ctx context.Context, h *house, c *daemon.Company, e outbox.Entry, note string) (entryView, error) {
	v := entryView{Key: e.Key, Purpose: e.Purpose, Verb: string(e.Verb), State: string(e.State), Note: note}
	if e.Customer == c.UID {
		v.Customer = c.Creditor.Name
		return v, nil
	}
	who, err := whoIs(ctx, h, c, e.Customer)
	v.Customer = strings.TrimSpace(who.Code + " " + who.Name)
	return v, err
}

// whoIs names a customer; nothing when its record has gone.
func whoIs(ctx context.Context, h *house, c *daemon.Company, customer ledger.UID) (cache.Subject, error) {
	found, err := h.db.Find(ctx, c.UID, string(customer))
	if errors.Is(err, cache.ErrNotFound) || err == nil && len(found) == 0 {
		return cache.Subject{}, nil
	}
	if err != nil {
		return cache.Subject{}, err
	}
	return found[0], nil
}

func short(key string) string {
	if len(key) > 11 {
		return key[:11]
	}
	return key
}

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain CUSTOMER|INVOICE",
		Short: "Say why a customer or an invoice is where it is",
		Example: `  relanced explain C003
  relanced explain F2026-0108 --json`,
		Args: exactly(1, "a customer's code or name, or an invoice number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.explain(cmd.Context(), h, c, args[0])
			})
		},
	}
}

// explainView is what `explain --json` prints.
type explainView struct {
	Customer  string        `json:"customer_code"`
	Name      string        `json:"customer_name"`
	Invoice   string        `json:"invoice_number,omitempty"`
	Settled   bool          `json:"settled"` // nothing is open
	Decisions []decisionRow `json:"decisions"`
	Case      *policy.Case  `json:"case,omitempty"`
	Entries   []entryStory  `json:"entries"`
}

type entryStory struct {
	entryView
	Events []cache.EntryEvent `json:"events"`
}

func (a *app) explain(ctx context.Context, h *house, c *daemon.Company, text string) error {
	s, err := subject(ctx, h, c, text)
	if err != nil {
		return err
	}
	if err := h.daemon().Catch(ctx, c); err != nil {
		return err
	}
	v := explainView{Customer: s.Code, Name: s.Name, Invoice: s.Number, Decisions: []decisionRow{}, Entries: []entryStory{}}
	planned, err := h.daemon().PlanOne(ctx, c, s.Customer)
	switch {
	case errors.Is(err, cache.ErrNotFound):
		v.Settled = true
	case err != nil:
		return err
	default:
		v.Case = &planned.Case
		for _, row := range decisionRows(c, planned) {
			if s.Number == "" || row.Invoice == s.Number {
				v.Decisions = append(v.Decisions, row)
			}
		}
		v.Settled = len(v.Decisions) == 0
	}
	if v.Entries, err = entryStories(ctx, h, c, s.Customer); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(v)
	}
	return a.printExplanation(v)
}

func entryStories(ctx context.Context, h *house, c *daemon.Company, customer ledger.UID) ([]entryStory, error) {
	entries, err := h.db.Entries(ctx, c.UID, customer)
	if err != nil {
		return nil, err
	}
	out := make([]entryStory, 0, len(entries))
	for _, e := range entries {
		one, err := viewEntry(ctx, h, c, e, e.Why)
		if err != nil {
			return nil, err
		}
		events, err := h.db.EntryLog(ctx, c.UID, e.Key)
		if err != nil {
			return nil, err
		}
		out = append(out, entryStory{entryView: one, Events: events})
	}
	return out, nil
}

func (a *app) printExplanation(v explainView) error {
	a.say("%s %s%s", v.Customer, v.Name, before(" ", v.Invoice))
	if v.Settled {
		a.say("Nothing is open.")
	}
	err := a.table(func(row func(...any)) {
		for _, d := range v.Decisions {
			row("  "+d.Invoice, "due "+orText(d.Due.String(), "unknown"), fmt.Sprintf("%s open", money.New(d.Open, d.Currency)), d.Sentence)
		}
	})
	if err != nil {
		return err
	}
	if v.Case != nil {
		for _, l := range v.Case.Position.Loose {
			a.say("  not placed yet: %s of %s %s", l.Amount, l.Day, l.Text)
		}
		for _, hold := range v.Case.Holds {
			a.say("  %s by %s, %s", hold.Kind, hold.Owner, holdSentence(hold))
		}
	}
	if len(v.Entries) > 0 {
		a.say("What was said and done:")
	}
	return a.table(func(row func(...any)) {
		for _, e := range v.Entries {
			row("  "+short(e.Key), e.Verb, e.Purpose, e.State, e.Note)
		}
	})
}
