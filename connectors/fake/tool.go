package fake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/relanced/relanced/ledger"
)

// Options shape a Tool. The zero value is a tool in Paris whose clock stands
// still until it is advanced.
type Options struct {
	Tenant string // "tenant-1" when empty
	Zone   string // an IANA name; "Europe/Paris" when empty, UTC when unknown
	Token  string // what the interface accepts; "fake-token" when empty
	// Now is the tool's clock; nil: it starts on 15 April 2026, 09:00 UTC,
	// and moves only by Advance.
	Now      func() time.Time
	PageSize int // records per page at most; 50 when zero
	// Repeats makes the tool deliver the same key as often as it is asked, as
	// tools without idempotency do. It shows duplicates to crash tests.
	Repeats bool
}

// Tool is a small accounting tool in memory. Its Handler is what a connector
// speaks to; its methods are for whoever plays the tool's users. It is safe
// for concurrent use.
type Tool struct {
	opts Options

	mu         sync.Mutex
	zone       *time.Location
	offset     time.Duration
	records    map[recordKey]*record
	serial     int // of allocations
	moneyUntil ledger.Date
	reminders  bool
	onPage     func()
	reads      int
	writes     int
	faults     faults
	post       postroom
}

type recordKey struct {
	kind ledger.Kind
	id   string
}

// record is one thing in the tool. Deleted ones are kept as tombstones.
type record struct {
	recordKey
	updated    time.Time // whole seconds
	value      any       // the ledger's type of the kind
	deleted    bool
	mergedInto string
	void       bool
	spoil      func(map[string]any) // makes the record unreadable
}

// New returns an empty tool.
func New(o Options) *Tool {
	o.Tenant = cmp.Or(o.Tenant, "tenant-1")
	o.Zone = cmp.Or(o.Zone, "Europe/Paris")
	o.Token = cmp.Or(o.Token, "fake-token")
	o.PageSize = cmp.Or(o.PageSize, 50)
	if o.Now == nil {
		start := time.Date(2026, 4, 15, 9, 0, 0, 0, time.UTC)
		o.Now = func() time.Time { return start }
	}
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		zone, o.Zone = time.UTC, "UTC"
	}
	return &Tool{opts: o, zone: zone, records: map[recordKey]*record{}}
}

// Now is the tool's clock.
func (t *Tool) Now() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now()
}

func (t *Tool) now() time.Time { return t.opts.Now().Add(t.offset).UTC() }

// Advance moves the tool's clock; backwards when d is negative.
func (t *Tool) Advance(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.offset += d
	t.land()
}

// SetZone moves the tool to another time zone, an IANA name.
func (t *Tool) SetZone(name string) error {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return fmt.Errorf("set the tool's zone: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opts.Zone, t.zone = name, zone
	return nil
}

// Rotate replaces the token the interface accepts.
func (t *Tool) Rotate(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opts.Token = token
}

// SetMoneyUntil makes the tool say up to which day it knows what was paid.
func (t *Tool) SetMoneyUntil(day ledger.Date) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moneyUntil = day
}

// SetReminders says whether the tool sends reminders by itself.
func (t *Tool) SetReminders(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reminders = on
}

// OnPage has f called before each page of a list is put together, outside of
// any lock, so that f can change the books under a reader's feet. Nil: nothing.
func (t *Tool) OnPage(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.onPage = f
}

// Requests tells how many reads and writes reached the interface.
func (t *Tool) Requests() (reads, writes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reads, t.writes
}

// put stores a record and stamps it. The caller holds the lock.
func (t *Tool) put(kind ledger.Kind, id string, value any) *record {
	key := recordKey{kind, id}
	r := &record{recordKey: key, value: value, updated: t.now().Truncate(time.Second)}
	t.records[key] = r
	return r
}

// touch stamps a record as changed now.
func (t *Tool) touch(r *record) { r.updated = t.now().Truncate(time.Second) }

// live returns a record that exists.
func (t *Tool) live(kind ledger.Kind, id string) (*record, bool) {
	r, ok := t.records[recordKey{kind, id}]
	return r, ok && !r.deleted
}

// sorted returns the records that are wanted, in an order.
func (t *Tool) sorted(want func(*record) bool, order func(a, b *record) int) []*record {
	var out []*record
	for _, r := range t.records {
		if want(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, order)
	return out
}

// rank orders kinds so that what is referred to comes first.
//
//nolint:gochecknoglobals // a compiled-in table
var rank = [...]ledger.Kind{
	ledger.KindCustomer, ledger.KindContact, ledger.KindInvoice, ledger.KindCredit,
	ledger.KindPayment, ledger.KindAllocation, ledger.KindBankLine, ledger.KindMessage,
}

func byID(a, b *record) int {
	return cmp.Or(
		cmp.Compare(slices.Index(rank[:], a.kind), slices.Index(rank[:], b.kind)),
		cmp.Compare(a.id, b.id))
}

func byTime(a, b *record) int { return cmp.Or(a.updated.Compare(b.updated), byID(a, b)) }

// wire renders a record. The caller holds the lock.
func (t *Tool) wire(r *record) wireRecord {
	w := wireRecord{Kind: string(r.kind), ID: r.id, Updated: r.updated, Deleted: r.deleted, MergedInto: r.mergedInto}
	if r.deleted {
		return w
	}
	data := mustJSON(t.render(r))
	if r.spoil != nil {
		var loose map[string]any
		if err := json.Unmarshal(data, &loose); err != nil {
			panic(err) // we have just written it
		}
		r.spoil(loose)
		data = mustJSON(loose)
	}
	w.Data = data
	return w
}

// mustJSON writes a value of our own types, which cannot fail.
func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}
