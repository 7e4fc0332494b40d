package cache

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// Accounts returns everything known about some customers, in the order asked
// for. One query per table serves all of them; a customer that is not known
// any more gets an account with nothing in it.
func (db *DB) Accounts(ctx context.Context, company ledger.UID, customers []ledger.UID) ([]reconcile.Account, error) {
	l := loader{company: company, at: make(map[ledger.UID]*reconcile.Account, len(customers)), owner: map[ledger.UID]ledger.UID{}, holder: map[ledger.UID]ledger.UID{}, spent: map[ledger.UID]spent{}}
	out := make([]reconcile.Account, len(customers))
	for i, uid := range customers {
		out[i].Customer = uid
		l.at[uid] = &out[i]
		l.uids = append(l.uids, string(uid))
	}
	err := db.View(ctx, func(tx *Tx) error {
		l.tx = tx
		for _, step := range []func(context.Context) error{
			l.records, l.fallback, l.contacts, l.invoices, l.credits, l.payments, l.settlements, l.lines, l.pairings, l.suggestions, l.doubts, l.released,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	return out, nil
}

// loader fills the accounts of some customers.
type loader struct {
	tx      *Tx
	company ledger.UID
	uids    []string                          // the customers asked for
	at      map[ledger.UID]*reconcile.Account // their accounts
	debtors []string                          // their customer records
	owner   map[ledger.UID]ledger.UID         // record → customer
	items   []string                          // of the invoices found
	holder  map[ledger.UID]ledger.UID         // item → customer
	spent   map[ledger.UID]spent              // payment or credit → whose it is, and how much of it is allocated
}

// records reads the customer records, those that are gone only where nothing
// else tells who the customer is.
func (l *loader) records(ctx context.Context) error {
	gone := map[ledger.UID][]reconcile.CustomerRecord{}
	err := l.tx.eachIn(ctx, `SELECT c.uid, c.customer, c.connection, c.body, c.source, c.gone_at, c.survivor FROM customer c JOIN connection n ON n.uid = c.connection
		WHERE c.company = ? AND c.customer IN (?) ORDER BY n.place, n.name, c.survivor, c.created_at, c.uid`, l.company, l.uids, func(scan func(...any) error) error {
		var uid, customer, survivor ledger.UID
		var r reconcile.CustomerRecord
		var body, source string
		var goneAt int64
		if err := scan(&uid, &customer, &r.Connection, &body, &source, &goneAt, &survivor); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &r.Customer); err != nil {
			return fmt.Errorf("customer %s: %w", uid, err)
		}
		r.Customer.Seen = ledger.Source(source)
		l.debtors = append(l.debtors, string(uid))
		l.owner[uid] = customer
		if goneAt != 0 || survivor != "" {
			gone[customer] = append(gone[customer], r)
			return nil
		}
		a := l.at[customer]
		a.Records = append(a.Records, r)
		return nil
	})
	for customer, records := range gone {
		if a := l.at[customer]; len(a.Records) == 0 {
			a.Records = records
		}
	}
	return err
}

// fallback reads the people file's row "*".
func (l *loader) fallback(ctx context.Context) error {
	var bodies []string
	err := l.tx.all(ctx, &bodies, `SELECT c.body FROM customer c JOIN connection n ON n.uid = c.connection
		WHERE c.company = ? AND c.customer = '' AND c.gone_at = 0 ORDER BY n.place, c.seen_at DESC`, l.company)
	if err != nil || len(bodies) == 0 {
		return err
	}
	var def ledger.Customer
	if err := json.Unmarshal([]byte(bodies[0]), &def); err != nil {
		return err
	}
	for _, a := range l.at {
		a.Default = def
	}
	return nil
}

func (l *loader) contacts(ctx context.Context) error {
	return l.tx.eachIn(ctx, `SELECT t.debtor, t.body, t.invalid, t.source FROM contact t JOIN connection n ON n.uid = t.connection
		WHERE t.company = ? AND t.gone_at = 0 AND t.debtor IN (?) ORDER BY n.place, n.name, t.id`, l.company, l.debtors, func(scan func(...any) error) error {
		var debtor ledger.UID
		var c ledger.Contact
		var body, invalid, source string
		if err := scan(&debtor, &body, &invalid, &source); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return err
		}
		if invalid != "" {
			c.Invalid = invalid
		}
		c.Seen = ledger.Source(source)
		a := l.at[l.owner[debtor]]
		a.Contacts = append(a.Contacts, c)
		return nil
	})
}

// invoices reads the invoices with their items, which stand in the order of
// their ordinals.
func (l *loader) invoices(ctx context.Context) error {
	var last ledger.UID
	return l.tx.eachIn(ctx, `SELECT v.uid, v.debtor, v.connection, n.place, v.id, v.number, v.issued, v.total, v.currency, v.refs, v.customer_order, v.draft, v.opening, v.source,
			i.uid, i.id, i.ordinal, i.due, i.total, i.currency, i.tool_open, i.episode
		FROM invoice v JOIN connection n ON n.uid = v.connection LEFT JOIN item i ON i.invoice = v.uid AND i.gone_at = 0
		WHERE v.company = ? AND v.gone_at = 0 AND v.debtor IN (?) ORDER BY v.debtor, n.place, v.issued, v.uid, i.ordinal, i.uid`, l.company, l.debtors,
		func(scan func(...any) error) error {
			var r reconcile.InvoiceRecord
			var it scannedItem
			var debtor ledger.UID
			var total int64
			var currency, refs string
			v := &r.Invoice
			err := scan(&r.UID, &debtor, &r.Connection, &r.Source, &v.ID, &v.Number, (*day)(&v.Issued), &total, &currency, &refs, &v.Order,
				(*flag)(&v.Draft), (*flag)(&v.Opening), &v.Seen,
				&it.uid, &it.id, &it.ordinal, &it.due, &it.total, &it.currency, &it.open, &it.episode)
			if err != nil {
				return err
			}
			v.Total, v.References = amount(total, currency), splitRefs(refs)
			a := l.at[l.owner[debtor]]
			if r.UID != last || len(a.Invoices) == 0 {
				a.Invoices = append(a.Invoices, r)
				last = r.UID
			}
			if it.uid != nil {
				l.items = append(l.items, string(*it.uid))
				l.holder[*it.uid] = a.Customer
				it.addTo(&a.Invoices[len(a.Invoices)-1])
			}
			return nil
		})
}

// scannedItem is an item as it comes out of a LEFT JOIN.
type scannedItem struct {
	uid          *ledger.UID
	id, currency *string
	ordinal      *int
	due          day
	total, open  *int64
	episode      *int
}

func (it *scannedItem) addTo(r *reconcile.InvoiceRecord) {
	item := ledger.Item{ID: *it.id, Ordinal: *it.ordinal, Due: ledger.Date(it.due), Total: amount(*it.total, *it.currency)}
	if it.open != nil {
		open := amount(*it.open, *it.currency)
		item.Open = &open
	}
	r.Invoice.Items = append(r.Invoice.Items, item)
	r.Items = append(r.Items, reconcile.ItemRecord{UID: *it.uid, Episode: *it.episode})
}

// credits reads the credits by day. They are put in order here, because an
// ORDER BY by day would make SQLite walk all days of the company.
func (l *loader) credits(ctx context.Context) error {
	err := l.tx.eachIn(ctx, creditQuery+`p.debtor IN (?)`, l.company, l.debtors, func(scan func(...any) error) error {
		r, used, err := scanCredit(scan)
		if err != nil {
			return err
		}
		l.spent[r.UID] = spent{r.Customer, used}
		a := l.at[r.Customer]
		a.Credits = append(a.Credits, r)
		return nil
	})
	for _, a := range l.at {
		slices.SortFunc(a.Credits, func(x, y reconcile.CreditRecord) int {
			return cmp.Or(cmp.Compare(x.Credit.Day, y.Credit.Day), cmp.Compare(x.UID, y.UID))
		})
	}
	return err
}

// payments reads the booked payments by day, as credits does.
func (l *loader) payments(ctx context.Context) error {
	err := l.tx.eachIn(ctx, paymentQuery+`p.debtor IN (?)`, l.company, l.debtors, func(scan func(...any) error) error {
		r, used, err := scanPayment(scan)
		if err != nil {
			return err
		}
		l.spent[r.UID] = spent{r.Customer, used}
		a := l.at[r.Customer]
		a.Payments = append(a.Payments, r)
		return nil
	})
	for _, a := range l.at {
		slices.SortFunc(a.Payments, func(x, y reconcile.PaymentRecord) int {
			return cmp.Or(cmp.Compare(x.Payment.Day, y.Payment.Day), cmp.Compare(x.UID, y.UID))
		})
	}
	return err
}
