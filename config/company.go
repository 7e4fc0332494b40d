package config

import (
	"hash"
	"io/fs"
	"net/mail"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	// The zone files are in the binary, for machines that have none.
	_ "time/tzdata"

	"github.com/relanced/relanced/calendar"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/outbox"
	"github.com/relanced/relanced/policy"
)

// builder turns what is written into what is meant, noting every fault.
type builder struct {
	*document
	dir       string
	kit       Kit
	calendars calendar.Calendars
	ladders   map[string]policy.Ladder
	sum       hash.Hash // of everything that is read
}

// shelves loads what companies share: holidays and ladders.
func (b *builder) shelves(f *File) {
	var over fs.FS
	if f.Calendars != "" {
		over = os.DirFS(within(b.dir, f.Calendars))
		if data, err := fs.ReadFile(over, calendar.File); err == nil {
			b.sum.Write(data)
		}
	}
	var err error
	if b.calendars, err = calendar.Load(over); err != nil {
		b.fault("calendars", err.Error())
	}
	b.ladders = make(map[string]policy.Ladder)
	b.shelve(policy.Builtin(), "ladders")
	if f.Ladders != "" {
		b.shelve(os.DirFS(within(b.dir, f.Ladders)), f.Ladders)
	}
}

// shelve loads every ladder of a folder; a ladder's name is its file's.
func (b *builder) shelve(dir fs.FS, named string) {
	files, err := fs.Glob(dir, "*.toml")
	if err != nil || len(files) == 0 {
		b.fault("ladders", "there is no ladder (*.toml) in "+named)
	}
	for _, file := range files {
		data, err := fs.ReadFile(dir, file)
		if err != nil {
			b.fault("ladders", err.Error())
			continue
		}
		b.sum.Write(data)
		name := strings.TrimSuffix(path.Base(file), ".toml")
		ladder, faults := policy.LoadLadder(data, name)
		if len(faults) == 0 {
			faults = policy.Lint(ladder, b.kit.HasText)
		}
		for _, f := range faults {
			b.faults = append(b.faults, Fault{File: path.Join(named, file), Line: f.Line, Column: f.Column, Key: f.Key, Text: f.Text})
		}
		b.ladders[name] = ladder
	}
}

var tableName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// IsName reports whether text can name a company or a connection.
func IsName(text string) bool { return tableName.MatchString(text) }

// company checks one company and returns it as far as it could be read.
func (b *builder) company(name string, f CompanyFile) Company {
	at := "company." + name
	if !tableName.MatchString(name) {
		b.fault(at, "a company's table is named with small letters, digits and dashes, such as [company.atelier]")
	}
	c := Company{Name: name, Title: f.Name, SIREN: f.SIREN, Sender: f.Sender, Documents: f.Documents}
	if f.Name == "" {
		b.fault(at+".name", "the company's name is missing; customers read it")
	}
	if c.Documents != "" {
		c.Documents = within(b.dir, c.Documents)
	}
	b.place(at, f, &c)
	b.mode(at, f, &c)
	b.accounts(at, f, &c)
	b.rules(at, f, &c)
	b.settings(at, f, &c)
	b.connections(at, f, &c)
	b.channels(at, f, &c)
	b.sender(at, f, &c)
	return c
}

// sender makes sure that a company that sends says who signs and where replies go.
func (b *builder) sender(at string, f CompanyFile, c *Company) {
	if c.Mode == outbox.Observe {
		return
	}
	if f.Sender.Name == "" {
		b.fault(at+".sender.name", "the name of the person who signs is missing")
	}
	address, err := mail.ParseAddress(f.Sender.Mail)
	if err != nil || address.Address != f.Sender.Mail {
		b.fault(at+".sender.mail", "the mail address that messages come from is missing, or is not one address such as compta@atelier.example")
	}
}

// place reads where the company is: zone, holidays, currency, language.
func (b *builder) place(at string, f CompanyFile, c *Company) {
	var err error
	if c.Zone, err = time.LoadLocation(or(f.Zone, "Europe/Paris")); err != nil || f.Zone == "Local" {
		b.fault(at+".zone", quote(f.Zone)+" is not a time zone such as Europe/Paris")
		c.Zone = time.UTC
	}
	var extra []ledger.Date
	for _, text := range f.ExtraHolidays {
		day, err := ledger.ParseDate(text)
		if err != nil {
			b.fault(at+".extra_holidays", err.Error())
			continue
		}
		extra = append(extra, day)
	}
	c.Region = or(f.Calendar, "FR")
	if c.Holidays, err = b.calendars.Get(c.Region, extra); err != nil {
		b.fault(at+".calendar", err.Error())
	}
	if c.Currency, err = money.ParseCurrency(or(f.Currency, "EUR")); err != nil {
		b.fault(at+".currency", err.Error())
		c.Currency = money.EUR
	}
	if !slices.Contains([]string{"fr", "en"}, or(f.Language, "fr")) {
		b.fault(at+".language", quote(f.Language)+" is not a language there are texts in (fr, en)")
	}
}

// mode reads how much may leave without a person.
func (b *builder) mode(at string, f CompanyFile, c *Company) {
	c.Mode = outbox.Mode(or(f.Mode, string(outbox.Observe)))
	if !slices.Contains([]outbox.Mode{outbox.Observe, outbox.Approving, outbox.Auto}, c.Mode) {
		b.fault(at+".mode", quote(f.Mode)+" is not a mode (observe, approve, auto)")
	}
	var err error
	c.Highest, err = ledger.ParseSeverity(or(f.AutoUpTo, "friendly"))
	if err != nil || c.Highest > ledger.Firm {
		b.fault(at+".auto_up_to", quote(f.AutoUpTo)+": only friendly and firm messages can leave by themselves; a formal step is always a person's")
	}
	c.Limits = outbox.DefaultLimits()
	for _, l := range []struct {
		key string
		in  *int
		out *int
	}{
		{"per_run", f.Limits.PerRun, &c.Limits.PerRun},
		{"per_hour", f.Limits.PerHour, &c.Limits.PerHour},
		{"first_days", f.Limits.FirstDays, &c.Limits.FirstDays},
		{"first_per_day", f.Limits.FirstPerDay, &c.Limits.FirstPerDay},
	} {
		if l.in == nil {
			continue
		}
		if *l.in < 0 {
			b.fault(at+".limits."+l.key, "a number of 0 or more is expected")
		}
		*l.out = *l.in
	}
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func quote(text string) string { return "\"" + text + "\"" }
