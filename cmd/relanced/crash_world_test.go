package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
)

// world is a company's books as a crash test plays them: invoices of many
// customers, each of whom owes one, payments booked in the ledger or seen at
// the bank. Its files are replaced as tools do it, whole and at once.
type world struct {
	t        *testing.T
	dir      string
	today    ledger.Date
	heard    ledger.Date // the day of the statement before today's
	calendar calendar.Calendar
	invoices []*debt
}

// debt is one invoice and what became of it.
type debt struct {
	n      int // of the customer, too
	issued ledger.Date
	cents  int64
	paid   ledger.Date // zero: open
	byBank bool        // the payment is seen at the bank, else booked in the ledger
	gone   bool        // the ledger does not show it any more
}

func (d *debt) code() string   { return fmt.Sprintf("C%05d", d.n) }
func (d *debt) number() string { return fmt.Sprintf("F2026-%05d", d.n) }

const (
	crashIBAN    = "FR7699999000010000001234537"
	openingCents = 1_000_000
)

// invoice adds a debt that is due thirty days after it was issued. No two
// amounts are the same, so that no payment suggests another invoice.
func (w *world) invoice(n int, issued ledger.Date) *debt {
	d := &debt{n: n, issued: issued, cents: 100_000 + int64(n)*100 + 7}
	w.invoices = append(w.invoices, d)
	return d
}

// put replaces a file as a tool does that knows its trade.
func (w *world) put(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path+".part", []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		w.t.Fatal(err)
	}
}

// write writes everything as it is now.
func (w *world) write() {
	w.t.Helper()
	w.put("people.csv", w.people())
	w.put("books/999999014FEC20261231.txt", w.books())
	w.statement(w.today)
}

// pay makes a payment visible today.
func (w *world) pay(d *debt) {
	w.t.Helper()
	d.paid = w.today
	if d.byBank {
		w.statement(w.today)
		return
	}
	w.put("books/999999014FEC20261231.txt", w.books())
}

func (w *world) people() string {
	var b strings.Builder
	b.WriteString("code;name;kind;language;mail;phone;terms\n")
	for _, d := range w.invoices {
		fmt.Fprintf(&b, "%s;CLIENT %d;business;fr;c%d@client.example;0199000000;30 jours\n", d.code(), d.n, d.n)
	}
	return b.String()
}

func (w *world) books() string {
	var b strings.Builder
	b.WriteString("JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n")
	row := func(journal string, n int, day ledger.Date, account, customer, name, ref, label string, debit, credit int64, letter, lettered string) {
		compact := strings.ReplaceAll(day.String(), "-", "")
		fmt.Fprintf(&b, "%s\t%s\t%s%d\t%s\t%s\tCompte\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\t\n",
			journal, journal, journal, n, compact, account, customer, name, ref, compact, label, comma(debit), comma(credit), letter, lettered, compact)
	}
	for _, d := range w.invoices {
		if d.gone {
			continue
		}
		name, letter, lettered := fmt.Sprintf("CLIENT %d", d.n), "", ""
		booked := d.paid.Known() && !d.byBank
		if booked {
			letter, lettered = fmt.Sprintf("L%05d", d.n), strings.ReplaceAll(d.paid.String(), "-", "")
		}
		row("VE", d.n, d.issued, "411000", d.code(), name, d.number(), "Facture "+d.number(), d.cents, 0, letter, lettered)
		row("VE", d.n, d.issued, "706000", "", "", d.number(), "Facture "+d.number(), 0, d.cents, "", "")
		if booked {
			row("BQ", d.n, d.paid, "512000", "", "", "V"+d.number(), "Virement "+d.number(), d.cents, 0, "", "")
			row("BQ", d.n, d.paid, "411000", d.code(), name, "V"+d.number(), "Virement "+d.number(), 0, d.cents, letter, lettered)
		}
	}
	return b.String()
}

func comma(cents int64) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }

// statement writes the bank's statement of a day, and of the days since the
// one before. Payments booked in the ledger come to the bank a day they are not
// asked for here: the ledger's word is enough.
func (w *world) statement(day ledger.Date) {
	w.t.Helper()
	from := w.heard + 1
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>S%[1]s</MsgId><CreDtTm>%[1]sT09:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S%[1]s</Id><CreDtTm>%[1]sT09:00:00</CreDtTm><Acct><Id><IBAN>%[2]s</IBAN></Id><Ccy>EUR</Ccy></Acct>
`, day, crashIBAN)
	w.balance(&b, "OPBD", from-1, from)
	w.balance(&b, "CLBD", day, day)
	for _, d := range w.invoices {
		if d.byBank && d.paid >= from && d.paid <= day {
			fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%[1]s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%[2]s</Dt></BookgDt><ValDt><Dt>%[2]s</Dt></ValDt><AcctSvcrRef>B%[3]d</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E%[3]d</EndToEndId></Refs><RmtInf><Ustrd>%[4]s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, point(d.cents), d.paid, d.n, d.number())
		}
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	w.put("bank/"+day.String()+".xml", b.String())
}

// balance writes what was on the account at the end of a day.
func (w *world) balance(b *strings.Builder, code string, end, dated ledger.Date) {
	cents := int64(openingCents)
	for _, d := range w.invoices {
		if d.byBank && d.paid.Known() && d.paid <= end {
			cents += d.cents
		}
	}
	fmt.Fprintf(b, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>
`, code, point(cents), dated)
}

func point(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// next goes on to the next day on which somebody works.
func (w *world) next() { w.heard, w.today = w.today, w.calendar.Next(w.today+1) }

// newWorld begins on a day.
func newWorld(t *testing.T, first ledger.Date) *world {
	t.Helper()
	calendars, err := calendar.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	french, err := calendars.Get("FR", nil)
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, dir: t.TempDir(), today: first, heard: first - 1, calendar: french}
}
