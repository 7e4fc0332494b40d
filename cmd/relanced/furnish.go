package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/cache"
	"github.com/relanced/relanced/config"
	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/letter"
)

// furnish opens a company's connections and gives both their UIDs.
func (h *house) furnish(ctx context.Context, whole *config.Config, c *config.Company) (*daemon.Company, error) {
	uid, err := h.db.EnsureCompany(ctx, c.Name)
	if err != nil {
		return nil, err
	}
	out := &daemon.Company{
		UID: uid, Name: c.Name, Zone: c.Zone, Accounts: c.Accounts, Settings: c.Settings, Rules: c.Rules,
		MoneyMaxAge: c.MoneyMaxAge, Mode: c.Mode, Highest: c.Highest, Limits: c.Limits, Holidays: c.Holidays,
		Creditor: creditor(c), ReplyTo: c.Sender.ReplyTo, Channels: map[ledger.Verb]ledger.UID{},
		Documents: documents(c.Documents),
	}
	byName := make(map[string]ledger.UID)
	for _, conn := range c.Connections {
		opened, err := h.connect(ctx, whole, c, uid, conn)
		if errors.Is(err, cache.ErrIdentity) || errors.Is(err, errStoreGone) {
			out.Refused = fmt.Sprintf("connection %s: %v", conn.Name, err)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("connection %s: %w", conn.Name, err)
		}
		byName[conn.Name] = opened.UID
		out.Connections = append(out.Connections, opened)
	}
	for verb, name := range c.Channels {
		out.Channels[verb] = byName[name]
	}
	order := make([]ledger.UID, 0, len(out.Connections))
	for _, conn := range out.Connections {
		order = append(order, conn.UID)
	}
	return out, h.db.OrderSources(ctx, uid, order)
}

// connect opens one connection and makes sure that it still is what it was.
func (h *house) connect(ctx context.Context, whole *config.Config, c *config.Company, company ledger.UID, conn config.Connection) (daemon.Connection, error) {
	opened, err := conn.Config.Open(connectors.Env{
		Connection: conn.Name, Zone: c.Zone, Dir: whole.Dir, Accounts: c.Accounts, Currency: string(c.Currency), Now: h.now,
	})
	if err != nil {
		return daemon.Connection{}, err
	}
	powers := connectors.PowersOf(opened)
	uid, err := h.recognise(ctx, company, conn, powers)
	if err != nil {
		return daemon.Connection{}, err
	}
	return daemon.Connection{
		UID: uid, Name: conn.Name, Kind: conn.Kind, Powers: powers,
		MaxReadAge: conn.MaxReadAge, Timeout: conn.Timeout, Settle: conn.Settle,
	}, nil
}

// errStoreGone says that a channel does not know any more what it delivered.
var errStoreGone = errors.New("what it delivered before is not there any more, so nobody could tell what has left; " +
	"put its folder back, or give the new one a connection of its own")

// recognise asks a connection who it is, and refuses another one under a name
// that is known. What cannot be reached just now may be reached later; the
// facts' age stops sending meanwhile.
func (h *house) recognise(ctx context.Context, company ledger.UID, conn config.Connection, powers connectors.Powers) (ledger.UID, error) {
	known, err := h.db.Identity(ctx, company, conn.Name)
	if err != nil {
		return "", err
	}
	if !h.reach {
		return h.db.EnsureConnection(ctx, company, conn.Name, conn.Kind, "")
	}
	identity, err := powers.Identity(ctx)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	switch {
	case err != nil:
		identity = ""
	case identity == "" && known != "" && powers.Preparer != nil:
		return "", errStoreGone
	}
	return h.db.EnsureConnection(ctx, company, conn.Name, conn.Kind, identity)
}

func creditor(c *config.Company) letter.Creditor {
	s := c.Sender
	return letter.Creditor{
		Name: c.Title, Signer: s.Name, Title: s.Title, Mail: s.Mail, Phone: s.Phone, Address: s.Address,
		City: s.City, SIREN: c.SIREN, IBAN: s.IBAN, BIC: s.BIC,
	}
}
