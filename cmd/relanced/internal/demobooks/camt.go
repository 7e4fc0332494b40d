package demobooks

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// statements returns the bank files that arrive on the morning of a day: the
// statement of the business day before; on the first morning one for all the
// time before; nothing in the week without files, and all of it the Monday after.
func (b *Books) statements(morning ledger.Date) []File {
	if morning == b.first {
		from := b.invoices[0].issued
		_, _, day := from.Civil()
		return []File{b.statement(from.AddDays(1-day), b.cal.Previous(b.first-1), morning)}
	}
	days := []ledger.Date{morning - 1}
	if b.unheard(morning - 1) {
		days = nil
	}
	if morning == b.gap+7 {
		days = []ledger.Date{b.gap, b.gap + 1, b.gap + 2, b.gap + 3, b.gap + 4, morning - 1}
	}
	var files []File
	for _, d := range days {
		if b.cal.BusinessDay(d) {
			files = append(files, b.statement(d, d, morning))
		}
	}
	return files
}

// balance is what is on the account at the end of a day.
func (b *Books) balance(day ledger.Date) int64 {
	sum := int64(openingCents)
	for _, m := range b.movements {
		if m.day <= day {
			sum += m.cents
		}
	}
	return sum
}

// statement writes the camt.053 of some days, which is complete: its balances
// are what its movements say.
func (b *Books) statement(from, to, morning ledger.Date) File {
	at := morning.In(b.zone, 6, 0)
	id := "RELEVE-" + to.String()
	var x strings.Builder
	x.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	x.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>` + "\n")
	fmt.Fprintf(&x, "<GrpHdr><MsgId>%s</MsgId><CreDtTm>%s</CreDtTm></GrpHdr>\n", id, at.Format("2006-01-02T15:04:05-07:00"))
	fmt.Fprintf(&x, "<Stmt><Id>%s</Id><CreDtTm>%s</CreDtTm>\n", id, at.Format("2006-01-02T15:04:05-07:00"))
	fmt.Fprintf(&x, "<Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>\n", companyIBAN())
	writeBalance(&x, "OPBD", b.balance(from-1), from)
	writeBalance(&x, "CLBD", b.balance(to), to)
	ordinal := map[ledger.Date]int{}
	for _, m := range b.movements {
		if m.day >= from && m.day <= to {
			ordinal[m.day]++
			writeMovement(&x, m, fmt.Sprintf("%s%03d", compact(m.day), ordinal[m.day]))
		}
	}
	x.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	name := "releve-" + to.String()
	if from != to {
		name = "releve-" + from.String() + "-au-" + to.String()
	}
	return File{Path: "bank/" + name + ".xml", Data: []byte(x.String()), Time: at}
}

func writeBalance(x *strings.Builder, code string, cents int64, day ledger.Date) {
	amount, side := sides(cents)
	fmt.Fprintf(x, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>\n",
		code, amount, side, day)
}

// sides writes cents without sign, and the side they are on.
func sides(cents int64) (amount, side string) {
	side = "CRDT"
	if cents < 0 {
		cents, side = -cents, "DBIT"
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100), side
}

// family is the bank's code for what sort of movement it is.
func (m *movement) family() (family, sub string) {
	switch {
	case m.back != "":
		return "IDDT", "UPDD"
	case m.debit:
		return "IDDT", "ESDD"
	case m.cents < 0:
		return "ICDT", "ESCT"
	default:
		return "RCDT", "ESCT"
	}
}

func writeMovement(x *strings.Builder, m *movement, ref string) {
	amount, side := sides(m.cents)
	family, sub := m.family()
	fmt.Fprintf(x, "<Ntry><Amt Ccy=\"EUR\">%s</Amt><CdtDbtInd>%s</CdtDbtInd>", amount, side)
	if m.back != "" {
		x.WriteString("<RvslInd>true</RvslInd>")
	}
	fmt.Fprintf(x, "<Sts>BOOK</Sts><BookgDt><Dt>%[1]s</Dt></BookgDt><ValDt><Dt>%[1]s</Dt></ValDt><AcctSvcrRef>%[2]s</AcctSvcrRef>", m.day, ref)
	fmt.Fprintf(x, "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>%s</Cd><SubFmlyCd>%s</SubFmlyCd></Fmly></Domn></BkTxCd>", family, sub)
	endToEnd := m.endToEnd
	if endToEnd == "" {
		endToEnd = "NOTPROVIDED"
	}
	fmt.Fprintf(x, "<NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>", escaped(endToEnd))
	fmt.Fprintf(x, "<AmtDtls><TxAmt><Amt Ccy=\"EUR\">%s</Amt></TxAmt></AmtDtls>", amount)
	if m.payer != "" {
		party := "Dbtr"
		if m.cents < 0 && m.back == "" {
			party = "Cdtr"
		}
		fmt.Fprintf(x, "<RltdPties><%[1]s><Nm>%[2]s</Nm></%[1]s>", party, escaped(m.payer))
		if m.payerIBAN != "" {
			fmt.Fprintf(x, "<%[1]sAcct><Id><IBAN>%[2]s</IBAN></Id></%[1]sAcct>", party, m.payerIBAN)
		}
		x.WriteString("</RltdPties>")
	}
	fmt.Fprintf(x, "<RmtInf><Ustrd>%s</Ustrd></RmtInf>", escaped(m.text))
	if m.back != "" {
		fmt.Fprintf(x, "<RtrInf><Rsn><Cd>%s</Cd></Rsn></RtrInf>", m.back)
	}
	x.WriteString("</TxDtls></NtryDtls></Ntry>\n")
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}
