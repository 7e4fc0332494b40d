package policy

import (
	"strings"

	"github.com/relanced/relanced/ledger"
)

// Explain tells a decision in one sentence for people, in French or, for any
// other language, in English: "held: money known only until 2026-04-14". Codes
// and free words of persons and tools stay as they are written.
func Explain(d Decision, language string) string {
	heads, texts := englishHeads(), englishTexts()
	if strings.HasPrefix(strings.ToLower(language), "fr") {
		heads, texts = frenchHeads(), frenchTexts()
		d.Detail = frenchHold(d)
	}
	text, ok := texts[d.Reason]
	if !ok {
		text = string(d.Reason) + "[: {detail}]"
	}
	return fill(heads[d.Verdict]+text, d)
}

// fill puts a decision's facts into a sentence. What stands in brackets is
// left out when its fact is missing.
func fill(sentence string, d Decision) string {
	facts := [...]struct{ name, value string }{
		{"{again}", d.Again.String()}, {"{rung}", d.Rung}, {"{day}", d.Day.String()}, {"{detail}", d.Detail},
	}
	var b strings.Builder
	for sentence != "" {
		plain, rest, _ := strings.Cut(sentence, "[")
		optional, after, _ := strings.Cut(rest, "]")
		for _, f := range facts {
			plain = strings.ReplaceAll(plain, f.name, f.value)
			if f.value == "" && strings.Contains(optional, f.name) {
				optional = ""
			}
			optional = strings.ReplaceAll(optional, f.name, f.value)
		}
		b.WriteString(plain)
		b.WriteString(optional)
		sentence = after
	}
	return b.String()
}

func englishHeads() map[Verdict]string {
	return map[Verdict]string{Act: "act: ", Wait: "wait until {again}: ", Held: "held: "}
}

func frenchHeads() map[Verdict]string {
	return map[Verdict]string{Act: "agir : ", Wait: "attendre jusqu’au {again} : ", Held: "suspendu : "}
}

func englishTexts() map[Reason]string {
	return map[Reason]string{ //nolint:gosec // G101 takes the word credit for a credential
		ReasonRung:         "the step {rung} is due[ since {day}]",
		ReasonCovered:      "named in the notice that {detail} leads",
		ReasonNotDue:       "nothing is late yet[; due on {day}]",
		ReasonTooSoon:      "the next step ({rung}) is due[ on {day}]",
		ReasonGap:          "the customer heard from us recently[; the next message may leave from {day}]",
		ReasonUnderWay:     "{detail}",
		ReasonTop:          "the ladder has no further step[ ({detail})]; a person decides",
		ReasonAnchor:       "an older invoice ({detail}) sets the pace",
		ReasonCondition:    "the conditions of the next steps do not hold[ ({detail})]",
		ReasonMinimum:      "too small to chase[ ({detail})]",
		ReasonDueUnknown:   "due day unknown: {detail}",
		ReasonMoneyUnknown: "{detail}",
		ReasonStale:        "a source is too old or out of order ({detail})",
		ReasonCompany:      "the whole company waits ({detail})",
		ReasonHold:         "{detail}[, until {day}]",
		ReasonDoubt:        "something does not add up ({detail})[, until {day}]",
		ReasonCredit:       "{detail}[, until {day}]",
		ReasonCreditCovers: "the customer's own money covers it ({detail}); a person decides",
		ReasonNever:        "never chased[: {detail}]",
		ReasonKindUnknown:  "a formal step needs to know who the customer is ({detail})",
		ReasonNoAddress:    "nobody to write to ({detail})",
		ReasonCallFirst:    "a call must be tried first ({detail})",
		ReasonProofNeeded:  "a proof is missing ({detail})",
		ReasonNoLadder:     "{detail}",
	}
}

func frenchTexts() map[Reason]string {
	return map[Reason]string{ //nolint:gosec // G101 takes the word credit for a credential
		ReasonRung:         "l’étape {rung} est due[ depuis le {day}]",
		ReasonCovered:      "comprise dans le message mené par {detail}",
		ReasonNotDue:       "rien n’est encore en retard[ ; échéance le {day}]",
		ReasonTooSoon:      "l’étape suivante ({rung}) est prévue[ le {day}]",
		ReasonGap:          "le client a été contacté récemment[ ; prochain message possible à partir du {day}]",
		ReasonUnderWay:     "un message[ du {day}] est en cours d’envoi, ou son sort est inconnu",
		ReasonTop:          "l’échelle n’a plus d’étape ; à vous de décider",
		ReasonAnchor:       "une facture plus ancienne ({detail}) donne le rythme",
		ReasonCondition:    "les conditions des étapes suivantes ne sont pas réunies",
		ReasonMinimum:      "montant trop faible pour une relance",
		ReasonDueUnknown:   "échéance inconnue : ni date ni conditions de paiement",
		ReasonMoneyUnknown: "les encaissements ne sont pas connus assez loin[ (jusqu’au {day} seulement)]",
		ReasonStale:        "une source est trop ancienne ou en panne ({detail})",
		ReasonCompany:      "toute la société est en attente ({detail})",
		ReasonHold:         "{detail}[, jusqu’au {day}]",
		ReasonDoubt:        "quelque chose ne concorde pas ({detail})[, jusqu’au {day}]",
		ReasonCredit:       "une somme du client reste à affecter[, jusqu’au {day}]",
		ReasonCreditCovers: "le crédit du client couvre son retard ; à vous de décider",
		ReasonNever:        "jamais relancé[ : {detail}]",
		ReasonKindUnknown:  "une étape formelle demande de savoir qui est le client (entreprise, particulier ou public)",
		ReasonNoAddress:    "personne à qui écrire[ ({detail})]",
		ReasonCallFirst:    "un appel doit d’abord être tenté",
		ReasonProofNeeded:  "la preuve de l’étape précédente manque",
		ReasonNoLadder:     "aucune échelle n’est prévue pour ce type de client",
	}
}

// frenchHold returns the detail with the kind of a hold before its own words
// in French.
func frenchHold(d Decision) string {
	if d.Reason != ReasonHold {
		return d.Detail
	}
	kinds := map[ledger.HoldKind]string{
		ledger.HoldPause: "pause", ledger.HoldDispute: "litige", ledger.HoldPromise: "promesse de paiement",
		ledger.HoldPlan: "échéancier", ledger.HoldSaysPaid: "dit avoir payé", ledger.HoldInsolvency: "procédure collective",
		ledger.HoldDeceased: "décès", ledger.HoldSold: "créance cédée", ledger.HoldRejected: "envoi refusé",
	}
	for kind, name := range kinds {
		if d.Detail == string(kind) || strings.HasPrefix(d.Detail, string(kind)+": ") || strings.HasPrefix(d.Detail, string(kind)+" (") {
			return strings.Replace(name+d.Detail[len(kind):], name+": ", name+" : ", 1)
		}
	}
	return d.Detail
}
