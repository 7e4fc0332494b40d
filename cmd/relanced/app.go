package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/config"
	"github.com/relanced/relanced/connectors/all"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
)

// app is what the commands share: flags, streams and the clock.
type app struct {
	stdout, stderr io.Writer
	now            func() time.Time

	configPath  string
	companyName string
	json        bool
	who         string
}

// house is an open installation: its configuration, its database and its
// companies. Close it.
type house struct {
	config     *config.Config
	db         *cache.DB
	texts      letter.Texts
	companies  []*daemon.Company
	now        func() time.Time
	reach      bool   // connections are asked who they are
	beat       func() // ends the heartbeat of the worker's role
	rehearsing bool   // the clock is played, and the database was made for it
	lock       *flock.Flock
	epoch      int64
	owner      string
}

// defaultConfigs are looked for when no file is named.
var defaultConfigs = []string{"relanced.toml", "/etc/relanced/relanced.toml"} //nolint:gochecknoglobals // a constant table

func (a *app) findConfig() (string, error) {
	if a.configPath != "" {
		return a.configPath, nil
	}
	for _, path := range defaultConfigs {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no %s; name the file with --config, or start from config.example.toml, or look at `relanced demo`",
		strings.Join(defaultConfigs, " and no "))
}

// loadConfig reads the configuration and the texts it names.
func (a *app) loadConfig() (*config.Config, letter.Texts, error) {
	path, err := a.findConfig()
	if err != nil {
		return nil, letter.Texts{}, err
	}
	builtin, err := letter.Load(nil)
	if err != nil {
		return nil, letter.Texts{}, err
	}
	c, err := config.Load(path, config.Kit{Kinds: all.Kinds(), HasText: builtin.Has})
	if err != nil || c.Texts == "" {
		return c, builtin, err
	}
	own, err := letter.Load(os.DirFS(c.Texts))
	return c, own, err
}

// open opens the installation the flags name. With reach, every connection is
// asked who it is; a command that only reads what is known waits for no tool.
func (a *app) open(ctx context.Context, reach bool) (*house, error) {
	c, texts, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	return openHouse(ctx, c, texts, a.now, reach)
}

func openHouse(ctx context.Context, c *config.Config, texts letter.Texts, now func() time.Time, reach bool) (*house, error) {
	db, err := cache.Open(ctx, c.Database, cache.Options{Now: now})
	if err != nil {
		return nil, err
	}
	h := &house{config: c, db: db, texts: texts, now: now, reach: reach}
	for i := range c.Companies {
		company, err := h.furnish(ctx, c, &c.Companies[i])
		if err != nil {
			return nil, errors.Join(fmt.Errorf("company %s: %w", c.Companies[i].Name, err), h.close(ctx))
		}
		h.companies = append(h.companies, company)
	}
	if err := h.settleRules(ctx); err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	return h, nil
}

func (h *house) close(ctx context.Context) error {
	err := h.stopWork(ctx)
	return errors.Join(err, h.db.Close())
}

// daemon returns the stages over the open database.
func (h *house) daemon() *daemon.Daemon {
	return &daemon.Daemon{DB: h.db, Texts: h.texts, Now: h.now, Owner: h.owner, Epoch: h.epoch}
}

// company returns the company the flags name, or the only one there is.
func (a *app) company(h *house) (*daemon.Company, error) {
	var names []string
	for _, c := range h.companies {
		if c.Name == a.companyName || a.companyName == "" && len(h.companies) == 1 {
			return c, nil
		}
		names = append(names, c.Name)
	}
	if a.companyName == "" {
		return nil, usageError{fmt.Errorf("there are several companies; say which with --company: %s", strings.Join(names, ", "))}
	}
	return nil, usageError{fmt.Errorf("there is no company %q; there are %s", a.companyName, strings.Join(names, ", "))}
}

// actor is who is recorded as having done something.
func (a *app) actor() string {
	if a.who != "" {
		return a.who
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "somebody"
}

// today is the civil day in the company's zone.
func (h *house) today(c *daemon.Company) ledger.Date { return ledger.DateOf(h.now().In(c.Zone)) }
