package fec_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ledgerOf draws a year's entries: sales in one or more parts, credit notes,
// payments, returns, write-offs, transfers and rounding, under a few customers,
// numbers, days and lettering codes, so that likenesses are common.
func ledgerOf(year int) *rapid.Generator[[][]row] {
	return rapid.Custom(func(t *rapid.T) [][]row {
		pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "pick") }
		n := rapid.IntRange(1, 25).Draw(t, "entries")
		var entries [][]row
		for i := range n {
			num := fmt.Sprint(i + 1)
			day := fmt.Sprintf("%d%02d%02d", year, rapid.IntRange(2, 12).Draw(t, "month"), rapid.IntRange(1, 3).Draw(t, "day"))
			who, letter := pick("C1", "C2", "C3"), pick("", "", "AA", "AB", "aa")
			piece := pick("F1001", "F1002", "F1003", "F1004", "F1005", "F1006")
			cents := rapid.SampledFrom([]int{1, 5000, 10000, 12345}).Draw(t, "cents")
			var e []row
			switch pick("sale", "sale", "parts", "credit", "pay", "pay", "pay", "return", "loss", "transfer", "rounding") {
			case "sale":
				e = sale(num, day, who, piece, int64(cents), "")
			case "parts":
				e = entry("VE", num, day, piece, "Facture "+piece, "411000", who, cents, "411000", who, 100, "706000", "", -cents-100)
			case "credit":
				e = entry("VE", num, day, "A"+piece, "Avoir", "411000", who, -cents, "706000", "", cents)
			case "pay":
				e = pay(num, day, who, "VIR "+piece, int64(cents), "")
			case "return":
				e = pay(num, day, who, "REJET "+piece, int64(-cents), "")
			case "loss":
				e = entry("OD", num, day, "", "Perte", "411000", who, -cents, "654000", "", cents)
			case "transfer":
				e = entry("OD", num, day, "", "Virement", "411000", who, -cents, "411000", pick("C1", "C2", "C3"), cents)
			default:
				e = entry("OD", num, day, piece, "Ecart", "411000", who, 1, "758000", "", -1)
			}
			if letter != "" {
				e = lettered(letter, e)
			}
			entries = append(entries, e)
		}
		return entries
	})
}

// balances sums the customers' rows.
func balances(entries [][]row) map[string]int64 {
	sum := map[string]int64{}
	for _, r := range join(entries...) {
		if strings.HasPrefix(r.account, "411") && r.journal != "AN" {
			sum[r.aux] += r.cents
		}
	}
	for k, v := range sum {
		if v == 0 {
			delete(sum, k)
		}
	}
	return sum
}

// readIn reads years from a folder of their own.
func readIn(t *testing.T, rt *rapid.T, files map[string]string) books {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, files)
	b, err := read(context.Background(), open(t, dir, nil), "")
	if err != nil {
		rt.Fatalf("read: %v", err)
	}
	return b
}

// ids tells every record by id with what is certain of it.
func (b *books) ids() []string {
	var out []string
	for _, i := range b.Invoices {
		for _, item := range i.Items {
			out = append(out, fmt.Sprint(item.ID, " ", i.Customer, " ", i.Number, " ", i.Issued, " ", item.Total))
		}
	}
	for _, c := range b.Credits {
		out = append(out, fmt.Sprint(c.ID, " ", c.Customer, " ", c.Day, " ", c.Amount))
	}
	for _, p := range b.Payments {
		out = append(out, fmt.Sprint(p.ID, " ", p.Customer, " ", p.Day, " ", p.Amount, " ", p.Text))
	}
	for _, a := range b.Allocations {
		out = append(out, fmt.Sprint(a.ID, " ", a.From, " ", a.Item, " ", a.Amount))
	}
	for _, f := range b.Findings {
		out = append(out, fmt.Sprint(f.ID, " ", f.Kind, " ", f.Customer, " ", f.Invoice))
	}
	slices.Sort(out)
	return out
}

// unique fails when an id is borne twice.
func (b *books) unique(t *rapid.T) {
	seen := map[string]bool{}
	add := func(id string) {
		if seen[id] {
			t.Fatalf("the id %s is borne by two records", id)
		}
		seen[id] = true
	}
	for _, i := range b.Invoices {
		for _, item := range i.Items {
			add(item.ID)
		}
	}
	for _, c := range b.Credits {
		add(c.ID)
	}
	for _, p := range b.Payments {
		add(p.ID)
	}
	for _, a := range b.Allocations {
		add(a.ID)
	}
	for _, f := range b.Findings {
		add(f.ID)
	}
}

// sound fails when allocations use more than there is, on either side.
func (b *books) sound(t *rapid.T) {
	total, used := map[string]int64{}, map[string]int64{}
	for _, i := range b.Invoices {
		for _, item := range i.Items {
			total[item.ID] = item.Total.Minor()
		}
	}
	for _, c := range b.Credits {
		total[c.ID] = c.Amount.Minor()
	}
	for _, p := range b.Payments {
		total[p.ID] = p.Amount.Minor()
	}
	for _, a := range b.Allocations {
		used[a.From] += a.Amount.Minor()
		used[a.Item] += a.Amount.Minor()
	}
	for id, n := range used {
		all, ok := total[id]
		if !ok || all >= 0 && (n < 0 || n > all) || all < 0 && (n > 0 || n < all) {
			t.Fatalf("%s: got %d allocated of %d (known: %v)", id, n, all, ok)
		}
	}
}

// TestConservation: whatever the ledger, the records sum to the customers'
// accounts, allocations never use more than there is, ids are unique, and
// every way of writing gives the same.
func TestConservation(t *testing.T) {
	ways := variants()
	rapid.Check(t, func(rt *rapid.T) {
		entries := ledgerOf(2026).Draw(rt, "ledger")
		plainText := text(join(entries...))
		b := readIn(t, rt, map[string]string{"2026": plainText})
		if diff := cmp.Diff(balances(entries), b.balance()); diff != "" {
			rt.Fatalf("balance per customer (-ledger +records):\n%s", diff)
		}
		b.unique(rt)
		b.sound(rt)
		way := ways[rapid.IntRange(0, len(ways)-1).Draw(rt, "way")]
		var table [][]string
		for line := range strings.SplitSeq(strings.TrimSuffix(plainText, "\r\n"), "\r\n") {
			table = append(table, strings.Split(line, "\t"))
		}
		other := readIn(t, rt, map[string]string{"2026": string(way.write(t, table))})
		if diff := cmp.Diff(b.ids(), other.ids()); diff != "" {
			rt.Fatalf("%s (-tab +this):\n%s", way.name, diff)
		}
	})
}

// TestStableIDs: another order of entries and other numbers give the same
// records under the same ids.
func TestStableIDs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		entries := ledgerOf(2026).Draw(rt, "ledger")
		b := readIn(t, rt, map[string]string{"2026": text(join(entries...))})
		shuffled := make([][]row, len(entries))
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)).Perm(len(entries))
		for i, from := range order {
			shuffled[i] = slices.Clone(entries[from])
			for j := range shuffled[i] {
				shuffled[i][j].num = fmt.Sprint("N", 1000-i)
			}
		}
		c := readIn(t, rt, map[string]string{"2026": text(join(shuffled...))})
		if diff := cmp.Diff(b.ids(), c.ids()); diff != "" {
			rt.Fatalf("records (-before +shuffled):\n%s", diff)
		}
		// Lettering moves no id of a record.
		for i := range shuffled {
			for j := range shuffled[i] {
				shuffled[i][j].letter = ""
			}
		}
		d := readIn(t, rt, map[string]string{"2026": text(join(shuffled...))})
		records := func(b books) []string {
			b.Allocations, b.Findings = nil, nil
			return b.ids()
		}
		if diff := cmp.Diff(records(b), records(d)); diff != "" {
			rt.Fatalf("records (-lettered +not):\n%s", diff)
		}
	})
}

// TestTwoYears: this year's opening entries, whether piece by piece or one
// total per customer, add nothing and take nothing away.
func TestTwoYears(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		first, second := ledgerOf(2025).Draw(rt, "first"), ledgerOf(2026).Draw(rt, "second")
		var an [][]row
		closing := balances(first)
		if rapid.Bool().Draw(rt, "totals") {
			for _, who := range []string{"C1", "C2", "C3"} {
				if closing[who] != 0 {
					an = append(an, opened("AN"+who, "20260101", who, "AN", "Solde", closing[who], ""))
				}
			}
		} else {
			for i, r := range join(first...) { // every row of theirs, as software does that letters nothing
				if strings.HasPrefix(r.account, "411") {
					an = append(an, opened(fmt.Sprint("AN", i), "20260101", r.aux, r.piece, r.label, r.cents, ""))
				}
			}
		}
		one := readIn(t, rt, map[string]string{"2025": text(join(first...))})
		both := readIn(t, rt, map[string]string{"2025": text(join(first...)), "2026": text(join(append(an, second...)...))})
		both.unique(rt)
		both.sound(rt)
		want := balances(append(slices.Clone(first), second...))
		if diff := cmp.Diff(want, both.balance()); diff != "" {
			rt.Fatalf("balance per customer over both years (-ledgers +records):\n%s", diff)
		}
		known := map[string]bool{}
		for _, line := range both.ids() {
			known[line] = true
		}
		for _, line := range one.ids() {
			if !known[line] {
				rt.Fatalf("last year's record is not the same beside this year's: %s", line)
			}
		}
	})
}

// TestNewExport: a newer export keeps the ids of what is still there, adds what
// is new and leaves out what is gone.
func TestNewExport(t *testing.T) {
	dir := t.TempDir()
	old := join(sale("1", "20260301", "C1", "F1", 12000, ""), sale("2", "20260302", "C1", "F2", 6000, ""), pay("3", "20260401", "C1", "VIR", 12000, ""), pay("4", "20260402", "C1", "ERREUR", 700, ""))
	put(t, dir, map[string]string{"2026": text(old)})
	c := open(t, dir, nil)
	first := mustRead(t, c)
	young := join(sale("7", "20260201", "C2", "F0", 500, ""), sale("8", "20260302", "C1", "F2", 6000, ""), pay("10", "20260401", "C1", "VIR", 12000, "AA"), sale("9", "20260301", "C1", "F1", 12000, "AA"))
	put(t, dir, map[string]string{"2026": text(young)})
	second, err := read(t.Context(), c, first.next)
	if err != nil {
		t.Fatal(err)
	}
	was := map[string]bool{}
	for _, id := range first.ids() {
		was[id] = true
	}
	var added []string
	for _, id := range second.ids() {
		if !was[id] {
			added = append(added, id)
		}
		delete(was, id)
	}
	if len(added) != 2 || !strings.Contains(added[0], "alc-") || !strings.Contains(added[1], "C2 F0") {
		t.Errorf("got added %q, want the allocation and F0", added)
	}
	gone := ""
	for id := range was {
		gone += id
	}
	if len(was) != 1 || !strings.Contains(gone, "ERREUR") {
		t.Errorf("got gone %q, want the payment that was a mistake", gone)
	}
	if end := second.ends[siren+"/2026-12-31"]; !end.Complete || end.Count != len(second.Customers)+len(second.Invoices)+len(second.Payments)+len(second.Allocations) {
		t.Errorf("got end %+v, want it complete with every record counted", *end)
	}
	if filepath.Base(dir) == "" {
		t.Fatal("no folder")
	}
}

// FuzzRead: no content makes the reader panic or hang, and what it yields is
// sound.
func FuzzRead(f *testing.F) {
	for _, name := range []string{sample, "testdata/nasty_bad_rows.txt", "testdata/nasty_semicolon_spreadsheet_dates.csv", "testdata/999999014FEC20261231_montant_sens.txt", "testdata/999999014FEC20261231_pipe_utf8_bom.txt"} {
		seed := mustReadFile(f, name)
		f.Add(seed[:min(len(seed), 900)]) // small seeds: a large one is minimised for minutes
	}
	f.Add([]byte(text(pay("1", "20260401", "C1", "VIR F1001", 5000, "AA"))))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<20 {
			t.Skip("larger files are the benchmark's")
		}
		dir := t.TempDir()
		put(t, dir, map[string]string{"2026": string(content)})
		b, err := read(t.Context(), open(t, dir, nil), "")
		if err != nil {
			if len(b.ends) > 0 {
				t.Errorf("got an end beside the error %v", err)
			}
			return
		}
		if len(b.ends) != 1 {
			t.Errorf("got %d ends, want 1", len(b.ends))
		}
		for _, i := range b.Invoices {
			for _, item := range i.Items {
				if item.Total.Sign() <= 0 {
					t.Errorf("item %s: got %s, want more than nothing", item.ID, item.Total)
				}
			}
		}
	})
}
