package cache

import (
	"context"
	"fmt"
	"slices"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/internal/failpoint"
	"github.com/relanced/relanced/ledger"
)

// PutPages stores what one connection said, what vanished from it, and how far
// it has been read, in one transaction: after a crash all of it is there, or
// nothing. A record that has not changed writes nothing.
func (db *DB) PutPages(ctx context.Context, company, connection ledger.UID, p connectors.Portion) (connectors.Counts, error) {
	var counts connectors.Counts
	failpoint.Hit("cache/before-pages")
	err := db.Update(ctx, func(tx *Tx) error {
		in := newIntake(tx, company, connection)
		in.allNew = db.hints.of(connection)
		for _, page := range joined(p.Pages) {
			if err := in.page(ctx, page); err != nil {
				return err
			}
		}
		for _, page := range p.Looked {
			if err := in.look(ctx, page); err != nil {
				return err
			}
		}
		if err := in.vanished(ctx, p.Vanished); err != nil {
			return err
		}
		if err := in.weigh(ctx, p.Ended); err != nil {
			return err
		}
		if err := in.close(ctx); err != nil {
			return err
		}
		counts = in.counts
		db.hints.keep(connection, in.allNew)
		failpoint.Hit("cache/pages-uncommitted")
		return tx.putCursor(ctx, company, connection, p.Next)
	})
	failpoint.Hit("cache/after-pages")
	if err != nil {
		return connectors.Counts{}, fmt.Errorf("store what was pulled: %w", err)
	}
	return counts, nil
}

// joined makes one page of those that follow each other in one stream, where
// their order says nothing: a table that is written at one go keeps its
// indexes in the page cache.
func joined(pages []connectors.Page) []connectors.Page {
	var out []connectors.Page
	plain := false // the last page may be added to
	for _, p := range pages {
		simple := len(p.Deleted)+len(p.Merged)+len(p.Quarantined) == 0
		if !plain || !simple || out[len(out)-1].Stream != p.Stream {
			out = append(out, owned(p))
			plain = simple && p.End == nil
			continue
		}
		j := &out[len(out)-1]
		j.Customers = append(j.Customers, p.Customers...)
		j.Contacts = append(j.Contacts, p.Contacts...)
		j.Invoices = append(j.Invoices, p.Invoices...)
		j.Credits = append(j.Credits, p.Credits...)
		j.Payments = append(j.Payments, p.Payments...)
		j.Allocations = append(j.Allocations, p.Allocations...)
		j.BankLines = append(j.BankLines, p.BankLines...)
		j.Messages = append(j.Messages, p.Messages...)
		j.Outcomes = append(j.Outcomes, p.Outcomes...)
		j.Findings = append(j.Findings, p.Findings...)
		j.End = p.End
		plain = p.End == nil
	}
	return out
}

// owned returns the page with slices that grow without touching the reader's.
func owned(p connectors.Page) connectors.Page {
	p.Customers, p.Contacts, p.Invoices = slices.Clip(p.Customers), slices.Clip(p.Contacts), slices.Clip(p.Invoices)
	p.Credits, p.Payments, p.Allocations = slices.Clip(p.Credits), slices.Clip(p.Payments), slices.Clip(p.Allocations)
	p.BankLines, p.Messages, p.Outcomes = slices.Clip(p.BankLines), slices.Clip(p.Messages), slices.Clip(p.Outcomes)
	p.Findings = slices.Clip(p.Findings)
	return p
}

// intake is one transaction's work of storing what a connection said.
type intake struct {
	tx         *Tx
	company    ledger.UID
	connection ledger.UID
	stream     int64 // of the page in hand
	looking    bool  // the page in hand is a look: its records stay in their streams
	counts     connectors.Counts
	debtors    map[string]ledger.UID     // remote id of a customer → UID of the record
	customers  map[ledger.UID]ledger.UID // UID of a customer record → customer, of those met so far
	sums       sums
	allNew     hints                   // kinds of which the last page held only new records
	doubtful   map[doubtful]ledger.UID // live quarantined records of the connection; nil before they are read
	lost       map[string]tally        // what vanished, by stream
	older      map[string]bool         // streams whose newest reading is true as of an earlier day than the one before
	money      bool                    // something changed that the money stage looks at
	unowned    bool                    // something changed that no customer can be named for
}

func newIntake(tx *Tx, company, connection ledger.UID) *intake {
	return &intake{tx: tx, company: company, connection: connection, debtors: map[string]ledger.UID{}, customers: map[ledger.UID]ledger.UID{}, sums: newSums(), lost: map[string]tally{}, older: map[string]bool{}}
}

// page stores one page of a stream.
func (in *intake) page(ctx context.Context, p connectors.Page) error {
	var err error
	if in.stream, err = in.tx.streamID(ctx, in.company, in.connection, p.Stream); err != nil {
		return err
	}
	if err := in.records(ctx, p); err != nil {
		return err
	}
	if p.End == nil {
		return nil
	}
	older, err := in.tx.putEnd(ctx, in.company, in.stream, *p.End)
	in.older[p.Stream] = older
	return err
}

// look stores what a look at one customer showed. What is new in it belongs to
// no stream until one shows it.
func (in *intake) look(ctx context.Context, p connectors.Page) error {
	in.stream, in.looking = 0, true
	defer func() { in.looking = false }()
	return in.records(ctx, p)
}

// records stores what a page holds. The order matters: customers first, so
// that the others find whom they belong to; allocations after what they
// allocate.
func (in *intake) records(ctx context.Context, p connectors.Page) error {
	for _, step := range []func(context.Context, connectors.Page) error{
		in.putCustomers, in.putMerged, in.putContacts, in.putInvoices, in.putCredits, in.putPayments,
		in.putBankLines, in.putAllocations, in.putMessages, in.putOutcomes, in.putQuarantined, in.putFindings,
		in.putDeleted,
	} {
		if err := step(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// close writes what was gathered over the pages.
func (in *intake) close(ctx context.Context) error {
	if err := in.settleAwaited(ctx); err != nil {
		return err
	}
	if err := in.tx.flushSums(ctx, in.company, in.sums); err != nil {
		return err
	}
	switch {
	case in.unowned:
		return in.tx.touchCompany(ctx, in.company)
	case in.money:
		return in.tx.touchMoney(ctx, in.company)
	default:
		return nil
	}
}

// record returns the UID of a record of the connection in hand.
func (in *intake) record(kind ledger.Kind, id string) ledger.UID {
	return ledger.RecordUID(in.connection, kind, id)
}

// debtor returns the UID of the customer record of that remote id; empty for
// none.
func (in *intake) debtor(id string) ledger.UID {
	if id == "" {
		return ""
	}
	uid, met := in.debtors[id]
	if !met {
		uid = in.record(ledger.KindCustomer, id)
		in.debtors[id] = uid
	}
	return uid
}

// touchDebtor notes that something of a customer record has changed.
func (in *intake) touchDebtor(ctx context.Context, debtor ledger.UID) error {
	if debtor == "" {
		in.unowned = true
		return nil
	}
	return in.tx.touch(ctx, in.company, in.customers[debtor])
}
