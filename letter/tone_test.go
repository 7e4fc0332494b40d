package letter_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/relanced/relanced/letter"
)

func TestBuiltInTextsAreCalm(t *testing.T) {
	for _, r := range load(t).Remarks() {
		t.Error(r)
	}
}

// The lexicon itself is tested: each of these must be noticed, for its reason.
func TestPressureIsNoticed(t *testing.T) {
	tests := []struct{ language, why, sentence string }{
		{"fr", "pressure", "Ceci est notre dernier avertissement."},
		{"fr", "pressure", "DERNIER rappel avant poursuites."},
		{"fr", "pressure", "Nous engagerions des poursuites."},
		{"fr", "pressure", "Un huissier passera."},
		{"fr", "pressure", "Merci de régler immédiatement."},
		{"fr", "pressure", "Réglez dans les plus brefs délais."},
		{"fr", "pressure", "C'est urgent."},
		{"fr", "pressure", "Nous exigeons un règlement."},
		{"fr", "pressure", "Cette situation est inacceptable."},
		{"fr", "pressure", "Vous n’ignorez pas que la facture est échue."},
		{"fr", "pressure", "Nous sommes déçus de votre silence."},
		{"fr", "pressure", "Nous vous supplions de régler."},
		{"fr", "pressure", "Vous n'avez toujours pas réglé."},
		{"fr", "pressure", "Faute de règlement, nous aviserons."},
		{"fr", "pressure", "Nous serons contraints d’agir."},
		{"fr", "pressure", "Votre dossier partira au contentieux."},
		{"fr", "shouting", "Merci de régler !"},
		{"fr", "shouting", "Merci de régler RAPIDEMENT."},
		{"fr", "announces", "Sans réponse, nous transmettrons le dossier."},
		{"fr", "announces", "La prochaine étape sera un courrier."},
		{"fr", "announces", "Nous saisirons le juge d’une injonction de payer."},
		{"fr", "law", "La présente vaut mise en demeure."},
		{"fr", "law", "Des pénalités de retard et une indemnité de 40 € sont dues."},
		{"fr", "law", "Conformément à la loi"},
		{"en", "pressure", "This is our final notice."},
		{"en", "pressure", "We will take legal action."},
		{"en", "pressure", "A bailiff will call."},
		{"en", "pressure", "Please pay immediately."},
		{"en", "pressure", "You must pay now."},
		{"en", "pressure", "This is unacceptable."},
		{"en", "pressure", "We are disappointed."},
		{"en", "pressure", "We beg you to pay."},
		{"en", "pressure", "You still have not paid."},
		{"en", "pressure", "As you know, the invoice is late."},
		{"en", "pressure", "We have no choice."},
		{"en", "shouting", "Pay now!"},
		{"en", "shouting", "This is OVERDUE."},
		{"en", "announces", "The next step will be a letter."},
		{"en", "announces", "The matter will be escalated."},
		{"en", "law", "This is a formal notice."},
		{"en", "law", "Statutory interest is due."},
	}
	for _, tt := range tests {
		texts, err := letter.Load(fstest.MapFS{tt.language + "/own.txt": {Data: []byte("Subject: x\n\nBonjour,\n" + tt.sentence + "\n")}})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, r := range texts.Remarks() {
			if r.Text != tt.language+"/own.txt" || r.Line != 4 {
				t.Errorf("%q: remark on %s line %d, want line 4 of the text", tt.sentence, r.Text, r.Line)
			}
			found = found || r.Why == tt.why
		}
		if !found {
			t.Errorf("%q: not noticed as %s", tt.sentence, tt.why)
		}
	}
}

// A word inside another is no remark, nor what stands in braces.
func TestCalmWordsPass(t *testing.T) {
	for _, sentence := range []string{
		"Nous avons loisir d’en parler.", "{{if .One}}Bonjour{{end}} à vous.", "Notre IBAN et notre SIREN.", "Merci de votre règlement.",
	} {
		texts, err := letter.Load(fstest.MapFS{"fr/own.txt": {Data: []byte("Subject: x\n\n" + sentence + "\n")}})
		if err != nil {
			t.Fatal(err)
		}
		if r := texts.Remarks(); len(r) > 0 {
			t.Errorf("%q: got %v, want no remark", sentence, r)
		}
	}
}

// courtesies stand in every text for customers, at every rung, whatever is
// known: a greeting, a thank you, a farewell, and how to answer.
var courtesies = map[string]map[string]*regexp.Regexp{
	"fr": {
		"greeting": regexp.MustCompile(`(?m)^(Bonjour|Madame, Monsieur)`), "thanks": regexp.MustCompile(`[Mm]erci`),
		"farewell": regexp.MustCompile(`ordialement,|salutations`), "a way to answer": regexp.MustCompile(`répond(ez|re) |nous écrire`),
		"help": regexp.MustCompile(`plusieurs fois|nous regarderons cela avec vous`), "doubt of ourselves": regexp.MustCompile(`[Ss]auf erreur de notre part`),
		"a payment under way": regexp.MustCompile(`en route|vient de partir`),
	},
	"en": {
		"greeting": regexp.MustCompile(`(?m)^(Hello|Dear )`), "thanks": regexp.MustCompile(`[Tt]hank you`),
		"farewell": regexp.MustCompile(`Kind regards|Yours faithfully`), "a way to answer": regexp.MustCompile(`reply to this message|write to us`),
		"help": regexp.MustCompile(`instalments|look into it with you`), "doubt of ourselves": regexp.MustCompile(`[Uu]nless we are mistaken`),
		"a payment under way": regexp.MustCompile(`on its way|has just left`),
	},
}

func TestCourtesyAtEveryRung(t *testing.T) {
	texts := load(t)
	for _, language := range languages {
		for _, template := range []string{friendly, firm, formal} {
			for _, s := range stories() {
				text := write(t, texts, template, language, s).Text
				for what, pattern := range courtesies[language] {
					if !pattern.MatchString(text) {
						t.Errorf("%s/%s, %s: no %s", language, template, s.name, what)
					}
				}
			}
		}
	}
}

// The first message assumes an oversight.
func TestFirstMessageAssumesOversight(t *testing.T) {
	texts := load(t)
	for language, word := range map[string]string{"fr": "simple oubli", "en": "oversight"} {
		for _, s := range stories() {
			if text := write(t, texts, friendly, language, s).Text; !strings.Contains(text, word) {
				t.Errorf("%s, %s: no %q", language, s.name, word)
			}
		}
	}
}

func TestCallScript(t *testing.T) {
	texts := load(t)
	for _, language := range languages {
		for _, s := range stories() {
			out := write(t, texts, call, language, s)
			for _, code := range []string{"reached", "no-answer", "promise", "dispute", "says-paid", "wrong-data", "other"} {
				if !strings.Contains(out.Text, "\n- "+code) {
					t.Errorf("%s, %s: outcome %s is not offered", language, s.name, code)
				}
			}
			if want := "\nrelanced log " + s.setting.Customer.Code + " call --outcome "; !strings.Contains(out.Text, want) {
				t.Errorf("%s, %s: no command %q", language, s.name, want)
			}
			if want := map[string]string{"fr": " de retard : ", "en": " late: "}[language]; strings.Count(out.Text, want) != len(s.notice.Lines) {
				t.Errorf("%s, %s: got %d items with their delay, want %d", language, s.name, strings.Count(out.Text, want), len(s.notice.Lines))
			}
			if lines := strings.Count(out.Text, "\n"); lines > 36+len(s.notice.Lines) {
				t.Errorf("%s, %s: %d lines are too many for a call", language, s.name, lines)
			}
		}
	}
}
