package rest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/internal/rest"
)

var post = rest.Write{Path: "x", Body: answer{OK: true}, Header: http.Header{"Idempotency-Key": {"k-1"}}}

func TestWriteStatus(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   error
	}{
		{200, nil},
		{201, nil},
		{401, connectors.ErrUnauthorized},
		{403, connectors.ErrUnauthorized},
		{404, connectors.ErrNotFound},
		{409, connectors.ErrConflict},
		{412, connectors.ErrConflict},
		{400, connectors.ErrRejected},
		{422, connectors.ErrRejected},
		{413, connectors.ErrRejected},
		{429, connectors.ErrUnavailable},
		{408, connectors.ErrUncertain},
		{500, connectors.ErrUncertain},
		{502, connectors.ErrUncertain},
		{504, connectors.ErrUncertain},
		{503, connectors.ErrUnavailable}, // 503 is vouched for below
		{302, connectors.ErrUncertain},
		{303, connectors.ErrUncertain},
		{307, connectors.ErrRejected},
		{308, connectors.ErrRejected},
	} {
		c, count := served(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Location", "/api/elsewhere")
			w.WriteHeader(tt.status)
			_, _ = w.Write([]byte(`{"ok":true}`))
		}, func(o *rest.Options) { o.SurelyNot = []int{503} })
		_, err := c.Write(t.Context(), post, nil)
		if !errors.Is(err, tt.want) || count.Load() != 1 {
			t.Errorf("status %d: got %v after %d attempts, want %v after 1", tt.status, err, count.Load(), tt.want)
		}
		if errors.Is(tt.want, connectors.ErrUnavailable) && errors.Is(err, connectors.ErrUncertain) {
			t.Errorf("status %d: both unavailable and uncertain: %v", tt.status, err)
		}
	}
}

func TestWriteOutcomeUnknown(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request){
		"answer lost":  func(w http.ResponseWriter, _ *http.Request) { drop(w) },
		"answer cut":   func(w http.ResponseWriter, _ *http.Request) { cut(w, `{"ok":tr`) },
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>thanks")) },
		"no answer":    func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"empty answer": func(http.ResponseWriter, *http.Request) {},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		},
	} {
		c, count := served(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			fault(w, r)
		}, func(o *rest.Options) { o.Timeout = 300 * time.Millisecond })
		_, err := c.Write(t.Context(), post, &answer{})
		if !errors.Is(err, connectors.ErrUncertain) || errors.Is(err, connectors.ErrUnavailable) || count.Load() != 1 {
			t.Errorf("%s: got %v after %d attempts, want ErrUncertain after 1", name, err, count.Load())
		}
	}
}

func TestWriteSurelyNot(t *testing.T) {
	t.Run("refused connection", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		base := "http://" + l.Addr().String()
		_ = l.Close()
		_, err = client(t, base).Write(t.Context(), post, nil)
		wantUnavailable(t, err)
	})
	t.Run("cancelled before", func(t *testing.T) {
		c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Write(ctx, post, nil)
		wantUnavailable(t, err)
		if !errors.Is(err, context.Canceled) || count.Load() != 0 {
			t.Errorf("got %v after %d requests, want context.Canceled after none", err, count.Load())
		}
	})
	t.Run("reset in the middle of the request", func(t *testing.T) {
		base := raw(t, func(conn net.Conn) {
			_, _ = io.ReadFull(conn, make([]byte, 100))
			_ = conn.(*net.TCPConn).SetLinger(0)
		})
		_, err := client(t, base).Write(t.Context(), rest.Write{Path: "x", Body: strings.Repeat("x", 24<<20)}, nil)
		wantUnavailable(t, err)
	})
	t.Run("deadline in the middle of the request", func(t *testing.T) {
		base := raw(t, func(conn net.Conn) {
			_, _ = io.ReadFull(conn, make([]byte, 100))
			time.Sleep(500 * time.Millisecond)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_, err := client(t, base).Write(ctx, rest.Write{Path: "x", Body: strings.Repeat("x", 24<<20)}, nil)
		wantUnavailable(t, err)
	})
}

func TestWriteIsNeverRepeatedByTheTransport(t *testing.T) {
	var conns atomic.Int64
	base := raw(t, func(conn net.Conn) {
		conns.Add(1)
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.Copy(io.Discard, r.Body) // took it, says nothing
		}
	})
	c := client(t, base)
	for range 3 {
		if _, err := c.Write(t.Context(), post, nil); !errors.Is(err, connectors.ErrUncertain) {
			t.Fatalf("got %v, want ErrUncertain", err)
		}
	}
	if got := conns.Load(); got != 3 {
		t.Errorf("3 writes made %d connections", got)
	}
}

func TestWriteWithoutBody(t *testing.T) {
	c, _ := served(t, func(w http.ResponseWriter, _ *http.Request) { drop(w) })
	if _, err := c.Write(t.Context(), rest.Write{Method: http.MethodDelete, Path: "x"}, nil); !errors.Is(err, connectors.ErrUncertain) {
		t.Errorf("got %v, want ErrUncertain", err)
	}
}

func TestBreaker(t *testing.T) {
	broken := atomic.Bool{}
	broken.Store(true)
	c, count := served(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil || broken.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		ok(w)
	}, func(o *rest.Options) { o.BreakAfter = 3; o.BreakFor = 100 * time.Millisecond; o.Retries = -1 })
	read := func() error { _, err := c.Get(t.Context(), "x", nil, nil); return err }
	write := func() error { _, err := c.Write(t.Context(), post, nil); return err }
	for name, call := range map[string]struct {
		do    func() error
		other func() error
		gives error
	}{"reads": {read, write, connectors.ErrUnavailable}, "writes": {write, read, connectors.ErrUncertain}} {
		broken.Store(true)
		for range 3 {
			if err := call.do(); !errors.Is(err, call.gives) {
				t.Errorf("%s, closed breaker: got %v, want %v", name, err, call.gives)
			}
		}
		before := count.Load()
		wantUnavailable(t, call.do())
		if count.Load() != before {
			t.Errorf("%s: an open breaker let a request through", name)
		}
		broken.Store(false)
		if err := call.other(); err != nil {
			t.Errorf("%s: the breaker stopped the other kind of request too: %v", name, err)
		}
		time.Sleep(150 * time.Millisecond)
		if err := call.do(); err != nil {
			t.Errorf("%s, half-open breaker: %v", name, err)
		}
	}
}

func TestRefusalsDoNotOpenTheBreaker(t *testing.T) {
	c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		func(o *rest.Options) { o.BreakAfter = 2 })
	for range 5 {
		_, _ = c.Get(t.Context(), "x", nil, nil)
	}
	if count.Load() != 5 {
		t.Errorf("%d of 5 requests were made", count.Load())
	}
}

func TestRateLimitLeavesNothingHalfSent(t *testing.T) {
	c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) },
		func(o *rest.Options) { o.Rate = 0.001; o.Burst = 1 })
	if _, err := c.Get(t.Context(), "x", nil, &answer{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Write(ctx, post, nil)
	wantUnavailable(t, err)
	if count.Load() != 1 {
		t.Errorf("%d requests were made, want 1", count.Load())
	}
}

func TestBase(t *testing.T) {
	for base, good := range map[string]bool{
		"https://erp.example/api": true, "http://127.0.0.1:8080": true, "http://localhost": true, "http://[::1]:1/": true,
		"http://erp.example": false, "https://user:pw@erp.example": false, "ftp://erp.example": false, "": false,
		"erp.example": false, "https://erp.example/?key=1": false, "https://": false, "https://:443": false, "http://1.2.3.4": false,
	} {
		_, err := rest.New(rest.Options{Base: base})
		if (err == nil) != good {
			t.Errorf("New(%q) = %v, want accepted %v", base, err, good)
		}
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("New(%q) repeats the password: %v", base, err)
		}
	}
	if _, err := rest.New(rest.Options{Base: "http://erp.example", Plain: true}); err != nil {
		t.Errorf("plain http that was asked for: %v", err)
	}
}

func TestPath(t *testing.T) {
	var got string
	c, _ := served(t, func(w http.ResponseWriter, r *http.Request) { got = r.RequestURI; ok(w) })
	for id, want := range map[string]string{
		"C 1/2?x#y": "/api/customers/C%201%2F2%3Fx%23y/look", "..": "/api/customers/%2E%2E/look", "é": "/api/customers/%C3%A9/look",
	} {
		if _, err := c.Get(t.Context(), rest.Path("customers", id, "look"), nil, &answer{}); err != nil || got != want {
			t.Errorf("id %q: asked for %q, %v; want %q", id, got, err, want)
		}
	}
}

// raw serves connections one by one and returns its address.
func raw(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String()
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, connectors.ErrUnavailable) || errors.Is(err, connectors.ErrUncertain) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
