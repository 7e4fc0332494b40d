package calendar

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"github.com/relanced/relanced/ledger"
)

// File is the name of the file that holds the holidays, in the program and in
// an override folder.
const File = "holidays.toml"

//go:embed holidays.toml
var builtIn embed.FS

// ErrUnknownRegion says that no holidays are known for a region.
var ErrUnknownRegion = errors.New("no holidays are known for this region")

// Calendars holds the holidays of all known regions. It may be shared.
type Calendars struct {
	regions map[string]func() *table
}

// regionText is a region as a file writes it.
type regionText struct {
	Name    string        `toml:"name"`
	Base    string        `toml:"base"`
	Source  string        `toml:"source"`
	Holiday []holidayText `toml:"holiday"`
}

// Load reads the holidays that come with the program and then, when override
// is not nil and has one, its file holidays.toml: a region it names replaces
// the built-in one, also for the regions based on it, or is added.
func Load(override fs.FS) (Calendars, error) {
	texts := map[string]regionText{}
	if err := read(texts, builtIn); err != nil {
		return Calendars{}, err
	}
	if override != nil {
		if err := read(texts, override); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Calendars{}, err
		}
	}
	cals := Calendars{regions: map[string]func() *table{}}
	for _, region := range slices.Sorted(maps.Keys(texts)) {
		rules, err := allRules(texts, region, nil)
		if err != nil {
			return Calendars{}, fmt.Errorf("%s: %w", File, err)
		}
		// A table takes a millisecond and most regions are never asked for.
		cals.regions[region] = sync.OnceValue(func() *table { return newTable(region, rules) })
	}
	return cals, nil
}

// read adds what a folder's file says to texts.
func read(texts map[string]regionText, folder fs.FS) error {
	data, err := fs.ReadFile(folder, File)
	if err != nil {
		return fmt.Errorf("read %s: %w", File, err)
	}
	var found map[string]regionText
	decoder := toml.NewDecoder(bytes.NewReader(data))
	if err := decoder.DisallowUnknownFields().Decode(&found); err != nil {
		return fmt.Errorf("%s: %w", File, located(err))
	}
	for region, text := range found {
		if region == "" || region != strings.ToUpper(strings.TrimSpace(region)) {
			return fmt.Errorf("%s: region %q must be in capitals, such as \"FR-57\"", File, region)
		}
		texts[region] = text
	}
	return nil
}

// located puts line and column before what the decoder says.
func located(err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		line, column := unknown.Errors[0].Position()
		key := strings.Join(unknown.Errors[0].Key(), ".")
		return fmt.Errorf("line %d, column %d: unknown key %s", line, column, key)
	}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := bad.Position()
		return fmt.Errorf("line %d, column %d: %w", line, column, err)
	}
	return err
}

// allRules returns a region's rules after those of its base, and refuses a
// base that is missing or leads back to the region.
func allRules(texts map[string]regionText, region string, above []string) ([]rule, error) {
	text, ok := texts[region]
	switch {
	case !ok:
		return nil, fmt.Errorf("%s: base %q is not among the regions", above[len(above)-1], region)
	case slices.Contains(above, region):
		return nil, fmt.Errorf("%s: base leads back to itself", region)
	}
	var rules []rule
	if text.Base != "" {
		inherited, err := allRules(texts, text.Base, append(above, region))
		if err != nil {
			return nil, err
		}
		rules = inherited
	}
	for _, h := range text.Holiday {
		r, err := h.rule()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", region, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// Regions lists the known regions in alphabetical order.
func (c Calendars) Regions() []string { return slices.Sorted(maps.Keys(c.regions)) }

// Get returns the calendar of a region such as "FR", "FR-57", "BE" or "LU",
// closed on extra days too. An unknown region is an error that lists the known
// ones and is ErrUnknownRegion. Without extra days the call costs nothing; with
// them it copies a table, so keep what it returns.
func (c Calendars) Get(region string, extra []ledger.Date) (Calendar, error) {
	build, ok := c.regions[strings.ToUpper(strings.TrimSpace(region))]
	if !ok {
		return Calendar{}, fmt.Errorf("%q: %w (known: %s; a part of a country without days of its own is written as the country; %s in the override folder can add regions)",
			region, ErrUnknownRegion, strings.Join(c.Regions(), ", "), File)
	}
	t := build()
	if len(extra) > 0 {
		t = t.with(extra)
	}
	return Calendar{t}, nil
}
