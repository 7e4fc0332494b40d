package connectortest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func secretChecks() []Check {
	return []Check{
		{"secret/never-in-errors", HasSecrets | HasFaults, in(secretErrors)},
		{"privacy/no-names-in-errors", HasFaults, in(privacyErrors)},
		{"read/no-goroutine-left", CanRead | HasBooks, inBooks(readGoroutines)},
	}
}

// errorsOf calls everything the connector can do under every fault and returns
// the texts of the errors.
func (s *scene) errorsOf() ([]string, error) {
	customer := ledger.Customer{ID: "C001"}
	if s.books != nil {
		var err error
		if customer, err = s.customer(); err != nil {
			return nil, err
		}
	}
	var texts []string
	for _, f := range s.faults.Faults() {
		if err := s.arm(f, -1); err != nil {
			return nil, err
		}
		broken, err := s.reopen()
		if err != nil {
			return nil, err
		}
		texts = append(texts, broken.allErrors(customer)...)
		s.faults.Disarm()
	}
	if stranger, ok := s.tool.(Stranger); ok {
		c, err := stranger.OpenStranger()
		if err != nil {
			return append(texts, err.Error()), nil
		}
		other := *s
		other.Powers = connectors.PowersOf(c)
		texts = append(texts, other.allErrors(customer)...)
	}
	return texts, nil
}

func (s *scene) allErrors(customer ledger.Customer) []string {
	var texts []string
	call := func(do func(s *scene) error) {
		limited := *s
		ctx, cancel := context.WithTimeout(s.ctx, 200*time.Millisecond)
		defer cancel()
		limited.ctx = ctx
		if err := do(&limited); err != nil {
			texts = append(texts, err.Error())
		}
	}
	call(func(s *scene) error { _, err := s.Connector.Check(s.ctx); return err })
	if s.Reader != nil {
		call(func(s *scene) error { _, err := s.read(connectors.Delta, ""); return err })
	}
	if s.Looker != nil {
		call(func(s *scene) error { _, err := s.look(customer); return err })
	}
	if s.Sender != nil {
		call(func(s *scene) error { _, err := s.Sender.Send(s.ctx, message("k-secret")); return err })
	}
	if s.Finder != nil {
		call(func(s *scene) error { _, err := s.Finder.Find(s.ctx, "k-secret"); return err })
	}
	return texts
}

// mentions looks for words in the texts of errors.
func mentions(texts, words []string) error {
	if len(texts) == 0 {
		return fmt.Errorf("no fault gave an error")
	}
	for _, text := range texts {
		for _, word := range words {
			if word != "" && strings.Contains(text, word) {
				return fmt.Errorf("an error holds %q: %s", word, text)
			}
		}
	}
	return nil
}

func secretErrors(s *scene) error {
	texts, err := s.errorsOf()
	if err != nil {
		return err
	}
	return mentions(texts, s.tool.(Secretive).Secrets())
}

func privacyErrors(s *scene) error {
	texts, err := s.errorsOf()
	if err != nil {
		return err
	}
	return mentions(texts, []string{mailTo, "Canari", "rue du Port", "Facture"})
}

// readGoroutines stops readings half-way and waits for what they started.
// Goroutines are known by a label they inherit, so that other checks may run
// at the same time. Idle connections are kept on purpose and do not count.
func readGoroutines(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, s.several()); err != nil {
		return err
	}
	mark := fmt.Sprintf("%p", s)
	var failed error
	pprof.Do(s.ctx, pprof.Labels("relanced-check", mark), func(ctx context.Context) {
		s.ctx = ctx
		for range 3 {
			for _, err := range s.Reader.Read(ctx, connectors.Delta, "") {
				failed = err
				break
			}
		}
		if s.faults != nil && s.has&Needs(Fault503) == Needs(Fault503) {
			_ = s.arm(Fault503, -1)
			_, _ = s.read(connectors.Delta, "")
			s.faults.Disarm()
		}
	})
	if failed != nil {
		return failed
	}
	var left string
	for range 100 {
		if left = labelled(mark); left == "" {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("a goroutine is left behind:\n%s", left)
}

// labelled returns the stack of a goroutine with the label, if there is one.
func labelled(mark string) string {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		return ""
	}
	for stack := range strings.SplitSeq(b.String(), "\n\n") {
		if strings.Contains(stack, mark) && !strings.Contains(stack, "net/http.(*persistConn)") {
			return stack
		}
	}
	return ""
}
