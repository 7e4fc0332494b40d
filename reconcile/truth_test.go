package reconcile_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

// truthEvent is one bank line of the samples and what a careful person would
// make of it.
type truthEvent struct {
	ID, Booked, Amount, Kind, Text, E2E, Verdict string
	Payer                                        *string
	PayerText                                    string `json:"payer_text"`
	Allocations                                  []struct{ Invoice, Amount string }
}

func readCSV(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func truthEvents(t *testing.T) []truthEvent {
	t.Helper()
	data, err := os.ReadFile("testdata/truth/events.json")
	if err != nil {
		t.Fatal(err)
	}
	var events []truthEvent
	if err := json.Unmarshal(data, &events); err != nil {
		t.Fatal(err)
	}
	return events
}

// truthBooks is the company of the samples: its customers, invoices and, on
// demand, the bank lines of April.
func truthBooks(t *testing.T, ibans bool) *books {
	t.Helper()
	b := newBooks()
	for _, row := range readCSV(t, "testdata/truth/customers.csv") {
		b.customers = append(b.customers, ledger.Customer{ID: row["id"], Code: row["id"], Name: row["name"]})
		b.payers[reconcile.FoldName(row["name"])] = ledger.UID(row["id"])
		if ibans {
			b.payers[reconcile.FoldIBAN(row["iban"])] = ledger.UID(row["id"])
		}
	}
	for _, row := range readCSV(t, "testdata/truth/invoices.csv") {
		total := amount(t, row["total"], row["currency"])
		if row["kind"] == "credit_note" {
			b.money.Credits = append(b.money.Credits, reconcile.CreditRecord{
				Connection: "fec", UID: ledger.UID(row["number"]), Customer: ledger.UID(row["customer"]),
				Credit: ledger.Credit{Number: row["number"], Kind: ledger.CreditNote, Day: date(t, row["issued"]), Amount: total.Neg()},
			})
			continue
		}
		target := reconcile.Target{UID: ledger.UID(row["number"]), Customer: ledger.UID(row["customer"]), Number: row["number"], Ordinal: 1, Due: date(t, row["due"]), Total: total}
		if row["reference"] != "" {
			target.References = []string{row["reference"]}
		}
		b.money.Items = append(b.money.Items, target)
		b.issued[target.UID] = date(t, row["issued"])
	}
	return b
}

func (b *books) addEvent(t *testing.T, e truthEvent) {
	t.Helper()
	iban := ""
	for _, row := range readCSV(t, "testdata/truth/customers.csv") {
		if e.Payer != nil && row["id"] == *e.Payer {
			iban = row["iban"]
		}
	}
	l := ledger.BankLine{
		ID: e.ID, Account: "FR7699999000010000001234537", Day: date(t, e.Booked), Amount: amount(t, e.Amount, "EUR"),
		Payer: e.PayerText, PayerIBAN: iban, Text: e.Text, EndToEnd: strings.TrimPrefix(e.E2E, "NOTPROVIDED"),
	}
	switch e.Kind {
	case "sdd_return":
		l.Return, l.Reversal = "AM04", true
	case "reversal":
		l.Reversal = true
	case "sct_fx":
		l.Instructed = money.New(100000, "GBP")
	case "cheque":
		l.Family = "PMNT/RCHQ/CCHQ"
	case "internal":
		l.PayerIBAN = "FR7699999000010000006789048"
	}
	b.money.Lines = append(b.money.Lines, reconcile.LineRecord{UID: ledger.UID(e.ID), Line: l})
}

// bookInFEC adds the payments that the ledger export of the samples books, with
// its lettering.
func (b *books) bookInFEC(t *testing.T) {
	t.Helper()
	for _, fact := range []string{
		`payment P01 C001 2026-04-01 1200.00 EUR ref=RLV2604 text="F2026-0101"`,
		`payment P02 C003 2026-04-02 6000.40 EUR ref=RLV2604 text="REGLT FACT 0103 0104 0105"`,
		`payment P03 C009 2026-04-03 400.00 EUR ref=RLV2604 text="1ER VERSEMENT F2026-0114"`,
		`payment P06 C002 2026-04-08 300.00 EUR ref=RLV2604 text="PRLV F2026-0113"`,
		`payment P07 C002 2026-04-14 -300.00 EUR ref=RLV2604 text="REJET PRLV F2026-0113 MOTIF AM04 PROVISION INSUFFISANTE"`,
		`payment P08 C002 2026-04-15 500.00 EUR ref=RLV2604 text="F2026-0106 MOINS AVOIR A2026-0001"`,
		`payment P09 C001 2026-04-16 847.50 EUR ref=RLV2604 text="P/C DURAND ET FILS F2026-0102"`,
		`settled T1 P01 F2026-0101 1200.00 EUR tool 2026-04-01`,
		`settled T2 P02 F2026-0103 3600.00 EUR tool 2026-04-02`,
		`settled T3 P02 F2026-0104 1980.40 EUR tool 2026-04-02`,
		`settled T4 P02 F2026-0105 420.00 EUR tool 2026-04-02`,
		`settled T5 P08 F2026-0106 500.00 EUR tool 2026-04-15`,
		`settled T6 A2026-0001 F2026-0106 64.00 EUR tool 2026-04-15`,
		`settled T7 P09 F2026-0102 847.50 EUR tool 2026-04-16`,
	} {
		b.add(t, fact)
	}
}

// No allocation may be wrong, and all that names its invoice in full must be
// there, whatever is known about payers.
func TestTruthAllocatesNothingWrong(t *testing.T) {
	full := []string{"E01", "E03", "E05", "E06", "E08", "E09", "E15", "E19", "E22", "E23", "E24"}
	for _, ibans := range []bool{false, true} {
		for _, atOnce := range []bool{true, false} {
			b := truthBooks(t, ibans)
			events := truthEvents(t)
			for _, e := range events {
				b.addEvent(t, e)
				if !atOnce {
					step(t, b)
				}
			}
			step(t, b)
			for _, e := range events {
				checkAgainstTruth(t, b, e, slices.Contains(full, e.ID) && (e.ID != "E06" || !atOnce))
			}
		}
	}
}

func checkAgainstTruth(t *testing.T, b *books, e truthEvent, wanted bool) {
	t.Helper()
	right := map[string]int64{}
	for _, a := range e.Allocations {
		cur := "EUR"
		if a.Invoice == "F2026-0110" {
			cur = "GBP"
		}
		right[a.Invoice] += amount(t, a.Amount, cur).Minor()
	}
	got := map[string]int64{}
	for _, s := range b.money.Settled {
		if string(s.From) == e.ID {
			got[string(s.Item)] += s.Amount.Minor()
		}
	}
	for item, minor := range got {
		if abs := max(minor, -minor); abs > max(right[item], -right[item]) || minor*right[item] < 0 {
			t.Errorf("%s allocates %d to %s, the truth is %v", e.ID, minor, item, right)
		}
	}
	if wanted && len(got) == 0 {
		t.Errorf("%s allocates nothing, the truth is %v", e.ID, right)
	}
}

// Every line that the truth wants suggested, and that these rules can place at
// all, suggests an item or the payer; what is nobody's suggests nothing.
func TestTruthSuggestions(t *testing.T) {
	b := truthBooks(t, false)
	events := truthEvents(t)
	for _, e := range events {
		b.addEvent(t, e)
	}
	m := reconcile.Match(b.input(), b.settings)
	suggested := map[string][]string{}
	for _, s := range m.Suggestions {
		suggested[string(s.From)] = append(suggested[string(s.From)], string(s.Customer)+":"+cmp.Or(join(s.Items), "whole"))
	}
	for event, want := range map[string]string{
		"E02": "C003:whole", "E04": "C009:whole", "E10": "C005:whole", "E11": "C005:whole", "E13": "C004:F2026-0108",
		"E14": "C001:F2026-0111 C005:F2026-0107 + F2026-0117", "E16": "C006:whole", "E18": "C001:F2026-0111 C002:F2026-0113 + F2026-0118 C009:F2026-0119",
		"E19": "C001:whole", "E12": "", "E17": "", "E20": "", "E21": "", "E01": "", "E07": "",
	} {
		if got := strings.Join(suggested[event], " "); got != want {
			t.Errorf("%s: got %q, want %q", event, got, want)
		}
	}
}

// Adding the bank feed to the ledger that books the same money changes no
// position: the seven lines are paired, not counted twice.
func TestBankFeedConfirmsTheLedger(t *testing.T) {
	booked := []string{"E01", "E02", "E03", "E06", "E07", "E08", "E09"}
	b := truthBooks(t, false)
	b.bookInFEC(t)
	step(t, b)
	m := reconcile.Match(b.input(), b.settings)
	before := b.positions(m)
	for _, e := range truthEvents(t) {
		if slices.Contains(booked, e.ID) {
			b.addEvent(t, e)
		}
	}
	m = reconcile.Match(b.input(), b.settings)
	var paired []string
	for _, p := range m.Pairings {
		paired = append(paired, string(p.Line)+"="+join(p.Payments))
	}
	if got, want := strings.Join(paired, " "), "E01=P01 E02=P02 E03=P03 E06=P06 E07=P07 E08=P08 E09=P09"; got != want {
		t.Errorf("pairings: got %s, want %s", got, want)
	}
	if len(m.Settlements) > 0 || len(m.Suggestions) > 0 {
		t.Errorf("confirming adds\n%s", b.tell(m))
	}
	b.apply(m)
	if after := b.positions(m); after != before {
		t.Errorf("positions change\nbefore:\n%s\nafter:\n%s", before, after)
	}
}

// The order in which bank and ledger arrive does not change what is open.
func TestBankFirstOrLedgerFirst(t *testing.T) {
	ledgerFirst, bankFirst := truthBooks(t, false), truthBooks(t, false)
	ledgerFirst.bookInFEC(t)
	step(t, ledgerFirst)
	for _, e := range truthEvents(t) {
		ledgerFirst.addEvent(t, e)
		bankFirst.addEvent(t, e)
	}
	step(t, ledgerFirst)
	step(t, bankFirst)
	bankFirst.bookInFEC(t)
	step(t, bankFirst)
	for _, i := range bankFirst.money.Items {
		if got, want := bankFirst.open(i.UID), ledgerFirst.open(i.UID); got != want {
			t.Errorf("%s: %s open when the bank came first, %s when the ledger did", i.UID, got, want)
		}
	}
}
