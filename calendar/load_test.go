package calendar_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/calendar"
)

func folder(text string) fstest.MapFS {
	return fstest.MapFS{calendar.File: &fstest.MapFile{Data: []byte(text)}}
}

func TestRegions(t *testing.T) {
	want := []string{
		"BE", "FR", "FR-57", "FR-67", "FR-68", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976",
		"FR-BL", "FR-MF", "FR-NC", "FR-PF", "LU",
	}
	if diff := cmp.Diff(want, load(t).Regions()); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
}

func TestGetNamesTheKnownRegions(t *testing.T) {
	for _, region := range []string{"", "DE", "FR-75", "France", "FR57"} {
		_, err := load(t).Get(region, nil)
		if !errors.Is(err, calendar.ErrUnknownRegion) || !strings.Contains(err.Error(), "BE, FR, FR-57, FR-67") {
			t.Errorf("%q: got %v, want the known regions", region, err)
		}
	}
	for _, region := range []string{"FR-57", "fr-57", " FR-57 "} {
		if c, err := load(t).Get(region, nil); err != nil || c.Region() != "FR-57" {
			t.Errorf("%q: got %q, %v", region, c.Region(), err)
		}
	}
}

func TestOverride(t *testing.T) {
	cals, err := calendar.Load(folder(`
[FR]
holiday = [{ name = "Seul jour", on = "03-03" }]

["DE"]
name = "Deutschland"
holiday = [{ name = "Tag der Deutschen Einheit", on = "10-03" }, { name = "Karfreitag", easter = -2 }]
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		region, day string
		want        bool
	}{
		{"FR", "2026-03-03", false},
		{"FR", "2026-07-14", true},     // replaced, not added to
		{"FR-57", "2026-03-03", false}, // through its base
		{"FR-57", "2026-04-03", false},
		{"BE", "2026-07-21", false}, // untouched
		{"DE", "2028-10-03", false},
		{"DE", "2026-04-03", false},
		{"DE", "2026-04-06", true},
	} {
		c, err := cals.Get(tt.region, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.BusinessDay(day(t, tt.day)); got != tt.want {
			t.Errorf("%s %s: business day %v, want %v", tt.region, tt.day, got, tt.want)
		}
	}
}

func TestFolderWithoutTheFileChangesNothing(t *testing.T) {
	cals, err := calendar.Load(fstest.MapFS{"other.toml": &fstest.MapFile{Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(load(t).Regions(), cals.Regions()); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"broken TOML":        {"[FR\n", "line 1, column"},
		"unknown key":        {"[DE]\nholiday = [\n  { name = \"x\", on = \"10-03\", day = 3 },\n]\n", "line 3, column"},
		"wrong type":         {"[DE]\nname = 3\n", "line 2, column"},
		"small letters":      {"[de]\nname = \"x\"\n", `region "de" must be in capitals`},
		"no name":            {"[DE]\nholiday = [{ on = \"10-03\" }]\n", "DE: a name is missing"},
		"no day":             {"[DE]\nholiday = [{ name = \"x\" }]\n", "exactly one of"},
		"two days":           {"[DE]\nholiday = [{ name = \"x\", on = \"10-03\", easter = 1 }]\n", "exactly one of"},
		"no such day":        {"[DE]\nholiday = [{ name = \"x\", on = \"02-30\" }]\n", "month-day"},
		"not every year":     {"[DE]\nholiday = [{ name = \"x\", on = \"02-29\" }]\n", "month-day"},
		"day first":          {"[DE]\nholiday = [{ name = \"x\", on = \"31-12\" }]\n", "month-day"},
		"far from Easter":    {"[DE]\nholiday = [{ name = \"x\", easter = 300 }]\n", "at most 100 days"},
		"years turned round": {"[DE]\nholiday = [{ name = \"x\", easter = 1, from = 2020, until = 2019 }]\n", "until comes before from"},
		"base missing":       {"[DE-BY]\nbase = \"DE\"\n", `DE-BY: base "DE" is not among the regions`},
		"base in a circle":   {"[AA]\nbase = \"AB\"\n[AB]\nbase = \"AA\"\n", "leads back to itself"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := calendar.Load(folder(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), calendar.File) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
