// Package demobooks invents the books of a small French company that does not
// exist: a joinery with some sixteen customers, each of whom pays in a way of
// its own. It owns what the world looks like on each of the demonstration's
// days: which ledger exports, bank statements, people file, invoice documents
// and configuration lie there that morning, and what is truly owed. It never
// writes a file, reads no clock, and knows nothing of what relanced makes of
// it.
//
// The same last day gives the same bytes. Names end in .example domains, and
// SIREN and IBANs carry valid check digits on bank codes that no bank has.
package demobooks

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

// Length is how many days the demonstration plays: eight weeks.
const Length = 56

// Books is the invented company's world, complete from its first entry to the
// last day played.
type Books struct {
	first, last ledger.Date
	zone        *time.Location
	cal         calendar.Calendar
	gap         ledger.Date // the Monday of the week whose bank files come late

	customers []*customer
	invoices  []*invoice // credit notes among them, by number
	movements []*movement
	writeOffs []*writeOff
	groups    []*group
	acts      []Act
	answers   map[string][]Answer
	exports   []ledger.Date // days at whose end the ledger is exported
	postings  []*entry
}

// New invents the books for a demonstration whose last day is last, in the
// company's zone.
func New(last ledger.Date) (*Books, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("demo books: %w", err)
	}
	calendars, err := calendar.Load(nil)
	if err != nil {
		return nil, fmt.Errorf("demo books: %w", err)
	}
	french, err := calendars.Get("FR", nil)
	if err != nil {
		return nil, fmt.Errorf("demo books: %w", err)
	}
	b := &Books{first: last.AddDays(1 - Length), last: last, zone: zone, cal: french, answers: map[string][]Answer{}}
	b.gap = b.first.AddDays(33)
	for b.gap.Weekday() != time.Monday {
		b.gap = b.gap.AddDays(1)
	}
	b.customers = cast()
	b.stories()
	b.number()
	b.overheads()
	slices.SortStableFunc(b.movements, func(x, y *movement) int { return cmp.Compare(x.day, y.day) })
	b.schedule()
	b.post()
	return b, nil
}

// First is the first day played.
func (b *Books) First() ledger.Date { return b.first }

// Last is the last day played.
func (b *Books) Last() ledger.Date { return b.last }

// Zone is the company's time zone.
func (b *Books) Zone() *time.Location { return b.zone }

// BusinessDay returns the n-th business day after a day.
func (b *Books) BusinessDay(after ledger.Date, n int) ledger.Date {
	return b.cal.AddBusinessDays(after, n)
}

// customer is one of the cast.
type customer struct {
	code, name, kind, language string
	contact, mail, phone       string
	boss                       string // the contact for escalation
	terms                      string
	days                       int // what the terms come to
	address, iban              string
	never                      string
	reference                  string
	mailFrom                   ledger.Date // the mail address is known from this day on; zero: always
	documents                  bool        // its invoices are at hand as PDF
}

// invoice is one invoice, or a credit note when its amounts are negative.
type invoice struct {
	customer    *customer
	number      string
	issued, due ledger.Date
	parts       []int64  // cents, one for each instalment
	about       *invoice // of a credit note: what it takes back
	work        string
}

func (i *invoice) credit() bool { return i.parts[0] < 0 }

func (i *invoice) total() int64 {
	sum := int64(0)
	for _, p := range i.parts {
		sum += p
	}
	return sum
}

// movement is one movement on the company's bank account.
type movement struct {
	day        ledger.Date
	cents      int64 // positive: money in
	customer   *customer
	payer      string // as the bank tells it
	payerIBAN  string
	text       string // {0}, {1} stand for the numbers of names
	names      []*invoice
	endToEnd   string
	back       string // reason of a return
	debit      bool   // collected by direct debit
	settles    []share
	account    string // where an outgoing movement is booked
	accountLib string
}

// share is what a movement truly pays of an invoice.
type share struct {
	invoice *invoice
	cents   int64
}

// writeOff is a residue the bookkeeper gives up.
type writeOff struct {
	day     ledger.Date
	invoice *invoice
	cents   int64
}

// group is a lettering: these belong together, from an export on.
type group struct {
	code    string
	partial bool // it does not add up to zero; such codes are written small
	members []member
	from    ledger.Date // the export that first shows it; worked out
	until   ledger.Date // the export that no longer does; zero: it stays
}

// member is one line on a customer's account: a part of an invoice, a
// movement, or a write-off.
type member struct {
	invoice  *invoice
	part     int // of the invoice, from 1
	movement *movement
	writeOff *writeOff
}
