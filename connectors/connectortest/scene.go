package connectortest

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// scene is a tool with a connector opened on it. Its fields are nil where the
// check's Needs do not ask for them.
type scene struct {
	connectors.Powers

	ctx     context.Context //nolint:containedctx // one check, one context
	tool    Tool
	books   Books
	credits CreditBooks
	deleter Deleter
	clock   Clock
	faults  Faulty
	box     Mailbox
	has     Capability
	serial  int
}

// enter opens a connector on the tool.
func enter(ctx context.Context, tool Tool) (*scene, error) {
	c, err := tool.Open()
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	s := &scene{Powers: connectors.PowersOf(c), ctx: ctx, tool: tool}
	s.books, _ = tool.(Books)
	s.credits, _ = tool.(CreditBooks)
	s.deleter, _ = tool.(Deleter)
	s.clock, _ = tool.(Clock)
	s.faults, _ = tool.(Faulty)
	s.box, _ = tool.(Mailbox)
	s.has, err = Of(tool)
	return s, err
}

// in wraps a check that needs a scene.
func in(run func(s *scene) error) func(context.Context, Tool) error {
	return func(ctx context.Context, tool Tool) error {
		s, err := enter(ctx, tool)
		if err != nil {
			return err
		}
		return run(s)
	}
}

// inBooks wraps a check that needs a scene with one customer.
func inBooks(run func(s *scene, customer ledger.Customer) error) func(context.Context, Tool) error {
	return in(func(s *scene) error {
		c, err := s.customer()
		if err != nil {
			return err
		}
		return run(s, c)
	})
}

// customer puts one more customer into the books.
func (s *scene) customer() (ledger.Customer, error) {
	s.serial++
	c, err := s.books.PutCustomer(ledger.Customer{
		ID: fmt.Sprintf("C%03d", s.serial), Code: fmt.Sprintf("CLI%03d", s.serial),
		Name: fmt.Sprintf("Menuiserie Canari %03d", s.serial), Kind: ledger.KindBusiness,
	})
	if err != nil {
		return c, fmt.Errorf("put customer: %w", err)
	}
	return c, nil
}

// day is the first day the suite's books know.
//
//nolint:gochecknoglobals // a constant
var day = must(ledger.ParseDate("2026-03-02"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// invoice puts one more invoice of one item into the books.
func (s *scene) invoice(customer ledger.Customer, total money.Amount) (ledger.Invoice, error) {
	s.serial++
	return s.putInvoice(ledger.Invoice{
		ID: fmt.Sprintf("I%04d", s.serial), Customer: customer.ID, Number: fmt.Sprintf("FA2026-%04d", s.serial),
		Issued: day, Total: total,
		Items: []ledger.Item{{ID: fmt.Sprintf("I%04d-1", s.serial), Ordinal: 1, Due: day.AddDays(30), Total: total}},
	})
}

func (s *scene) putInvoice(i ledger.Invoice) (ledger.Invoice, error) {
	got, err := s.books.PutInvoice(i)
	if err == nil && len(got.Items) != len(i.Items) {
		err = errors.New("the tool returned another number of items")
	}
	if err != nil {
		return got, fmt.Errorf("put invoice: %w", err)
	}
	return got, nil
}

// payment puts one more payment into the books; with item it settles that.
func (s *scene) payment(customer ledger.Customer, amount money.Amount, item string) (ledger.Payment, error) {
	s.serial++
	p := ledger.Payment{
		ID: fmt.Sprintf("P%04d", s.serial), Customer: customer.ID, Day: day.AddDays(10), Amount: amount,
		Method: "bank", Reference: fmt.Sprintf("VIR %04d", s.serial),
	}
	var settles []ledger.Allocation
	if item != "" {
		settles = append(settles, ledger.Allocation{Item: item, Amount: amount, Day: p.Day})
	}
	got, err := s.books.PutPayment(p, settles...)
	if err != nil {
		return got, fmt.Errorf("put payment: %w", err)
	}
	return got, nil
}

// fill puts so many invoices into the books and returns them.
func (s *scene) fill(customer ledger.Customer, n int) ([]ledger.Invoice, error) {
	var all []ledger.Invoice
	for i := range n {
		inv, err := s.invoice(customer, euros(int64(10000+i)))
		if err != nil {
			return nil, err
		}
		all = append(all, inv)
	}
	return all, nil
}

// several is enough invoices for a few pages.
func (s *scene) several() int {
	if p, ok := s.tool.(Paged); ok && s.has&HasPages != 0 {
		return 3*p.PageSize() + 2
	}
	return 12
}

func euros(cents int64) money.Amount { return money.New(cents, money.EUR) }

// arm makes a fault strike from now on.
func (s *scene) arm(f Fault, times int) error {
	if err := s.faults.Arm(f, times); err != nil {
		return fmt.Errorf("arm %s: %w", f, err)
	}
	return nil
}

// reopen returns a scene with a new connector on the same tool.
func (s *scene) reopen() (*scene, error) {
	n, err := enter(s.ctx, s.tool)
	if err == nil {
		n.serial = s.serial
	}
	return n, err
}

func (s *scene) ref(kind ledger.Kind, id string) ledger.Ref {
	return ledger.Ref{Connection: "c0", Kind: kind, ID: id}
}

// look looks at a customer and the items of invoices.
func (s *scene) look(customer ledger.Customer, invoices ...ledger.Invoice) (connectors.Page, error) {
	var items []ledger.Ref
	for _, i := range invoices {
		for _, item := range i.Items {
			items = append(items, s.ref(ledger.KindItem, item.ID))
		}
	}
	return s.Looker.Look(s.ctx, s.ref(ledger.KindCustomer, customer.ID), items)
}
