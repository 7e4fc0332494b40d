package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// StopFile is the name of the file that switches all sending off while it lies
// beside a SQLite database, whatever stands in it: who can make a file can stop
// everything, without a program and without a password. PostgreSQL has no place
// beside it.
const StopFile = "relanced.stop"

// stopFile is where the file would lie; empty: there is no such place.
func stopFile(dsn string, d dialect) string {
	if d.name == postgres {
		return ""
	}
	return filepath.Join(filepath.Dir(dsn), StopFile)
}

// stoppedBy says why all sending is off because of the file at path; empty: it
// is not. A file that cannot be asked for may be there.
func stoppedBy(path string) string {
	if path == "" {
		return ""
	}
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return "there is a file " + path + "; take it away to send again"
	case errors.Is(err, fs.ErrNotExist):
		return ""
	default:
		return "nobody can tell whether there is a file " + path + ": " + err.Error()
	}
}
