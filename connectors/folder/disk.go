package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// disk does the few things a delivery does to a file system, each of them
// lasting before it returns.
type disk struct {
	mode fs.FileMode
	// step is called before each thing that is done, with its name. Tests stop
	// the process there, or answer with the error of a full disk.
	step func(name string) error
}

func (d disk) before(step string) error {
	if d.step == nil {
		return nil
	}
	return d.step(step)
}

// write writes a new file and waits until it is on the disk.
func (d disk) write(step, path string, data []byte) error {
	if err := d.before(step); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, d.mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Chmod(d.mode) // whatever the umask says
	}
	if err == nil {
		err = d.before(step + ", fsync")
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// mkdir makes a directory that is as open as the files in it.
func (d disk) mkdir(step, path string) error {
	if err := d.before(step); err != nil {
		return err
	}
	return os.Mkdir(path, d.mode|d.mode>>2&0o111)
}

func (d disk) link(step, old, name string) error {
	if err := d.before(step); err != nil {
		return err
	}
	return os.Link(old, name)
}

func (d disk) rename(step, old, name string) error {
	if err := d.before(step); err != nil {
		return err
	}
	return os.Rename(old, name)
}

// remove takes a name away, with all that is below it; it may be gone already.
func (d disk) remove(step, path string) error {
	if err := d.before(step); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// sync waits until the names in a directory are on the disk.
func (d disk) sync(step, path string) error {
	if err := d.before(step); err != nil {
		return err
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// exists reports whether a name is there, whatever it names.
func exists(path string) (bool, error) {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, err
	}
}

// bare takes the names of files out of an error: they are made of customers'
// names, which no error repeats.
func bare(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", inner.Op, inner.Err)
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return fmt.Errorf("%s: %w", inner.Op, inner.Err)
	}
	return err
}

// inside joins names below a directory; none of them leads out of it, since
// keys and visible names hold no separator.
func inside(dir, name string) string { return filepath.Join(dir, name) }
