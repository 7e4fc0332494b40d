package letter

import (
	"fmt"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// rehearse writes every text on sample cases, poor and rich ones, so that a
// missing fact or a wrong name in a user's own text shows when it is loaded.
func (t Texts) rehearse() error {
	for _, name := range t.names() {
		found := t.byName[name]
		for _, sample := range samples() {
			f, err := newFacts(sample.notice, sample.setting, found.voice)
			if err != nil {
				return fmt.Errorf("sample data: %w", err)
			}
			p, subject, err := found.write(f)
			if err != nil {
				return fmt.Errorf("on sample data: %w", err)
			}
			if subject == "" {
				return fmt.Errorf("text %s line 1: the subject is empty on sample data", found.name)
			}
			if len(p.blocks) == 0 {
				return fmt.Errorf("text %s line 3: nothing is left of the text on sample data", found.name)
			}
		}
	}
	return nil
}

type sample struct {
	notice  policy.Notice
	setting Setting
}

// samples go through the branches that facts can take: one item and several,
// with everything known and with next to nothing.
func samples() []sample {
	due, issued := ledger.Date(739700), ledger.Date(739670)
	one := policy.NoticeLine{
		Number: "F-1001", Ordinal: 1, Parts: 1, Issued: issued, Due: due, Order: "BC-7",
		Total: money.New(120000, money.EUR), Open: money.New(120000, money.EUR),
	}
	part := one
	part.Number, part.Ordinal, part.Parts, part.Order = "F-1002", 1, 2, ""
	part.Open = money.New(40000, money.EUR)
	credit := reconcile.Loose{Kind: ledger.KindCredit, Amount: money.New(5000, money.EUR), Day: issued, Text: "A-7"}

	rich := policy.Notice{
		To:       ledger.Contact{Name: "Mme Camille Exemple", Mail: "compta@exemple.example", Phone: "01 99 00 00 00"},
		Lines:    []policy.NoticeLine{one},
		Upcoming: []policy.NoticeLine{part},
		Credits:  []reconcile.Loose{credit},
	}
	full := sampleSetting()
	several := rich
	several.Lines = []policy.NoticeLine{one, part}
	several.Upcoming = []policy.NoticeLine{part, part}
	several.Credits = []reconcile.Loose{credit, credit}
	some := full
	some.Attached = []string{"F-1002"}
	poor := policy.Notice{Lines: []policy.NoticeLine{part}}
	bare := Setting{Creditor: Creditor{Name: full.Creditor.Name}, Customer: ledger.Customer{Code: "C001"}, Day: full.Day}
	parts := policy.Notice{Lines: []policy.NoticeLine{part, part}}
	crowd := policy.Notice{}
	for i := range 7 {
		l := one
		l.Number = fmt.Sprintf("F-%d", 1001+i)
		crowd.Lines = append(crowd.Lines, l)
	}
	return []sample{{rich, full}, {several, full}, {several, some}, {poor, bare}, {parts, bare}, {crowd, full}}
}

func sampleSetting() Setting {
	return Setting{
		Creditor: Creditor{
			Name: "Atelier des Exemples", Signer: "Dominique Exemple", Title: "Comptabilité", Mail: "bonjour@atelier.example",
			Phone: "01 99 00 00 01", Address: []string{"1 rue de l’Essai", "99000 Ville-Fictive"}, City: "Ville-Fictive",
			SIREN: "999999014", IBAN: "FR7699999000010000001234537", BIC: "EXAMFRPP",
		},
		Customer: ledger.Customer{
			Name: "DURAND ET FILS SAS", Code: "C001", CustomerRef: "4711", Address: []string{"2 rue du Test", "99000 Ville-Fictive"},
		},
		Day: ledger.Date(739710), Attached: []string{"F-1001"},
	}
}
