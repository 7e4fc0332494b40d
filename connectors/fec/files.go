package fec

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// maxFiles bounds how many exports one connection looks at.
const maxFiles = 1000

// legalName is the name the law gives: SIREN, FEC, closing day of the fiscal
// year; anything may follow.
var legalName = regexp.MustCompile(`(?i)^([0-9]{9})FEC([0-9]{8})`)

// export is one file that may hold a fiscal year.
type export struct {
	path    string
	name    string
	siren   string
	closing ledger.Date
	size    int64
	changed time.Time
	inode   string
}

// stream names the part of the connection that the export's year is.
func (e *export) stream() string { return e.siren + "/" + e.closing.String() }

// list finds the exports the configuration names, by fiscal year and name, and
// tells what it passes over. It opens no file.
func (s *settings) list() (found []export, passed []string, err error) {
	paths, folder, err := s.paths()
	if err != nil {
		return nil, nil, err
	}
	for _, path := range paths {
		name := filepath.Base(path)
		info, err := os.Stat(path)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, class(err))
		}
		if !info.Mode().IsRegular() {
			if !folder {
				return nil, nil, refuse(name, "it is no file")
			}
			continue
		}
		e := export{path: path, name: name, size: info.Size(), changed: info.ModTime(), inode: inode(info)}
		why, err := s.name(&e, folder)
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			passed = append(passed, name+": "+why)
			continue
		}
		if !slices.Contains(s.forget, e.closing) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, passed, fmt.Errorf("%s: there is no FEC; a file named SIRENFECAAAAMMJJ.txt is looked for: %w", filepath.Base(s.path), connectors.ErrUnavailable)
	}
	if len(found) > maxFiles {
		return nil, nil, refuse(filepath.Base(s.path), "it holds more than %d exports; take old ones out", maxFiles)
	}
	slices.SortFunc(found, func(a, b export) int {
		return cmp.Or(cmp.Compare(a.closing, b.closing), cmp.Compare(a.name, b.name))
	})
	return found, passed, s.oneCompany(found)
}

// paths resolves the configured path. In a folder only files with the legal
// name count.
func (s *settings) paths() (paths []string, folder bool, err error) {
	base := filepath.Base(s.path)
	if info, err := os.Stat(s.path); err == nil || !strings.ContainsAny(s.path, "*?[") {
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", base, class(err))
		}
		if !info.IsDir() {
			return []string{s.path}, false, nil
		}
		entries, err := os.ReadDir(s.path)
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", base, class(err))
		}
		for _, e := range entries {
			paths = append(paths, filepath.Join(s.path, e.Name()))
		}
		return paths, true, nil
	}
	paths, err = filepath.Glob(s.path)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", base, err)
	}
	return paths, false, nil
}

// name reads SIREN and closing day from the export's name, or takes them from
// the configuration. It returns why a file is passed over, if it is.
func (s *settings) name(e *export, folder bool) (why string, err error) {
	if why := passOver(e.name); why != "" {
		return why, nil
	}
	if m := legalName.FindStringSubmatch(e.name); m != nil {
		day, ok := parseDay([]byte(m[2]), false)
		if !ok {
			return "", refuse(e.name, "%s in its name is no day; name it SIRENFECAAAAMMJJ, with the closing day of the fiscal year", m[2])
		}
		e.siren, e.closing = m[1], day
		return "", nil
	}
	if folder {
		return "its name is not SIRENFECAAAAMMJJ", nil
	}
	if s.siren == "" || s.closing == 0 {
		return "", refuse(e.name, "its name is not SIRENFECAAAAMMJJ; rename it, or set siren and closing")
	}
	e.siren, e.closing = s.siren, s.closing
	return "", nil
}

// passOver tells by its name why a file is none to read.
func passOver(name string) string {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") {
		return "a hidden or temporary file"
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".tmp", ".filepart", ".crdownload", ".swp":
		return "not yet complete, by its name"
	case ".zip", ".gz", ".7z", ".pdf", ".xlsx", ".xls":
		return "no text file; unpack it"
	default:
		return ""
	}
}

// oneCompany refuses exports of different companies.
func (s *settings) oneCompany(found []export) error {
	first := &found[0]
	for i := range found {
		if found[i].siren != first.siren {
			return refuse(found[i].name, "it is of SIREN %s, and %s is of SIREN %s; give each company a connection of its own", found[i].siren, first.name, first.siren)
		}
	}
	if s.siren != "" && first.siren != s.siren {
		return refuse(first.name, "it is of SIREN %s, and the configuration says siren = %q", first.siren, s.siren)
	}
	return nil
}

// unchanged reports whether an open file still is what list saw.
func (e *export) unchanged(info fs.FileInfo) bool {
	return info.Size() == e.size && info.ModTime().Equal(e.changed) && inode(info) == e.inode
}
