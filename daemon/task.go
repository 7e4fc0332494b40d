package daemon

import (
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// named puts the customer before a task's words, so that the one who reads it
// knows whom it is about.
func named(c ledger.Customer, text string) string {
	return strings.TrimSpace(c.Code+" "+c.Name) + "\n\n" + text
}

// about is whom a task is about: its first line, when something follows it.
func about(t policy.Task) string {
	if first, _, ok := strings.Cut(t.Text, "\n\n"); ok {
		return first
	}
	return ""
}

// heldTask asks to settle what holds the whole company. Each cause is asked
// about once.
func heldTask(company ledger.UID, why, language string) policy.Task {
	text := "Plus aucune relance ne part avant que ceci soit réglé : "
	if strings.HasPrefix(language, "en") {
		text = "No reminder leaves before this is settled: "
	}
	return policy.Task{Kind: policy.TaskSettleDoubt, Subject: ledger.NewUID(string(company), "held", why), Episode: 1, Text: text + why}
}

// taskText is what the task's reader sees first, and the whole of it.
func taskText(t policy.Task, language string) (subject, text string) {
	return taskTitle(t.Kind, !strings.HasPrefix(language, "en")), t.Text + "\n"
}

// taskRenewSource is the kind of task that asks for fresh books.
const taskRenewSource = "renew-source"

// staleTask asks for a source that is too old or cannot be read. A person's
// word about payments would not help.
func staleTask(company ledger.UID, why string, episode int, language string) policy.Task {
	text := "Reminders are waiting: " + why + ". Export it again, or mend what keeps it from being read."
	if !strings.HasPrefix(language, "en") {
		text = "Des relances attendent, car une source n’est plus à jour ou ne peut pas être lue : refaire l’export, ou corriger ce qui empêche de la lire.\n\n" + why
	}
	return policy.Task{Kind: taskRenewSource, Subject: company, Episode: episode, Text: text}
}

// taskTitle says in a few words what is to be done.
func taskTitle(kind string, french bool) string {
	titles := map[string][2]string{
		policy.TaskMissingAddress: {"Compléter les coordonnées", "Complete the contact data"},
		policy.TaskPlaceCredit:    {"Affecter une somme reçue", "Place money received"},
		policy.TaskSettleDoubt:    {"Vérifier avant toute relance", "Check before any reminder"},
		policy.TaskCustomerKind:   {"Préciser le type de client", "Say what kind of customer this is"},
		policy.TaskCallFirst:      {"Appeler avant le courrier formel", "Call before the formal letter"},
		policy.TaskProof:          {"Classer la preuve de l’étape précédente", "File the proof of the step before"},
		policy.TaskDeclareClaim:   {"Déclarer la créance", "Declare the claim"},
		policy.TaskLadderEnd:      {"Décider de la suite", "Decide how to go on"},
		taskRenewSource:           {"Mettre une source à jour", "Renew a source"},
		policy.TaskAttest:         {"Dire jusqu’à quand les encaissements sont connus", "Say until when payments are known"},
	}
	title, known := titles[kind]
	switch {
	case !known:
		return kind
	case french:
		return title[0]
	default:
		return title[1]
	}
}
