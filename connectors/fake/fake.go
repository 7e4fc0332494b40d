// Package fake is the reference connector and the tool it speaks to: a small
// accounting tool in memory with a dialect of its own over HTTP. It shows how
// a connector is written, and it is the double in tests, with a clock that can
// be set and faults that can be armed.
//
// Tool is the remote side; it knows nothing of relanced's stages. Connector is
// our side; it knows of the tool only what comes over HTTP.
package fake

import (
	"context"
	"fmt"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/internal/rest"
)

// Name is the kind's name in the configuration.
const Name = "fake"

// Kind is the connector's entry in the list of kinds.
func Kind() connectors.Kind {
	return connectors.Kind{
		Delivers:  true,
		Pretend:   true,
		Name:      Name,
		Summary:   "a small accounting tool in memory, for tests and trials",
		NewConfig: func() connectors.Config { return &Config{} },
		Sample:    (*Connector)(nil),
	}
}

// Config is what a connection of kind fake is configured with.
type Config struct {
	URL   string            `toml:"url" doc:"where the tool's interface lives, such as http://127.0.0.1:8090"`
	Token connectors.Secret `toml:"token" doc:"the access token, as env:NAME or file:path"`

	// What follows is for tests in the same process and not configurable.

	Timeout  time.Duration `toml:"-"` // of one request; 30 s when zero
	Wait     time.Duration `toml:"-"` // shortest pause before a read is retried; 500 ms when zero
	MaxBody  int64         `toml:"-"` // bytes of one answer; 16 MiB when zero
	PageSize int           `toml:"-"` // records per page; the tool's own when zero
}

// Validate tells what is missing.
func (c *Config) Validate() []connectors.Fault {
	var faults []connectors.Fault
	if c.URL == "" {
		faults = append(faults, connectors.Fault{Key: "url", Text: `is missing; write where the tool listens, such as "http://127.0.0.1:8090"`})
	} else if _, err := rest.New(rest.Options{Base: c.URL}); err != nil {
		faults = append(faults, connectors.Fault{Key: "url", Text: err.Error()})
	}
	if c.Token.Empty() {
		faults = append(faults, connectors.Fault{Key: "token", Text: `is missing; write "env:NAME" or "file:path"`})
	}
	return faults
}

// Open makes the connector. It connects to nothing, and reads the token only
// when the first request is made, so that a rotated one is seen.
func (c *Config) Open(env connectors.Env) (connectors.Connector, error) {
	secret := c.Token.In(env.Dir)
	client, err := rest.New(rest.Options{
		Base: c.URL, Timeout: c.Timeout, WaitMin: c.Wait, WaitMax: 16 * c.Wait, MaxBody: c.MaxBody,
		Rate: 200, Burst: 200, Observe: env.Observe, Now: env.Now,
		Authorize: func(context.Context) (string, error) {
			token, err := secret.Reveal()
			return "Bearer " + token, err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("connection %s: %w", env.Connection, err)
	}
	return &Connector{client: client, now: env.Now, pageSize: c.PageSize}, nil
}

// Connector speaks to a Tool. It is safe for concurrent use and keeps nothing
// between calls.
type Connector struct {
	client   *rest.Client
	now      func() time.Time // judges deadlines; nil: only the context does
	pageSize int
}

var (
	_ connectors.Reader = (*Connector)(nil)
	_ connectors.Looker = (*Connector)(nil)
	_ connectors.Sender = (*Connector)(nil)
	_ connectors.Finder = (*Connector)(nil)
)

// Check implements connectors.Connector.
func (c *Connector) Check(ctx context.Context) (connectors.Report, error) {
	me, err := c.me(ctx)
	if err != nil {
		return connectors.Report{}, fmt.Errorf("fake: check: %w", err)
	}
	r := connectors.Report{
		Identity: "fake:" + me.Tenant, Name: me.Name, Version: me.Version, Zone: me.Zone, ServerTime: me.ServerTime,
		Capabilities: connectors.PowersOf(c).Consequences(),
	}
	for _, right := range []string{"read", "send"} {
		granted := false
		for _, got := range me.Rights {
			granted = granted || got == right
		}
		r.Rights = append(r.Rights, connectors.Right{
			Name: right, Granted: granted, Needed: true, Way: "grant it to the token in the tool's settings",
		})
	}
	if me.OwnReminders {
		r.OwnDunning = "the tool mails reminders by itself; switch that off in its settings"
	}
	return r, nil
}

// me asks the tool who it is. Its zone is needed to read every day it tells.
func (c *Connector) me(ctx context.Context) (wireMe, error) {
	var me wireMe
	if _, err := c.client.Get(ctx, "v1/me", nil, &me); err != nil {
		return wireMe{}, err
	}
	if me.Tenant == "" || me.ServerTime.IsZero() {
		return wireMe{}, fmt.Errorf("%w: the answer names no tenant or time: is this the right address?", connectors.ErrRejected)
	}
	loc, err := time.LoadLocation(me.Zone)
	if err != nil || me.Zone == "" || me.Zone == "Local" {
		return wireMe{}, fmt.Errorf("%w: the tool's time zone is not one we know", connectors.ErrRejected)
	}
	me.location = loc
	return me, nil
}
