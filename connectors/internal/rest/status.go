package rest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/relanced/relanced/connectors"
)

// statusError is an answer that says no. It unwraps to what the caller may do.
type statusError struct {
	what    string
	status  int
	reason  string // the tool's own code; empty when it gave none
	verdict error
}

// Error names request, status and the tool's own code, and nothing else.
func (e *statusError) Error() string {
	text := fmt.Sprintf("%s: %v: status %d", e.what, e.verdict, e.status)
	if e.reason != "" {
		text += " (" + e.reason + ")"
	}
	return text
}

// Unwrap gives one of the connectors' errors.
func (e *statusError) Unwrap() error { return e.verdict }

// word is what a tool's own error code must look like to be repeated.
var word = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

func (c *Client) refusal(what string, resp *http.Response, body []byte, verdict error) error {
	reason := ""
	if looksHTML(resp.Header, body) {
		reason = "an HTML page instead of JSON"
	} else if c.opts.Reason != nil {
		if w := c.opts.Reason(resp.StatusCode, body); word.MatchString(w) {
			reason = w
		}
	}
	return &statusError{what: what, status: resp.StatusCode, reason: reason, verdict: verdict}
}

// readVerdict maps the status of a read to what the caller may do; nil: read on.
func (c *Client) readVerdict(resp *http.Response) error {
	switch status := resp.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout, status >= 500:
		return connectors.ErrUnavailable
	default:
		return c.clientVerdict(resp)
	}
}

// clientVerdict maps what a tool answers when it has decided: it is the same
// for reads and writes.
func (c *Client) clientVerdict(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return connectors.ErrUnauthorized
	case http.StatusNotFound:
		return connectors.ErrNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return connectors.ErrConflict
	case http.StatusTooManyRequests:
		return &connectors.RateLimitError{After: c.pause(resp.Header)}
	default:
		return connectors.ErrRejected
	}
}

// writeVerdict maps the status of a write. left tells whether the whole request
// may have left us; from then on an answer that is no decision leaves the
// outcome unknown.
//
//	2xx                            taken
//	307, 308                       the tool asks to be written to elsewhere: not taken
//	other 3xx                      unknown: many tools answer so after having done it
//	408                            unknown, or surely not when the request had not left
//	other 4xx                      decided: see clientVerdict
//	5xx the connector vouches for  surely not
//	other 5xx                      unknown, or surely not when the request had not left
func (c *Client) writeVerdict(resp *http.Response, left func() bool) error {
	switch status := resp.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusTemporaryRedirect, status == http.StatusPermanentRedirect:
		return connectors.ErrRejected
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout:
		return c.clientVerdict(resp)
	case !left(), slices.Contains(c.opts.SurelyNot, status):
		return connectors.ErrUnavailable
	default:
		return connectors.ErrUncertain
	}
}
