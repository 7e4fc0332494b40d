package bank_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
)

// BenchmarkRead reads large statements from open to the last page. Run it
// with -benchtime=1x; RELANCED_BENCH_MB changes the size, and each case wants a
// process of its own for its peak of memory (-bench 'Read/ids').
func BenchmarkRead(b *testing.B) {
	megabytes := int64(500)
	if text := os.Getenv("RELANCED_BENCH_MB"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		megabytes = n
	}
	for _, c := range []struct {
		name   string
		ids    bool
		copies int64
	}{{"ids", true, 1}, {"without-ids", false, 1}, {"told-twice", true, 2}} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			entries := 0
			for i := range c.copies {
				entries = largeFile(b, filepath.Join(dir, fmt.Sprintf("%d.xml", i)), megabytes<<20/c.copies, c.ids)
			}
			k, err := (&bank.Config{Path: dir}).Open(connectors.Env{Zone: time.UTC})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(megabytes << 20)
			b.ResetTimer()
			for range b.N {
				lines := 0
				for page, err := range connectors.PowersOf(k).Reader.Read(b.Context(), connectors.Open, "") {
					if err != nil {
						b.Fatal(err)
					}
					lines += len(page.BankLines)
				}
				if lines != entries {
					b.Fatalf("got %d lines, want %d", lines, entries)
				}
			}
			b.ReportMetric(float64(int64(entries)*c.copies)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(peakMemory(), "MB-peak-RSS")
		})
	}
}

// peakMemory is the most memory the process ever had, in MB; 0 where the
// system does not tell.
func peakMemory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	if !found {
		return 0
	}
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		return 0
	}
	return kb / 1024
}
