package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

func (a *app) approveCommand() *cobra.Command {
	var everything bool
	cmd := &cobra.Command{
		Use:   "approve ENTRY… | --all",
		Short: "Release proposed messages",
		Long: `Releases proposed messages by their key (its beginning is enough), or all of them.
The word holds for the facts shown: when the recipient, the amounts or the text change,
the message is proposed again. It lasts three business days.`,
		Example: `  relanced approve rl-4f1c
  relanced approve --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if everything == (len(args) > 0) {
				return usageError{errors.New("name the entries to approve, or say --all; `relanced tasks` lists them")}
			}
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.approve(cmd.Context(), h, c, args)
			})
		},
	}
	cmd.Flags().BoolVar(&everything, "all", false, "every proposed message of the company")
	return cmd
}

func (a *app) approve(ctx context.Context, h *house, c *daemon.Company, keys []string) error {
	entries, err := proposedEntries(ctx, h, c, keys)
	if err != nil {
		return err
	}
	n, err := h.daemon().Approve(ctx, c, entries, a.actor())
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"approved": n, "by": a.actor()})
	}
	a.say("%d approved; they leave at the next run inside their window", n)
	return nil
}

func proposedEntries(ctx context.Context, h *house, c *daemon.Company, keys []string) ([]outbox.Entry, error) {
	if len(keys) == 0 {
		return h.db.EntriesIn(ctx, c.UID, outbox.Proposed)
	}
	var out []outbox.Entry
	for _, key := range keys {
		e, err := entryOf(ctx, h, c, key)
		if err != nil {
			return nil, err
		}
		if e.State != outbox.Proposed {
			return nil, fate(ctx, h, c, e)
		}
		out = append(out, e)
	}
	return out, nil
}

func (a *app) rejectCommand() *cobra.Command {
	var reason, until string
	cmd := &cobra.Command{
		Use:     "reject ENTRY --reason TEXT [--until DAY]",
		Short:   "Refuse a proposed message, and hold its customer",
		Example: `  relanced reject rl-4f1c --reason "we are meeting them on Friday" --until 2026-05-15`,
		Args:    exactly(1, "the key of an entry"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.reject(cmd.Context(), h, c, args[0], reason, until)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in words a colleague understands")
	cmd.Flags().StringVar(&until, "until", "", "last `day` on which the customer is left alone")
	return cmd
}

func (a *app) reject(ctx context.Context, h *house, c *daemon.Company, key, reason, until string) error {
	e, err := entryOf(ctx, h, c, key)
	if err != nil {
		return err
	}
	made, err := a.newHold(h, c, cache.Subject{Customer: e.Customer}, string(ledger.HoldPause), reason, until)
	if err != nil {
		return err
	}
	if e.Customer == c.UID {
		return fmt.Errorf("entry %s is a question to yourselves, and no customer can be held for it; answer it with `relanced attest money --until DAY`", short(e.Key))
	}
	if outbox.Check(e.State, outbox.Superseded) != nil {
		return fate(ctx, h, c, e)
	}
	made.Kind = ledger.HoldRejected
	if made, err = h.db.Reject(ctx, e.Key, c.UID, made, a.actor()); err != nil {
		return moved(ctx, h, c, e, err)
	}
	if a.json {
		return a.printJSON(made)
	}
	a.say("refused %s; the customer is %s", e.Key, holdSentence(made))
	return nil
}

func (a *app) settleCommand() *cobra.Command {
	var arrived, lost, drop bool
	var reason string
	cmd := &cobra.Command{
		Use:   "settle ENTRY --arrived | --lost | --drop --reason TEXT",
		Short: "Say what became of a message that nobody else can tell of",
		Example: `  relanced settle rl-4f1c --arrived --reason "it is in the sent folder"
  relanced settle rl-4f1c --lost --reason "the relay never had it"`,
		Args: exactly(1, "the key of an entry"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if boolCount(arrived, lost, drop) != 1 || reason == "" {
				return usageError{errors.New("say one of --arrived, --lost (it is proposed again) or --drop, and --reason \"…\"")}
			}
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.settle(cmd.Context(), h, c, args[0], reason, arrived, lost)
			})
		},
	}
	cmd.Flags().BoolVar(&arrived, "arrived", false, "it reached its reader")
	cmd.Flags().BoolVar(&lost, "lost", false, "it surely did not; propose it again")
	cmd.Flags().BoolVar(&drop, "drop", false, "give it up")
	cmd.Flags().StringVar(&reason, "reason", "", "how you know")
	return cmd
}

func (a *app) settle(ctx context.Context, h *house, c *daemon.Company, key, reason string, arrived, lost bool) error {
	e, err := entryOf(ctx, h, c, key)
	if err != nil {
		return err
	}
	open := e.State == outbox.NeedsHuman || e.State == outbox.InDoubt && arrived || e.State == outbox.Rejected && lost
	if !open {
		return fate(ctx, h, c, e)
	}
	if err := h.db.SettleEntry(ctx, c.UID, e.Key, arrived, lost, reason, a.actor()); err != nil {
		return moved(ctx, h, c, e, err)
	}
	if a.json {
		return a.printJSON(map[string]any{"entry": e.Key, "arrived": arrived, "repeated": lost})
	}
	a.say("settled %s", e.Key)
	return nil
}

func boolCount(all ...bool) int {
	n := 0
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}
