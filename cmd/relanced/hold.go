package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
)

func (a *app) holdCommand() *cobra.Command {
	var reason, until, kind string
	cmd := &cobra.Command{
		Use:   "hold CUSTOMER|INVOICE --reason TEXT [--until DAY]",
		Short: "Leave a customer or an invoice alone",
		Example: `  relanced hold C003 --reason "new contact being found" --until 2026-06-15
  relanced hold F2026-0108 --kind dispute --reason "delivery incomplete"`,
		Args: exactly(1, "a customer or an invoice number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				s, err := subject(cmd.Context(), h, c, args[0])
				if err != nil {
					return err
				}
				made, err := a.newHold(h, c, s, kind, reason, until)
				if err != nil {
					return err
				}
				if made, err = h.db.Hold(cmd.Context(), c.UID, made); err != nil {
					return err
				}
				if a.json {
					return a.printJSON(made)
				}
				a.say("%s %s%s %s", s.Code, s.Name, before(" ", s.Number), holdSentence(made))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in words a colleague understands")
	cmd.Flags().StringVar(&until, "until", "", "last `day` of the hold; without it, until released")
	cmd.Flags().StringVar(&kind, "kind", string(ledger.HoldPause), "pause, dispute, says-paid, insolvency, deceased, sold or never")
	return cmd
}

func before(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func (a *app) newHold(h *house, c *daemon.Company, s cache.Subject, kind, reason, until string) (ledger.Hold, error) {
	made := ledger.Hold{
		Kind: ledger.HoldKind(kind), Customer: s.Customer, Invoice: s.Invoice, Source: "person", Owner: a.actor(),
		Reason: reason, From: h.today(c),
	}
	if reason == "" {
		return made, usageError{errors.New("a hold needs its reason: --reason \"…\"")}
	}
	switch made.Kind {
	case ledger.HoldPause, ledger.HoldDispute, ledger.HoldSaysPaid, ledger.HoldInsolvency, ledger.HoldDeceased, ledger.HoldSold, ledger.HoldNever:
	case ledger.HoldPromise, ledger.HoldPlan, ledger.HoldRejected:
		return made, usageError{fmt.Errorf("--kind %s has facts of its own; use `relanced log` or `relanced reject`", kind)}
	default:
		return made, usageError{fmt.Errorf("--kind %q: say pause, dispute, says-paid, insolvency, deceased, sold or never", kind)}
	}
	if until == "" {
		return made, nil
	}
	day, err := ledger.ParseDate(until)
	if err != nil {
		return made, usageError{fmt.Errorf("--until: %w", err)}
	}
	if day < made.From {
		return made, usageError{fmt.Errorf("--until %s is past", until)}
	}
	made.Until = day
	return made, nil
}

func (a *app) releaseCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "release HOLD|FINDING|RECORD|database --reason TEXT",
		Short: "End a hold, or settle a finding or a quarantined record",
		Long: `Ends a hold by its id, or settles a finding or a quarantined record that somebody
has looked into: what it held may go on. ` + "`relanced export findings`" + ` lists both.

A new or restored database only observes until a person says that it may send:
relanced release database --reason "first look done".`,
		Example: `  relanced release 4f1c09aa52e37b10 --reason "answered on the phone"
  relanced release database --reason "the plan looks right"`,
		Args: exactly(1, "what to release"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if reason == "" {
				return usageError{errors.New("a release needs its reason: --reason \"…\"")}
			}
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.release(cmd.Context(), h, c, args[0], reason)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	return cmd
}

func (a *app) release(ctx context.Context, h *house, c *daemon.Company, what, reason string) error {
	if what == "database" {
		if err := h.liven(ctx); err != nil {
			return err
		}
		if a.json {
			return a.printJSON(map[string]string{"released": what, "mode": string(c.Mode), "by": a.actor(), "reason": reason})
		}
		a.say("this database may send now, as its configuration says (%s)", c.Mode)
		return nil
	}
	err := h.db.Release(ctx, c.UID, ledger.UID(what), reason, a.actor())
	if errors.Is(err, cache.ErrNotFound) {
		err = h.db.Settle(ctx, c.UID, what, reason, a.actor())
	}
	if errors.Is(err, cache.ErrNotFound) {
		return fmt.Errorf("%s is neither a hold nor a finding nor a quarantined record; `relanced tasks` and `relanced export findings` list them", what)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"released": what, "by": a.actor(), "reason": reason})
	}
	a.say("released %s", what)
	return nil
}
