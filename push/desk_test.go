package push_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/push"
)

// Each guard of the protocol is held by tests that fail when it is taken out.
// This was tried by hand, one guard at a time; do so again when one changes.
//
//	the look before the intent        TestWhatNothingWantsIsSuperseded, TestChangedFactsAreProposedAgainUnderTheSameKey
//	the settle time before a question TestASlowLandingIsNotSentTwice, TestACrashAfterTheIntentIsSettled
//	one row for one key               cache: TestAKeyIsQueuedOnce
//	the version the look stands on    TestNothingLeavesOnWhatChangedAfterTheLook; cache: TestWhatAnIntentChecks
//	the fence of lease and intent     TestAnOlderWorkerIsFenced, TestAnOlderWorkerIsFencedBetweenLookAndIntent
//	switches inside the intent        TestNothingLeavesOnWhatChangedAfterTheLook; cache: TestSwitches
//	the approval inside the intent    TestAnApprovalLapsesDuringTheLook; cache: TestWhatAnIntentChecks
//	the version of the row            cache: TestMoveWantsALegalStepFromTheRowThatWasRead, TestApplyLeavesWhatMovedOn
//	a question before the first send  TestAnEarlierLifesDeliveryIsRecognised
//	a deadline below the recorded one TestTheChannelGivesUpBeforeTheRecordedDeadline
//	a record in spite of an interrupt TestAnInterruptedSendIsRecorded
//	doubt wins over every other word  TestHowASendEndsIsWhereTheEntryGoes
//	the queue before the decisions    cmd/relanced: TestKillAtEveryMark

// desk is a worker at a real queue in SQLite, before a tool that shows its
// duplicates. The clock stands still until it is moved.
type desk struct {
	t       *testing.T
	db      *cache.DB
	clock   *cachetest.Clock
	company ledger.UID
	tool    *fake.Tool
	worker  push.Worker

	facts map[ledger.UID]string // what a look finds wanted, by customer; absent: nothing
	looks int
	after func(e outbox.Entry) // something that happens between the look and the intent; may be nil
}

const (
	via      = "channel"
	timeout  = 2 * time.Second
	settling = 10 * time.Second
	doubtful = 2*timeout + settling // from the intent to the first question
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, clock := cachetest.SQLite(t)
	return deskAt(t, db, clock, fake.New(fake.Options{Now: clock.Now, Repeats: true}))
}

// deskAt is a desk on a database, before a tool that may have been used before.
func deskAt(t *testing.T, db *cache.DB, clock *cachetest.Clock, tool *fake.Tool) *desk {
	t.Helper()
	company, err := db.EnsureCompany(t.Context(), "Exemple")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, db: db, clock: clock, company: company, tool: tool, facts: map[ledger.UID]string{}}
	d.worker = push.Worker{
		Company: company, Owner: "worker-1", Epoch: d.epoch("worker-1"),
		Queue: db, Unsettled: db, Recheck: d.look, Compose: compose,
		Channels: map[string]push.Channel{via: {Powers: connectors.PowersOf(connector(t, tool, clock)), Timeout: timeout, Settle: settling}},
		Ready:    func(outbox.Entry) bool { return true },
		Now:      clock.Now, LeaseFor: 10 * time.Minute,
	}
	return d
}

// connector speaks to the tool as a real one does, over HTTP.
func connector(t *testing.T, tool *fake.Tool, clock *cachetest.Clock) connectors.Connector {
	t.Helper()
	server := httptest.NewServer(tool.Handler())
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("fake-token"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := fake.Config{URL: server.URL, Wait: time.Millisecond}
	if err := config.Token.UnmarshalText([]byte("file:" + token)); err != nil {
		t.Fatal(err)
	}
	c, err := config.Open(connectors.Env{Connection: "tool", Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// epoch makes somebody the worker.
func (d *desk) epoch(owner string) int64 {
	d.t.Helper()
	epoch, err := d.db.TakeWork(d.t.Context(), owner, time.Hour)
	if err != nil {
		d.t.Fatal(err)
	}
	return epoch
}

// look is what the daemon does: versions first, then the facts.
func (d *desk) look(ctx context.Context, e outbox.Entry) (push.Look, error) {
	d.looks++
	versions, err := d.db.Versions(ctx, d.company, e.Customer)
	if err != nil {
		return push.Look{}, err
	}
	facts, found := d.facts[e.Customer]
	if d.after != nil {
		d.after(e)
	}
	if !found {
		return push.Look{Why: "it was paid", Versions: versions}, nil
	}
	w := wanted(e.Customer, facts)
	return push.Look{Wanted: &w, Versions: versions}, nil
}

func compose(_ context.Context, e outbox.Entry) (connectors.Message, error) {
	return connectors.Message{
		Key: e.Key, Verb: e.Verb, To: connectors.Recipient{Name: "Client", Mail: string(e.Customer) + "@example.example"},
		Subject: "Facture F1", Text: e.Facts, Day: 739700,
	}, nil
}

func wanted(customer ledger.UID, facts string) outbox.Wanted {
	item := "item-of-" + customer
	n := policy.Notice{
		Customer: customer, Anchor: item, Episode: 1, Rung: "rappel", Severity: ledger.Friendly, Verb: ledger.VerbMail,
		Template: "rappel-aimable", Language: "fr",
		Lines: []policy.NoticeLine{{Item: item, Number: "F1", Due: 739690, Open: money.New(12000, money.EUR), Step: "rappel", Episode: 1}},
	}
	w := outbox.NoticeWanted(n, via, "v1", nil)
	w.Facts = facts
	return w
}

// propose queues what is wanted of some customers.
func (d *desk) propose(customers ...ledger.UID) []outbox.Entry {
	d.t.Helper()
	var all []outbox.Wanted
	for _, c := range customers {
		d.facts[c] = "facts of " + string(c)
		all = append(all, wanted(c, d.facts[c]))
	}
	diff := outbox.Plan(d.company, all, nil, nil)
	if err := d.db.Apply(d.t.Context(), d.company, diff); err != nil {
		d.t.Fatal(err)
	}
	return diff.Create
}

// release queues one notice for each customer and approves them; it returns
// the first one's key.
func (d *desk) release(customers ...ledger.UID) string {
	d.t.Helper()
	created := d.propose(customers...)
	for i, e := range created {
		created[i] = d.entry(e.Key)
	}
	if n, err := d.db.Approve(d.t.Context(), created, "test", d.clock.Now().Add(72*time.Hour)); err != nil || n != len(created) {
		d.t.Fatalf("approved %d of %d: %v", n, len(created), err)
	}
	return created[0].Key
}

// run runs the worker once; it must not fail.
func (d *desk) run() push.Result {
	d.t.Helper()
	r, err := d.worker.Run(d.t.Context(), 100)
	if err != nil {
		d.t.Fatalf("Run: %v", err)
	}
	return r
}

// restart is a new process: a newer epoch, and leases of older ones returned.
func (d *desk) restart() {
	d.t.Helper()
	d.worker.Owner = "worker-2"
	d.worker.Epoch = d.epoch("worker-2")
	if err := d.db.Lapse(d.t.Context(), d.company, d.worker.Epoch); err != nil {
		d.t.Fatal(err)
	}
}

// channel changes what can be done with the channel.
func (d *desk) channel(change func(c *push.Channel)) {
	c := d.worker.Channels[via]
	change(&c)
	d.worker.Channels[via] = c
}

func (d *desk) entry(key string) outbox.Entry {
	d.t.Helper()
	e, err := d.db.Entry(d.t.Context(), d.company, key)
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

// is checks where an entry is and how often its message has reached the
// recipient, and returns it.
func (d *desk) is(key string, state outbox.State, delivered int) outbox.Entry {
	d.t.Helper()
	e := d.entry(key)
	if e.State != state {
		d.t.Errorf("entry is %s (%s), want %s", e.State, e.Why, state)
	}
	if got := d.tool.Ledger().Count[key]; got != delivered {
		d.t.Errorf("delivered %d times, want %d", got, delivered)
	}
	return e
}

// went checks the whole way of an entry.
func (d *desk) went(key string, want ...outbox.State) {
	d.t.Helper()
	events, err := d.db.EntryLog(d.t.Context(), d.company, key)
	if err != nil {
		d.t.Fatal(err)
	}
	var got []outbox.State
	for _, e := range events {
		got = append(got, outbox.State(e.State))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("its way (-want +got):\n%s", diff)
	}
	for i := 1; i < len(got); i++ {
		if err := outbox.Check(got[i-1], got[i]); err != nil && got[i-1] != got[i] {
			d.t.Errorf("on its way: %v", err)
		}
	}
}

// stub is a channel that does as it is told, where the tool cannot be made to.
type stub struct {
	connectors.Connector
	send  func(ctx context.Context, m connectors.Message) (connectors.Receipt, error)
	find  func(ctx context.Context, key string) (connectors.Found, error)
	sent  []connectors.Message
	asked []string
}

func (s *stub) Send(ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
	s.sent = append(s.sent, m)
	return s.send(ctx, m)
}

func (s *stub) Find(ctx context.Context, key string) (connectors.Found, error) {
	s.asked = append(s.asked, key)
	return s.find(ctx, key)
}

func absent(context.Context, string) (connectors.Found, error) {
	return connectors.Found{Absent: true}, nil
}

// sends makes the desk's channel a stub that answers every message so. It can
// be asked only when find is not nil.
func (d *desk) sends(answer error, find func(context.Context, string) (connectors.Found, error)) *stub {
	s := &stub{find: find, send: func(context.Context, connectors.Message) (connectors.Receipt, error) {
		return connectors.Receipt{RemoteID: "stub-1"}, answer
	}}
	d.channel(func(c *push.Channel) {
		c.Powers = connectors.Powers{Sender: s}
		if find != nil {
			c.Powers.Finder = s
		}
	})
	return s
}

var errForced = errors.New("forced")
