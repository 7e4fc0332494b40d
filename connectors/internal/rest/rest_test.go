package rest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/relanced/relanced/connectors/internal/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "canary-t0ken"

// served starts a server and returns a client of it and a count of requests.
func served(t *testing.T, handler http.HandlerFunc, change ...func(*rest.Options)) (*rest.Client, *atomic.Int64) {
	t.Helper()
	count := &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		handler(w, r)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return client(t, server.URL+"/api", change...), count
}

func client(t *testing.T, base string, change ...func(*rest.Options)) *rest.Client {
	t.Helper()
	o := rest.Options{
		Base: base, Timeout: 3 * time.Second, WaitMin: time.Millisecond, WaitMax: 4 * time.Millisecond,
		MaxBody: 1 << 20, Rate: 1e6, Burst: 1000, BreakAfter: 1000,
		Authorize: func(context.Context) (string, error) { return "Bearer " + token, nil },
	}
	for _, f := range change {
		f(&o)
	}
	c, err := rest.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

type answer struct {
	OK   bool   `json:"ok"`
	Next string `json:"next"`
}

func ok(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"ok":true}`))
}

// cut answers half of what it announced.
func cut(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "4096")
	_, _ = w.Write([]byte(body))
	drop(w)
}

// drop closes the connection as it is.
func drop(w http.ResponseWriter) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_ = buf.Flush()
	_ = conn.Close()
}
