package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/relanced/relanced/connectors"
)

// maxRedirects bounds how often a read is sent elsewhere on the same origin.
const maxRedirects = 3

// Get reads a path below the base and decodes its JSON into the value; nil
// discards it. It may be repeated by itself a few times. What failed for good
// is ErrUnavailable or one of the tool's decisions; a context that ends gives
// an ErrUnavailable that is the context's error too.
func (c *Client) Get(ctx context.Context, path string, query url.Values, into any) (Reply, error) {
	return c.read(ctx, c.at(path, query), into)
}

// Follow is Get for a next-page link from an answer; a relative one starts at
// the base. A link that leaves the configured origin is ErrRejected, and
// nothing is sent to it.
func (c *Client) Follow(ctx context.Context, link string, into any) (Reply, error) {
	u, err := c.link(c.base, link)
	if err != nil {
		return Reply{}, fmt.Errorf("next page: %w", err)
	}
	return c.read(ctx, u, into)
}

func (c *Client) read(ctx context.Context, u *url.URL, into any) (Reply, error) {
	return c.guard(c.readBreaker, what(http.MethodGet, u), func() (Reply, error) {
		for range maxRedirects + 1 {
			reply, next, err := c.get(ctx, u, into)
			if err != nil || next == nil {
				return reply, err
			}
			u = next
		}
		return Reply{}, fmt.Errorf("%s: %w: it is redirected without end", what(http.MethodGet, u), connectors.ErrRejected)
	})
}

// get makes one read with its retries. next is where it was redirected to.
func (c *Client) get(ctx context.Context, u *url.URL, into any) (reply Reply, next *url.URL, err error) {
	name := what(http.MethodGet, u)
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Reply{}, nil, fmt.Errorf("%s: %w: the address cannot be used", name, connectors.ErrRejected)
	}
	if err := c.prepare(ctx, req.Header); err != nil {
		return Reply{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.limiter.Wait(ctx); err != nil {
		return Reply{}, nil, unavailable(ctx, name, "no time left to wait for the rate limit")
	}
	req.SetResponseHandler(func(resp *http.Response) error {
		defer closeBody(resp)
		if redirected(resp.StatusCode) {
			next, err = c.link(u, resp.Header.Get("Location"))
			return err
		}
		reply = replyOf(resp)
		return c.take(name, resp, into)
	})
	resp, err := c.reads.Do(req) //nolint:bodyclose // the response handler or readError closes it
	if err == nil && resp != nil && !again(resp.StatusCode) {
		return reply, next, nil
	}
	return Reply{}, nil, c.readError(ctx, name, resp, err)
}

// take judges an answer that is not to be retried for its status alone.
func (c *Client) take(name string, resp *http.Response, into any) error {
	if verdict := c.readVerdict(resp); verdict != nil {
		return c.refusal(name, resp, errorBody(resp), verdict)
	}
	data, err := readBody(resp.Body, c.opts.MaxBody)
	if err != nil {
		return err
	}
	return decode(resp.Header, data, into)
}

// readError turns what is left after the last attempt into a typed error.
func (c *Client) readError(ctx context.Context, name string, resp *http.Response, err error) error {
	var judged *statusError
	var again againError
	switch {
	case ctx.Err() != nil:
		closeBody(resp)
		return unavailable(ctx, name, "")
	case err == nil && resp != nil: // a status that was retried to the end
		defer closeBody(resp)
		return c.refusal(name, resp, errorBody(resp), c.readVerdict(resp))
	case errors.As(err, &judged):
		return err
	case errors.As(err, &again), errors.Is(err, errBody):
		return fmt.Errorf("%s: %w: %w", name, connectors.ErrUnavailable, err)
	case errors.Is(err, connectors.ErrRejected), errors.Is(err, connectors.ErrUnauthorized):
		return fmt.Errorf("%s: %w", name, err)
	default:
		return fmt.Errorf("%s: %w: %s", name, connectors.ErrUnavailable, cause(err))
	}
}

func unavailable(ctx context.Context, name, why string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w: %w", name, connectors.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w: %s", name, connectors.ErrUnavailable, why)
}

// again lists the statuses after which checkRetry may have given up retrying,
// so that the response handler was never asked.
func again(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500
}

func redirected(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

func closeBody(resp *http.Response) {
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close() // everything worth knowing has been read
	}
}
