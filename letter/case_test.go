package letter_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

const (
	friendly = "rappel-aimable"
	firm     = "relance-ferme"
	formal   = "relance-formelle"
	call     = "appel"
)

var (
	languages = []string{"fr", "en"}
	verbs     = map[string]ledger.Verb{friendly: ledger.VerbMail, firm: ledger.VerbMail, formal: ledger.VerbLetter, call: ledger.VerbCall}
)

func load(t testing.TB) letter.Texts {
	t.Helper()
	texts, err := letter.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func day(month time.Month, d int) ledger.Date {
	return ledger.DateOf(time.Date(2026, month, d, 0, 0, 0, 0, time.UTC))
}

// item is an invoice of one instalment, open in full, in cents of a euro.
func item(number string, due ledger.Date, cents int64) policy.NoticeLine {
	return policy.NoticeLine{
		Item: ledger.UID("item-" + number), Number: number, Ordinal: 1, Parts: 1, Issued: due - 30, Due: due,
		Total: money.New(cents, money.EUR), Open: money.New(cents, money.EUR),
	}
}

func partly(l policy.NoticeLine, open int64) policy.NoticeLine {
	l.Open = money.New(open, l.Total.Currency())
	return l
}

func instalment(l policy.NoticeLine, ordinal, parts int) policy.NoticeLine {
	l.Ordinal, l.Parts = ordinal, parts
	return l
}

func in(cur money.Currency, l policy.NoticeLine) policy.NoticeLine {
	l.Total, l.Open = money.New(l.Total.Minor(), cur), money.New(l.Open.Minor(), cur)
	return l
}

func ordered(l policy.NoticeLine, order string) policy.NoticeLine {
	l.Order = order
	return l
}

func credit(d ledger.Date, cents int64) reconcile.Loose {
	return reconcile.Loose{Kind: ledger.KindCredit, Amount: money.New(cents, money.EUR), Day: d, Text: "AV-3"}
}

func atelier() letter.Creditor {
	return letter.Creditor{
		Name: "Atelier des Exemples", Signer: "Dominique Exemple", Title: "Comptabilité clients", Mail: "bonjour@atelier.example",
		Phone: "01 99 00 00 01", Address: []string{"1 rue de l’Essai", "99000 Ville-Fictive"}, City: "Ville-Fictive",
		SIREN: "999999014", IBAN: "FR7699999000010000001234537", BIC: "EXAMFRPP",
	}
}

func durand() ledger.Customer {
	return ledger.Customer{
		Name: "DURAND ET FILS SAS", Code: "C001", Address: []string{"Bâtiment B", "2 rue du Test", "99000 VILLE-FICTIVE"},
	}
}

func camille() ledger.Contact {
	return ledger.Contact{Name: "Mme Camille Exemple", Mail: "camille@durand.example", Phone: "01 99 00 00 02"}
}

// story is a notice and its setting under a name.
type story struct {
	name    string
	notice  policy.Notice
	setting letter.Setting
}

// stories are the cases whose words are kept as golden files.
func stories() []story {
	april1, april20, may10 := day(time.April, 1), day(time.April, 20), day(time.May, 10)
	plain := letter.Setting{Creditor: atelier(), Customer: durand(), Day: day(time.May, 12)}
	with := func(attached ...string) letter.Setting {
		s := plain
		s.Attached = attached
		return s
	}
	bare := letter.Setting{Creditor: letter.Creditor{Name: "Atelier des Exemples"}, Customer: ledger.Customer{Code: "C009", Address: []string{"99000 VILLE-FICTIVE"}}, Day: plain.Day}
	unissued := item("F-1001", april20, 120000)
	unissued.Issued = 0
	consumer := plain
	consumer.Customer = ledger.Customer{Name: "Jean Martin", Code: "P12", CustomerRef: "", Address: []string{"3 place du Test", "99000 VILLE-FICTIVE"}}
	supplier := with("F-1001")
	supplier.Customer.CustomerRef = "FOUR-4711"
	var crowd []policy.NoticeLine
	var credits []reconcile.Loose
	for i := range 9 {
		crowd = append(crowd, item(fmt.Sprintf("F-10%02d", i+1), april1+ledger.Date(i), 10000+int64(i)*12345))
		if i < 5 {
			credits = append(credits, credit(april1, 1000))
		}
	}
	return []story{
		{"one invoice, attached", policy.Notice{To: camille(), Lines: []policy.NoticeLine{item("F-1001", april1, 120000)}}, supplier},
		{"one invoice, partly paid, with an order number, to a mailbox", policy.Notice{
			To: ledger.Contact{Name: "Service comptabilité", Mail: "compta@durand.example"}, Lines: []policy.NoticeLine{ordered(partly(item("F-1001", april20, 120000), 40000), "BC-778")},
		}, plain},
		{"one instalment, to a consumer", policy.Notice{
			To: ledger.Contact{Name: "Jean Martin", Phone: "06 99 00 00 03"}, Lines: []policy.NoticeLine{instalment(item("F-1002", may10+1, 30000), 2, 3)},
		}, consumer},
		{"three invoices, all attached", policy.Notice{To: camille(), Lines: []policy.NoticeLine{
			item("F-1001", april1, 120000), item("F-1002", april20, 123456789), item("F-1003", may10, 5000),
		}}, with("F-1001", "F-1002", "F-1003")},
		{"two invoices, one partly paid, one attached, a credit", policy.Notice{
			To: camille(), Lines: []policy.NoticeLine{partly(item("F-1001", april1, 120000), 40000), ordered(item("F-1002", april20, 50000), "BC-779")},
			Credits: []reconcile.Loose{credit(may10, 15000)},
		}, with("F-1001")},
		{"two instalments of one invoice", policy.Notice{To: camille(), Lines: []policy.NoticeLine{
			instalment(item("F-1002", april1, 30000), 1, 3), instalment(partly(item("F-1002", april20, 30000), 10000), 2, 3),
		}}, plain},
		{"nine invoices, five credits, one invoice attached", policy.Notice{To: camille(), Lines: crowd, Credits: credits}, with("F-1004")},
		{"two currencies, one soon due", policy.Notice{
			To: camille(), Lines: []policy.NoticeLine{item("F-1001", april1, 120000), in("JPY", item("F-1005", april20, 250000))},
			Upcoming: []policy.NoticeLine{item("F-1010", day(time.May, 20), 70000)},
		}, plain},
		{"next to nothing known", policy.Notice{Lines: []policy.NoticeLine{unissued}}, bare},
	}
}

// write writes a story with a text, the way the text is meant to leave.
func write(t testing.TB, texts letter.Texts, template, language string, s story) letter.Rendered {
	t.Helper()
	s.notice.Template, s.notice.Language, s.notice.Verb = template, language, verbs[template]
	out, err := texts.Write(s.notice, s.setting)
	if err != nil {
		t.Fatalf("%s/%s, %s: %v", language, template, s.name, err)
	}
	return out
}
