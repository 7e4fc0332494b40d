package policy_test

import (
	"strings"
	"testing"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

func TestExplain(t *testing.T) {
	at := func(text string) ledger.Date { return day(t, text) }
	for _, tt := range []struct {
		d      policy.Decision
		en, fr string
	}{
		{
			policy.Decision{Verdict: policy.Held, Reason: policy.ReasonMoneyUnknown, Detail: "money known only until 2026-04-14", Day: at("2026-04-14")},
			"held: money known only until 2026-04-14",
			"suspendu : les encaissements ne sont pas connus assez loin (jusqu’au 2026-04-14 seulement)",
		},
		{
			policy.Decision{Verdict: policy.Wait, Reason: policy.ReasonTooSoon, Rung: "relance", Day: at("2026-04-20"), Again: at("2026-04-18")},
			"wait until 2026-04-18: the next step (relance) is due on 2026-04-20",
			"attendre jusqu’au 2026-04-18 : l’étape suivante (relance) est prévue le 2026-04-20",
		},
		{
			policy.Decision{Verdict: policy.Held, Reason: policy.ReasonHold, Detail: "dispute: wrong quantity (Anna)"},
			"held: dispute: wrong quantity (Anna)",
			"suspendu : litige : wrong quantity (Anna)",
		},
		{
			policy.Decision{Verdict: policy.Held, Reason: policy.ReasonHold, Detail: "promise (Anna)", Day: at("2026-05-18")},
			"held: promise (Anna), until 2026-05-18",
			"suspendu : promesse de paiement (Anna), jusqu’au 2026-05-18",
		},
		{
			policy.Decision{Verdict: policy.Held, Reason: "of-tomorrow", Detail: "x"},
			"held: of-tomorrow: x", "suspendu : of-tomorrow: x",
		},
	} {
		if got := policy.Explain(tt.d, "en"); got != tt.en {
			t.Errorf("in English\n got %q\nwant %q", got, tt.en)
		}
		if got := policy.Explain(tt.d, "fr-FR"); got != tt.fr {
			t.Errorf("in French\n got %q\nwant %q", got, tt.fr)
		}
	}
}

// TestEveryReasonHasWords: each reason has a sentence of its own in both
// languages, with and without particulars.
func TestEveryReasonHasWords(t *testing.T) {
	for _, reason := range policy.Reasons() {
		for _, language := range []string{"en", "fr"} {
			full := policy.Explain(policy.Decision{Verdict: policy.Wait, Reason: reason, Detail: "particulars", Rung: "relance", Day: 739700, Again: 739701}, language)
			bare := policy.Explain(policy.Decision{Verdict: policy.Wait, Reason: reason, Detail: "particulars", Rung: "relance", Again: 739701}, language)
			for _, got := range []string{full, bare} {
				if strings.ContainsAny(got, "{}[]") || strings.Contains(got, string(reason)+": particulars") || strings.Contains(got, "  ") {
					t.Errorf("%s in %s: %q", reason, language, got)
				}
			}
		}
	}
}
