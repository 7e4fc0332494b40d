package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// exports are the tables one can have, in the order of help.
const exports = "customers, invoices, items, payments, allocations, positions, decisions, outbox, findings"

func (a *app) exportCommand() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:   "export TABLE --format json|csv [--out FILE]",
		Short: "Write a table of what is known, for spreadsheets and machines",
		Long: `Writes one of: ` + exports + `.

Field names are stable; docs/exports.md describes them. Amounts are whole cents (minor
units) beside their currency. In CSV, text that a spreadsheet would take for a formula
gets an apostrophe. Files are readable by their owner only, and are replaced only when
the whole table is there.`,
		Example: `  relanced export items --format csv --out items.csv
  relanced export decisions --format json`,
		Args: exactly(1, "one of "+exports),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, err := exporterOf(args[0])
			if err != nil {
				return err
			}
			if _, err := newSheet(io.Discard, format); err != nil {
				return err
			}
			return a.withCompany(cmd.Context(), func(h *house, c *daemon.Company) error {
				return a.export(cmd.Context(), h, c, write, format, out)
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "json", "json or csv")
	cmd.Flags().StringVar(&out, "out", "", "write to this `file` instead of the terminal")
	return cmd
}

// exporter writes one table.
type exporter func(ctx context.Context, s *sheet, h *house, c *daemon.Company) error

// exporterOf returns what writes a table.
func exporterOf(table string) (exporter, error) {
	switch table {
	case "customers":
		return stored((*cache.DB).ExportCustomers), nil
	case "invoices":
		return stored((*cache.DB).ExportInvoices), nil
	case "items":
		return exportItems, nil
	case "payments":
		return stored((*cache.DB).ExportPayments), nil
	case "allocations":
		return stored((*cache.DB).ExportAllocations), nil
	case "findings":
		return caught(exportFindings), nil
	case "positions":
		return caught(exportPositions), nil
	case "decisions":
		return caught(exportDecisions), nil
	case "outbox":
		return caught(exportOutbox), nil
	default:
		return nil, usageError{fmt.Errorf("there is no table %q; there are %s", table, exports)}
	}
}

// stored writes what the cache keeps.
func stored[T any](list func(*cache.DB, context.Context, ledger.UID) iter.Seq2[T, error]) exporter {
	return func(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
		return exportRows(s, list(h.db, ctx, c.UID))
	}
}

// caught brings positions up to date before they are written.
func caught(write exporter) exporter {
	return func(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
		if err := h.daemon().Catch(ctx, c); err != nil {
			return err
		}
		return write(ctx, s, h, c)
	}
}

// export writes a table to its place, whole or not at all.
func (a *app) export(ctx context.Context, h *house, c *daemon.Company, write exporter, format, path string) (err error) {
	out, done, err := a.private(path)
	if err != nil {
		return err
	}
	defer func() { err = done(err) }()
	s, err := newSheet(out, format)
	if err != nil {
		return err
	}
	return write(ctx, s, h, c)
}

// exportRows writes what the cache yields.
func exportRows[T any](s *sheet, rows iter.Seq2[T, error]) error {
	var empty T
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := s.put(row); err != nil {
			return err
		}
	}
	return s.end(empty)
}

// exportItems writes items with the due day that counts: the tool's own, else
// the one the payment terms give.
func exportItems(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
	terms, err := h.db.Terms(ctx, c.UID)
	if err != nil {
		return err
	}
	for row, err := range h.db.ExportItems(ctx, c.UID) {
		if err != nil {
			return err
		}
		if row.Due == "" {
			row.Due = dueOf(c, cmp.Or(terms[row.Customer], terms[""], c.Settings.DefaultTerms), row.Issued)
		}
		if err := s.put(row); err != nil {
			return err
		}
	}
	return s.end(cache.ExportItem{})
}

func dueOf(c *daemon.Company, terms, issued string) string {
	day, err := ledger.ParseDate(issued)
	if err != nil || terms == "" {
		return ""
	}
	due, _ := c.Settings.Terms(terms, day)
	return due.String()
}

// positionRow is an open item as it stands after everything is reconciled.
type positionRow struct {
	Company  string `json:"company"`
	Customer string `json:"customer_code"`
	Name     string `json:"customer_name"`
	Invoice  string `json:"invoice_number"`
	Part     int    `json:"instalment"`
	Issued   string `json:"issued_day"`
	Due      string `json:"due_day"`
	Currency string `json:"currency"`
	Total    int64  `json:"total_cents"`
	Open     int64  `json:"open_cents"`
	Episode  int    `json:"episode"`
	Held     string `json:"held_by"`
	Item     string `json:"item"`
}

func exportPositions(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
	_, err := h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		for i := range p.Case.Position.Items {
			item := &p.Case.Position.Items[i]
			var held []string
			for _, d := range item.Doubts {
				held = append(held, d.Code)
			}
			for _, d := range p.Case.Position.Doubts {
				held = append(held, d.Code)
			}
			err := s.put(positionRow{
				Company: c.Name, Customer: p.Case.Customer.Code, Name: p.Case.Customer.Name, Invoice: item.Number, Part: item.Ordinal,
				Issued: item.Issued.String(), Due: item.Due.String(), Currency: string(item.Open.Currency()),
				Total: item.Total.Minor(), Open: item.Open.Minor(), Episode: item.Episode, Held: strings.Join(held, " "), Item: string(item.UID),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, s.end(positionRow{}))
}

func exportDecisions(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
	_, err := h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		for _, row := range decisionRows(c, p) {
			if err := s.put(row); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, s.end(decisionRow{}))
}

// outboxRow is an entry of the queue.
type outboxRow struct {
	Company  string `json:"company"`
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Purpose  string `json:"purpose"`
	Severity string `json:"severity"`
	Verb     string `json:"verb"`
	State    string `json:"state"`
	Episode  int    `json:"episode"`
	Attempt  int    `json:"attempt"`
	Invoices string `json:"invoices"`
	Why      string `json:"why"`
	Approved string `json:"approved_by"`
	Created  string `json:"created"`
	Sent     string `json:"sent"`
	RemoteID string `json:"remote_id"`
	BodyHash string `json:"body_hash"`
}

func exportOutbox(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
	entries, err := h.db.Entries(ctx, c.UID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		row, err := rowOf(ctx, h, c, e)
		if err != nil {
			return err
		}
		if err := s.put(row); err != nil {
			return err
		}
	}
	return s.end(outboxRow{})
}

func rowOf(ctx context.Context, h *house, c *daemon.Company, e outbox.Entry) (outboxRow, error) {
	view, err := viewEntry(ctx, h, c, e, e.Why)
	if err != nil {
		return outboxRow{}, err
	}
	row := outboxRow{
		Company: c.Name, Key: e.Key, Customer: view.Customer, Purpose: e.Purpose, Severity: e.Severity.String(), Verb: string(e.Verb),
		State: string(e.State), Episode: e.Episode, Attempt: e.Attempt, Why: e.Why, Approved: e.Approval.By,
		Created: e.Created.Format(timeFormat), RemoteID: e.Receipt.RemoteID, BodyHash: e.Intent.BodyHash,
	}
	if !e.Receipt.At.IsZero() {
		row.Sent = e.Receipt.At.Format(timeFormat)
	}
	if e.Content.Notice != nil {
		var numbers []string
		for _, l := range e.Content.Notice.Lines {
			numbers = append(numbers, l.Number)
		}
		row.Invoices = strings.Join(numbers, " ")
	}
	return row, nil
}

// timeFormat is how instants are written for machines.
const timeFormat = "2006-01-02T15:04:05Z07:00"
