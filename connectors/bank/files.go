package bank

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
)

// maxFiles bounds how many files one connection reads.
const maxFiles = 50_000

// file is one file as it was when the reading began.
type file struct {
	path  string
	name  string // for people: below the folder that path names
	stamp stamp
}

// stamp tells whether a file is still the same, without opening it.
type stamp struct {
	Size    int64
	ModTime int64 // nanoseconds since 1970
	Inode   uint64
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{Size: info.Size(), ModTime: info.ModTime().UnixNano(), Inode: inode(info)}
}

// listFiles returns the files that the path names, by name: a file, the files
// of a folder that are called like bank files, or whatever a pattern matches.
// others are the names of a folder's files that are not read.
func listFiles(path string) (files []file, others []string, err error) {
	paths, base, err := expand(path)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range paths.take {
		info, err := os.Stat(p)
		if err != nil {
			return nil, nil, fmt.Errorf("list bank files: %w: %w", connectors.ErrUnavailable, err)
		}
		if !info.Mode().IsRegular() {
			continue
		}
		name, err := filepath.Rel(base, p)
		if err != nil {
			name = filepath.Base(p)
		}
		files = append(files, file{path: p, name: name, stamp: stampOf(info)})
	}
	switch {
	case len(files) == 0:
		return nil, paths.leave, fmt.Errorf("no bank file in %s: put a camt.053 file there, or change path: %w", path, connectors.ErrUnavailable)
	case len(files) > maxFiles:
		return nil, nil, fmt.Errorf("%d bank files in %s, more than %d: move old ones away: %w", len(files), path, maxFiles, connectors.ErrRejected)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, paths.leave, nil
}

// paths are the files to read, and those of a folder that are left alone.
type paths struct{ take, leave []string }

func expand(path string) (p paths, base string, err error) {
	if strings.ContainsAny(path, "*?[") {
		found, err := filepath.Glob(path)
		if err != nil {
			return p, "", fmt.Errorf("path %s: %w: %w", path, err, connectors.ErrRejected)
		}
		base = filepath.Dir(path)
		for strings.ContainsAny(base, "*?[") {
			base = filepath.Dir(base)
		}
		return paths{take: slices.DeleteFunc(found, unfinished)}, base, nil
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, "", fmt.Errorf("no bank file: %s does not exist: mount it, or change path: %w", path, connectors.ErrUnavailable)
	}
	if err != nil {
		return p, "", fmt.Errorf("list bank files: %w: %w", connectors.ErrUnavailable, err)
	}
	if !info.IsDir() {
		return paths{take: []string{path}}, filepath.Dir(path), nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return p, "", fmt.Errorf("list bank files: %w: %w", connectors.ErrUnavailable, err)
	}
	for _, e := range entries {
		switch {
		case e.IsDir() || unfinished(e.Name()):
		case named(e.Name()):
			p.take = append(p.take, filepath.Join(path, e.Name()))
		default:
			p.leave = append(p.leave, e.Name())
		}
	}
	return p, path, nil
}

// named reports whether a file of a folder is called like a bank file.
func named(name string) bool {
	name = strings.ToLower(name)
	switch filepath.Ext(name) {
	case ".xml", ".camt", ".camt052", ".camt053", ".camt054", ".c52", ".c53", ".c54", ".052", ".053", ".054":
		return true
	default:
		return false
	}
}

// unfinished reports whether the name says that the file is hidden or still on
// its way.
func unfinished(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	switch filepath.Ext(name) {
	case ".part", ".crdownload", ".tmp", ".filepart", ".swp":
		return true
	default:
		return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
	}
}

// errChanged says that a file is not what it was when the reading began.
var errChanged = fmt.Errorf("it changed while it was read; it is read again later: %w", connectors.ErrUnavailable)

// use opens the file, hands it over from its beginning, and makes sure that it
// did not change meanwhile.
func (f file) use(do func(r io.Reader, head []byte) error) error {
	r, err := os.Open(f.path)
	if err != nil {
		return fmt.Errorf("%w: %w", err, connectors.ErrUnavailable)
	}
	defer r.Close() //nolint:errcheck // it is only read
	if err := f.unchanged(r.Stat); err != nil {
		return err
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", err, connectors.ErrUnavailable)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("%w: %w", err, connectors.ErrUnavailable)
	}
	err = do(r, head[:n])
	if changed := f.unchanged(func() (fs.FileInfo, error) { return os.Stat(f.path) }); changed != nil {
		return changed
	}
	return err
}

func (f file) unchanged(stat func() (fs.FileInfo, error)) error {
	info, err := stat()
	if err != nil || stampOf(info) != f.stamp {
		return errChanged
	}
	return nil
}
