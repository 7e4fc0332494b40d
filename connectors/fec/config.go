package fec

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Kind returns the connector kind "fec".
func Kind() connectors.Kind {
	return connectors.Kind{
		Name:    "fec",
		Summary: "the ledger export (FEC) that every French accounting package can write",
		Sample:  (*Export)(nil),
		NewConfig: func() connectors.Config {
			return &Config{Accounts: []string{"411"}, Dates: datesLegal}
		},
	}
}

// The two ways of writing a day that Config.Dates accepts.
const (
	datesLegal       = "AAAAMMJJ"
	datesSpreadsheet = "JJ/MM/AAAA"
)

// Config is the connection's part of the configuration.
type Config struct {
	// Path names one file, a folder, or a pattern such as "exports/*FEC*.txt".
	Path string `toml:"path" doc:"The FEC file, a folder of them, or a pattern such as \"exports/*FEC*.txt\"; a relative path starts at the configuration file's folder. Of each fiscal year the newest export counts."`
	// Accounts are the account prefixes that hold what customers owe.
	Accounts []string `toml:"accounts" doc:"Prefixes of the accounts that hold what customers owe."`
	// Currency is the currency of Debit and Credit.
	Currency string `toml:"currency" doc:"Currency of the columns Debit and Credit; the company's own when left out."`
	// SIREN identifies the company when the file's name does not.
	SIREN string `toml:"siren" doc:"The company's SIREN, for a file that is not named SIRENFECAAAAMMJJ; when given, a file of another SIREN is refused."`
	// Closing is the fiscal year's last day when the file's name does not say it.
	Closing string `toml:"closing" doc:"The last day of the fiscal year, such as \"2026-12-31\", for a file that is not named SIRENFECAAAAMMJJ."`
	// Dates is how days are written in the file.
	Dates string `toml:"dates" doc:"How days are written: \"AAAAMMJJ\" as the law says, or \"JJ/MM/AAAA\" for software that cannot do otherwise."`
	// Forget lists fiscal years that were read once and shall be dropped.
	Forget []string `toml:"forget" doc:"Closing days of fiscal years whose file was removed for good: what was read of them is dropped, and the next year's opening entries take over."`
}

var (
	_ connectors.Config = (*Config)(nil)

	sirenShape = regexp.MustCompile(`^[0-9]{9}$`)
	accShape   = regexp.MustCompile(`^[0-9][0-9A-Za-z]*$`)
)

// Validate tells every fault in the configuration. It looks at no file.
func (c *Config) Validate() []connectors.Fault {
	var faults []connectors.Fault
	add := func(key, format string, args ...any) {
		faults = append(faults, connectors.Fault{Key: key, Text: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(c.Path) == "" {
		add("path", `no file is named; write path = "exports" for a folder of FEC files`)
	} else if _, err := filepath.Match(c.Path, ""); err != nil {
		add("path", "%q is no pattern that can be read; close its bracket", c.Path)
	}
	for _, a := range c.Accounts {
		if !accShape.MatchString(a) {
			add("accounts", `%q is no account prefix; write digits such as "411"`, a)
		}
	}
	if c.Currency != "" {
		if _, err := money.ParseCurrency(c.Currency); err != nil {
			add("currency", "%v", err)
		}
	}
	if c.SIREN != "" && !sirenShape.MatchString(c.SIREN) {
		add("siren", "%q is no SIREN; nine digits are needed", c.SIREN)
	}
	if c.Dates != "" && c.Dates != datesLegal && c.Dates != datesSpreadsheet {
		add("dates", "%q is not known; write %q or %q", c.Dates, datesLegal, datesSpreadsheet)
	}
	return append(faults, c.days()...)
}

// days tells the faults in keys that hold days.
func (c *Config) days() []connectors.Fault {
	var faults []connectors.Fault
	check := func(key, text string) {
		if _, err := ledger.ParseDate(text); err != nil {
			faults = append(faults, connectors.Fault{Key: key, Text: err.Error()})
		}
	}
	if c.Closing != "" {
		check("closing", c.Closing)
	}
	for _, text := range c.Forget {
		check("forget", text)
	}
	return faults
}

// Open makes the connector. It reads nothing.
func (c *Config) Open(env connectors.Env) (connectors.Connector, error) {
	if faults := c.Validate(); len(faults) > 0 {
		return nil, fmt.Errorf("fec %s: %s: %s", env.Connection, faults[0].Key, faults[0].Text)
	}
	set := settings{
		path: c.Path, accounts: c.Accounts, siren: c.SIREN,
		spreadsheet: c.Dates == datesSpreadsheet, zone: env.Zone, now: env.Now,
	}
	if !filepath.IsAbs(set.path) {
		set.path = filepath.Join(env.Dir, set.path)
	}
	if len(set.accounts) == 0 {
		set.accounts = []string{"411"}
	}
	if set.zone == nil {
		set.zone = time.UTC
	}
	code := c.Currency
	if code == "" {
		code = env.Currency
	}
	if code == "" {
		code = string(money.EUR)
	}
	var err error
	if set.currency, err = money.ParseCurrency(code); err != nil {
		return nil, fmt.Errorf("fec %s: currency: %w", env.Connection, err)
	}
	set.exponent = set.currency.Exponent()
	set.closing, _ = ledger.ParseDate(c.Closing) // Validate has read it; empty is unknown
	for _, text := range c.Forget {
		day, _ := ledger.ParseDate(text)
		set.forget = append(set.forget, day)
	}
	return &Export{set: set}, nil
}

// settings is the configuration in the form the reader wants it.
type settings struct {
	path        string
	accounts    []string
	currency    money.Currency
	exponent    int
	siren       string
	closing     ledger.Date
	spreadsheet bool // days are written JJ/MM/AAAA
	forget      []ledger.Date
	zone        *time.Location
	now         func() time.Time // nil: no clock
}
