package pull

import (
	"hash/maphash"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// seen remembers which records a stream has shown: a 64-bit hash of each, in
// buckets that are sorted when the first question comes. A million records
// take some eight megabytes.
type seen struct {
	seed    maphash.Seed
	buckets [256][]uint64
	sorted  bool
}

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

// add remembers the records of a page and returns how many there are.
func (s *seen) add(p connectors.Page) int {
	n := 0
	mark := func(kind ledger.Kind, id string) {
		h := s.hash(kind, id)
		s.buckets[h>>56] = append(s.buckets[h>>56], h)
		n++
	}
	for i := range p.Customers {
		mark(ledger.KindCustomer, p.Customers[i].ID)
	}
	for i := range p.Contacts {
		mark(ledger.KindContact, p.Contacts[i].ID)
	}
	for i := range p.Invoices {
		mark(ledger.KindInvoice, p.Invoices[i].ID)
	}
	for i := range p.Credits {
		mark(ledger.KindCredit, p.Credits[i].ID)
	}
	for i := range p.Payments {
		mark(ledger.KindPayment, p.Payments[i].ID)
	}
	for i := range p.Allocations {
		mark(ledger.KindAllocation, p.Allocations[i].ID)
	}
	for i := range p.BankLines {
		mark(ledger.KindBankLine, p.BankLines[i].ID)
	}
	for i := range p.Messages {
		mark(ledger.KindMessage, p.Messages[i].ID)
	}
	for i := range p.Findings {
		mark(ledger.KindFinding, p.Findings[i].ID)
	}
	for i := range p.Quarantined {
		mark(ledger.KindQuarantine, p.Quarantined[i].ID)
		// The record is there, though nobody can read it: it has not vanished.
		mark(p.Quarantined[i].Kind, p.Quarantined[i].ID)
	}
	s.sorted = false
	return n
}

// has reports whether a record was shown.
func (s *seen) has(kind ledger.Kind, id string) bool {
	if !s.sorted {
		for i := range s.buckets {
			slices.Sort(s.buckets[i])
		}
		s.sorted = true
	}
	h := s.hash(kind, id)
	_, found := slices.BinarySearch(s.buckets[h>>56], h)
	return found
}

func (s *seen) hash(kind ledger.Kind, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	_, _ = h.WriteString(string(kind)) // never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(id)
	return h.Sum64()
}
