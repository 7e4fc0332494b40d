package config_test

import (
	"strings"
	"testing"

	"github.com/relanced/relanced/config"
)

// TestAValueOfTheWrongTypeIsToldInWords: nobody who writes a configuration
// knows the program's types.
func TestAValueOfTheWrongTypeIsToldInWords(t *testing.T) {
	t.Parallel()
	const head = "[company.a]\nname = \"A\"\n"
	const tail = "\n[company.a.connection.l]\nkind = \"fec\"\npath = \"x\"\n"
	for line, want := range map[string]string{
		`minimum = 5.00`:                                      `3:1: company.a.minimum: text is wanted, not a number; write it in quotes: minimum = "5.00"`,
		`siren = 999999014`:                                   `company.a.siren: text is wanted, not a whole number; write it in quotes: siren = "999999014"`,
		`extra_holidays = [2026-12-24]`:                       `company.a.extra_holidays: each value of this list is text and stands in quotes: extra_holidays = ["…", "…"]`,
		`extra_holidays = "2026-12-24"`:                       `company.a.extra_holidays: a list such as ["a", "b"] is wanted, not text`,
		`credit_hold = "five"`:                                `company.a.credit_hold: a whole number is wanted, not text`,
		`credit_hold = 1.5`:                                   `company.a.credit_hold: a whole number is wanted, not a number`,
		`risk_chasing_the_paid_by_ignoring_money_age = "yes"`: `true or false is wanted, not text`,
		`sender = "Anne"`:                                     `company.a.sender: a table of keys and values is wanted, not text`,
		`limits = { per_run = true }`:                         `company.a.limits.per_run: a whole number is wanted, not true or false`,
		"[company.a.minimum]\nx = 1":                          `company.a.minimum: text in quotes is wanted, not a table`,
		`terms = "soon"`:                                      `write them such as "30 days"`,
		"[company.a.connection.m]\nkind = \"fax\"":            `"fax" is not a kind of connection; there are fec, bank, people, folder`,
		"[company.a.connection.m]\nkind = \"fec\"\npath = \"x\"\ntoken = [\"x\"]": `a secret is named, never written here: token = "env:NAME" or "file:PATH"`,
	} {
		_, err := config.Parse("books.conf", []byte(head+line+tail), kit(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v\nwant %q in it", line, err, want)
			continue
		}
		for _, inner := range []string{"config.", "struct", "TOML", "toml:", "int64", "[]string"} {
			if strings.Contains(err.Error(), inner) {
				t.Errorf("%s: %q is the program's own word in: %v", line, inner, err)
			}
		}
	}
}
