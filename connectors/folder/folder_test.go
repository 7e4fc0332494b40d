package folder_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/folder"
	"github.com/relanced/relanced/ledger"
)

var clock = time.Date(2026, 4, 9, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string) connectors.Powers {
	t.Helper()
	config, ok := folder.Kind().NewConfig().(*folder.Config)
	if !ok {
		t.Fatal("the kind's configuration is not a folder configuration")
	}
	config.Path = dir
	paris, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	c, err := config.Open(connectors.Env{Connection: "out", Zone: paris, Now: func() time.Time { return clock }})
	must(t, err)
	return connectors.PowersOf(c)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func day(t *testing.T) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate("2026-04-09")
	must(t, err)
	return d
}

func mailMessage(t *testing.T, key string) connectors.Message {
	t.Helper()
	return connectors.Message{
		Key: key, Verb: ledger.VerbMail, Day: day(t),
		To:      connectors.Recipient{Name: "DURAND ET FILS SAS", Mail: "compta@durand.example"},
		From:    connectors.Party{Name: "Anne Martin", Company: "Atelier Modèle", Mail: "factures@atelier.example", ReplyTo: "anne@atelier.example"},
		Subject: "Facture F2026-0102 : rappel", Text: "Bonjour,\n\nla facture F2026-0102 reste à régler : 1 200,00 €.\n",
		MessageID: key + "@atelier.example",
	}
}

func letterMessage(t *testing.T, key string) connectors.Message {
	t.Helper()
	m := mailMessage(t, key)
	m.Verb, m.Text, m.PDF = ledger.VerbLetter, "", []byte("%PDF-1.4\nletter")
	m.Attachments = []connectors.Attachment{
		{Name: "F2026-0102.pdf", Type: "application/pdf", Bytes: []byte("%PDF-1.4\ninvoice")},
		{Name: "f2026-0102.PDF", Type: "application/pdf", Bytes: []byte("%PDF-1.4\nother")},
	}
	return m
}

// visible lists the files people see, with the folders they are in.
func visible(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(e.Name(), ".relanced"):
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	}))
	return names
}

func send(t *testing.T, p connectors.Powers, m connectors.Message) connectors.Receipt {
	t.Helper()
	r, err := p.Sender.Send(t.Context(), m)
	must(t, err)
	return r
}

func TestSendShowsOneReadableFile(t *testing.T) {
	letter := letterMessage(t, "key-2")
	letter.Attachments = nil
	task := connectors.Message{
		Key: "key-3", Verb: ledger.VerbCall, Day: day(t), Urgent: true,
		To:      connectors.Recipient{Name: "Mme Élodie MODÈLE", Phone: "01 99 00 12 34"},
		Subject: "Appeler : F2026-0102 / 1\u202e 200,00 €", Text: "Demander la date de paiement.\r\nNoter la réponse.\x00",
	}
	registered := letterMessage(t, "key-4")
	registered.Verb = ledger.VerbRegistered
	cases := []struct {
		message connectors.Message
		want    []string
	}{
		{mailMessage(t, "key-1"), []string{"2026-04-09 DURAND ET FILS SAS Facture F2026-0102 rappel.eml"}},
		{letter, []string{"2026-04-09 DURAND ET FILS SAS Facture F2026-0102 rappel.pdf"}},
		{task, []string{"2026-04-09 URGENT (call) Mme Élodie MODÈLE Appeler F2026-0102 1 200,00 €.txt"}},
		{registered, []string{
			"2026-04-09 (registered) DURAND ET FILS SAS Facture F2026-0102 rappel/2026-04-09 (registered) DURAND ET FILS SAS Facture F2026-0102 rappel.pdf",
			"2026-04-09 (registered) DURAND ET FILS SAS Facture F2026-0102 rappel/F2026-0102.pdf",
			"2026-04-09 (registered) DURAND ET FILS SAS Facture F2026-0102 rappel/f2026-0102 (2).PDF",
		}},
	}
	for _, c := range cases {
		t.Run(string(c.message.Verb), func(t *testing.T) {
			dir := t.TempDir()
			r := send(t, open(t, dir), c.message)
			if diff := cmp.Diff(c.want, visible(t, dir)); diff != "" {
				t.Errorf("visible (-want +got):\n%s", diff)
			}
			shown, _, _ := strings.Cut(c.want[0], "/")
			want := connectors.Receipt{RemoteID: c.message.Key, At: clock, Note: filepath.Join(dir, shown)}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Errorf("receipt (-want +got):\n%s", diff)
			}
			info, err := os.Stat(filepath.Join(dir, c.want[0]))
			must(t, err)
			kept, err := os.Stat(filepath.Join(dir, ".relanced", c.message.Key))
			must(t, err)
			if !os.SameFile(info, kept) {
				t.Error("the evidence is not the file that is shown")
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("got mode %v, want 0600", info.Mode())
			}
		})
	}
}

func TestTaskIsText(t *testing.T) {
	dir := t.TempDir()
	send(t, open(t, dir), connectors.Message{
		Key: "key-3", Verb: ledger.VerbTask, Day: day(t),
		To:      connectors.Recipient{Name: "Anne\nMartin", Phone: "01 99 00 12 34", Address: []string{"1 rue", "75001 PARIS"}},
		Subject: "Compléter\rl'adresse", Text: "C001 n'a pas d'adresse.\r\nLa demander.\x1b[2J\n\n",
	})
	got, err := os.ReadFile(filepath.Join(dir, visible(t, dir)[0]))
	must(t, err)
	want := "Compléter l'adresse\n\n2026-04-09\nAnne Martin\n01 99 00 12 34\n1 rue\n75001 PARIS\n\nC001 n'a pas d'adresse.\nLa demander.[2J\n\nrelanced key-3\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
}

func TestSendIsOncePerKey(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string){
		"left alone": func(*testing.T, string) {},
		"deleted":    func(t *testing.T, path string) { t.Helper(); must(t, os.RemoveAll(path)) },
		"renamed":    func(t *testing.T, path string) { t.Helper(); must(t, os.Rename(path, path+" printed")) },
	} {
		for _, m := range []connectors.Message{mailMessage(t, "key-1"), letterMessage(t, "key-2")} {
			t.Run(name+" "+string(m.Verb), func(t *testing.T) {
				dir := t.TempDir()
				first := send(t, open(t, dir), m)
				change(t, first.Note)
				before := visible(t, dir)
				changed := m
				changed.Subject = "something else"
				if diff := cmp.Diff(first, send(t, open(t, dir), changed)); diff != "" {
					t.Errorf("second receipt (-first +second):\n%s", diff)
				}
				if diff := cmp.Diff(before, visible(t, dir)); diff != "" {
					t.Errorf("a second Send changed what is visible (-before +after):\n%s", diff)
				}
				found, err := open(t, dir).Finder.Find(t.Context(), m.Key)
				must(t, err)
				if diff := cmp.Diff(connectors.Found{Receipt: first}, found); diff != "" {
					t.Errorf("found (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestSameNameTwiceGetsASuffix(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir)
	var wait sync.WaitGroup
	for i := range 8 {
		for range 2 { // the same key from two sides at once
			other := open(t, dir)
			if i%2 == 0 {
				other = p
			}
			wait.Go(func() {
				if _, err := other.Sender.Send(t.Context(), mailMessage(t, fmt.Sprintf("k%d-0123456789", i))); err != nil {
					t.Errorf("send: %v", err)
				}
			})
		}
	}
	wait.Wait()
	names := visible(t, dir)
	if len(names) != 8 {
		t.Fatalf("got %d files %q, want 8", len(names), names)
	}
	if !slices.ContainsFunc(names, func(n string) bool {
		return strings.HasSuffix(n, "rappel k3-01234.eml") || strings.HasSuffix(n, "rappel k4-01234.eml")
	}) {
		t.Errorf("got %q, want suffixes made of keys", names)
	}
}

func TestRejected(t *testing.T) {
	for name, change := range map[string]func(m *connectors.Message){
		"no key":              func(m *connectors.Message) { m.Key = "" },
		"key leads out":       func(m *connectors.Message) { m.Key = "../up" },
		"unknown verb":        func(m *connectors.Message) { m.Verb = "fax" },
		"letter without PDF":  func(m *connectors.Message) { m.Verb = ledger.VerbLetter },
		"not a PDF":           func(m *connectors.Message) { m.Verb, m.PDF = ledger.VerbLetter, []byte("<html>") },
		"mail with no PDF":    func(m *connectors.Message) { m.PDF = []byte("<html>") },
		"no recipient":        func(m *connectors.Message) { m.To.Mail = "" },
		"two recipients":      func(m *connectors.Message) { m.To.Mail = "a@b.example, c@d.example" },
		"name in address":     func(m *connectors.Message) { m.To.Mail = "Anne <a@b.example>" },
		"no sender":           func(m *connectors.Message) { m.From.Mail = "" },
		"two for replies":     func(m *connectors.Message) { m.From.ReplyTo = "a@b.example,c@d.example" },
		"no text":             func(m *connectors.Message) { m.Text = "" },
		"subject injects":     func(m *connectors.Message) { m.Subject = "Rappel\r\nBcc: evil@c.example" },
		"name injects":        func(m *connectors.Message) { m.To.Name = "Durand\nBcc: evil@c.example" },
		"company injects":     func(m *connectors.Message) { m.From.Company = "A\x00B" },
		"address injects":     func(m *connectors.Message) { m.To.Mail = "a@b.example\r\nBcc: evil@c.example" },
		"message id injects":  func(m *connectors.Message) { m.MessageID = "a@b>\r\nX: y" },
		"two message ids":     func(m *connectors.Message) { m.MessageID = "a@b> <c@d" },
		"reply id injects":    func(m *connectors.Message) { m.InReplyTo = "a@b\r\nBcc: evil@c.example" },
		"attachment injects":  func(m *connectors.Message) { m.Attachments = []connectors.Attachment{{Name: "a\r\nX: y.pdf"}} },
		"larger than allowed": func(m *connectors.Message) { m.Attachments = []connectors.Attachment{{Bytes: make([]byte, 65<<20)}} },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			m := mailMessage(t, "key-1")
			change(&m)
			_, err := open(t, dir).Sender.Send(t.Context(), m)
			if !errors.Is(err, connectors.ErrRejected) {
				t.Errorf("got %v, want ErrRejected", err)
			}
			if err != nil && strings.Contains(err.Error(), "evil") {
				t.Errorf("the error repeats the message: %v", err)
			}
			if got := visible(t, dir); len(got) > 0 {
				t.Errorf("got %q, want nothing", got)
			}
		})
	}
}

func TestSendGivesUpInTime(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir)
	late := mailMessage(t, "key-1")
	late.Deadline = clock
	if _, err := p.Sender.Send(t.Context(), late); !errors.Is(err, connectors.ErrUnavailable) {
		t.Errorf("at the deadline: got %v, want ErrUnavailable", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Sender.Send(gone, mailMessage(t, "key-1")); !errors.Is(err, connectors.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want ErrUnavailable", err)
	}
	// The context ends while the document is being made ready.
	middle, cancel := context.WithCancel(t.Context())
	folder.WithStep(t, p.Connector, func(step string) error {
		if step == "sync the evidence" {
			cancel()
		}
		return nil
	})
	if _, err := p.Sender.Send(middle, mailMessage(t, "key-1")); !errors.Is(err, connectors.ErrUnavailable) {
		t.Errorf("cancelled on the way: got %v, want ErrUnavailable", err)
	}
	if got := visible(t, dir); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
	if found, err := p.Finder.Find(t.Context(), "key-1"); err != nil || !found.Absent {
		t.Errorf("find: got %+v, %v, want absent", found, err)
	}
}

func TestAMissingStoreCannotTell(t *testing.T) {
	setups := map[string]func(t *testing.T, dir string){
		"directory gone": func(t *testing.T, dir string) { t.Helper(); must(t, os.RemoveAll(dir)) },
		"store gone":     func(t *testing.T, dir string) { t.Helper(); must(t, os.RemoveAll(filepath.Join(dir, ".relanced"))) },
		"id gone": func(t *testing.T, dir string) {
			t.Helper()
			must(t, os.Remove(filepath.Join(dir, ".relanced", "store.id")))
		},
		"id spoiled": func(t *testing.T, dir string) {
			t.Helper()
			must(t, os.WriteFile(filepath.Join(dir, ".relanced", "store.id"), []byte("{}"), 0o600))
		},
		"everything gone": func(t *testing.T, dir string) { t.Helper(); must(t, os.RemoveAll(dir)); must(t, os.Mkdir(dir, 0o700)) },
		"store unreadable": func(t *testing.T, dir string) {
			t.Helper()
			must(t, os.RemoveAll(filepath.Join(dir, ".relanced")))
			must(t, os.WriteFile(filepath.Join(dir, ".relanced"), nil, 0o600))
		},
	}
	for name, lose := range setups {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			must(t, os.Mkdir(dir, 0o700))
			known := open(t, dir)
			send(t, known, mailMessage(t, "key-1"))
			lose(t, dir)
			for who, p := range map[string]connectors.Powers{"the same process": known, "the next process": open(t, dir)} {
				if found, err := p.Finder.Find(t.Context(), "key-1"); !errors.Is(err, connectors.ErrUncertain) {
					t.Errorf("%s: find: got %+v, %v, want ErrUncertain", who, found, err)
				}
			}
			if _, err := known.Sender.Send(t.Context(), mailMessage(t, "key-2")); !errors.Is(err, connectors.ErrUnavailable) {
				t.Errorf("send in the same process: got %v, want ErrUnavailable", err)
			}
			_, err := open(t, dir).Sender.Send(t.Context(), mailMessage(t, "key-2"))
			if begins := name == "everything gone"; (err == nil) != begins {
				t.Errorf("send in the next process: got %v, want success only in an empty directory", err)
			}
		})
	}
}

func TestANewStoreIsAnotherIdentity(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir)
	identity := func(p connectors.Powers) string {
		r, err := p.Connector.Check(t.Context())
		must(t, err)
		return r.Identity
	}
	if id := identity(p); id != "" {
		t.Errorf("before the first use: got identity %q, want none", id)
	}
	send(t, p, mailMessage(t, "key-1"))
	first := identity(p)
	if first == "" || identity(open(t, dir)) != first {
		t.Fatalf("got identity %q, then %q, want the same", first, identity(open(t, dir)))
	}
	must(t, os.RemoveAll(filepath.Join(dir, ".relanced")))
	report, err := open(t, dir).Connector.Check(t.Context())
	must(t, err)
	if report.Identity != "" || len(report.Problems) != 1 || !strings.Contains(report.Problems[0], "put .relanced back") {
		t.Errorf("with files and no store: got %+v, want the problem and its way out", report)
	}
	fresh, ok := open(t, dir).Connector.(*folder.Folder)
	if !ok {
		t.Fatal("not a folder")
	}
	must(t, fresh.Prepare(t.Context()))
	must(t, fresh.Prepare(t.Context()))
	second := identity(open(t, dir))
	if second == "" || second == first {
		t.Errorf("got identity %q after %q, want another", second, first)
	}
	if _, err := p.Finder.Find(t.Context(), "key-1"); !errors.Is(err, connectors.ErrUncertain) {
		t.Errorf("find in the process that knew the old store: got %v, want ErrUncertain", err)
	}
}

func TestPrepareMakesTheDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	p := open(t, dir)
	if _, err := p.Connector.Check(t.Context()); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("check: got %v, want ErrNotFound", err)
	}
	if _, err := p.Sender.Send(t.Context(), mailMessage(t, "key-1")); !errors.Is(err, connectors.ErrUnavailable) {
		t.Errorf("send: got %v, want ErrUnavailable", err)
	}
	f, ok := p.Connector.(*folder.Folder)
	if !ok {
		t.Fatal("not a folder")
	}
	must(t, f.Prepare(t.Context()))
	send(t, p, mailMessage(t, "key-1"))
}

func TestCheckLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		report, err := open(t, dir).Connector.Check(t.Context())
		must(t, err)
		if len(report.Problems) > 0 || len(report.Rights) != 1 || !report.Rights[0].Granted {
			t.Errorf("got %+v, want all granted and no problem", report)
		}
		for _, within := range []string{dir, filepath.Join(dir, ".relanced")} {
			entries, err := os.ReadDir(within)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			for _, e := range entries {
				if strings.Contains(e.Name(), "probe") {
					t.Errorf("check left %s", e.Name())
				}
			}
		}
		send(t, open(t, dir), mailMessage(t, "key-1"))
	}
}

func TestFileMode(t *testing.T) {
	for text, want := range map[string]string{"": "-rw-------", "0640": "-rw-r-----", "660": "-rw-rw----", "0644": "-rw-r--r--"} {
		dir := t.TempDir()
		c, err := (&folder.Config{Path: dir, FileMode: text}).Open(connectors.Env{Now: func() time.Time { return clock }})
		must(t, err)
		r := send(t, connectors.PowersOf(c), mailMessage(t, "key-1"))
		info, err := os.Stat(r.Note)
		must(t, err)
		if got := info.Mode().String(); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"0400", "0602", "0755", "rw", "0666", "-1"} {
		faults := (&folder.Config{Path: "x", FileMode: text}).Validate()
		if len(faults) != 1 || faults[0].Key != "file_mode" {
			t.Errorf("%q: got faults %v, want one about file_mode", text, faults)
		}
	}
	if faults := (&folder.Config{}).Validate(); len(faults) != 1 || faults[0].Key != "path" {
		t.Errorf("without a path: got faults %v", faults)
	}
}

func TestSameMessageSameBytes(t *testing.T) {
	m := mailMessage(t, "key-1")
	m.HTML = "<p>Bonjour, <b>1 200,00 €</b></p>"
	m.Attachments = []connectors.Attachment{{Name: "Facture n° 1.pdf", Type: "application/pdf; name=x", Bytes: []byte("%PDF-1.4\ninvoice")}}
	m.InReplyTo = "before@atelier.example"
	var bodies [][]byte
	for range 2 {
		data, err := os.ReadFile(send(t, open(t, t.TempDir()), m).Note)
		must(t, err)
		bodies = append(bodies, data)
	}
	if !bytes.Equal(bodies[0], bodies[1]) {
		t.Errorf("the same message made different bytes:\n%s", cmp.Diff(string(bodies[0]), string(bodies[1])))
	}
	golden(t, "alternative-with-attachment.eml", bodies[0])
	plain, err := os.ReadFile(send(t, open(t, t.TempDir()), mailMessage(t, "key-1")).Note)
	must(t, err)
	golden(t, "plain.eml", plain)
}
