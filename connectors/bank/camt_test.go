package bank_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/bank"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// one reads a file of a single entry.
func one(t *testing.T, e entry) ledger.BankLine {
	t.Helper()
	if e.day == "" && e.value == "" {
		e.day = "2026-04-10"
	}
	r := read(t, put(t, map[string]string{"a.xml": camt054(stmt{id: "N", entries: []entry{e}})}), "")
	if len(r.lines) != 1 {
		t.Fatalf("got %d lines and %+v, want one line", len(r.lines), r.quarantined)
	}
	return r.lines[0]
}

func TestFieldsOfADetail(t *testing.T) {
	const parties = `<RltdPties><Dbtr><Nm>DEBTOR</Nm></Dbtr><DbtrAcct><Id><IBAN>FR76 0000</IBAN></Id></DbtrAcct>` +
		`<Cdtr><Nm>CREDITOR</Nm></Cdtr><CdtrAcct><Id><IBAN>DE00</IBAN></Id></CdtrAcct></RltdPties>`
	tx := func(inside string) string { return "<NtryDtls><TxDtls>" + inside + "</TxDtls></NtryDtls>" }
	for name, c := range map[string]struct {
		entry entry
		want  func(l ledger.BankLine) (got, want any)
	}{
		"money in comes from the debtor": {entry{cents: 1, inner: tx(parties)}, func(l ledger.BankLine) (any, any) { return l.Payer + l.PayerIBAN, "DEBTORFR760000" }},
		"money out goes to the creditor": {entry{cents: -1, inner: tx(parties)}, func(l ledger.BankLine) (any, any) { return l.Payer + l.PayerIBAN, "CREDITORDE00" }},
		"a return keeps the roles":       {entry{cents: -1, inner: tx(parties + "<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>")}, func(l ledger.BankLine) (any, any) { return l.Payer + l.Return, "DEBTORMD06" }},
		"a return without a reason":      {entry{cents: -1, inner: tx(parties + "<RtrInf/>")}, func(l ledger.BankLine) (any, any) { return l.Return, "?" }},
		"a reversal keeps the roles":     {entry{cents: 1, extra: "<RvslInd>true</RvslInd>", inner: tx(parties)}, func(l ledger.BankLine) (any, any) { return l.Payer, "CREDITOR" }},
		"we are never the other side": {
			entry{cents: -1, inner: tx(strings.NewReplacer("DE00", ours).Replace(parties))},
			func(l ledger.BankLine) (any, any) { return l.Payer, "DEBTOR" },
		},
		"name below Pty":    {entry{cents: 1, inner: tx("<RltdPties><Dbtr><Pty><Nm>A\n  B</Nm></Pty></Dbtr></RltdPties>")}, func(l ledger.BankLine) (any, any) { return l.Payer, "A B" }},
		"the debtor behind": {entry{cents: 1, inner: tx("<RltdPties><UltmtDbtr><Pty><Nm>U</Nm></Pty></UltmtDbtr></RltdPties>")}, func(l ledger.BankLine) (any, any) { return l.Payer, "U" }},
		"free texts":        {entry{cents: 1, inner: tx("<RmtInf><Ustrd>F1</Ustrd><Ustrd>F2 </Ustrd><Ustrd> F3</Ustrd></RmtInf>")}, func(l ledger.BankLine) (any, any) { return l.Text, "F1 F2 F3" }},
		"a text cut in mid-word": {
			entry{cents: 1, inner: tx("<RmtInf><Ustrd>" + strings.Repeat("é", 134) + " F2026</Ustrd><Ustrd>-0101</Ustrd></RmtInf>")},
			func(l ledger.BankLine) (any, any) { return l.Text, strings.Repeat("é", 134) + " F2026-0101" },
		},
		"a text cut between words": {
			entry{cents: 1, inner: tx("<RmtInf><Ustrd>" + strings.Repeat("x", 139) + " </Ustrd><Ustrd>F1</Ustrd></RmtInf>")},
			func(l ledger.BankLine) (any, any) { return l.Text, strings.Repeat("x", 139) + " F1" },
		},
		"structured references": {
			entry{cents: 1, inner: tx("<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>F7</Nb></RfrdDocInf><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd>" +
				"<Strd><CdtrRefInf><Ref>RF19</Ref></CdtrRefInf><AddtlRmtInf>more</AddtlRmtInf></Strd></RmtInf>")},
			func(l ledger.BankLine) (any, any) { return l.Reference + "|" + l.Text, "RF18|F7 RF19 more" },
		},
		"what the transaction adds": {entry{cents: 1, inner: tx("<AddtlTxInf>VIR DURAND</AddtlTxInf>")}, func(l ledger.BankLine) (any, any) { return l.Text, "VIR DURAND" }},
		"what the entry adds":       {entry{cents: 1, inner: "<AddtlNtryInf>VIR  DURAND</AddtlNtryInf>"}, func(l ledger.BankLine) (any, any) { return l.Text, "VIR DURAND" }},
		"no end-to-end id":          {entry{cents: 1, inner: tx("<Refs><EndToEndId>NotProvided</EndToEndId><MndtId>RUM</MndtId></Refs>")}, func(l ledger.BankLine) (any, any) { return l.EndToEnd + l.Mandate, "RUM" }},
		"the bank's own code":       {entry{cents: 1, extra: "<BkTxCd><Prtry><Cd>05</Cd></Prtry></BkTxCd>"}, func(l ledger.BankLine) (any, any) { return l.Family, "05" }},
		"the transaction's code":    {entry{cents: 1, inner: tx("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>")}, func(l ledger.BankLine) (any, any) { return l.Family, "PMNT/RCDT/ESCT" }},
		"charges up to version 3":   {entry{cents: 1, extra: `<Chrgs><Amt Ccy="EUR">1.50</Amt></Chrgs>`}, func(l ledger.BankLine) (any, any) { return l.Seen, ledger.Source("a.xml line 4, charges 1.50 EUR") }},
		"charges from version 4": {
			entry{cents: 1, inner: tx(`<Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt></Rcrd><Rcrd><Amt Ccy="EUR">1.00</Amt></Rcrd></Chrgs>`)},
			func(l ledger.BankLine) (any, any) { return l.Seen, ledger.Source("a.xml line 4, charges 2.50 EUR") },
		},
		"ordered in another currency": {
			entry{cents: 1, inner: tx(`<AmtDtls><InstdAmt><Amt Ccy="JPY">170</Amt></InstdAmt><CntrValAmt><Amt Ccy="EUR">0.01</Amt></CntrValAmt></AmtDtls>`)},
			func(l ledger.BankLine) (any, any) { return l.Instructed.String(), money.New(170, "JPY").String() },
		},
		"ordered in our currency": {
			entry{cents: 1, extra: `<AmtDtls><InstdAmt><Amt Ccy="EUR">0.02</Amt></InstdAmt></AmtDtls>`},
			func(l ledger.BankLine) (any, any) { return l.Instructed.IsZero(), true },
		},
		"the booked amount, not the one before charges": {
			entry{cents: 8500, inner: tx(`<Amt Ccy="EUR">100.00</Amt>`)},
			func(l ledger.BankLine) (any, any) { return l.Amount.Decimal(), "85.00" },
		},
		"value day":                      {entry{cents: 1, day: "2026-04-10", value: "2026-04-12"}, func(l ledger.BankLine) (any, any) { return l.Day.String() + l.Value.String(), "2026-04-102026-04-12" }},
		"a long reference of ours as id": {entry{cents: 1, own: "2026041000001"}, func(l ledger.BankLine) (any, any) { return l.ID[:3], "id-" }},
		"a running number is no id":      {entry{cents: 1, own: "17"}, func(l ledger.BankLine) (any, any) { return l.ID[:2], "h-" }},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := c.want(one(t, c.entry))
			if got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestDetailsWithDirectionsOfTheirOwn(t *testing.T) {
	inner := `<NtryDtls><TxDtls><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>` +
		`<TxDtls><Amt Ccy="EUR">4.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls>`
	r := read(t, put(t, map[string]string{"a.xml": camt054(stmt{entries: []entry{{day: "2026-04-10", cents: 600, ref: "BK-1", inner: inner}}})}), "")
	if diff := cmp.Diff([]string{"2026-04-10 -400 ", "2026-04-10 1000 "}, sums(r)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestReversals(t *testing.T) {
	for _, c := range []struct {
		cents int
		want  string
	}{{-999, "-9.99"}, {999, "9.99"}} {
		text := strings.Replace(camt054(stmt{entries: []entry{{day: "2026-04-10", cents: c.cents}}}), "</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>", 1)
		l := read(t, put(t, map[string]string{"a.xml": text}), "").lines[0]
		if l.Amount.Decimal() != c.want || !l.Reversal {
			t.Errorf("got %s, reversal %v; want %s: the direction alone decides", l.Amount, l.Reversal, c.want)
		}
	}
}

func TestInstantsFallOnTheCompanysDay(t *testing.T) {
	for instant, want := range map[string]string{
		"2026-04-09T22:30:00Z":      "2026-04-10",
		"2026-04-10T00:30:00+02:00": "2026-04-10",
		"2026-04-09T23:30:00":       "2026-04-09",
		"2026-04-09+02:00":          "2026-04-09",
	} {
		text := strings.Replace(camt054(stmt{entries: []entry{{day: "DAY", cents: 1}}}), "<Dt>DAY</Dt>", "<DtTm>"+instant+"</DtTm>", 1)
		if got := read(t, put(t, map[string]string{"a.xml": text}), "").lines[0].Day.String(); got != want {
			t.Errorf("%s: got %s, want %s", instant, got, want)
		}
	}
}

func TestEncodings(t *testing.T) {
	for name, c := range map[string]struct{ declared, text, want string }{
		"UTF-8":                 {"UTF-8", "é€", "é€"},
		"with a mark":           {"\ufeffUTF-8", "é€", "é€"},
		"none declared":         {"", "é€", "é€"},
		"Latin-1":               {"iso-8859-1", "\xe9", "é"},
		"Latin-9":               {"ISO-8859-15", "\xe9\xa4", "é€"},
		"Windows":               {"windows-1252", "\xe9\x80\x9c", "é€œ"},
		"declared, but is not":  {"UTF-8", "ELODIE \xc9 \x80", "ELODIE É €"},
		"references, not bytes": {"ISO-8859-1", "&#233;&#x20AC;", "é€"},
	} {
		t.Run(name, func(t *testing.T) {
			text := camt054(stmt{entries: []entry{{day: "2026-04-10", cents: 1, text: c.text}}})
			declared, mark := strings.CutPrefix(c.declared, "\ufeff")
			text = strings.Replace(text, "UTF-8", declared, 1)
			if declared == "" {
				text = strings.Replace(text, ` encoding=""`, "", 1)
			}
			if mark {
				text = "\ufeff" + text
			}
			if got := read(t, put(t, map[string]string{"a.xml": text}), "").lines[0].Text; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMessagesOfAllKinds(t *testing.T) {
	e := entry{day: "2026-04-10", cents: 1, text: "X"}
	for name, text := range map[string]string{
		"camt.052":         camtFile("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt", []stmt{balanced("R", 0, "2026-04-10", "2026-04-10", e)}),
		"wrapped":          "<Envelope>" + strings.SplitN(camt054(stmt{entries: []entry{e}}), "?>", 2)[1] + "</Envelope>",
		"pretty":           strings.NewReplacer("><", ">\n\t<", "2026-04-10<", "\n 2026-04-10 \n<", "BOOK", " BOOK\n").Replace(camt054(stmt{entries: []entry{e}})),
		"commented":        strings.ReplaceAll(camt054(stmt{entries: []entry{e}}), "BOOK", "BO<!-- x -->OK<?y z?>"),
		"status below Cd":  strings.ReplaceAll(camt054(stmt{entries: []entry{e}}), "BOOK", "<Cd>BOOK</Cd>"),
		"unknown elements": strings.ReplaceAll(camt054(stmt{entries: []entry{e}}), "<Sts>", "<New><Amt>x</Amt><Sts>y</Sts></New><Sts>"),
		"other number":     strings.ReplaceAll(camt054(stmt{entries: []entry{e}}), "<IBAN>"+ours+"</IBAN>", "<Othr><Id>"+ours+"</Id></Othr>"),
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, map[string]string{"a.xml": text}), "")
			if diff := cmp.Diff([]string{"2026-04-10 1 X"}, sums(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if r.ends[ours].MoneyUntil.Known() {
				t.Errorf("got known until %s: a notification proves nothing", r.ends[ours].MoneyUntil)
			}
		})
	}
}

// FuzzCamt reads anything as a bank file: it must not panic, and what it says
// must hang together.
func FuzzCamt(f *testing.F) {
	found, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(found) == 0 {
		f.Fatal(err, len(found))
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, fmt.Sprintf("%d.xml", os.Getpid()))
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for page, err := range open(t, bank.Config{Path: path}).Reader.Read(t.Context(), connectors.Open, "") {
			if err != nil {
				return
			}
			for _, l := range page.BankLines {
				if seen[l.ID] || !l.Day.Known() || l.Amount.IsZero() || l.Account == "" {
					t.Errorf("got the line %+v", l)
				}
				seen[l.ID] = true
			}
			for _, q := range page.Quarantined {
				if q.Reason == "" || !q.Money {
					t.Errorf("got %+v", q)
				}
			}
		}
	})
}
