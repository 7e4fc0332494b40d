package rest_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/internal/rest"
)

func TestReadStatus(t *testing.T) {
	for _, tt := range []struct {
		status   int
		want     error
		attempts int64
	}{
		{401, connectors.ErrUnauthorized, 1},
		{403, connectors.ErrUnauthorized, 1},
		{404, connectors.ErrNotFound, 1},
		{409, connectors.ErrConflict, 1},
		{412, connectors.ErrConflict, 1},
		{400, connectors.ErrRejected, 1},
		{422, connectors.ErrRejected, 1},
		{418, connectors.ErrRejected, 1},
		{405, connectors.ErrRejected, 1},
		{410, connectors.ErrRejected, 1},
		{304, connectors.ErrRejected, 1},
		{408, connectors.ErrUnavailable, 4},
		{500, connectors.ErrUnavailable, 4},
		{502, connectors.ErrUnavailable, 4},
		{503, connectors.ErrUnavailable, 4},
		{504, connectors.ErrUnavailable, 4},
		{501, connectors.ErrUnavailable, 1},
	} {
		c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(tt.status) })
		_, err := c.Get(t.Context(), "x", nil, &answer{})
		if !errors.Is(err, tt.want) || count.Load() != tt.attempts {
			t.Errorf("status %d: got %v after %d attempts, want %v after %d", tt.status, err, count.Load(), tt.want, tt.attempts)
		}
	}
}

func TestReadRecovers(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter){
		"503": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"429 at once": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"dropped":         drop,
		"cut":             func(w http.ResponseWriter) { cut(w, `{"ok":tr`) },
		"cut, no length":  func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"ok":tr`)) },
		"empty":           func(http.ResponseWriter) {},
		"cut after value": func(w http.ResponseWriter) { cut(w, `{"ok":true}`) },
	} {
		n := 0
		c, count := served(t, func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Authorization"); got != "Bearer "+token {
				t.Errorf("%s: attempt without credentials: %q", name, got)
			}
			if n++; n <= 2 {
				fault(w)
				return
			}
			ok(w)
		})
		var got answer
		if _, err := c.Get(t.Context(), "x", nil, &got); err != nil || !got.OK || count.Load() != 3 {
			t.Errorf("%s: got %v, %v after %d attempts; want true after 3", name, got.OK, err, count.Load())
		}
	}
}

func TestReadGivesUp(t *testing.T) {
	for name, tt := range map[string]struct {
		fault func(w http.ResponseWriter)
		says  string
	}{
		"cut":  {func(w http.ResponseWriter) { cut(w, `{"ok":`) }, "broke off"},
		"html": {func(w http.ResponseWriter) { _, _ = w.Write([]byte("\n<!DOCTYPE html><p>maintenance")) }, "HTML page"},
		"html type": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("hello"))
		}, "HTML page"},
		"html 503": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("<html>"))
		}, "HTML page"},
		"text":        {func(w http.ResponseWriter) { _, _ = w.Write([]byte("all is well")) }, "not JSON"},
		"wrong shape": {func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"ok":"yes, Mr Martin"}`)) }, `"ok" is not a bool`},
		"two values":  {func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"ok":true}{"ok":false}`)) }, "follows"},
		"dropped":     {drop, "connection closed"},
	} {
		c, _ := served(t, func(w http.ResponseWriter, _ *http.Request) { tt.fault(w) })
		_, err := c.Get(t.Context(), "x", nil, &answer{})
		if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want ErrUnavailable that says %q", name, err, tt.says)
		}
		if strings.Contains(err.Error(), "Martin") {
			t.Errorf("%s: the error repeats the answer: %v", name, err)
		}
	}
}

func TestReadBounds(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter){
		"endless": func(w http.ResponseWriter) {
			for {
				if _, err := w.Write([]byte(strings.Repeat(" ", 1<<16))); err != nil {
					return
				}
			}
		},
		"bomb": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 1 << 10 {
				_, _ = z.Write(make([]byte, 1<<16))
			}
			_ = z.Close()
		},
	} {
		c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { fault(w) })
		_, err := c.Get(t.Context(), "x", nil, &answer{})
		if !errors.Is(err, connectors.ErrUnavailable) || !strings.Contains(err.Error(), "longer than 1048576 bytes") || count.Load() != 1 {
			t.Errorf("%s: got %v after %d attempts", name, err, count.Load())
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 4, 15, 9, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for header, want := range map[string]time.Duration{
		"7":                         7 * time.Second,
		"":                          time.Minute,
		"soon":                      time.Minute,
		"-5":                        time.Minute,
		"3600":                      time.Hour,
		"86400":                     time.Hour,
		"99999999999999999999":      time.Hour,
		date(90 * time.Second):      90 * time.Second,
		date(87600 * time.Hour):     time.Hour,
		"Thu, 99 Foo 2026 00:00:00": time.Minute,
	} {
		for _, write := range []bool{false, true} {
			c, _ := served(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", date(0))
				if header != "" {
					w.Header().Set("Retry-After", header)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			})
			var err error
			if write {
				_, err = c.Write(t.Context(), rest.Write{Path: "x", Body: answer{}}, nil)
			} else {
				_, err = c.Get(t.Context(), "x", nil, nil)
			}
			var limited *connectors.RateLimitError
			if !errors.As(err, &limited) || limited.After != want || !errors.Is(err, connectors.ErrUnavailable) {
				t.Errorf("Retry-After %q, write %v: got %v, want %s", header, write, err, want)
			}
		}
	}
}

func TestLongPauseIsNotWaitedFor(t *testing.T) {
	c, count := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := c.Get(t.Context(), "x", nil, nil)
	if count.Load() != 1 || err == nil {
		t.Errorf("a pause of an hour: got %d attempts, %v; want 1 and an error", count.Load(), err)
	}
}

func TestRedirectStaysOnOrigin(t *testing.T) {
	var stolen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stolen = append(stolen, r.Header.Get("Authorization"))
		ok(w)
	}))
	t.Cleanup(other.Close)
	target := ""
	c, _ := served(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/there":
			ok(w)
		case "/api/here":
			http.Redirect(w, r, "/api/there", http.StatusFound)
		case "/api/loop":
			http.Redirect(w, r, "/api/loop", http.StatusFound)
		default:
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	var got answer
	if _, err := c.Get(t.Context(), "here", nil, &got); err != nil || !got.OK {
		t.Errorf("redirect on the origin: %v", err)
	}
	if _, err := c.Get(t.Context(), "loop", nil, &got); !errors.Is(err, connectors.ErrRejected) {
		t.Errorf("redirect without end: %v", err)
	}
	for _, target = range []string{other.URL + "/x?token=leak", "//evil.example/x", "ftp://x/", "", "http://[::bad"} {
		_, err := c.Get(t.Context(), "away", nil, &got)
		if err == nil || strings.Contains(err.Error(), "leak") || strings.Contains(err.Error(), "evil") {
			t.Errorf("redirect to %q: got %v", target, err)
		}
	}
	if len(stolen) > 0 {
		t.Errorf("the other origin was asked with %q", stolen)
	}
}

func TestFollowStaysOnOrigin(t *testing.T) {
	c, count := served(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
	if _, err := c.Follow(t.Context(), "/api/x?page=2", &answer{}); err != nil || count.Load() != 1 {
		t.Fatalf("a link on the origin: %v", err)
	}
	for _, link := range []string{
		"https://127.0.0.1/api/x", "http://127.0.0.1:1/api/x", "//169.254.169.254/latest", "http://user:pw@127.0.0.1/", "",
		"http://127.0.0.1.evil.example/", "file:///etc/passwd", "http://localhost/api",
	} {
		if _, err := c.Follow(t.Context(), link, &answer{}); !errors.Is(err, connectors.ErrRejected) {
			t.Errorf("Follow(%q) = %v, want ErrRejected", link, err)
		}
	}
	if count.Load() != 1 {
		t.Errorf("%d requests were made, want 1", count.Load())
	}
}

func TestReadCancelled(t *testing.T) {
	c, _ := served(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := c.Get(ctx, "x", nil, nil)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, connectors.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable and context.Canceled", err)
	}
}

func TestReadTimesOut(t *testing.T) {
	c, count := served(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(o *rest.Options) { o.Timeout = 30 * time.Millisecond; o.Retries = 1 })
	_, err := c.Get(t.Context(), "x", nil, nil)
	if !errors.Is(err, connectors.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || count.Load() != 2 {
		t.Errorf("got %v after %d attempts, want ErrUnavailable after 2", err, count.Load())
	}
}

func TestNoSecretInErrors(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"echo": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"code":"bad %s %s"}`, r.Header.Get("Authorization"), r.URL.RawQuery)
		},
		"drop": func(w http.ResponseWriter, _ *http.Request) { drop(w) },
		"json": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(token)) },
	} {
		c, _ := served(t, handler, func(o *rest.Options) {
			o.Reason = func(_ int, body []byte) string { return string(body) }
		})
		_, err := c.Get(t.Context(), "x", url.Values{"api_key": {"canary-key"}}, &answer{})
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReasonIsTold(t *testing.T) {
	c, _ := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnprocessableEntity) },
		func(o *rest.Options) { o.Reason = func(int, []byte) string { return "invalid_recipient" } })
	_, err := c.Get(t.Context(), "x", nil, nil)
	if got, want := fmt.Sprint(err), "GET /api/x: rejected: status 422 (invalid_recipient)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFloatsAreRefused(t *testing.T) {
	c, _ := served(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"rows":[{"total":0.1}]}`)) })
	type row struct{ Total float64 }
	if _, err := c.Get(t.Context(), "x", nil, &struct{ Rows []*row }{}); err == nil || !strings.Contains(err.Error(), "float") {
		t.Errorf("a float field was accepted: %v", err)
	}
	var loose map[string]any
	if _, err := c.Get(t.Context(), "x", nil, &loose); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%T", loose["rows"].([]any)[0].(map[string]any)["total"])
	if got != "json.Number" {
		t.Errorf("a number became a %s", got)
	}
}

func TestReplyAndObserve(t *testing.T) {
	var seen []string
	now := time.Date(2026, 4, 15, 9, 0, 0, 0, time.UTC)
	n := 0
	c, _ := served(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Date", now.Format(http.TimeFormat))
		ok(w)
	}, func(o *rest.Options) {
		o.Now = func() time.Time { now = now.Add(time.Second); return now.Truncate(time.Second) }
		o.Observe = func(m, outcome string, took time.Duration) {
			seen = append(seen, fmt.Sprintf("%s %s %s", m, outcome, took))
		}
	})
	reply, err := c.Get(t.Context(), "x", nil, &answer{})
	if err != nil || reply.Status != 200 || reply.Date.IsZero() {
		t.Errorf("got %+v, %v", reply, err)
	}
	if diff := cmp.Diff([]string{"GET 503 1s", "GET 200 1s"}, seen); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}
