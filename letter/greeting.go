package letter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// offices are words of a mailbox, a department or a company; a name with one
// of them is not a person's.
const offices = ` accounts accounting accueil achats admin administration billing bureau cabinet comptabilité comptabilite
 comptable compta contact department dept département direction eurl facturation factures finance finances fils fournisseurs
 gestion gmbh inc info invoices llp ltd mairie office payable payables payments plc purchasing reception règlements sa sarl
 sas sasu sci secretariat secrétariat service services snc société suppliers team treasury trésorerie équipe `

// greeting is how a mail begins: by name when the contact is clearly a person
// whose name can be said, else without one. A mailbox ("compta") is no name,
// and a single word is either too familiar or too rough.
func (v voice) greeting(name, salutation string) string {
	if s := strings.TrimRight(oneLine(salutation), ",: "); s != "" {
		return s + ","
	}
	hello := v.french("Bonjour", "Hello")
	called := v.called(name)
	switch {
	case called == "":
		return hello + ","
	case v.language == "fr":
		return hello + " " + called + ","
	default:
		return "Dear " + called + ","
	}
}

// called returns how a person is addressed: "Madame Exemple" for "Mme
// Exemple"; "" when the name is not surely one of a person.
func (v voice) called(name string) string {
	words := strings.Fields(oneLine(name))
	if len(words) == 0 || utf8.RuneCountInString(name) > 60 {
		return ""
	}
	titled := false
	for i, w := range words {
		folded := strings.ToLower(strings.TrimRight(w, "."))
		title := v.title(folded)
		switch {
		case title != "" && (i == 0 || titled):
			words[i], titled = title, true
		case !speakable(w) || slices.Contains(strings.Fields(offices), folded):
			return ""
		}
	}
	if len(words) == 1 && (!titled || v.language != "fr") {
		return ""
	}
	return strings.Join(words, " ")
}

// title is how a form of address, folded and without its dot, is written
// before a name; "" when it is none.
func (v voice) title(folded string) string {
	switch folded {
	case "m", "mr", "monsieur":
		return v.french("Monsieur", "Mr")
	case "mrs":
		return v.french("Madame", "Mrs")
	case "mme", "madame", "mlle", "mademoiselle", "ms":
		return v.french("Madame", "Ms")
	case "dr", "docteur":
		return v.french("Docteur", "Dr")
	case "me", "maître":
		return "Maître"
	default:
		return ""
	}
}

// speakable reports whether a word can be part of a person's name.
func speakable(word string) bool {
	for _, r := range word {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’-.", r) {
			return false
		}
	}
	return true
}
