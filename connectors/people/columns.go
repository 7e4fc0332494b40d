package people

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Column describes one column of the file, for reading, for the template and
// for the documentation.
type Column struct {
	Name    string   // as the template writes it
	Aliases []string // other headers that are read as this column
	Text    string   // what it says, and in which words
	Example string
	// Contact says that the column is about the contact of its row rather
	// than about the customer.
	Contact bool
	// Ignored says that reading skips the column: it is there for people.
	Ignored bool
}

// The columns' names.
const (
	colCode       = "code"
	colName       = "name"
	colKind       = "kind"
	colLanguage   = "language"
	colRole       = "role"
	colContact    = "contact"
	colMail       = "mail"
	colPhone      = "phone"
	colTerms      = "terms"
	colNeverChase = "never_chase"
	colInvoices   = "invoices"
	colAddress    = "address"
	colCalendar   = "calendar"
	colSIREN      = "siren"
	colVAT        = "vat"
	colIBAN       = "iban"
	colReference  = "reference"
	colDebt       = "debt"
	colNote       = "note"
)

// Columns returns every column in the order of the template. Headers are
// compared without regard to case, accents, spaces and punctuation.
func Columns() []Column { return slices.Clone(columns) }

//nolint:gochecknoglobals // a compiled-in table
var columns = []Column{
	{
		Name: colCode, Aliases: []string{"customer", "customer code", "client", "code client", "compte client", "compte auxiliaire", "numéro client"},
		Text: "The customer's code in the books; every row needs it. * makes the row the default of whoever has no row or an empty cell.", Example: "C001",
	},
	{
		Name: colName, Aliases: []string{"customer name", "nom", "nom client", "raison sociale", "dénomination"},
		Text: "The customer's name.", Example: "DURAND ET FILS SAS",
	},
	{
		Name: colKind, Aliases: []string{"customer kind", "type", "type client", "nature", "catégorie"},
		Text: "business, consumer or public; entreprise, particulier or public. Empty: not known, and then nobody is written to formally.", Example: "business",
	},
	{
		Name: colLanguage, Aliases: []string{"lang", "langue"},
		Text: "The language of messages: fr or en.", Example: "fr",
	},
	{
		Name: colRole, Aliases: []string{"rôle", "fonction"}, Contact: true,
		Text: "What the contact does about our invoices: orders, approves, pays or escalation; commande, valide, paie or direction. Empty: pays.", Example: "pays",
	},
	{
		Name: colContact, Aliases: []string{"contact name", "nom contact", "nom du contact", "interlocuteur"}, Contact: true,
		Text: "The contact's name.", Example: "Anne Martin",
	},
	{
		Name: colMail, Aliases: []string{"email", "e-mail", "mail address", "courriel", "mél", "adresse mail", "adresse e-mail", "adresse email"}, Contact: true,
		Text: "The mail address alone, without a name. Several addresses, separated by ; or spaces, make several contacts.", Example: "compta@durand.example",
	},
	{
		Name: colPhone, Aliases: []string{"telephone", "tel", "téléphone", "portable", "mobile"}, Contact: true,
		Text: "The phone number, kept as written.", Example: "01 99 00 12 34",
	},
	{
		Name: colTerms, Aliases: []string{"payment terms", "conditions", "conditions de paiement", "conditions de règlement", "délai", "délai de paiement"},
		Text: "The agreed payment terms, as the configuration writes them.", Example: "30 jours fin de mois",
	},
	{
		Name: colNeverChase, Aliases: []string{"do not chase", "ne pas relancer", "ne jamais relancer", "jamais relancer"},
		Text: "Why the customer is never chased. Any text holds the customer; empty, no or non: may be chased.", Example: "",
	},
	{
		Name: colInvoices, Aliases: []string{"invoice folder", "invoices folder", "factures", "dossier factures", "dossier des factures"},
		Text: "The folder of the customer's invoices as PDF; a relative path starts at the configuration file's folder.", Example: "factures/durand",
	},
	{
		Name: colAddress, Aliases: []string{"postal address", "adresse", "adresse postale"},
		Text: "The postal lines below the name, separated by |.", Example: "1 rue de l'Exemple|75001 PARIS",
	},
	{
		Name: colCalendar, Aliases: []string{"holidays", "calendrier", "jours fériés"},
		Text: "Whose holidays the customer keeps: FR, FR-57, BE, LU and so on. Empty: the company's own.", Example: "FR",
	},
	{
		Name: colSIREN, Aliases: []string{"siret", "numéro siren", "numéro siret"},
		Text: "The SIREN (9 digits) or SIRET (14 digits).", Example: "404833048",
	},
	{
		Name: colVAT, Aliases: []string{"vat number", "tva", "numéro tva", "tva intracommunautaire", "numéro de tva"},
		Text: "The VAT number with its country.", Example: "FR83404833048",
	},
	{
		Name: colIBAN, Aliases: []string{"ibans", "compte bancaire"},
		Text: "Accounts known to be the customer's own, separated by spaces or |.", Example: "FR76 3000 6000 0112 3456 7890 189",
	},
	{
		Name: colReference, Aliases: []string{"our reference", "référence", "notre référence", "supplier number", "numéro fournisseur", "code fournisseur"},
		Text: "What the customer calls us: our supplier number with them.", Example: "F-1042",
	},
	{
		Name: colDebt, Aliases: []string{"encours", "dette", "dû", "solde", "open"}, Ignored: true,
		Text: "What the customer owed when the template was written. It is there for people; reading skips it.", Example: "1234.50 EUR",
	},
	{
		Name: colNote, Aliases: []string{"notes", "comment", "comments", "commentaire", "commentaires", "remarque", "remarques"}, Ignored: true,
		Text: "Anything you like; reading skips it.", Example: "",
	},
}

// fold brings a header or a word to the form in which it is compared: no case,
// no accents, letters and digits only.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
