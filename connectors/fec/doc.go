// Package fec reads the ledger export that French law asks of every accounting
// package (fichier des écritures comptables, LPF A47 A-1): customers, invoices,
// credit notes and payments from the movements on accounts 411, and allocations
// from their lettering. It reads files and nothing else; it never writes one,
// and it knows no due day: a FEC has none, so every item's due day is unknown
// and is worked out from terms elsewhere.
//
// # The way of a file
//
// A file is surveyed (how it is written, which days it speaks of), then read
// twice. The first pass keeps forty bytes of each movement on a customer's
// account and no text; then it is worked out what the movements are; the second
// pass reads the texts and makes the pages. Half a million movements take some
// twenty megabytes.
//
// # What a movement is
//
// An entry is JournalCode and EcritureNum, its rows together or apart. See
// entry.classify for its meaning, chart for the accounts, identity.go for how
// records keep their ids from one export to the next, opening.go for opening
// entries and several years, pour.go for lettering.
//
// # Where the books leave it open
//
// A debit on a customer that neither a sale nor money explains is an invoice
// only when it has a number that no sale has; an adjustment otherwise, told as
// a payment below zero. Both hold until they are lettered away, save invoices
// against other income (interest, charges passed on to 75 or 76).
//
// An entry without ValidDate counts. It is a draft, and nothing of it is owed,
// only when its journal has validated rows of later days: then it was left
// behind. Payments and credits always count.
//
// A file whose days are written JJ/MM/AAAA has been through a spreadsheet, which
// drops leading zeros of codes and turns numbers into days; it is refused
// unless the configuration says that the software itself writes so.
// Semicolons alone are accepted and mentioned by Check.
//
// A row that cannot be read takes its entry into quarantine. A file with more
// than a hundred such rows that are more than two in a hundred is refused. An
// entry that does not balance is used and holds its customers. A file whose
// last entry does not balance, or whose last line is cut, is taken for half
// written: nothing of its year ends, so nothing is taken for deleted.
package fec
