package bank_test

import (
	"fmt"
	"strings"
)

// entry is one movement of a made-up statement.
type entry struct {
	day    string // booking day; "": none
	value  string // "": the booking day
	cents  int    // signed
	ref    string // AcctSvcrRef
	own    string // NtryRef
	text   string // Ustrd
	status string // "": BOOK
	inner  string // NtryDtls instead of the plain ones
	extra  string // anything more, behind AcctSvcrRef
}

func (e entry) xml() string {
	var b strings.Builder
	direction, cents := "CRDT", e.cents
	if cents < 0 {
		direction, cents = "DBIT", -cents
	}
	b.WriteString("<Ntry>")
	element(&b, "NtryRef", e.own)
	fmt.Fprintf(&b, `<Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, decimal(cents), direction)
	status := e.status
	if status == "" {
		status = "BOOK"
	}
	element(&b, "Sts", status)
	if e.day != "" {
		fmt.Fprintf(&b, "<BookgDt><Dt>%s</Dt></BookgDt>", e.day)
	}
	if e.value != "" {
		fmt.Fprintf(&b, "<ValDt><Dt>%s</Dt></ValDt>", e.value)
	}
	element(&b, "AcctSvcrRef", e.ref)
	b.WriteString(e.extra)
	if e.inner != "" {
		b.WriteString(e.inner)
	} else {
		fmt.Fprintf(&b, "<NtryDtls><TxDtls><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls>", e.text)
	}
	b.WriteString("</Ntry>\n")
	return b.String()
}

func element(b *strings.Builder, name, text string) {
	if text != "" {
		fmt.Fprintf(b, "<%s>%s</%s>", name, text, name)
	}
}

func decimal(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// bal is one balance of a made-up statement.
type bal struct {
	code  string
	cents int
	day   string
}

func (b bal) xml() string {
	direction, cents := "CRDT", b.cents
	if cents < 0 {
		direction, cents = "DBIT", -cents
	}
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`,
		b.code, decimal(cents), direction, b.day)
}

// stmt is a made-up statement; a notification when it is in a camt.054.
type stmt struct {
	id      string
	account string // "": ours
	created string // "": 2026-05-01
	head    string // anything more before the balances
	bals    []bal
	entries []entry
}

func (s stmt) xml(name string) string {
	var b strings.Builder
	account, created := s.account, s.created
	if account == "" {
		account = ours
	}
	if created == "" {
		created = "2026-05-01"
	}
	fmt.Fprintf(&b, "<%s><Id>%s</Id><CreDtTm>%sT02:00:00</CreDtTm><Acct><Id><IBAN>%s</IBAN></Id></Acct>%s", name, s.id, created, account, s.head)
	for _, one := range s.bals {
		b.WriteString(one.xml())
	}
	b.WriteString("\n")
	for _, e := range s.entries {
		b.WriteString(e.xml())
	}
	fmt.Fprintf(&b, "</%s>", name)
	return b.String()
}

// camt053 is a file of statements.
func camt053(statements ...stmt) string {
	return camtFile("camt.053.001.02", "BkToCstmrStmt", "Stmt", statements)
}

// camt054 is a file of notifications.
func camt054(notifications ...stmt) string {
	return camtFile("camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn", notifications)
}

func camtFile(version, message, name string, all []stmt) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\"><%s><GrpHdr><MsgId>M</MsgId></GrpHdr>\n", version, message)
	for _, s := range all {
		b.WriteString(s.xml(name))
	}
	fmt.Fprintf(&b, "</%s></Document>\n", message)
	return b.String()
}

// balanced is a statement that adds up: from a balance on the first day to
// what its entries make of it on the last.
func balanced(id string, open int, first, last string, entries ...entry) stmt {
	end := open
	for _, e := range entries {
		if e.status == "" || e.status == "BOOK" {
			end += e.cents
		}
	}
	return stmt{id: id, bals: []bal{{"OPBD", open, first}, {"CLBD", end, last}}, entries: entries}
}
