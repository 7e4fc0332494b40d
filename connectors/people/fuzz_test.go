package people_test

import (
	"net/mail"
	"os"
	"strings"
	"testing"

	"github.com/relanced/relanced/connectors/people"
)

// FuzzParse holds whatever a file may contain to what the rest relies on:
// every row is used, quarantined or refused with the file; ids are unique;
// nothing that reaches a mail header can break it.
func FuzzParse(f *testing.F) {
	sample, err := os.ReadFile("testdata/people.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	for _, seed := range []string{
		"", "code", "sep=,\ncode,mail\nC1,a@b.example\n", "code;mail\nC1;a@b.example;\n", "code;ne pas relancer\n;litige\n",
		"code\tiban\nC1\tFR76 9999 8000 1000 0000 0010 157|x\n", "code;nom\nC1;\"a\nb\"\n", "\xff\xfe", "code;nom\nC1;\xe9t\xe9\n",
		"code;kind\nC1;pro\nC1;b2c\n*;x\n", "code;phone;mail\nC1;1;\"a@b.c, <d@e.f>\"\n", "code;name\rC1;x\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		sheet, err := people.Parse(data, people.Options{File: "f.csv", Dir: "d"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f.csv") {
				t.Errorf("error without the file's name: %v", err)
			}
			return
		}
		ids := make(map[string]bool)
		once := func(id string) {
			if id == "" || ids[id] {
				t.Errorf("id %q is empty or repeats", id)
			}
			ids[id] = true
		}
		known := make(map[string]bool)
		for _, c := range sheet.Customers {
			once("customer " + c.ID)
			known[c.ID] = true
			if c.Default != (c.Code == "*") || c.Code == "" {
				t.Errorf("customer %+v", c)
			}
		}
		for _, c := range sheet.Contacts {
			once("contact " + c.ID)
			if !known[c.Customer] || c.Role == "" || strings.ContainsAny(c.Mail+c.Phone+c.Name, "\r\n\x00") {
				t.Errorf("contact %+v", c)
			}
			if c.Mail != "" {
				if a, err := mail.ParseAddress(c.Mail); err != nil || a.Address != c.Mail || a.Name != "" {
					t.Errorf("contact %+v: %v", c, err)
				}
			}
		}
		for _, q := range sheet.Quarantined {
			once("quarantined " + q.ID)
			if !strings.HasPrefix(q.Reason, "f.csv line ") {
				t.Errorf("reason without a place: %s", q.Reason)
			}
		}
		for _, x := range sheet.Findings {
			once("finding " + x.ID)
			if !x.Holds || len(sheet.Quarantined) == 0 {
				t.Errorf("finding %+v without a cause", x)
			}
		}
	})
}
