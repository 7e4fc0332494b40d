package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"

	"github.com/relanced/relanced/connectors"
)

// Write is one change to be made in a tool.
type Write struct {
	Method string // POST when empty
	Path   string // below the base
	Query  url.Values
	Header http.Header // such as Idempotency-Key
	Body   any         // sent as JSON; nil: no body
}

// Write makes one change, once. It is never repeated by itself. Until the last
// byte of the request has left us a failure is ErrUnavailable; afterwards it
// is ErrUncertain, unless the tool answers with a decision. A receipt that
// cannot be read is ErrUncertain too.
func (c *Client) Write(ctx context.Context, w Write, into any) (Reply, error) {
	u := c.at(w.Path, w.Query)
	w.Method = either(w.Method, http.MethodPost)
	name := what(w.Method, u)
	return c.guard(c.writeBreaker, name, func() (Reply, error) {
		departure := &departure{}
		req, err := c.writeRequest(ctx, w, u, departure)
		if err != nil {
			return Reply{}, fmt.Errorf("%s: %w", name, err)
		}
		if err := c.limiter.Wait(ctx); err != nil {
			return Reply{}, unavailable(ctx, name, "no time left to wait for the rate limit")
		}
		resp, err := c.writes.Do(req)
		if err != nil {
			return Reply{}, writeError(ctx, name, departure.left(), cause(err))
		}
		defer closeBody(resp)
		return c.receipt(ctx, name, resp, departure, into)
	})
}

func (c *Client) writeRequest(ctx context.Context, w Write, u *url.URL, d *departure) (*http.Request, error) {
	var body []byte
	if w.Body != nil {
		var err error
		if body, err = json.Marshal(w.Body); err != nil {
			return nil, fmt.Errorf("%w: the request cannot be written as JSON", connectors.ErrRejected)
		}
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: d.gotConn, WroteRequest: d.wrote})
	req, err := http.NewRequestWithContext(ctx, w.Method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: the address cannot be used", connectors.ErrRejected)
	}
	if body != nil {
		// No GetBody: with it, and an idempotency key, net/http would repeat
		// the request by itself on a broken connection.
		d.body = bytes.NewReader(body)
		req.Body, req.ContentLength = d, int64(len(body))
		req.Header.Set("Content-Type", "application/json")
	}
	if err := c.prepare(ctx, req.Header); err != nil {
		return nil, err
	}
	for key, values := range w.Header {
		req.Header[http.CanonicalHeaderKey(key)] = values
	}
	return req, nil
}

// receipt reads the answer to a write.
func (c *Client) receipt(ctx context.Context, name string, resp *http.Response, d *departure, into any) (Reply, error) {
	if verdict := c.writeVerdict(resp, d.left); verdict != nil {
		return Reply{}, c.refusal(name, resp, errorBody(resp), verdict)
	}
	data, err := readBody(resp.Body, c.opts.MaxBody)
	if err == nil {
		err = decode(resp.Header, data, into)
	}
	if err != nil {
		return Reply{}, writeError(ctx, name, true, err.Error())
	}
	return replyOf(resp), nil
}

func writeError(ctx context.Context, name string, left bool, why string) error {
	verdict := connectors.ErrUnavailable
	if left {
		verdict = connectors.ErrUncertain
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w: %w", name, verdict, err)
	}
	return fmt.Errorf("%s: %w: %s", name, verdict, why)
}

// departure knows whether a request may have left us whole. It is the body's
// reader: as long as its last byte has not been taken, the request has not
// left. From then on it is taken to have left, unless writing it is known to
// have failed; waiting for WroteRequest alone would leave a gap in which the
// last byte is gone and nobody has said so. Once it has said that a request
// has not left, it gives no more of it away.
type departure struct {
	body *bytes.Reader // nil: no body, a connection alone may carry the request away

	mu     sync.Mutex
	taken  bool
	failed bool
	sealed bool
}

// Read implements io.Reader.
func (d *departure) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sealed {
		return 0, io.ErrClosedPipe
	}
	n, err := d.body.Read(p)
	d.taken = d.taken || d.body.Len() == 0
	return n, err
}

// Close implements io.Closer.
func (d *departure) Close() error { return nil }

func (d *departure) gotConn(httptrace.GotConnInfo) {
	if d.body == nil {
		d.set(&d.taken)
	}
}

func (d *departure) wrote(info httptrace.WroteRequestInfo) {
	if info.Err != nil {
		d.set(&d.failed)
	}
}

func (d *departure) set(flag *bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*flag = true
}

func (d *departure) left() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sealed = true
	return d.taken && !d.failed
}
