package connectortest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// changesHistories plays a few random histories; see History.
func changesHistories(s *scene) error {
	for seed := range uint64(5) {
		if err := history(s, seed, 25); err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
	}
	return nil
}

// History plays a random history in a tool's books while reading them, with
// readings that are stopped, broken and overtaken by changes, and returns an
// error when in the end the pages put together differ from the books. The
// same seed plays the same history. It needs CanRead and HasBooks.
func History(ctx context.Context, tool Tool, seed uint64, steps int) error {
	s, err := enter(ctx, tool)
	if err != nil {
		return err
	}
	return history(s, seed, steps)
}

// player holds the books as they truly are.
type player struct {
	*scene

	dice     *rand.Rand
	truth    *store
	customer ledger.Customer
	invoices []ledger.Invoice
	payments []ledger.Payment
}

func history(s *scene, seed uint64, steps int) error {
	c, err := s.customer()
	if err != nil {
		return err
	}
	p := &player{scene: s, dice: rand.New(rand.NewPCG(seed, 7)), truth: newStore(), customer: c}
	st := newStore()
	for range steps {
		if err := p.move(); err != nil {
			return err
		}
		if p.dice.IntN(3) == 0 {
			if err := p.pullBadly(st); err != nil {
				return err
			}
		}
	}
	// The first may go on with a reading that began before the last change,
	// and is true as of then; the second begins now.
	for range 2 {
		if _, err := s.pull(st); err != nil {
			return err
		}
	}
	return p.compare(st)
}

// move changes the books once.
func (p *player) move() error {
	if p.clock != nil {
		p.clock.Advance([]time.Duration{0, 0, 0, time.Second, 11 * time.Minute, 3 * time.Hour}[p.dice.IntN(6)])
	}
	roll := p.dice.IntN(10)
	switch {
	case roll < 5 || len(p.invoices) == 0:
		inv, err := p.invoice(p.customer, euros(1000+p.dice.Int64N(100000)))
		p.invoices = append(p.invoices, inv)
		p.truth.invoices[inv.ID] = inv
		return err
	case roll < 7:
		pay, err := p.payment(p.customer, euros(1+p.dice.Int64N(900)), p.someItem())
		p.payments = append(p.payments, pay)
		p.truth.payments[pay.ID] = pay
		return err
	case roll == 7:
		return p.change()
	default:
		return p.lose()
	}
}

func (p *player) someItem() string {
	inv := p.invoices[p.dice.IntN(len(p.invoices))]
	if _, alive := p.truth.invoices[inv.ID]; !alive {
		return ""
	}
	return inv.Items[0].ID
}

// change gives an invoice another number.
func (p *player) change() error {
	inv := p.invoices[p.dice.IntN(len(p.invoices))]
	if _, alive := p.truth.invoices[inv.ID]; !alive || p.has&HasDelete == 0 {
		return nil
	}
	inv.Number = fmt.Sprintf("FA2026-9%03d", p.dice.IntN(1000))
	got, err := p.putInvoice(inv)
	if got.ID != inv.ID {
		delete(p.truth.invoices, inv.ID)
		p.invoices = append(p.invoices, got)
	}
	p.truth.invoices[got.ID] = got
	return err
}

// lose deletes an invoice or a payment, where the tool can.
func (p *player) lose() error {
	if p.deleter == nil || p.has&HasDelete == 0 {
		return nil
	}
	if p.dice.IntN(2) == 0 && len(p.payments) > 0 {
		id := p.payments[p.dice.IntN(len(p.payments))].ID
		if _, alive := p.truth.payments[id]; !alive {
			return nil
		}
		delete(p.truth.payments, id)
		return p.deleter.Delete(ledger.KindPayment, id)
	}
	id := p.invoices[p.dice.IntN(len(p.invoices))].ID
	if _, alive := p.truth.invoices[id]; !alive {
		return nil
	}
	delete(p.truth.invoices, id)
	return p.deleter.Delete(ledger.KindInvoice, id)
}

// pullBadly pulls while the books move, and stops or breaks on the way.
func (p *player) pullBadly(st *store) error {
	scope := connectors.Delta
	if p.dice.IntN(5) == 0 {
		scope = connectors.All
	}
	stopAt, moveAt, breakAt := p.dice.IntN(8), p.dice.IntN(4), p.dice.IntN(6)
	errStop := errors.New("stopped")
	r, err := p.readWith(scope, st.cursor, func(pages int) error {
		switch pages {
		case moveAt:
			return p.move()
		case breakAt:
			if p.has&Needs(Fault503) == Needs(Fault503) {
				return p.arm(Fault503, 40)
			}
		case stopAt:
			return errStop
		}
		return nil
	})
	if p.faults != nil {
		p.faults.Disarm()
	}
	switch {
	case errors.Is(err, errContract):
		return err
	case err == nil:
		if scope == connectors.Delta {
			st.take(r)
		}
	default: // what came before the error counts, page by page
		if scope == connectors.Delta {
			for _, page := range r.pages {
				st.apply(page)
			}
		}
	}
	return nil
}

func (p *player) compare(st *store) error {
	var want []ledger.Invoice
	for _, id := range keys(p.truth.invoices) {
		want = append(want, p.truth.invoices[id])
	}
	if err := p.hasInvoices(st, want); err != nil {
		return err
	}
	for id, w := range p.truth.payments {
		if got, ok := st.payments[id]; !ok || got.Amount != w.Amount {
			return fmt.Errorf("payment %s: got %s (there: %v), want %s", id, got.Amount, ok, w.Amount)
		}
	}
	for id, got := range st.payments {
		if _, alive := p.truth.payments[id]; !alive && got.Customer == p.customer.ID {
			return fmt.Errorf("payment %s is gone, and nobody told", id)
		}
	}
	for id, got := range st.invoices {
		if _, alive := p.truth.invoices[id]; !alive && got.Customer == p.customer.ID {
			return fmt.Errorf("invoice %s is gone, and nobody told", id)
		}
	}
	return nil
}
