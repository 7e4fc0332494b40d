package connectortest_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func moneyMutants() []mutant {
	each := func(i *ledger.Invoice, change func(a money.Amount) money.Amount) {
		i.Total = change(i.Total)
		for n := range i.Items {
			open := change(*i.Items[n].Open)
			i.Items[n].Total, i.Items[n].Open = change(i.Items[n].Total), &open
		}
	}
	return []mutant{
		{"cents by way of a float", "money/exact", invoices(func(i *ledger.Invoice) {
			each(i, func(a money.Amount) money.Amount {
				f, _ := strconv.ParseFloat(a.Decimal(), 64)
				return money.New(int64(f*100), a.Currency())
			})
		})},
		{"big amounts by way of a float", "money/exact", invoices(func(i *ledger.Invoice) {
			each(i, func(a money.Amount) money.Amount { return money.New(int64(float64(a.Minor())), a.Currency()) })
		})},
		{"two decimals everywhere", "money/currencies", invoices(func(i *ledger.Invoice) {
			each(i, func(a money.Amount) money.Amount {
				return map[int]money.Amount{
					0: money.New(a.Minor()*100, a.Currency()), 2: a, 3: money.New(a.Minor()/10, a.Currency()),
				}[a.Currency().Exponent()]
			})
		})},
		{"everything in euros", "money/currencies", invoices(func(i *ledger.Invoice) {
			each(i, func(a money.Amount) money.Amount { return money.New(a.Minor(), money.EUR) })
		})},
		{"partial payments not seen", "money/partial-payment-seen", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			p.Allocations = nil
			for n := range p.Invoices {
				for k := range p.Invoices[n].Items {
					p.Invoices[n].Items[k].Open = &p.Invoices[n].Items[k].Total
				}
			}
		})},
		{"a payment told twice", "money/each-payment-once", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for _, pay := range p.Payments {
				pay.ID += "-bis"
				p.Payments = append(p.Payments, pay)
			}
		})},
		{"equal payments are one", "money/each-payment-once", payments(func(p *ledger.Payment) { p.ID = p.Customer + p.Amount.String() })},
		{"id holds the amount", "money/corrected-payment-replaces", payments(func(p *ledger.Payment) { p.ID += p.Amount.Decimal() })},
		{"returns without sign", "money/returned-payment-is-negative", payments(func(p *ledger.Payment) { p.Amount = p.Amount.Abs() })},
		{"credits as debts", "money/credit-is-positive", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for n := range p.Credits {
				p.Credits[n].Amount = p.Credits[n].Amount.Neg()
			}
		})},
		{"days of another zone", "dates/no-zone-drift", invoices(func(i *ledger.Invoice) { i.Items[0].Due-- })},
		{"days of UTC", "dates/no-zone-drift", answers(func(body string) string { return strings.Replace(body, `"zone":"`, `"zone":"UTC","was":"`, 1) })},
		{"due when issued", "dates/unknown-stays-unknown", invoices(func(i *ledger.Invoice) {
			if !i.Items[0].Due.Known() {
				i.Items[0].Due = i.Issued
			}
		})},
		{"our own clock", "dates/as-of-is-not-our-clock", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			if p.End != nil {
				p.End.AsOf = time.Now()
			}
		})},
	}
}

func faultMutants() []mutant {
	limited := func(after time.Duration) breaks {
		return readErrors(func(err error) error {
			if l := new(connectors.RateLimitError); errors.As(err, &l) {
				return &connectors.RateLimitError{After: after}
			}
			return err
		})
	}
	on := func(word string, instead error) breaks {
		return readErrors(func(err error) error {
			if says(err, word) {
				return instead
			}
			return err
		})
	}
	return []mutant{
		{"401 may pass by itself", "fault/401", status(401, 500)},
		{"403 is nothing there", "fault/403", status(403, 404)},
		{"swallows a 429", "fault/429 fault/429-bare fault/429-absurd", on("rate limited", nil)},
		{"429 as any failure", "fault/429", on("rate limited", connectors.ErrUnavailable)},
		{"comes back at once", "fault/429-bare", limited(0)},
		{"waits for centuries", "fault/429-absurd", limited(1 << 62)},
		{"does not try again", "fault/5xx-read-retried", func(f *connectortest.FakeTool) {
			var left atomic.Int64
			f.Proxy = func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					kept := httptest.NewRecorder()
					next.ServeHTTP(kept, r)
					if kept.Code == http.StatusServiceUnavailable {
						left.Store(4)
					}
					if left.Add(-1) >= 0 {
						w.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					_, _ = w.Write(kept.Body.Bytes())
				})
			}
		}},
		{"503 is final", "fault/5xx-ends-unavailable", on("status 503", connectors.ErrRejected)},
		{"a cut is the end", "fault/cut-body", on("broke off", nil)},
		{"a cut is no error we know", "fault/cut-body", on("broke off", errors.New("unexpected EOF"))},
		{"a page for people is no news", "fault/html", on("HTML", nil)},
		{"endless is no error we know", "fault/endless-body", on("longer than", errors.New("too long"))},
		{"unreachable is empty", "fault/unreachable", on("connection refused", nil)},
		{"expired is the end", "fault/expired-mid-read", on("not authorised", nil)},
		{"ill for ever", "fault/recovers", wrap(func(b *bent) {
			var ill error
			b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
				return func(yield func(connectors.Page, error) bool) {
					if ill != nil {
						yield(connectors.Page{}, ill)
						return
					}
					for p, err := range b.Reader.Read(ctx, scope, since) {
						if err != nil {
							ill = err
						}
						if !yield(p, err) {
							return
						}
					}
				}
			}
		})},
	}
}

func unknownMutants() []mutant {
	return []mutant{
		{"unknown status is open", "unknown/status-quarantined", answers(func(body string) string { return strings.ReplaceAll(body, "frobnicated", "open") })},
		{"unknown status is dropped", "unknown/status-quarantined", pages(func(_ connectors.Scope, _ int, p *connectors.Page) { p.Quarantined = nil })},
		{"no amount is nothing paid", "unknown/missing-amount-quarantined", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for _, q := range p.Quarantined {
				p.Payments = append(p.Payments, ledger.Payment{ID: strings.TrimPrefix(q.ID, "payment/"), Customer: q.Customer})
			}
		})},
		{"money not marked as money", "unknown/missing-amount-quarantined", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for n := range p.Quarantined {
				p.Quarantined[n].Money = false
			}
		})},
		{"one bad record spoils the page", "unknown/quarantine-stops-nothing", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			if len(p.Quarantined) > 0 {
				p.Invoices = nil
			}
		})},
		{"quarantined money is nobody's", "unknown/quarantined-money-names-its-customer", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for n := range p.Quarantined {
				p.Quarantined[n].Customer = ""
			}
		})},
	}
}
