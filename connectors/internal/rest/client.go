// Package rest is HTTP for connectors, and for connectors only: one origin,
// bounded in time, size and rate, with errors that say what the caller may do
// next. Reads may be retried; a write never is.
//
// It never follows a link or redirect to another origin, never reads a default
// client or transport, never logs, and never puts a query, a header or a body
// into an error.
package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"

	"github.com/relanced/relanced/connectors"
)

// Options shape a client. Only Base is needed; a zero field takes the default
// named beside it.
type Options struct {
	// Base is where the tool's interface lives: "https://host/api". Plain
	// http is refused outside this machine unless Plain is set.
	Base  string
	Plain bool
	// Authorize returns the Authorization header's value. It is asked before
	// each request, so that a rotated token is used at once; nil sends none.
	Authorize func(ctx context.Context) (string, error)
	// Header is sent with every request.
	Header http.Header

	Timeout       time.Duration // one attempt, its body included; 30 s
	Retries       int           // of a read after the first attempt; 3; negative: none
	WaitMin       time.Duration // shortest mean pause before a retry; 500 ms
	WaitMax       time.Duration // longest pause before a retry; 8 s
	MaxBody       int64         // bytes of one answer; 16 MiB
	MaxRetryAfter time.Duration // the longest pause a RateLimitError asks for; 1 h
	Rate          rate.Limit    // requests per second; 10
	Burst         int           // requests at once; 10
	BreakAfter    uint32        // failed calls in a row that open the breaker; 5
	BreakFor      time.Duration // how long the breaker stays open; 30 s

	// SurelyNot lists the statuses from 500 up with which the tool promises
	// that a write did not happen. By default there are none: then every such
	// answer to a write leaves its outcome unknown.
	SurelyNot []int
	// Reason may pick the tool's own error code out of an error's body. Only
	// a short plain word is used; anything else is dropped, since a body may
	// hold personal data.
	Reason func(status int, body []byte) string
	// Observe is told of each request: method, status code or failure word,
	// and the time until the answer's headers; nil observes nothing.
	Observe func(method, outcome string, took time.Duration)
	// Now times requests for Observe; nil leaves the time at zero.
	Now func() time.Time
}

// Client talks to one tool. It is safe for concurrent use.
type Client struct {
	opts    Options
	base    *url.URL
	reads   *retryablehttp.Client
	writes  *http.Client
	limiter *rate.Limiter
	// Reads and writes fail apart: when answers to writes get lost, reading
	// must go on, since only a read can tell what became of them.
	readBreaker  *gobreaker.CircuitBreaker[Reply]
	writeBreaker *gobreaker.CircuitBreaker[Reply]
}

// Reply is what is left of an answer once its body has been decoded.
type Reply struct {
	Status int
	Header http.Header
	Date   time.Time // the server's clock in the Date header; zero when it tells none
}

// New returns a client. It connects to nothing; it refuses a base address that
// is not plain http or https, that carries a password, or that would send
// credentials in the clear to another machine.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.Base, o.Plain)
	if err != nil {
		return nil, err
	}
	o = withDefaults(o)
	c := &Client{opts: o, base: base, limiter: rate.NewLimiter(o.Rate, o.Burst)}
	c.reads = c.readClient()
	c.writes = c.writeClient()
	settings := gobreaker.Settings{
		Timeout:      o.BreakFor,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= o.BreakAfter },
		IsSuccessful: alive,
		IsExcluded:   notTheToolsFault,
	}
	c.readBreaker = gobreaker.NewCircuitBreaker[Reply](settings)
	c.writeBreaker = gobreaker.NewCircuitBreaker[Reply](settings)
	return c, nil
}

// Close drops the idle connections. The client may still be used.
func (c *Client) Close() {
	c.reads.HTTPClient.CloseIdleConnections()
	c.writes.CloseIdleConnections()
}

func withDefaults(o Options) Options {
	o.Timeout = either(o.Timeout, 30*time.Second)
	o.WaitMin = either(o.WaitMin, 500*time.Millisecond)
	o.WaitMax = max(either(o.WaitMax, 8*time.Second), o.WaitMin)
	o.MaxBody = either(o.MaxBody, 16<<20)
	o.MaxRetryAfter = either(o.MaxRetryAfter, time.Hour)
	o.Rate = either(o.Rate, 10)
	o.Burst = either(o.Burst, 10)
	o.BreakAfter = either(o.BreakAfter, 5)
	o.BreakFor = either(o.BreakFor, 30*time.Second)
	o.Retries = max(either(o.Retries, 3), 0)
	return o
}

func either[T comparable](given, otherwise T) T {
	var zero T
	if given == zero {
		return otherwise
	}
	return given
}

// guard runs one call behind a breaker. An open breaker means that nothing was
// sent.
func (c *Client) guard(b *gobreaker.CircuitBreaker[Reply], what string, call func() (Reply, error)) (Reply, error) {
	reply, err := b.Execute(call)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return Reply{}, fmt.Errorf("%s: %w: it failed too often just now and is left alone for %s",
			what, connectors.ErrUnavailable, c.opts.BreakFor)
	}
	return reply, err
}

// alive reports whether the tool answered at all, be it with a refusal.
func alive(err error) bool {
	return !errors.Is(err, connectors.ErrUnavailable) && !errors.Is(err, connectors.ErrUncertain)
}

// notTheToolsFault keeps the caller's own cancelling, and a pause asked for
// politely, out of the breaker's count.
func notTheToolsFault(err error) bool {
	var limited *connectors.RateLimitError
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &limited)
}

// prepare sets what every request carries.
func (c *Client) prepare(ctx context.Context, h http.Header) error {
	for name, values := range c.opts.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	h.Set("Accept", "application/json")
	h.Set("User-Agent", "relanced")
	if c.opts.Authorize == nil {
		return nil
	}
	value, err := c.opts.Authorize(ctx)
	if err != nil {
		return err
	}
	h.Set("Authorization", value)
	return nil
}
