package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cmd/relanced/internal/demobooks"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// act lets the demo actor do what a person would after the morning's run, by
// the same code as the commands: answer what relanced asked for, and what the
// day brings otherwise. It tells each act in a line.
func (p *player) act(ctx context.Context, day ledger.Date, r daemon.Report) ([]string, error) {
	var told []string
	for _, step := range []func(context.Context, ledger.Date, daemon.Report) ([]string, error){
		p.releases, p.attests, p.calls, p.scripted,
	} {
		lines, err := step(ctx, day, r)
		if err != nil {
			return nil, err
		}
		told = append(told, lines...)
	}
	return told, nil
}

// releases reads the formal letters that wait, and lets them go.
func (p *player) releases(ctx context.Context, _ ledger.Date, r daemon.Report) ([]string, error) {
	var told []string
	for _, e := range waiting(r) {
		view, err := viewEntry(ctx, p.house, p.company, e, "")
		if err != nil {
			return nil, err
		}
		if err := p.actor.approve(ctx, p.house, p.company, []string{e.Key}); err != nil {
			return nil, err
		}
		told = append(told, fmt.Sprintf("reads the %s letter to %s and releases it; it leaves at the next run", e.Severity, view.Customer))
	}
	return told, nil
}

// attests answers the question until when money is known: the account was
// looked at on the bank's web page, and what came in was booked by hand.
func (p *player) attests(ctx context.Context, day ledger.Date, r daemon.Report) ([]string, error) {
	asked := false
	for _, e := range r.Sent.Delivered {
		asked = asked || e.Content.Task != nil && e.Content.Task.Kind == policy.TaskAttest
	}
	if !asked {
		return nil, nil
	}
	if err := p.house.db.Attest(ctx, p.company.UID, day-1, p.actor.actor()); err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("looks at the account on the bank's page and attests: money is known until %s", day-1)}, nil
}

// calls makes the calls that were handed over, and notes what came of them.
func (p *player) calls(ctx context.Context, day ledger.Date, r daemon.Report) ([]string, error) {
	var told []string
	for _, e := range r.Sent.Delivered {
		if e.Verb != ledger.VerbCall {
			continue
		}
		line, err := p.call(ctx, day, e)
		if err != nil {
			return nil, err
		}
		told = append(told, line)
	}
	return told, nil
}

func (p *player) call(ctx context.Context, day ledger.Date, e outbox.Entry) (string, error) {
	s, err := subject(ctx, p.house, p.company, string(e.Customer))
	if err != nil {
		return "", err
	}
	p.asked[s.Code]++
	answer := p.books.Answer(s.Code, p.asked[s.Code])
	var promise []string
	word := string(answer.Outcome)
	if answer.Outcome == ledger.OutcomePromise {
		by := p.books.BusinessDay(day, answer.Days)
		promise = []string{by.String()}
		word = "promise until " + by.String()
	}
	err = p.actor.log(ctx, p.house, p.company, s.Code, "call", string(answer.Outcome), answer.Note, e.Key, "", promise)
	return fmt.Sprintf("calls %s %s, logs: %s (%s)", s.Code, s.Name, word, answer.Note), err
}

// scripted does what the books' story has for the day.
func (p *player) scripted(ctx context.Context, day ledger.Date, _ daemon.Report) ([]string, error) {
	var told []string
	for _, act := range p.books.Acts(day) {
		line, err := p.perform(ctx, act)
		if err != nil {
			return nil, err
		}
		told = append(told, line)
	}
	return told, nil
}

func (p *player) perform(ctx context.Context, act demobooks.Act) (string, error) {
	s, err := subject(ctx, p.house, p.company, act.Customer)
	if err != nil {
		return "", err
	}
	who := s.Code + " " + s.Name
	switch act.Kind {
	case demobooks.ActDispute:
		if s, err = subject(ctx, p.house, p.company, act.Invoice); err != nil {
			return "", err
		}
		made, err := p.actor.newHold(p.house, p.company, s, string(ledger.HoldDispute), act.Text, act.Until.String())
		if err != nil {
			return "", err
		}
		_, err = p.house.db.Hold(ctx, p.company.UID, made)
		return fmt.Sprintf("holds %s of %s until %s, dispute: %s", act.Invoice, who, act.Until, act.Text), err
	case demobooks.ActSettled:
		return fmt.Sprintf("releases the dispute on %s of %s: %s", act.Invoice, who, act.Text), p.settle(ctx, s, act)
	case demobooks.ActComplete:
		return fmt.Sprintf("completes people.csv for %s: %s", who, act.Text), nil
	default:
		return "", fmt.Errorf("nobody knows how to %q", act.Kind)
	}
}

// settle releases the disputes of a customer.
func (p *player) settle(ctx context.Context, s cache.Subject, act demobooks.Act) error {
	holds, err := p.house.db.Holds(ctx, p.company.UID, s.Customer)
	if err != nil {
		return err
	}
	for _, hold := range holds {
		if hold.Kind != ledger.HoldDispute {
			continue
		}
		if err := p.actor.release(ctx, p.house, p.company, string(hold.UID), strings.TrimSpace(act.Text)); err != nil {
			return err
		}
	}
	return nil
}
