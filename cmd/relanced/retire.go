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
)

func (a *app) retireCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retire NAME",
		Short: "Let what a connection told count no more",
		Long: `Takes everything a connection told out of what counts, once it is not in the
configuration any more. Until then nothing is sent, for its debts and payments would
age unseen. What was sent and said stays on record.`,
		Example: `  relanced connection retire ledger`,
		Args:    exactly(1, "the name of a connection that is not configured any more"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.retire(cmd.Context(), args[0])
		},
	}
}

func (a *app) retire(ctx context.Context, name string) (err error) {
	conf, _, err := a.loadConfig()
	if err != nil {
		return err
	}
	company, err := a.configured(conf)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(company.Connections, func(c config.Connection) bool { return c.Name == name }) {
		return usageError{fmt.Errorf("%s is in the configuration; take its table out of %s first", name, conf.Path)}
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
	counts, err := db.RetireConnection(ctx, uid, name)
	if errors.Is(err, cache.ErrNotFound) {
		known, errKnown := connectionNames(ctx, db, uid)
		return errors.Join(fmt.Errorf("the database knows no connection %q; it knows %s", name, orText(strings.Join(known, ", "), "none yet")), errKnown)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"company": company.Name, "retired": name, "records": counts.Deleted})
	}
	a.say("%s told %d records that count no more", name, counts.Deleted)
	return nil
}
