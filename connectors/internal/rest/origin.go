package rest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/relanced/relanced/connectors"
)

// errForeign refuses a link or redirect that leaves the configured origin. Its
// target is not told: it may carry a token.
var errForeign = fmt.Errorf("%w: the answer points to another origin than the configured one", connectors.ErrRejected)

// parseBase reads the configured address. Its errors never repeat it, since a
// password may stand in it.
func parseBase(text string, plain bool) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, errors.New("the address is not of the form https://host/path")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the address must not carry a user, password, query or fragment")
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && (plain || loopback(u.Hostname())):
	case u.Scheme == "http":
		return nil, errors.New("the address must use https: over http the credentials travel in the clear")
	default:
		return nil, errors.New("the address must start with https://")
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Path joins segments to a path, each escaped, so that an id with a slash, a
// question mark or dots in it stays one segment.
func Path(segments ...string) string {
	escaped := make([]string, len(segments))
	for i, s := range segments {
		escaped[i] = url.PathEscape(s)
		if s == "." || s == ".." {
			escaped[i] = strings.ReplaceAll(s, ".", "%2E")
		}
	}
	return strings.Join(escaped, "/")
}

// at returns the address of a path below the base.
func (c *Client) at(path string, query url.Values) *url.URL {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	return u
}

// link resolves a next-page link or a redirect's target, which must stay on
// the configured origin.
func (c *Client) link(from *url.URL, target string) (*url.URL, error) {
	ref, err := url.Parse(target)
	if err != nil || target == "" {
		return nil, fmt.Errorf("%w: the answer holds a link that is none", connectors.ErrRejected)
	}
	u := from.ResolveReference(ref)
	if u.User != nil || !sameOrigin(c.base, u) {
		return nil, errForeign
	}
	u.Fragment = ""
	return u, nil
}

func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) &&
		strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	default:
		return "80"
	}
}

// what names a request in errors: the method and the path, never the query.
func what(method string, u *url.URL) string { return method + " " + u.EscapedPath() }
