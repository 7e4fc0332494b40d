package pull_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/pull"
)

// tool is a connector that yields the pages it is given, then an error.
type tool struct {
	pages []connectors.Page
	cut   error
	since connectors.Cursor // of the last reading
}

func (t *tool) Check(context.Context) (connectors.Report, error) { return connectors.Report{}, nil }

func (t *tool) Read(_ context.Context, _ connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	t.since = since
	return func(yield func(connectors.Page, error) bool) {
		for _, p := range t.pages {
			if !yield(p, nil) {
				return
			}
		}
		if t.cut != nil {
			yield(connectors.Page{}, t.cut)
		}
	}
}

// looker is a tool that can be looked at.
type looker struct {
	tool
	truth  map[string]connectors.Page
	err    error
	looked []string
}

func (l *looker) Look(_ context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
	l.looked = append(l.looked, fmt.Sprintf("%s: %d items", customer.ID, len(items)))
	if l.err != nil {
		return connectors.Page{}, l.err
	}
	p, known := l.truth[customer.ID]
	if !known {
		return connectors.Page{}, connectors.ErrNotFound
	}
	return p, nil
}

func invoices(numbers ...string) []ledger.Invoice {
	var out []ledger.Invoice
	for _, n := range numbers {
		total := money.New(10000, money.EUR)
		out = append(out, ledger.Invoice{ID: n, Customer: "C" + n[1:], Number: n, Total: total, Items: []ledger.Item{{ID: n + "#1", Ordinal: 1, Total: total}}})
	}
	return out
}

func end(next connectors.Cursor, stream string) connectors.Page {
	return connectors.Page{Stream: stream, Next: next, End: &connectors.End{AsOf: time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC), Complete: true, Count: -1}}
}

func setup(t *testing.T, c connectors.Connector) (*cache.DB, pull.Connection) {
	t.Helper()
	db, _ := cachetest.SQLite(t)
	company, err := db.EnsureCompany(t.Context(), "Exemple")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := db.EnsureConnection(t.Context(), company, "compta", "fec", "")
	if err != nil {
		t.Fatal(err)
	}
	return db, pull.Connection{Company: company, UID: uid, Name: "compta", Powers: connectors.PowersOf(c)}
}

// numbers returns the numbers of the invoices that are there.
func numbers(t *testing.T, db *cache.DB, conn pull.Connection) []string {
	t.Helper()
	var out []string
	for r, err := range db.ExportInvoices(t.Context(), conn.Company) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Number)
	}
	return out
}

// failure returns why the last reading of the connection failed.
func failure(t *testing.T, db *cache.DB, conn pull.Connection) string {
	t.Helper()
	streams, err := db.MoneyUntil(t.Context(), conn.Company)
	if err != nil || len(streams) == 0 {
		t.Fatalf("streams: %+v, %v", streams, err)
	}
	return streams[0].Failure
}

func run(t *testing.T, db *cache.DB, conn pull.Connection) pull.Result {
	t.Helper()
	r, err := pull.Run(t.Context(), db, conn, connectors.All)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatACompleteStreamDoesNotShowVanishes(t *testing.T) {
	t.Parallel()
	c := &tool{pages: []connectors.Page{{Invoices: invoices("F1", "F2")}, {Invoices: invoices("F3")}, end("c1", "")}}
	db, conn := setup(t, c)
	first := run(t, db, conn)
	if first.Counts.Created != 3 {
		t.Errorf("first: %+v", first.Counts)
	}
	c.pages = []connectors.Page{{Invoices: invoices("F1", "F3")}, end("c2", "")}
	second := run(t, db, conn)
	if want := (connectors.Counts{Unchanged: 2, Deleted: 1}); second.Counts != want {
		t.Errorf("second: got %+v, want %+v", second.Counts, want)
	}
	if second.Streams[0].Missing != 1 || second.Streams[0].Records != 2 {
		t.Errorf("stream: got %+v", second.Streams[0])
	}
	if diff := cmp.Diff([]string{"F1", "F3"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
	run(t, db, conn)
	if c.since != "c2" {
		t.Errorf("cursor: got %q, want c2", c.since)
	}
}

func TestACutStreamDeletesNothingAndFailsTheRun(t *testing.T) {
	t.Parallel()
	lost := fmt.Errorf("page 2: %w", connectors.ErrUnavailable)
	for _, c := range []struct {
		name  string
		pages []connectors.Page
		cut   error
	}{
		{"by an error", []connectors.Page{{Invoices: invoices("F1"), Next: "half"}}, lost},
		{"without a word", []connectors.Page{{Invoices: invoices("F1"), Next: "half"}}, nil},
		{"incomplete", []connectors.Page{{Invoices: invoices("F1"), Next: "half", End: &connectors.End{Count: -1}}}, lost},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tl := &tool{pages: []connectors.Page{{Invoices: invoices("F1", "F2")}, end("c1", "")}}
			db, conn := setup(t, tl)
			run(t, db, conn)
			tl.pages, tl.cut = c.pages, c.cut
			if _, err := pull.Run(t.Context(), db, conn, connectors.All); !errors.Is(err, connectors.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			if diff := cmp.Diff([]string{"F1", "F2"}, numbers(t, db, conn)); diff != "" {
				t.Errorf("invoices (-want +got):\n%s", diff)
			}
			if failure(t, db, conn) == "" {
				t.Error("the run is not noted as failed")
			}
			tl.pages, tl.cut = []connectors.Page{end("c3", "")}, nil
			tl.pages[0].End.Unchanged = true
			run(t, db, conn)
			if tl.since != "half" {
				t.Errorf("cursor after the failed run: got %q, want half", tl.since)
			}
			if why := failure(t, db, conn); why != "" {
				t.Errorf("the good run is not noted: %s", why)
			}
		})
	}
}

func TestAStreamThatFailsDoesNotKeepAnotherFromVanishing(t *testing.T) {
	t.Parallel()
	c := &tool{pages: []connectors.Page{{Stream: "a", Invoices: invoices("F1", "F2")}, end("1", "a"), {Stream: "b", Invoices: invoices("F3")}, end("2", "b")}}
	db, conn := setup(t, c)
	run(t, db, conn)
	c.pages = []connectors.Page{{Stream: "a", Invoices: invoices("F1")}, end("3", "a"), {Stream: "b"}}
	c.cut = connectors.ErrUnavailable
	if _, err := pull.Run(t.Context(), db, conn, connectors.All); err == nil {
		t.Error("a cut stream must fail the run")
	}
	if diff := cmp.Diff([]string{"F1", "F3"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
}

func TestARecordMovesBetweenStreamsInOneRun(t *testing.T) {
	t.Parallel()
	c := &tool{pages: []connectors.Page{{Stream: "2025", Invoices: invoices("F1")}, end("1", "2025")}}
	db, conn := setup(t, c)
	run(t, db, conn)
	c.pages = []connectors.Page{end("2", "2025"), {Stream: "2026", Invoices: invoices("F1")}, end("3", "2026")}
	r := run(t, db, conn)
	if r.Counts.Deleted != 0 || r.Counts.Unchanged != 1 {
		t.Errorf("counts: got %+v, want one unchanged record", r.Counts)
	}
	c.pages = []connectors.Page{end("4", "2025")}
	run(t, db, conn)
	if diff := cmp.Diff([]string{"F1"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
}

// TestALossIsTold: much of what a complete stream had is gone; but what another
// stream shows now is not lost.
func TestALossIsTold(t *testing.T) {
	t.Parallel()
	all := invoices("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9")
	for _, c := range []struct {
		name   string
		second []connectors.Page
		want   int
	}{
		{"lost", []connectors.Page{{Stream: "2025", Invoices: all[:2]}, end("2", "2025")}, 1},
		{"lost, told in many pages", []connectors.Page{{Stream: "2025", Invoices: all[:1]}, {Stream: "2026"}, {Stream: "2025", Invoices: all[1:2]}, end("2", "2025"), end("2", "2026")}, 1},
		{"shown by another stream", []connectors.Page{{Stream: "2025", Invoices: all}, end("2", "2025"), {Stream: "2026", Invoices: all}, end("2", "2026")}, 0},
		{"cut short", []connectors.Page{{Stream: "2025", Invoices: all[:2], End: &connectors.End{Count: -1}}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tl := &tool{pages: []connectors.Page{{Stream: "2025", Invoices: all}, end("1", "2025")}}
			db, conn := setup(t, tl)
			run(t, db, conn)
			tl.pages = c.second
			run(t, db, conn)
			found, err := db.Findings(t.Context(), conn.Company)
			if err != nil || len(found) != c.want {
				t.Errorf("findings: %+v, %v, want %d", found, err, c.want)
			}
		})
	}
}

func TestUnchangedDeletesNothing(t *testing.T) {
	t.Parallel()
	c := &tool{pages: []connectors.Page{{Invoices: invoices("F1")}, end("1", "")}}
	db, conn := setup(t, c)
	run(t, db, conn)
	c.pages = []connectors.Page{end("1", "")}
	c.pages[0].End.Unchanged = true
	if r := run(t, db, conn); r.Counts != (connectors.Counts{}) {
		t.Errorf("counts: got %+v, want none", r.Counts)
	}
	if diff := cmp.Diff([]string{"F1"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
}

func TestCustomersAreLookedAtBeforeAnythingVanishes(t *testing.T) {
	t.Parallel()
	l := &looker{tool: tool{pages: []connectors.Page{{Stream: "s", Invoices: invoices("F1", "F2", "F3")}, end("1", "s")}}}
	db, conn := setup(t, l)
	run(t, db, conn)
	l.pages = []connectors.Page{{Stream: "s", Invoices: invoices("F1")}, end("2", "s")}
	l.err = connectors.ErrUnavailable
	if _, err := pull.Run(t.Context(), db, conn, connectors.All); !errors.Is(err, connectors.ErrUnavailable) {
		t.Errorf("the look failed: got %v, want ErrUnavailable", err)
	}
	if n := len(numbers(t, db, conn)); n != 3 {
		t.Errorf("%d invoices are left, want 3: nothing vanishes unlooked", n)
	}
	l.err, l.looked = nil, nil
	l.truth = map[string]connectors.Page{"C2": {Invoices: invoices("F2")}} // F3's customer is gone
	run(t, db, conn)
	if l.since != "1" {
		t.Errorf("the failed run moved the cursor to %q", l.since)
	}
	if diff := cmp.Diff([]string{"C2: 1 items", "C3: 1 items"}, l.looked); diff != "" {
		t.Errorf("looks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"F1", "F2"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
	l.truth = nil
	run(t, db, conn)
	if diff := cmp.Diff([]string{"F1"}, numbers(t, db, conn)); diff != "" {
		t.Errorf("a look must not move a record to another stream (-want +got):\n%s", diff)
	}
}

func TestALookIsStored(t *testing.T) {
	t.Parallel()
	l := &looker{tool: tool{pages: []connectors.Page{{Invoices: invoices("F1", "F2")}, end("1", "")}}}
	db, conn := setup(t, l)
	run(t, db, conn)
	l.truth = map[string]connectors.Page{"C1": {Deleted: []connectors.Deleted{{Kind: ledger.KindItem, ID: "F1#1"}}, Payments: []ledger.Payment{
		{ID: "P", Customer: "C1", Day: 739000, Amount: money.New(1, money.EUR)},
	}}}
	counts, err := pull.Look(t.Context(), db, conn, ledger.Ref{Connection: conn.UID, Kind: ledger.KindCustomer, ID: "C1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (connectors.Counts{Created: 1, Deleted: 1}); counts != want {
		t.Errorf("counts: got %+v, want %+v", counts, want)
	}
	if _, err := pull.Look(t.Context(), db, conn, ledger.Ref{ID: "C9"}, nil); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("unknown customer: got %v, want ErrNotFound", err)
	}
	conn.Powers = connectors.PowersOf(&l.tool)
	if _, err := pull.Look(t.Context(), db, conn, ledger.Ref{ID: "C1"}, nil); err == nil {
		t.Error("a connection without Look was looked at")
	}
}

func TestStoppingStoresNoFailure(t *testing.T) {
	t.Parallel()
	c := &tool{pages: []connectors.Page{{Invoices: invoices("F1")}, end("1", "")}}
	db, conn := setup(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pull.Run(ctx, db, conn, connectors.All); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if why := failure(t, db, conn); why != "" {
		t.Errorf("a stopped run counts as failed: %s", why)
	}
}
