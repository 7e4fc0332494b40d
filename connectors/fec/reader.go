package fec

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// reader is one reading of all the fiscal years of a connection, oldest first.
type reader struct {
	set        *settings
	seed       maphash.Seed
	buf        []byte // of the file being read
	where      []byte // of seen
	hash       hasher
	customers  *customers
	currencies *currencies
	carried    carried  // what is open at the end of the years read so far
	documents  []uint64 // identities of all their documents, sorted
	taken      map[uint64]bool
	since      connectors.Cursor
	yield      func(connectors.Page, error) bool
}

// read is Read without its iterator.
func (x *Export) read(ctx context.Context, scope connectors.Scope, since connectors.Cursor, yield func(connectors.Page, error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	found, _, err := x.set.list()
	if err != nil {
		return err
	}
	old, now := decodeCursor(since), x.set.note(found)
	if name, lost := old.lost(found, x.set.forget); lost {
		return fmt.Errorf("%s was read before and its file is gone: put it back, or list its closing day under forget: %w", name, connectors.ErrUnavailable)
	}
	if scope != connectors.All && old.same(&now) {
		return x.unchanged(&old, since, yield)
	}
	years, _, err := x.set.years(ctx, found)
	if err != nil {
		return err
	}
	r := &reader{
		set: &x.set, seed: maphash.MakeSeed(), buf: make([]byte, maxLine), customers: newCustomers(),
		currencies: newCurrencies(x.set.currency), taken: map[uint64]bool{}, since: since, yield: yield,
	}
	if now.Streams, err = r.years(ctx, years); err != nil {
		return err
	}
	return r.end(&now, x.forgotten(&old))
}

// unchanged ends every stream without having opened a file.
func (x *Export) unchanged(old *cursor, since connectors.Cursor, yield func(connectors.Page, error) bool) error {
	for _, s := range old.Streams {
		end := &connectors.End{AsOf: x.set.instant(s.AsOf), Unchanged: true, Count: s.Count, MoneyUntil: s.Money}
		if !yield(connectors.Page{Stream: s.Name, Next: since, End: end}, nil) {
			return errStopped
		}
	}
	return nil
}

// instant is the beginning of a day; none when the day is not known.
func (s *settings) instant(day ledger.Date) time.Time {
	if !day.Known() {
		return time.Time{}
	}
	return day.In(s.zone, 0, 0).UTC()
}

// forgotten lists streams that were read once and are dropped by configuration.
func (x *Export) forgotten(old *cursor) []string {
	var names []string
	for _, s := range old.Streams {
		for _, day := range x.set.forget {
			if e := (export{siren: s.Name[:9], closing: day}); e.stream() == s.Name {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// years reads all fiscal years and yields their pages, without ends.
func (r *reader) years(ctx context.Context, years []survey) ([]stream, error) {
	var streams []stream
	for i := range years {
		y := r.newYear(years, i)
		if err := y.read(ctx); err != nil {
			return nil, err
		}
		streams = append(streams, stream{Name: y.stream(), AsOf: r.asOf(y.survey), Money: y.moneyUntil, Count: y.count})
	}
	return streams, nil
}

// end yields the end of every stream. No stream ends before all have been read,
// since a later year may speak of an earlier one's items; and an earlier year
// is as fresh as the newest, which has taken its balances over.
func (r *reader) end(now *cursor, forgotten []string) error {
	var asOf, money ledger.Date
	for _, s := range now.Streams {
		asOf, money = max(asOf, s.AsOf), max(money, s.Money)
	}
	for i := range now.Streams {
		now.Streams[i].AsOf, now.Streams[i].Money = asOf, money
	}
	ends := make([]connectors.Page, 0, len(now.Streams)+len(forgotten))
	for _, name := range forgotten {
		ends = append(ends, connectors.Page{Stream: name, Next: r.since, End: &connectors.End{
			AsOf: r.set.instant(asOf), Complete: true, MoneyUntil: money,
		}})
	}
	for _, s := range now.Streams {
		ends = append(ends, connectors.Page{Stream: s.Name, Next: r.since, End: &connectors.End{
			AsOf: r.set.instant(asOf), Complete: true, Count: s.Count, MoneyUntil: money,
		}})
	}
	ends[len(ends)-1].Next = now.encode()
	for _, page := range ends {
		if !r.yield(page, nil) {
			return errStopped
		}
	}
	return nil
}

// newYear prepares one fiscal year.
func (r *reader) newYear(years []survey, i int) *year {
	y := &year{
		survey: &years[i], r: r, last: i == len(years)-1, previous: i > 0,
		alternative: map[uint32]uint64{}, partial: map[uint32]int64{}, parked: map[uint64]*entry{},
		journals: journals{index: map[string]uint8{}},
	}
	if i > 0 {
		y.first = years[i-1].closing + 1
	} else {
		year, month, day := y.closing.Civil()
		begin, err := ledger.NewDate(year-1, month, day)
		if err != nil { // 29 February
			begin, _ = ledger.NewDate(year-1, month, day-1)
		}
		if y.closing == y.closing.MonthEnd() {
			begin = begin.MonthEnd()
		}
		y.first = begin + 1
	}
	y.first = max(y.first, y.oldest)
	return y
}

// past returns a day unless it lies ahead of the file's writing or of now:
// entries may be dated ahead, and what is ahead is not known yet.
func (r *reader) past(day ledger.Date, sv *survey) ledger.Date {
	limit := ledger.DateOf(sv.changed.In(r.set.zone))
	if r.set.now != nil {
		limit = min(limit, ledger.DateOf(r.set.now().In(r.set.zone)))
	}
	if day > limit {
		return 0
	}
	return day
}

// asOf is the newest day of a file that does not lie ahead.
func (r *reader) asOf(sv *survey) ledger.Date {
	newest := ledger.Date(0)
	for day := range sv.counted {
		newest = max(newest, r.past(day, sv))
	}
	return newest
}

// seen says where a record stands.
func (r *reader) seen(sv *survey, line int) ledger.Source {
	r.where = append(append(r.where[:0], sv.name...), " line "...)
	return ledger.Source(strconv.AppendInt(r.where, int64(line), 10))
}

// deposit counts an entry's movements on 4191. Only money that came in makes a
// credit: a deposit that was invoiced stands on 411 already.
func (y *year) deposit(e *entry, opening bool) {
	for _, h := range e.held {
		who := &y.r.customers.list[h.customer]
		if who.deposits == nil {
			who.deposits = &deposits{}
		}
		d := who.deposits
		d.left -= h.cents
		if h.cents < 0 && (opening || treasury(&e.debit) > 0 && len(e.runs) == 0) {
			d.paid -= h.cents
			if e.day >= d.newest {
				d.newest, d.line = e.day, h.line
			}
		}
	}
}

// remember adds this year's documents to those of earlier years.
func (r *reader) remember(y *year) {
	for i := range uint32(y.moves.n) {
		if m := y.moves.at(i); m.kind == kindInvoice || m.kind == kindCreditNote {
			r.documents = append(r.documents, m.id)
		}
	}
	slices.Sort(r.documents)
	r.documents = slices.Compact(r.documents)
}

// parkedInOrder lists entries that wait for more rows, in the file's order.
func (y *year) parkedInOrder() []*entry {
	list := make([]*entry, 0, len(y.parked))
	for _, e := range y.parked {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.line, b.line) })
	return list
}
