package demobooks

import "github.com/relanced/relanced/ledger"

// openingCents is what was in the bank when the books begin.
const openingCents = 1825000

// beginning is the first day of the fiscal year that the oldest entry is in.
func (b *Books) beginning() ledger.Date {
	year, _, _ := b.invoices[0].issued.Civil()
	first, _ := ledger.NewDate(year, 1, 1) // there is always a first of January
	return first
}

// overheads lets rent, wages, wood and bank fees leave the account, as they do.
func (b *Books) overheads() {
	first := b.invoices[0].issued
	for month := first.MonthEnd() + 1; month <= b.last; month = month.MonthEnd() + 1 {
		for _, out := range []struct {
			day          ledger.Date
			cents        int64
			payer, text  string
			account, lib string
		}{
			{b.cal.Next(month.AddDays(4)), 115000, "SCI DES MURS FICTIFS", "LOYER ATELIER", "613200", "Locations immobilières"},
			{b.cal.Next(month.AddDays(13)), 64377, "BOIS ET PANNEAUX FICTIFS", "PRLV PANNEAUX", "601000", "Achats de matières"},
			{b.cal.Previous(month.MonthEnd().AddDays(-1)), 462000, "PAIE DU MOIS", "VIR PAIE DU MOIS", "421000", "Personnel, rémunérations dues"},
			{b.cal.Previous(month.MonthEnd()), 1250, "", "COMMISSION TENUE DE COMPTE", "627000", "Services bancaires"},
		} {
			if out.day > b.last {
				continue
			}
			b.movements = append(b.movements, &movement{
				day: out.day, cents: -out.cents, payer: out.payer, text: out.text, account: out.account, accountLib: out.lib,
			})
		}
	}
}
