package bank

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// Config is a connection of kind "bank".
type Config struct {
	// Path is a file, a folder or a pattern such as "bank/*.xml"; relative to
	// the configuration file's folder.
	Path string `toml:"path" doc:"bank statements: a file, a folder (its .xml and .camt files) or a pattern such as \"bank/*.xml\""`
	// AcceptGapsBefore passes over missing statements before that day.
	AcceptGapsBefore ledger.Date `toml:"accept_gaps_before" doc:"statements that are missing before this day are not asked for; what was paid in them is not known"`
}

var _ connectors.Config = (*Config)(nil)

// Validate returns what is wrong with the configuration.
func (c *Config) Validate() []connectors.Fault {
	if c.Path == "" {
		return []connectors.Fault{{Key: "path", Text: "missing: name the folder that bank statements are put into"}}
	}
	if _, err := filepath.Match(c.Path, ""); err != nil {
		return []connectors.Fault{{Key: "path", Text: fmt.Sprintf("%q is not a pattern: a '[' needs its ']'", c.Path)}}
	}
	return nil
}

// Open makes the connector. It opens no file.
func (c *Config) Open(env connectors.Env) (connectors.Connector, error) {
	path := c.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(env.Dir, path)
	}
	zone := env.Zone
	if zone == nil {
		zone = time.UTC
	}
	k := &connector{path: path, identity: "bank files " + env.Connection, zone: zone, accept: c.AcceptGapsBefore, now: env.Now}
	for _, a := range env.Accounts {
		k.accounts = append(k.accounts, string(compact(nil, []byte(a))))
	}
	return k, nil
}
