// Package folder is the channel that delivers into a directory people look at:
// messages as .eml, letters as .pdf, calls, visits and tasks as .txt. What they
// do with the files afterwards, print, move, rename or delete, is their own
// affair and changes nothing here.
//
// # Once, and provably
//
// Beside what people see, the hidden directory .relanced is the store:
//
//	.relanced/store.id    which store this is; without it nobody can tell what was delivered
//	.relanced/lock.file   held while a key is delivered or looked for
//	.relanced/<key>       the document of a key: the evidence, for good
//	.relanced/<key>.json  when it was delivered, and under which name
//	.relanced/<key>.out   the same document (a hard link) before it is delivered
//
// A document is written durably as <key>.out and linked to <key>; then one
// rename takes <key>.out out of the store and makes it the visible file. So
// at every moment one look at the store tells the truth:
//
//	neither is there       not delivered
//	only <key>.out         not delivered: writing was cut short
//	<key> and <key>.out    not delivered: it was ready, and nobody can have seen it
//	only <key>             delivered
//
// A second Send of a delivered key delivers nothing and returns the first
// receipt. A second Send of an undelivered key starts over with what it was
// given, since what was ready may be out of date.
//
// A letter or a task with attachments becomes a folder: the document and the
// attachments in it, under one name, so that they appear together or not at
// all. Attachments of a mail are in the mail.
package folder

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/relanced/relanced/connectors"
)

// Kind returns the connector kind "folder".
func Kind() connectors.Kind {
	return connectors.Kind{
		Delivers:  true,
		Name:      "folder",
		Summary:   "delivers messages (.eml), letters (.pdf) and tasks (.txt) into a directory",
		Sample:    (*Folder)(nil),
		NewConfig: func() connectors.Config { return &Config{FileMode: "0600"} },
	}
}

// Config is the connection's part of the configuration.
type Config struct {
	// Path is the directory people look at. It must exist, so that a drive
	// that is not mounted is noticed.
	Path string `toml:"path" doc:"The directory people look at; it must exist. A relative path starts at the configuration file's folder."`
	// FileMode is the permission of the files, in octal.
	FileMode string `toml:"file_mode" doc:"Permission of the files: 0600 (only the daemon's user, the default), 0640 or 0660 (its group too), 0644 (everybody on the machine)."`
}

// Validate tells what is wrong with the configuration. It looks at no file.
func (c *Config) Validate() []connectors.Fault {
	var faults []connectors.Fault
	if strings.TrimSpace(c.Path) == "" {
		faults = append(faults, connectors.Fault{Key: "path", Text: `the directory is not named; write path = "outgoing"`})
	}
	if _, err := readMode(c.FileMode); err != nil {
		faults = append(faults, connectors.Fault{Key: "file_mode", Text: err.Error()})
	}
	return faults
}

// readMode reads 0600 and its like. The daemon's user must be able to read and
// write, nobody executes, and strangers never write.
func readMode(text string) (fs.FileMode, error) {
	if text == "" {
		text = "0600"
	}
	n, err := strconv.ParseUint(text, 8, 32)
	if err != nil || n&0o600 != 0o600 || n&^0o664 != 0 {
		return 0, fmt.Errorf("%q is not a permission for documents; write \"0600\", \"0640\", \"0660\" or \"0644\"", text)
	}
	return fs.FileMode(n), nil
}

// Open makes the connector. It looks at nothing on the disk.
func (c *Config) Open(env connectors.Env) (connectors.Connector, error) {
	if faults := c.Validate(); len(faults) > 0 {
		return nil, fmt.Errorf("folder %s: %s: %s", env.Connection, faults[0].Key, faults[0].Text)
	}
	if env.Now == nil {
		return nil, fmt.Errorf("folder %s: no clock was given", env.Connection)
	}
	mode, err := readMode(c.FileMode)
	if err != nil {
		return nil, fmt.Errorf("folder %s: file_mode: %w", env.Connection, err)
	}
	path := c.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(env.Dir, path)
	}
	zone := env.Zone
	if zone == nil {
		zone = time.UTC
	}
	return &Folder{path: filepath.Clean(path), zone: zone, now: env.Now, disk: disk{mode: mode}}, nil
}

// Folder is one directory that people look at, with its store.
type Folder struct {
	path string
	zone *time.Location
	now  func() time.Time
	disk disk

	mu   sync.Mutex
	seen string // the store's id at first sight; another one later is another store
}

var (
	_ connectors.Connector = (*Folder)(nil)
	_ connectors.Sender    = (*Folder)(nil)
	_ connectors.Finder    = (*Folder)(nil)
)
