package fake

import (
	"context"
	"fmt"
	"net/url"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/internal/rest"
	"github.com/relanced/relanced/ledger"
)

// Look implements connectors.Looker with one request for all the customer's
// facts, so that they are of one moment.
func (c *Connector) Look(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
	me, err := c.me(ctx)
	if err != nil {
		return connectors.Page{}, fmt.Errorf("fake: look at customer %s: %w", customer.ID, err)
	}
	query := url.Values{}
	for _, item := range items {
		query.Add("item", item.ID)
	}
	var list wireList
	if _, err := c.client.Get(ctx, rest.Path("v1", "customers", customer.ID, "look"), query, &list); err != nil {
		return connectors.Page{}, fmt.Errorf("fake: look at customer %s: %w", customer.ID, err)
	}
	if len(list.Records) == 0 {
		return connectors.Page{}, fmt.Errorf("fake: look at customer %s: %w: the answer does not name it", customer.ID, connectors.ErrUnavailable)
	}
	return pageOf(list.Records, me.location), nil
}
