// Package config reads the TOML file that says what there is: companies, their
// connections, who signs, what may leave. It reports every fault at once, each
// with its line, column and way out, and holds no secret: a secret is a
// reference to an environment variable or a file. It opens nothing.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// Config is a configuration without faults.
type Config struct {
	Path     string // of the file
	Dir      string // relative paths start here
	Database string // path of a SQLite file, or postgres://…
	Texts    string // folder of the user's own texts; empty: none
	// Fingerprint tells one set of rules from another: the file's own bytes and
	// those of every ladder and calendar it draws in.
	Fingerprint string
	Companies   []Company
}

// Company is one creditor as it is configured.
type Company struct {
	Name        string // the table's name, by which commands know it
	Title       string // as customers know it
	SIREN       string
	Zone        *time.Location
	Region      string
	Holidays    calendar.Calendar
	Currency    money.Currency
	Mode        outbox.Mode
	Highest     ledger.Severity
	Accounts    []string
	MoneyMaxAge int // business days; 0: unlimited
	Limits      outbox.Limits
	Sender      SenderFile
	Documents   string
	Channels    map[ledger.Verb]string // by name of a connection
	Connections []Connection           // in the order in which they are believed
	Rules       policy.Rules
	Settings    reconcile.Settings
}

// Connection is one configured tool or channel.
type Connection struct {
	Name       string
	Kind       string
	Config     connectors.Config
	MaxReadAge time.Duration
	Timeout    time.Duration
	Settle     time.Duration
}

// Kit is what a configuration is checked against.
type Kit struct {
	Kinds   []connectors.Kind
	HasText func(name string) bool // whether the texts have a template
	Geteuid func() int
}

// Load reads and checks the file. The error is a FaultsError with every fault
// in it, unless the file cannot be read at all.
func Load(path string, kit Kit) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, FaultsError{{File: path, Text: "it cannot be read: " + reason(err) + "; `relanced demo --dir DIR` writes a complete example"}}
	}
	return Parse(path, data, kit)
}

func reason(err error) string {
	if os.IsNotExist(err) {
		return "there is no such file"
	}
	if os.IsPermission(err) {
		return "permission denied"
	}
	return err.Error()
}

// Parse is Load for a text that has been read.
func Parse(path string, data []byte, kit Kit) (*Config, error) {
	d := read(path, data)
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	file := decode(d, d.values, "", func() *File { return &File{} })
	c := &Config{Path: path, Dir: filepath.Dir(path), Database: file.Database}
	if c.Database == "" {
		c.Database = "relanced.db"
	}
	c.Database = d.database(c.Database, c.Dir)
	if file.Texts != "" {
		c.Texts = within(c.Dir, file.Texts)
	}
	b := builder{document: d, dir: c.Dir, kit: kit, sum: sha256.New()}
	b.sum.Write(data)
	b.shelves(file)
	if len(file.Company) == 0 {
		d.fault("company", "there is no company; write a table [company.NAME]")
	}
	for _, name := range sorted(file.Company) {
		c.Companies = append(c.Companies, b.company(name, file.Company[name]))
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	c.Fingerprint = hex.EncodeToString(b.sum.Sum(nil))
	return c, nil
}

// database resolves where the database is. An address with a password must
// not stand in the file.
func (d *document) database(place, dir string) string {
	if strings.HasPrefix(place, "env:") || strings.HasPrefix(place, "file:") {
		var s connectors.Secret
		if err := s.UnmarshalText([]byte(place)); err != nil {
			d.fault("database", err.Error())
			return ""
		}
		value, err := s.In(dir).Reveal()
		if err != nil {
			d.fault("database", err.Error())
		}
		return value
	}
	if strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://") {
		d.fault("database", "an address may hold a password; write env:NAME or file:PATH instead")
		return ""
	}
	return within(dir, place)
}

// within makes a path start in dir unless it is absolute.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
