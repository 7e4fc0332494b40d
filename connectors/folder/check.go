package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/relanced/relanced/connectors"
)

// Check looks whether the directory is there, whether files can be written into
// it and linked between it and the store, and which store it is. What it writes
// to find out it takes away again. The identity is the store's id; it is empty
// while a directory has never been used: then the first message makes the
// store. An identity that was known and is empty or another one now means that
// what was delivered is not known any more.
//
// A directory that is not there is ErrNotFound, one that may not be written
// ErrUnauthorized; a store that is missing although files are there, or was
// there before, is a problem in the report.
func (f *Folder) Check(ctx context.Context) (connectors.Report, error) {
	report := connectors.Report{
		Name: filepath.Base(f.path), Zone: f.zone.String(), Capabilities: connectors.PowersOf(f).Consequences(),
	}
	if err := ctx.Err(); err != nil {
		return report, err
	}
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return report, fmt.Errorf("check folder: %w: %w", connectors.ErrNotFound, errNoFolder)
	case errors.Is(err, os.ErrPermission):
		return report, fmt.Errorf("check folder: %w: %w", connectors.ErrUnauthorized, bare(err))
	case err != nil:
		return report, fmt.Errorf("check folder: %w: %w", connectors.ErrUnavailable, bare(err))
	case !info.IsDir():
		return report, fmt.Errorf("check folder: %w: path names a file, not a directory", connectors.ErrRejected)
	}
	report.Identity, err = f.identity()
	switch {
	case errors.Is(err, errNoStore):
		if unused := f.unused(); unused != nil {
			report.Problems = append(report.Problems, unused.Error())
		}
	case err != nil:
		report.Problems = append(report.Problems, err.Error())
	}
	right := connectors.Right{
		Name: "write and link files", Needed: true, Granted: true,
		Way: "let the daemon's user write the directory and " + storeName + " in it, on one file system that knows hard links",
	}
	if err := f.probe(report.Identity != ""); err != nil {
		right.Granted = false
		report.Rights = append(report.Rights, right)
		return report, fmt.Errorf("check folder: %w: %w; %s", connectors.ErrUnauthorized, bare(err), right.Way)
	}
	report.Rights = append(report.Rights, right)
	return report, nil
}

// probe does with a file of its own what a delivery does: write it in the
// store, link it, and rename it into the directory.
func (f *Folder) probe(store bool) error {
	within := f.path
	if store {
		within = f.store()
	}
	dir, err := os.MkdirTemp(within, storeName+".probe-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file, link := inside(dir, "file"), inside(dir, "link")
	if err := os.WriteFile(file, []byte("probe"), 0o600); err != nil {
		return err
	}
	if err := os.Link(file, link); err != nil {
		return err
	}
	shown := inside(f.path, filepath.Base(dir)+".file")
	if err := os.Rename(link, shown); err != nil {
		return err
	}
	return os.Remove(shown)
}
