package reconcile

import (
	"cmp"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Reconcile works out one customer's position: what is open of each item and
// when it was due, what money no item has taken, and what holds the customer or
// an item. The findings are those it raises itself; what Match and the connectors
// found comes in with the account.
func Reconcile(a Account, s Settings) (Position, []ledger.Finding) {
	merged := Merge(a.Records, a.Contacts, a.Default)
	w := &work{account: &a, settings: &s, terms: cmp.Or(merged.Customer.Terms, s.DefaultTerms), position: Position{Customer: a.Customer}}
	w.index()
	w.addItems()
	w.addLoose()
	w.addFindings()
	w.addDoubts()
	w.tidy()
	return w.position, w.findings
}

// work is one account on its way to a position.
type work struct {
	account  *Account
	settings *Settings
	terms    string // the payment terms that count for the customer
	released map[string]bool
	told     []demand

	sources  map[ledger.UID]ledger.UID   // payments and credits → connection
	settled  map[ledger.UID][]Settlement // by item
	invoices map[string]ledger.UID       // every name of an invoice → the speaker's UID
	items    map[string]ledger.UID       // every name of an item → the speaker's UID
	position Position
	findings []ledger.Finding
}

// index makes what is looked up by name.
func (w *work) index() {
	w.released, w.sources, w.settled = map[string]bool{}, map[ledger.UID]ledger.UID{}, map[ledger.UID][]Settlement{}
	for _, id := range w.account.Released {
		w.released[id] = true
	}
	for i := range w.account.Payments {
		w.sources[w.account.Payments[i].UID] = w.account.Payments[i].Connection
	}
	for i := range w.account.Credits {
		w.sources[w.account.Credits[i].UID] = w.account.Credits[i].Connection
	}
	for _, s := range w.account.Settled {
		w.settled[s.Item] = append(w.settled[s.Item], s)
	}
}

// addItems lists what is open, as the connection that speaks for it says.
func (w *work) addItems() {
	w.told = w.demands()
	for _, d := range w.told {
		for i := range min(len(d.spoken.Items), len(d.spoken.Invoice.Items)) {
			w.addItem(d, i)
		}
	}
}

func (w *work) addItem(d demand, at int) {
	inv := &d.spoken.Invoice
	item, record := &inv.Items[at], &d.spoken.Items[at]
	open, paid, named := w.openOf(d, at)
	if open.Sign() <= 0 || inv.Draft {
		return
	}
	it := Item{
		UID: record.UID, Invoice: d.spoken.UID, Number: inv.Number, Ordinal: item.Ordinal, Parts: len(inv.Items),
		Episode: record.Episode, Issued: inv.Issued, Due: item.Due, Total: item.Total, Open: open, Paid: paid, Order: inv.Order,
	}
	if !it.Due.Known() {
		it.Due, it.Terms = w.dueBy(inv)
	}
	w.position.Items = append(w.position.Items, it)
	w.disagree(d, &it)
	if named {
		w.residue(&it)
	}
}

// know learns, the first time it is asked for, under which names findings may
// speak of an invoice or item: its UID, that of a record that confirms it, or the
// tool's own id.
func (w *work) know() {
	if w.items != nil {
		return
	}
	w.invoices, w.items = map[string]ledger.UID{}, map[string]ledger.UID{}
	for _, d := range w.told {
		for _, r := range d.all() {
			w.invoices[string(r.UID)], w.invoices[r.Invoice.ID] = d.spoken.UID, d.spoken.UID
			for i := range min(len(r.Items), len(r.Invoice.Items), len(d.spoken.Items)) {
				uid := d.spoken.Items[i].UID
				w.items[string(r.Items[i].UID)], w.items[r.Invoice.Items[i].ID] = uid, uid
			}
		}
	}
}

// openOf returns what is open of an item, the day of the last money on it, and
// whether a payment was allocated to it, so that what is left may be a residue.
func (w *work) openOf(d demand, at int) (open money.Amount, paid ledger.Date, named bool) {
	item := &d.spoken.Invoice.Items[at]
	uids := d.uids(at)
	var settled []Settlement
	for _, uid := range uids {
		for _, s := range w.settled[uid] {
			if s.By == ByTool && (uid != uids[0] || w.confirms(d, s.From)) {
				continue
			}
			s.Item = uids[0]
			settled = append(settled, s)
		}
	}
	rest := left(settled)
	for i := range settled {
		if s := &settled[i]; s.Undoes == "" && rest[s.UID] > 0 {
			paid = max(paid, s.Day)
			named = named || s.FromKind != ledger.KindCredit
		}
	}
	most := item.Total.Minor()
	if item.Open != nil {
		most = max(most, item.Open.Minor())
	}
	open = OpenOf(uids[0], item.Total, item.Open, settled)
	return money.New(min(open.Minor(), most), open.Currency()), paid, named
}

// confirms reports whether money is of a connection that confirms the invoice:
// what its tool allocated is the same money told a second time.
func (w *work) confirms(d demand, from ledger.UID) bool {
	connection := w.sources[from]
	return connection != "" && connection != d.spoken.Connection &&
		slices.ContainsFunc(d.confirmed, func(r *InvoiceRecord) bool { return r.Connection == connection })
}

// dueBy works the due day out of the terms. Terms that are written but cannot
// be read give no day: another customer's terms would be a guess.
func (w *work) dueBy(inv *ledger.Invoice) (ledger.Date, string) {
	if w.settings.Terms == nil || w.terms == "" || !inv.Issued.Known() {
		return 0, ""
	}
	due, ok := w.settings.Terms(w.terms, inv.Issued)
	if !ok {
		return 0, ""
	}
	return due, w.terms
}

// tidy puts everything in a stable order: oldest due day first, unknown last.
func (w *work) tidy() {
	p := &w.position
	slices.SortFunc(p.Items, func(x, y Item) int {
		return cmp.Or(before2(x.Due.Known(), y.Due.Known()), cmp.Compare(x.Due, y.Due), cmp.Compare(x.Number, y.Number),
			cmp.Compare(x.Ordinal, y.Ordinal), cmp.Compare(x.UID, y.UID))
	})
	for i := range p.Items {
		p.Items[i].Doubts = tidyDoubts(p.Items[i].Doubts)
	}
	p.Doubts = tidyDoubts(p.Doubts)
	slices.SortFunc(p.Loose, func(x, y Loose) int {
		return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(kindRank(x.Kind), kindRank(y.Kind)), cmp.Compare(x.UID, y.UID))
	})
	slices.SortFunc(p.Residues, func(x, y Residue) int { return cmp.Compare(x.Item, y.Item) })
	slices.SortFunc(w.findings, func(x, y ledger.Finding) int { return cmp.Compare(x.ID, y.ID) })
}

// tidyDoubts tells each doubt once. Of two with one id the unbounded one stays.
func tidyDoubts(doubts []Doubt) []Doubt {
	slices.SortFunc(doubts, func(x, y Doubt) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), before2(!x.Bounded, !y.Bounded), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Text, y.Text))
	})
	return slices.CompactFunc(doubts, func(x, y Doubt) bool { return x.ID == y.ID && x.ID != "" })
}
