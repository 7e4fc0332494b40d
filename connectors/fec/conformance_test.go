package fec_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Tool {
		t.Helper()
		tool := &tool{dir: t.TempDir(), letters: map[string]string{}}
		if err := tool.write(); err != nil {
			t.Fatal(err)
		}
		return tool
	})
}

// tool is a company's ledger in the suite's hand: every change exports it anew.
type tool struct {
	dir     string
	serial  int
	docs    []document
	letters map[string]string // item's id → lettering code
}

// document is an invoice, credit note or payment the suite put in, under the
// ids that the connector tells.
type document struct {
	kind     ledger.Kind
	id       string
	items    []string
	customer string
	number   string
	day      ledger.Date
	amounts  []money.Amount
	settles  string // item
	spoilt   int    // column whose value is taken out; 0: none
	currency string
}

func (t *tool) path() string { return filepath.Join(t.dir, siren+"FEC20261231.txt") }

func (t *tool) Open() (connectors.Connector, error) {
	cfg := fec.Kind().NewConfig().(*fec.Config)
	cfg.Path = t.dir
	return cfg.Open(connectors.Env{Connection: "fec", Zone: time.UTC, Currency: "EUR", Now: clock})
}

// rows writes one document's entry.
func (d *document) rows(num int, letters map[string]string) []row {
	base := row{journal: "VE", num: fmt.Sprint(num), day: strings.ReplaceAll(d.day.String(), "-", ""), piece: d.number, label: "Facture"}
	sign, against := int64(1), "706000"
	switch d.kind {
	case ledger.KindCredit:
		sign, base.label = -1, "Avoir"
	case ledger.KindPayment:
		sign, against, base.journal, base.label = -1, "512000", "BQ", "VIR"
	default:
	}
	var rows []row
	total := int64(0)
	for i, a := range d.amounts {
		r := base
		r.account, r.aux, r.cents = "411000", d.customer, sign*a.Minor()
		if a.Currency() != money.EUR {
			r.foreign, r.currency = strings.ReplaceAll(a.Abs().Decimal(), ".", ","), string(a.Currency())
		}
		if d.currency != "" {
			r.currency = d.currency
		}
		if i < len(d.items) {
			r.letter = letters[d.items[i]]
		}
		if d.settles != "" {
			r.letter = letters[d.settles]
		}
		total += r.cents
		rows = append(rows, r)
	}
	base.account, base.cents = against, -total
	return append(rows, base)
}

// write exports the ledger into a new file and moves it into place.
func (t *tool) write() error {
	entries := [][]row{entry("OD", "1", "20260102", "K", "Capital", "512000", "", 100000, "101000", "", -100000)}
	for i := range t.docs {
		entries = append(entries, t.docs[i].rows(i+2, t.letters))
	}
	lines := strings.Split(strings.TrimSuffix(text(join(entries...)), "\r\n"), "\r\n")
	at := 3 // header and capital
	for i := range t.docs {
		if column := t.docs[i].spoilt; column > 0 {
			fields := strings.Split(lines[at], "\t")
			fields[column], fields[12] = "", ""
			lines[at] = strings.Join(fields, "\t")
		}
		at += len(t.docs[i].amounts) + 1
	}
	t.serial++
	next := filepath.Join(t.dir, "export.tmp")
	if err := os.WriteFile(next, []byte(strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		return err
	}
	when := clock().Add(-time.Hour + time.Duration(t.serial)*time.Millisecond)
	if err := os.Chtimes(next, when, when); err != nil {
		return err
	}
	return os.Rename(next, t.path())
}

// put stores a document and finds out what the connector calls it.
func (t *tool) put(d document) (books, error) {
	i := slices.IndexFunc(t.docs, func(o document) bool { return o.kind == d.kind && o.id == d.id })
	if i < 0 {
		t.docs = append(t.docs, d)
	} else {
		d.settles = t.docs[i].settles
		for n, item := range t.docs[i].items {
			if n < len(d.items) {
				t.letters[d.items[n]] = t.letters[item]
			}
		}
		t.docs[i] = d
	}
	if err := t.write(); err != nil {
		return books{}, err
	}
	c, err := t.Open()
	if err != nil {
		return books{}, err
	}
	return read(context.Background(), c, "")
}

func (t *tool) PutCustomer(c ledger.Customer) (ledger.Customer, error) {
	c.ID = c.Code
	return c, nil
}

func (t *tool) PutInvoice(inv ledger.Invoice) (ledger.Invoice, error) {
	d := document{kind: ledger.KindInvoice, id: inv.ID, customer: inv.Customer, number: inv.Number, day: inv.Issued}
	for _, item := range inv.Items {
		d.items, d.amounts = append(d.items, item.ID), append(d.amounts, item.Total)
	}
	b, err := t.put(d)
	if err != nil {
		return inv, err
	}
	for _, got := range b.Invoices {
		if got.Number != inv.Number || got.Customer != inv.Customer {
			continue
		}
		i := slices.IndexFunc(t.docs, func(o document) bool { return o.kind == d.kind && o.id == d.id })
		t.docs[i].id = got.ID
		for n, item := range got.Items {
			if code, ok := t.letters[t.docs[i].items[n]]; ok {
				t.letters[item.ID] = code
			}
			for j := range t.docs {
				if t.docs[j].settles == t.docs[i].items[n] {
					t.docs[j].settles = item.ID
				}
			}
			t.docs[i].items[n] = item.ID
		}
		return got, nil
	}
	return inv, errors.New("the connector does not tell the invoice")
}

func (t *tool) PutPayment(p ledger.Payment, settles ...ledger.Allocation) (ledger.Payment, error) {
	d := document{kind: ledger.KindPayment, id: p.ID, customer: p.Customer, number: p.Reference, day: p.Day, amounts: []money.Amount{p.Amount}}
	if len(settles) > 0 {
		d.settles = settles[0].Item
		if t.letters[d.settles] == "" {
			t.letters[d.settles] = fmt.Sprintf("L%03d", len(t.letters))
		}
	}
	b, err := t.put(d)
	if err != nil {
		return p, err
	}
	for _, got := range b.Payments {
		if got.Reference == p.Reference && got.Customer == p.Customer {
			i := slices.IndexFunc(t.docs, func(o document) bool { return o.kind == d.kind && o.id == d.id })
			t.docs[i].id = got.ID
			return got, nil
		}
	}
	return p, errors.New("the connector does not tell the payment")
}

func (t *tool) PutCredit(c ledger.Credit, _ ...ledger.Allocation) (ledger.Credit, error) {
	b, err := t.put(document{kind: ledger.KindCredit, id: c.ID, customer: c.Customer, number: c.Number, day: c.Day, amounts: []money.Amount{c.Amount}})
	if err != nil {
		return c, err
	}
	for _, got := range b.Credits {
		if got.Number == c.Number {
			t.docs[len(t.docs)-1].id = got.ID
			return got, nil
		}
	}
	return c, errors.New("the connector does not tell the credit")
}

func (t *tool) Delete(kind ledger.Kind, id string) error {
	t.docs = slices.DeleteFunc(t.docs, func(d document) bool { return d.kind == kind && d.id == id })
	return t.write()
}

// SpoilStatus gives a document a currency nobody knows: a FEC has no status.
func (t *tool) SpoilStatus(kind ledger.Kind, id string) error {
	return t.spoil(kind, id, func(d *document) { d.currency = "ZZZ" })
}

func (t *tool) SpoilField(kind ledger.Kind, id string) error {
	return t.spoil(kind, id, func(d *document) { d.spoilt = 11 })
}

func (t *tool) spoil(kind ledger.Kind, id string, how func(*document)) error {
	for i := range t.docs {
		if t.docs[i].kind == kind && t.docs[i].id == id {
			how(&t.docs[i])
			return t.write()
		}
	}
	return errors.New("there is no such document")
}

func (t *tool) Faults() []connectortest.Fault {
	return []connectortest.Fault{connectortest.FaultUnreachable, connectortest.FaultCutBody}
}

func (t *tool) Arm(f connectortest.Fault, _ int) error {
	switch f {
	case connectortest.FaultUnreachable:
		return os.Remove(t.path())
	case connectortest.FaultCutBody:
		data, err := os.ReadFile(t.path())
		if err != nil {
			return err
		}
		return os.WriteFile(t.path(), data[:len(data)-40], 0o600)
	default:
		return errors.New("a file does not do that")
	}
}

func (t *tool) Disarm() {
	_ = t.write() // should it fail, the next reading tells
}

// Lacks says that a FEC has no due days.
func (t *tool) Lacks() connectortest.Capability { return connectortest.HasDueDays }
