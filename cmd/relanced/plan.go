package main

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
)

func (a *app) planCommand() *cobra.Command {
	var everything bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would be done today, for whom and why",
		Long: `Shows, from what was read last, which messages and tasks are wanted today and why
everybody else is left alone. It queues nothing and sends nothing.`,
		Example: `  relanced plan
  relanced plan --all
  relanced plan --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.plan(cmd.Context(), h, c, everything)
			})
		},
	}
	cmd.Flags().BoolVar(&everything, "all", false, "every open item, also those that wait")
	return cmd
}

// decisionRow is one open item in a plan or an export. The names are stable.
type decisionRow struct {
	Company  string          `json:"company"`
	Customer string          `json:"customer_code"`
	Name     string          `json:"customer_name"`
	Invoice  string          `json:"invoice_number"`
	Part     int             `json:"instalment"`
	Due      ledger.Date     `json:"due_day"`
	Currency money.Currency  `json:"currency"`
	Open     int64           `json:"open_cents"`
	Verdict  policy.Verdict  `json:"verdict"`
	Reason   policy.Reason   `json:"reason"`
	Detail   string          `json:"detail"`
	Rung     string          `json:"rung"`
	Severity ledger.Severity `json:"severity"`
	Again    ledger.Date     `json:"again"`
	Sentence string          `json:"sentence"`
	Item     ledger.UID      `json:"item"`
}

func decisionRows(c *daemon.Company, p daemon.Planned) []decisionRow {
	rows := make([]decisionRow, 0, len(p.Outcome.Decisions))
	for _, dec := range p.Outcome.Decisions {
		row := decisionRow{
			Company: c.Name, Customer: p.Case.Customer.Code, Name: p.Case.Customer.Name, Item: dec.Item,
			Verdict: dec.Verdict, Reason: dec.Reason, Detail: dec.Detail, Rung: dec.Rung, Severity: dec.Sev,
			Again: dec.Again, Sentence: policy.Explain(dec, "en"),
		}
		for i := range p.Case.Position.Items {
			if item := &p.Case.Position.Items[i]; item.UID == dec.Item {
				row.Invoice, row.Part, row.Due = item.Number, item.Ordinal, item.Due
				row.Currency, row.Open = item.Open.Currency(), item.Open.Minor()
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// noticeView is a notice as a plan prints it.
type noticeView struct {
	Customer string          `json:"customer_code"`
	Name     string          `json:"customer_name"`
	Rung     string          `json:"rung"`
	Severity ledger.Severity `json:"severity"`
	Verb     ledger.Verb     `json:"verb"`
	Approval bool            `json:"needs_approval"`
	Language string          `json:"language"`
	Invoices []string        `json:"invoices"`
	Open     []money.Amount  `json:"open"`
}

func viewNotice(customer ledger.Customer, n policy.Notice) noticeView {
	v := noticeView{
		Customer: customer.Code, Name: customer.Name, Rung: n.Rung, Severity: n.Severity, Verb: n.Verb,
		Approval: n.Approval, Language: n.Language,
	}
	sums := make(map[money.Currency]int64)
	for _, l := range n.Lines {
		v.Invoices = append(v.Invoices, l.Number)
		sums[l.Open.Currency()] += l.Open.Minor()
	}
	for cur, sum := range sums {
		v.Open = append(v.Open, money.New(sum, cur))
	}
	sort.Slice(v.Open, func(i, j int) bool { return v.Open[i].Currency() < v.Open[j].Currency() })
	return v
}

// planView is what `plan --json` prints.
type planView struct {
	Company    string        `json:"company"`
	Day        ledger.Date   `json:"day"`
	MoneyUntil ledger.Date   `json:"money_known_until"`
	Stale      string        `json:"stale,omitempty"`
	Notices    []noticeView  `json:"notices"`
	Decisions  []decisionRow `json:"decisions"`
}

func (a *app) plan(ctx context.Context, h *house, c *daemon.Company, everything bool) error {
	if err := h.daemon().Catch(ctx, c); err != nil {
		return err
	}
	view := planView{Company: c.Name, Day: h.today(c), Notices: []noticeView{}, Decisions: []decisionRow{}}
	fresh, err := h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		if p.Outcome.Notice != nil {
			view.Notices = append(view.Notices, viewNotice(p.Case.Customer, *p.Outcome.Notice))
		}
		view.Decisions = append(view.Decisions, decisionRows(c, p)...)
		return nil
	})
	if err != nil {
		return err
	}
	view.MoneyUntil, view.Stale = fresh.Until, fresh.Stale
	if a.json {
		return a.printJSON(view)
	}
	return a.printPlan(c, view, everything)
}

func (a *app) printPlan(c *daemon.Company, v planView, everything bool) error {
	a.say("%s, %s. Money is known until %s.%s", c.Creditor.Name, v.Day, orText(v.MoneyUntil.String(), "no day at all"), before(" ", v.Stale))
	a.say("")
	if len(v.Notices) == 0 {
		a.say("Nothing is to be said to anybody today.")
	}
	err := a.table(func(row func(...any)) {
		for _, n := range v.Notices {
			row(n.Verb, n.Rung, n.Customer+" "+n.Name, amounts(n.Open), len(n.Invoices), "invoices", approvalWord(n))
		}
	})
	if err != nil {
		return err
	}
	a.say("")
	if everything {
		return a.table(func(row func(...any)) {
			for _, d := range v.Decisions {
				row(d.Customer, d.Invoice, d.Due, money.New(d.Open, d.Currency), d.Sentence)
			}
		})
	}
	counts := make(map[string]int)
	for _, d := range v.Decisions {
		counts[string(d.Verdict)+" "+string(d.Reason)]++
	}
	a.say("%d open items; why each is where it is: relanced plan --all, or relanced explain CUSTOMER", len(v.Decisions))
	return a.table(func(row func(...any)) {
		for _, key := range sortedKeys(counts) {
			row(counts[key], key)
		}
	})
}

func approvalWord(n noticeView) string {
	if n.Approval {
		return "waits for approval"
	}
	return ""
}

func amounts(all []money.Amount) string {
	texts := make([]string, 0, len(all))
	for _, m := range all {
		texts = append(texts, m.String())
	}
	return strings.Join(texts, " + ")
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// printReport tells what a run did.
func (a *app) printReport(ctx context.Context, h *house, c *daemon.Company, r daemon.Report, dry bool) error {
	view, err := viewReport(ctx, h, c, r, dry)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(view)
	}
	a.say("%s, %s. Money is known until %s.%s", c.Creditor.Name, r.Day, orText(r.Fresh.Until.String(), "no day at all"), before(" ", r.Fresh.Stale))
	for _, p := range view.Pulled {
		a.say("  %s", p)
	}
	for _, d := range view.Delivered {
		a.say("  %s %s → %s: %s", d.Verb, d.Purpose, d.Customer, d.Note)
	}
	for _, b := range view.Waiting {
		a.say("  waits: %s %s: %s", b.Purpose, b.Customer, b.Note)
	}
	a.say("%s", view.Summary)
	if view.Observing != "" {
		a.say("%s", view.Observing)
	}
	return nil
}

// reportView is what `once --json` prints.
type reportView struct {
	Company    string         `json:"company"`
	Day        ledger.Date    `json:"day"`
	DryRun     bool           `json:"dry_run"`
	Observing  string         `json:"observing,omitempty"`
	MoneyUntil ledger.Date    `json:"money_known_until"`
	Stale      string         `json:"stale,omitempty"`
	Pulled     []string       `json:"pulled"`
	Decided    int            `json:"decided"`
	Wanted     int            `json:"wanted"`
	Queued     int            `json:"queued"`
	Released   int            `json:"released"`
	Delivered  []entryView    `json:"delivered"`
	Waiting    []entryView    `json:"waiting"`
	Counts     map[string]int `json:"counts"`
	Summary    string         `json:"-"`
}

// entryView is an entry as people and machines read it.
type entryView struct {
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Purpose  string `json:"purpose"`
	Verb     string `json:"verb"`
	State    string `json:"state"`
	Note     string `json:"note"`
}

func viewReport(ctx context.Context, h *house, c *daemon.Company, r daemon.Report, dry bool) (reportView, error) {
	v := reportView{
		Company: c.Name, Day: r.Day, DryRun: dry, Observing: r.Observing, MoneyUntil: r.Fresh.Until, Stale: r.Fresh.Stale,
		Pulled: []string{}, Decided: r.Decided, Wanted: len(r.Notices), Queued: r.Queued, Released: r.Released,
		Delivered: []entryView{}, Waiting: []entryView{},
		Counts: map[string]int{
			"confirmed": r.Sent.Confirmed, "rejected": r.Sent.Rejected, "unsent": r.Sent.Unsent, "in_doubt": r.Sent.InDoubt,
			"needs_human": r.Sent.NeedsHuman, "superseded": r.Sent.Superseded, "proposed_again": r.Sent.Proposed, "waiting": r.Sent.Waiting,
		},
	}
	for _, p := range r.Pulled {
		v.Pulled = append(v.Pulled, p.String())
	}
	for _, e := range r.Sent.Delivered {
		one, err := viewEntry(ctx, h, c, e, e.Receipt.Note)
		if err != nil {
			return v, err
		}
		v.Delivered = append(v.Delivered, one)
	}
	for _, b := range r.Blocked {
		one, err := viewEntry(ctx, h, c, b.Entry, b.Why)
		if err != nil {
			return v, err
		}
		v.Waiting = append(v.Waiting, one)
	}
	v.Summary = summary(r)
	if dry {
		v.Summary = fmt.Sprintf("dry run: %d customers decided, %d messages wanted; nothing was queued and nothing left", r.Decided, len(r.Notices))
	}
	return v, nil
}

// summary tells a run in one sentence; what went well is said, what did not is
// never left out.
func summary(r daemon.Report) string {
	parts := []string{
		count(r.Decided, "customer", "customers") + " decided",
		count(len(r.Notices), "message", "messages") + " wanted",
		fmt.Sprintf("%d delivered", r.Sent.Confirmed),
	}
	for _, p := range []struct {
		n    int
		text string
	}{
		{len(r.Blocked), "waiting for a person or a limit"},
		{r.Sent.Waiting, "not now: the window, the look or the money does not allow it"},
		{r.Sent.Superseded + r.Sent.Proposed, "changed just before they left"},
		{r.Sent.Unsent, "could not leave and will be tried again"},
		{r.Sent.Rejected, "refused by their channel"},
		{r.Sent.InDoubt, "of unknown fate, to be asked for"},
		{r.Sent.NeedsHuman, "of unknown fate: relanced tasks"},
		{len(r.Stuck), "stuck: relanced tasks"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
