package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/relanced/relanced/connectors/people"
	"github.com/relanced/relanced/ledger"
)

var options = people.Options{File: "people.csv", Dir: "/books", Own: []string{"FR76 9999 8000 1000 0000 0090 958"}}

func parse(t *testing.T, text string) people.Sheet {
	t.Helper()
	sheet, err := people.Parse([]byte(text), options)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return sheet
}

func TestEncodingsAndSeparatorsReadAlike(t *testing.T) {
	text := "code;nom;e-mail\r\nC002;BOULANGERIE ÉTOILÉE;bonjour@etoilee.example\r\n"
	latin, err := charmap.Windows1252.NewEncoder().String(text)
	must(t, err)
	want := parse(t, text)
	if len(want.Customers) != 1 || want.Customers[0].Name != "BOULANGERIE ÉTOILÉE" || len(want.Contacts) != 1 {
		t.Fatalf("got %+v", want)
	}
	for name, variant := range map[string]string{
		"byte order mark": "\ufeff" + text,
		"windows-1252":    latin,
		"comma":           strings.ReplaceAll(text, ";", ","),
		"tab":             strings.ReplaceAll(text, ";", "\t"),
		"line feed":       strings.ReplaceAll(text, "\r\n", "\n"),
		"old mac":         strings.ReplaceAll(text, "\r\n", "\r"),
		"no last line":    strings.TrimSuffix(text, "\r\n"),
		"quoted":          "\"code\";\"nom\";\"e-mail\"\r\n\"C002\";\"BOULANGERIE ÉTOILÉE\";\"bonjour@etoilee.example\"\r\n",
		"other order":     "E-MAIL;CODE;Nom\nbonjour@etoilee.example;C002;BOULANGERIE ÉTOILÉE\n",
		"ends in marks":   "code;nom;e-mail;;\nC002;BOULANGERIE ÉTOILÉE;bonjour@etoilee.example;;\n",
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, parse(t, variant)); diff != "" {
				t.Errorf("sheet (-want +got):\n%s", diff)
			}
		})
	}
	below := parse(t, "sep=,\n"+strings.ReplaceAll(text, ";", ","))
	if below.Customers[0].Seen != "people.csv line 3" {
		t.Errorf("below a line sep=,: got %q, want line 3", below.Customers[0].Seen)
	}
}

func TestFilesInDoubtAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"spreadsheet":       {"PK\x03\x04...", "people.csv: this is a spreadsheet"},
		"utf-16":            {"\xff\xfec\x00o\x00d\x00e\x00", "people.csv: the text is UTF-16"},
		"zero byte":         {"code\nC\x00001\n", "people.csv: the file holds zero bytes"},
		"broken utf-8":      {"\ufeffcode\nC\xe9\n", "people.csv: the file says that it is UTF-8, and is not"},
		"no header":         {"C001;Jean Dupont;jean@dupont.example\n", "people.csv line 1, cell 1: the first line names no column"},
		"unknown column":    {"code;naem;mail\n", `people.csv line 1, cell 2: there is no column "naem"; is name meant?`},
		"far-off column":    {"code;wxyzwxyz\n", `there is no column "wxyzwxyz"; the columns are code, name, kind,`},
		"two of one":        {"code;mail;e-mail\n", `people.csv line 1, cell 3: the column mail stands there already as "mail" (people.csv line 1, cell 2)`},
		"no code":           {"name;mail\n", "the column code is missing"},
		"open quote":        {"code;name\nC001;\"DURAND\nC002;MULLER\n", `people.csv line 2 to 3: a quote (") is not closed`},
		"quote in quotes":   {"code;name\nC001;\"A \"B\" C\"\nC002;MULLER\n", `people.csv line 2: a quote (") is not closed`},
		"rows swallowed":    {"code;name\nC001;\"DURAND\nC002;MULLER\"\n", "people.csv line 2, column name: the cell runs over several lines"},
		"two unknown names": {"code;naem;maill\n", `"maill"; is mail meant?`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := people.Parse([]byte(c.text), options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got error %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "dupont") || strings.Contains(err.Error(), "Dupont") {
				t.Errorf("the error tells a name: %v", err)
			}
		})
	}
}

// A fault is told with its place and its way out. What hangs on it decides
// whether the customer is held.
func TestFaults(t *testing.T) {
	const header = "code;name;kind;language;role;contact;mail;phone;terms;never_chase;address;calendar;siren;vat;iban\n"
	for name, c := range map[string]struct {
		row, want string // want: the reason up to the way out
		kind      ledger.Kind
		held      []string // customers held; "" is everybody
		contacts  int
	}{
		"kind":             {"C1;;firm;;;;a@b.example;;;;;;;;", "line 2, column kind: it is not a kind of customer", ledger.KindCustomer, []string{"C1"}, 1},
		"terms":            {"C1;;;;;;;;30\ufffdjours;;;;;;", "line 2, column terms: it holds characters", ledger.KindCustomer, []string{"C1"}, 0},
		"language":         {"C1;;;xx;;;a@b.example;;;;;;;;", "line 2, column language: it is not a language", ledger.KindCustomer, nil, 1},
		"siren":            {"C1;;;;;;;;;;;;404833049;;", "line 2, column siren: the SIREN's check digit does not fit", ledger.KindCustomer, nil, 0},
		"siren cut":        {"C1;;;;;;;;;;;;5833048;;", "line 2, column siren: a SIREN has 9 digits", ledger.KindCustomer, nil, 0},
		"vat":              {"C1;;;;;;;;;;;;;FR82404833048;", "line 2, column vat: the VAT number's key does not fit", ledger.KindCustomer, nil, 0},
		"iban":             {"C1;;;;;;;;;;;;;;FR7699998000100000000010158", "line 2, column iban: the IBAN's check digits do not fit", ledger.KindCustomer, nil, 0},
		"iban short":       {"C1;;;;;;;;;;;;;;FR76999980001000000000101", "line 2, column iban: an IBAN of FR has 27 characters, this one 25", ledger.KindCustomer, nil, 0},
		"our own iban":     {"C1;;;;;;;;;;;;;;FR76 9999 8000 1000 0000 0090 958", "line 2, column iban: this is one of our own accounts", ledger.KindCustomer, nil, 0},
		"calendar":         {"C1;;;;;;;;;;;France;;;", "line 2, column calendar: it is not a calendar", ledger.KindCustomer, nil, 0},
		"address":          {"C1;;;;;;;;;;1|2|3|4|5|6|7;;;;", "line 2, column address: an address has at most 6 lines", ledger.KindCustomer, nil, 0},
		"role":             {"C1;;;;boss;;a@b.example;;;;;;;;", "line 2, column role: it is not a role", ledger.KindContact, nil, 0},
		"role alone":       {"C1;;;;pays;;;;;;;;;;", "line 2, column role: there is a role and no contact", ledger.KindContact, nil, 0},
		"mail":             {"C1;;;;;;a@b;;;;;;;;", "line 2, column mail: what follows the @ is not a domain", ledger.KindContact, nil, 0},
		"mail with name":   {"C1;;;;;;boss@b.example <evil@c.example>;;;;;;;;", "line 2, column mail: write the mail address alone", ledger.KindContact, nil, 0},
		"mail accent":      {"C1;;;;;;rené@b.example;;;;;;;;", "line 2, column mail: the mail address holds a letter with an accent", ledger.KindContact, nil, 0},
		"one mail of two":  {"C1;;;;;;\"a@b.example; c@\";;;;;;;;", "line 2, column mail: this is not a mail address", ledger.KindContact, nil, 1},
		"bad mail, phone":  {"C1;;;;;;c@;0199001234;;;;;;;", "line 2, column mail: this is not a mail address", ledger.KindContact, nil, 1},
		"phone":            {"C1;;;;;;a@b.example;3,3E+10;;;;;;;", "line 2, column phone: this is not a phone number", ledger.KindContact, nil, 1},
		"short row":        {"C1;DURAND", "line 2: the row has 2 cells and the header 15", ledger.KindCustomer, []string{"C1"}, 0},
		"long row":         {"C1;DURAND; ET FILS;;;;;;;;;;;;;;F1", "line 2: there is text in cell 17", ledger.KindCustomer, []string{"C1"}, 0},
		"quote in cell":    {"C1;Chez \"Paul\";;;;;;;;;;;;;", "line 2: a quote (\") stands inside a cell", ledger.KindCustomer, []string{"C1"}, 0},
		"no code":          {";;;;;;a@b.example;;;;;;;;", "line 2, column code: there is no customer code", ledger.KindCustomer, nil, 0},
		"no code, never":   {";;;;;;;;;litige;;;;;", "line 2, column code: there is no customer code", ledger.KindCustomer, []string{""}, 0},
		"code exponent":    {"4,11E+08;;public;;;;;;;;;;;;", "line 2, column code: a spreadsheet has turned the code", ledger.KindCustomer, []string{""}, 0},
		"code hidden":      {"C\u200b1;;public;;;;;;;;;;;;", "line 2, column code: the code holds characters that do not show", ledger.KindCustomer, []string{""}, 0},
		"default's number": {"*;;;;;;;;;;;;404833048;;", "line 2, column siren: the row * is about everybody", ledger.KindCustomer, nil, 0},
		"default's mail":   {"*;;;;;;a@b.example;;;;;;;;", "line 2, column contact: the row * is about everybody", ledger.KindContact, nil, 0},
		"default's kind":   {"*;;firm;;;;;;;;;;;;", "line 2, column kind: it is not a kind of customer", ledger.KindCustomer, []string{""}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sheet := parse(t, header+c.row+"\nC9;;;;;;z@b.example;;;;;;;;\n")
			if len(sheet.Quarantined) != 1 {
				t.Fatalf("got quarantined %+v, want one", sheet.Quarantined)
			}
			q := sheet.Quarantined[0]
			if !strings.HasPrefix(q.Reason, "people.csv "+c.want) || q.Kind != c.kind || q.Seen != "people.csv line 2" || q.ID == "" || q.Money {
				t.Errorf("got %+v, want a %s with reason %q", q, c.kind, c.want)
			}
			var held []string
			for _, f := range sheet.Findings {
				if !f.Holds || f.Kind != ledger.FindingUnreadable {
					t.Errorf("got finding %+v, want one that holds", f)
				}
				held = append(held, f.Customer)
			}
			if diff := cmp.Diff(c.held, held); diff != "" {
				t.Errorf("held (-want +got):\n%s", diff)
			}
			if got := len(sheet.Contacts) - 1; got != c.contacts {
				t.Errorf("got %d contacts beside C9's, want %d", got, c.contacts)
			}
		})
	}
}

func TestRowsOfOneCode(t *testing.T) {
	sheet := parse(t, `code;name;kind;terms;mail;never_chase;iban
C1;Durand & fils;business;30 jours;a@b.example;;FR7699998000100000000010157
C2;;public;;;;
C1;DURAND ET FILS;;;;;
C1;durand - fils;entreprise;;c@b.example;litige;BE47999000001080
C1;;;45 jours;;avocat;
C1;;;;a@b.example;;
`)
	want := []string{
		"people.csv line 4, column name: it contradicts line 2, of the same code; correct one of them, or its code",
		"people.csv line 5, column name: it contradicts line 2, of the same code; correct one of them, or its code",
		"people.csv line 6, column terms: it contradicts line 2, of the same code; correct one of them, or its code",
	}
	var got []string
	for _, q := range sheet.Quarantined {
		got = append(got, q.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	c := sheet.Customers[0]
	if c.Terms != "" || c.Name != "" || c.Kind != ledger.KindBusiness || c.NeverChase != "litige" {
		t.Errorf("got %+v, want what is contradicted left unknown and the first reason kept", c)
	}
	if diff := cmp.Diff([]string{"BE47999000001080", "FR7699998000100000000010157"}, c.IBANs); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if len(sheet.Contacts) != 2 {
		t.Errorf("got contacts %+v, want two: a repeated row adds nothing", sheet.Contacts)
	}
	if len(sheet.Findings) != 1 || sheet.Findings[0].Customer != "C1" {
		t.Errorf("got findings %+v, want one on C1", sheet.Findings)
	}
}

func TestNeverChase(t *testing.T) {
	for cell, want := range map[string]string{
		"":                     "",
		"non":                  "",
		"No":                   "",
		"0":                    "",
		"x":                    "x",
		"oui":                  "oui",
		"?":                    "?",
		"\"litige\nen cours\"": "litige en cours",
		"a\x01b":               "a b",
	} {
		sheet := parse(t, "code;ne pas relancer\nC1;"+cell+"\n")
		if got := sheet.Customers[0].NeverChase; got != want {
			t.Errorf("%q: got reason %q, want %q", cell, got, want)
		}
	}
	broken := parse(t, "code;ne pas relancer;nom\nC1;litige\n")
	if got := broken.Customers[0].NeverChase; got != "litige" {
		t.Errorf("in a broken row: got %q, want the reason kept", got)
	}
	both := parse(t, "code;ne pas relancer\nC1;non\nC1;litige\n")
	if both.Customers[0].NeverChase != "litige" || len(both.Findings) != 1 {
		t.Errorf("a no and a reason: got %+v and %+v, want the reason and a finding", both.Customers[0], both.Findings)
	}
}

// A person who put a fault aside put that fault aside, wherever its row moves;
// the next fault of the same customer is a new one.
func TestIdentitiesFollowContentNotPlace(t *testing.T) {
	const header = "code;kind;mail\n"
	rows := []string{"C1;firm;a@b.example\n", "C1;;b@b.example\n", "C2;;c@b.example c@\n", "C1;;B@b.example\n"}
	before := parse(t, header+strings.Join(rows, ""))
	slices.Reverse(rows)
	after := parse(t, header+"C0;;\n"+strings.Join(rows, ""))
	ids := func(s people.Sheet) (all []string) {
		for _, c := range s.Contacts {
			all = append(all, c.ID)
		}
		for _, q := range s.Quarantined {
			all = append(all, q.ID)
		}
		for _, f := range s.Findings {
			all = append(all, f.ID)
		}
		slices.Sort(all)
		return all
	}
	if diff := cmp.Diff(ids(before), ids(after)); diff != "" {
		t.Errorf("ids after the rows moved (-before +after):\n%s", diff)
	}
	if all := ids(before); len(slices.Compact(all)) != len(ids(before)) {
		t.Errorf("ids repeat: %q", all)
	}
	other := parse(t, header+"C1;frim;a@b.example\n")
	if other.Findings[0].ID == before.Findings[0].ID {
		t.Error("another fault has the same finding")
	}
}

func TestIdentifiersInTheWild(t *testing.T) {
	for name, c := range map[string]struct{ column, cell, want string }{
		"siret":             {"siren", "404 833 048 00022", "404833048"},
		"la poste":          {"siren", "35600000000048", "356000000"},
		"la poste branch":   {"siren", "356 000 000 49837", "356000000"},
		"vat letters":       {"vat", "FRK7 399 859 412", "FRK7399859412"},
		"vat elsewhere":     {"vat", "BE 0999.000.010", "BE0999000010"},
		"iban run together": {"iban", "FR7699998000100000000010157DE43999999990000000707", "FR7699998000100000000010157 DE43999999990000000707"},
		"ibans grouped":     {"iban", "gb28 samp 0011 2200 0006 06 | BE47 9990 0000 1080", "GB28SAMP00112200000606 BE47999000001080"},
	} {
		t.Run(name, func(t *testing.T) {
			sheet := parse(t, "code;"+c.column+"\nC1;"+c.cell+"\n")
			if len(sheet.Quarantined) != 0 {
				t.Fatalf("refused: %s", sheet.Quarantined[0].Reason)
			}
			got := sheet.Customers[0]
			if all := got.SIREN + got.VAT + strings.Join(got.IBANs, " "); all != c.want {
				t.Errorf("got %q, want %q", all, c.want)
			}
		})
	}
}
