package bank_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// event is one movement of the story that all samples tell.
type event struct {
	ID     string
	Booked string
	Value  string
	Amount string
	Payer  string `json:"payer_text"`
	Text   string
	E2E    string
}

func events(t *testing.T) []event {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "events.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []event
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// letters keeps letters and digits: a structured reference is printed in many ways.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

func TestSamplesTellTheTruth(t *testing.T) {
	for _, name := range []string{"camt053-001-02.xml", "camt053-001-08-batch-details.xml"} {
		t.Run(name, func(t *testing.T) {
			r := read(t, sample(name), "")
			lines := r.lines
			for _, e := range events(t) {
				var parts []ledger.BankLine
				parts, lines = take(lines, e, name)
				if len(parts) == 0 {
					t.Fatalf("%s: no line", e.ID)
				}
				var sum money.Amount
				for _, l := range parts {
					sum, _ = sum.Add(l.Amount)
					got := []string{l.Day.String(), l.Value.String(), l.Payer, l.EndToEnd}
					want := []string{e.Booked, e.Value, e.Payer, strings.TrimSuffix(e.E2E, "NOTPROVIDED")}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: want -, got +\n%s", e.ID, diff)
					}
				}
				if sum.Decimal() != e.Amount {
					t.Errorf("%s: got %s, want %s", e.ID, sum.Decimal(), e.Amount)
				}
				if text := letters(parts[0].Text + parts[0].Reference); len(parts) == 1 && text != letters(e.Text) {
					t.Errorf("%s: got text %q, want %q", e.ID, text, letters(e.Text))
				}
			}
			if len(lines) > 0 {
				t.Errorf("%d lines too many", len(lines))
			}
			if got := r.total(t); got != "30679.31" {
				t.Errorf("got the sum %s, want 30679.31", got)
			}
			end := r.ends[ours]
			if end.MoneyUntil != day(t, "2026-04-30") || !end.Complete || end.Account != ours {
				t.Errorf("got the end %+v, want complete and known until 2026-04-30", end)
			}
			if got := ledger.DateOf(end.AsOf.In(paris(t))); got != day(t, "2026-04-30") {
				t.Errorf("got as of %s, want 2026-04-30", got)
			}
			if len(r.findings)+len(r.quarantined) > 0 {
				t.Errorf("got findings %v and quarantined %v, want none", r.findings, r.quarantined)
			}
		})
	}
}

// take takes the lines of one event off the front: three for the batch.
func take(lines []ledger.BankLine, e event, name string) (parts, rest []ledger.BankLine) {
	n := 1
	if e.ID == "E02" && strings.Contains(name, "batch") {
		n = 3
	}
	if len(lines) < n {
		return nil, nil
	}
	return lines[:n], lines[n:]
}

func TestSampleDetails(t *testing.T) {
	lines := read(t, sample("camt053-001-08-batch-details.xml"), "").lines
	want := map[int]ledger.BankLine{
		1: {
			ID: "id-e2c71a652b0ccb6feefdb3a6-1", Account: ours, Day: day(t, "2026-04-02"), Value: day(t, "2026-04-02"), Amount: eur(t, "3600.00"),
			Payer: "GRAND COMPTE FACTICE SA", PayerIBAN: "FR7699997000200000000030369", Text: "F2026-0103", EndToEnd: "GC-2026-0402",
			Family: "PMNT/RCDT/ESCT", Seen: "camt053-001-08-batch-details.xml line 5",
		},
		6: { // E05: the bank kept a fee
			ID: "id-5e9577faa9c988ac2aa42d31", Account: ours, Day: day(t, "2026-04-08"), Value: day(t, "2026-04-08"), Amount: eur(t, "2485.00"),
			Payer: "MUELLER BEISPIEL GMBH", PayerIBAN: "DE43999999990000000707", Text: "INV F2026-0109 CHG SHA", EndToEnd: "MB-5512",
			Family: "PMNT/RCDT/ESCT", Seen: "camt053-001-08-batch-details.xml line 8, charges 15.00 EUR",
		},
		8: { // E07: a direct debit came back
			ID: "id-bc22ddf301891ac0759ee8fc", Account: ours, Day: day(t, "2026-04-14"), Value: day(t, "2026-04-14"), Amount: eur(t, "-300.00"),
			Payer: "BOULANGERIE ÉTOILÉE", PayerIBAN: "FR7699998000100000000020245", Text: "REJET PRLV F2026-0113 MOTIF AM04 PROVISION INSUFFISANTE",
			EndToEnd: "RUM000113", Return: "AM04", Reversal: true,
			Family: "PMNT/IDDT/UPDD", Seen: "camt053-001-08-batch-details.xml line 10",
		},
		17: { // E16: paid in pounds
			ID: "id-44fdccc5e6353abacf2e4523", Account: ours, Day: day(t, "2026-04-23"), Value: day(t, "2026-04-23"), Amount: eur(t, "1163.40"),
			Payer: "NORTHWIND SAMPLE LTD", PayerIBAN: "GB28SAMP00112200000606", Text: "INVOICE F2026-0110", EndToEnd: "NWS-110",
			Instructed: money.New(100000, "GBP"), Family: "PMNT/RCDT/XBCT", Seen: "camt053-001-08-batch-details.xml line 19",
		},
	}
	for i, w := range want {
		if diff := cmp.Diff(w, lines[i], cmp.AllowUnexported(money.Amount{})); diff != "" {
			t.Errorf("line %d: want -, got +\n%s", i, diff)
		}
	}
}

// outcome is what must come of one hard sample.
type outcome struct {
	Lines       []string
	Findings    []ledger.FindingKind
	Quarantined []string
	Until       string
	Streams     int
}

func outcomeOf(r told) outcome {
	o := outcome{Until: r.ends[ours].MoneyUntil.String(), Streams: len(r.ends)}
	for _, l := range r.lines {
		text := l.Day.String() + " " + l.Amount.Decimal() + " " + l.Payer + ": " + l.Text
		if l.Pending {
			text += " (pending)"
		}
		if l.Doubt != "" {
			text += " (doubt)"
		}
		if i := strings.Index(string(l.Seen), ", "); i >= 0 {
			text += " (" + string(l.Seen[i+2:]) + ")"
		}
		o.Lines = append(o.Lines, text)
	}
	for _, f := range r.findings {
		o.Findings = append(o.Findings, f.Kind)
	}
	for _, q := range r.quarantined {
		o.Quarantined = append(o.Quarantined, q.Reason)
	}
	return o
}

func TestHardSamples(t *testing.T) {
	const elodie = "2026-04-16 90.00 MME ELODIE EXEMPLE: facture 107 partie"
	for name, want := range map[string]outcome{
		"bad-amount-comma.xml": {
			Findings: []ledger.FindingKind{ledger.FindingUnbalanced},
			Quarantined: []string{`bad-amount-comma.xml line 4: Ntry/Amt: "1200,00" is not an amount: digits with a decimal point are expected, such as 1200.00; ` +
				`ask the bank for a corrected file, or settle this record once you know what the movement is`},
			Streams: 1,
		},
		"bad-doctype-entity.xml": {
			Findings: []ledger.FindingKind{ledger.FindingUnreadable},
			Quarantined: []string{`bad-doctype-entity.xml line 2: a DOCTYPE is refused: bank files have none, and it can hide what the file says; ` +
				`ask the bank for a plain file`},
			Streams: 1,
		},
		"camt054-001-02-sdd-and-return.xml": {
			Lines: []string{
				"2026-04-08 300.00 BOULANGERIE ÉTOILÉE: PRLV F2026-0113",
				"2026-04-14 -300.00 BOULANGERIE ÉTOILÉE: REJET PRLV F2026-0113 MOTIF AM04 PROVISION INSUFFISANTE",
			},
			Streams: 1,
		},
		"nasty-iso8859-15.xml": {
			Lines: []string{
				"2026-04-15 500.00 BOULANGERIE ÉTOILÉE: F2026-0106 MOINS AVOIR A2026-0001",
				"2026-04-16 90.00 MME ÉLODIE € EXEMPLE: facture 107 partie",
			},
			Until: "2026-04-16", Streams: 1,
		},
		// The closing balance of this one counts the pending entry: the booked
		// entries come to 9 618.61 where the balances differ by 10 818.61.
		"nasty-prefixed-namespace-pending-no-booking-date.xml": {
			Lines: []string{
				"2026-04-01 1200.00 DURAND ET FILS SAS: F2026-0101 (pending)",
				"2026-04-02 6000.40 GRAND COMPTE FACTICE SA: REGLT FACT 0103 0104 0105 & MERCI",
				"2026-04-03 400.00 ÉCHELON TEST SARL: 1ER VERSEMENT F2026-0114 (no booking day: value day taken)",
				"2026-04-07 733.21 ÉCHELON TEST SARL: FACT 2026-0151",
				"2026-04-08 2485.00 MUELLER BEISPIEL GMBH: INV F2026-0109 CHG SHA (charges 15.00 EUR)",
			},
			Findings: []ledger.FindingKind{ledger.FindingUnbalanced},
			Streams:  1,
		},
		// Two ids, each told twice. 10 000.00 + 4 × 90.00 = 10 360.00, as the
		// bank says; counted by id it would be 10 180.00. So there are four
		// payments, and the ids are none.
		"nasty-same-day-twins-and-repeated-entries.xml": {
			Lines: []string{elodie, elodie, elodie, elodie},
			Until: "2026-04-16", Streams: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, sample(name), "")
			if diff := cmp.Diff(want, outcomeOf(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			for _, q := range r.quarantined {
				if !q.Money || q.Customer != "" || q.Kind != ledger.KindBankLine {
					t.Errorf("got %+v, want money of nobody known", q)
				}
			}
		})
	}
}

func TestTwinsOfTheSampleAreFour(t *testing.T) {
	r := read(t, sample("nasty-same-day-twins-and-repeated-entries.xml"), "")
	if got := r.total(t); got != "360.00" {
		t.Errorf("got %s, want 360.00: from 10 000.00 to 10 360.00", got)
	}
	for i, l := range r.lines {
		if want := "-" + string(rune('1'+i)); !strings.HasPrefix(l.ID, "h-") || !strings.HasSuffix(l.ID, want) {
			t.Errorf("line %d has the id %s, want h-…%s: its bank id is none", i, l.ID, want)
		}
	}
}

func TestAllSamplesTogether(t *testing.T) {
	names := []string{"camt053-001-02.xml", "camt053-001-08-batch-details.xml", "camt054-001-02-sdd-and-return.xml"}
	files := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(sample(name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	r := read(t, put(t, files), "")
	if len(r.lines) != 26 || r.total(t) != "30679.31" {
		t.Errorf("got %d lines of %s, want the 26 of the file with details, 30679.31", len(r.lines), r.total(t))
	}
	if len(r.findings) > 0 {
		t.Errorf("got %v, want no finding", r.findings)
	}
}
