package bank_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/ledger"
)

func TestMoneyKnownUntil(t *testing.T) {
	on := func(day string, cents int) entry { return entry{day: day, cents: cents, text: "T" + day} }
	april := balanced("A", 1000, "2026-04-01", "2026-04-10", on("2026-04-02", 500))
	for name, c := range map[string]struct {
		files  map[string]string
		accept string
		want   string
		text   string // what the one finding says; "": there is none
	}{
		"one statement":             {files: map[string]string{"a.xml": camt053(april)}, want: "2026-04-10"},
		"two that follow":           {files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1500, "2026-04-13", "2026-04-15", on("2026-04-14", 1)))}, want: "2026-04-15"},
		"dated with the day before": {files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1500, "2026-04-10", "2026-04-15", on("2026-04-14", 1)))}, want: "2026-04-15"},
		"previous closing balance": {files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(stmt{
			id: "B", bals: []bal{{"PRCD", 1500, "2026-04-10"}, {"CLBD", 1501, "2026-04-15"}, {"CLAV", 99, "2026-04-15"}}, entries: []entry{on("2026-04-14", 1)},
		})}, want: "2026-04-15"},
		"several in one file": {files: map[string]string{"a.xml": camt053(april, balanced("B", 1500, "2026-04-11", "2026-04-15", on("2026-04-14", 1)))}, want: "2026-04-15"},
		"no movement at all":  {files: map[string]string{"a.xml": camt053(balanced("A", 1000, "2026-04-01", "2026-04-10"))}, want: "2026-04-10"},
		"overdrawn":           {files: map[string]string{"a.xml": camt053(balanced("A", -1000, "2026-04-01", "2026-04-10", on("2026-04-02", 500)))}, want: "2026-04-10"},
		"a hole": {
			files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1700, "2026-04-13", "2026-04-15", on("2026-04-14", 1)))},
			want:  "2026-04-10", text: "nothing is known from 2026-04-11 to 2026-04-12: one statement closes with 15.00 EUR, the next opens with 17.00 EUR",
		},
		"a hole, accepted": {
			files:  map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1700, "2026-04-13", "2026-04-15", on("2026-04-14", 1)))},
			accept: "2026-04-13", want: "2026-04-15",
		},
		"a hole before the next day's statement": {
			files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1700, "2026-04-11", "2026-04-15", on("2026-04-14", 1)))},
			want:  "2026-04-10", text: "nothing is known from 2026-04-11 to 2026-04-11",
		},
		"a hole within a day": {
			files: map[string]string{"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1700, "2026-04-10", "2026-04-15", on("2026-04-14", 1)))},
			want:  "2026-04-10", text: "nothing is known from 2026-04-11 to 2026-04-11",
		},
		"a hole that another statement fills": {
			files: map[string]string{
				"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1700, "2026-04-13", "2026-04-15", on("2026-04-14", 1))),
				"c.xml": camt053(balanced("C", 1500, "2026-04-11", "2026-04-12", on("2026-04-11", 200))),
			},
			want: "2026-04-15",
		},
		"days beside the month": {
			files: map[string]string{
				"a.xml": camt053(april), "b.xml": camt053(balanced("B", 1000, "2026-04-02", "2026-04-02", on("2026-04-02", 500))),
				"c.xml": camt053(balanced("C", 1500, "2026-04-03", "2026-04-03")),
			},
			want: "2026-04-10",
		},
		"the last day told again": {
			files: map[string]string{
				"a.xml": camt053(balanced("A", 1000, "2026-04-01", "2026-04-10", on("2026-04-02", 500), on("2026-04-10", 30))),
				"b.xml": camt053(balanced("B", 1500, "2026-04-10", "2026-04-12", on("2026-04-10", 30), on("2026-04-12", 1))),
			},
			want: "2026-04-12",
		},
		"does not add up": {
			files: map[string]string{"a.xml": camt053(stmt{id: "A", bals: []bal{{"OPBD", 0, "2026-04-01"}, {"CLBD", 1, "2026-04-10"}}, entries: []entry{on("2026-04-02", 500)}})},
			text:  "it opens with 0.00 EUR and closes with 0.01 EUR, but its movements come to 5.00 EUR",
		},
		"does not add up, but another covers it": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", bals: []bal{{"OPBD", 1000, "2026-04-01"}, {"CLBD", 1, "2026-04-10"}}, entries: []entry{{day: "2026-04-02", cents: 500, ref: "BK-1"}}}),
				"b.xml": camt053(balanced("B", 1000, "2026-04-01", "2026-04-10", on("2026-04-01", 1), entry{day: "2026-04-02", cents: 500, ref: "BK-1"})),
			},
			want: "2026-04-10",
		},
		"no balances": {
			files: map[string]string{"a.xml": camt053(stmt{id: "A", entries: []entry{on("2026-04-02", 500)}})},
			text:  "it has no opening and closing balance (OPBD and CLBD)",
		},
		"closing balance alone": {
			files: map[string]string{"a.xml": camt053(stmt{id: "A", bals: []bal{{"CLBD", 1, "2026-04-10"}}, entries: []entry{on("2026-04-02", 500)}})},
			text:  "it has no opening and closing balance (OPBD and CLBD)",
		},
		"closes on a day that has not come": {
			files: map[string]string{"a.xml": camt053(balanced("A", 0, "2026-04-01", "2062-04-30", on("2026-04-02", 500)))},
			text:  "it closes on 2062-04-30, a day that has not come",
		},
		"unreadable balance": {
			files: map[string]string{"a.xml": strings.Replace(camt053(april), `<Amt Ccy="EUR">15.00`, `<Amt Ccy="EUR">15,00`, 1)},
			text:  `line 3: Bal/Amt: "15,00" is not an amount`,
		},
		"another currency among the movements": {
			files: map[string]string{"a.xml": strings.Replace(camt053(april), `<Ntry><Amt Ccy="EUR">`, `<Ntry><Amt Ccy="USD">`, 1)},
			text:  "1 of its movements are in another currency than EUR",
		},
		"notification":        {files: map[string]string{"a.xml": camt054(april)}},
		"first part of a day": {files: map[string]string{"a.xml": camt053(stmt{id: "A", bals: []bal{{"OPBD", 0, "2026-04-10"}, {"ITBD", 500, "2026-04-10"}}, entries: []entry{on("2026-04-10", 500)}})}},
	} {
		t.Run(name, func(t *testing.T) {
			config := bank.Config{Path: put(t, c.files)}
			if c.accept != "" {
				config.AcceptGapsBefore = day(t, c.accept)
			}
			r := readWith(t, open(t, config), "")
			if got := r.ends[ours].MoneyUntil.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			var texts []string
			for _, f := range r.findings {
				texts = append(texts, f.Text)
			}
			if c.text == "" && len(texts) > 0 || c.text != "" && (len(texts) != 1 || !strings.Contains(texts[0], c.text)) {
				t.Errorf("got findings %q, want one with %q", texts, c.text)
			}
			if len(r.lines) == 0 && strings.Contains(c.files["a.xml"], "<Ntry>") {
				t.Errorf("no line, though every good one is used")
			}
		})
	}
}

func TestSeveralAccountsAndCurrencies(t *testing.T) {
	dollars := strings.ReplaceAll(camt053(balanced("U", 0, "2026-04-01", "2026-04-05", entry{day: "2026-04-02", cents: 700, text: "USD"})), `Ccy="EUR"`, `Ccy="USD"`)
	other := balanced("O", 0, "2026-04-01", "2026-04-20", entry{day: "2026-04-19", cents: 900, text: "OTHER"})
	other.account = "12345 67890"
	dir := put(t, map[string]string{
		"a.xml": camt053(balanced("A", 0, "2026-04-01", "2026-04-10", entry{day: "2026-04-02", cents: 500, text: "EUR"}), other),
		"b.xml": dollars,
	})
	r := read(t, dir, "")
	until := map[string]string{}
	for stream, end := range r.ends {
		if end.Account != stream {
			t.Errorf("stream %q ends account %q", stream, end.Account)
		}
		until[stream] = end.MoneyUntil.String()
	}
	// The euros are known until the 10th, the dollars until the 5th.
	if diff := cmp.Diff(map[string]string{ours: "2026-04-05", "1234567890": "2026-04-20"}, until); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2026-04-02 500 EUR", "2026-04-02 700 USD", "2026-04-19 900 OTHER"}, sums(r)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestBadMovements(t *testing.T) {
	good := entry{day: "2026-04-02", cents: 500, ref: "BK-1", text: "GOOD"}
	bad := entry{day: "2026-04-03", cents: 600, ref: "BK-2", text: "BAD"}
	file := func(replace ...string) string {
		return strings.NewReplacer(replace...).Replace(camt053(balanced("A", 0, "2026-04-01", "2026-04-10", good, bad)))
	}
	for name, c := range map[string]struct{ text, want string }{
		"amount":      {file(">6.00<", ">6,00<"), `a.xml line 5: Ntry/Amt: "6,00" is not an amount`},
		"sign":        {file(">6.00<", ">-6.00<"), `a.xml line 5: Ntry/Amt: "-6.00" is not an amount: digits without a sign`},
		"decimals":    {file(">6.00<", ">6.001<"), `a.xml line 5: Ntry/Amt: "6.001" is not an amount`},
		"currency":    {file(`EUR">6.00<`, `EUX">6.00<`), `a.xml line 5: Ntry/Amt: the currency "EUX" is not an ISO 4217 code`},
		"no currency": {file(`<Amt Ccy="EUR">6.00<`, `<Amt>6.00<`), `a.xml line 5: Ntry/Amt: the currency "" is not`},
		"no amount":   {file(`<Amt Ccy="EUR">6.00</Amt>`, ``), `a.xml line 5: Ntry/Amt: missing`},
		"direction":   {file(`6.00</Amt><CdtDbtInd>CRDT`, `6.00</Amt><CdtDbtInd>CREDIT`), `a.xml line 5: Ntry/CdtDbtInd: neither CRDT nor DBIT`},
		"status":      {file(`<Sts>BOOK</Sts><BookgDt><Dt>2026-04-03`, `<Sts>DONE</Sts><BookgDt><Dt>2026-04-03`), `a.xml line 5: Ntry/Sts: "DONE" is not known`},
		"no status":   {file(`<Sts>BOOK</Sts><BookgDt><Dt>2026-04-03`, `<BookgDt><Dt>2026-04-03`), `a.xml line 5: Ntry/Sts: missing`},
		"31 April":    {file(`2026-04-03`, `2026-04-31`), `a.xml line 5: Ntry/BookgDt: "2026-04-31" is not a day`},
		"French day":  {file(`2026-04-03`, `03/04/2026`), `a.xml line 5: Ntry/BookgDt: "03/04/2026" is not a day`},
		"no day":      {file(`<BookgDt><Dt>2026-04-03</Dt></BookgDt>`, ``), `a.xml line 5: Ntry/BookgDt: neither a booking day nor a value day`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.xml": c.text})
			r := read(t, dir, "")
			if diff := cmp.Diff([]string{"2026-04-02 500 GOOD"}, sums(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if len(r.quarantined) != 1 || !strings.HasPrefix(r.quarantined[0].Reason, c.want) || !r.quarantined[0].Money {
				t.Errorf("got %+v, want money quarantined: %s", r.quarantined, c.want)
			}
			if diff := cmp.Diff([]ledger.FindingKind{ledger.FindingUnbalanced}, kinds(r)); diff != "" {
				t.Errorf("findings: want -, got +\n%s", diff)
			}
			if until := r.ends[ours].MoneyUntil; until.Known() {
				t.Errorf("got known until %s, want nothing known", until)
			}
			write(t, dir+"/b.xml", file()) // the bank's corrected file, beside the bad one
			r = read(t, dir, r.cursor)
			if len(r.quarantined)+len(r.findings) > 0 || r.ends[ours].MoneyUntil != day(t, "2026-04-10") || len(r.lines) != 2 {
				t.Errorf("with the corrected file: %d lines, %v, %v, known until %s", len(r.lines), r.quarantined, r.findings, r.ends[ours].MoneyUntil)
			}
		})
	}
}

func TestStatementWithoutAccount(t *testing.T) {
	text := strings.Replace(camt053(balanced("A", 0, "2026-04-01", "2026-04-10", entry{day: "2026-04-02", cents: 500})), "<IBAN>"+ours+"</IBAN>", "", 1)
	r := read(t, put(t, map[string]string{"a.xml": text}), "")
	if len(r.lines) > 0 || len(r.quarantined) != 1 || !r.quarantined[0].Money || r.ends[""].MoneyUntil.Known() {
		t.Errorf("got %v and %v, want the statement quarantined", r.lines, r.quarantined)
	}
}

func TestNoPersonalDataInTexts(t *testing.T) {
	dir := put(t, map[string]string{"a.xml": strings.ReplaceAll(camt053(balanced("A", 0, "2026-04-01", "2026-04-10", entry{day: "2026-04-02", cents: 500})), "<Amt Ccy=\"EUR\">5.00", "<Amt Ccy=\"EUR\">5,00")})
	for _, name := range []string{"nasty-prefixed-namespace-pending-no-booking-date.xml", "bad-amount-comma.xml"} {
		text, err := os.ReadFile(sample(name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir+"/"+name, string(text))
	}
	r := read(t, dir, "")
	var all []string
	for _, f := range r.findings {
		all = append(all, f.Text)
	}
	for _, q := range r.quarantined {
		all = append(all, q.Reason)
	}
	if len(all) < 3 {
		t.Fatalf("got %q, want more to look at", all)
	}
	for _, text := range all {
		if strings.Contains(text, "FR76") || strings.Contains(text, "DURAND") {
			t.Errorf("%q tells an account or a name", text)
		}
	}
}
