// Package pull asks each connection what changed and hands it to a store: a
// page and the cursor that follows it in one transaction. It finds out what
// has vanished. It owns no table, decides nothing about money, and reads no
// clock.
package pull

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
)

// Store keeps what is pulled.
type Store interface {
	// Cursor returns how far the connection has been read; empty: from the
	// beginning.
	Cursor(ctx context.Context, company, connection ledger.UID) (connectors.Cursor, error)
	// PutPages stores pages, what vanished and the cursor in one transaction.
	// Storing the same again changes nothing.
	PutPages(ctx context.Context, company, connection ledger.UID, p connectors.Portion) (connectors.Counts, error)
	// FinishRun notes how the run ended; failure is empty when it succeeded.
	FinishRun(ctx context.Context, company, connection ledger.UID, scope connectors.Scope, counts connectors.Counts, failure string) error
}

// Census tells what a complete stream did not show.
type Census interface {
	// Unseen returns the live records of a stream that seen does not know.
	Unseen(ctx context.Context, company, connection ledger.UID, stream string, scope connectors.Scope, seen func(ledger.Kind, string) bool) ([]connectors.Unseen, error)
}

// Shelf is all that a run needs of the store.
type Shelf interface {
	Store
	Census
}

// Connection is one tool or channel of a company that facts are pulled from.
type Connection struct {
	Company ledger.UID
	UID     ledger.UID
	Name    string
	Powers  connectors.Powers
}

// Result is what a run did.
type Result struct {
	Counts  connectors.Counts
	Streams []Stream // in the order in which they were first shown
}

// Stream is one stream of a run.
type Stream struct {
	Name    string
	Records int             // how many it showed
	End     *connectors.End // nil: it was cut short
	Missing int             // how many records it had shown before and did not show again
}

// portion is how many records are stored in one transaction at most, but for
// the page that goes over it.
const portion = 6000

// Run pulls one connection once. What was stored before an error stays stored
// and the run counts as failed; a stream that was cut short deletes nothing.
// An error of the connector is wrapped, so that its sentinels can be tested.
func Run(ctx context.Context, shelf Shelf, conn Connection, scope connectors.Scope) (Result, error) {
	if conn.Powers.Reader == nil {
		return Result{}, fmt.Errorf("%s: nothing can be pulled from it", conn.Name)
	}
	since, err := shelf.Cursor(ctx, conn.Company, conn.UID)
	if err != nil {
		return Result{}, fmt.Errorf("pull %s: %w", conn.Name, err)
	}
	r := newRun(shelf, conn, scope)
	err = r.read(ctx, since)
	if ctx.Err() != nil {
		return r.result(), fmt.Errorf("pull %s: %w", conn.Name, err)
	}
	failure := ""
	if err != nil {
		failure = err.Error()
	}
	if noted := shelf.FinishRun(ctx, conn.Company, conn.UID, scope, r.counts, failure); noted != nil {
		err = errors.Join(err, noted)
	}
	if err != nil {
		return r.result(), fmt.Errorf("pull %s: %w", conn.Name, err)
	}
	return r.result(), nil
}

// Look asks a connection for the truth about one customer and stores it. It
// returns the connector's error unchanged but for its context: ErrNotFound
// means that the tool does not know the customer any more.
func Look(ctx context.Context, store Store, conn Connection, customer ledger.Ref, items []ledger.Ref) (connectors.Counts, error) {
	if conn.Powers.Looker == nil {
		return connectors.Counts{}, fmt.Errorf("%s: it cannot be looked at", conn.Name)
	}
	page, err := conn.Powers.Looker.Look(ctx, customer, items)
	if err != nil {
		return connectors.Counts{}, fmt.Errorf("look at %s: %w", conn.Name, err)
	}
	page.End = nil // a look is not a reading
	counts, err := store.PutPages(ctx, conn.Company, conn.UID, connectors.Portion{Looked: []connectors.Page{page}})
	if err != nil {
		return counts, fmt.Errorf("look at %s: %w", conn.Name, err)
	}
	return counts, nil
}

// run is one pull at work.
type run struct {
	shelf  Shelf
	conn   Connection
	scope  connectors.Scope
	counts connectors.Counts

	streams []*stream
	byName  map[string]*stream

	pages    []connectors.Page // not stored yet
	records  int               // in pages
	next     connectors.Cursor
	looked   []connectors.Page
	vanished []connectors.Unseen // not stored yet; from then on the cursor waits
	ended    []string            // streams read in full that were not unchanged
}

// stream is what a run knows about one stream.
type stream struct {
	Stream
	seen *seen
}

func newRun(shelf Shelf, conn Connection, scope connectors.Scope) *run {
	return &run{shelf: shelf, conn: conn, scope: scope, byName: map[string]*stream{}}
}

// read takes the pages as they come. A record that one stream no longer shows
// may be shown by a later one, so what is missing is settled last; the cursor
// waits for it, because after the cursor nobody would look again.
func (r *run) read(ctx context.Context, since connectors.Cursor) error {
	var cut error
	for page, err := range r.conn.Powers.Reader.Read(ctx, r.scope, since) {
		if err != nil {
			cut = err
			break
		}
		if err := r.take(ctx, page); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errors.Join(cut, ctx.Err())
	}
	if cut == nil {
		cut = r.unfinished()
	}
	return errors.Join(cut, r.finish(ctx))
}

// take adds one page to what is to be stored, and stores when it is enough.
func (r *run) take(ctx context.Context, page connectors.Page) error {
	failpoint.Hit("pull/page")
	s := r.stream(page.Stream)
	n := s.seen.add(page)
	s.Records += n
	r.records += n
	r.pages = append(r.pages, page)
	if page.Next != "" {
		r.next = page.Next
	}
	if page.End != nil {
		s.End = page.End
		if err := r.missing(ctx, s); err != nil {
			return err
		}
		s.seen = newSeen() // a stream may be told once more; then from its beginning
	}
	if r.records < portion {
		return nil
	}
	if len(r.vanished) > 0 {
		return r.put(ctx, connectors.Portion{Pages: r.pages})
	}
	return r.put(ctx, connectors.Portion{Pages: r.pages, Next: r.next})
}

func (r *run) stream(name string) *stream {
	s := r.byName[name]
	if s == nil {
		s = &stream{Stream: Stream{Name: name}, seen: newSeen()}
		r.byName[name] = s
		r.streams = append(r.streams, s)
	}
	return s
}

// missing asks the store what a stream that was read in full did not show.
func (r *run) missing(ctx context.Context, s *stream) error {
	if !s.End.Complete || s.End.Unchanged {
		return nil
	}
	unseen, err := r.shelf.Unseen(ctx, r.conn.Company, r.conn.UID, s.Name, r.scope, s.seen.has)
	if err != nil {
		return err
	}
	s.Missing = len(unseen)
	r.ended = append(r.ended, s.Name)
	r.vanished = append(r.vanished, unseen...)
	return nil
}

// unfinished reports a stream that stopped without saying that it was done.
func (r *run) unfinished() error {
	for _, s := range r.streams {
		if s.End == nil {
			return fmt.Errorf("stream %q was cut short: %w", s.Name, connectors.ErrUnavailable)
		}
	}
	return nil
}

// finish stores the rest, with what has vanished and the cursor.
func (r *run) finish(ctx context.Context) error {
	gone, err := r.lookAround(ctx)
	if err != nil {
		return err
	}
	failpoint.Hit("pull/before-finish")
	if len(r.pages) == 0 && len(gone) == 0 && len(r.ended) == 0 && r.next == "" {
		return nil
	}
	return r.put(ctx, connectors.Portion{Pages: r.pages, Looked: r.looked, Vanished: gone, Ended: r.ended, Next: r.next})
}

func (r *run) put(ctx context.Context, p connectors.Portion) error {
	counts, err := r.shelf.PutPages(ctx, r.conn.Company, r.conn.UID, p)
	r.counts = r.counts.Add(counts)
	r.pages, r.records = nil, 0
	return err
}

func (r *run) result() Result {
	out := Result{Counts: r.counts}
	for _, s := range r.streams {
		out.Streams = append(out.Streams, s.Stream)
	}
	return out
}
