package main

import (
	"encoding/json"
	"os"
	"testing"
)

func TestAWordThatIsNoCommand(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "observe")
	o.fails(2, words("chek"), `there is no command "chek"; did you mean check? See: relanced --help`)
	o.fails(2, words("frobnicate"), `there is no command "frobnicate". See: relanced --help`)
	o.fails(2, words("connection renam a b"), `there is no command "connection renam"; did you mean rename? See: relanced connection --help`)
	o.does(nil, "relanced demo", "connection")
	o.does(words("plan --help"), "It queues nothing and sends nothing.")
}

func TestCheckOfACompanyThatIsNotThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "observe")
	o.fails(2, words("--company nope check"), `there is no company "nope"; there are atelier`)
}

func TestReleasingTheDatabaseForMachines(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "approve")
	var v map[string]string
	if err := json.Unmarshal([]byte(o.does(words("release database --reason looked --json"))), &v); err != nil || v["released"] != "database" {
		t.Errorf("release database --json: %v, %v", v, err)
	}
}

// TestOnceEndsBadlyWhenASourceCouldNotBeRead, after it has done the rest.
func TestOnceEndsBadlyWhenASourceCouldNotBeRead(t *testing.T) {
	t.Parallel()
	o := released(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.put("people.csv", "code;name;colour\nC001;ALPHA;red\n")
	code, out, errs := o.run("once")
	o.says(words("once"), out, []string{"ledger: nothing changed", "0 delivered"})
	o.says(words("once"), errs, []string{"company atelier: people could not be read"})
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
}

// TestAnExportThatFailsLeavesWhatWasThere.
func TestAnExportThatFailsLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "observe", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	file := o.path("kept.csv")
	o.put("kept.csv", "yesterday's")
	o.fails(2, []string{"export", "bogus", "--out", file}, `there is no table "bogus"; there are customers`)
	o.fails(2, []string{"export", "items", "--format", "xml", "--out", file}, "say json or csv")
	o.fails(2, []string{"export", "items", "--company", "nope", "--out", file}, "there is no company")
	o.fails(1, []string{"export", "items", "--out", o.dir}, "is a folder; name a file")
	if data, err := os.ReadFile(file); err != nil || string(data) != "yesterday's" {
		t.Errorf("the file holds %q, %v", data, err)
	}
	a := &app{}
	out, done, err := a.private(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write([]byte("half a ta")); err != nil {
		t.Fatal(err)
	}
	if err := done(os.ErrDeadlineExceeded); err == nil {
		t.Error("a table that broke off is taken for whole")
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != "yesterday's" {
		t.Errorf("after a table that broke off the file holds %q, %v", data, err)
	}
	o.does([]string{"export", "items", "--format", "csv", "--out", file})
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o.says(words("export"), string(data), []string{"F2026-0001", "!yesterday"})
	o.does(words("export items --out /dev/null"))
	if info, err := os.Stat("/dev/null"); err != nil || info.Mode().IsRegular() {
		t.Errorf("/dev/null is a file now: %v", err)
	}
	left, err := os.ReadDir(o.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name()[0] == '.' {
			t.Errorf("%s is left over", e.Name())
		}
	}
}

// TestAWrongWordAboutMoneyIsReplaced by the next, also one of an earlier day,
// or taken back.
func TestAWrongWordAboutMoneyIsReplaced(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "observe", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	for _, step := range []struct{ args, says string }{
		{"--until 2026-05-03", "2026-05-03"}, {"--until 2026-04-10", "2026-04-10"}, {"--withdraw", "no day at all"}, {"--until 2026-04-12", "2026-04-12"},
	} {
		o.at = o.at.Add(1e9)
		o.does(append(words("attest money"), words(step.args)...), "money is known until "+step.says)
		o.does(words("check"), "money is known until "+step.says)
	}
	o.fails(2, words("attest money"), "--until", "--withdraw")
	o.fails(2, words("attest money --withdraw --until 2026-05-01"), "--withdraw")
}

// TestCheckSaysOnlyWhatMatters of each connection, and remarks on texts.
func TestCheckSaysOnlyWhatMatters(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "approve", "sale 2026-03-02 C001 F2026-0001 1200.00")
	o.does(words("once"))
	o.does(words("check"), "+ read: facts are pulled from it", "- look: no look-up before sending", "+ send: messages leave through it",
		"!nothing is sent through it", "!nothing is pulled from it", "!calm reminder")
	text, err := os.ReadFile("../../letter/templates/en/rappel-aimable.txt")
	if err != nil {
		t.Fatal(err)
	}
	o.put("texts/en/rappel-aimable.txt", string(text)+"\nPay at once!\n")
	o.edit("relanced.toml", "[company.atelier]\n", "texts = \"texts\"\n[company.atelier]\n")
	o.does(words("check"), "Words that a calm reminder does without", `en/rappel-aimable.txt line`, `"!" (shouting)`)
	o.does(words("check --json"), `"remarks": [`, "(shouting)")
}
