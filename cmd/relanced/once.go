package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
)

func (a *app) onceCommand() *cobra.Command {
	var dryRun bool
	var asOf string
	cmd := &cobra.Command{
		Use:   "once",
		Short: "Pull, reconcile, decide and deliver, once",
		Long: `Takes every company (or the one named with --company) through the six stages once.

With --dry-run the facts are read and the decisions worked out, but nothing is queued
and nothing leaves. --as-of DAY plays that it is 10:00 on that day in the company's
zone. It implies --dry-run, except on a database that was created with it, which is
how the demo and tests play; there, days only move forward.`,
		Example: `  relanced once --dry-run
  relanced once --company atelier
  relanced once --as-of 2026-05-11`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.once(cmd.Context(), dryRun, asOf)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "read and decide, but queue and send nothing")
	cmd.Flags().StringVar(&asOf, "as-of", "", "play that it is 10:00 on this `day`, such as 2026-05-11")
	return cmd
}

func (a *app) once(ctx context.Context, dryRun bool, asOf string) (err error) {
	c, texts, err := a.loadConfig()
	if err != nil {
		return err
	}
	clock := playedClock{real: a.now}
	if asOf != "" {
		if clock, err = clockAt(asOf, c.Companies[0].Zone, a.now); err != nil {
			return usageError{err}
		}
	}
	h, err := openHouse(ctx, c, texts, clock.now, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	played, err := h.play(ctx, &clock)
	if err != nil {
		return err
	}
	dryRun = dryRun || asOf != "" && !played
	if !dryRun {
		if err := h.work(ctx); err != nil {
			return err
		}
	}
	return a.runCompanies(ctx, h, daemon.Options{DryRun: dryRun})
}

// play notes the day a rehearsal has come to, and lets the clock go on from
// when that day was first played. It reports whether the database is one that
// was created for playing.
func (h *house) play(ctx context.Context, clock *playedClock) (bool, error) {
	if !clock.day.Known() {
		return false, nil
	}
	played, err := h.db.Play(ctx, clock.day)
	if errors.Is(err, cache.ErrPast) {
		return false, fmt.Errorf("--as-of %s: %w; days only move forward in a database that is played with", clock.day, err)
	}
	if err != nil || !played {
		return false, err
	}
	h.rehearsing = true
	clock.began, err = h.db.PlayedSince(ctx, clock.real())
	return true, err
}

// runCompanies runs each company; one that fails does not stop the others.
func (a *app) runCompanies(ctx context.Context, h *house, opt daemon.Options) error {
	companies := h.companies
	if a.companyName != "" {
		one, err := a.company(h)
		if err != nil {
			return err
		}
		companies = []*daemon.Company{one}
	}
	opt.Progress = a.progress()
	var failed error
	for _, c := range companies {
		r, err := h.daemon().RunOnce(ctx, c, opt)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("company %s: %w", c.Name, err))
		}
		for _, p := range r.Pulled {
			if p.Failed != nil {
				failed = errors.Join(failed, fmt.Errorf("company %s: %s", c.Name, p))
			}
		}
		if err := a.printReport(ctx, h, c, r, opt.DryRun); err != nil {
			return err
		}
	}
	return failed
}
