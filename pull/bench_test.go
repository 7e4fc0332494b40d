package pull_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/pull"
)

// books is a reader of made-up books: so many invoices, each paid and
// allocated but for every third, in pages of some 500 records.
type books struct {
	invoices, customers int
	unchanged           bool
}

func (b books) Check(context.Context) (connectors.Report, error) { return connectors.Report{}, nil }

func (b books) Read(ctx context.Context, _ connectors.Scope, _ connectors.Cursor) iter.Seq2[connectors.Page, error] {
	const perPage = 170
	end := &connectors.End{AsOf: time.Date(2026, 4, 22, 0, 0, 0, 0, time.UTC), Complete: true, Count: -1, MoneyUntil: 739000}
	return func(yield func(connectors.Page, error) bool) {
		if b.unchanged {
			end.Unchanged = true
			yield(connectors.Page{Stream: "2026", Next: "c", End: end}, nil)
			return
		}
		for from := 0; from < b.invoices; from += perPage {
			p := b.page(from, min(from+perPage, b.invoices))
			if from+perPage >= b.invoices {
				p.End, p.Next = end, "c"
			}
			if !yield(p, ctx.Err()) {
				return
			}
		}
	}
}

func (b books) page(from, to int) connectors.Page {
	p := connectors.Page{Stream: "2026"}
	for i := from; i < to; i++ {
		customer := fmt.Sprintf("C%05d", i%b.customers)
		if i < b.customers {
			p.Customers = append(p.Customers, ledger.Customer{ID: customer, Code: customer, Name: "Client " + customer})
		}
		total := money.New(int64(10_000+i*7), money.EUR)
		id, day := fmt.Sprintf("%s|F2026-%06d|+", customer, i), ledger.Date(738900+i%300)
		source := ledger.Source(fmt.Sprintf("999999014FEC20261231.txt line %d", i*3))
		p.Invoices = append(p.Invoices, ledger.Invoice{
			ID: id, Customer: customer, Number: fmt.Sprintf("F2026-%06d", i), Issued: day, Total: total, Seen: source,
			Items: []ledger.Item{{ID: id + "#1", Ordinal: 1, Total: total}},
		})
		if i%3 == 0 {
			continue
		}
		pay := fmt.Sprintf("%s|BQ|%s|VIR %06d|%d|1", customer, day, i, total.Minor())
		p.Payments = append(p.Payments, ledger.Payment{
			ID: pay, Customer: customer, Day: day.AddDays(30), Amount: total, Method: "bank", Text: "VIREMENT CLIENT " + customer, Reference: fmt.Sprintf("VIR%06d", i), Seen: source,
		})
		p.Allocations = append(p.Allocations, ledger.Allocation{
			ID: customer + "|AA" + strconv.Itoa(i), FromKind: ledger.KindPayment, From: pay, Item: id + "#1", Amount: total, Day: day.AddDays(30),
		})
	}
	return p
}

// peak returns the most memory the process has held, in megabytes.
func peak(tb testing.TB) int {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skip("no /proc here")
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kb, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			return kb >> 10
		}
	}
	return 0
}

func dsn(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("RELANCED_BENCH_DSN"); path != "" {
		return path
	}
	return filepath.Join(tb.TempDir(), "relanced.db")
}

// BenchmarkFirstPull is a ledger of a million lines read for the first time:
// 350,000 records. BenchmarkPull measures what follows on the same books.
func BenchmarkFirstPull(b *testing.B) {
	for b.Loop() {
		db, conn := shop(b, dsn(b), books{invoices: 150_000, customers: 5_000})
		start := time.Now()
		result, err := pull.Run(b.Context(), db, conn, connectors.All)
		if err != nil {
			b.Fatal(err)
		}
		seconds := time.Since(start).Seconds()
		b.ReportMetric(float64(result.Counts.Created)/seconds, "records/s")
		b.ReportMetric(float64(peak(b)), "peak-MB")
		b.Logf("first: %+v in %.2fs", result.Counts, seconds)
		start = time.Now()
		again, err := pull.Run(b.Context(), db, conn, connectors.All)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("again: %+v in %v, peak %d MB", again.Counts, time.Since(start), peak(b))
		conn.Powers.Reader = books{unchanged: true}
		start = time.Now()
		for range 100 {
			if _, err := pull.Run(b.Context(), db, conn, connectors.All); err != nil {
				b.Fatal(err)
			}
		}
		b.Logf("unchanged: %v each", time.Since(start)/100)
	}
}

func shop(tb testing.TB, dsn string, r connectors.Reader) (*cache.DB, pull.Connection) {
	tb.Helper()
	db, err := cache.Open(tb.Context(), dsn, cache.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	company, err := db.EnsureCompany(tb.Context(), "Exemple")
	if err != nil {
		tb.Fatal(err)
	}
	uid, err := db.EnsureConnection(tb.Context(), company, "compta", "fec", "999999014")
	if err != nil {
		tb.Fatal(err)
	}
	return db, pull.Connection{Company: company, UID: uid, Name: "compta", Powers: connectors.Powers{Reader: r}}
}
