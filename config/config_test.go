package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/config"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
	"github.com/relanced/relanced/outbox"
)

// toolConfig is a kind of connection that exists in these tests only.
type toolConfig struct {
	Path  string            `toml:"path"`
	Count int               `toml:"count"`
	Token connectors.Secret `toml:"token"`
}

func (c *toolConfig) Validate() []connectors.Fault {
	if c.Path == "" {
		return []connectors.Fault{{Key: "path", Text: "the path is missing"}}
	}
	return nil
}

func (*toolConfig) Open(connectors.Env) (connectors.Connector, error) { return nil, nil } //nolint:nilnil // never opened here

func kit(t *testing.T) config.Kit {
	t.Helper()
	texts, err := letter.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() connectors.Config { return &toolConfig{Count: 7} }
	return config.Kit{HasText: texts.Has, Kinds: []connectors.Kind{
		{Name: "fec", NewConfig: fresh},
		{Name: "bank", NewConfig: fresh},
		{Name: "people", NewConfig: fresh},
		{Name: "folder", Delivers: true, NewConfig: fresh},
	}}
}

func TestTheExampleIsWithoutFault(t *testing.T) {
	t.Parallel()
	c, err := config.Load("../config.example.toml", kit(t))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Companies[0]
	var names []string
	for _, conn := range got.Connections {
		names = append(names, conn.Name)
	}
	if diff := cmp.Diff([]string{"ledger", "people", "bank", "out"}, names); diff != "" {
		t.Errorf("connections in the order of sources (-want +got):\n%s", diff)
	}
	if got.Mode != outbox.Observe || got.Highest != ledger.Friendly || got.MoneyMaxAge != 3 || got.Channels[ledger.VerbCall] != "out" {
		t.Errorf("mode %s, highest %s, money %d days, calls by %q", got.Mode, got.Highest, got.MoneyMaxAge, got.Channels[ledger.VerbCall])
	}
}

// TestTheExampleShowsEveryKey holds config.example.toml to the keys there are.
func TestTheExampleShowsEveryKey(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for f := range typ.Fields() {
			key := f.Tag.Get("toml")
			if key == "" || f.Tag.Get("doc") == "" {
				t.Errorf("%s.%s has no toml or doc tag", typ.Name(), f.Name)
				continue
			}
			if !strings.Contains(string(data), key) {
				t.Errorf("config.example.toml does not show %q", key)
			}
			switch f.Type.Kind() {
			case reflect.Struct:
				walk(f.Type)
			case reflect.Map:
				if f.Type.Elem().Kind() == reflect.Struct {
					walk(f.Type.Elem())
				}
			default:
			}
		}
	}
	walk(reflect.TypeFor[config.File]())
	walk(reflect.TypeFor[config.ConnectionFile]())
}

const faulty = `database = "postgres://user:hunter2@db/relanced"
colour = "red"
[company.atelier]
name = "Atelier"
mode = "turbo"
zone = "Europe/Pariss"
minimum = 5
accounts = ["FR76 0000"]
money_max_age = 0
sources = ["ledgr"]
[company.atelier.sender]
iban = "FR7699999000010000001234538"
[company.atelier.connection.ledger]
kind = "fec"
count = "many"
pth = "x"
[company.atelier.connection.out]
kind = "fax"
[company.atelier.connection.bank]
kind = "bank"
path = "bank"
token = "plain-secret"
timeout = "soon"
[company.atelier.ladder]
business = "fr-bussiness"
`

func TestEveryFaultAtOnceWithItsPlace(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("relanced.toml", []byte(faulty), kit(t))
	if _, ok := errors.AsType[config.FaultsError](err); !ok {
		t.Fatalf("Parse: %v, want faults", err)
	}
	text := err.Error()
	for _, want := range []string{
		"relanced.toml:1:1: database:", "relanced.toml:2:1: colour:", "relanced.toml:5:1: company.atelier.mode:", "relanced.toml:6:1: company.atelier.zone:",
		"relanced.toml:7:1: company.atelier.minimum:", "relanced.toml:8:1: company.atelier.accounts:", "relanced.toml:9:1: company.atelier.money_max_age:",
		"relanced.toml:10:1: company.atelier.sources:", "relanced.toml:12:1: company.atelier.sender.iban:",
		"relanced.toml:15:1: company.atelier.connection.ledger.count:", "relanced.toml:16:1: company.atelier.connection.ledger.pth:",
		"relanced.toml:18:1: company.atelier.connection.out.kind:", "relanced.toml:22:1: company.atelier.connection.bank.token:",
		"relanced.toml:23:1: company.atelier.connection.bank.timeout:", "relanced.toml:25:1: company.atelier.ladder.business:",
		"the path is missing",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no fault %q in:\n%s", want, text)
		}
	}
	for _, secret := range []string{"hunter2", "plain-secret"} {
		if strings.Contains(text, secret) {
			t.Errorf("the faults print a secret:\n%s", text)
		}
	}
}

func TestSyntaxSaysWhere(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"relanced.toml:2:":    "database = \"x\"\n[company.a\n",
		"there is no company": "",
	} {
		_, err := config.Parse("relanced.toml", []byte(text), kit(t))
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Parse(%q) = %v, want %q in it", text, err, name)
		}
	}
}

func TestAMissingFileSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := config.Load(filepath.Join(t.TempDir(), "none.toml"), kit(t))
	if err == nil || !strings.Contains(err.Error(), "there is no such file") || !strings.Contains(err.Error(), "demo") {
		t.Errorf("Load = %v, want the way out", err)
	}
}

func TestDatabaseFromTheEnvironment(t *testing.T) {
	t.Setenv("RELANCED_TEST_DB", "postgres://user:pass@127.0.0.1/x")
	c, err := config.Parse("relanced.toml", []byte("database = \"env:RELANCED_TEST_DB\"\n[company.a]\nname=\"A\"\n[company.a.connection.l]\nkind=\"fec\"\npath=\"x\"\n"), kit(t))
	if err != nil || c.Database != "postgres://user:pass@127.0.0.1/x" {
		t.Errorf("database %q, %v", c.Database, err)
	}
	if got := c.Companies[0].Connections[0].Config.(*toolConfig).Count; got != 7 {
		t.Errorf("a kind's own default is %d, want 7", got)
	}
	if c.Companies[0].MoneyMaxAge != 7 {
		t.Errorf("money may be %d business days old without a bank, want 7", c.Companies[0].MoneyMaxAge)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(faulty))
	f.Add([]byte("[company.a]\nname = 1\n"))
	f.Add([]byte("a.b.c = {d = {e = []}}\n[[company]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		c, err := config.Parse("f.toml", data, config.Kit{HasText: func(string) bool { return true }})
		if (c == nil) == (err == nil) {
			t.Fatalf("Parse returned %v and %v", c, err)
		}
	})
}
