package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The benchmarks of the whole way: files in, decisions out, over a real
// database. They print figures and judge none; docs/benchmarks.md says what
// was aimed at. They take minutes and gigabytes, so they only run when asked:
//
//	make bench
//
// What is measured runs in a process of its own, so that its memory is its own.

// benchFEC is a ledger of a million lines: 2.5 to an entry, four in ten on 411,
// and nine in ten of those lettered, in groups of two.
func benchFEC() bigBooks {
	return bigBooks{invoices: 206_200, customers: 20_000, open: 75, unlettered: 25}
}

func BenchmarkReachLedger(b *testing.B) {
	dir := benchDir(b)
	config, books := benchConfig(b, dir, "fec", "people", "folder"), benchFEC()
	benchFile(b, filepath.Join(dir, "ledger", benchSIREN+"FEC20261231.txt"), books.writeLedger)
	benchFile(b, filepath.Join(dir, "people.csv"), books.writePeople)
	b.Run("1M-lines", func(b *testing.B) {
		for b.Loop() {
			forget(b, dir)
			measure(b, "ledger", config, books)
		}
	})
}

func BenchmarkReachStatements(b *testing.B) {
	dir := benchDir(b)
	config, books := benchConfig(b, dir, "bank", "folder"), bigBooks{invoices: 740_000, customers: 20_000}
	benchFile(b, filepath.Join(dir, "bank", "2026.xml"), books.writeStatements)
	b.Run("500MB", func(b *testing.B) {
		for b.Loop() {
			forget(b, dir)
			measure(b, "statements", config, books)
		}
	})
}

func BenchmarkReachUnchanged(b *testing.B) {
	dir := benchDir(b)
	books := bigBooks{invoices: 100_000, customers: 10_000, open: 90, unlettered: 10}
	config := benchConfig(b, dir, "fec", "people", "bank", "folder")
	benchFile(b, filepath.Join(dir, "ledger", benchSIREN+"FEC20261231.txt"), books.writeLedger)
	benchFile(b, filepath.Join(dir, "people.csv"), books.writePeople)
	benchFile(b, filepath.Join(dir, "bank", "2026.xml"), books.writeStatements)
	measure(b, "settle", config, books)
	b.Run("100k-invoices", func(b *testing.B) {
		for b.Loop() {
			measure(b, "unchanged", config, books)
		}
	})
	b.Run("100k-invoices-command", func(b *testing.B) {
		for b.Loop() {
			measure(b, "command", config, books)
		}
	})
}

func BenchmarkReachPlan(b *testing.B) {
	dir := benchDir(b)
	books := bigBooks{invoices: 1_000_000, customers: 100_000, open: 300}
	config := benchConfig(b, dir, "folder")
	measure(b, "shelve", config, books)
	b.Run("first-write", func(b *testing.B) {
		for b.Loop() {
			measure(b, "first-write", config, books)
		}
	})
	b.Run("1M-items", func(b *testing.B) {
		for b.Loop() {
			measure(b, "plan", config, books)
		}
	})
	for _, k := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("after-%d-changes", k), func(b *testing.B) {
			for b.Loop() {
				measure(b, fmt.Sprintf("changes %d", k), config, books)
			}
		})
	}
}

func BenchmarkReachEvaluation(b *testing.B) {
	dir := benchDir(b)
	books := bigBooks{invoices: 20_000, customers: 7_000, open: 1000}
	config := benchConfig(b, dir, "fec", "people", "folder")
	benchFile(b, filepath.Join(dir, "ledger", benchSIREN+"FEC20261231.txt"), books.writeLedger)
	benchFile(b, filepath.Join(dir, "people.csv"), books.writePeople)
	for _, mode := range []string{"observe", "approve"} {
		b.Run("20k-open-"+mode, func(b *testing.B) {
			for b.Loop() {
				forget(b, dir)
				measure(b, "evaluation "+mode, config, books)
			}
		})
	}
}

// benchDir returns a folder for a benchmark's installation. It skips where
// nobody asked for figures. RELANCED_BENCH_DIR says where the folders are made:
// databases want the disk that is to be measured.
func benchDir(b *testing.B) string {
	b.Helper()
	if os.Getenv("RELANCED_BENCH") == "" {
		b.Skip("it takes minutes and gigabytes; RELANCED_BENCH=1 runs it")
	}
	dir, err := os.MkdirTemp(os.Getenv("RELANCED_BENCH_DIR"), "relanced-bench-") //nolint:usetesting // on the disk that is to be measured
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// forget drops the installation's database.
func forget(b *testing.B, dir string) {
	b.Helper()
	for _, name := range []string{"relanced.db", "relanced.db-wal", "relanced.db-shm", "relanced.db.lock", "relanced.db.generation"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			b.Fatal(err)
		}
	}
}

// order is what the process of its own is told to do.
type order struct {
	Job        string
	Config     string
	Invoices   int
	Customers  int
	Open       int
	Unlettered int
}

const (
	orderVariable = "RELANCED_BENCH_JOB"
	figuresPrefix = "figures: "
)

// measure does a job in a process of its own and reports its figures.
func measure(b *testing.B, job, config string, books bigBooks) {
	b.Helper()
	text, err := json.Marshal(order{job, config, books.invoices, books.customers, books.open, books.unlettered})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkJob$", "-test.benchtime=1x", "-test.count=1")
	cmd.Env = append(os.Environ(), orderVariable+"="+string(text))
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v\n%s", job, err, out)
	}
	_, rest, found := bytes.Cut(out, []byte(figuresPrefix))
	if !found {
		b.Fatalf("%s printed no figures:\n%s", job, out)
	}
	line, _, _ := strings.Cut(string(rest), "\n")
	var figures map[string]float64
	if err := json.Unmarshal([]byte(line), &figures); err != nil {
		b.Fatalf("%s: %v: %s", job, err, line)
	}
	b.ReportMetric(0, "ns/op") // the whole process, which is not what is measured
	for _, unit := range slices.Sorted(maps.Keys(figures)) {
		b.ReportMetric(figures[unit], unit)
	}
}
