package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
)

func (a *app) attestCommand() *cobra.Command {
	var until string
	var withdraw bool
	cmd := &cobra.Command{
		Use:   "attest money --until DAY | --withdraw",
		Short: "Give your word that every payment up to a day is known",
		Long: `Gives your word that every payment up to a day is known, so that reminders may leave on it.
Only the newest word counts: a wrong one is replaced by the next, also by an earlier day,
or taken back with --withdraw.`,
		Example: `  relanced attest money --until 2026-05-08
  relanced attest money --withdraw`,
		Args: exactly(1, "the word money"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "money" {
				return usageError{fmt.Errorf("only money can be attested, not %q", args[0])}
			}
			if withdraw == (until != "") {
				return usageError{errors.New("say until when every payment is known, --until 2026-05-08, or take the last word back with --withdraw")}
			}
			var day ledger.Date
			if !withdraw {
				var err error
				if day, err = ledger.ParseDate(until); err != nil {
					return usageError{fmt.Errorf("--until: %w", err)}
				}
			}
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.attest(cmd.Context(), h, c, day)
			})
		},
	}
	cmd.Flags().StringVar(&until, "until", "", "the last `day` on which every payment is known")
	cmd.Flags().BoolVar(&withdraw, "withdraw", false, "take the last word back: only files and tools count again")
	return cmd
}

// attest records a person's word; the zero day takes the last one back.
func (a *app) attest(ctx context.Context, h *house, c *daemon.Company, day ledger.Date) error {
	if day > h.today(c) {
		return usageError{fmt.Errorf("--until %s has not come yet: nobody can know what will be paid", day)}
	}
	if err := h.db.Attest(ctx, c.UID, day, a.actor()); err != nil {
		return err
	}
	fresh, err := h.daemon().Freshness(ctx, c)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"attested": day.String(), "money_until": fresh.Until.String(), "by": a.actor()})
	}
	if day.Known() && fresh.Until == day {
		a.say("money is known until %s, on the word of %s", day, a.actor())
		return nil
	}
	if !day.Known() {
		a.say("the last word is taken back; only files and tools count")
	}
	a.say("money is known until %s", orText(fresh.Until.String(), "no day at all"))
	return nil
}
