package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// readClient is the client that retries. Connections are kept between pages.
func (c *Client) readClient() *retryablehttp.Client {
	t := transport()
	t.ForceAttemptHTTP2 = true
	t.MaxIdleConnsPerHost = 2
	t.IdleConnTimeout = 30 * time.Second
	return &retryablehttp.Client{
		HTTPClient:   c.client(t),
		RetryMax:     c.opts.Retries,
		RetryWaitMin: c.opts.WaitMin,
		RetryWaitMax: c.opts.WaitMax,
		CheckRetry:   c.checkRetry,
		Backoff:      c.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		PrepareRetry: func(r *http.Request) error {
			if err := c.limiter.Wait(r.Context()); err != nil {
				return err
			}
			return c.prepare(r.Context(), r.Header)
		},
	}
}

// writeClient makes a connection of its own for each write. On a kept one that
// the server has just closed, a write's outcome would be unknown for no reason.
func (c *Client) writeClient() *http.Client {
	t := transport()
	t.DisableKeepAlives = true
	return c.client(t)
}

func (c *Client) client(t *http.Transport) *http.Client {
	return &http.Client{
		Transport: &observed{next: t, observe: c.opts.Observe, now: c.opts.Now},
		Timeout:   c.opts.Timeout,
		// Redirects are judged by us: see follow in read.go.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// observed tells of each request that goes through it.
type observed struct {
	next    *http.Transport
	observe func(method, outcome string, took time.Duration)
	now     func() time.Time
}

// RoundTrip implements http.RoundTripper.
func (o *observed) RoundTrip(r *http.Request) (*http.Response, error) {
	if o.observe == nil {
		return o.next.RoundTrip(r)
	}
	start := o.clock()
	resp, err := o.next.RoundTrip(r)
	outcome := cause(err)
	if err == nil {
		outcome = strconv.Itoa(resp.StatusCode)
	}
	o.observe(r.Method, outcome, o.clock().Sub(start))
	return resp, err
}

// CloseIdleConnections is called by http.Client's method of the same name.
func (o *observed) CloseIdleConnections() { o.next.CloseIdleConnections() }

func (o *observed) clock() time.Time {
	if o.now == nil {
		return time.Time{}
	}
	return o.now()
}

// cause says in a few fixed words why a request failed. The library's own text
// is not used: it repeats addresses with their query, and what a server wrote.
func cause(err error) string {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		alrt tls.AlertError
		rec  tls.RecordHeaderError
		timo interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timo) && timo.Timeout():
		return "timeout"
	case errors.As(err, &dns):
		return "host name not found"
	case errors.As(err, &cert):
		return "certificate not trusted"
	case errors.As(err, &alrt), errors.As(err, &rec):
		return "no TLS agreement"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	default:
		return "connection failed"
	}
}
