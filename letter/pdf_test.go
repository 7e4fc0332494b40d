package letter_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
)

// word is a word on paper; millimetres from the top left.
type word struct {
	text                     string
	page                     int
	left, top, right, bottom float64
}

// paper reads a letter back with poppler, the reader most people have.
func paper(t *testing.T, pdf []byte) []word {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-bbox", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var words []word
	page := 0
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "<page ") {
			page++
		}
		m := boxed.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		w := word{text: html.UnescapeString(m[5]), page: page}
		for i, at := range []*float64{&w.left, &w.top, &w.right, &w.bottom} {
			points, err := strconv.ParseFloat(m[i+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			*at = points * 25.4 / 72
		}
		words = append(words, w)
	}
	return words
}

var boxed = regexp.MustCompile(`<word xMin="([^"]*)" yMin="([^"]*)" xMax="([^"]*)" yMax="([^"]*)">(.*)</word>`)

// spoken is what stands on paper, word after word.
func spoken(words []word) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text + " ")
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(b.String())
}

func pages(words []word) int { return words[len(words)-1].page }

func TestLetterSaysWhatTheTextSays(t *testing.T) {
	texts := load(t)
	for _, language := range languages {
		for _, s := range stories() {
			out := write(t, texts, formal, language, s)
			words := paper(t, out.PDF)
			got := spoken(words)
			wants := []string{out.Subject, s.setting.Customer.Address[0], s.setting.Creditor.Name, "1/" + strconv.Itoa(pages(words))}
			for paragraph := range strings.SplitSeq(out.Text, "\n\n") {
				if !strings.HasPrefix(paragraph, "- ") {
					wants = append(wants, strings.ReplaceAll(strings.TrimSpace(paragraph), "\n", " "))
				}
			}
			for _, l := range s.notice.Lines {
				wants = append(wants, l.Number, money.FormatPlain(l.Open, language))
			}
			for _, want := range wants {
				if !strings.Contains(got, want) {
					t.Errorf("%s, %s: the letter does not say %q:\n%s", language, s.name, want, got)
				}
			}
			if len(s.notice.Lines) <= 3 && pages(words) != 1 {
				t.Errorf("%s, %s: %d pages for so short a letter", language, s.name, pages(words))
			}
		}
	}
}

// The same facts print the same bytes, so that a hash says which letter it was.
func TestLetterIsTheSameTwice(t *testing.T) {
	s := stories()[6]
	pdf := write(t, load(t), formal, "fr", s).PDF
	for _, date := range []string{"/CreationDate (D:20260512120000", "/ModDate (D:20260512120000"} {
		if !bytes.Contains(pdf, []byte(date)) {
			t.Errorf("the letter does not bear its own day: no %s", date)
		}
	}
	first := sha256.Sum256(pdf)
	for range 3 {
		if again := sha256.Sum256(write(t, load(t), formal, "fr", s).PDF); again != first {
			t.Fatalf("got %x, then %x", first, again)
		}
	}
	s.setting.Day++
	if other := sha256.Sum256(write(t, load(t), formal, "fr", s).PDF); other == first {
		t.Error("a letter of another day has the same bytes")
	}
}

// addresses that stand in the window of the envelope, each wholly.
func addresses() map[string]ledger.Customer {
	return map[string]ledger.Customer{
		"short": durand(),
		"six lines": {Name: "SOCIÉTÉ COOPÉRATIVE DES EXEMPLES", Address: []string{
			"Direction administrative et financière", "Bâtiment B, escalier 3", "Zone industrielle du Test", "12 bis avenue des Essais", "BP 90012", "99012 VILLE-FICTIVE CEDEX 09",
		}},
		"long lines": {Name: "GROUPEMENT D’INTÉRÊT ÉCONOMIQUE DES FABRICANTS RÉUNIS DE POMPES ET COMPRESSEURS DE L’OUEST", Address: []string{
			"À l’attention du service de la comptabilité fournisseurs et des immobilisations", "Zone d’activité économique intercommunale du Très-Long-Nom-Sur-Rivière", "99000 SAINT-EXEMPLE-DE-LA-VILLE-FICTIVE",
		}},
		"ten lines": {Name: "X", Address: strings.Split("a1 b2 c3 d4 e5 f6 g7 h8 i9", " ")},
	}
}

func TestAddressStandsInTheWindow(t *testing.T) {
	texts := load(t)
	for name, customer := range addresses() {
		s := stories()[0]
		s.setting.Customer = customer
		s.setting.Creditor.Name = "Manufacture Générale des Exemples et des Essais Réunis de la Vallée"
		s.setting.Creditor.Address = append(s.setting.Creditor.Address, "Boîte postale 12", "Bureau 14")
		seen := ""
		for _, w := range paper(t, write(t, texts, formal, "fr", s).PDF) {
			inside := w.page == 1 && w.left >= 100 && w.right <= 190 && w.top >= 45 && w.bottom <= 85
			touches := w.page == 1 && w.right > 100 && w.left < 190 && w.bottom > 45 && w.top < 85
			if touches && !inside {
				t.Errorf("%s: %q at %.0f-%.0f × %.0f-%.0f stands across the edge", name, w.text, w.left, w.right, w.top, w.bottom)
			}
			if inside {
				seen += w.text + " "
			}
		}
		want := strings.Join(append([]string{customer.Name, "Mme Camille Exemple"}, customer.Address...), " ")
		if strings.TrimSpace(seen) != want {
			t.Errorf("%s: in the window stands\n%q, want\n%q", name, seen, want)
		}
	}
}

func TestAddressTooLongIsNotPosted(t *testing.T) {
	texts := load(t)
	s := stories()[0]
	for range 20 {
		s.setting.Customer.Address = append(s.setting.Customer.Address, "encore une ligne")
	}
	s.notice.Template, s.notice.Language, s.notice.Verb = formal, "fr", ledger.VerbLetter
	if _, err := texts.Write(s.notice, s.setting); !errors.Is(err, letter.ErrUnprintable) {
		t.Errorf("got %v, want ErrUnprintable", err)
	}
}

// crowd is a letter of that many invoices, each of its own amount.
func crowd(n int) story {
	s := stories()[3]
	s.notice.Lines = nil
	for i := range n {
		l := item(fmt.Sprintf("F-%04d", 2001+i), day(4, 1)+ledger.Date(i), int64(100001+100*i))
		if i%7 == 3 {
			l = ordered(l, fmt.Sprintf("BC-%d", 700+i))
		}
		s.notice.Lines = append(s.notice.Lines, l)
	}
	return s
}

// From one invoice to sixty: no row is cut, every page of the table begins with
// its heads, and who signs never signs an empty page.
func TestPagesBreakWell(t *testing.T) {
	texts := load(t)
	for _, n := range []int{1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 60} {
		s := crowd(n)
		words := paper(t, write(t, texts, formal, "fr", s).PDF)
		rows := make(map[int]int) // by page
		heads := make(map[int]int)
		body := make(map[int]int)
		signed := 0
		for _, w := range words {
			switch {
			case w.bottom > 276 && w.bottom < 279 || w.right > 189 || w.left < 21:
				t.Errorf("%d invoices: %q stands at %.0f × %.0f on page %d", n, w.text, w.left, w.bottom, w.page)
			case w.text == "Échéance":
				heads[w.page]++
			case w.text == "Dominique":
				signed = w.page
			case w.left < 30 && strings.HasPrefix(w.text, "F-2") && len(w.text) == 6:
				rows[w.page]++
				checkRow(t, s, w, words)
			case w.bottom < 275:
				body[w.page]++
			}
		}
		total := 0
		for page, r := range rows {
			total += r
			if heads[page] != 1 {
				t.Errorf("%d invoices: page %d has %d rows and %d heads", n, page, r, heads[page])
			}
		}
		if total != n {
			t.Errorf("%d invoices: %d rows on paper", n, total)
		}
		if signed != pages(words) || body[signed] < 20 {
			t.Errorf("%d invoices: signed on page %d of %d with %d words there", n, signed, pages(words), body[signed])
		}
	}
}

// The words that lead to a table stay with its first row, wherever it falls.
func TestTableFollowsItsWords(t *testing.T) {
	s := stories()[0]
	turned := false
	for n := range 24 {
		texts, err := letter.Load(folder("fr/own.txt", "Subject: x\n\n"+strings.Repeat("Une ligne.\n\n", n+8)+"Voici ce dont il s'agit :\n\n{{items}}\n\n{{signature}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		s.notice.Template, s.notice.Language, s.notice.Verb = "own", "fr", ledger.VerbLetter
		out, err := texts.Write(s.notice, s.setting)
		if err != nil {
			t.Fatal(err)
		}
		at := make(map[string]int)
		for _, w := range paper(t, out.PDF) {
			at[w.text] = w.page
		}
		if at["Voici"] == 0 || at["Voici"] != at["F-1001"] || at["Reste"] != at["F-1001"] {
			t.Errorf("%d paragraphs: the words are on page %d, the heads on %d, the row on %d", n+8, at["Voici"], at["Reste"], at["F-1001"])
		}
		turned = turned || at["Voici"] == 2
	}
	if !turned {
		t.Error("the table never fell on the second page; nothing was tested")
	}
}

// checkRow wants the amount of a row on the same line.
func checkRow(t *testing.T, s story, number word, words []word) {
	t.Helper()
	for _, l := range s.notice.Lines {
		if l.Number != number.text {
			continue
		}
		line := []word{}
		for _, w := range words {
			if w.page == number.page && w.top > number.top-1 && w.top < number.top+1 {
				line = append(line, w)
			}
		}
		if want := money.FormatPlain(l.Open, "fr"); !strings.Contains(spoken(line), want) {
			t.Errorf("%s: its line says %q, not %s", l.Number, spoken(line), want)
		}
	}
}

// The longest amounts and numbers fit on the sheet.
func TestLongFiguresFit(t *testing.T) {
	texts := load(t)
	s := stories()[3]
	long := partly(item(strings.Repeat("FACTURE/2026/", 6)+"1", day(4, 1), 9_000_000_000_000_000_000), 8_999_999_999_999_999_999)
	long.Order = strings.Repeat("COMMANDE-", 12)
	s.notice.Lines = []policy.NoticeLine{long}
	words := paper(t, write(t, texts, formal, "fr", s).PDF)
	for _, w := range words {
		if w.right > 188.5 || w.left < 21.5 {
			t.Errorf("%q stands at %.0f-%.0f mm", w.text, w.left, w.right)
		}
	}
	got := spoken(words)
	for _, want := range []string{"90 000 000 000 000 000,00 €", "89 999 999 999 999 999,99 €"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for i, a := range words { // no two words lie on each other
		for _, b := range words[i+1:] {
			if a.page == b.page && min(a.right, b.right)-max(a.left, b.left) > 0.3 && min(a.bottom, b.bottom)-max(a.top, b.top) > 1.5 {
				t.Errorf("%q and %q lie on each other", a.text, b.text)
			}
		}
	}
}

// What the font does not have is left out when it is an ornament, and stops
// the letter when it is part of a name.
func TestCharactersOnPaper(t *testing.T) {
	texts := load(t)
	for name, want := range map[string]string{
		"Café\u0301 Œuvre & Fils – n° 1 ½ “Ça” Łódź Ångström Ελλάς Київ": "Œuvre & Fils – n° 1 ½ “Ça” Łódź Ångström Ελλάς Київ",
		"E\u0301xemple 🚚 Transports ★": "Éxemple Transports",
		"株式会社":                         "", "شركة": "", "חברה": "", "𝕏 SAS": "",
	} {
		s := stories()[0]
		s.setting.Customer.Name = name
		s.notice.Template, s.notice.Language, s.notice.Verb = formal, "fr", ledger.VerbLetter
		out, err := texts.Write(s.notice, s.setting)
		if want == "" {
			if !errors.Is(err, letter.ErrUnprintable) {
				t.Errorf("%q: got %v, want ErrUnprintable", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := strings.Join(strings.Fields(spoken(paper(t, out.PDF))), " "); !strings.Contains(got, want) {
			t.Errorf("%q: not on paper: %s", want, got)
		}
	}
}

// A letter carries its fonts as a subset; it stays small enough to mail.
func TestLetterIsSmall(t *testing.T) {
	pdf := write(t, load(t), formal, "fr", crowd(60)).PDF
	if len(pdf) > 120_000 || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("%d bytes beginning with %q", len(pdf), pdf[:8])
	}
}

// A person may write a letter with next to nothing known; it is still a letter.
func TestBareLetter(t *testing.T) {
	texts := load(t)
	notice := policy.Notice{Template: formal, Verb: ledger.VerbRegistered, Lines: []policy.NoticeLine{{}}}
	out, err := texts.Write(notice, letter.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	if got := spoken(paper(t, out.PDF)); !strings.Contains(got, "Madame, Monsieur") {
		t.Errorf("got %s", got)
	}
}

func BenchmarkLetter(b *testing.B) {
	texts := load(b)
	for b.Loop() {
		write(b, texts, formal, "fr", stories()[4])
	}
}

func BenchmarkMail(b *testing.B) {
	texts := load(b)
	for b.Loop() {
		write(b, texts, firm, "fr", stories()[4])
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
