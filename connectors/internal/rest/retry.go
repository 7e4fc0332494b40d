package rest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
)

// againError marks a read that may be tried again at once: its answer broke off.
type againError struct{ error }

// Unwrap gives what happened.
func (e againError) Unwrap() error { return e.error }

// checkRetry decides whether a read is tried again. It is asked twice for an
// answer that looks good: for its status, then for its body.
func (c *Client) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		var judged *statusError
		var again againError
		switch {
		case errors.As(err, &again):
			return true, nil
		case errors.As(err, &judged), errors.Is(err, errBody), errors.Is(err, connectors.ErrRejected):
			return false, nil
		default:
			return retryable(err), nil
		}
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		after, told := retryAfter(resp.Header)
		return !told || after <= c.opts.WaitMax, nil
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true, nil
	default:
		return false, nil
	}
}

// retryable says whether a transport failure may pass by itself.
func retryable(err error) bool {
	switch cause(err) {
	case "certificate not trusted", "no TLS agreement", "cancelled":
		return false
	default:
		return true
	}
}

// backoff waits longer each time, with full jitter, so that many connections
// do not come back together. A pause the tool asks for is kept; checkRetry has
// already refused one that is too long.
func (c *Client) backoff(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
	ceiling := longest
	if attempt < 16 {
		ceiling = min(longest, 2*shortest<<attempt)
	}
	wait := rand.N(ceiling) + 1
	if resp != nil {
		if after, told := retryAfter(resp.Header); told {
			wait = min(max(wait, after), longest)
		}
	}
	return wait
}

// retryAfter reads the Retry-After header: seconds, or a date that is measured
// against the server's own Date header, never against our clock. told is false
// when there is none or it makes no sense.
func retryAfter(h http.Header) (after time.Duration, told bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0, false
	}
	if strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds > 1<<31 {
			seconds = 1 << 31 // absurd: as long as the caller's bound allows
		}
		return time.Duration(seconds) * time.Second, true
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	return max(until.Sub(now), 0), true
}

// fallbackAfter is the pause when a tool limits us and names none.
const fallbackAfter = time.Minute

// pause is the wait a RateLimitError asks for: at least a second, at most the
// option's bound.
func (c *Client) pause(h http.Header) time.Duration {
	after, told := retryAfter(h)
	if !told {
		after = fallbackAfter
	}
	return min(max(after, time.Second), c.opts.MaxRetryAfter)
}
