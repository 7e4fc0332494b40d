package connectortest

import (
	"errors"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func cursorChecks() []Check {
	const needs = CanRead | HasBooks
	return []Check{
		{"changes/resume-from-every-cursor", needs, inBooks(changesResume)},
		{"changes/same-page-twice-is-harmless", needs, inBooks(changesTwice)},
		{"changes/no-mutation-of-cursor-on-error", needs | HasPages | Needs(Fault503), inBooks(changesError)},
		{"changes/ties-in-one-second", needs, inBooks(changesTies)},
		{"changes/row-inserted-while-paging", needs | HasPages, inBooks(changesInserted)},
		{"changes/future-cursor-loses-nothing", needs | HasClock, inBooks(changesFuture)},
		{"changes/unreadable-cursor-loses-nothing", needs, inBooks(changesUnreadable)},
		{"changes/unchanged-says-unchanged", needs, inBooks(changesUnchanged)},
		{"changes/change-is-never-unchanged", needs, inBooks(changesChanged)},
	}
}

func changesResume(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	r, err := s.read(connectors.Delta, "")
	if err != nil {
		return err
	}
	for i := range r.pages {
		again, err := s.reopen()
		if err != nil {
			return err
		}
		st := newStore()
		for _, p := range r.pages[:i+1] {
			st.apply(p)
		}
		if _, err := again.pull(st); err != nil {
			return fmt.Errorf("from the cursor of page %d: %w", i+1, err)
		}
		if err := s.hasInvoices(st, want); err != nil {
			return fmt.Errorf("from the cursor of page %d: %w", i+1, err)
		}
	}
	return nil
}

func changesTwice(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(12000))
	if err != nil {
		return err
	}
	if _, err := s.payment(c, euros(5000), inv.Items[0].ID); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	want := fmt.Sprint(keys(st.customers), keys(st.invoices), keys(st.payments), keys(st.allocations))
	open := st.openOf(st.invoices[inv.ID].Items[0])
	for range 2 {
		st.cursor = ""
		if _, err := s.pull(st); err != nil {
			return err
		}
	}
	got := fmt.Sprint(keys(st.customers), keys(st.invoices), keys(st.payments), keys(st.allocations))
	if got != want {
		return fmt.Errorf("read again, ids became %s, want %s", got, want)
	}
	if now := st.openOf(st.invoices[inv.ID].Items[0]); now != open {
		return fmt.Errorf("read again, %d is open, want %d", now, open)
	}
	return nil
}

func changesError(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	r, err := s.readWith(connectors.Delta, "", func(int) error { return s.arm(Fault503, -1) })
	if err == nil || errors.Is(err, errContract) {
		return fmt.Errorf("broken after page 1: got %w, want an error of the tool", orNone(err))
	}
	s.faults.Disarm()
	st := newStore()
	st.take(r)
	for range 2 { // the connector itself, then a new one
		if _, err := s.pull(st); err != nil {
			return err
		}
		if err := s.hasInvoices(st, want); err != nil {
			return fmt.Errorf("read on after an error: %w", err)
		}
		if s, err = s.reopen(); err != nil {
			return err
		}
	}
	return nil
}

func changesTies(s *scene, c ledger.Customer) error {
	var want []ledger.Invoice
	st := newStore()
	for range 5 {
		more, err := s.fill(c, 3)
		if err != nil {
			return err
		}
		want = append(want, more...)
		if _, err := s.pull(st); err != nil {
			return err
		}
		changed := want[0]
		changed.Number += "-b"
		if want[0], err = s.putInvoice(changed); err != nil {
			return err
		}
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	return s.hasInvoices(st, want)
}

func changesInserted(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, s.several())
	if err != nil {
		return err
	}
	st := newStore()
	r, err := s.readWith(connectors.Delta, "", func(pages int) error {
		if pages > 2 {
			return nil
		}
		if s.clock != nil {
			s.clock.Advance(time.Second)
		}
		more, err := s.fill(c, 2)
		want = append(want, more...)
		return err
	})
	st.take(r)
	if err != nil {
		return err
	}
	if s.clock != nil {
		s.clock.Advance(2 * time.Hour)
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	return s.hasInvoices(st, want)
}

func changesFuture(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, 3)
	if err != nil {
		return err
	}
	s.clock.Advance(48 * time.Hour)
	st, err := s.filled()
	if err != nil {
		return err
	}
	s.clock.Advance(-48 * time.Hour)
	more, err := s.fill(c, 2)
	if err != nil {
		return err
	}
	if _, err := s.pull(st); err != nil {
		return err
	}
	return s.hasInvoices(st, append(want, more...))
}

func changesUnreadable(s *scene, c ledger.Customer) error {
	want, err := s.fill(c, 3)
	if err != nil {
		return err
	}
	for _, cursor := range []connectors.Cursor{"garbage", "{}", "\x00\xff", "9999-12-31T23:59:59Z", `{"v":99}`} {
		st := newStore()
		r, err := s.read(connectors.Delta, cursor)
		if err != nil && !errors.Is(err, errContract) {
			continue // refusing it is as good
		}
		st.take(r)
		if err := s.hasInvoices(st, want); err != nil {
			return fmt.Errorf("from cursor %q: %w", cursor, err)
		}
	}
	return nil
}

func changesUnchanged(s *scene, c ledger.Customer) error {
	if _, err := s.fill(c, 3); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	for i := range 3 {
		r, err := s.pull(st)
		if err != nil {
			return err
		}
		if r.unchanged() != (r.records() == 0) {
			return fmt.Errorf("reading %d: %d records came, unchanged says %v", i+2, r.records(), r.unchanged())
		}
		if i > 0 && !r.unchanged() {
			return fmt.Errorf("reading %d: nothing moved, and %d records came again", i+2, r.records())
		}
		if s.clock != nil {
			s.clock.Advance(24 * time.Hour)
		}
	}
	return nil
}

func changesChanged(s *scene, c ledger.Customer) error {
	inv, err := s.invoice(c, euros(5000))
	if err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	for i := range 3 {
		if s.clock != nil {
			s.clock.Advance(time.Duration(i) * time.Hour)
		}
		p, err := s.payment(c, euros(1000), inv.Items[0].ID)
		if err != nil {
			return err
		}
		r, err := s.pull(st)
		if err != nil {
			return err
		}
		if _, there := st.payments[p.ID]; !there || r.unchanged() {
			return fmt.Errorf("payment %d was made: told %v, unchanged says %v", i+1, there, r.unchanged())
		}
	}
	return nil
}
