package connectortest

import (
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
)

func openChecks() []Check {
	return []Check{
		{"open/no-network", HasMeter, in(openNoNetwork)},
		{"check/refuses-bad-credentials", HasStranger, in(checkRefuses)},
		{"check/identity-stable", 0, in(checkIdentity)},
		{"check/zone-is-known", 0, in(checkZone)},
		{"check/changes-nothing", HasMeter, in(checkChangesNothing)},
	}
}

func openNoNetwork(s *scene) error {
	before, _ := s.requests()
	if _, err := s.tool.Open(); err != nil {
		return err
	}
	if after, _ := s.requests(); after != before {
		return fmt.Errorf("opening made %d requests, want none", after-before)
	}
	return nil
}

// requests counts all requests, and the writes among them.
func (s *scene) requests() (all, writes int) {
	m, ok := s.tool.(Meter)
	if !ok {
		return 0, 0
	}
	reads, writes := m.Requests()
	return reads + writes, writes
}

func checkRefuses(s *scene) error {
	c, err := s.tool.(Stranger).OpenStranger()
	if err == nil {
		_, err = c.Check(s.ctx)
	}
	if !errors.Is(err, connectors.ErrUnauthorized) {
		return fmt.Errorf("bad credentials: got %w, want ErrUnauthorized", orNone(err))
	}
	return nil
}

func checkIdentity(s *scene) error {
	first, err := s.Connector.Check(s.ctx)
	if err != nil {
		return err
	}
	if first.Identity == "" {
		return errors.New("the report has no identity")
	}
	if s.books != nil {
		if _, err := s.customer(); err != nil {
			return err
		}
	}
	again, err := s.reopen()
	if err != nil {
		return err
	}
	second, err := again.Connector.Check(s.ctx)
	if err != nil {
		return err
	}
	if first.Identity != second.Identity {
		return fmt.Errorf("identity: first %q, then %q", first.Identity, second.Identity)
	}
	return nil
}

func checkZone(s *scene) error {
	r, err := s.Connector.Check(s.ctx)
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		return fmt.Errorf("zone %q is not an IANA name", r.Zone)
	}
	return nil
}

func checkChangesNothing(s *scene) error {
	for range 3 {
		if _, err := s.Connector.Check(s.ctx); err != nil {
			return err
		}
	}
	if _, writes := s.requests(); writes != 0 {
		return fmt.Errorf("three checks made %d writes, want none", writes)
	}
	return nil
}
