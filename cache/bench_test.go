package cache_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// madeUp is a case of fifteen open items, of a customer with one contact.
func madeUp(company ledger.UID, n int) policy.Case {
	uid := ledger.NewUID("customer", strconv.Itoa(n))
	code := fmt.Sprintf("C%05d", n)
	c := policy.Case{
		Company: company, Customer: ledger.Customer{ID: string(uid), Code: code, Name: "Client " + code, Kind: ledger.KindBusiness, Language: "fr", SIREN: "732829320", Terms: "30 jours fin de mois"},
		Contacts: []ledger.Contact{{ID: "1", Customer: code, Role: ledger.RolePays, Name: "Comptabilité", Mail: "compta@" + strings.ToLower(code) + ".example"}},
		Position: reconcile.Position{Customer: uid},
	}
	for i := range 15 {
		total := money.New(int64(10_000+i*137), money.EUR)
		c.Position.Items = append(c.Position.Items, reconcile.Item{
			UID: ledger.NewUID(code, "item", strconv.Itoa(i)), Invoice: ledger.NewUID(code, "invoice", strconv.Itoa(i)), Number: fmt.Sprintf("F2026-%06d", n*15+i),
			Ordinal: 1, Parts: 1, Episode: 1, Issued: ledger.Date(739000 + i), Due: ledger.Date(739030 + i), Total: total, Open: total,
		})
	}
	return c
}

// BenchmarkPlanScan reads the cases of 300,000 open items, as a plan does.
func BenchmarkPlanScan(b *testing.B) {
	db, _ := cachetest.SQLite(b)
	company, err := db.EnsureCompany(b.Context(), "Exemple")
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for n := 0; n < 20_000; n += 500 {
		var cases []policy.Case
		for i := range 500 {
			cases = append(cases, madeUp(company, n+i))
		}
		if err := db.PutCases(b.Context(), company, cases, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("20,000 cases written in %s", time.Since(start))
	for b.Loop() {
		items := 0
		for c, err := range db.Cases(b.Context(), company, cache.CaseFilter{}) {
			if err != nil {
				b.Fatal(err)
			}
			items += len(c.Position.Items)
		}
		if items != 300_000 {
			b.Fatalf("read %d items, want 300,000", items)
		}
	}
	b.ReportMetric(float64(peak(b)), "peak-MB")
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
