package fec_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
)

// benchLines is the size of the file the benchmark reads: a million lines in
// 400,000 entries of two and three rows, 2.5 on average; 400,000 of the lines
// are on 411, and nine in ten of those are lettered, in groups of two.
const benchLines = 1_000_000

// writeBig writes a ledger of about n lines: of each five, three are a sale and
// two its payment. One payment in ten has not come yet. It has 20,000
// customers.
func writeBig(tb testing.TB, path string, n int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintf(w, "%s\r\n", header)
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n / 5 {
		sold := begin.AddDate(0, 0, i*330/(n/5)).Format("20060102")
		paid := begin.AddDate(0, 0, i*330/(n/5)+30).Format("20060102")
		customer, cents := i%20000, int64(1200+i%90000)
		letter := ""
		if i%10 != 0 {
			letter = code(i / 20000)
		}
		number := fmt.Sprintf("F2026-%06d", i)
		name := fmt.Sprintf("SOCIÉTÉ FICTIVE %05d SARL", customer)
		sale := fmt.Sprintf("VE\tVentes\t%d\t%s\t", 2*i+1, sold)
		tail := fmt.Sprintf("\t%s\t%s\tFacture %s %s\t", number, sold, number, name)
		fmt.Fprintf(w, "%s411000\tClients\tC%05d\t%s%s%s\t0,00\t%s\t\t%s\t\t\r\n", sale, customer, name, tail, comma(cents), letter, sold)
		fmt.Fprintf(w, "%s706000\tPrestations de services\t\t%s0,00\t%s\t\t\t%s\t\t\r\n", sale, tail, comma(cents*5/6), sold)
		fmt.Fprintf(w, "%s445710\tTVA collectée\t\t%s0,00\t%s\t\t\t%s\t\t\r\n", sale, tail, comma(cents-cents*5/6), sold)
		if letter == "" {
			number = fmt.Sprintf("ACOMPTE %d", i)
		}
		pay := fmt.Sprintf("BQ\tBanque\t%d\t%s\t", 2*i+2, paid)
		tail = fmt.Sprintf("\tRLV%s\t%s\tVIR %s %s\t", paid[2:6], paid, name, number)
		fmt.Fprintf(w, "%s512000\tBanque\t\t%s%s\t0,00\t\t\t%s\t\t\r\n", pay, tail, comma(cents), paid)
		fmt.Fprintf(w, "%s411000\tClients\tC%05d\t%s%s0,00\t%s\t%s\t\t%s\t\t\r\n", pay, customer, name, tail, comma(cents), letter, paid)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	when := clock().Add(-time.Hour)
	if err := os.Chtimes(path, when, when); err != nil {
		tb.Fatal(err)
	}
}

// code spells a lettering code: AA, AB and so on.
func code(n int) string { return string([]byte{byte('A' + n/26), byte('A' + n%26)}) }

// BenchmarkRead reads a ledger of a million lines to its end and throws the
// pages away. Heap is what the Go runtime holds from the system at the end.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	writeBig(b, filepath.Join(dir, siren+"FEC20261231.txt"), benchLines)
	b.ReportAllocs()
	runtime.GC()
	for b.Loop() {
		records, pages := 0, 0
		for p, err := range open(b, dir, nil).(connectors.Reader).Read(b.Context(), connectors.All, "") {
			if err != nil {
				b.Fatal(err)
			}
			pages++
			records += len(p.Customers) + len(p.Invoices) + len(p.Payments) + len(p.Allocations)
		}
		if want := 20_000 + 200_000 + 200_000 + 180_000; records != want {
			b.Fatalf("got %d records in %d pages, want %d", records, pages, want)
		}
	}
	b.ReportMetric(benchLines*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(float64(peak(b))/(1<<20), "MB-peak-RSS")
}

// peak returns the process's greatest resident size so far.
func peak(b *testing.B) int64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}

// BenchmarkUnchanged asks for a million lines that have not changed.
func BenchmarkUnchanged(b *testing.B) {
	dir := b.TempDir()
	writeBig(b, filepath.Join(dir, siren+"FEC20261231.txt"), 10_000)
	c := open(b, dir, nil)
	first := mustRead(b, c)
	for b.Loop() {
		for p, err := range c.(connectors.Reader).Read(b.Context(), connectors.Delta, first.next) {
			if err != nil || p.End == nil || !p.End.Unchanged {
				b.Fatalf("got end %+v and error %v, want an unchanged end", p.End, err)
			}
		}
	}
}
