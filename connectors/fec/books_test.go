package fec_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// siren is an invented company's.
const siren = "999999014"

// header is the law's.
const header = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"

// books is everything a reading said.
type books struct {
	connectors.Page
	ends  map[string]*connectors.End
	next  connectors.Cursor
	pages int
	// streams tells under which stream an id was yielded last.
	streams map[string]string
}

// clock is a day after every sample.
func clock() time.Time { return time.Date(2027, 6, 30, 8, 0, 0, 0, time.UTC) }

// open makes a connector on a path.
func open(tb testing.TB, path string, edit func(*fec.Config)) connectors.Connector {
	tb.Helper()
	cfg := fec.Kind().NewConfig().(*fec.Config)
	cfg.Path = path
	if edit != nil {
		edit(cfg)
	}
	c, err := cfg.Open(connectors.Env{Connection: "livre", Zone: time.UTC, Currency: "EUR", Now: clock})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	return c
}

// read gathers everything, or returns the error.
func read(ctx context.Context, c connectors.Connector, since connectors.Cursor) (books, error) {
	b := books{ends: map[string]*connectors.End{}, streams: map[string]string{}}
	for p, err := range c.(connectors.Reader).Read(ctx, connectors.Delta, since) {
		if err != nil {
			return b, err
		}
		b.pages++
		b.Customers = append(b.Customers, p.Customers...)
		b.Invoices = append(b.Invoices, p.Invoices...)
		b.Credits = append(b.Credits, p.Credits...)
		b.Payments = append(b.Payments, p.Payments...)
		b.Allocations = append(b.Allocations, p.Allocations...)
		b.Findings = append(b.Findings, p.Findings...)
		b.Quarantined = append(b.Quarantined, p.Quarantined...)
		for _, i := range p.Invoices {
			b.streams[i.ID] = p.Stream
		}
		b.next = p.Next
		if p.End != nil {
			b.ends[p.Stream] = p.End
		}
	}
	return b, nil
}

// mustRead reads and fails on an error.
func mustRead(tb testing.TB, c connectors.Connector) books {
	tb.Helper()
	b, err := read(tb.Context(), c, "")
	if err != nil {
		tb.Fatalf("read: %v", err)
	}
	return b
}

// row writes one line: journal, number, day, account, customer, piece, piece
// day, label, signed amount, lettering.
type row struct {
	journal, num, day, account, aux, piece, pieceDay, label string
	cents                                                   int64
	letter, valid, foreign, currency                        string
}

var journalLabels = map[string]string{"VE": "Ventes", "BQ": "Banque", "AN": "A nouveaux", "OD": "Operations diverses", "CA": "Caisse"}

func (r row) fields() []string {
	name := ""
	if r.aux != "" {
		name = "Client " + r.aux
	}
	pieceDay := r.pieceDay
	if pieceDay == "" {
		pieceDay = r.day
	}
	debit, credit := "0,00", "0,00"
	if r.cents >= 0 {
		debit = comma(r.cents)
	} else {
		credit = comma(-r.cents)
	}
	valid := r.valid
	switch valid {
	case "":
		valid = r.day
	case "-":
		valid = ""
	}
	return []string{
		r.journal, journalLabels[r.journal], r.num, r.day, r.account, "Compte", r.aux, name, r.piece, pieceDay, r.label,
		debit, credit, r.letter, "", valid, r.foreign, r.currency,
	}
}

func comma(cents int64) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }

// text writes rows as a file.
func text(rows []row) string {
	var b strings.Builder
	b.WriteString(header + "\r\n")
	for _, r := range rows {
		b.WriteString(strings.Join(r.fields(), "\t") + "\r\n")
	}
	return b.String()
}

// sale is an invoice's entry.
func sale(num, day, customer, piece string, cents int64, letter string) []row {
	label := "Facture " + piece
	ht := cents * 5 / 6
	return []row{
		{journal: "VE", num: num, day: day, account: "411000", aux: customer, piece: piece, label: label, cents: cents, letter: letter},
		{journal: "VE", num: num, day: day, account: "706000", piece: piece, label: label, cents: -ht},
		{journal: "VE", num: num, day: day, account: "445710", piece: piece, label: label, cents: ht - cents},
	}
}

// pay is a payment's entry; a negative amount is money that went back.
func pay(num, day, customer, label string, cents int64, letter string) []row {
	return []row{
		{journal: "BQ", num: num, day: day, account: "512000", piece: "RLV", label: label, cents: cents},
		{journal: "BQ", num: num, day: day, account: "411000", aux: customer, piece: "RLV", label: label, cents: -cents, letter: letter},
	}
}

// opened is an opening entry against 890.
func opened(num, day, customer, piece, label string, cents int64, letter string) []row {
	return []row{
		{journal: "AN", num: num, day: day, account: "411000", aux: customer, piece: piece, label: label, cents: cents, letter: letter},
		{journal: "AN", num: num, day: day, account: "890000", piece: piece, label: label, cents: -cents},
	}
}

// join puts entries together.
func join(entries ...[]row) []row {
	var all []row
	for _, e := range entries {
		all = append(all, e...)
	}
	return all
}

// put writes files into a folder; names that begin with a year are exports of
// the fiscal year that closes with it.
func put(tb testing.TB, dir string, files map[string]string) {
	tb.Helper()
	for name, content := range files {
		if len(name) == 4 {
			name = siren + "FEC" + name + "1231.txt"
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			tb.Fatal(err)
		}
		when := time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, when, when); err != nil {
			tb.Fatal(err)
		}
	}
}

// folder reads years from a fresh folder.
func folder(tb testing.TB, files map[string]string) books {
	tb.Helper()
	dir := tb.TempDir()
	put(tb, dir, files)
	return mustRead(tb, open(tb, dir, nil))
}

// story tells a reading in short lines, sorted, for comparison.
func (b *books) story() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	label := map[string]string{}
	for _, i := range b.Invoices {
		extra := ""
		if i.Draft {
			extra += " draft"
		}
		if i.Opening {
			extra += " opening"
		}
		parts := ""
		for _, item := range i.Items {
			label[item.ID] = fmt.Sprintf("%s/%s#%d", i.Customer, i.Number, item.Ordinal)
			if len(i.Items) > 1 {
				parts += " " + item.Total.Decimal()
			}
		}
		say("invoice %s/%s %s %s%s%s", i.Customer, i.Number, i.Issued, i.Total, parts, extra)
	}
	for _, c := range b.Credits {
		label[c.ID] = fmt.Sprintf("%s %s", c.Kind, c.Amount.Decimal())
		say("%s %s/%s %s %s", c.Kind, c.Customer, c.Number, c.Day, c.Amount)
	}
	for _, p := range b.Payments {
		label[p.ID] = fmt.Sprintf("payment %s", p.Amount.Decimal())
		say("payment %s %s %s %s", p.Customer, p.Day, p.Amount, p.Method)
	}
	for _, a := range b.Allocations {
		say("allocate %s from %s onto %s on %s", a.Amount, label[a.From], label[a.Item], a.Day)
	}
	for _, f := range b.Findings {
		say("finding %s %s %s holds=%v", f.Kind, f.Customer, label[f.Item]+label[f.Invoice+"-1"], f.Holds)
	}
	for _, q := range b.Quarantined {
		say("quarantine %s %s money=%v: %s", q.Kind, q.Customer, q.Money, q.Reason)
	}
	sort.Strings(out)
	return out
}

// balance sums per customer what items, credits and payments say.
func (b *books) balance() map[string]int64 {
	sum := map[string]int64{}
	for _, i := range b.Invoices {
		sum[i.Customer] += i.Total.Minor()
	}
	for _, c := range b.Credits {
		if !strings.HasPrefix(c.ID, "dep-") {
			sum[c.Customer] -= c.Amount.Minor()
		}
	}
	for _, p := range b.Payments {
		sum[p.Customer] -= p.Amount.Minor()
	}
	for k, v := range sum {
		if v == 0 {
			delete(sum, k)
		}
	}
	return sum
}

// positions is what each item has open after allocations.
func (b *books) positions() map[string]money.Amount {
	open := map[string]money.Amount{}
	name := map[string]string{}
	for _, i := range b.Invoices {
		for _, item := range i.Items {
			name[item.ID] = fmt.Sprintf("%s#%d", i.Number, item.Ordinal)
			open[name[item.ID]] = item.Total
		}
	}
	for _, a := range b.Allocations {
		left, err := open[name[a.Item]].Sub(a.Amount)
		if err != nil {
			panic(err)
		}
		open[name[a.Item]] = left
	}
	return open
}

// refused checks that a reading failed for good, and says why.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil || !errors.Is(err, connectors.ErrRejected) {
		t.Fatalf("got error %v, want one that is ErrRejected", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got %q, want it to say %q", err, w)
		}
	}
}

func day(tb testing.TB, s string) ledger.Date {
	tb.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustReadFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
