package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/people"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/money"
)

func (a *app) checkCommand() *cobra.Command {
	var template string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration and every connection, and say what is missing",
		Long: `Checks the configuration, asks every connection who it is and what it can do, and
lists what is not known about customers who owe money, biggest debt first. It also says
what is stopped, and which words of the texts a calm reminder does without.
--template FILE writes a people file to fill in with a spreadsheet and give back.`,
		Example: `  relanced check
  relanced check --template people-to-fill.csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.check(cmd.Context(), template)
		},
	}
	cmd.Flags().StringVar(&template, "template", "", "write a people `file` with every customer who owes, to be filled in")
	return cmd
}

// checkView is what `check --json` prints.
type checkView struct {
	Config      string           `json:"config"`
	Company     string           `json:"company"`
	Mode        string           `json:"mode"`
	Live        bool             `json:"may_send"`
	MoneyUntil  string           `json:"money_known_until"`
	Stopped     []sendingSwitch  `json:"stopped"`
	Connections []connectionView `json:"connections"`
	Gaps        []gapView        `json:"gaps"`
	Remarks     []string         `json:"remarks"` // on the words of the texts
	Problems    int              `json:"problems"`
}

type connectionView struct {
	Name         string                  `json:"name"`
	Kind         string                  `json:"kind"`
	Identity     string                  `json:"identity"`
	Error        string                  `json:"error,omitempty"`
	Problems     []string                `json:"problems,omitempty"`
	Capabilities []connectors.Capability `json:"capabilities"`
}

type gapView struct {
	Customer string           `json:"customer_code"`
	Name     string           `json:"customer_name"`
	Debt     []money.Amount   `json:"debt"`
	Missing  []people.Missing `json:"missing"`
}

func (a *app) check(ctx context.Context, template string) (err error) {
	h, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if err := h.rehearse(ctx); err != nil {
		return err
	}
	companies, err := a.chosen(h)
	if err != nil {
		return err
	}
	problems := 0
	for _, c := range companies {
		v, debtors, err := h.examine(ctx, c)
		if err != nil {
			return err
		}
		problems += v.Problems
		if a.json {
			err = a.printJSON(v)
		} else {
			err = a.printCheck(c, v)
		}
		if err != nil {
			return err
		}
		if template != "" {
			if err := a.writeTemplate(template, debtors, c); err != nil {
				return err
			}
		}
	}
	if !a.json {
		a.printRemarks(remarks(h.texts))
	}
	if problems > 0 {
		return fmt.Errorf("%d problems; nothing leaves on doubtful facts until they are mended", problems)
	}
	return nil
}

// examine looks at one company: its connections and its gaps.
func (h *house) examine(ctx context.Context, c *daemon.Company) (checkView, []people.Debtor, error) {
	v := checkView{Config: h.config.Path, Company: c.Name, Mode: string(c.Mode), Connections: []connectionView{}, Gaps: []gapView{}, Remarks: remarks(h.texts)}
	g, err := h.db.Generation(ctx)
	if err != nil {
		return v, nil, err
	}
	v.Live = g.Live
	if v.Stopped, err = stopped(ctx, h, c); err != nil {
		return v, nil, err
	}
	for _, conn := range c.Connections {
		report, err := conn.Powers.Connector.Check(ctx)
		one := connectionView{
			Name: conn.Name, Kind: conn.Kind, Identity: report.Identity, Problems: report.Problems, Capabilities: report.Capabilities,
		}
		if len(one.Capabilities) == 0 {
			one.Capabilities = conn.Powers.Consequences()
		}
		if err != nil {
			one.Error = err.Error()
			v.Problems++
		}
		if report.OwnDunning != "" {
			one.Problems = append(one.Problems, "it sends reminders of its own: "+report.OwnDunning)
		}
		v.Problems += len(one.Problems)
		v.Connections = append(v.Connections, one)
	}
	debtors, err := h.debtors(ctx, c)
	if err != nil {
		return v, nil, err
	}
	for _, gap := range people.Gaps(debtors, money.EUR) {
		v.Gaps = append(v.Gaps, gapView{
			Customer: gap.Debtor.Customer.Code, Name: gap.Debtor.Customer.Name, Debt: gap.Debtor.Debt, Missing: gap.Missing,
		})
	}
	fresh, err := h.daemon().Freshness(ctx, c)
	v.MoneyUntil = fresh.Until.String()
	return v, debtors, err
}

// debtors lists every customer with something open, as the last run left them.
func (h *house) debtors(ctx context.Context, c *daemon.Company) ([]people.Debtor, error) {
	if err := h.daemon().Catch(ctx, c); err != nil {
		return nil, err
	}
	var out []people.Debtor
	_, err := h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		d := people.Debtor{Customer: p.Case.Customer, Contacts: p.Case.Contacts}
		sums := make(map[money.Currency]int64)
		for i := range p.Case.Position.Items {
			item := &p.Case.Position.Items[i]
			sums[item.Open.Currency()] += item.Open.Minor()
			if item.Due.Known() && d.Customer.Terms == "" {
				d.Customer.Terms = item.Terms
			}
		}
		for _, cur := range sortedCurrencies(sums) {
			d.Debt = append(d.Debt, money.New(sums[cur], cur))
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

func sortedCurrencies(sums map[money.Currency]int64) []money.Currency {
	names := make(map[string]bool, len(sums))
	for cur := range sums {
		names[string(cur)] = true
	}
	out := make([]money.Currency, 0, len(sums))
	for _, n := range sortedKeys(names) {
		out = append(out, money.Currency(n))
	}
	return out
}

func (a *app) printCheck(c *daemon.Company, v checkView) error {
	a.say("%s: %s", v.Config, "no fault found")
	a.say("%s (%s): mode %s%s; money is known until %s", c.Creditor.Name, v.Company, v.Mode, liveWord(v.Live), orText(v.MoneyUntil, "no day at all"))
	a.printStopped(c, v.Stopped)
	for _, conn := range v.Connections {
		a.say("  %s (%s)%s", conn.Name, conn.Kind, before(": ", conn.Identity))
		if conn.Error != "" {
			a.say("    ! %s", conn.Error)
		}
		for _, p := range conn.Problems {
			a.say("    ! %s", p)
		}
		for _, capability := range conn.Capabilities {
			if tells(conn.Capabilities, capability) {
				a.say("    %s %s: %s", mark(capability.Has), capability.Name, capability.Consequence)
			}
		}
	}
	if len(v.Gaps) == 0 {
		return nil
	}
	a.say("Not known about customers who owe money (fill in with --template FILE):")
	return a.table(func(row func(...any)) {
		for _, g := range v.Gaps {
			row("  "+g.Customer, g.Name, amounts(g.Debt), fmt.Sprint(g.Missing))
		}
	})
}

// tells reports whether a line about a capability says something of this
// connection: what it can do, and what it cannot where that has a consequence.
// That a ledger export sends nothing is none.
func tells(all []connectors.Capability, one connectors.Capability) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(all, func(c connectors.Capability) bool { return c.Name == name && c.Has })
	}
	switch {
	case one.Has:
		return true
	case one.Name == "read", one.Name == "send":
		return false
	case one.Name == "look":
		return has("read")
	case one.Name == "find":
		return has("send")
	default:
		return true
	}
}

// remarks are words in the texts that a calm reminder does without.
func remarks(texts letter.Texts) []string {
	out := []string{}
	for _, r := range texts.Remarks() {
		out = append(out, r.String())
	}
	return out
}

func (a *app) printRemarks(all []string) {
	if len(all) == 0 {
		return
	}
	a.say("Words that a calm reminder does without; the texts are used as they are:")
	for _, r := range all {
		a.say("  %s", r)
	}
}

func liveWord(live bool) string {
	if live {
		return ""
	}
	return ", observing until `relanced release database --reason …`"
}

func mark(has bool) string {
	if has {
		return "+"
	}
	return "-"
}

// writeTemplate writes the people file to be filled in. It never overwrites
// one that somebody may have filled in already.
func (a *app) writeTemplate(path string, debtors []people.Debtor, c *daemon.Company) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		if os.IsExist(err) {
			return fmt.Errorf("%s is there already, and may have been filled in; name another file", path)
		}
		return err
	}
	if err := errors.Join(templateTo(f, debtors), f.Close()); err != nil {
		return err
	}
	if !a.json {
		a.say("wrote %s: fill it in and put it where the people connection of %s reads", path, c.Name)
	}
	return nil
}

func templateTo(w io.Writer, debtors []people.Debtor) error {
	rows := make([]people.Row, 0, len(debtors))
	for _, d := range debtors {
		rows = append(rows, people.Row{Customer: d.Customer, Contacts: d.Contacts, Debt: amounts(d.Debt)})
	}
	return people.Template(w, rows)
}
