package letter_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
)

// hostile is a story in which every word of a tool is the same bad one.
func hostile(word string) story {
	s := stories()[4]
	s.name = fmt.Sprintf("%.40q", word)
	s.notice.Lines = []policy.NoticeLine{ordered(item(word, day(4, 1), 120000), word), ordered(item(word+"2", day(4, 2), 5000), word)}
	s.notice.Upcoming = []policy.NoticeLine{item(word, day(5, 20), 700)}
	s.notice.Credits[0].Text = word
	s.notice.To = ledger.Contact{Name: word, Mail: word, Phone: word}
	s.setting.Customer = ledger.Customer{Name: word, Code: word, CustomerRef: word, Salutation: word, Address: []string{word, word}}
	s.setting.Attached = []string{word}
	return s
}

func TestMarkupIsEscaped(t *testing.T) {
	texts := load(t)
	for _, word := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</p></body>`, `&lt;b&gt;`, `' onmouseover='x`, `{{.Us.IBAN}}`} {
		for _, language := range languages {
			out := write(t, texts, firm, language, hostile(word)).HTML
			if strings.Contains(out, "<script") || strings.Contains(out, "<img") || strings.Count(out, "</body>") != 1 || strings.Contains(out, " onmouseover='") {
				t.Errorf("%q became markup:\n%s", word, out)
			}
			if strings.HasPrefix(word, "{{") && !strings.Contains(out, word) {
				t.Errorf("%q was run as a template", word)
			}
		}
	}
}

// An invoice number of ordinary length stays on its line; one that would push
// the amount off a telephone is broken.
func TestLongNumberLeavesRoomForTheAmount(t *testing.T) {
	texts := load(t)
	for number, want := range map[string]bool{"F-1001": false, "FACTURE-2026-04-0001": false, strings.Repeat("FACTURE", 5): true} {
		s := stories()[4]
		s.notice.Lines[0].Number = number
		_, cells, _ := strings.Cut(write(t, texts, firm, "fr", s).HTML, "<tbody>")
		first, _, _ := strings.Cut(cells, number)
		if got := strings.Contains(first, "overflow-wrap:anywhere"); got != want {
			t.Errorf("%s may be broken: %t, want %t", number, got, want)
		}
	}
}

// A subject is a header: one line, without anything that could start another.
func TestSubjectIsOneCleanLine(t *testing.T) {
	texts := load(t)
	for _, word := range []string{"F1\r\nBcc: eve@example.example", "F1\nX: y", "F1\u2028Bcc: eve", "F1\x00\x1b[31m\x7f", "F1\u202egpj.exe", "F1\u0085Bcc: eve", "F1\u200b\ufeff", strings.Repeat("F", 5000)} {
		for template := range verbs {
			s := hostile(word)
			s.setting.Customer.Address = []string{"2 rue du Test"} // a window holds no endless line
			if len(word) > 1000 {
				s.setting.Customer.Name = "x"
				s.notice.To.Name = "x"
			}
			out := write(t, texts, template, "fr", s)
			checkClean(t, out)
			if n := utf8.RuneCountInString(out.Subject); n > 160 {
				t.Errorf("%.20q: a subject of %d characters", word, n)
			}
		}
	}
}

func checkClean(t interface{ Errorf(string, ...any) }, out letter.Rendered) {
	bad := func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError
	}
	if i := strings.IndexFunc(out.Subject, bad); i >= 0 {
		t.Errorf("subject %q has %U", out.Subject, []rune(out.Subject[i:])[0])
	}
	for _, text := range []string{out.Text, out.HTML} {
		if i := strings.IndexFunc(strings.ReplaceAll(text, "\n", ""), bad); i >= 0 {
			t.Errorf("%U in %q", []rune(strings.ReplaceAll(text, "\n", "")[i:])[0], text)
		}
	}
}

// A name cannot add a paragraph, a line or a table of its own.
func TestNamesStayInTheirLine(t *testing.T) {
	texts := load(t)
	for _, language := range languages {
		for template := range verbs {
			want := strings.Count(write(t, texts, template, language, hostile("mot")).Text, "\n")
			for _, word := range []string{"mot\n\nNouvel IBAN\n\nmot", "mot\r\rmot", "\x01items\x01", "mot\n\n\x01items\x01\n\nmot", "\u2029mot\u2029\u2029mot"} {
				if got := strings.Count(write(t, texts, template, language, hostile(word)).Text, "\n"); got != want {
					t.Errorf("%s/%s: %q makes %d lines, want %d", language, template, word, got, want)
				}
			}
		}
	}
}

// A customer code goes into a command that somebody will copy.
func TestCommandCannotBeExtended(t *testing.T) {
	texts := load(t)
	for code, want := range map[string]string{
		"C001": "C001", "411DUR-01": "411DUR-01", "C1; rm -rf ~": "'C1; rm -rf ~'", "$(id)": "'$(id)'", "o'neil": `'o'\''neil'`, "-x": "'-x'", "": "CLIENT",
	} {
		s := stories()[0]
		s.setting.Customer.Code = code
		if text := write(t, texts, call, "fr", s).Text; !strings.Contains(text, "\nrelanced log "+want+" call --outcome …\n") {
			t.Errorf("code %q is not written as %s", code, want)
		}
	}
}

func TestSumTooLargeIsAnError(t *testing.T) {
	texts := load(t)
	s := stories()[3]
	s.notice.Lines[0].Open, s.notice.Lines[1].Open = money.New(math.MaxInt64, money.EUR), money.New(math.MaxInt64, money.EUR)
	s.notice.Template, s.notice.Language = firm, "fr"
	if out, err := texts.Write(s.notice, s.setting); err == nil {
		t.Errorf("got %q, want an error", out.Subject)
	}
}

// Whatever the tools hold, a text comes out clean or not at all.
func TestAnyWords(t *testing.T) {
	texts := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := hostile(rapid.String().Draw(t, "word"))
		s.setting.Creditor.Signer = rapid.String().Draw(t, "signer")
		s.notice.Template, s.notice.Language = rapid.SampledFrom([]string{friendly, firm, formal, call}).Draw(t, "template"), rapid.SampledFrom(languages).Draw(t, "language")
		s.notice.Verb = ledger.VerbMail
		out, err := texts.Write(s.notice, s.setting)
		if err != nil {
			t.Fatal(err)
		}
		checkClean(t, out)
		if strings.Contains(out.Text, "\n\n\n") || strings.HasPrefix(out.Text, "\n") {
			t.Fatalf("empty lines in %q", out.Text)
		}
	})
}

func TestGreeting(t *testing.T) {
	texts := load(t)
	tests := []struct{ name, salutation, fr, en string }{
		{"", "", "Bonjour,", "Hello,"},
		{"Camille Exemple", "", "Bonjour Camille Exemple,", "Dear Camille Exemple,"},
		{"Mme Exemple", "", "Bonjour Madame Exemple,", "Dear Ms Exemple,"},
		{"M. Exemple", "", "Bonjour Monsieur Exemple,", "Dear Mr Exemple,"},
		{"Mr Jean-Noël d’Exemple", "", "Bonjour Monsieur Jean-Noël d’Exemple,", "Dear Mr Jean-Noël d’Exemple,"},
		{"Mlle Exemple", "", "Bonjour Madame Exemple,", "Dear Ms Exemple,"},
		{"Mrs. Exemple", "", "Bonjour Madame Exemple,", "Dear Mrs Exemple,"},
		{"M. et Mme Exemple", "", "Bonjour Monsieur et Madame Exemple,", "Dear Mr et Ms Exemple,"},
		{"Dr Exemple", "", "Bonjour Docteur Exemple,", "Dear Dr Exemple,"},
		{"Madame", "", "Bonjour Madame,", "Hello,"},
		{"Exemple", "", "Bonjour,", "Hello,"},
		{"compta", "", "Bonjour,", "Hello,"},
		{"Service comptabilité", "", "Bonjour,", "Hello,"},
		{"COMPTABILITE FOURNISSEURS", "", "Bonjour,", "Hello,"},
		{"Accounts Payable", "", "Bonjour,", "Hello,"},
		{"DURAND ET FILS SAS", "", "Bonjour,", "Hello,"},
		{"compta@exemple.example", "", "Bonjour,", "Hello,"},
		{"Camille Exemple (compta)", "", "Bonjour,", "Hello,"},
		{"EXEMPLE, Camille", "", "Bonjour,", "Hello,"},
		{"Agence 12", "", "Bonjour,", "Hello,"},
		{"Camille Exemple", "Chère Camille,", "Chère Camille,", "Chère Camille,"},
		{strings.Repeat("Nom ", 30), "", "Bonjour,", "Hello,"},
	}
	for _, tt := range tests {
		for language, want := range map[string]string{"fr": tt.fr, "en": tt.en} {
			s := stories()[0]
			s.notice.To.Name, s.setting.Customer.Salutation = tt.name, tt.salutation
			got, _, _ := strings.Cut(write(t, texts, firm, language, s).Text, "\n")
			if got != want {
				t.Errorf("%s, %q: got %q, want %q", language, tt.name, got, want)
			}
		}
	}
}
