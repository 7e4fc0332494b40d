package connectors

import "time"

// Kind is one sort of tool or channel that a configuration can name. The list
// of kinds is handed to whoever needs it; there is no registry.
type Kind struct {
	Name    string // as written in the configuration: "fec"
	Summary string // one line for people
	// Delivers says that messages can leave by it, so that a company with one
	// such connection need not name its channels.
	Delivers bool
	// Pretend says that it reaches no real tool: it is there for tests and
	// trials, and is not offered to people who look for theirs.
	Pretend bool
	// NewConfig returns a pointer to the kind's own configuration with its
	// defaults filled in, ready to be decoded into.
	NewConfig func() Config
	// Sample is a connector of this kind that is never called: only its type
	// is looked at, to tell what the kind can do without opening one. A typed
	// nil pointer will do; nil means that Capabilities opens the defaults.
	Sample Connector
}

// Config is a kind's own part of the configuration. Its exported fields carry
// toml tags and doc tags; Validate returns every fault it finds, each naming
// the key it is about.
type Config interface {
	Validate() []Fault
	// Open makes the connector. It reads and connects to nothing.
	Open(env Env) (Connector, error)
}

// Fault is one thing wrong with a configuration key, and the way out.
type Fault struct {
	Key  string // the key below the connection's table: "path"
	Text string
}

// Env is what a connector is given beside its configuration.
type Env struct {
	Connection string         // the connection's name, for texts
	Zone       *time.Location // the company's zone
	Dir        string         // relative paths start here: the configuration file's folder
	Accounts   []string       // the company's own IBANs
	Currency   string         // the company's own currency, ISO 4217
	Now        func() time.Time
	// Observe, when not nil, is told of every request that a connector makes
	// over HTTP: its method, the status code or a word such as "timeout", and
	// how long the answer took. The labels are few and name nobody.
	Observe func(method, outcome string, took time.Duration)
}
