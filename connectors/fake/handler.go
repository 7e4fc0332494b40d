package fake

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
)

// Handler is the tool's interface, which a connector speaks to.
func (t *Tool) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/me", t.whoami)
	mux.HandleFunc("GET /v1/changes", t.changes)
	mux.HandleFunc("GET /v1/open", t.openItems)
	mux.HandleFunc("GET /v1/all", t.everything)
	mux.HandleFunc("GET /v1/customers/{id}/look", t.look)
	mux.HandleFunc("POST /v1/messages", t.deliver)
	mux.HandleFunc("GET /v1/messages", t.find)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.count(r)
		if !t.admits(r) {
			fail(w, http.StatusUnauthorized, "bad_token")
			return
		}
		t.throughFaults(w, r, mux)
	})
}

func (t *Tool) count(r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.land()
	if r.Method == http.MethodGet {
		t.reads++
	} else {
		t.writes++
	}
}

func (t *Tool) admits(r *http.Request) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	want := "Bearer " + t.opts.Token
	return subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(want)) == 1
}

func (t *Tool) whoami(w http.ResponseWriter, _ *http.Request) {
	t.mu.Lock()
	me := wireMe{
		Tenant: t.opts.Tenant, Name: "Fake & Fils", Version: "1.0", Zone: t.opts.Zone, ServerTime: t.now(),
		Rights: []string{"read", "send"}, OwnReminders: t.reminders,
	}
	t.mu.Unlock()
	answer(w, http.StatusOK, me)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone; that is its affair
}

func fail(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"error": code})
}
