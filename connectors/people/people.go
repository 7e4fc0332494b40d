// Package people reads a table a person keeps beside the books: one CSV file
// that says what a ledger export cannot. Which customers are businesses, whom
// to write to, in which language, on which terms, and whom to leave alone.
// Customers link to the books by their code.
//
// The package also writes that table: a template holding what is missing,
// biggest debt first, to be filled in and read back. It never touches money,
// and it changes no file by itself.
//
// # The file
//
// The first line names the columns, in English or in French, in any order and
// any case; Columns lists them. Cells are separated by semicolons, commas or
// tabs; the text is UTF-8, with or without a byte order mark, or Windows-1252.
// Each row is about one contact. Several rows with the same code add contacts
// to one customer, whose own columns may stand on the first of them only. The
// code "*" makes a row the default of whoever has no row, or has left a cell
// empty.
//
// # What cannot be read
//
// A file whose columns or quotes are in doubt is refused as a whole: nothing
// of it is used, nothing is taken for deleted. A row whose shape is in doubt, a
// cell on which the debtor's rights hang (code, kind, terms), and two rows of
// one code that contradict each other quarantine the record and raise a finding
// that holds the customer; when the code itself cannot be read, the finding
// names nobody and so holds everybody. Any other bad cell is quarantined and
// left out, and the rest of its row is used.
package people

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
)

// Kind returns the connector kind "people".
func Kind() connectors.Kind {
	return connectors.Kind{
		Name:      "people",
		Summary:   "a CSV table of customers and contacts, kept by hand beside the books",
		Sample:    (*File)(nil),
		NewConfig: func() connectors.Config { return &Config{} },
	}
}

// Config is the connection's part of the configuration.
type Config struct {
	// Path is the CSV file.
	Path string `toml:"path" doc:"The CSV file; a relative path starts at the configuration file's folder."`
}

// Validate tells what is wrong with the configuration. It looks at no file.
func (c *Config) Validate() []connectors.Fault {
	if strings.TrimSpace(c.Path) == "" {
		return []connectors.Fault{{Key: "path", Text: `the file is not named; write path = "people.csv"`}}
	}
	return nil
}

// Open makes the connector. It reads nothing.
func (c *Config) Open(env connectors.Env) (connectors.Connector, error) {
	if faults := c.Validate(); len(faults) > 0 {
		return nil, fmt.Errorf("people %s: %s: %s", env.Connection, faults[0].Key, faults[0].Text)
	}
	path := c.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(env.Dir, path)
	}
	zone := env.Zone
	if zone == nil {
		zone = time.UTC
	}
	return &File{path: path, identity: "people file " + env.Connection, zone: zone, options: Options{
		File: filepath.Base(path), Dir: env.Dir, Own: env.Accounts,
	}}, nil
}

// File is one people file.
type File struct {
	path     string
	identity string
	zone     *time.Location
	options  Options
}

var (
	_ connectors.Connector = (*File)(nil)
	_ connectors.Reader    = (*File)(nil)
)

// Identify returns what Check does, without reading the file.
func (f *File) Identify(context.Context) (string, error) { return f.identity, nil }

// Check reads the file and tells every fault in it as a problem, along with
// folders of invoices that are not there. A file that cannot be used at all is
// an error, as in Read. The identity is the connection's name: a file may move, and
// a company may keep several.
func (f *File) Check(ctx context.Context) (connectors.Report, error) {
	report := connectors.Report{
		Identity:     f.identity,
		Name:         f.options.File,
		Zone:         f.zone.String(),
		Capabilities: connectors.PowersOf(f).Consequences(),
	}
	if err := ctx.Err(); err != nil {
		return report, err
	}
	data, _, err := f.load()
	if err != nil {
		return report, fmt.Errorf("check %s: %w", f.options.File, err)
	}
	sheet, err := Parse(data, f.options)
	if err != nil {
		return report, fmt.Errorf("check: %w (%w)", err, connectors.ErrRejected)
	}
	report.Rights = []connectors.Right{{Name: "read " + f.options.File, Granted: true, Needed: true}}
	for _, q := range sheet.Quarantined {
		report.Problems = append(report.Problems, q.Reason)
	}
	seen := map[string]bool{"": true}
	for _, c := range sheet.Customers {
		if seen[c.Documents] {
			continue
		}
		seen[c.Documents] = true
		if info, err := os.Stat(c.Documents); err != nil || !info.IsDir() {
			report.Problems = append(report.Problems, fmt.Sprintf(
				"%s, column invoices: there is no such folder; make it, or correct the cell", c.Seen))
		}
	}
	return report, nil
}
