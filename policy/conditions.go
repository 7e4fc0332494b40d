package policy

import (
	"slices"

	"github.com/relanced/relanced/ledger"
)

// holds reports whether a rung's conditions hold for an item: every one of
// All, and one of Any if it has some.
func (h *hearing) holds(r *Rung, s *standing) bool {
	if r.All == nil && r.Any == nil {
		return true
	}
	return (r.All == nil || !slices.Contains(h.answers(r.All, s), false)) &&
		(r.Any == nil || slices.Contains(h.answers(r.Any, s), true))
}

// answers judges each condition that is set.
func (h *hearing) answers(c *Conditions, s *standing) []bool {
	var out []bool
	if c.MinAmount != nil {
		p := h.purse(c.MinAmount.Currency())
		out = append(out, p != nil && !less(p.overdue, *c.MinAmount))
	}
	if c.NewCustomer != nil {
		out = append(out, *c.NewCustomer != h.c.EverPaid)
	}
	if c.FinalInvoice != nil {
		out = append(out, false) // no tool tells it yet, and unknown is no
	}
	if c.Instalment != nil {
		out = append(out, *c.Instalment == (s.item.Parts > 1))
	}
	if len(c.Kinds) > 0 {
		out = append(out, h.c.Customer.Kind != ledger.KindUnknown && slices.Contains(c.Kinds, h.c.Customer.Kind))
	}
	return out
}

// asksSum reports whether the rung has a condition on the overdue sum, which
// changes when another item becomes overdue.
func (r *Rung) asksSum() bool {
	return r.All != nil && r.All.MinAmount != nil || r.Any != nil && r.Any.MinAmount != nil
}
