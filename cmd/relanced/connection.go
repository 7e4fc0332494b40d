package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/config"
	"github.com/relanced/relanced/ledger"
)

func (a *app) connectionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "connection",
		Short:   "Change what the database knows of a connection",
		Example: `  relanced connection`,
		Args:    unknownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = suggestWithin
	cmd.AddCommand(a.renameCommand(), a.retireCommand())
	return cmd
}

func (a *app) renameCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rename OLD NEW",
		Short: "Give a connection another name, and keep what is known by it",
		Long: `Gives a connection another name in the database: its records, and the keys of what was
sent, stay its own. Change the name in the configuration as well, before or after.

It is also how a name is freed for other books: rename the connection that has it.`,
		Example: `  relanced connection rename ledger books`,
		Args:    exactly(2, "the name a connection has and the one it shall have"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.renameConnection(cmd.Context(), args[0], args[1])
		},
	}
}

// renameConnection works on the database alone: it is needed when the
// configuration and the database do not agree, and no connection can be opened.
func (a *app) renameConnection(ctx context.Context, from, to string) (err error) {
	conf, _, err := a.loadConfig()
	if err != nil {
		return err
	}
	company, err := a.configured(conf)
	if err != nil {
		return err
	}
	if !config.IsName(to) {
		return usageError{fmt.Errorf("%q is no name for a connection; it is written with small letters, digits and dashes", to)}
	}
	db, err := cache.Open(ctx, conf.Database, cache.Options{Now: a.now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	uid, err := db.EnsureCompany(ctx, company.Name)
	if err != nil {
		return err
	}
	if err := rename(ctx, db, uid, from, to); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"company": company.Name, "renamed": from, "to": to})
	}
	a.say("connection %s of %s is called %s now", from, company.Name, to)
	if !slices.ContainsFunc(company.Connections, func(c config.Connection) bool { return c.Name == to }) {
		a.say("in %s it is still to be renamed: [company.%s.connection.%s]", conf.Path, company.Name, to)
	}
	return nil
}

func rename(ctx context.Context, db *cache.DB, company ledger.UID, from, to string) error {
	err := db.RenameConnection(ctx, company, from, to)
	switch {
	case errors.Is(err, cache.ErrNotFound):
		known, errKnown := connectionNames(ctx, db, company)
		return errors.Join(fmt.Errorf("the database knows no connection %q; it knows %s", from, orText(strings.Join(known, ", "), "none yet")), errKnown)
	case errors.Is(err, cache.ErrConflict):
		return fmt.Errorf("%q is another connection, with records of its own; rename that one first", to)
	default:
		return err
	}
}

// connectionNames are the connections that the database knows.
func connectionNames(ctx context.Context, db *cache.DB, company ledger.UID) ([]string, error) {
	streams, err := db.MoneyUntil(ctx, company)
	names := make([]string, 0, len(streams))
	for _, s := range streams {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names, err
}

// configured is the company of the configuration that the flags name, or the
// only one there is.
func (a *app) configured(conf *config.Config) (*config.Company, error) {
	var names []string
	for i := range conf.Companies {
		if c := &conf.Companies[i]; c.Name == a.companyName || a.companyName == "" && len(conf.Companies) == 1 {
			return c, nil
		}
		names = append(names, conf.Companies[i].Name)
	}
	if a.companyName == "" {
		return nil, usageError{fmt.Errorf("there are several companies; say which with --company: %s", strings.Join(names, ", "))}
	}
	return nil, usageError{fmt.Errorf("there is no company %q; there are %s", a.companyName, strings.Join(names, ", "))}
}
