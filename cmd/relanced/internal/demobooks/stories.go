package demobooks

import (
	"time"

	"github.com/relanced/relanced/ledger"
)

// stories lets every customer live through the eight weeks. A first reminder
// to a business is due two business days after the due day, a call five later,
// the firm mail five later, the formal letter ten later.
func (b *Books) stories() {
	b.inTimeAlways()
	b.firstReminder()
	b.wholeLadder()
	b.inParts()
	b.privatePerson()
	b.english()
	b.town()
	b.directDebit()
	b.tooMuch()
	b.creditNote()
	b.dispute()
	b.promise()
	b.noAddress()
	b.unknownKind()
	b.instalments()
	b.neverChased()
}

// inTimeAlways: one payment falls into the week without bank files and is
// booked by hand from the bank's web page.
func (b *Books) inTimeAlways() {
	c := b.who(1)
	b.inTime(b.bill(c, b.day(-12), "Étagères du fournil", 31240))
	b.inTime(b.bill(c, b.day(3), "Porte battante", 31800))
	b.inTime(b.bill(c, b.day(13), "Plan de travail", 30560))
	b.inTime(b.bill(c, b.late(2), "Vitrine", 33120))
	b.inTime(b.bill(c, b.end(-8), "Comptoir", 29880))
}

// firstReminder: pays some days after the first friendly word. The second time
// the reminder falls into the week without bank files and waits for a word of
// the owner; the third is still open in the end.
func (b *Books) firstReminder() {
	c := b.who(2)
	b.inTime(b.bill(c, b.day(-20), "Établi", 88000))
	soon := b.bill(c, b.day(3), "Cloison de l'atelier", 124000)
	b.letter(soon, b.pays(c, b.after(soon.due, 4), 124000, "REGLEMENT {0}", soon))
	held := b.bill(c, b.late(0), "Portes sectionnelles", 215000)
	b.letter(held, b.pays(c, b.late(7), 215000, "REGLEMENT {0}", held))
	b.bill(c, b.end(5), "Rayonnages", 64200)
}

// wholeLadder: reminder, call, firm mail, formal letter. It brings the smaller
// invoice in; of the larger one a person decides.
func (b *Books) wholeLadder() {
	c := b.who(3)
	b.inTime(b.bill(c, b.day(-30), "Plan de découpe", 47600))
	b.bill(c, b.day(-1), "Mobilier du hall", 288000)
	smaller := b.bill(c, b.day(8), "Habillage des presses", 114000)
	b.letter(smaller, b.pays(c, b.after(smaller.due, 17), 114000, "VIR {0}, LE RESTE SUIT", smaller))
	b.answers[c.code] = []Answer{{Outcome: ledger.OutcomeReached, Note: "Mme Encre vérifie et rappelle"}}
}

// inParts: half is paid in time, so the reminder asks for the rest only.
func (b *Books) inParts() {
	c := b.who(4)
	b.inTime(b.bill(c, b.day(-15), "Bureau de l'accueil", 96000))
	i := b.bill(c, b.day(5), "Salle de réunion", 240000)
	first := b.pays(c, b.after(i.due, -1), 140000, "ACOMPTE {0}", i)
	rest := b.pays(c, b.after(i.due, 5), 100000, "SOLDE {0}", i)
	b.letter(i, first, rest)
	b.bill(c, b.end(-6), "Bibliothèque", 118000)
}

// privatePerson: pays without naming anything. An equal amount of a known payer
// is no proof, so it holds until the bookkeeper has said what it is.
func (b *Books) privatePerson() {
	c := b.who(5)
	i := b.bill(c, b.day(8), "Volets", 26400)
	m := b.pays(c, b.after(i.due, 6), 26400, "MERCI POUR LES VOLETS", i)
	b.letter(i, m)
	b.bill(c, b.end(-4), "Portillon", 41000)
}

// english: reminded in English; the bank keeps twelve euros of the transfer,
// which the bookkeeper writes off.
func (b *Books) english() {
	c := b.who(6)
	i := b.bill(c, b.day(6), "Exhibition stand", 385000)
	m := b.pays(c, b.after(i.due, 9), 383800, "INV {0} CHARGES SHA", i)
	w := &writeOff{invoice: i, cents: 1200, day: m.day}
	b.writeOffs = append(b.writeOffs, w)
	b.letter(i, m, w)
	b.bill(c, b.end(9), "Display cases", 172500)
	b.answers[c.code] = []Answer{
		{Outcome: ledger.OutcomeReached, Note: "in Thursday's payment run"},
		{Outcome: ledger.OutcomeReached, Note: "waiting for the approver"},
	}
}

// town: the treasury pays, under its own name and with a number of its own. The
// amount is equal, which suggests and holds, but not for ever: it pays on days
// after which the bookkeeper comes in time. The last one is not booked yet.
func (b *Books) town() {
	c := b.who(7)
	treasury := func(i *invoice, day ledger.Date, text string) {
		if day.Weekday() == time.Friday {
			day = b.after(day, 1)
		}
		m := b.pays(c, day, i.total(), text, i)
		m.payer, m.payerIBAN = "DRFIP TRESORERIE FICTIVE", frenchIBAN("99996", "00030", "00000004040")
		b.letter(i, m)
	}
	i := b.bill(c, b.day(-25), "Bancs de la mairie", 431000)
	treasury(i, b.after(i.due, -2), "MANDAT 1498 BORDEREAU 81")
	i = b.bill(c, b.day(10), "Portes de l'école", 725000)
	treasury(i, b.after(i.due, 6), "MANDAT 1542 BORDEREAU 87")
	i = b.bill(c, b.end(4), "Estrade", 191640)
	treasury(i, b.end(2), "MANDAT 1561 BORDEREAU 93")
}

// directDebit: collected on the due day, returned for want of funds five days
// later: the invoice is open again, and its story begins anew.
func (b *Books) directDebit() {
	c := b.who(8)
	collect := func(i *invoice) *movement {
		m := b.pays(c, b.cal.Next(i.due), i.total(), "PRLV {0}", i)
		m.endToEnd, m.debit = "RUM-{0}", true
		return m
	}
	i := b.bill(c, b.day(-18), "Tables de terrasse", 152000)
	b.letter(i, collect(i))
	i = b.bill(c, b.day(2), "Réparation du bar", 48600)
	first := collect(i)
	back := &movement{
		day: b.after(first.day, 5), cents: -48600, customer: c, payer: c.name, payerIBAN: c.iban, names: []*invoice{i}, debit: true,
		text: "REJET PRLV {0} MOTIF AM04 PROVISION INSUFFISANTE", endToEnd: "RUM-{0}", back: "AM04", settles: []share{{i, -48600}},
	}
	b.movements = append(b.movements, back)
	b.letter(i, first).until = back.day
	b.letter(first, back)
	b.letter(i, b.pays(c, b.after(back.day, 4), 48600, "REGLT {0} APRES REJET", i))
	i = b.bill(c, b.day(22), "Banquettes", 139000)
	b.letter(i, collect(i))
}

// tooMuch: three hundred euros more than asked. Money that settles nothing
// holds the customer until the bookkeeper has placed it.
func (b *Books) tooMuch() {
	c := b.who(9)
	older := b.bill(c, b.day(10), "Cloison vitrée", 90000)
	newer := b.bill(c, b.day(12), "Armoires", 120000)
	m := b.pays(c, b.after(older.due, 1), 150000, "{0}", newer)
	m.settles = append(m.settles, share{older, 30000})
	rest := b.pays(c, b.after(older.due, 10), 60000, "SOLDE {0}", older)
	placed := b.letter(older, newer, m)
	placed.partial, placed.until = true, rest.day
	b.letter(older, newer, m, rest)
}

// creditNote: pays the invoice less the credit note, and says so.
func (b *Books) creditNote() {
	c := b.who(10)
	b.inTime(b.bill(c, b.day(-6), "Échelle de bibliothèque", 38500))
	i := b.bill(c, b.day(14), "Rayon jeunesse", 56400)
	note := b.credit(i, b.day(5), 6400, "Retour d'une étagère")
	b.letter(i, note, b.pays(c, b.after(i.due, -1), 50000, "{0} MOINS AVOIR {1}", i, note))
	i = b.bill(c, b.late(3), "Présentoirs", 41000)
	b.letter(i, b.pays(c, b.late(1), 41000, "{0}", i))
	b.bill(c, b.end(-10), "Caisse", 52000)
}

// dispute: an invoice in dispute is left alone, the other one is not. A credit
// note settles the matter, and once the books have it the hold is released.
func (b *Books) dispute() {
	c := b.who(11)
	doors := b.bill(c, b.day(7), "Portes de placard", 186000)
	other := b.bill(c, b.day(12), "Trappe de visite", 42000)
	b.letter(other, b.pays(c, b.after(other.due, 5), 42000, "{0}", other))
	note := b.credit(doors, b.day(13), 18000, "Deux portes rayées")
	booked := note.issued
	for booked.Weekday() != time.Friday {
		booked++
	}
	b.acts = append(b.acts,
		Act{Day: b.after(doors.due, 3), Kind: ActDispute, Customer: c.code, invoice: doors, Until: b.day(20), Text: "deux portes rayées, Paul passe voir"},
		Act{Day: b.after(booked, 1), Kind: ActSettled, Customer: c.code, invoice: doors, Text: "avoir de 180 € convenu"})
	pay := b.pays(c, b.after(booked, 5), 168000, "{0} MOINS AVOIR {1}", doors, note)
	agreed := b.letter(doors, note)
	agreed.partial, agreed.until = true, pay.day
	b.letter(doors, note, pay)
	b.answers[c.code] = []Answer{{Outcome: ledger.OutcomeReached, Note: "d'accord avec l'avoir, vire cette semaine"}}
}

// promise: promised on the phone, not kept, and so the climb goes on. The
// second promise still runs in the end.
func (b *Books) promise() {
	c := b.who(12)
	i := b.bill(c, b.day(4), "Caisses de transport", 127500)
	b.letter(i, b.pays(c, b.after(i.due, 18), 127500, "FACT {0}", i))
	b.bill(c, b.end(8), "Plateaux", 98000)
	b.answers[c.code] = []Answer{
		{Outcome: ledger.OutcomePromise, Days: 4, Note: "Mme Horizon promet un virement"},
		{Outcome: ledger.OutcomePromise, Days: 6, Note: "promet de nouveau, après sa propre rentrée d'argent"},
	}
}

// noAddress: nobody to write to is a task, never silence. Somebody completes
// the people file, and the reminder leaves.
func (b *Books) noAddress() {
	c := b.who(13)
	i := b.bill(c, b.day(11), "Étals", 22850)
	known := b.after(i.due, 5)
	c.mailFrom = known + 1
	b.acts = append(b.acts, Act{Day: known, Kind: ActComplete, Customer: c.code, Text: "adresse mail demandée à la boutique"})
	b.letter(i, b.pays(c, b.after(i.due, 9), 22850, "facture {0}", i))
	b.bill(c, b.end(-3), "Jardinières", 31600)
}

// unknownKind: late long before anybody looked, and yet first reminded kindly;
// nothing formal is sent to somebody of whom nobody has said what they are.
func (b *Books) unknownKind() {
	c := b.who(14)
	b.bill(c, b.day(-8), "Escalier de meunier", 69000)
	b.answers[c.code] = []Answer{{Outcome: ledger.OutcomeNoAnswer, Note: "messagerie pleine"}, {Outcome: ledger.OutcomeReached, Note: "attend une prime, paiera ensuite"}}
}

// instalments: one invoice in two halves, of which the first is paid.
func (b *Books) instalments() {
	c := b.who(15)
	b.inTime(b.bill(c, b.day(-22), "Caisses de projection", 74000))
	i := b.bill(c, b.day(9), "Décor, en deux fois", 180000, 180000)
	first := b.pays(c, b.after(i.due, -1), 180000, "1ER VERSEMENT {0}", i)
	second := b.pays(c, b.after(i.due, 7), 180000, "2E VERSEMENT {0}", i)
	b.letter(member{invoice: i, part: 1}, first)
	b.letter(member{invoice: i, part: 2}, second)
	b.inTime(b.bill(c, b.end(3), "Praticables", 66000))
}

// neverChased: the owner does not want it, and said why.
func (b *Books) neverChased() {
	b.bill(b.who(16), b.day(1), "Tréteaux", 15000)
}
