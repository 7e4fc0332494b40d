package main

import (
	"context"
	"errors"

	"github.com/relanced/relanced/daemon"
)

// chosen are the companies a command is about: the one that is named, else all.
func (a *app) chosen(h *house) ([]*daemon.Company, error) {
	if a.companyName == "" {
		return h.companies, nil
	}
	one, err := a.company(h)
	if err != nil {
		return nil, err
	}
	return []*daemon.Company{one}, nil
}

// withChosen is withCompany for a command that is about every company unless
// one is named.
func (a *app) withChosen(ctx context.Context, do func(*house, *daemon.Company) error) (err error) {
	h, err := a.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if err := h.rehearse(ctx); err != nil {
		return err
	}
	companies, err := a.chosen(h)
	if err != nil {
		return err
	}
	for _, c := range companies {
		if err := do(h, c); err != nil {
			return err
		}
	}
	return nil
}
