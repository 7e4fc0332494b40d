package demobooks

import (
	"strings"
)

// config is the demonstration's configuration: complete, and one to start a
// real one from.
func (b *Books) config() File {
	text := strings.NewReplacer(
		"{section}", Section, "{name}", Company, "{siren}", companySIREN(), "{iban}", grouped(companyIBAN()),
	).Replace(configText)
	return File{Path: ConfigFile, Data: []byte(text), Time: b.first.In(b.zone, 9, 0)}
}

// grouped writes an IBAN as people read it.
func grouped(iban string) string {
	var parts []string
	for len(iban) > 4 {
		parts, iban = append(parts, iban[:4]), iban[4:]
	}
	return strings.Join(append(parts, iban), " ")
}

const configText = `# The configuration of a company that does not exist, written by "relanced demo".
# Every path starts at this file's folder.

database = "relanced.db"        # SQLite; for PostgreSQL: "env:NAME" or "file:PATH" holding a postgres:// address

[company.{section}]
name       = "{name}"
siren      = "{siren}"
language   = "fr"                # where a customer's language is not known
mode       = "auto"              # a real first week starts with "observe", then "approve"
auto_up_to = "firm"              # friendly and firm mails leave by themselves; a formal letter is always a person's
accounts   = ["{iban}"]          # without its statements nobody is reminded
terms      = "30 jours"          # where the people file says nothing
documents  = "invoices"          # copies to attach, named by invoice number

[company.{section}.sender]
name    = "Hélène Modèle"
title   = "Gérante"
mail    = "facturation@menuiserie-exemplaire.example"
phone   = "01 99 00 20 20"
address = ["2 rue de l'Établi", "75999 FAUX-BOURG"]
city    = "Faux-Bourg"
iban    = "{iban}"               # customers are asked to pay here; it is never taken from a tool

# What the bookkeeper exports on Friday evenings, one file for each fiscal year.
[company.{section}.connection.ledger]
kind = "fec"
path = "ledger"

# What the bank puts there every morning.
[company.{section}.connection.bank]
kind = "bank"
path = "bank"

# What neither of them knows: who is a business, whom to write to, in which language.
[company.{section}.connection.people]
kind = "people"
path = "people.csv"

# Where messages go: mails as .eml, letters as .pdf, tasks and calls as .txt.
[company.{section}.connection.outgoing]
kind = "folder"
path = "outgoing"
`
