package demobooks

// The company whose books these are.
const (
	Company = "MENUISERIE EXEMPLAIRE"
	Section = "menuiserie" // its table in the configuration
)

// companySIREN identifies the company; its digits add up, and nobody has it.
func companySIREN() string { return siren("99999912") }

func companyIBAN() string { return frenchIBAN("99999", "00001", "00000054321") }

// cast returns the customers, each named after not being real.
//
//	C001 pays in time                      C009 pays too much
//	C002 pays after the first reminder     C010 sets a credit note off
//	C003 climbs the whole ladder           C011 disputes an invoice
//	C004 pays in parts                     C012 promises, and breaks it
//	C005 is a private person               C013 has no mail address
//	C006 reads English, pays charges off   C014 is of unknown kind
//	C007 is a town; the treasury pays      C015 pays in two instalments
//	C008 has a direct debit returned       C016 is never chased
func cast() []*customer {
	account := func(n string) string { return frenchIBAN("99998", "00010", "000000"+n) }
	return []*customer{
		{code: "C001", name: "BOULANGERIE DU FAUX-BOURG", kind: "business", contact: "Mme Mie", mail: "compta@faux-bourg.example", phone: "01 99 00 10 01", address: "1 rue du Four|75999 FAUX-BOURG", iban: account("00101"), documents: true},
		{code: "C002", name: "GARAGE VRAISEMBLABLE SARL", kind: "business", contact: "M. Essieu", mail: "atelier@garage-vraisemblable.example", phone: "01 99 00 10 02", terms: "45 jours", days: 45, address: "12 route du Pont|75999 FAUX-BOURG", iban: account("00202"), documents: true},
		{code: "C003", name: "IMPRIMERIE FICTIVE ET FILS", kind: "business", contact: "Mme Encre", mail: "comptabilite@imprimerie-fictive.example", phone: "01 99 00 10 03", boss: "M. Fictive", address: "Zone des Marges|8 rue du Plomb|75998 VILLE-INVENTÉE", iban: account("00303"), documents: true},
		{code: "C004", name: "AGENCE CHIMÈRE", kind: "business", contact: "Léa Chimère", mail: "lea@agence-chimere.example", phone: "01 99 00 10 04", address: "3 impasse des Songes|75999 FAUX-BOURG", iban: account("00404")},
		{code: "C005", name: "Mme Camille IMAGINAIRE", kind: "consumer", contact: "Mme Camille Imaginaire", mail: "camille@imaginaire.example", phone: "06 39 98 10 05", terms: "15 jours", days: 15, address: "5 allée des Volets|75999 FAUX-BOURG", iban: account("00505"), documents: true},
		{code: "C006", name: "NORTHWIND PLACEHOLDER LTD", kind: "business", language: "en", contact: "Ms Sample", mail: "ap@northwind-placeholder.example", phone: "+44 1632 960106", address: "6 Nowhere Lane|NOWHERE NW9 9ZZ|UNITED KINGDOM", iban: iban("GB", "SAMP00112200000606"), reference: "SUP-1042", documents: true},
		{code: "C007", name: "COMMUNE DE VILLE-INVENTÉE", kind: "public", contact: "Service des finances", mail: "finances@ville-inventee.example", phone: "01 99 00 10 07", address: "Place de la Mairie|75998 VILLE-INVENTÉE", documents: true},
		{code: "C008", name: "RESTAURANT L'HYPOTHÈSE", kind: "business", contact: "M. Carte", mail: "bonjour@hypothese.example", phone: "01 99 00 10 08", address: "8 quai des Doutes|75999 FAUX-BOURG", iban: account("00808"), documents: true},
		{code: "C009", name: "CABINET SUPPOSITION CONSEIL", kind: "business", contact: "Mme Peut-Être", mail: "factures@supposition.example", phone: "01 99 00 10 09", address: "9 cours de l'Idée|75998 VILLE-INVENTÉE", iban: account("00909")},
		{code: "C010", name: "LIBRAIRIE DU CONTE", kind: "business", contact: "M. Il-Était", mail: "gestion@librairie-du-conte.example", phone: "01 99 00 10 10", address: "10 rue des Fables|75999 FAUX-BOURG", iban: account("01010"), documents: true},
		{code: "C011", name: "PLOMBERIE POSTULAT", kind: "business", contact: "M. Joint", mail: "contact@plomberie-postulat.example", phone: "01 99 00 10 11", address: "11 rue du Robinet|75999 FAUX-BOURG", iban: account("01111"), documents: true},
		{code: "C012", name: "TRANSPORTS MIRAGE", kind: "business", contact: "Mme Horizon", mail: "compta@transports-mirage.example", phone: "01 99 00 10 12", address: "12 zone du Mirage|75998 VILLE-INVENTÉE", iban: account("01212")},
		{code: "C013", name: "FLEURS DE PAPIER", kind: "business", contact: "Mme Corolle", mail: "boutique@fleurs-de-papier.example", phone: "01 99 00 10 13", address: "13 passage du Bouquet|75999 FAUX-BOURG", iban: account("01313")},
		{code: "C014", name: "UNTEL CHANTIER BIDON", contact: "M. Untel", mail: "untel@chantier-bidon.example", phone: "06 39 98 10 14", address: "14 chemin de Nulle-Part|75998 VILLE-INVENTÉE", iban: account("01414"), documents: true},
		{code: "C015", name: "STUDIO FANTÔME", kind: "business", contact: "M. Spectre", mail: "production@studio-fantome.example", phone: "01 99 00 10 15", address: "15 rue des Absents|75999 FAUX-BOURG", iban: account("01515"), documents: true},
		{code: "C016", name: "ASSOCIATION LES IRRÉELS", kind: "business", contact: "Le trésorier", mail: "tresorier@les-irreels.example", phone: "01 99 00 10 16", address: "16 rue du Rêve|75999 FAUX-BOURG", iban: account("01616"), never: "mécénat : la gérante s'en occupe elle-même"},
	}
}

// who returns a customer of the cast by its number.
func (b *Books) who(n int) *customer { return b.customers[n-1] }
