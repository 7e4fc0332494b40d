package fec

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/relanced/relanced/connectors"
)

// Export is the connector: the FEC files of one company.
type Export struct{ set settings }

var (
	_ connectors.Connector = (*Export)(nil)
	_ connectors.Reader    = (*Export)(nil)
)

// Check looks at the newest export of each fiscal year and tells the company's
// SIREN, which files are passed over and why, and what of the files limits what
// can be known. It reads the files once and changes nothing.
func (x *Export) Check(ctx context.Context) (connectors.Report, error) {
	report := connectors.Report{
		Version: "FEC", Zone: x.set.zone.String(), Capabilities: connectors.PowersOf(x).Consequences(),
	}
	found, passed, err := x.set.list()
	if err != nil {
		return report, fmt.Errorf("check: %w", err)
	}
	report.Identity = found[0].siren
	years, older, err := x.set.years(ctx, found)
	if err != nil {
		return report, fmt.Errorf("check: %w", err)
	}
	for i := range years {
		y := &years[i]
		report.Rights = append(report.Rights, connectors.Right{Name: "read " + y.name, Granted: true, Needed: true})
		report.Problems = append(report.Problems, y.problems...)
	}
	for _, text := range append(passed, older...) {
		report.Problems = append(report.Problems, "not read: "+text)
	}
	return report, nil
}

// Identify returns the SIREN that the files' names, or the configuration, tell.
func (x *Export) Identify(context.Context) (string, error) {
	found, _, err := x.set.list()
	if err != nil {
		return "", fmt.Errorf("identify: %w", err)
	}
	return found[0].siren, nil
}

// Read yields the newest export of every fiscal year, oldest year first, one
// stream per year named SIREN/closing day, each complete whatever the scope.
// The ends of all streams come last, since a later year may speak of an earlier
// one's items. With a cursor of the same files, and unless a census is asked
// for, it yields unchanged ends and opens nothing.
//
// A path that is not there, a year that was read before and has no file now, a
// file that changes while it is read or was cut off are ErrUnavailable; a file
// that may not be read is ErrUnauthorized, one that cannot be used ErrRejected.
// After each of them nothing may be taken for deleted.
func (x *Export) Read(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(yield func(connectors.Page, error) bool) {
		if err := x.read(ctx, scope, since, yield); err != nil && !errors.Is(err, errStopped) {
			yield(connectors.Page{}, fmt.Errorf("read: %w", err))
		}
	}
}
