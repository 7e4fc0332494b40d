package main

import (
	"context"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

// findings lists everything that does not add up: what connectors and the
// money stage found, records that could not be read, and the doubts of each
// position. see is told of every customer on the way; it may be nil.
func findings(ctx context.Context, h *house, c *daemon.Company, see func(daemon.Planned)) ([]cache.Finding, error) {
	all, err := h.db.Findings(ctx, c.UID)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(all))
	for _, f := range all {
		known[f.ID] = true
	}
	add := func(p daemon.Planned, item ledger.UID, doubts []reconcile.Doubt) {
		for _, d := range doubts {
			if known[d.ID] {
				continue
			}
			known[d.ID] = true
			all = append(all, cache.Finding{
				ID: d.ID, Kind: d.Code, Origin: "reconcile", Customer: p.Case.Position.Customer, CustomerCode: p.Case.Customer.Code,
				CustomerName: p.Case.Customer.Name, Item: item, Holds: true, Text: d.Text,
			})
		}
	}
	_, err = h.daemon().Plan(ctx, c, func(p daemon.Planned) error {
		if see != nil {
			see(p)
		}
		add(p, "", p.Case.Position.Doubts)
		for i := range p.Case.Position.Items {
			add(p, p.Case.Position.Items[i].UID, p.Case.Position.Items[i].Doubts)
		}
		return nil
	})
	return all, err
}

// openFindings splits what nobody has released yet into findings that hold and
// records that could not be read. see is findings's.
func openFindings(ctx context.Context, h *house, c *daemon.Company, see func(daemon.Planned)) (holding, quarantined []findingView, err error) {
	all, err := findings(ctx, h, c, see)
	holding, quarantined = []findingView{}, []findingView{}
	for _, f := range all {
		if f.ReleasedBy != "" {
			continue
		}
		view := findingView{ID: f.ID, Kind: f.Kind, Customer: f.CustomerCode, Holds: f.Holds, Text: f.Text, Seen: f.Source}
		switch {
		case f.Kind == "quarantine":
			quarantined = append(quarantined, view)
		case f.Holds:
			holding = append(holding, view)
		}
	}
	return holding, quarantined, err
}

// findingRow is a finding in an export. The names are stable.
type findingRow struct {
	Company  string `json:"company"`
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Origin   string `json:"origin"`
	Customer string `json:"customer_code"`
	Name     string `json:"customer_name"`
	Holds    bool   `json:"holds"`
	Text     string `json:"text"`
	Source   string `json:"source"`
	Released string `json:"released_by"`
	Why      string `json:"released_why"`
}

func exportFindings(ctx context.Context, s *sheet, h *house, c *daemon.Company) error {
	all, err := findings(ctx, h, c, nil)
	if err != nil {
		return err
	}
	for _, f := range all {
		err := s.put(findingRow{
			Company: c.Name, ID: f.ID, Kind: f.Kind, Origin: f.Origin, Customer: f.CustomerCode, Name: f.CustomerName,
			Holds: f.Holds, Text: f.Text, Source: f.Source, Released: f.ReleasedBy, Why: f.ReleasedWhy,
		})
		if err != nil {
			return err
		}
	}
	return s.end(findingRow{})
}
