package law

import "strings"

// longestPhrase is the number of words of the longest entry in phrases.
const longestPhrase = 6

// phrase returns the symbol of the longest phrase that words begin with, and
// how many words it has.
func phrase(words []string) (symbol string, length int, ok bool) {
	for n := min(longestPhrase, len(words)); n > 0; n-- {
		if symbol, ok := phrases[strings.Join(words[:n], " ")]; ok {
			return symbol, n, true
		}
	}
	return "", 0, false
}

// phrases is what terms are made of, in small letters without accents. An
// empty symbol adds nothing to the meaning; "i" is the day of issue.
//
//nolint:gochecknoglobals // a compiled-in table
var phrases = map[string]string{
	"day": "d", "days": "d", "d": "d",
	"jour": "d", "jours": "d", "j": "d", "jr": "d", "jrs": "d",

	"end of month": "e", "end of the month": "e", "end of invoice month": "e", "month end": "e", "end month": "e", "eom": "e",
	"fin de mois": "e", "fin du mois": "e", "fin mois": "e", "fin de mois de facturation": "e", "fdm": "e",

	"then": "t", "then the": "t", "puis": "t", "+": "t", "plus": "t",

	"after": "a", "after the": "a", "from": "a", "from the": "a", "following": "a", "following the": "a",
	"apres": "a", "apres la": "a", "a compter de": "a", "a compter de la": "a", "a compter du": "a", "a compter de l": "a",
	"a partir de": "a", "a partir de la": "a", "a partir du": "a", "suivant la": "a",

	"invoice date": "i", "date of invoice": "i", "date of the invoice": "i", "date of issue": "i", "issue date": "i", "invoice": "i",
	"date de facture": "i", "date de la facture": "i", "date facture": "i", "facture": "i", "date de facturation": "i",
	"date d emission": "i", "date d emission de la facture": "i", "date d emission de facture": "i",
	"emission de la facture": "i", "emission de facture": "i", "emission": "i",

	"on": "o", "on the": "o", "the": "o", "le": "o",

	"of the following month": "x", "of next month": "x", "of the next month": "x", "following month": "x", "next month": "x",
	"du mois suivant": "x", "du mois d apres": "x", "mois suivant": "x",

	"on receipt": "r", "upon receipt": "r", "on receipt of invoice": "r", "upon receipt of invoice": "r", "receipt": "r",
	"immediate": "r", "immediately": "r", "cash": "r",
	"a reception": "r", "a reception de facture": "r", "a reception de la facture": "r", "reception": "r",
	"reception de facture": "r", "comptant": "r", "au comptant": "r", "immediat": "r", "des reception": "r",

	"net": "", "nets": "", "nette": "", "a": "", "within": "", "in": "", "sous": "", "due": "", "delai de": "", "delai": "",
	"payment": "", "payable": "", "paiement": "", "reglement": "", "terms": "",
	"st": "", "nd": "", "rd": "", "th": "", "er": "", "eme": "",
}
