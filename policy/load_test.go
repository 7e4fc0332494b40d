package policy_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

const sound = `min_gap = "4 business days"
window = { days = "mon-fri", hours = "09:00-17:00" }
entry = "rappel"
[[rung]]
id = "rappel"
severity = "friendly"
after = "2 business days"
do = "mail"
template = "rappel-aimable"
[[rung]]
id = "relance"
severity = "firm"
after = "5 business days"
do = "mail"
template = "relance-ferme"
[[rung]]
id = "formelle"
severity = "formal"
after = "10 business days"
do = "letter"
template = "relance-formelle"
approval = true
`

func faults(data string) []string {
	l, all := policy.LoadLadder([]byte(data), "test")
	all = append(all, policy.Lint(l, func(name string) bool { return !strings.HasPrefix(name, "no-such") })...)
	var out []string
	for _, f := range all {
		out = append(out, f.String())
	}
	return out
}

// TestFaults changes one thing in a sound ladder at a time.
func TestFaults(t *testing.T) {
	if got := faults(sound); got != nil {
		t.Fatalf("the sound ladder has faults: %q", got)
	}
	for _, tt := range []struct{ name, old, now, want string }{
		{"syntax", `id = "rappel"`, `id = rappel`, `5:6: unexpected character`},
		{"unknown key", `entry = "rappel"`, "entry = \"rappel\"\nminimum_gap = 4", `4:1: minimum_gap: there is no such key in a ladder`},
		{"unknown key of a rung", `id = "relance"`, "id = \"relance\"\ncolour = 4", `12:1: rung.1.colour: there is no such key in a ladder`},
		{"unknown condition", `do = "letter"`, "do = \"letter\"\nall = { kind = \"business\", kinds = [\"business\"] }", `21:9: rung.2.all.kind: there is no such key in a ladder`},
		{"not a span", `after = "5 business days"`, `after = "5 weeks"`, `13:1: rung.1.after: "5 weeks": not a span of days such as "4 business days" or "10 days"`},
		{"a bare number", `after = "5 business days"`, `after = 5`, `13:1: rung.1.after: `},
		{"not a severity", `severity = "firm"`, `severity = "angry"`, `12:1: rung.1.severity: "angry" is not a severity (friendly, firm, formal, notice, court)`},
		{"not hours", `"09:00-17:00"`, `"9 to 5"`, `2:30: window.hours: "9 to 5": not hours such as`},
		{"rungs that are no list", "[[rung]]\nid = \"relance\"", "[rungs]\nid = \"relance\"", `10:2: rungs: there is no such key in a ladder`},
		{"no window", "window = { days = \"mon-fri\", hours = \"09:00-17:00\" }\n", "", `window: when messages leave is missing, such as { days = "mon-fri", hours = "09:00-17:00" }`},
		{"no gap", `min_gap = "4 business days"`, `min_gap = "0 days"`, `1:1: min_gap: the least time between two messages is missing, such as "4 business days"`},
		{"no entry", `entry = "rappel"` + "\n", "", `entry: the rung where an item without history begins is missing; name the first one after the due day`},
		{"an entry nobody knows", `entry = "rappel"`, `entry = "rapel"`, `3:1: entry: "rapel" is not a rung of this ladder after the due day`},
		{"an entry further up", `entry = "rappel"`, `entry = "relance"`, `7:1: rung.0.after: rappel: it is never reached: the climb begins at "relance", further down`},
		{"a formal entry", `entry = "rappel"`, `entry = "formelle"`, `18:1: rung.2.severity: formelle: nothing formal is a first contact; begin with a friendly rung`},
		{"an entry with conditions", `after = "2 business days"`, "after = \"2 business days\"\nany = { new_customer = true }", `5:1: rung.0.id: rappel: the entry rung has no conditions: every item begins there`},
		{"no id", `id = "relance"`, `id = "La relance"`, `11:1: rung.1.id: La relance: an id is small letters, digits and dashes, at most 40, such as "relance"`},
		{"two of one id", `id = "relance"`, `id = "rappel"`, `11:1: rung.1.id: rappel: there are two rungs of this id; give one another name`},
		{"nothing to do", `do = "letter"`, `do = "fax"`, `20:1: rung.2.do: formelle: "fax" is not one of mail, letter, registered, call, task, visit`},
		{"to nobody", `do = "letter"`, "do = \"letter\"\nto = \"boss\"", `21:1: rung.2.to: formelle: "boss" is not one of orders, approves, pays, escalation`},
		{"no text", `template = "relance-ferme"` + "\n", "", `10:3: rung.1.template: relance: the name of its text is missing, such as "rappel-aimable"`},
		{"a text that is not there", `template = "relance-ferme"`, `template = "no-such"`, `15:1: rung.1.template: relance: there is no text "no-such"; write it into your folder of texts or name another`},
		{"an attachment nobody has", `do = "letter"`, "do = \"letter\"\nattach = [\"contract\"]", `21:1: rung.2.attach: formelle: "contract" cannot be attached; "invoice" can`},
		{"no time", `after = "5 business days"` + "\n", "", `10:3: rung.1.after: relance: when it comes is missing, such as after = "5 business days"`},
		{"before and after", `after = "5 business days"`, "after = \"5 business days\"\nbefore = \"2 days\"", `14:1: rung.1.before: relance: a rung has before or after, not both`},
		{"before, above the entry", `after = "5 business days"`, `before = "5 days"`, `13:1: rung.1.before: relance: a step before the due day stands above the entry rung; move it up, it is not part of the climb`},
		{"a firm word before the due day", "[[rung]]\nid = \"rappel\"", "[[rung]]\nid = \"tot\"\nseverity = \"firm\"\nbefore = \"5 days\"\ndo = \"call\"\ntemplate = \"t\"\n[[rung]]\nid = \"rappel\"", `6:1: rung.0.severity: tot: nothing is late before the due day; only friendly is`},
		{"sooner than the gap", `after = "5 business days"`, `after = "3 business days"`, `13:1: rung.1.after: relance: it is shorter than min_gap (4 business days), so the rung would always be late; make it at least as long`},
		{"sooner than the gap, in days", `after = "5 business days"`, `after = "2 days"`, `13:1: rung.1.after: relance: it is shorter than min_gap (4 business days), so the rung would always be late; make it at least as long`},
		{"a repeated mail", `template = "relance-ferme"`, "template = \"relance-ferme\"\nrepeat = \"5 days\"", `16:1: rung.1.repeat: relance: only a call, task or visit is handed over again; a message is not repeated`},
		{"repeated too soon", "do = \"mail\"\ntemplate = \"relance-ferme\"", "do = \"call\"\ntemplate = \"relance-ferme\"\nrepeat = \"1 business day\"", `16:1: rung.1.repeat: relance: it is shorter than min_gap (4 business days); make it at least as long`},
		{"going down", `severity = "formal"`, `severity = "friendly"`, `18:1: rung.2.severity: formelle: it is milder than "relance" before it; a ladder does not go down`},
		{"no severity", `severity = "firm"` + "\n", "", `10:3: rung.1.severity: relance: it is missing: friendly, firm, formal, notice or court`},
		{"formal without a person", "approval = true\n", "", `16:3: rung.2.approval: formelle: from formal up a person releases each one; write approval = true`},
		{"announces what is not there", "approval = true\n", "approval = true\nannounces = \"injonction\"\n", `23:1: rung.2.announces: formelle: "injonction" is not a later rung of this ladder; a message announces only what is scheduled`},
		{"announces what is past", `template = "relance-ferme"`, "template = \"relance-ferme\"\nannounces = \"rappel\"", `16:1: rung.1.announces: relance: "rappel" is not a later rung of this ladder; a message announces only what is scheduled`},
		{"no condition", `do = "letter"`, "do = \"letter\"\nall = {}", `21:1: rung.2.all: formelle: there is no condition in it; take it out`},
		{"no amount", `do = "letter"`, "do = \"letter\"\nany = { min_amount = \"0 EUR\" }", `21:9: rung.2.any.min_amount: formelle: an amount above nothing is expected, such as "3000 EUR"`},
		{"a kind nobody is", `do = "letter"`, "do = \"letter\"\nany = { kinds = [\"firm\"] }", `21:9: rung.2.any.kinds: formelle: "firm" is not one of business, consumer, public`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := strings.Replace(sound, tt.old, tt.now, 1)
			if changed == sound {
				t.Fatalf("the sound ladder has no %q", tt.old)
			}
			for _, got := range faults(changed) {
				if strings.HasPrefix(got, tt.want) {
					return
				}
			}
			t.Errorf("got %q, want one that begins with %q", faults(changed), tt.want)
		})
	}
}

// TestEveryFaultAtOnce: one run tells them all, each at its place.
func TestEveryFaultAtOnce(t *testing.T) {
	text := strings.NewReplacer(`severity = "firm"`, `severity = "angry"`, `after = "10 business days"`, `after = "soon"`,
		`entry = "rappel"`, "entry = \"rappel\"\ncolour = 1", `do = "mail"`, `do = "fax"`).Replace(sound)
	var lines []int
	l, all := policy.LoadLadder([]byte(text), "test")
	for _, f := range append(all, policy.Lint(l, nil)...) {
		lines = append(lines, f.Line)
	}
	if diff := cmp.Diff([]int{4, 13, 20, 9, 15, 13, 20}, lines); diff != "" {
		t.Errorf("lines of the faults (-want +got):\n%s", diff)
	}
}

// TestBuiltin: the built-in ladders are sound, together too, and reach the
// customer within three business days of the due day.
func TestBuiltin(t *testing.T) {
	files, err := fs.Glob(policy.Builtin(), "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fr-business.toml", "fr-consumer.toml"}, files); diff != "" {
		t.Fatalf("built-in ladders (-want +got):\n%s", diff)
	}
	texts := []string{"rappel-aimable", "appel", "relance-ferme", "relance-formelle"}
	var ladders []policy.Ladder
	for _, file := range files {
		l := builtin(t, strings.TrimSuffix(file, ".toml"))
		var used []string
		for _, r := range l.Rungs {
			used = append(used, r.Template)
			if r.Severity >= ledger.Formal && !r.NeedsCall {
				t.Errorf("%s: %s is a formal step without a call before", file, r.ID)
			}
		}
		if diff := cmp.Diff(texts, used); diff != "" {
			t.Errorf("%s: texts (-want +got):\n%s", file, diff)
		}
		if n, business := l.Rungs[0].After.Count(); !business || n > 3 || l.Entry != l.Rungs[0].ID {
			t.Errorf("%s: the first word comes after %s", file, l.Rungs[0].After)
		}
		ladders = append(ladders, l)
	}
	if got := policy.Unique(ladders...); got != nil {
		t.Errorf("the built-in ladders share ids: %v", got)
	}
	copied := ladders[0]
	copied.ID = "copy"
	if got := policy.Unique(ladders[0], copied); len(got) != len(copied.Rungs) || got[0].Line == 0 {
		t.Errorf("a copied ladder shares every id, got %v", got)
	}
}

func FuzzLoadLadder(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte("rung = 3"))
	f.Add([]byte("rung = [1, { id = 2 }]\n[window]\ndays = [[]]"))
	f.Add([]byte("a.b.c = { d = { e = 1 } }\n[[rung.all]]\n[[rung]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, all := policy.LoadLadder(data, "fuzz")
		lines := strings.Count(string(data), "\n") + 1
		for _, fault := range append(all, policy.Lint(l, nil)...) {
			if fault.Text == "" || fault.Line < 0 || fault.Line > lines {
				t.Errorf("a fault without words or place: %+v", fault)
			}
		}
		if again, _ := policy.LoadLadder(data, "fuzz"); fmt.Sprint(again.Entry, len(again.Rungs)) != fmt.Sprint(l.Entry, len(l.Rungs)) {
			t.Error("read twice, it is another ladder")
		}
	})
}
