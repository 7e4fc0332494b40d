package people_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/people"
	"github.com/relanced/relanced/ledger"
)

// open makes a connector for a people file that holds text.
func open(t *testing.T, text string) (connectors.Powers, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "people.csv")
	write(t, path, text)
	config, ok := people.Kind().NewConfig().(*people.Config)
	if !ok {
		t.Fatal("the kind's configuration is not a people configuration")
	}
	config.Path = "people.csv"
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Open(connectors.Env{Connection: "people", Dir: dir, Zone: paris})
	if err != nil {
		t.Fatal(err)
	}
	return connectors.PowersOf(c), path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, r connectors.Reader, scope connectors.Scope, since connectors.Cursor) []connectors.Page {
	t.Helper()
	var pages []connectors.Page
	for page, err := range r.Read(t.Context(), scope, since) {
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		pages = append(pages, page)
	}
	return pages
}

func TestReadYieldsOneCompleteStream(t *testing.T) {
	text, err := os.ReadFile("testdata/people.csv")
	if err != nil {
		t.Fatal(err)
	}
	powers, path := open(t, string(text))
	written := time.Date(2026, 4, 9, 23, 30, 0, 0, time.UTC) // already the 10th in Paris
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
	pages := read(t, powers.Reader, connectors.Open, "")
	if len(pages) != 1 {
		t.Fatalf("got %d pages, want 1", len(pages))
	}
	page := pages[0]
	want := &connectors.End{AsOf: time.Date(2026, 4, 9, 22, 0, 0, 0, time.UTC), Complete: true, Count: 8}
	if diff := cmp.Diff(want, page.End); diff != "" {
		t.Errorf("end (-want +got):\n%s", diff)
	}
	if page.Stream != "" || page.Next == "" || len(page.Customers) != 8 || len(page.Contacts) != 8 || len(page.Quarantined)+len(page.Findings) != 0 {
		t.Errorf("got stream %q, cursor %q, %d customers, %d contacts, quarantined %v, findings %v",
			page.Stream, page.Next, len(page.Customers), len(page.Contacts), page.Quarantined, page.Findings)
	}
}

func TestReadUnchangedUntilTheFileMoves(t *testing.T) {
	powers, path := open(t, "code;mail\nC001;a@b.example\n")
	first := read(t, powers.Reader, connectors.Open, "")
	cursor := first[0].Next
	again := read(t, powers.Reader, connectors.Open, cursor)
	if len(again) != 1 || again[0].End == nil || !again[0].End.Unchanged || len(again[0].Customers) != 0 || again[0].Next != cursor {
		t.Fatalf("second reading: got %+v, want an unchanged end and nothing else", again)
	}
	if census := read(t, powers.Reader, connectors.All, cursor); len(census[0].Customers) != 1 || census[0].End.Unchanged {
		t.Errorf("census: got %+v, want everything", census)
	}
	// Another file takes the name, with the same size and time.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	other := path + ".new"
	write(t, other, "code;mail\nC002;a@b.example\n")
	if err := os.Chtimes(other, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if moved := read(t, powers.Reader, connectors.Open, cursor); len(moved[0].Customers) != 1 || moved[0].Customers[0].Code != "C002" {
		t.Errorf("after the file was replaced: got %+v, want customer C002", moved)
	}
}

func TestReadPagesKeepContactsWithTheirCustomer(t *testing.T) {
	var text strings.Builder
	text.WriteString("code;mail\n")
	for i := range 1200 {
		code := "C" + string(rune('A'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
		text.WriteString(code + ";" + strings.ToLower(code) + "@b.example\n")
	}
	powers, _ := open(t, text.String())
	pages := read(t, powers.Reader, connectors.All, "from before")
	if len(pages) != 3 {
		t.Fatalf("got %d pages, want 3", len(pages))
	}
	for i, page := range pages {
		last := i == len(pages)-1
		if (page.End != nil) != last || (page.Next == "from before") == last {
			t.Errorf("page %d: end %v, cursor %q", i, page.End, page.Next)
		}
		here := make(map[string]bool)
		for _, c := range page.Customers {
			here[c.ID] = true
		}
		for _, c := range page.Contacts {
			if !here[c.Customer] {
				t.Errorf("page %d: a contact of %s without its customer", i, c.Customer)
			}
		}
	}
}

func TestReadErrorsSayWhatToDo(t *testing.T) {
	cases := map[string]struct {
		spoil func(t *testing.T, path string)
		want  error
		way   string
	}{
		"gone":           {func(t *testing.T, path string) { t.Helper(); must(t, os.Remove(path)) }, connectors.ErrNotFound, "template"},
		"folder":         {func(t *testing.T, path string) { t.Helper(); must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o700)) }, connectors.ErrRejected, "folder"},
		"unknown column": {func(t *testing.T, path string) { t.Helper(); write(t, path, "code;maill\n") }, connectors.ErrRejected, "is mail meant?"},
		"empty":          {func(t *testing.T, path string) { t.Helper(); write(t, path, "") }, connectors.ErrRejected, "people.csv: the file is empty"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			powers, path := open(t, "code\nC001\n")
			c.spoil(t, path)
			yielded := 0
			for page, err := range powers.Reader.Read(t.Context(), connectors.Open, "") {
				yielded++
				if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.way) {
					t.Errorf("got %v, want %v with %q", err, c.want, c.way)
				}
				if page.End != nil {
					t.Error("a failed reading has an end")
				}
			}
			if yielded != 1 {
				t.Errorf("the sequence yielded %d times, want once", yielded)
			}
			if _, err := powers.Connector.Check(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("check: got %v, want %v", err, c.want)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckTellsFaultsAndMissingFolders(t *testing.T) {
	powers, path := open(t, "code;mail;invoices\nC001;not a mail;there\nC002;;gone\n")
	must(t, os.Mkdir(filepath.Join(filepath.Dir(path), "there"), 0o700))
	report, err := powers.Connector.Check(t.Context())
	must(t, err)
	if len(report.Problems) != 2 {
		t.Fatalf("got problems %q, want 2", report.Problems)
	}
	if last := report.Problems[1]; !strings.HasPrefix(last, "people.csv line 3, column invoices: ") {
		t.Errorf("got %q, want the missing folder of line 3", last)
	}
}

func TestConfigNamesItsFaults(t *testing.T) {
	config := people.Kind().NewConfig()
	want := []connectors.Fault{{Key: "path", Text: `the file is not named; write path = "people.csv"`}}
	if diff := cmp.Diff(want, config.Validate()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if _, err := config.Open(connectors.Env{Connection: "people"}); err == nil {
		t.Error("a configuration with faults was opened")
	}
}

func TestReadTellsEverythingOfTheSample(t *testing.T) {
	text, err := os.ReadFile("testdata/people.csv")
	must(t, err)
	sheet := parse(t, string(text))
	durand := ledger.Customer{
		ID: "C001", Code: "C001", Name: "DURAND ET FILS SAS", Terms: "45 jours fin de mois",
		Address: []string{"1 rue de l'Exemple", "75001 PARIS"}, SIREN: "404833048", VAT: "FR83404833048",
		IBANs: []string{"FR7699998000100000000010157"}, CustomerRef: "F-1042", Seen: "people.csv line 3",
	}
	standard := ledger.Customer{
		ID: "*", Code: "*", Default: true, Kind: ledger.KindBusiness, Language: "fr", Terms: "30 jours",
		Documents: filepath.Join("/books", "factures"), Seen: "people.csv line 2",
	}
	if diff := cmp.Diff([]ledger.Customer{standard, durand}, sheet.Customers[:2]); diff != "" {
		t.Errorf("customers (-want +got):\n%s", diff)
	}
	wantContacts := []ledger.Contact{
		{Customer: "C001", Role: ledger.RolePays, Name: "Anne Martin", Mail: "compta@durand.example", Phone: "01 99 00 12 34", Seen: "people.csv line 3"},
		{Customer: "C001", Role: ledger.RoleEscalation, Mail: "pdg@durand.example", Phone: "+33 1 99 00 12 35", Seen: "people.csv line 4"},
	}
	got := sheet.Contacts[:2]
	for i := range got {
		if got[i].ID == "" {
			t.Errorf("contact %d has no id", i)
		}
		got[i].ID = ""
	}
	if diff := cmp.Diff(wantContacts, got); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
}
