package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// introduce says what is about to be seen.
func (p *player) introduce() {
	p.app.say("%s does not exist. Its ledger, bank statements and customers are in", demobooks.Company)
	p.app.say("%s", p.dir)
	p.app.say("")
	p.app.say("These are its last eight weeks, %s to %s. Every morning at 10:00 relanced reads the", shortDay(p.books.First()), shortDay(p.books.Last()))
	p.app.say("new files, decides, and delivers into %s/. The ladder: rappel (a friendly mail), appel (a call),", demobooks.OutgoingDir)
	p.app.say("relance (a firm mail), formelle (a letter). \"actor\" is what a person does, played by the demo.")
	p.app.say("")
}

// printDay prints one day: what left, what is held since, what the actor did.
func (p *player) printDay(d demoDay) {
	if len(d.Left)+len(d.Held)+len(d.Settled)+len(d.Acts) == 0 {
		p.quiet = append(p.quiet, d.Day)
		return
	}
	p.printQuiet()
	head := shortDay(d.Day)
	row := func(what, text string) {
		p.app.say("%s", strings.TrimRight(fmt.Sprintf("%-10s  %-7s  %s", head, what, text), " "))
		head = ""
	}
	for _, m := range append(slices.Clone(d.Left), merged(d.Held)...) {
		row(m.Verb, m.cells())
	}
	if len(d.Settled) > 0 {
		row("settled", settledWords(d.Settled))
	}
	for _, act := range d.Acts {
		row("actor", act)
	}
}

// settledWords names what was asked for and is settled now.
func settledWords(items []demoItem) string {
	words := make([]string, 0, len(items))
	for _, i := range items {
		words = append(words, i.Customer+" "+i.Invoice)
	}
	return strings.Join(words, ", ")
}

// printQuiet prints the days on which nothing was to be said, in one line.
func (p *player) printQuiet() {
	if len(p.quiet) == 0 {
		return
	}
	days := shortDay(p.quiet[0])
	if n := len(p.quiet); n > 1 {
		days += " to " + shortDay(p.quiet[n-1])
	}
	p.app.say("%s  nothing to say", days)
	p.quiet = nil
}

// merged puts items of one customer that are held for the same reason into one
// line.
func merged(held []demoMessage) []demoMessage {
	var out []demoMessage
	for _, m := range held {
		if n := len(out); n > 0 && out[n-1].Customer == m.Customer && out[n-1].Why == m.Why {
			out[n-1].Invoices = append(out[n-1].Invoices, m.Invoices...)
			out[n-1].Open = ""
			continue
		}
		m.Invoices = append([]string(nil), m.Invoices...)
		out = append(out, m)
	}
	return out
}

// cells prints whom, what and why in columns.
func (m *demoMessage) cells() string {
	what := ""
	switch n := len(m.Invoices); {
	case n == 1:
		what = m.Invoices[0]
	case n > 1:
		what = fmt.Sprintf("%s +%d", m.Invoices[0], n-1)
	}
	return fmt.Sprintf("%s  %s  %11s  %s", padded(strings.TrimSpace(m.Customer+" "+m.Name), 27), padded(what, 15), m.Open, shortened(m.Why, 80))
}

// shortened cuts a text that is longer than a width; `explain` tells it whole.
func shortened(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return padded(text, width)
}

// padded cuts or fills a text to a width in characters.
func padded(text string, width int) string {
	if n := utf8.RuneCountInString(text); n <= width {
		return text + strings.Repeat(" ", width-n)
	}
	return string([]rune(text)[:width-1]) + "…"
}

func shortDay(d ledger.Date) string {
	_, month, day := d.Civil()
	return fmt.Sprintf("%s %2d %s", d.Weekday().String()[:3], day, month.String()[:3])
}

// demoView is what `demo --json` prints. The names are stable.
type demoView struct {
	Dir        string         `json:"dir"`
	Config     string         `json:"config"`
	First      ledger.Date    `json:"first_day"`
	Last       ledger.Date    `json:"last_day"`
	MoneyUntil ledger.Date    `json:"money_known_until"`
	Delivered  map[string]int `json:"delivered"` // by verb
	Days       []demoDay      `json:"days"`
	Open       []decisionRow  `json:"open_items"`
}

// conclude tells where everything stands in the end, and what to try next.
func (p *player) conclude(ctx context.Context) error {
	v := demoView{
		Dir: p.dir, Config: p.path(demobooks.ConfigFile), First: p.books.First(), Last: p.books.Last(),
		Delivered: map[string]int{}, Days: p.days, Open: []decisionRow{},
	}
	for _, d := range p.days {
		v.MoneyUntil = d.MoneyUntil
		for _, m := range d.Left {
			v.Delivered[m.Verb]++
		}
	}
	if err := p.decisions(ctx, func(row decisionRow) { v.Open = append(v.Open, row) }); err != nil {
		return err
	}
	if p.app.json {
		return p.app.printJSON(v)
	}
	p.printQuiet()
	p.printOpen(v)
	p.printNext(v)
	return nil
}

// printOpen prints the next step of every open item, or the reason for none.
func (p *player) printOpen(v demoView) {
	p.app.say("")
	p.app.say("What is still open on %s, and what happens next. Money is known until %s.", shortDay(v.Last), shortDay(v.MoneyUntil))
	for _, row := range v.Open {
		number := row.Invoice
		if row.Part > 1 {
			number = fmt.Sprintf("%s/%d", row.Invoice, row.Part)
		}
		p.app.say("  %s  %s  %11s  %s", padded(row.Customer+" "+row.Name, 27), padded(number, 13), money.New(row.Open, row.Currency), shortened(row.Sentence, 95))
	}
	p.app.say("")
}

// printNext prints where the files are, and commands that work on them.
func (p *player) printNext(v demoView) {
	var counts []string
	for _, verb := range sortedKeys(v.Delivered) {
		counts = append(counts, fmt.Sprintf("%d %s", v.Delivered[verb], verb))
	}
	p.app.say("Delivered: %s. Read them in %s", strings.Join(counts, ", "), p.path(demobooks.OutgoingDir))
	p.app.say("")
	p.app.say("Go on from here:")
	next := "once --as-of " + p.books.BusinessDay(v.Last, 1).String()
	for _, command := range []string{"plan", "explain C003", "tasks", "export items --format csv", next} {
		p.app.say("  %s -c %s %s", invocation(), quoted(v.Config), command)
	}
}

// quoted puts a path into quotes when a shell would cut it.
func quoted(path string) string {
	if strings.ContainsAny(path, " '\"$&;()") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
