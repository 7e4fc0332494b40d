package fake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Read implements connectors.Reader. There is one stream. A census or open
// sweep always starts from the beginning and leaves the cursor where it was,
// except that a census of a connection never read before sets it.
func (c *Connector) Read(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(yield func(connectors.Page, error) bool) {
		var err error
		switch me, meErr := c.me(ctx); {
		case meErr != nil:
			err = meErr
		case scope == connectors.Delta:
			err = c.delta(ctx, me.location, parseCursor(since), yield)
		case scope == connectors.Open:
			err = c.sweep(ctx, me.location, "v1/open", since, yield)
		case scope == connectors.All:
			err = c.sweep(ctx, me.location, "v1/all", since, yield)
		default:
			err = fmt.Errorf("%w: scope %d", connectors.ErrRejected, scope)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(connectors.Page{}, fmt.Errorf("fake: read: %w", err))
		}
	}
}

// errStopped says that the caller wants no more.
var errStopped = errors.New("stopped by the caller")

type yielder = func(connectors.Page, error) bool

// delta reads the change feed from the cursor to its end.
func (c *Connector) delta(ctx context.Context, loc *time.Location, cur cursor, yield yielder) error {
	list, err := c.feed(ctx, cur)
	if err == nil && cur.ahead(list.ServerTime) {
		cur = cursor{}
		list, err = c.feed(ctx, cur)
	}
	if err != nil {
		return err
	}
	fresh := !cur.begun()
	if fresh {
		cur.Start = list.ServerTime.Unix()
	}
	if fresh && list.Next == "" && cur.Seen != "" && cur.Seen == digestOf(list.Records, time.Unix(cur.Since, 0)) {
		return pass(yield, connectors.Page{
			Next: c.after(cur, &digest{since: since(cur), whole: true}, list.Records).text(),
			End:  &connectors.End{AsOf: time.Unix(cur.Start, 0).UTC(), Unchanged: true, Count: -1, MoneyUntil: moneyUntil(list)},
		})
	}
	seen := &digest{since: since(cur), whole: fresh}
	for {
		p := pageOf(list.Records, loc)
		if list.Next == "" {
			p.Next = c.after(cur, seen, list.Records).text()
			p.End = &connectors.End{AsOf: time.Unix(cur.Start, 0).UTC(), Count: -1, MoneyUntil: moneyUntil(list)}
			return pass(yield, p)
		}
		seen.add(list.Records)
		cur.After, cur.Seen = list.Next, ""
		p.Next = cur.text()
		if err := pass(yield, p); err != nil {
			return err
		}
		if list, err = c.feed(ctx, cur); err != nil {
			return err
		}
	}
}

// since is where the next reading starts: the server's time when this one
// began, less the overlap.
func since(cur cursor) time.Time { return time.Unix(cur.Start, 0).Add(-overlap) }

// after is the cursor once the last records are stored.
func (c *Connector) after(cur cursor, seen *digest, last []wireRecord) cursor {
	seen.add(last)
	return cursor{Since: since(cur).Unix(), Seen: seen.text()}
}

func digestOf(records []wireRecord, since time.Time) string {
	d := digest{since: since, whole: true}
	d.add(records)
	return d.text()
}

func (c *Connector) feed(ctx context.Context, cur cursor) (wireList, error) {
	query := url.Values{}
	if cur.Since > 0 {
		query.Set("since", time.Unix(cur.Since, 0).UTC().Format(time.RFC3339))
	}
	return c.list(ctx, "v1/changes", query, cur.After)
}

// list reads one page.
func (c *Connector) list(ctx context.Context, path string, query url.Values, after string) (wireList, error) {
	if after != "" {
		query.Set("after", after)
	}
	if c.pageSize > 0 {
		query.Set("limit", strconv.Itoa(c.pageSize))
	}
	var list wireList
	if _, err := c.client.Get(ctx, path, query, &list); err != nil {
		return wireList{}, err
	}
	if list.ServerTime.IsZero() || list.Records == nil {
		return wireList{}, fmt.Errorf("%w: the answer is not a list of records", connectors.ErrUnavailable)
	}
	if list.Next != "" && list.Next == after {
		return wireList{}, fmt.Errorf("%w: the list does not move on", connectors.ErrUnavailable)
	}
	return list, nil
}

// sweep reads a whole list. It is complete: the tool pages by key, so that
// nothing that was there throughout can be passed over.
func (c *Connector) sweep(ctx context.Context, loc *time.Location, path string, at connectors.Cursor, yield yielder) error {
	list, err := c.list(ctx, path, url.Values{}, "")
	if err != nil {
		return err
	}
	first := list
	for {
		p := pageOf(list.Records, loc)
		p.Next = at
		if list.Next == "" {
			if at == "" && path == "v1/all" {
				p.Next = cursor{Since: since(cursor{Start: first.ServerTime.Unix()}).Unix()}.text()
			}
			p.End = endOf(first, list)
			return pass(yield, p)
		}
		if err := pass(yield, p); err != nil {
			return err
		}
		if list, err = c.list(ctx, path, url.Values{}, list.Next); err != nil {
			return err
		}
	}
}

// endOf closes a sweep. What the tool counts and sums is repeated only when it
// did not move while we were reading: otherwise it proves nothing.
func endOf(first, last wireList) *connectors.End {
	end := &connectors.End{AsOf: first.ServerTime, Complete: true, Count: -1, MoneyUntil: moneyUntil(first)}
	sums, ok := sumsOf(last.Open)
	before, alsoOK := sumsOf(first.Open)
	if !ok || !alsoOK || first.Count == nil || last.Count == nil || *first.Count != *last.Count || len(sums) != len(before) {
		return end
	}
	for i := range sums {
		if sums[i] != before[i] {
			return end
		}
	}
	end.Count, end.Open = *last.Count, sums
	return end
}

func sumsOf(in []wireSum) (out []money.Amount, ok bool) {
	for _, s := range in {
		a, err := amount(s.Amount, s.Currency)
		if err != nil {
			return nil, false
		}
		out = append(out, a)
	}
	return out, true
}

func moneyUntil(list wireList) ledger.Date {
	d, err := ledger.ParseDate(list.MoneyUntil)
	if err != nil {
		return 0
	}
	return d
}

func pass(yield yielder, p connectors.Page) error {
	if !yield(p, nil) {
		return errStopped
	}
	return nil
}
