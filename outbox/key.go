package outbox

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// Key names one thing that may be delivered once: it is made of the company,
// the subject, the purpose, the subject's episode and the attempt, and of
// nothing that may change while the debt stays the same. It is spelled
// [a-z0-9-]{1,64}, so that every tool can store it.
func Key(company, subject ledger.UID, purpose string, episode, attempt int) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		string(company), string(subject), purpose, strconv.Itoa(episode), strconv.Itoa(attempt),
	}, "\x1f")))
	return "rl-" + hex.EncodeToString(sum[:16])
}

// Facts is the hash an approval binds to: who is written to and where, at which rung, in
// which language, with which version of the text, about which items at which
// open amounts, with which documents. When one of them changes, the approval
// is void.
func Facts(n policy.Notice, templateVersion string, address []string) string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0x1f})
		}
		h.Write([]byte{0x1e})
	}
	put("to", n.To.Name, n.To.Mail, n.To.Phone, string(n.To.Role))
	put(append([]string{"address"}, address...)...)
	put("say", n.Rung, string(n.Verb), n.Template, templateVersion, n.Language)
	for _, l := range n.Lines {
		put("line", string(l.Item), l.Open.String(), l.Due.String(), strconv.Itoa(l.Episode))
	}
	for _, c := range n.Credits {
		put("credit", string(c.UID), c.Amount.String())
	}
	put(append([]string{"attach"}, n.Attach...)...)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// TaskFacts is Facts for a task that is not a rung.
func TaskFacts(t policy.Task) string {
	sum := sha256.Sum256([]byte(t.Kind + "\x1f" + string(t.Subject) + "\x1f" + t.Text))
	return hex.EncodeToString(sum[:16])
}
