package fake

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// changes serves the change feed: everything stamped at or after ?since=, in
// the order of the stamps, tombstones included.
func (t *Tool) changes(w http.ResponseWriter, r *http.Request) {
	since := time.Time{}
	if text := r.FormValue("since"); text != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, text); err != nil {
			fail(w, http.StatusBadRequest, "bad_since")
			return
		}
	}
	t.page(w, r, byTime, func(rec *record) bool { return !rec.updated.Before(since) }, nil)
}

// openItems serves what is open: invoices, loose credits and payments, and the
// customers they belong to.
func (t *Tool) openItems(w http.ResponseWriter, r *http.Request) {
	t.page(w, r, byID, t.isOpen, t.total)
}

// everything serves the census.
func (t *Tool) everything(w http.ResponseWriter, r *http.Request) {
	t.page(w, r, byID, func(rec *record) bool { return !rec.deleted }, t.total)
}

// page answers one page of the records wanted. The position is the key of the
// last record sent, so that rows coming and going do not shift it.
func (t *Tool) page(w http.ResponseWriter, r *http.Request, order func(a, b *record) int, want func(*record) bool, total func([]*record, *wireList)) {
	t.mu.Lock()
	hook := t.onPage
	t.mu.Unlock()
	if hook != nil {
		hook()
	}
	t.mu.Lock()
	list := wireList{ServerTime: t.now(), Records: []wireRecord{}, MoneyUntil: t.moneyUntil.String()}
	all := t.sorted(want, order)
	if total != nil {
		total(all, &list)
	}
	if after, ok := parsePosition(r.FormValue("after")); ok {
		at, found := slices.BinarySearchFunc(all, after, order)
		if found {
			at++
		}
		all = all[at:]
	}
	size := t.opts.PageSize
	if n, err := strconv.Atoi(r.FormValue("limit")); err == nil && n > 0 {
		size = min(size, n)
	}
	for _, rec := range all[:min(size, len(all))] {
		list.Records = append(list.Records, t.wire(rec))
	}
	if len(all) > size {
		list.Next = position(all[size-1])
	}
	t.mu.Unlock()
	answer(w, http.StatusOK, list)
}

// isOpen says whether a record belongs to the open sweep.
func (t *Tool) isOpen(rec *record) bool {
	if rec.deleted {
		return false
	}
	switch v := rec.value.(type) {
	case ledger.Invoice:
		return !rec.void && !v.Draft && slices.ContainsFunc(v.Items, func(i ledger.Item) bool { return !t.open(i).IsZero() })
	case ledger.Credit:
		return t.loose(ledger.KindCredit, v.ID, v.Amount)
	case ledger.Payment:
		return t.loose(ledger.KindPayment, v.ID, v.Amount)
	case ledger.Customer:
		for _, other := range t.records {
			if other.kind != ledger.KindCustomer && other.kind != ledger.KindContact && customerOf(other) == v.ID && t.isOpen(other) {
				return true
			}
		}
		return false
	default:
		return false
	}
}

func (t *Tool) loose(kind ledger.Kind, id string, amount money.Amount) bool {
	used := t.used(func(a ledger.Allocation) bool { return a.FromKind == kind && a.From == id })
	return used.Minor() != amount.Minor()
}

// total counts the records and sums what is open, as a tool that can be
// checked against does.
func (t *Tool) total(all []*record, list *wireList) {
	n := len(all)
	list.Count = &n
	sums := map[money.Currency]int64{}
	for _, r := range all {
		if v, ok := r.value.(ledger.Invoice); ok && !r.void && !v.Draft {
			for _, item := range v.Items {
				sums[v.Total.Currency()] += t.open(item).Minor()
			}
		}
	}
	for _, cur := range slices.Sorted(maps.Keys(sums)) {
		list.Open = append(list.Open, wireSum{Currency: string(cur), Amount: money.New(sums[cur], cur).Decimal()})
	}
}

// look serves the truth about one customer: the items asked for, and all money.
func (t *Tool) look(w http.ResponseWriter, r *http.Request) {
	id, items := r.PathValue("id"), r.URL.Query()["item"]
	t.mu.Lock()
	defer t.mu.Unlock()
	list := wireList{ServerTime: t.now(), Records: []wireRecord{}}
	if c, ok := t.records[recordKey{ledger.KindCustomer, id}]; ok {
		list.Records = append(list.Records, t.wire(c))
	} else {
		list.Records = append(list.Records, wireRecord{Kind: string(ledger.KindCustomer), ID: id, Deleted: true})
	}
	told := map[*record]bool{}
	for _, item := range items {
		rec := t.invoiceOf(item)
		if rec == nil {
			list.Records = append(list.Records, wireRecord{Kind: string(ledger.KindItem), ID: item, Deleted: true})
		} else if !told[rec] {
			told[rec] = true
			list.Records = append(list.Records, t.wire(rec))
		}
	}
	for _, rec := range t.sorted(func(rec *record) bool { return !rec.deleted && t.moneyOf(rec, id) }, byID) {
		list.Records = append(list.Records, t.wire(rec))
	}
	answer(w, http.StatusOK, list)
}

// moneyOf says whether a record is money of a customer.
func (t *Tool) moneyOf(rec *record, customer string) bool {
	switch v := rec.value.(type) {
	case ledger.Payment, ledger.Credit:
		return customerOf(rec) == customer
	case ledger.Allocation:
		return t.payer(v) == customer
	default:
		return false
	}
}

// position and parsePosition spell a place in a list.
func position(r *record) string {
	return string(mustJSON([]string{strconv.FormatInt(r.updated.Unix(), 10), string(r.kind), r.id}))
}

func parsePosition(text string) (*record, bool) {
	var parts []string
	if text == "" || json.NewDecoder(strings.NewReader(text)).Decode(&parts) != nil || len(parts) != 3 {
		return nil, false
	}
	unix, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return nil, false
	}
	return &record{recordKey: recordKey{ledger.Kind(parts[1]), parts[2]}, updated: time.Unix(unix, 0).UTC()}, true
}
