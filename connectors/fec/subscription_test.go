package fec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A number that comes back on another day, as a subscription's contract number
// does, is an invoice of that day: asking for the second with the due day of
// the first would ask for it a month too early. Parts of one day stay
// instalments of one invoice.
func TestANumberThatComesBackIsAnInvoiceOfItsDay(t *testing.T) {
	t.Parallel()
	got := folder(t, map[string]string{"2026": text(join(
		sale("1", "20260320", "C1", "ABO-2026", 12000, ""),
		sale("2", "20260420", "C1", "ABO-2026", 12000, ""),
		sale("3", "20260520", "C2", "F2026-7", 5000, ""),
		sale("4", "20260520", "C2", "F2026-7", 5000, ""),
	))})
	type invoice struct {
		Number, Issued string
		Items          int
	}
	var invoices []invoice
	ids := map[string]bool{}
	for _, inv := range got.Invoices {
		invoices = append(invoices, invoice{inv.Number, inv.Issued.String(), len(inv.Items)})
		ids[inv.ID] = true
		for _, it := range inv.Items {
			ids["item "+it.ID] = true
		}
	}
	want := []invoice{{"ABO-2026", "2026-03-20", 1}, {"ABO-2026", "2026-04-20", 1}, {"F2026-7", "2026-05-20", 2}}
	if diff := cmp.Diff(want, invoices); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
	if len(ids) != 7 {
		t.Errorf("%d different ids for 3 invoices and 4 items, want 7", len(ids))
	}
}
