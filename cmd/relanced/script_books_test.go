package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/relanced/relanced/ledger"
)

// specHead names the columns of a ledger export.
const specHead = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t" +
	"PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n"

// scriptBooks writes a ledger export from what a bookkeeper would say, one
// entry a line: books SPEC FILE
//
//	opening 2026-01-01 C001 F2025-0999 120.00
//	sale    2026-03-01 C001 F2026-0101 1200.00 AA     # AA is the lettrage, - is none
//	sale    2026-03-01 C001 F2026-0102 500.00+500.00  # two instalments
//	credit  2026-03-25 C001 A2026-0001 64.00
//	paid    2026-04-01 C001 1200.00 AA VIR F2026-0101
//	back    2026-04-14 C001 300.00 - REJET F2026-0113 # a returned payment
//
// Customers are named as their code says: C001 is CLIENT C001.
func scriptBooks(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: books SPEC FILE")
	}
	b := &fecSpec{}
	b.out.WriteString(specHead)
	for line := range specLines(ts.ReadFile(args[0])) {
		if err := b.entry(line); err != nil {
			ts.Fatalf("%s: %q: %v", args[0], line, err)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.out.String()), 0o600))
}

// specLines yields the lines that say something.
func specLines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
			line, _, _ := strings.Cut(s.Text(), "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}

type fecSpec struct {
	out    strings.Builder
	number int
	day    string
}

func (b *fecSpec) entry(line string) error {
	f := strings.Fields(line)
	if len(f) < 5 {
		return fmt.Errorf("an entry has a verb, a day, a customer and more")
	}
	if _, err := ledger.ParseDate(f[1]); err != nil {
		return err
	}
	b.number++
	b.day = strings.ReplaceAll(f[1], "-", "")
	letter := ""
	if len(f) > 5 && f[5] != "-" {
		letter = f[5]
	}
	switch f[0] {
	case "opening":
		b.row("AN", "411000", f[2], f[3], "A NOUVEAU "+f[3], f[4], letter)
		b.row("AN", "890000", "", f[3], "A NOUVEAU "+f[3], "-"+f[4], "")
	case "sale", "credit":
		sign, other, label := "", "-", "Facture "+f[3]
		if f[0] == "credit" {
			sign, other, label = "-", "", "Avoir "+f[3]
		}
		for part := range strings.SplitSeq(f[4], "+") {
			b.row("VE", "411000", f[2], f[3], label, sign+part, letter)
			b.row("VE", "706000", "", f[3], label, other+part, "")
		}
	case "paid", "back":
		sign, other := "-", ""
		if f[0] == "back" {
			sign, other = "", "-"
		}
		letter, text := strings.Trim(f[4], "-"), strings.Join(f[5:], " ")
		b.row("BQ", "512000", "", "RLV"+b.day[2:6], text, other+f[3], "")
		b.row("BQ", "411000", f[2], "RLV"+b.day[2:6], text, sign+f[3], letter)
	default:
		return fmt.Errorf("there is no entry %q", f[0])
	}
	return nil
}

func (b *fecSpec) row(journal, account, customer, piece, label, amount, letter string) {
	name, lettered, debit, credit := "", "", strings.ReplaceAll(amount, ".", ","), "0,00"
	if customer != "" {
		name = "CLIENT " + customer
	}
	if letter != "" {
		lettered = b.day
	}
	if strings.HasPrefix(debit, "-") {
		debit, credit = "0,00", debit[1:]
	}
	b.out.WriteString(strings.Join([]string{
		journal, journal, strconv.Itoa(b.number), b.day, account, account, customer, name, piece, b.day, label,
		debit, credit, letter, lettered, b.day, "", "",
	}, "\t") + "\r\n")
}

// scriptStatement writes a bank statement (camt.053) from lines: statement SPEC FILE
//
//	account 2026-04-01 2026-04-30 1000.00       # first day, last day, opening balance
//	2026-04-02  1200.00 C001 VIR F2026-0101     # day, amount, payer, text
//	2026-04-14  -300.00 C002 REJET F2026-0113
func scriptStatement(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: statement SPEC FILE")
	}
	var from, to string
	var entries strings.Builder
	balance, n := 0, 0
	for line := range specLines(ts.ReadFile(args[0])) {
		f := strings.Fields(line)
		switch {
		case f[0] == "account" && len(f) == 4:
			from, to, balance = f[1], f[2], specCents(ts, f[3])
		case len(f) >= 4:
			n++
			balance += specCents(ts, f[1])
			specEntry(&entries, n, f)
		default:
			ts.Fatalf("%s: %q is no line of a statement", args[0], line)
		}
	}
	opening := balance
	for line := range specLines(ts.ReadFile(args[0])) {
		if f := strings.Fields(line); f[0] != "account" {
			opening -= specCents(ts, f[1])
		}
	}
	text := `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M` + to + `</MsgId><CreDtTm>` + to + `T23:00:00+02:00</CreDtTm></GrpHdr>
<Stmt><Id>S` + to + `</Id><CreDtTm>` + to + `T23:00:00+02:00</CreDtTm><Acct><Id><IBAN>FR7699999000010000001234537</IBAN></Id><Ccy>EUR</Ccy></Acct>
` + specBalance("OPBD", opening, from) + specBalance("CLBD", balance, to) + entries.String() + `</Stmt></BkToCstmrStmt></Document>
`
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

func specCents(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(strings.Replace(text, ".", "", 1))
	if err != nil || !strings.Contains(text, ".") {
		ts.Fatalf("%q is no amount such as 12.00", text)
	}
	return n
}

func specBalance(code string, cents int, day string) string {
	return "<Bal><Tp><CdOrPrtry><Cd>" + code + "</Cd></CdOrPrtry></Tp>" + specAmount(cents) + "<Dt><Dt>" + day + "</Dt></Dt></Bal>\n"
}

func specAmount(cents int) string {
	side := "CRDT"
	if cents < 0 {
		cents, side = -cents, "DBIT"
	}
	return fmt.Sprintf(`<Amt Ccy="EUR">%d.%02d</Amt><CdtDbtInd>%s</CdtDbtInd>`, cents/100, cents%100, side)
}

func specEntry(b *strings.Builder, n int, f []string) {
	value, _ := strconv.Atoi(strings.Replace(f[1], ".", "", 1))
	fmt.Fprintf(b, "<Ntry>%s<Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%[2]s</Dt></ValDt><AcctSvcrRef>%[2]s-%d</AcctSvcrRef>"+
		"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>CLIENT %s</Nm></Dbtr></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
		specAmount(value), f[0], n, f[2], strings.Join(f[3:], " "))
}
