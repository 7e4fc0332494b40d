// Package bank reads bank files: what was paid into and out of the company's
// accounts, and up to which day that is known. It owns the formats of bank
// files, the identity of their movements where files overlap, and the
// arithmetic that tells a complete statement from a list of movements. It
// never writes a file, keeps no state between readings but its cursor, and
// allocates nothing: whose money it is, others decide.
//
// Files are read two to four times and never held: first to learn which ids
// are unique and which statements add up; then, only where movements have no
// id, to count those that say the same; last to hand the lines on.
package bank

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// Kind returns the connector kind "bank".
func Kind() connectors.Kind {
	return connectors.Kind{
		Name:      "bank",
		Summary:   "bank statements as files: camt.053, camt.054 and camt.052",
		NewConfig: func() connectors.Config { return &Config{} },
		Sample:    (*connector)(nil),
	}
}

// connector reads the files of one path.
type connector struct {
	path     string
	identity string
	zone     *time.Location
	accounts []string // the company's own, without spaces
	accept   ledger.Date
	now      func() time.Time // nil: nobody told
}

var (
	_ connectors.Connector = (*connector)(nil)
	_ connectors.Reader    = (*connector)(nil)
)

// errStop says that the caller wants no more pages.
var errStop = errors.New("stopped")

// Read yields one stream for each account: pages of bank lines, and a last
// page with what was found and up to which day money is known. Every scope is
// read alike, because files tell everything at once; a cursor that fits the
// files as they are gives Unchanged for each account without opening one.
//
// A file that ends in the middle or changes meanwhile fails the whole reading
// before its first page, for nobody can tell whose movements it lacks.
func (c *connector) Read(ctx context.Context, _ connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(yield func(connectors.Page, error) bool) {
		hand := func(p connectors.Page) error {
			if !yield(p, nil) {
				return errStop
			}
			return nil
		}
		if err := c.read(ctx, since, hand); err != nil && !errors.Is(err, errStop) {
			yield(connectors.Page{}, err)
		}
	}
}

func (c *connector) read(ctx context.Context, since connectors.Cursor, hand func(connectors.Page) error) error {
	files, _, err := listFiles(c.path)
	if err != nil {
		return err
	}
	fingerprint := c.fingerprint(files)
	before := parseCursor(since)
	if before.Print == fingerprint && (before.Again == 0 || c.today() < before.Again) {
		return before.unchanged(c.zone, since, hand)
	}
	r := newReading(files, c)
	if err := r.learn(ctx); err != nil {
		return err
	}
	return r.emit(ctx, before, fingerprint, since, hand)
}

// today is the company's day; zero when nobody told.
func (c *connector) today() ledger.Date {
	if c.now == nil {
		return 0
	}
	return ledger.DateOf(c.now().In(c.zone))
}

// Identify returns what Check does, without reading a file. It is the
// connection's name: accounts come and go in a company's books, and each is a
// stream of its own; one that is not the company's shows as an account that is
// not listed, not as another identity.
func (c *connector) Identify(context.Context) (string, error) { return c.identity, nil }

// Check reads all files and tells which accounts they are about and what is
// missing.
func (c *connector) Check(ctx context.Context) (connectors.Report, error) {
	report := connectors.Report{Identity: c.identity, Name: c.path, Zone: c.zone.String()}
	files, others, err := listFiles(c.path)
	if err != nil {
		return report, err
	}
	r := newReading(files, c)
	if err := r.learn(ctx); err != nil {
		return report, err
	}
	report.Version = fmt.Sprintf("files: %d", len(files))
	for _, id := range r.accountIDs() {
		until := r.accounts[id].until()
		known := "no complete statement: what was paid is not known up to any day"
		if until.Known() {
			known = "money known until " + until.String()
		}
		report.Capabilities = append(report.Capabilities, connectors.Capability{
			Name: "account " + id, Has: until.Known(), Consequence: known,
		})
		if len(c.accounts) > 0 && !slices.Contains(c.accounts, id) {
			report.Problems = append(report.Problems, fmt.Sprintf("the %s is in the files but not in accounts: add it, or move its files away", masked(id)))
		}
	}
	for _, id := range c.accounts {
		if r.accounts[id] == nil {
			report.Problems = append(report.Problems, fmt.Sprintf("no statement of the %s: put its camt.053 files into %s", masked(id), c.path))
		}
	}
	report.Problems = append(report.Problems, r.problems()...)
	if len(others) > 0 {
		report.Problems = append(report.Problems, fmt.Sprintf("not read, because they are not named like bank files: %s", strings.Join(others[:min(len(others), 10)], ", ")))
	}
	return report, nil
}

// masked names an account for people without telling its number.
func masked(id string) string {
	const shown = 4
	if len(id) <= shown {
		return "account " + id
	}
	return "account ending " + id[len(id)-shown:]
}
