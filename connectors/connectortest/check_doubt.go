package connectortest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
)

func doubtChecks() []Check {
	const needs = CanSend | HasMailbox
	return []Check{
		{"send/lost-answer-uncertain-then-found", needs | CanFind | Needs(FaultLostAnswer), in(doubtAfter(FaultLostAnswer))},
		{"send/late-failure-uncertain-then-found", needs | CanFind | Needs(FaultLateFailure), in(doubtAfter(FaultLateFailure))},
		{"send/absent-is-certain-only", CanSend | CanFind | HasFaults, in(doubtFind)},
		{"send/absent-when-never-sent", CanSend | CanFind, in(doubtAbsent)},
		{"send/slow-landing-not-absent", needs | CanFind | HasClock | Needs(FaultSlowLanding), in(doubtSlow)},
		{"send/respects-deadline", needs | Needs(FaultHang), in(doubtDeadline)},
		{"send/past-deadline-sends-nothing", needs, in(doubtPast)},
	}
}

func doubtAfter(f Fault) func(*scene) error {
	return func(s *scene) error {
		m := message("k-doubt")
		if err := s.arm(f, 1); err != nil {
			return err
		}
		_, err := s.Sender.Send(s.ctx, m)
		if !errors.Is(err, connectors.ErrUncertain) || errors.Is(err, connectors.ErrUnavailable) {
			return fmt.Errorf("it was done and the answer lost: got %w, want ErrUncertain alone", orNone(err))
		}
		s.faults.Disarm()
		found, err := s.Finder.Find(s.ctx, m.Key)
		if err != nil || found.Absent || found.Receipt.RemoteID == "" {
			return fmt.Errorf("find: got %+v, %w; want its receipt", found, orNone(err))
		}
		return s.wantReceived(m.Key, 1)
	}
}

// doubtFind asks under every fault there is: none may be taken for "absent".
func doubtFind(s *scene) error {
	m := message("k-certain")
	if _, err := s.Sender.Send(s.ctx, m); err != nil {
		return err
	}
	for _, f := range s.faults.Faults() {
		if f == FaultHang {
			continue // it ends with the caller's time alone; tried with Send
		}
		if err := s.arm(f, -1); err != nil {
			return err
		}
		broken, err := s.reopen()
		if err != nil {
			return err
		}
		found, err := broken.Finder.Find(s.ctx, m.Key)
		if found.Absent {
			return fmt.Errorf("under %s find says that what was delivered is absent", f)
		}
		if err == nil && found.Receipt.RemoteID == "" {
			return fmt.Errorf("under %s find says neither absent nor where", f)
		}
		s.faults.Disarm()
	}
	return nil
}

func doubtAbsent(s *scene) error {
	if _, err := s.Sender.Send(s.ctx, message("k-sent")); err != nil {
		return err
	}
	for _, key := range []string{"k-never", "k-sen", "k-sent-2"} {
		found, err := s.Finder.Find(s.ctx, key)
		if err != nil && !errors.Is(err, connectors.ErrUncertain) {
			return err
		}
		if err == nil && !found.Absent {
			return fmt.Errorf("find of %s, which was never sent: got %+v, want absent or ErrUncertain", key, found)
		}
	}
	return nil
}

// doubtSlow looks before and after a message lands whose sender has gone.
func doubtSlow(s *scene) error {
	m := message("k-slow")
	if err := s.arm(FaultSlowLanding, 1); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, 300*time.Millisecond)
	defer cancel()
	_, err := s.Sender.Send(ctx, m)
	if !errors.Is(err, connectors.ErrUncertain) {
		return fmt.Errorf("no answer within the time: got %w, want ErrUncertain", orNone(err))
	}
	if _, err := s.Finder.Find(s.ctx, m.Key); err != nil && !errors.Is(err, connectors.ErrUncertain) {
		return fmt.Errorf("find while it is on its way: %w", err)
	}
	s.clock.Advance(2 * Landing)
	found, err := s.Finder.Find(s.ctx, m.Key)
	if err != nil || found.Absent {
		return fmt.Errorf("find after it landed: got %+v, %w; want its receipt", found, orNone(err))
	}
	return s.wantReceived(m.Key, 1)
}

func doubtDeadline(s *scene) error {
	if err := s.arm(FaultHang, -1); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, 300*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := s.Sender.Send(ctx, message("k-deadline"))
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, connectors.ErrUncertain) {
			return fmt.Errorf("the tool took it and said nothing: got %w, want ErrUncertain", orNone(err))
		}
		return nil
	case <-time.After(3 * time.Second):
		s.faults.Disarm()
		return errors.New("send went on long after its time was over")
	}
}

func doubtPast(s *scene) error {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	_, err := s.Sender.Send(ctx, message("k-past"))
	if !errors.Is(err, connectors.ErrUnavailable) || errors.Is(err, connectors.ErrUncertain) {
		return fmt.Errorf("the context is over: got %w, want ErrUnavailable", orNone(err))
	}
	m := message("k-past")
	m.Deadline = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err = s.Sender.Send(s.ctx, m); !errors.Is(err, connectors.ErrUnavailable) || errors.Is(err, connectors.ErrUncertain) {
		return fmt.Errorf("its deadline is over: got %w, want ErrUnavailable", orNone(err))
	}
	return s.wantReceived("k-past", 0)
}
