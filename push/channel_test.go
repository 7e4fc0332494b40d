package push_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/outbox"
)

// TestHowASendEndsIsWhereTheEntryGoes is the table of a channel's answers.
func TestHowASendEndsIsWhereTheEntryGoes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer error
		want   outbox.State
	}{
		"taken":        {nil, outbox.Confirmed},
		"rejected":     {connectors.ErrRejected, outbox.Rejected},
		"unavailable":  {connectors.ErrUnavailable, outbox.Unsent},
		"unauthorised": {connectors.ErrUnauthorized, outbox.Unsent},
		"rate limited": {&connectors.RateLimitError{After: time.Minute}, outbox.Unsent},
		"uncertain":    {connectors.ErrUncertain, outbox.InDoubt},
		"conflict":     {connectors.ErrConflict, outbox.InDoubt},
		"not found":    {connectors.ErrNotFound, outbox.InDoubt},
		"nameless":     {errForced, outbox.InDoubt},
		"cancelled":    {context.Canceled, outbox.InDoubt},
		// Whoever says both knows that he does not know.
		"uncertain and rejected":    {errors.Join(connectors.ErrRejected, connectors.ErrUncertain), outbox.InDoubt},
		"uncertain and unavailable": {fmt.Errorf("%w: %w", connectors.ErrUncertain, connectors.ErrUnavailable), outbox.InDoubt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key := d.release("ada")
			d.sends(tt.answer, absent)
			d.run()
			e := d.entry(key)
			if e.State != tt.want {
				t.Errorf("entry is %s, want %s", e.State, tt.want)
			}
			if tt.answer != nil && e.Why != tt.answer.Error() {
				t.Errorf("why %q, want the channel's words %q", e.Why, tt.answer)
			}
		})
	}
}

func TestARefusalIsForGood(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.tool.Arm(fake.Refused, 1)
	if r := d.run(); r.Rejected != 1 {
		t.Errorf("result %+v, want one rejected", r)
	}
	d.is(key, outbox.Rejected, 0)
	d.clock.Move(time.Hour)
	d.run()
	d.is(key, outbox.Rejected, 0)
	if got := d.tool.Posts(key); got != 0 {
		t.Errorf("it was handed over %d times after the refusal", got)
	}
}

func TestWhatSurelyDidNotLeaveIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	s := d.sends(connectors.ErrUnavailable, nil)
	for i, pause := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
		d.run()
		if len(s.sent) != i+1 {
			t.Fatalf("%d sends, want %d", len(s.sent), i+1)
		}
		e := d.entry(key)
		if got := e.NotBefore.Sub(d.clock.Now()); e.State != outbox.Unsent || got != pause {
			t.Errorf("after try %d it is %s and waits %s, want unsent and %s", e.Tries, e.State, got, pause)
		}
		d.clock.Move(pause - time.Millisecond)
		d.run() // too early
		d.clock.Move(time.Millisecond)
	}
	s.send = func(context.Context, connectors.Message) (connectors.Receipt, error) {
		return connectors.Receipt{}, nil
	}
	d.run()
	if e := d.entry(key); e.State != outbox.Confirmed {
		t.Errorf("entry is %s, want confirmed", e.State)
	}
}

func TestARateLimitIsObeyed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	s := d.sends(fmt.Errorf("send: %w", &connectors.RateLimitError{After: 10 * time.Minute}), nil)
	d.run()
	if e := d.entry(key); e.State != outbox.Unsent || !e.NotBefore.Equal(d.clock.Now().Add(10*time.Minute)) {
		t.Errorf("entry is %s until %s, want unsent for ten minutes", e.State, e.NotBefore)
	}
	d.clock.Move(10*time.Minute - time.Millisecond)
	d.run()
	if len(s.sent) != 1 {
		t.Errorf("%d sends before the pause is over, want 1", len(s.sent))
	}
	d.clock.Move(time.Millisecond)
	d.run()
	if len(s.sent) != 2 {
		t.Errorf("%d sends after the pause, want 2", len(s.sent))
	}
}

// TestTheWindowOfAnUnsentEntryCloses: its approval runs out while it backs off.
func TestTheWindowOfAnUnsentEntryCloses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	d.sends(connectors.ErrUnavailable, nil)
	d.run()
	d.clock.Move(73 * time.Hour)
	d.restart()
	d.run()
	if e := d.entry(key); e.State != outbox.Proposed || e.Approval.By != "" {
		t.Errorf("entry is %s, approved by %q; want proposed anew", e.State, e.Approval.By)
	}
}

// TestAnEarlierLifesDeliveryIsRecognised: the database was lost and built anew
// from the same books; the channel remembers.
func TestAnEarlierLifesDeliveryIsRecognised(t *testing.T) {
	t.Parallel()
	first := newDesk(t)
	key := first.release("ada")
	first.run()
	first.is(key, outbox.Confirmed, 1)

	db, clock := cachetest.SQLite(t)
	again := deskAt(t, db, clock, first.tool)
	if same := again.release("ada"); same != key {
		t.Fatalf("the same books give the key %s, want %s", same, key)
	}
	if r := again.run(); r.Confirmed != 1 || len(r.Delivered) != 0 {
		t.Errorf("result %+v, want one confirmed that was not delivered now", r)
	}
	if e := again.is(key, outbox.Confirmed, 1); e.Receipt.RemoteID == "" {
		t.Errorf("the receipt found is not kept: %+v", e.Receipt)
	}
}

// TestWithoutAnAnswerBeforeTheFirstSendNothingLeaves: the channel can tell, but
// not now, or cannot tell any more.
func TestWithoutAnAnswerBeforeTheFirstSendNothingLeaves(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer error
		want   outbox.State
		pause  time.Duration
	}{
		"unavailable":  {connectors.ErrUnavailable, outbox.Unsent, time.Minute},
		"unauthorised": {connectors.ErrUnauthorized, outbox.Unsent, time.Minute},
		"rejected":     {connectors.ErrRejected, outbox.Unsent, time.Minute},
		"nameless":     {errForced, outbox.Unsent, time.Minute},
		"rate limited": {&connectors.RateLimitError{After: time.Hour}, outbox.Unsent, time.Hour},
		"uncertain":    {connectors.ErrUncertain, outbox.InDoubt, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key := d.release("ada")
			s := d.sends(nil, func(context.Context, string) (connectors.Found, error) { return connectors.Found{}, tt.answer })
			d.run()
			e := d.entry(key)
			if e.State != tt.want || len(s.sent) != 0 {
				t.Errorf("entry is %s after %d sends, want %s and none", e.State, len(s.sent), tt.want)
			}
			if tt.pause > 0 && !e.NotBefore.Equal(d.clock.Now().Add(tt.pause)) {
				t.Errorf("it waits until %s, want %s", e.NotBefore, tt.pause)
			}
		})
	}
}

// TestALongQuestionTakesItsTimeFromTheSend: the recorded deadline stands.
func TestALongQuestionTakesItsTimeFromTheSend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	key := d.release("ada")
	s := d.sends(nil, func(context.Context, string) (connectors.Found, error) {
		d.clock.Move(2*timeout - timeout/20)
		return connectors.Found{Absent: true}, nil
	})
	s.send = func(ctx context.Context, _ connectors.Message) (connectors.Receipt, error) {
		if ctx.Err() == nil {
			t.Error("it may still be sent, although its deadline is as good as over")
		}
		return connectors.Receipt{}, connectors.ErrUnavailable
	}
	d.run()
	if e := d.entry(key); e.State != outbox.Unsent {
		t.Errorf("entry is %s, want unsent", e.State)
	}
}
