package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

func (a *app) tasksCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "tasks",
		Short: "What needs a person: approvals, doubts, calls, missing data",
		Long: `Lists what needs a person, each with the command that answers it: messages to approve,
messages of unknown fate, what is released and has not left and why, calls and other work
that was handed over and is not done, holds, and what does not add up.

A call is done when its outcome is logged, or when what it was about is paid; other work
is done when the reason for it is gone.`,
		Example: `  relanced tasks
  relanced tasks --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.tasks(cmd.Context(), h, c)
			})
		},
	}
}

// tasksView is what `tasks --json` prints.
type tasksView struct {
	Stopped     []sendingSwitch `json:"stopped"`
	Approvals   []entryView     `json:"approvals"`
	NeedsHuman  []entryView     `json:"needs_human"`
	Waiting     []entryView     `json:"waiting"`
	Tasks       []entryView     `json:"tasks"`
	Holds       []ledger.Hold   `json:"holds"`
	Findings    []findingView   `json:"findings"`
	Quarantined []findingView   `json:"quarantined"`
}

func (v *tasksView) empty() bool {
	return len(v.Stopped)+len(v.Approvals)+len(v.NeedsHuman)+len(v.Waiting)+len(v.Tasks)+
		len(v.Holds)+len(v.Findings)+len(v.Quarantined) == 0
}

type findingView struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Customer string `json:"customer"`
	Holds    bool   `json:"holds"`
	Text     string `json:"text"`
	Seen     string `json:"seen"`
}

func (a *app) tasks(ctx context.Context, h *house, c *daemon.Company) error {
	if err := h.daemon().Catch(ctx, c); err != nil {
		return err
	}
	v := tasksView{Approvals: []entryView{}, NeedsHuman: []entryView{}, Waiting: []entryView{}, Tasks: []entryView{}}
	var err error
	if v.Holds, err = h.db.Holds(ctx, c.UID); err != nil {
		return err
	}
	today := h.today(c)
	v.Holds = slices.DeleteFunc(v.Holds, func(x ledger.Hold) bool { return x.Until.Known() && x.Until < today }) // over by itself
	needs := newNeeds(c)
	if v.Findings, v.Quarantined, err = openFindings(ctx, h, c, needs.see); err != nil {
		return err
	}
	if v.Stopped, err = stopped(ctx, h, c); err != nil {
		return err
	}
	if err := v.sort(ctx, h, c, needs); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(v)
	}
	return a.printTasks(c, &v)
}

// sort puts every entry that needs somebody where it belongs.
func (v *tasksView) sort(ctx context.Context, h *house, c *daemon.Company, needs *needs) error {
	off, err := h.db.Switches(ctx, c.UID)
	if err != nil {
		return err
	}
	entries, err := needs.entries(ctx, h)
	if err != nil {
		return err
	}
	for _, e := range entries {
		list, note := &v.NeedsHuman, e.Why
		switch e.State {
		case outbox.Proposed:
			list = &v.Approvals
		case outbox.Approved, outbox.Leased, outbox.Unsent:
			list, note = &v.Waiting, fmt.Sprintf("since %s: %s", e.Approval.At.In(c.Zone).Format(time.DateOnly), h.daemon().Waits(c, e, off))
		case outbox.Confirmed:
			list, note = &v.Tasks, taskNote(e)
		default:
		}
		one, err := viewEntry(ctx, h, c, e, note)
		if err != nil {
			return err
		}
		*list = append(*list, one)
	}
	return nil
}

// taskNote says in a line what is to be done.
func taskNote(e outbox.Entry) string {
	switch {
	case e.Content.Task != nil:
		return strings.Join(strings.Fields(e.Content.Task.Text), " ")
	case e.Content.Notice != nil:
		n := viewNotice(ledger.Customer{}, *e.Content.Notice)
		return amounts(n.Open) + ": " + strings.Join(n.Invoices, ", ")
	default:
		return e.Why
	}
}

func (a *app) printTasks(c *daemon.Company, v *tasksView) error {
	section := func(title string, n int, fill func(row func(...any))) error {
		if n == 0 {
			return nil
		}
		a.say("%s (%d)", title, n)
		if err := a.table(fill); err != nil {
			return err
		}
		a.say("")
		return nil
	}
	list := func(all []entryView) func(func(...any)) {
		return func(row func(...any)) {
			for _, e := range all {
				row("  "+short(e.Key), e.Verb, e.Purpose, e.Customer, e.Note)
			}
		}
	}
	faults := func(all []findingView) func(func(...any)) {
		return func(row func(...any)) {
			for _, f := range all {
				row("  "+f.ID, f.Kind, f.Customer, f.Text)
			}
		}
	}
	a.printStopped(c, v.Stopped)
	err := errors.Join(
		section("To approve: relanced approve KEY, or reject KEY --reason …", len(v.Approvals), list(v.Approvals)),
		section("Of unknown fate or refused: relanced settle KEY …", len(v.NeedsHuman), list(v.NeedsHuman)),
		section("Waiting to leave, and why", len(v.Waiting), list(v.Waiting)),
		section("Handed over: relanced log CUSTOMER call --outcome …", len(v.Tasks), list(v.Tasks)),
		section("Holds: relanced release ID --reason …", len(v.Holds), func(row func(...any)) {
			for _, x := range v.Holds {
				row("  "+string(x.UID), x.Kind, x.Owner, orText(x.Until.String(), "until released"), x.Reason)
			}
		}),
		section("Findings that hold: relanced release ID --reason …", len(v.Findings), faults(v.Findings)),
		section("Records that could not be read: mend the file, or relanced release ID --reason …", len(v.Quarantined), faults(v.Quarantined)),
	)
	if v.empty() {
		a.say("Nothing needs a person.")
	}
	return err
}
