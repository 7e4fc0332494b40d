package people

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// kindWords are the words for a kind of customer, folded.
//
//nolint:gochecknoglobals // a compiled-in table
var kindWords = map[string]ledger.CustomerKind{
	"business": ledger.KindBusiness, "company": ledger.KindBusiness, "b2b": ledger.KindBusiness,
	"entreprise": ledger.KindBusiness, "societe": ledger.KindBusiness, "professionnel": ledger.KindBusiness, "pro": ledger.KindBusiness,
	"consumer": ledger.KindConsumer, "individual": ledger.KindConsumer, "b2c": ledger.KindConsumer,
	"particulier": ledger.KindConsumer, "consommateur": ledger.KindConsumer,
	"public": ledger.KindPublic, "publicbody": ledger.KindPublic, "secteurpublic": ledger.KindPublic,
	"administration": ledger.KindPublic, "collectivite": ledger.KindPublic, "b2g": ledger.KindPublic,
}

//nolint:gochecknoglobals // a compiled-in table
var languageWords = map[string]string{
	"fr": "fr", "frfr": "fr", "french": "fr", "francais": "fr",
	"en": "en", "engb": "en", "enus": "en", "english": "en", "anglais": "en",
}

//nolint:gochecknoglobals // a compiled-in table
var roleWords = map[string]ledger.Role{
	"pays": ledger.RolePays, "payer": ledger.RolePays, "paie": ledger.RolePays, "paye": ledger.RolePays, "paiement": ledger.RolePays,
	"comptabilite": ledger.RolePays, "compta": ledger.RolePays, "accounting": ledger.RolePays, "accounts": ledger.RolePays,
	"orders": ledger.RoleOrders, "buyer": ledger.RoleOrders, "commande": ledger.RoleOrders, "achats": ledger.RoleOrders, "acheteur": ledger.RoleOrders,
	"approves": ledger.RoleApproves, "approver": ledger.RoleApproves, "valide": ledger.RoleApproves, "validation": ledger.RoleApproves,
	"escalation": ledger.RoleEscalation, "escalade": ledger.RoleEscalation, "direction": ledger.RoleEscalation, "dirigeant": ledger.RoleEscalation, "management": ledger.RoleEscalation,
}

// noWords answer the header "do not chase" with no.
//
//nolint:gochecknoglobals // a compiled-in table
var noWords = map[string]bool{"no": true, "non": true, "n": true, "0": true, "false": true, "faux": true}

func readKind(text string) (string, error) {
	kind, ok := kindWords[fold(text)]
	if !ok {
		return "", errors.New("it is not a kind of customer; write business, consumer or public (entreprise, particulier, public)")
	}
	return string(kind), nil
}

func readLanguage(text string) (string, error) {
	language, ok := languageWords[fold(text)]
	if !ok {
		return "", errors.New("it is not a language messages are written in; write fr or en")
	}
	return language, nil
}

func readRole(text string) (ledger.Role, error) {
	if text == "" {
		return ledger.RolePays, nil
	}
	role, ok := roleWords[fold(text)]
	if !ok {
		return "", errors.New("it is not a role; write orders, approves, pays or escalation (commande, valide, paie, direction)")
	}
	return role, nil
}

// readNever reads the reason for never chasing a customer. Nothing in it can
// be wrong: whatever is written there, other than a plain no, holds.
func readNever(text string) (string, error) {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, " "), func(r rune) bool {
		return invisible(r) || spoiled(string(r))
	}), " ")
	if noWords[fold(text)] {
		return "", nil
	}
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText])
	}
	if text == "" {
		return "so marked in the people file", nil
	}
	return text, nil
}

var calendarShape = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

func readCalendar(text string) (string, error) {
	name := strings.ToUpper(text)
	if !calendarShape.MatchString(name) {
		return "", errors.New("it is not a calendar; write a country such as FR, BE or LU, with a region where it has its own holidays: FR-57")
	}
	return name, nil
}

// maxText bounds one cell, in characters.
const maxText = 500

func readText(text string) (string, error) {
	switch {
	case spoiled(text):
		return "", errors.New("it holds characters that no text has, or that were lost in saving; type it again")
	case len([]rune(text)) > maxText:
		return "", fmt.Errorf("it is longer than %d characters; shorten it", maxText)
	}
	return text, nil
}

// maxLines is how many lines below the name fit an address window.
const maxLines = 6

func readAddress(text string) (string, error) {
	var lines []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == '\n' || r == '\r' }) {
		line = clean(line)
		if line == "" {
			continue
		}
		if _, err := readText(line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	if len(lines) > maxLines {
		return "", fmt.Errorf("an address has at most %d lines below the name", maxLines)
	}
	return strings.Join(lines, "|"), nil
}
