package daemon_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/folder"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/law"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// house is a company at work on a real database, between books in memory and
// a folder on the disk. It is ten in the morning of Wednesday 22 April 2026.
type house struct {
	t       *testing.T
	dir     string
	clock   *cachetest.Clock
	books   *books
	daemon  *daemon.Daemon
	company *daemon.Company
	ledger  ledger.UID // the connection to the books
}

// books are a tool that shows everything it has, and that cannot be looked at.
type books struct {
	page   connectors.Page
	until  ledger.Date // money is known until
	reads  int
	before func(n int) // called before the nth reading; may be nil
}

func (b *books) Check(context.Context) (connectors.Report, error) { return connectors.Report{}, nil }

func (b *books) Read(context.Context, connectors.Scope, connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(yield func(connectors.Page, error) bool) {
		b.reads++
		if b.before != nil {
			b.before(b.reads)
		}
		p := b.page
		p.End = &connectors.End{AsOf: time.Date(2026, 4, 22, 0, 0, 0, 0, time.UTC), Complete: true, Count: -1, MoneyUntil: b.until}
		yield(p, nil)
	}
}

func date(text string) ledger.Date {
	d, err := ledger.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// owe adds a customer with an invoice of 100.00 that was due on 31 March.
func (b *books) owe(code string) {
	total := money.New(10000, money.EUR)
	b.page.Customers = append(b.page.Customers, ledger.Customer{
		ID: code, Code: code, Name: "CLIENT " + code, Kind: ledger.KindBusiness, Language: "fr", Terms: "30 jours",
	})
	b.page.Contacts = append(b.page.Contacts, ledger.Contact{ID: code, Customer: code, Role: ledger.RolePays, Mail: strings.ToLower(code) + "@client.example"})
	b.page.Invoices = append(b.page.Invoices, ledger.Invoice{
		ID: "F-" + code, Customer: code, Number: "F2026-" + code, Issued: date("2026-03-01"), Total: total,
		Items: []ledger.Item{{ID: "F-" + code + "#1", Ordinal: 1, Total: total}}, // due by the customer's terms
	})
}

// pay adds a payment of all that a customer owes.
func (b *books) pay(code string) {
	total := money.New(10000, money.EUR)
	b.page.Payments = append(b.page.Payments, ledger.Payment{ID: "P-" + code, Customer: code, Day: date("2026-04-21"), Amount: total})
	b.page.Allocations = append(b.page.Allocations, ledger.Allocation{
		ID: "A-" + code, FromKind: ledger.KindPayment, From: "P-" + code, Item: "F-" + code + "#1", Amount: total, Day: date("2026-04-21"),
	})
}

func newHouse(t *testing.T, mode outbox.Mode, debtors ...string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: cachetest.NewClock(), books: &books{until: date("2026-04-21")}}
	for _, code := range debtors {
		h.books.owe(code)
	}
	db, err := cache.Open(t.Context(), h.path(), cache.Options{Now: h.clock.Now})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	texts, err := letter.Load(nil)
	h.must(err)
	h.daemon = &daemon.Daemon{DB: db, Texts: texts, Now: h.clock.Now, Owner: "worker-1"}
	h.daemon.Epoch, err = db.TakeWork(t.Context(), "worker-1", time.Hour)
	h.must(err)
	h.company = h.open(mode)
	return h
}

func (h *house) path() string { return filepath.Join(h.dir, "relanced.db") }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// open is the company as the configuration would give it.
func (h *house) open(mode outbox.Mode) *daemon.Company {
	h.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	h.must(err)
	calendars, err := calendar.Load(nil)
	h.must(err)
	french, err := calendars.Get("FR", nil)
	h.must(err)
	c := &daemon.Company{
		Name: "Exemple", Zone: paris, Mode: mode, Highest: ledger.Friendly, Limits: outbox.DefaultLimits(), Holidays: french, MoneyMaxAge: 7,
		Creditor: letter.Creditor{Name: "Atelier Exemple", Signer: "Anne Martin", Mail: "factures@atelier.example", City: "Paris", IBAN: "FR7630006000011234567890189"},
		Settings: reconcile.Settings{Terms: terms, ResidueRatio: [2]int64{2, 100}, ResidueMax: 2000},
		Rules: policy.Rules{
			Ladders:  map[ledger.CustomerKind]policy.Ladder{ledger.KindUnknown: h.shelf("fr-consumer"), ledger.KindBusiness: h.shelf("fr-business")},
			Creditor: french, Debtor: func(string) calendar.Calendar { return french }, CreditHold: 5, DefaultMin: 500, DefaultFormal: 5000, Language: "fr",
		},
	}
	c.UID, err = h.daemon.DB.EnsureCompany(h.t.Context(), c.Name)
	h.must(err)
	h.ledger, err = h.daemon.DB.EnsureConnection(h.t.Context(), c.UID, "compta", "fec", "")
	h.must(err)
	out, err := h.daemon.DB.EnsureConnection(h.t.Context(), c.UID, "sortie", "folder", "")
	h.must(err)
	h.must(os.MkdirAll(h.outgoing(), 0o700))
	channel, err := (&folder.Config{Path: h.outgoing()}).Open(connectors.Env{Connection: "sortie", Zone: paris, Now: h.clock.Now})
	h.must(err)
	powers := connectors.PowersOf(channel)
	h.must(powers.Preparer.Prepare(h.t.Context()))
	c.Connections = []daemon.Connection{
		{UID: h.ledger, Name: "compta", Kind: "fec", Powers: connectors.PowersOf(h.books)},
		{UID: out, Name: "sortie", Kind: "folder", Powers: powers, Timeout: 10 * time.Second, Settle: time.Minute},
	}
	c.Channels = map[ledger.Verb]ledger.UID{ledger.VerbMail: out, ledger.VerbCall: out, ledger.VerbTask: out, ledger.VerbLetter: out}
	return c
}

func terms(written string, issued ledger.Date) (ledger.Date, bool) {
	parsed, err := law.ParseTerms(written, law.Reading(0))
	return parsed.Due(issued), err == nil && issued.Known()
}

func (h *house) shelf(name string) policy.Ladder {
	h.t.Helper()
	data, err := fs.ReadFile(policy.Builtin(), name+".toml")
	h.must(err)
	l, faults := policy.LoadLadder(data, name)
	if len(faults) > 0 {
		h.t.Fatalf("ladder %s: %v", name, faults)
	}
	return l
}

func (h *house) outgoing() string { return filepath.Join(h.dir, "outgoing") }

// run takes the company through the six stages once.
func (h *house) run() daemon.Report {
	h.t.Helper()
	return h.runWith(daemon.Options{})
}

func (h *house) runWith(opt daemon.Options) daemon.Report {
	h.t.Helper()
	r, err := h.daemon.RunOnce(h.t.Context(), h.company, opt)
	h.must(err)
	for _, p := range r.Pulled {
		h.must(p.Failed)
	}
	return r
}

// delivered checks how many mails and how many tasks lie in the folder.
func (h *house) delivered(mails, tasks int) {
	h.t.Helper()
	for pattern, want := range map[string]int{"*.eml": mails, "*.txt": tasks} {
		found, err := filepath.Glob(filepath.Join(h.outgoing(), pattern))
		h.must(err)
		if len(found) != want {
			h.t.Errorf("%d of %s were delivered, want %d", len(found), pattern, want)
		}
	}
}

// read returns the words of the first file in the folder that fits.
func (h *house) read(pattern string) string {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.outgoing(), pattern))
	h.must(err)
	if len(found) == 0 {
		h.t.Fatalf("there is no %s", pattern)
	}
	data, err := os.ReadFile(found[0])
	h.must(err)
	return string(data)
}

func (h *house) customer(code string) ledger.UID {
	return ledger.RecordUID(h.ledger, ledger.KindCustomer, code)
}

// notice returns the one entry of a customer.
func (h *house) notice(code string) outbox.Entry {
	h.t.Helper()
	entries, err := h.daemon.DB.Entries(h.t.Context(), h.company.UID, h.customer(code))
	h.must(err)
	if len(entries) != 1 {
		h.t.Fatalf("customer %s has %d entries, want 1", code, len(entries))
	}
	return entries[0]
}

// hold is a person's word from another process.
func (h *house) hold(code string) {
	h.t.Helper()
	_, err := h.daemon.DB.Hold(h.t.Context(), h.company.UID, ledger.Hold{
		Kind: ledger.HoldPause, Customer: h.customer(code), Source: "person", Owner: "ann", Reason: "we talk", From: date("2026-04-22"),
	})
	h.must(err)
}

// watch returns a function that tells whether anything was written into the
// database since it was last asked.
func (h *house) watch() func() bool {
	h.t.Helper()
	db, err := sql.Open("sqlite", "file:"+h.path())
	h.must(err)
	db.SetMaxOpenConns(1)
	h.t.Cleanup(func() { h.must(db.Close()) })
	version := func() (n int) {
		h.t.Helper()
		h.must(db.QueryRowContext(h.t.Context(), `PRAGMA data_version`).Scan(&n))
		return n
	}
	last := version()
	return func() bool {
		was := last
		last = version()
		return last != was
	}
}

func codes(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("C%03d", i)
	}
	return out
}
