package people

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/relanced/relanced/connectors"
)

// reading counts how we read files: a cursor made by an older way of reading
// does not fit, so that a new version reads an unchanged file once again.
const reading = 1

// stat returns the cursor of the file's present state: name, size, time of the
// last write and inode, and what of the configuration changes its reading.
func (f *File) stat() (connectors.Cursor, fs.FileInfo, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return "", nil, class(err)
	}
	state := []string{
		f.options.File, fmt.Sprint(info.Size()), fmt.Sprint(info.ModTime().UnixNano()), inode(info),
		f.zone.String(), f.options.Dir,
	}
	state = append(state, f.options.Own...)
	return connectors.Cursor(fmt.Sprintf("people%d %s", reading, digest(state...))), info, nil
}
