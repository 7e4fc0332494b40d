package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// The company of the benchmarks, and the instant at which they play.
const (
	benchSIREN = "999999014"
	benchIBAN  = "FR7699999000010000001234537"
	benchNow   = "2026-12-28T10:00:00+01:00" // a Monday
)

// bigBooks says how large a company's books are. Invoice i belongs to customer
// i modulo customers and was issued on day i of the year's first 330, in order.
// Of each thousand invoices, some are open and some have a payment that nobody
// has lettered yet; all others were paid after 25 days and are lettered with
// their payment, in a group of two.
type bigBooks struct {
	invoices, customers int
	open, unlettered    int // of each thousand
}

// fate tells what became of an invoice.
func (b bigBooks) fate(i int) (paid, lettered bool) {
	place := int(uint64(i) * 0x9E3779B97F4A7C15 >> 32 % 1000) // spread over customers and days
	paid = place >= b.open
	return paid, paid && place >= b.open+b.unlettered
}

func (b bigBooks) cents(i int) int64 { return int64(1200 + i*37%90000) }

func (b bigBooks) issued(i int) ledger.Date {
	return benchYear().AddDays(i * 330 / b.invoices)
}

func benchYear() ledger.Date {
	day, err := ledger.ParseDate("2026-01-01")
	if err != nil {
		panic(err)
	}
	return day
}

// lines returns how many lines the books have as a ledger export: three for
// each invoice, two for each payment.
func (b bigBooks) lines() int {
	n := 0
	for i := range b.invoices {
		n += 3
		if paid, _ := b.fate(i); paid {
			n += 2
		}
	}
	return n
}

// writeLedger writes the books as a French ledger export of one year.
func (b bigBooks) writeLedger(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n")
	for i := range b.invoices {
		sold, customer, cents := compact(b.issued(i)), i%b.customers, b.cents(i)
		paid, lettered := b.fate(i)
		letter := ""
		if lettered {
			letter = letterCode(i / b.customers)
		}
		number, name := fmt.Sprintf("F2026-%06d", i), benchName(customer)
		head := fmt.Sprintf("VE\tVentes\t%d\t%s\t", 2*i+1, sold)
		tail := fmt.Sprintf("\t%s\t%s\tFacture %s %s\t", number, sold, number, name)
		fmt.Fprintf(out, "%s411000\tClients\tC%05d\t%s%s%s\t0,00\t%s\t\t%s\t\t\r\n", head, customer, name, tail, comma(cents), letter, sold)
		fmt.Fprintf(out, "%s706000\tPrestations de services\t\t%s0,00\t%s\t\t\t%s\t\t\r\n", head, tail, comma(cents*5/6), sold)
		fmt.Fprintf(out, "%s445710\tTVA collectée\t\t%s0,00\t%s\t\t\t%s\t\t\r\n", head, tail, comma(cents-cents*5/6), sold)
		if !paid {
			continue
		}
		day := compact(b.issued(i).AddDays(25))
		if !lettered {
			number = fmt.Sprintf("ACOMPTE %d", i)
		}
		head = fmt.Sprintf("BQ\tBanque\t%d\t%s\t", 2*i+2, day)
		tail = fmt.Sprintf("\tRLV%s\t%s\tVIR %s %s\t", day[2:6], day, name, number)
		fmt.Fprintf(out, "%s512000\tBanque\t\t%s%s\t0,00\t\t\t%s\t\t\r\n", head, tail, comma(cents), day)
		fmt.Fprintf(out, "%s411000\tClients\tC%05d\t%s%s0,00\t%s\t%s\t\t%s\t\t\r\n", head, customer, name, tail, comma(cents), letter, day)
	}
	return out.Flush()
}

func benchName(customer int) string { return fmt.Sprintf("SOCIÉTÉ FICTIVE %05d SARL", customer) }

func benchCode(customer int) string { return fmt.Sprintf("C%05d", customer) }

// compact writes a day as a ledger export does.
func compact(d ledger.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// comma writes cents as euros in French.
func comma(cents int64) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }

// letterCode spells a lettering code: AAA, AAB and so on.
func letterCode(n int) string {
	return string([]byte{byte('A' + n/676%26), byte('A' + n/26%26), byte('A' + n%26)})
}

// writePeople writes the table that a ledger export cannot replace: everybody
// is a business with an address.
func (b bigBooks) writePeople(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, "code;name;kind;language;role;contact;mail;phone;terms;address\r\n*;;business;fr;;;;;30 jours;\r\n")
	for i := range b.customers {
		fmt.Fprintf(out, "%s;;;;pays;Camille Exemple;compta@c%05d.example;01 99 00 %02d %02d;;%d rue de l'Essai|75999 FAUX-BOURG\r\n",
			benchCode(i), i, i/100%100, i%100, 1+i%200)
	}
	return out.Flush()
}

// bankEntry is one entry of a large statement, about as long as a bank writes
// one that carries a transfer.
const bankEntry = `<Ntry><NtryRef>%[1]d</NtryRef><Amt Ccy="EUR">%[2]d.%02[3]d</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%[4]s</Dt></BookgDt><ValDt><Dt>%[4]s</Dt></ValDt><AcctSvcrRef>BK%012[1]d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>FICTIVE-%012[1]d</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">%[2]d.%02[3]d</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Nm>%[5]s</Nm></Dbtr><DbtrAcct><Id><IBAN>FR76999990000100000%05[6]d57</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>VIREMENT FACTURE F2026-%06[1]d</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`

// writeStatements writes a camt.053 with a statement for each day up to 27
// December, whose balances add up: an entry for each payment of the books, on
// its day.
func (b bigBooks) writeStatements(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>LARGE</MsgId><CreDtTm>2026-12-28T02:00:00+01:00</CreDtTm></GrpHdr>
`)
	balance, next := int64(1_000_000), 0
	for d := range 361 {
		day, first, closing := benchYear().AddDays(d), next, balance
		for ; next < b.invoices && b.issued(next).AddDays(25) <= day; next++ {
			if paid, _ := b.fate(next); paid {
				closing += b.cents(next)
			}
		}
		fmt.Fprintf(out, `<Stmt><Id>2026-%03d</Id><ElctrncSeqNb>%d</ElctrncSeqNb><CreDtTm>%sT23:00:00+01:00</CreDtTm><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>%s%s
`, d+1, d+1, day, benchIBAN, bankBalance("OPBD", balance, day), bankBalance("CLBD", closing, day))
		for i := first; i < next; i++ {
			if paid, _ := b.fate(i); paid {
				fmt.Fprintf(out, bankEntry, i, b.cents(i)/100, b.cents(i)%100, day, benchName(i%b.customers), i%b.customers)
			}
		}
		fmt.Fprint(out, "</Stmt>\n")
		balance = closing
	}
	fmt.Fprint(out, "</BkToCstmrStmt></Document>\n")
	return out.Flush()
}

func bankBalance(code string, cents int64, day ledger.Date) string {
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.%02d</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`,
		code, cents/100, cents%100, day)
}

// benchFile writes one file of a benchmark's installation, an hour old.
func benchFile(tb testing.TB, path string, write func(io.Writer) error) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		tb.Fatal(err)
	}
	when := benchClock()().Add(-time.Hour)
	if err := os.Chtimes(path, when, when); err != nil {
		tb.Fatal(err)
	}
}

// benchClock stands still: no run may differ from another by its hour.
func benchClock() func() time.Time {
	at, err := time.Parse(time.RFC3339, benchNow)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return at }
}

// benchConfig is the configuration of the benchmarks' installation; each kind
// named gets a connection.
func benchConfig(tb testing.TB, dir string, kinds ...string) string {
	tb.Helper()
	text := fmt.Sprintf(`database = "relanced.db"

[company.grande]
name     = "La Grande Exemplaire"
siren    = "%s"
language = "fr"
mode     = "approve"
terms    = "30 jours"
%s
[company.grande.sender]
name    = "Hélène Modèle"
mail    = "facturation@grande.example"
phone   = "01 99 00 20 20"
address = ["2 rue de l'Établi", "75999 FAUX-BOURG"]
city    = "Faux-Bourg"
iban    = "%s"
`, benchSIREN, map[bool]string{true: `accounts = ["` + benchIBAN + `"]`}[strings.Contains(strings.Join(kinds, " "), "bank")], benchIBAN)
	paths := map[string]string{"fec": "ledger", "bank": "bank", "people": "people.csv", "folder": "out"}
	for _, kind := range kinds {
		text += fmt.Sprintf("\n[company.grande.connection.%s]\nkind = %q\npath = %q\n", kind, kind, paths[kind])
	}
	for _, folder := range []string{"ledger", "bank"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	path := filepath.Join(dir, "relanced.toml")
	benchFile(tb, path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	return path
}

// spoken is a tool that tells the books without a file to parse: what it costs
// is the cache's and the stages' own. With changes it tells only that so many
// of the open invoices have been paid.
type spoken struct {
	books   bigBooks
	from    int // the first invoice that may be paid now
	changes int // 0: everything
	silent  bool
}

// Check says that the tool is there.
func (s *spoken) Check(context.Context) (connectors.Report, error) {
	return connectors.Report{Identity: benchSIREN}, nil
}

// Read tells the books.
func (s *spoken) Read(ctx context.Context, _ connectors.Scope, _ connectors.Cursor) iter.Seq2[connectors.Page, error] {
	end := &connectors.End{AsOf: benchClock()(), Count: -1, MoneyUntil: ledger.DateOf(benchClock()())}
	return func(yield func(connectors.Page, error) bool) {
		switch {
		case s.silent:
			end.Unchanged = true
			yield(connectors.Page{Stream: "2026", Next: "2026", End: end}, nil)
		case s.changes > 0:
			p := s.paid()
			p.End = end
			yield(p, nil)
		default:
			end.Complete = true
			s.all(ctx, end, yield)
		}
	}
}

func (s *spoken) all(ctx context.Context, end *connectors.End, yield func(connectors.Page, error) bool) {
	const perPage = 170
	for from := 0; from < s.books.invoices; from += perPage {
		p := connectors.Page{Stream: "2026"}
		for i := from; i < min(from+perPage, s.books.invoices); i++ {
			s.tell(&p, i)
		}
		if from+perPage >= s.books.invoices {
			p.End, p.Next = end, "2026"
		}
		if !yield(p, ctx.Err()) {
			return
		}
	}
}

// tell adds one invoice to a page, with its customer at first sight and its
// payment.
func (s *spoken) tell(p *connectors.Page, i int) {
	b, customer := s.books, benchCode(i%s.books.customers)
	if i < b.customers {
		p.Customers = append(p.Customers, ledger.Customer{
			ID: customer, Code: customer, Name: benchName(i), Kind: ledger.KindBusiness, Language: "fr", Address: []string{"1 rue de l'Essai", "75999 FAUX-BOURG"},
		})
		p.Contacts = append(p.Contacts, ledger.Contact{ID: customer + "|pays", Customer: customer, Role: ledger.RolePays, Name: "Camille Exemple", Mail: "compta@" + strings.ToLower(customer) + ".example"})
	}
	total, number := money.New(b.cents(i), money.EUR), fmt.Sprintf("F2026-%06d", i)
	p.Invoices = append(p.Invoices, ledger.Invoice{
		ID: number, Customer: customer, Number: number, Issued: b.issued(i), Total: total, Seen: ledger.Source("tool " + number),
		Items: []ledger.Item{{ID: number + "#1", Ordinal: 1, Due: b.issued(i).AddDays(30), Total: total}},
	})
	if paid, _ := b.fate(i); paid {
		s.pay(p, i, b.issued(i).AddDays(25))
	}
}

// pay adds the payment of an invoice, allocated to it.
func (s *spoken) pay(p *connectors.Page, i int, day ledger.Date) {
	total, number := money.New(s.books.cents(i), money.EUR), fmt.Sprintf("F2026-%06d", i)
	p.Payments = append(p.Payments, ledger.Payment{
		ID: "P" + number, Customer: benchCode(i % s.books.customers), Day: day, Amount: total, Method: "bank", Text: "VIR " + number, Reference: "RLV" + number, Seen: ledger.Source("tool P" + number),
	})
	p.Allocations = append(p.Allocations, ledger.Allocation{ID: "A" + number, FromKind: ledger.KindPayment, From: "P" + number, Item: number + "#1", Amount: total, Day: day})
}

// paid tells of open invoices, each of another customer, that have been paid
// today, beginning where the last change ended.
func (s *spoken) paid() connectors.Page {
	p := connectors.Page{Stream: "2026"}
	for n := 0; n < s.changes; s.from++ {
		if paid, _ := s.books.fate(s.from); paid {
			continue
		}
		s.pay(&p, s.from, ledger.DateOf(benchClock()()))
		n++
	}
	p.Next = connectors.Cursor(fmt.Sprintf("2026-%d", s.from))
	return p
}
