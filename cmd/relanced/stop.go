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
	"github.com/relanced/relanced/outbox"
)

func (a *app) stopCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "stop [CUSTOMER|CONNECTION] --reason TEXT",
		Short: "Switch sending off at once, for all, a customer or a connection",
		Long: `Switches sending off: nothing leaves that has not left yet, not even what is released,
until ` + "`relanced resume`" + `. Without an argument it is off for every company, or for the one
named with --company. Reading and deciding go on.

While a file named ` + cache.StopFile + ` lies beside the (SQLite) database, nothing leaves
either: whoever can make a file there can stop everything, without this command.`,
		Example: `  relanced stop --reason "the texts are being corrected"
  relanced stop C003 --reason "we are in talks"
  relanced stop out --reason "the printer is being moved"`,
		Args: atMostOne("a customer or a connection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if reason == "" {
				return usageError{errors.New("a stop needs its reason: --reason \"…\"")}
			}
			return a.withSwitch(cmd.Context(), args, func(h *house, c *daemon.Company, s sendingSwitch) error {
				return a.stop(cmd.Context(), h, c, s, reason)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in words a colleague understands")
	return cmd
}

func (a *app) resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume [CUSTOMER|CONNECTION]",
		Short: "Switch sending on again after a stop",
		Long: `Switches sending on again, as it was switched off with ` + "`relanced stop`" + `: for all, for a
customer or for a connection. What was released and is still wanted leaves at the next run.`,
		Example: `  relanced resume
  relanced resume C003`,
		Args: atMostOne("a customer or a connection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSwitch(cmd.Context(), args, func(h *house, c *daemon.Company, s sendingSwitch) error {
				return a.resume(cmd.Context(), h, c, s)
			})
		},
	}
}

// scopeFile is the scope of the file beside the database, which no command
// takes away.
const scopeFile = "file"

// sendingSwitch is one thing that can be switched off.
type sendingSwitch struct {
	Scope   string `json:"scope"` // one of the cache's scopes, or scopeFile
	Subject string `json:"-"`
	Word    string `json:"word,omitempty"` // by which commands know it; empty: all
	Name    string `json:"name,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// words name what is or was switched off.
func (s sendingSwitch) words(c *daemon.Company) string {
	if s.Scope == cache.ScopeAll {
		return "all sending of " + c.Name
	}
	return strings.Join(strings.Fields(s.Scope+" "+s.Word+" "+s.Name), " ")
}

// withSwitch finds what is to be switched: in every company when nothing is
// named, else in one.
func (a *app) withSwitch(ctx context.Context, args []string, do func(*house, *daemon.Company, sendingSwitch) error) error {
	if len(args) == 0 {
		return a.withChosen(ctx, func(h *house, c *daemon.Company) error {
			return do(h, c, sendingSwitch{Scope: cache.ScopeAll})
		})
	}
	return a.withCompany(ctx, func(h *house, c *daemon.Company) error {
		s, err := switchOf(ctx, h, c, args[0])
		if err != nil {
			return err
		}
		return do(h, c, s)
	})
}

// switchOf finds the connection or the customer that a person means.
func switchOf(ctx context.Context, h *house, c *daemon.Company, text string) (sendingSwitch, error) {
	var names []string
	for _, conn := range c.Connections {
		if conn.Name == text {
			return sendingSwitch{Scope: cache.ScopeConnection, Subject: string(conn.UID), Word: conn.Name}, nil
		}
		names = append(names, conn.Name)
	}
	s, err := subject(ctx, h, c, text)
	switch {
	case errors.Is(err, cache.ErrNotFound):
		return sendingSwitch{}, fmt.Errorf("%q is neither a customer's code or name nor a connection (%s)", text, strings.Join(names, ", "))
	case err != nil:
		return sendingSwitch{}, err
	case s.Invoice != "":
		return sendingSwitch{}, usageError{fmt.Errorf("%s is one invoice; `relanced hold %s --reason …` leaves it alone", text, text)}
	}
	return sendingSwitch{Scope: cache.ScopeCustomer, Subject: string(s.Customer), Word: orText(s.Code, string(s.Customer)), Name: s.Name}, nil
}

func (a *app) stop(ctx context.Context, h *house, c *daemon.Company, s sendingSwitch, reason string) error {
	if err := h.db.Stop(ctx, c.UID, s.Scope, ledger.UID(s.Subject), reason, a.actor()); err != nil {
		return err
	}
	if s.Reason = reason; a.json {
		return a.printJSON(s)
	}
	a.say("stopped: %s; %s", s.words(c), resumeWords(s, c))
	return nil
}

func (a *app) resume(ctx context.Context, h *house, c *daemon.Company, s sendingSwitch) error {
	before, err := h.db.Switches(ctx, c.UID)
	if err != nil {
		return err
	}
	if err := h.db.Resume(ctx, c.UID, s.Scope, ledger.UID(s.Subject)); err != nil {
		return err
	}
	after, err := stopped(ctx, h, c)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"resumed": s, "still_stopped": after})
	}
	if isOff(before, s) {
		a.say("resumed: %s", s.words(c))
	} else {
		a.say("%s was not stopped", s.words(c))
	}
	a.printStopped(c, after)
	return nil
}

func isOff(sw outbox.Switches, s sendingSwitch) bool {
	switch s.Scope {
	case cache.ScopeConnection:
		return sw.Connections[ledger.UID(s.Subject)] != ""
	case cache.ScopeCustomer:
		return sw.Customers[ledger.UID(s.Subject)] != ""
	default:
		return sw.All != ""
	}
}

// stopped lists what is switched off in a company, by a person's word or by the
// file beside the database.
func stopped(ctx context.Context, h *house, c *daemon.Company) ([]sendingSwitch, error) {
	off, err := h.db.Switches(ctx, c.UID)
	if err != nil {
		return nil, err
	}
	out := []sendingSwitch{}
	if off.File != "" {
		out = append(out, sendingSwitch{Scope: scopeFile, Reason: off.File})
	}
	if off.All != "" {
		out = append(out, sendingSwitch{Scope: cache.ScopeAll, Reason: off.All})
	}
	for _, conn := range c.Connections {
		if why := off.Connections[conn.UID]; why != "" {
			out = append(out, sendingSwitch{Scope: cache.ScopeConnection, Subject: string(conn.UID), Word: conn.Name, Reason: why})
		}
	}
	byUID := make(map[string]string, len(off.Customers))
	for uid, why := range off.Customers {
		byUID[string(uid)] = why
	}
	for _, uid := range sortedKeys(byUID) {
		who, err := whoIs(ctx, h, c, ledger.UID(uid))
		if err != nil {
			return nil, err
		}
		out = append(out, sendingSwitch{Scope: cache.ScopeCustomer, Subject: uid, Word: orText(who.Code, uid), Name: who.Name, Reason: byUID[uid]})
	}
	return out, nil
}

// printStopped says what is switched off, each with the way out.
func (a *app) printStopped(c *daemon.Company, all []sendingSwitch) {
	for _, s := range all {
		if s.Scope == scopeFile {
			a.say("! stopped: all sending: %s", s.Reason)
			continue
		}
		a.say("! stopped: %s: %s (%s)", s.words(c), s.Reason, resumeWords(s, c))
	}
}

// resumeWords is the command that switches it on again.
func resumeWords(s sendingSwitch, c *daemon.Company) string {
	return strings.Join(strings.Fields("relanced resume "+s.Word+" --company "+c.Name), " ")
}

// atMostOne lets a command be about one thing, or about all.
func atMostOne(which string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError{fmt.Errorf("%s takes %s, or nothing for all; see: %s --help", cmd.CommandPath(), which, cmd.CommandPath())}
		}
		return nil
	}
}
