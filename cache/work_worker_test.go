package cache_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// TestOneWorkerAtATime: PostgreSQL's lease keeps the others out while it lasts;
// on SQLite a file lock has made sure already that the other is gone.
func TestOneWorkerAtATime(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		take := func(owner string) (int64, error) { return db.TakeWork(t.Context(), owner, time.Minute) }
		first, err := take("one")
		if err != nil {
			t.Fatal(err)
		}
		second, err := take("two")
		if !db.IsPostgres() {
			if err != nil || second <= first {
				t.Errorf("taking over on SQLite: epoch %d, %v; want one above %d", second, err, first)
			}
			return
		}
		if !errors.Is(err, cache.ErrWorking) {
			t.Errorf("a second worker: %v, want ErrWorking", err)
		}
		clock.Move(50 * time.Second)
		if err := db.KeepWork(t.Context(), first, time.Minute); err != nil {
			t.Errorf("KeepWork: %v", err)
		}
		clock.Move(50 * time.Second)
		if _, err := take("two"); !errors.Is(err, cache.ErrWorking) {
			t.Errorf("a second worker while the role is kept: %v, want ErrWorking", err)
		}
		clock.Move(11 * time.Second)
		if second, err = take("two"); err != nil || second <= first {
			t.Errorf("after the lease: epoch %d, %v; want one above %d", second, err, first)
		}
	})
}

func TestAnEpochIsNeverGivenTwice(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, _ *cachetest.Clock) {
		last := int64(0)
		for range 3 {
			epoch, err := db.TakeWork(t.Context(), "one", time.Minute)
			if err != nil || epoch <= last {
				t.Fatalf("epoch %d after %d, %v", epoch, last, err)
			}
			if err := db.KeepWork(t.Context(), epoch, time.Minute); err != nil {
				t.Errorf("KeepWork: %v", err)
			}
			if last > 0 {
				if err := db.KeepWork(t.Context(), last, time.Minute); !errors.Is(err, outbox.ErrFenced) {
					t.Errorf("an older worker keeps the role: %v, want ErrFenced", err)
				}
				if err := db.EndWork(t.Context(), last); err != nil {
					t.Errorf("an older worker's end: %v", err)
				}
				if err := db.KeepWork(t.Context(), epoch, time.Minute); err != nil {
					t.Errorf("it took the role from the newer one: %v", err)
				}
			}
			if err := db.EndWork(t.Context(), epoch); err != nil {
				t.Fatal(err)
			}
			last = epoch
		}
	})
}

// decide stores one decision of a customer.
func (q *tray) decide(today string, customer ledger.UID, again string, all ...policy.Decision) {
	q.t.Helper()
	out := policy.Outcome{Decisions: all, Again: date(again)}
	if err := q.db.PutDecisions(q.t.Context(), q.company, date(today), []cache.Decided{{Customer: customer, Version: q.versions(customer).Customer, Outcome: out}}); err != nil {
		q.t.Fatal(err)
	}
}

func TestDecisionsAreAppendedOnChange(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		wait := policy.Decision{Item: "i1", Verdict: policy.Wait, Reason: policy.ReasonNotDue, Detail: "due on Friday", Again: date("2026-04-25"), Day: date("2026-04-24")}
		act := policy.Decision{Item: "i1", Verdict: policy.Act, Reason: policy.ReasonRung, Rung: "rappel", Sev: ledger.Friendly, Again: date("2026-05-01")}
		rows := func(want ...cache.DecisionRow) {
			t.Helper()
			got, err := db.Decisions(t.Context(), q.company, "ada")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("decisions in force (-want +got):\n%s", diff)
			}
		}
		q.decide("2026-04-22", "ada", "2026-04-25", wait)
		rows(cache.DecisionRow{Item: "i1", Customer: "ada", Decision: wait, Decided: date("2026-04-22")})
		q.decide("2026-04-23", "ada", "2026-04-25", wait)
		rows(cache.DecisionRow{Item: "i1", Customer: "ada", Decision: wait, Decided: date("2026-04-22")})
		q.decide("2026-04-27", "ada", "2026-05-01", act)
		rows(cache.DecisionRow{Item: "i1", Customer: "ada", Decision: act, Decided: date("2026-04-27")})
		q.decide("2026-04-28", "bob", "2026-05-01", policy.Decision{Item: "i2", Verdict: policy.Wait, Again: date("2026-05-01")})
		q.decide("2026-04-28", "ada", "2026-05-01") // it was paid
		rows()
		if got, err := db.Decisions(t.Context(), q.company); err != nil || len(got) != 1 || got[0].Customer != "bob" {
			t.Errorf("all decisions in force: %+v, %v; want bob's", got, err)
		}
	})
}

func TestARehearsalIsMadeNotBorn(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, _ *cachetest.Clock) {
		first, err := db.Generation(t.Context())
		if err != nil || first.Token == "" || first.Live || first.Number != 0 {
			t.Fatalf("a new database: %+v, %v", first, err)
		}
		if again, err := db.Generation(t.Context()); err != nil || again != first {
			t.Errorf("asked again: %+v, %v; want %+v", again, err, first)
		}
		if playing, err := db.Play(t.Context(), date("2026-04-22")); err != nil || !playing {
			t.Errorf("Play: %t, %v; want a rehearsal", playing, err)
		}
		wall := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		since := func(now, want time.Time, when string) {
			t.Helper()
			if got, err := db.PlayedSince(t.Context(), now); err != nil || !got.Equal(want) {
				t.Errorf("%s: the day began at %s, %v; want %s", when, got, err, want)
			}
		}
		since(wall, wall, "the first process")
		since(wall.Add(time.Minute), wall, "the next")
		if playing, err := db.Play(t.Context(), date("2026-04-22")); err != nil || !playing {
			t.Errorf("Play the same day: %t, %v", playing, err)
		}
		since(wall.Add(time.Hour), wall, "the day played again")
		if _, err := db.Play(t.Context(), date("2026-04-21")); !errors.Is(err, cache.ErrPast) {
			t.Errorf("Play the day before: %v, want ErrPast", err)
		}
		if playing, err := db.Play(t.Context(), date("2026-04-23")); err != nil || !playing {
			t.Errorf("Play the next day: %t, %v", playing, err)
		}
		since(wall.Add(time.Hour), wall.Add(time.Hour), "the next day")
		got, err := db.NextGeneration(t.Context())
		if err != nil || got.Number != 1 || got.Live || got.Played != date("2026-04-23") || got.Token != first.Token {
			t.Errorf("NextGeneration: %+v, %v", got, err)
		}
	})
}

func TestAWorkingDatabaseIsNotPlayedWith(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, _ *cachetest.Clock) {
		if _, err := db.NextGeneration(t.Context()); err != nil {
			t.Fatal(err)
		}
		if playing, err := db.Play(t.Context(), date("2026-04-22")); err != nil || playing {
			t.Errorf("Play: %t, %v; want that it is not a rehearsal", playing, err)
		}
		if g, err := db.Generation(t.Context()); err != nil || g.Played.Known() || g.Live {
			t.Errorf("it became one: %+v, %v", g, err)
		}
	})
}

// TestAReleasedDatabaseDecidesOnEverybodyAgain: what was wanted while it only
// observed was decided, but never queued.
func TestAReleasedDatabaseDecidesOnEverybodyAgain(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		q.put(books())
		customer := q.uid(ledger.KindCustomer, "C1")
		q.match()
		q.putCase(customer, q.versions(customer).Customer)
		q.decide("2026-04-22", customer, "2026-05-01")
		due := cache.CaseFilter{Due: date("2026-04-22")}
		if got := q.cases(due); len(got) != 0 {
			t.Fatalf("due after the decision: %v, want nobody", got)
		}
		if err := db.SetLive(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if got := q.cases(due); len(got) != 1 {
			t.Errorf("due after the release: %v, want the customer", got)
		}
		if g, err := db.Generation(t.Context()); err != nil || !g.Live {
			t.Errorf("%+v, %v; want that it may send", g, err)
		}
	})
}

func TestStatsCountWhatWasReleased(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		q := newTray(t, db, clock)
		q.approved("a1")
		q.approved("a2")
		clock.Move(24 * time.Hour)
		for _, c := range []ledger.UID{"b1", "b2", "b3", "b4"} {
			q.approved(c)
		}
		clock.Move(24 * time.Hour)
		q.approved("c1")
		clock.Move(2 * time.Hour)
		q.approved("c2")
		q.proposed("c3")
		task := q.want([]ledger.UID{"d"}, outbox.TaskWanted("d", policy.Task{Kind: "missing-address", Subject: "d", Text: "Find it."}, "channel"))
		q.approve(q.entry(task.Create[0].Key))
		got, err := db.Stats(t.Context(), q.company, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		want := outbox.Stats{SendingDays: 2, Median: 4, Today: 2, ThisHour: 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}
