package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// player plays the demonstration: it is the world that files arrive from, the
// clock, and the hand that runs relanced every morning.
type player struct {
	app     *app
	actor   *app // runs the commands a person would
	books   *demobooks.Books
	dir     string
	house   *house
	company *daemon.Company
	at      time.Time

	asked    map[string]int             // calls handed over, by customer
	seen     map[ledger.UID]decisionRow // open items, as they were after the last run
	reminded map[demoItem]bool          // items that a message asked for
	days     []demoDay
	quiet    []ledger.Date // days without anything to tell, not yet printed
}

// demoDay is what happened on one day. The names are stable.
type demoDay struct {
	Day        ledger.Date   `json:"day"`
	MoneyUntil ledger.Date   `json:"money_known_until"`
	Left       []demoMessage `json:"left,omitempty"`
	Settled    []demoItem    `json:"settled,omitempty"` // of what was asked for
	Held       []demoMessage `json:"held,omitempty"`
	Acts       []string      `json:"demo_actor,omitempty"`
}

// demoMessage is a message that left, or an item that is held from this day on.
type demoMessage struct {
	Verb     string     `json:"verb"`
	Customer string     `json:"customer_code"`
	Name     string     `json:"customer_name"`
	Invoices []string   `json:"invoices,omitempty"`
	Open     string     `json:"open,omitempty"`
	Why      string     `json:"why"`
	Items    []demoItem `json:"items,omitempty"` // that a notice asks for
	Key      string     `json:"key,omitempty"`
}

// demoItem is one item in a message, or one that is settled.
type demoItem struct {
	Customer string `json:"customer_code"`
	Invoice  string `json:"invoice_number"`
	Part     int    `json:"instalment"`
}

func (p *player) now() time.Time { return p.at }

// set makes it 10:00 on a day.
func (p *player) set(day ledger.Date) {
	const hour = 10
	p.at = day.In(p.books.Zone(), hour, 0)
}

// play lets one day pass: files arrive, relanced runs at 10:00, people do
// what they do.
func (p *player) play(ctx context.Context, day ledger.Date) error {
	p.set(day)
	if day > p.books.First() {
		files, err := p.books.Files(day)
		if err != nil {
			return err
		}
		if err := p.put(files); err != nil {
			return err
		}
	}
	if _, err := p.house.db.Play(ctx, day); err != nil {
		return err
	}
	if err := p.house.db.KeepWork(ctx, p.house.epoch, leaseFor); err != nil {
		return err
	}
	r, err := p.house.daemon().RunOnce(ctx, p.company, daemon.Options{})
	if err != nil {
		return err
	}
	for _, pulled := range r.Pulled {
		if pulled.Failed != nil {
			return fmt.Errorf("read %s: %w", pulled.Connection, pulled.Failed)
		}
	}
	today := demoDay{Day: day, MoneyUntil: r.Fresh.Until}
	if today.Left, err = p.left(ctx, r); err != nil {
		return err
	}
	if today.Held, today.Settled, err = p.moved(ctx); err != nil {
		return err
	}
	if today.Acts, err = p.act(ctx, day, r); err != nil {
		return fmt.Errorf("%s: %w", demoActor, err)
	}
	p.days = append(p.days, today)
	if !p.app.json {
		p.printDay(today)
	}
	return nil
}

// left tells what was delivered.
func (p *player) left(ctx context.Context, r daemon.Report) ([]demoMessage, error) {
	out := make([]demoMessage, 0, len(r.Sent.Delivered))
	for _, e := range r.Sent.Delivered {
		m := demoMessage{Verb: string(e.Verb), Key: e.Key, Name: p.company.Creditor.Name}
		if e.Customer != p.company.UID {
			found, err := p.house.db.Find(ctx, p.company.UID, string(e.Customer))
			if err != nil {
				return nil, err
			}
			m.Customer, m.Name = found[0].Code, found[0].Name
		}
		switch {
		case e.Content.Notice != nil:
			m.describe(*e.Content.Notice, r.Day)
		case e.Content.Task != nil:
			m.Why = e.Content.Task.Kind
		}
		for _, item := range m.Items {
			p.reminded[item] = true
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(x, y demoMessage) int { return strings.Compare(x.Customer, y.Customer) })
	return out, nil
}

// describe tells what a notice asks for and why it left.
func (m *demoMessage) describe(n policy.Notice, today ledger.Date) {
	sums, oldest := map[money.Currency]int64{}, n.Lines[0]
	for _, l := range n.Lines {
		number := l.Number
		if l.Parts > 1 {
			number = fmt.Sprintf("%s %d/%d", l.Number, l.Ordinal, l.Parts)
		}
		m.Invoices = append(m.Invoices, number)
		m.Items = append(m.Items, demoItem{Customer: m.Customer, Invoice: l.Number, Part: l.Ordinal})
		sums[l.Open.Currency()] += l.Open.Minor()
	}
	for _, c := range n.Credits {
		sums[c.Amount.Currency()] -= c.Amount.Minor()
	}
	var open []money.Amount
	for _, cur := range sortedCurrencies(sums) {
		open = append(open, money.New(sums[cur], cur))
	}
	m.Open = amounts(open)
	m.Why = fmt.Sprintf("%s: %d days late", n.Rung, today-oldest.Due)
	if n.Repeat > 0 {
		m.Why += ", asked again"
	}
	if oldest.Episode > 1 {
		m.Why += ", open again"
	}
	if oldest.Open != oldest.Total {
		m.Why += ", part settled"
	}
	if len(n.Credits) > 0 {
		m.Why += ", less a credit"
	}
	if n.Language != "fr" {
		m.Why += ", in English"
	}
}

// moved tells what is held since today and why, and what was asked for and is
// settled since today.
func (p *player) moved(ctx context.Context) (held []demoMessage, settled []demoItem, err error) {
	open := map[ledger.UID]decisionRow{}
	err = p.decisions(ctx, func(row decisionRow) {
		before, known := p.seen[row.Item]
		open[row.Item] = row
		if row.Verdict != policy.Held || known && before.Verdict == policy.Held && before.Reason == row.Reason {
			return
		}
		held = append(held, demoMessage{
			Verb: "held", Customer: row.Customer, Name: row.Name, Invoices: []string{row.Invoice},
			Open: money.New(row.Open, row.Currency).String(), Why: strings.TrimPrefix(row.Sentence, "held: "),
		})
	})
	for item, row := range p.seen {
		it := demoItem{Customer: row.Customer, Invoice: row.Invoice, Part: row.Part}
		if _, still := open[item]; !still && p.reminded[it] {
			settled = append(settled, it)
		}
	}
	slices.SortFunc(settled, func(x, y demoItem) int {
		return cmp.Or(strings.Compare(x.Customer, y.Customer), strings.Compare(x.Invoice, y.Invoice), cmp.Compare(x.Part, y.Part))
	})
	p.seen = open
	return held, settled, err
}

// decisions hands every open item with its decision to show, as of now, in
// the order of customers.
func (p *player) decisions(ctx context.Context, show func(decisionRow)) error {
	var all []decisionRow
	_, err := p.house.daemon().Plan(ctx, p.company, func(planned daemon.Planned) error {
		rows := decisionRows(p.company, planned)
		for i, dec := range planned.Outcome.Decisions {
			rows[i].Sentence = policy.Explain(dec, "en")
		}
		all = append(all, rows...)
		return nil
	})
	slices.SortStableFunc(all, func(x, y decisionRow) int { return strings.Compare(x.Customer, y.Customer) })
	for _, row := range all {
		show(row)
	}
	return err
}

// waiting returns the proposed entries that only a person may release.
func waiting(r daemon.Report) []outbox.Entry {
	var out []outbox.Entry
	for _, b := range r.Blocked {
		if b.Entry.Severity >= ledger.Formal {
			out = append(out, b.Entry)
		}
	}
	return out
}
