package bank_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"testing"
)

// writeLarge writes a camt.053 of about size bytes, one statement that adds
// up, and returns how many entries it has. When ids is false no entry has an
// id of the bank.
func writeLarge(w io.Writer, size int64, ids bool) (entries int, err error) {
	const balance = `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-%s</Dt></Dt></Bal>`
	const entry = `<Ntry><NtryRef>E%d</NtryRef><Amt Ccy="EUR">1200.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-%02d</Dt></BookgDt><ValDt><Dt>2026-04-%02d</Dt></ValDt>%s<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>DURAND-%d</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">1200.00</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Nm>DURAND ET FILS SAS</Nm></Dbtr><DbtrAcct><Id><IBAN>FR7699998000100000000010157</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>F2026-%d</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`
	const perEntry = 625
	entries = int(size / perEntry)
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>LARGE</MsgId><CreDtTm>2026-05-01T02:00:00+02:00</CreDtTm></GrpHdr>
<Stmt><Id>LARGE-04</Id><CreDtTm>2026-05-01T02:00:00+02:00</CreDtTm><Acct><Id><IBAN>FR7699999000010000001234537</IBAN></Id><Ccy>EUR</Ccy></Acct>`)
	fmt.Fprintf(out, balance, "OPBD", 10000, "04-01")
	fmt.Fprintf(out, balance, "CLBD", 10000+1200*entries, "04-30")
	for i := range entries {
		day, ref := 1+i*30/entries, ""
		if ids {
			ref = fmt.Sprintf("<AcctSvcrRef>BK%09d</AcctSvcrRef>", i)
		}
		fmt.Fprintf(out, entry, i, day, day, ref, i, i)
	}
	fmt.Fprint(out, "</Stmt></BkToCstmrStmt></Document>\n")
	return entries, out.Flush()
}

// largeFile writes such a file and returns how many entries it has.
func largeFile(tb testing.TB, path string, size int64, ids bool) (entries int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	entries, err = writeLarge(f, size, ids)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return entries
}
