package folder

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// The names in the store. A key has no point in it, so that none of these can
// be mistaken for one.
const (
	storeName  = ".relanced"
	markerName = "store.id"
	lockName   = "lock.file"

	// freshPrefix begins the name of a store that is being made.
	freshPrefix = storeName + ".new-"
)

// lockPatience is how long another delivery into the same directory is waited for.
const lockPatience = 10 * time.Second

var (
	errNoFolder = errors.New("the directory is not there; make it, or mount the drive it is on")
	errNoStore  = errors.New("the directory " + storeName + " with what was delivered is missing or is not whole; put it back from a backup")
	errOther    = errors.New("the directory " + storeName + " is not the one that was used before; put the old one back")
	errInUse    = errors.New("the directory holds files, and no " + storeName + " that tells what was delivered; put " + storeName + " back from a backup, or name an empty directory")
)

// marker is what store.id holds.
type marker struct {
	ID   string    `json:"id"`
	Made time.Time `json:"made"`
	Note string    `json:"note"`
}

var keyShape = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

func (f *Folder) store() string { return filepath.Join(f.path, storeName) }

// identity reads which store this is, and remembers it: another one, or none,
// under the same connector later means that what it knew is lost.
func (f *Folder) identity() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, err := os.ReadFile(inside(f.store(), markerName))
	if errors.Is(err, fs.ErrNotExist) {
		if there, err := exists(f.path); err == nil && !there {
			return "", errNoFolder
		}
		return "", errNoStore
	}
	if err != nil {
		return "", fmt.Errorf("read which store this is: %w", bare(err))
	}
	var m marker
	if err := json.Unmarshal(data, &m); err != nil || m.ID == "" {
		return "", errNoStore
	}
	if f.seen == "" {
		f.seen = m.ID
	}
	if f.seen != m.ID {
		return "", errOther
	}
	return m.ID, nil
}

// Prepare makes the directory and its store, whatever files are there already.
// It is a person's act: what was delivered into an older store of this
// directory is forgotten with it. A store that is there is left alone.
func (f *Folder) Prepare(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(f.path, 0o750); err != nil {
		return fmt.Errorf("prepare folder: %w", bare(err))
	}
	if there, err := exists(inside(f.store(), markerName)); err != nil || there {
		return err
	}
	f.mu.Lock()
	f.seen = ""
	f.mu.Unlock()
	if err := f.create(); err != nil {
		return fmt.Errorf("prepare folder: %w", bare(err))
	}
	_, err := f.identity()
	return err
}

// begin makes the store of a directory that has never been used: it is there,
// it is empty, and this connector has not known a store in it.
func (f *Folder) begin() error {
	if err := f.unused(); err != nil {
		return err
	}
	return f.create()
}

// unused tells why a directory without a store may have had one.
func (f *Folder) unused() error {
	f.mu.Lock()
	known := f.seen
	f.mu.Unlock()
	if known != "" {
		return errNoStore
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return bare(err)
	}
	for _, e := range entries {
		if !foreign(e.Name()) {
			return errInUse
		}
	}
	return nil
}

// foreign reports whether a name is one that systems leave in directories
// nobody has used.
func foreign(name string) bool {
	return strings.HasPrefix(name, ".") || name == "lost+found" || strings.EqualFold(name, "desktop.ini") || strings.EqualFold(name, "thumbs.db")
}

// create makes the store. If somebody else was faster, theirs stays.
func (f *Folder) create() error {
	if err := f.build(); err != nil {
		if there, look := exists(inside(f.store(), markerName)); look == nil && there {
			return nil
		}
		return err
	}
	f.sweep()
	return f.disk.sync("sync the directory of the store", f.path)
}

// build makes the store whole under another name and then names it, so that
// there is never a store without its id.
func (f *Folder) build() error {
	fresh, err := os.MkdirTemp(f.path, freshPrefix)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }() // gone already when all went well
	data, err := json.MarshalIndent(marker{
		ID: strings.ToLower(rand.Text()), Made: f.now().UTC(),
		Note: "relanced keeps here what it delivered. Do not delete this directory: what is in it would be delivered again.",
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := f.disk.write("write the store's id", inside(fresh, markerName), append(data, '\n')); err != nil {
		return err
	}
	if err := f.disk.sync("sync the new store", fresh); err != nil {
		return err
	}
	if err := f.disk.rename("name the store", fresh, f.store()); err != nil {
		if there, look := exists(f.store()); look == nil && there {
			return errNoStore
		}
		return err
	}
	return nil
}

// sweep takes away what attempts to make a store left when they were cut short.
// What it cannot take away is hidden and harms nobody.
func (f *Folder) sweep() {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), freshPrefix) {
			_ = os.RemoveAll(inside(f.path, e.Name()))
		}
	}
}

// lock keeps other deliveries, of this process and of others, out of the store.
func (f *Folder) lock(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	held := flock.New(inside(f.store(), lockName), flock.SetPermissions(0o600))
	if _, err := held.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		_ = held.Close() // nothing was written
		return nil, fmt.Errorf("lock the store: %w", bare(err))
	}
	return func() { _ = held.Close() }, nil // closing unlocks
}

// delivered reads from the store whether a key was delivered; see the table in
// the package comment.
func (f *Folder) delivered(key string) (bool, error) {
	done, err := exists(inside(f.store(), key))
	if err != nil || !done {
		return false, err
	}
	ready, err := exists(inside(f.store(), key+".out"))
	return !ready, err
}

// facts is what <key>.json holds.
type facts struct {
	At   time.Time `json:"at"`   // when it was delivered
	Name string    `json:"name"` // under which visible name
}

// recall reads the facts of a delivered key. That it was delivered is known
// without them, so that what cannot be read is left out.
func (f *Folder) recall(key string) facts {
	var known facts
	data, err := os.ReadFile(inside(f.store(), key+".json"))
	if err == nil {
		err = json.Unmarshal(data, &known)
	}
	if err != nil {
		return facts{}
	}
	return known
}
