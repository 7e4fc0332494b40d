package cache_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/cache/cachetest"
	"github.com/relanced/relanced/ledger"
)

// TestTheNewestWordAboutMoneyCounts, not the newest day: a wrong one can be
// replaced, and taken back.
func TestTheNewestWordAboutMoneyCounts(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		for _, day := range []ledger.Date{date("2026-04-20"), date("2026-04-10"), 0, date("2026-04-15")} {
			clock.Move(time.Second)
			if err := db.Attest(t.Context(), s.company, day, "ann"); err != nil {
				t.Fatal(err)
			}
			if got, _, err := db.Attested(t.Context(), s.company); err != nil || got != day {
				t.Errorf("after the word of %s: got %s, %v", day, got, err)
			}
		}
	})
}

// TestAnUnusedConnectionMakesRoomForARename, and only one of the same kind.
func TestAnUnusedConnectionMakesRoomForARename(t *testing.T) {
	t.Parallel()
	cachetest.Each(t, func(t *testing.T, db *cache.DB, clock *cachetest.Clock) {
		s := newShop(t, db, clock)
		s.connect("livres", "fec", "")
		if err := db.RenameConnection(t.Context(), s.company, "compta", "livres"); err != nil {
			t.Fatal(err)
		}
		if got := s.connect("livres", "fec", "999999014"); got != s.connection {
			t.Errorf("the renamed connection is %s, want %s", got, s.connection)
		}
		s.connect("relevés", "bank", "")
		if err := db.RenameConnection(t.Context(), s.company, "livres", "relevés"); !errors.Is(err, cache.ErrConflict) {
			t.Errorf("onto a connection of another kind: %v, want ErrConflict", err)
		}
		old := s.connect("gens", "people", "people file gens")
		if err := db.RenameConnection(t.Context(), s.company, "gens", "clients"); err != nil {
			t.Fatal(err)
		}
		if got := s.connect("clients", "people", "people file clients"); got != old {
			t.Errorf("a connection that knows only its own name is %s after the rename, want %s", got, old)
		}
	})
}

func TestAFileBesideTheDatabaseStopsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := cache.Open(t.Context(), filepath.Join(dir, "x.db"), cache.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	company, err := db.EnsureCompany(t.Context(), "atelier")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, cache.StopFile)
	for _, there := range []bool{false, true, false} {
		if there {
			err = os.WriteFile(path, nil, 0o600)
		} else if err = os.Remove(path); errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		off, err := db.Switches(t.Context(), company)
		if err != nil || strings.Contains(off.File, path) != there {
			t.Errorf("with the file there=%v: %+v, %v", there, off, err)
		}
	}
}
