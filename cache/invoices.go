package cache

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// putInvoices stores invoices with their items. The items are part of the
// invoice's content: they are looked at only when it has changed.
func (in *intake) putInvoices(ctx context.Context, p connectors.Page) error {
	if len(p.Invoices) == 0 {
		return nil
	}
	facts := make([]fact, len(p.Invoices))
	byUID := make(map[ledger.UID]*ledger.Invoice, len(p.Invoices))
	var d digest
	for i := range p.Invoices {
		inv := &p.Invoices[i]
		facts[i] = in.invoiceFact(&d, inv)
		byUID[facts[i].uid] = inv
	}
	moved, err := in.put(ctx, invoiceTable, facts)
	if err != nil || len(moved) == 0 {
		return err
	}
	in.money = true
	return in.putItems(ctx, moved, byUID)
}

func (in *intake) invoiceFact(d *digest, inv *ledger.Invoice) fact {
	refs := joinRefs(inv.References)
	d.text(inv.Customer, inv.Number, refs, inv.Order).number(int64(inv.Issued)).amount(inv.Total).flags(inv.Draft, inv.Opening)
	for _, it := range inv.Items {
		d.text(it.ID).number(int64(it.Ordinal), int64(it.Due)).amount(it.Total).flags(it.Open != nil)
		if it.Open != nil {
			d.amount(*it.Open)
		}
	}
	return fact{
		uid: in.record(ledger.KindInvoice, inv.ID), id: inv.ID, customer: inv.Customer, hash: d.sum(),
		values: []any{
			inv.Number, inv.Issued.String(), inv.Total.Minor(), string(inv.Total.Currency()), refs, inv.Order,
			bit(inv.Draft), bit(inv.Opening), string(inv.Seen),
		},
	}
}

// joinRefs stores references as one text; they hold no line breaks.
func joinRefs(refs []string) string { return strings.Join(refs, "\n") }

func splitRefs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// itemRow is what is stored of an item.
type itemRow struct {
	open *int64 // what the tool said is open
	gone bool
}

// putItems stores the items of invoices that are new or have changed, and
// takes away those that an invoice no longer has.
func (in *intake) putItems(ctx context.Context, moved []fact, byUID map[ledger.UID]*ledger.Invoice) error {
	ins := in.tx.insert("item", "uid, company, invoice, id, ordinal, due, total, currency, tool_open, seen_at, gone_at", "ON CONFLICT (uid) DO NOTHING")
	var known []fact
	for _, f := range moved {
		items := byUID[f.uid].Items
		if !f.fresh {
			known = append(known, f)
			continue
		}
		for i := range items {
			uid := in.record(ledger.KindItem, items[i].ID)
			err := ins.add(ctx, string(uid), string(in.company), string(f.uid), items[i].ID, items[i].Ordinal, items[i].Due.String(),
				items[i].Total.Minor(), string(items[i].Total.Currency()), openOf(&items[i]), in.tx.now, 0)
			if err != nil {
				return err
			}
			if ins.written == 0 { // another invoice had it
				known = append(known, f)
			}
		}
	}
	if err := ins.flush(ctx); err != nil {
		return err
	}
	return in.putKnownItems(ctx, lastOfEach(known), byUID)
}

// openOf returns what the tool says is open, nil when it leaves that to us.
func openOf(it *ledger.Item) any {
	if it.Open == nil {
		return nil
	}
	return it.Open.Minor()
}

// putKnownItems stores the items of invoices that were there before.
func (in *intake) putKnownItems(ctx context.Context, moved []fact, byUID map[ledger.UID]*ledger.Invoice) error {
	if len(moved) == 0 {
		return nil
	}
	old, err := in.knownItems(ctx, moved, byUID)
	if err != nil {
		return err
	}
	for _, f := range moved {
		for i := range byUID[f.uid].Items {
			it := &byUID[f.uid].Items[i]
			uid := in.record(ledger.KindItem, it.ID)
			was, exists := old[uid]
			delete(old, uid)
			if err := in.putItem(ctx, f.uid, uid, it, was, exists); err != nil {
				return err
			}
		}
	}
	for uid, was := range old {
		if was.gone {
			continue
		}
		if err := in.dropItem(ctx, uid); err != nil {
			return err
		}
	}
	return nil
}

// knownItems reads the items the moved invoices have or have had.
func (in *intake) knownItems(ctx context.Context, moved []fact, byUID map[ledger.UID]*ledger.Invoice) (map[ledger.UID]itemRow, error) {
	var invoices, items []string
	for _, f := range moved {
		invoices = append(invoices, string(f.uid))
		for _, it := range byUID[f.uid].Items {
			items = append(items, string(in.record(ledger.KindItem, it.ID)))
		}
	}
	out := map[ledger.UID]itemRow{}
	row := func(scan func(...any) error) error {
		var uid ledger.UID
		var r itemRow
		var gone int64
		err := scan(&uid, &r.open, &gone)
		r.gone = gone != 0
		out[uid] = r
		return err
	}
	const columns = `SELECT uid, tool_open, gone_at FROM item WHERE company = ? AND `
	if err := in.tx.eachIn(ctx, columns+`invoice IN (?)`, in.company, invoices, row); err != nil {
		return nil, err
	}
	return out, in.tx.eachIn(ctx, columns+`uid IN (?)`, in.company, items, row)
}

// putItem stores one item. One that the tool had said was paid, and says is
// open again, begins a new episode.
func (in *intake) putItem(ctx context.Context, invoice, uid ledger.UID, it *ledger.Item, was itemRow, exists bool) error {
	if !exists {
		_, err := in.tx.execPrepared(ctx, `INSERT INTO item (uid, company, invoice, id, ordinal, due, total, currency, tool_open, seen_at, gone_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			string(uid), string(in.company), string(invoice), it.ID, it.Ordinal, it.Due.String(), it.Total.Minor(), string(it.Total.Currency()), openOf(it), in.tx.now)
		return err
	}
	if was.gone {
		if err := in.tx.closeFinding(ctx, in.company, vanishedID(uid)); err != nil {
			return err
		}
	}
	reopened := was.open != nil && it.Open != nil && *was.open <= 0 && it.Open.Sign() > 0 && !was.gone
	_, err := in.tx.execPrepared(ctx, `UPDATE item SET invoice = ?, id = ?, ordinal = ?, due = ?, total = ?, currency = ?, tool_open = ?,
			episode = episode + ?, seen_at = ?, gone_at = 0 WHERE uid = ? AND company = ?`,
		string(invoice), it.ID, it.Ordinal, it.Due.String(), it.Total.Minor(), string(it.Total.Currency()), openOf(it), bit(reopened), in.tx.now, string(uid), string(in.company))
	return err
}

// putContacts stores contacts. A changed one is given another chance: what we
// had found wrong with its address is forgotten.
func (in *intake) putContacts(ctx context.Context, p connectors.Page) error {
	facts := make([]fact, len(p.Contacts))
	for i, c := range p.Contacts {
		source := c.Seen
		c.Seen = ""
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		facts[i] = fact{
			uid: in.record(ledger.KindContact, c.ID), id: c.ID, customer: c.Customer, hash: new(digest).text(string(body)).sum(),
			values: []any{foldMail(c.Mail), string(body), "", string(source)},
		}
	}
	_, err := in.put(ctx, contactTable, facts)
	return err
}

// putMessages stores what a tool says a customer has been sent.
func (in *intake) putMessages(ctx context.Context, p connectors.Page) error {
	facts := make([]fact, len(p.Messages))
	for i, m := range p.Messages {
		if m.Key != "" {
			m.By = ledger.ByUs
		}
		m.Items = slices.Clone(m.Items)
		for k := range m.Items {
			if m.Items[k].Item != "" {
				m.Items[k].Item = string(in.record(ledger.KindItem, m.Items[k].Item))
			}
		}
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		facts[i] = fact{
			uid: in.record(ledger.KindMessage, m.ID), id: m.ID, customer: m.Customer, hash: new(digest).text(string(body)).sum(),
			values: []any{m.Key, m.Day.String(), string(body)},
		}
	}
	_, err := in.put(ctx, messageTable, facts)
	return err
}

// putOutcomes keeps what people recorded about tasks until it has been logged.
func (in *intake) putOutcomes(ctx context.Context, p connectors.Page) error {
	for _, o := range p.Outcomes {
		body, err := json.Marshal(o)
		if err != nil {
			return err
		}
		uid := ledger.NewUID(string(in.connection), "outcome", string(body))
		n, err := in.tx.execPrepared(ctx, `INSERT INTO task_outcome (uid, company, connection, entry_key, body, seen_at, logged_at)
			VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`, uid, in.company, in.connection, o.Key, string(body), in.tx.now)
		if err != nil {
			return err
		}
		in.counts.Created += int(n)
	}
	return nil
}

func foldMail(mail string) string { return strings.ToLower(strings.TrimSpace(mail)) }
