package connectortest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func faultChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"fault/401", needs | Needs(Fault401), inBooks(faultGives(Fault401, connectors.ErrUnauthorized))},
		{"fault/403", needs | Needs(Fault403), inBooks(faultGives(Fault403, connectors.ErrUnauthorized))},
		{"fault/429", needs | Needs(Fault429), inBooks(faultLimited(Fault429, 7*time.Second, 7*time.Second))},
		{"fault/429-bare", needs | Needs(Fault429Bare), inBooks(faultLimited(Fault429Bare, time.Second, 24*time.Hour))},
		{"fault/429-absurd", needs | Needs(Fault429Absurd), inBooks(faultLimited(Fault429Absurd, time.Minute, 24*time.Hour))},
		{"fault/5xx-read-retried", needs | Needs(Fault503), inBooks(faultRetried)},
		{"fault/5xx-ends-unavailable", needs | Needs(Fault503), inBooks(faultGives(Fault503, connectors.ErrUnavailable))},
		{"fault/cut-body", needs | Needs(FaultCutBody), inBooks(faultGives(FaultCutBody, connectors.ErrUnavailable))},
		{"fault/html", needs | Needs(FaultHTML), inBooks(faultGives(FaultHTML, connectors.ErrUnavailable))},
		{"fault/endless-body", needs | Needs(FaultEndlessBody), inBooks(faultGives(FaultEndlessBody, connectors.ErrUnavailable))},
		{"fault/unreachable", needs | Needs(FaultUnreachable), inBooks(faultGives(FaultUnreachable, connectors.ErrUnavailable))},
		{"fault/expired-mid-read", needs | HasPages | Needs(Fault401), inBooks(faultExpired)},
		{"fault/recovers", needs | Needs(Fault503), inBooks(faultRecovers)},
	}
}

// faultTime bounds each call under a fault: a connector must not wait for what
// never comes.
const faultTime = 10 * time.Second

// underFault runs everything that reads while a fault lasts and hands each
// error to judge.
func (s *scene) underFault(f Fault, c ledger.Customer, judge func(call string, err error) error) error {
	if err := s.arm(f, -1); err != nil {
		return err
	}
	broken, err := s.reopen() // a new one: no breaker is open yet
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, faultTime)
	defer cancel()
	broken.ctx = ctx
	for _, scope := range []connectors.Scope{connectors.Delta, connectors.Open, connectors.All} {
		_, err := broken.read(scope, "")
		if judged := judge(fmt.Sprintf("read of scope %d", scope), err); judged != nil {
			return judged
		}
	}
	if broken.Looker != nil {
		if _, err := broken.look(c); err == nil || judge("look", err) != nil {
			return fmt.Errorf("look under %s: got %w", f, orNone(err))
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("under %s the calls took longer than %s", f, faultTime)
	}
	return nil
}

func orNone(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}

func faultGives(f Fault, want error) func(*scene, ledger.Customer) error {
	return func(s *scene, c ledger.Customer) error {
		if _, err := s.invoice(c, euros(100)); err != nil {
			return err
		}
		return s.underFault(f, c, func(call string, err error) error {
			if !errors.Is(err, want) || errors.Is(err, errContract) {
				return fmt.Errorf("%s: got %w, want %w", call, orNone(err), want)
			}
			return nil
		})
	}
}

func faultLimited(f Fault, atLeast, atMost time.Duration) func(*scene, ledger.Customer) error {
	return func(s *scene, c ledger.Customer) error {
		return s.underFault(f, c, func(call string, err error) error {
			var limited *connectors.RateLimitError
			if !errors.As(err, &limited) {
				return fmt.Errorf("%s: got %w, want a RateLimitError", call, orNone(err))
			}
			if limited.After < atLeast || limited.After > atMost {
				return fmt.Errorf("%s: asks to wait %s, want %s to %s", call, limited.After, atLeast, atMost)
			}
			return nil
		})
	}
}

func faultRetried(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, 2)
	if err != nil {
		return err
	}
	if err := s.arm(Fault503, 1); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return fmt.Errorf("one 503: %w", err)
	}
	return s.hasInvoices(st, want)
}

func faultExpired(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	r, err := s.readWith(connectors.Delta, "", func(int) error { return s.arm(Fault401, -1) })
	if !errors.Is(err, connectors.ErrUnauthorized) || r.complete() {
		return fmt.Errorf("expired after page 1: got %w, want ErrUnauthorized and no end", orNone(err))
	}
	return nil
}

func faultRecovers(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, 2)
	if err != nil {
		return err
	}
	if err := s.arm(Fault503, -1); err != nil {
		return err
	}
	if _, err := s.read(connectors.Delta, ""); err == nil {
		return errors.New("broken throughout, and no error")
	}
	s.faults.Disarm()
	st, err := s.filled()
	if err != nil {
		return fmt.Errorf("once the tool is well again: %w", err)
	}
	return s.hasInvoices(st, want)
}
