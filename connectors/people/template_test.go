package people_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/connectors/people"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func TestTemplateLooksLikeASpreadsheetWantsIt(t *testing.T) {
	var out bytes.Buffer
	err := people.Template(&out, []people.Row{
		{Customer: ledger.Customer{Code: "C001", Name: "=HYPERLINK(\"x\")"}, Debt: "1234.50 EUR"},
		{
			Customer: ledger.Customer{Code: "C002", Name: "BOULANGERIE ÉTOILÉE", Kind: ledger.KindBusiness},
			Contacts: []ledger.Contact{{Role: ledger.RolePays, Mail: "a@b.example"}, {Role: ledger.RoleOrders, Phone: "+33 1 99 00 12 34"}},
		},
	})
	must(t, err)
	want := "\ufeff" + strings.Join([]string{
		"code;name;kind;language;role;contact;mail;phone;terms;never_chase;invoices;address;calendar;siren;vat;iban;reference;debt;note",
		`C001;"'=HYPERLINK(""x"")";;;;;;;;;;;;;;;;1234.50 EUR;`,
		"C002;BOULANGERIE ÉTOILÉE;business;;pays;;a@b.example;;;;;;;;;;;;",
		"C002;;;;orders;;;'+33 1 99 00 12 34;;;;;;;;;;;",
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
}

// anything draws text that a person, a spreadsheet or an attacker may have put
// into a name; the file keeps all of it but what spoils a line.
func anything() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		text := rapid.StringOf(rapid.RuneFrom([]rune(`abÉœ€=+-@'";,|.<>&#/\0 `))).Draw(t, "text")
		return strings.TrimSpace(text)
	})
}

func customer() *rapid.Generator[ledger.Customer] {
	pick := func(t *rapid.T, name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	return rapid.Custom(func(t *rapid.T) ledger.Customer {
		c := ledger.Customer{
			Name: anything().Draw(t, "name"), Terms: anything().Draw(t, "terms"), CustomerRef: anything().Draw(t, "reference"),
			Kind:       ledger.CustomerKind(pick(t, "kind", "", "business", "consumer", "public")),
			Language:   pick(t, "language", "", "fr", "en"),
			Calendar:   pick(t, "calendar", "", "FR", "FR-57", "BE"),
			SIREN:      pick(t, "siren", "", "404833048", "356000000"),
			VAT:        pick(t, "vat", "", "FR83404833048", "BE0999000010"),
			NeverChase: pick(t, "never", "", "litige", "=1+1", "'-x"),
			Documents:  pick(t, "invoices", "", "/srv/factures"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "accounts") {
			c.IBANs = append(c.IBANs, pick(t, "iban", "FR7699998000100000000010157", "GB28SAMP00112200000606"))
		}
		slices.Sort(c.IBANs)
		c.IBANs = slices.Compact(c.IBANs)
		for i := range rapid.IntRange(0, 3).Draw(t, "lines") {
			c.Address = append(c.Address, fmt.Sprintf("%d rue \"de l'Exemple\"; =1", i))
		}
		return c
	})
}

func contact(customer string) *rapid.Generator[ledger.Contact] {
	return rapid.Custom(func(t *rapid.T) ledger.Contact {
		c := ledger.Contact{
			Customer: customer,
			Role:     rapid.SampledFrom([]ledger.Role{ledger.RolePays, ledger.RoleOrders, ledger.RoleApproves, ledger.RoleEscalation}).Draw(t, "role"),
			Name:     anything().Draw(t, "name"),
			Mail:     rapid.SampledFrom([]string{"", "a@b.example", "-x+y@b.example", "'q@b.example"}).Draw(t, "mail"),
			Phone:    rapid.SampledFrom([]string{"", "+33 1 99 00 12 34", "01.99.00.12.34"}).Draw(t, "phone"),
		}
		if c.Name == "" && c.Mail == "" && c.Phone == "" {
			c.Phone = "0199001234"
		}
		return c
	})
}

func TestTemplateReadsBackIdentically(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []people.Row
		var customers []ledger.Customer
		var contacts []ledger.Contact
		for i := range rapid.IntRange(0, 4).Draw(t, "customers") {
			c := customer().Draw(t, "customer")
			c.Code = rapid.SampledFrom([]string{"C", "=", "-9 ", "'+", "É;\"", "*x"}).Draw(t, "code") + fmt.Sprint(i)
			c.ID = c.Code
			row := people.Row{Customer: c, Debt: "=1.00 EUR"}
			seen := make(map[ledger.Contact]bool)
			for range rapid.IntRange(0, 3).Draw(t, "contacts") {
				one := contact(c.Code).Draw(t, "contact")
				if !seen[one] {
					row.Contacts = append(row.Contacts, one)
				}
				seen[one] = true
			}
			rows, customers, contacts = append(rows, row), append(customers, c), append(contacts, row.Contacts...)
		}
		var out bytes.Buffer
		if err := people.Template(&out, rows); err != nil {
			t.Fatal(err)
		}
		sheet, err := people.Parse(out.Bytes(), options)
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.String())
		}
		if len(sheet.Quarantined) > 0 {
			t.Fatalf("%s in\n%s", sheet.Quarantined[0].Reason, out.String())
		}
		ignore := cmp.Options{
			cmpopts.IgnoreFields(ledger.Customer{}, "Seen"), cmpopts.IgnoreFields(ledger.Contact{}, "Seen", "ID"), cmpopts.EquateEmpty(),
		}
		if diff := cmp.Diff(customers, sheet.Customers, ignore); diff != "" {
			t.Fatalf("customers (-want +got):\n%s\n%s", diff, out.String())
		}
		if diff := cmp.Diff(contacts, sheet.Contacts, ignore); diff != "" {
			t.Fatalf("contacts (-want +got):\n%s\n%s", diff, out.String())
		}
	})
}

func TestTemplateMakesFormulasHarmless(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "＝1"} {
		var out bytes.Buffer
		must(t, people.Template(&out, []people.Row{{Customer: ledger.Customer{Code: "C1", Name: text}}}))
		cell := strings.Split(out.String(), ";")[len(people.Columns())] // second cell of the second line
		if !strings.HasPrefix(cell, "'") {
			t.Errorf("%q: written as %q, want an apostrophe before it", text, cell)
		}
	}
}

func TestTemplateNeverLosesAReason(t *testing.T) {
	for _, reason := range []string{"non", "No", "0", "litige\nen cours", "\u200b"} {
		var out bytes.Buffer
		must(t, people.Template(&out, []people.Row{{Customer: ledger.Customer{Code: "C1", NeverChase: reason}}}))
		if got := parse(t, out.String()).Customers[0].NeverChase; got == "" {
			t.Errorf("the reason %q was lost", reason)
		}
	}
}

func TestGapsBiggestDebtFirst(t *testing.T) {
	eur := func(cents int64) []money.Amount { return []money.Amount{money.New(cents, money.EUR)} }
	full := ledger.Customer{Kind: ledger.KindBusiness, Language: "fr", Terms: "30 jours"}
	with := func(code string, change func(*people.Debtor)) people.Debtor {
		d := people.Debtor{Customer: full, Contacts: []ledger.Contact{{Mail: "a@b.example"}}}
		d.Customer.Code = code
		change(&d)
		return d
	}
	debtors := []people.Debtor{
		with("small", func(d *people.Debtor) { d.Debt = eur(100); d.Contacts = nil }),
		with("foreign", func(d *people.Debtor) {
			d.Debt = []money.Amount{money.New(9_000_000, "JPY")}
			d.Customer.Language = ""
		}),
		with("whole", func(d *people.Debtor) { d.Debt = eur(99_999) }),
		with("big", func(d *people.Debtor) {
			d.Debt = append(eur(50_000), money.New(700, "USD"))
			d.Customer.Kind, d.Customer.Terms = "", ""
		}),
		with("paid", func(d *people.Debtor) { d.Debt = eur(0); d.Contacts = nil }),
		with("credit", func(d *people.Debtor) { d.Debt = eur(-5); d.Contacts = nil }),
		with("never", func(d *people.Debtor) { d.Debt = eur(70_000); d.Contacts = nil; d.Customer.NeverChase = "litige" }),
		with("bounced", func(d *people.Debtor) { d.Debt = eur(100); d.Contacts[0].Invalid = "bounced" }),
	}
	var got []string
	for _, g := range people.Gaps(debtors, money.EUR) {
		got = append(got, fmt.Sprintf("%s %v %s", g.Debtor.Customer.Code, g.Missing, g.Row().Debt))
	}
	want := []string{
		"big [kind terms] 500.00 EUR + 7.00 USD", "bounced [mail] 1.00 EUR", "small [mail] 1.00 EUR", "foreign [language] 9000000 JPY",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

func TestColumnsAreToldApart(t *testing.T) {
	owner := make(map[string]string)
	for _, c := range people.Columns() {
		if c.Text == "" {
			t.Errorf("column %s is not documented", c.Name)
		}
		for _, header := range append([]string{c.Name}, c.Aliases...) {
			// The header alone must name its column, whatever its case.
			text := strings.ToUpper(header) + ";code\n"
			if c.Name == "code" {
				text = header + "\n"
			}
			if _, err := people.Parse([]byte(text), options); err != nil {
				t.Errorf("header %q: %v", header, err)
			}
			if other, taken := owner[strings.ToLower(header)]; taken && other != c.Name {
				t.Errorf("header %q names both %s and %s", header, other, c.Name)
			}
			owner[strings.ToLower(header)] = c.Name
		}
		if c.Example == "" || c.Name == "code" {
			continue
		}
		sheet := parse(t, "code\t"+c.Name+"\nC1\t"+c.Example+"\n")
		if c.Name != "role" && len(sheet.Quarantined) > 0 {
			t.Errorf("the example of %s is refused: %s", c.Name, sheet.Quarantined[0].Reason)
		}
	}
}
