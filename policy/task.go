package policy

import (
	"github.com/relanced/relanced/ledger"
)

// The kinds of task that the policy raises. The kind, the subject and the
// episode name a task; its text may change.
const (
	TaskMissingAddress = "missing-address" // the customer cannot be reached the way the next step needs
	TaskPlaceCredit    = "place-credit"    // money of the customer is loose while something is overdue
	TaskSettleDoubt    = "settle-doubt"    // something that does not add up keeps an overdue item from being chased
	TaskCustomerKind   = "customer-kind"   // a formal step needs to know who the customer is
	TaskCallFirst      = "call-first"      // a call must be tried before the next step
	TaskProof          = "proof"           // the proof of the step before is missing
	TaskDeclareClaim   = "declare-claim"   // the customer is insolvent
	TaskLadderEnd      = "ladder-end"      // the ladder has no further rung
	TaskAttest         = "attest"          // nothing leaves until somebody says until when money is known
)

// endPatience is how many business days after the last rung a person is asked
// how to go on.
const endPatience = 10

// remind raises the tasks that come with the decisions. The list is handed
// from hand to hand, not kept in the hearing, which then needs no allocation.
func (h *hearing) remind() []Task {
	var list []Task
	for i := range h.items {
		s := &h.items[i]
		if h.overdue(s) || s.reason == ReasonNoAddress {
			list = h.remindOf(list, s)
		}
	}
	for i := range h.c.Position.Loose {
		if l := &h.c.Position.Loose[i]; h.loose && l.Amount.Sign() > 0 {
			list = h.task(list, TaskPlaceCredit, l.UID, 0, l.Amount.String())
		}
	}
	for i := range h.c.Holds {
		hold := &h.c.Holds[i]
		if hold.Kind == ledger.HoldInsolvency && hold.From <= h.today && len(h.items) > 0 {
			list = h.task(list, TaskDeclareClaim, h.c.Position.Customer, 0, "")
		}
	}
	return list
}

// remindOf raises the tasks of one overdue item.
func (h *hearing) remindOf(list []Task, s *standing) []Task {
	customer := h.c.Position.Customer
	switch s.reason {
	case ReasonDoubt:
		return h.settleDoubts(list, s)
	case ReasonNoAddress:
		return h.task(list, TaskMissingAddress, customer, h.invalid(), s.detail)
	case ReasonKindUnknown:
		return h.task(list, TaskCustomerKind, customer, 0, s.item.Number)
	case ReasonCallFirst:
		return h.task(list, TaskCallFirst, s.item.UID, s.item.Episode, s.item.Number)
	case ReasonProofNeeded:
		return h.task(list, TaskProof, s.item.UID, s.item.Episode, s.item.Number)
	case ReasonTop:
		return h.askHowToGoOn(list, s)
	default: // the others need nobody's work, or come with a hold's owner
		return list
	}
}

// askHowToGoOn raises the task at the end of the ladder, some time after the
// last rung.
func (h *hearing) askHowToGoOn(list []Task, s *standing) []Task {
	if s.reached < 0 {
		return list
	}
	day := h.cal.AddBusinessDays(max(s.since, s.item.Due), endPatience)
	if day > h.today {
		h.core = h.sooner(h.core, day)
		return list
	}
	return h.task(list, TaskLadderEnd, s.item.UID, s.item.Episode, s.item.Number)
}

func (h *hearing) settleDoubts(list []Task, s *standing) []Task {
	for i := range s.item.Doubts {
		d := &s.item.Doubts[i]
		list = h.task(list, TaskSettleDoubt, doubtSubject(d.ID, s.item.UID), s.item.Episode, d.Text)
	}
	for i := range h.c.Position.Doubts {
		d := &h.c.Position.Doubts[i]
		list = h.task(list, TaskSettleDoubt, doubtSubject(d.ID, h.c.Position.Customer), 0, d.Text)
	}
	return list
}

// doubtSubject keeps the tasks of two doubts about one thing apart.
func doubtSubject(id string, about ledger.UID) ledger.UID {
	if id == "" {
		return about
	}
	return ledger.UID(id)
}

// invalid counts the contacts that can no longer be used: another bounce is
// another cause.
func (h *hearing) invalid() int {
	n := 0
	for i := range h.c.Contacts {
		if h.c.Contacts[i].Invalid != "" {
			n++
		}
	}
	return n
}

// task adds a task, once.
func (h *hearing) task(list []Task, kind string, subject ledger.UID, episode int, about string) []Task {
	for i := range list {
		if t := &list[i]; t.Kind == kind && t.Subject == subject && t.Episode == episode {
			return list
		}
	}
	return append(list, Task{Kind: kind, Subject: subject, Episode: episode, Text: taskText(kind, h.r.Language, about)})
}

// AttestTask is the task that asks the owner of a company until when money is
// known, because notices wait for it. There is one per company and day that
// money is known until, however many customers wait, so it is the caller who
// raises it when some Outcome is Gated.
func AttestTask(company ledger.UID, f Freshness, language string) Task {
	about := f.Until.String()
	return Task{Kind: TaskAttest, Subject: company, Episode: int(f.Until), Text: taskText(TaskAttest, language, about)}
}

// taskText says what to do and why, in the company's language: French, else English.
func taskText(kind, language, about string) string {
	fr := len(language) < 2 || language[:2] == "fr"
	pick := func(french, english string) string {
		if fr {
			return french
		}
		return english
	}
	switch kind {
	case TaskMissingAddress:
		return pick("Compléter les coordonnées de ce client : la prochaine étape ne peut pas lui parvenir ("+about+").",
			"Complete this customer's contact data: the next step cannot reach them ("+about+").")
	case TaskPlaceCredit:
		return pick("Affecter "+about+" reçus de ce client : une somme qui n’est rapprochée d’aucune facture retient ou réduit ses relances.",
			"Place "+about+" of this customer: money that settles no invoice yet holds or lowers what they are asked for.")
	case TaskSettleDoubt:
		return pick("À vérifier avant toute relance : "+about, "To settle before anything is sent: "+about)
	case TaskCustomerKind:
		return pick("Indiquer si ce client est une entreprise, un particulier ou un acheteur public : sans cela, rien de formel ne part (facture "+about+").",
			"Say whether this customer is a business, a consumer or a public buyer: without it nothing formal is sent (invoice "+about+").")
	case TaskCallFirst:
		return pick("Appeler avant le courrier formel et noter l’appel (facture "+about+").",
			"Call before the formal letter, and log the call (invoice "+about+").")
	case TaskProof:
		return pick("Classer la preuve de l’étape précédente (facture "+about+").",
			"File the proof of the step before (invoice "+about+").")
	case TaskDeclareClaim:
		return pick("Client en procédure collective : ne plus relancer les factures antérieures et déclarer la créance dans le délai publié au BODACC.",
			"The customer is insolvent: stop reminders on earlier invoices and declare the claim within the published deadline.")
	case TaskLadderEnd:
		return pick("L’échelle de relance est terminée pour la facture "+about+" : décider de la suite (accord, recouvrement, passage en perte).",
			"The ladder has ended for invoice "+about+": decide how to go on (an agreement, recovery, a write-off).")
	case TaskAttest:
		return attestText(pick, about)
	default:
		return kind + ": " + about
	}
}

func attestText(pick func(french, english string) string, until string) string {
	if until == "" {
		return pick("Aucun encaissement n’est encore connu : importer les relevés, ou confirmer jusqu’à quel jour tout est saisi (attest money --until JOUR).",
			"Nothing is known about money received: import the statements, or confirm until which day all is booked (attest money --until DAY).")
	}
	return pick("Les encaissements ne sont connus que jusqu’au "+until+" : importer les relevés, ou confirmer que tout est saisi (attest money --until JOUR). Des relances sont prêtes.",
		"Money received is known only until "+until+": import the statements, or confirm that all is booked (attest money --until DAY). Reminders are ready.")
}
