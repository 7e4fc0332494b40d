package fake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// TestHistories plays many random histories against the truth.
func TestHistories(t *testing.T) {
	t.Parallel()
	n := uint64(1000)
	if testing.Short() {
		n = 50
	}
	const workers = 4
	for w := range uint64(workers) {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			t.Parallel()
			for seed := w; seed < n; seed += workers {
				tool := connectortest.NewFake(t)
				if err := connectortest.History(t.Context(), tool, seed, 20); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				tool.Close()
			}
		})
	}
}

func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		url, token string
		faults     []string
	}{
		"good":       {"http://127.0.0.1:1", "env:TOKEN", nil},
		"empty":      {"", "", []string{"url", "token"}},
		"clear text": {"http://erp.example", "env:TOKEN", []string{"url"}},
	} {
		cfg := fake.Kind().NewConfig().(*fake.Config)
		cfg.URL = tt.url
		if err := cfg.Token.UnmarshalText([]byte(tt.token)); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, f := range cfg.Validate() {
			keys = append(keys, f.Key)
		}
		if diff := cmp.Diff(tt.faults, keys); diff != "" {
			t.Errorf("%s: faults (-want +got):\n%s", name, diff)
		}
	}
}

func TestKindTellsWhatItCan(t *testing.T) {
	caps, err := fake.Kind().Capabilities()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range caps {
		if slices.Contains([]string{"read", "look", "send", "find"}, c.Name) && !c.Has {
			t.Errorf("the fake cannot %s: %s", c.Name, c.Consequence)
		}
	}
}

func TestRequestsAreObserved(t *testing.T) {
	tool := fake.New(fake.Options{})
	cfg := &fake.Config{URL: serve(t, tool.Handler())}
	t.Setenv("RELANCED_FAKE_TOKEN", "fake-token")
	if err := cfg.Token.UnmarshalText([]byte("env:RELANCED_FAKE_TOKEN")); err != nil {
		t.Fatal(err)
	}
	var seen []string
	c, err := cfg.Open(connectors.Env{Observe: func(method, outcome string, _ time.Duration) { seen = append(seen, method+" "+outcome) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GET 200"}, seen); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
}

// open returns a connector on a server, with its token in a file.
func open(t *testing.T, url, token string) (connectors.Powers, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := &fake.Config{URL: url, Wait: time.Millisecond}
	if err := cfg.Token.UnmarshalText([]byte("file:" + path)); err != nil {
		t.Fatal(err)
	}
	c, err := cfg.Open(connectors.Env{Connection: "fake"})
	if err != nil {
		t.Fatal(err)
	}
	return connectors.PowersOf(c), path
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

func TestRotatedTokenIsSeenWithoutRestart(t *testing.T) {
	tool := fake.New(fake.Options{Token: "first"})
	p, path := open(t, serve(t, tool.Handler()), "first")
	if _, err := p.Connector.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	tool.Rotate("second")
	if _, err := p.Connector.Check(t.Context()); !errors.Is(err, connectors.ErrUnauthorized) {
		t.Errorf("old token: got %v, want ErrUnauthorized", err)
	}
	if err := os.WriteFile(path, []byte("second"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Connector.Check(t.Context()); err != nil {
		t.Errorf("new token: %v", err)
	}
}

func TestVoidDraftAndOwnReminders(t *testing.T) {
	tool := fake.New(fake.Options{Token: "t"})
	p, _ := open(t, serve(t, tool.Handler()), "t")
	tool.PutCustomer(ledger.Customer{ID: "C1"})
	for _, id := range []string{"void", "draft", "good"} {
		total := money.New(100, money.EUR)
		tool.PutInvoice(ledger.Invoice{
			ID: id, Customer: "C1", Number: id, Total: total, Draft: id == "draft", Issued: 700000,
			Items: []ledger.Item{{ID: id + "-1", Ordinal: 1, Total: total, Due: 700030}},
		})
	}
	if err := tool.Void("void"); err != nil {
		t.Fatal(err)
	}
	var drafts, owed []string
	var gone []connectors.Deleted
	for page, err := range p.Reader.Read(t.Context(), connectors.Delta, "") {
		if err != nil {
			t.Fatal(err)
		}
		gone = append(gone, page.Deleted...)
		for _, i := range page.Invoices {
			if i.Draft {
				drafts = append(drafts, i.ID)
			} else {
				owed = append(owed, i.ID)
			}
		}
	}
	if diff := cmp.Diff([]string{"draft"}, drafts) + cmp.Diff([]string{"good"}, owed) +
		cmp.Diff([]connectors.Deleted{{Kind: ledger.KindInvoice, ID: "void"}}, gone); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	tool.SetReminders(true)
	if r, err := p.Connector.Check(t.Context()); err != nil || r.OwnDunning == "" {
		t.Errorf("a tool that reminds by itself: got %q, %v", r.OwnDunning, err)
	}
}

// TestRowInsertedBeforeEachPage has the books move while each page is made.
func TestRowInsertedBeforeEachPage(t *testing.T) {
	tool := fake.New(fake.Options{Token: "t", PageSize: 3})
	p, _ := open(t, serve(t, tool.Handler()), "t")
	put := func(id string) { tool.PutCustomer(ledger.Customer{ID: id}) }
	for i := range 10 {
		put(fmt.Sprintf("C%02d", i))
	}
	n := 0
	tool.OnPage(func() {
		if n++; n <= 5 {
			put(fmt.Sprintf("A%02d", n)) // before all others in the list
			tool.Advance(time.Second)
		}
	})
	seen := map[string]bool{}
	cursor := connectors.Cursor("")
	for range 2 {
		for page, err := range p.Reader.Read(t.Context(), connectors.Delta, cursor) {
			if err != nil {
				t.Fatal(err)
			}
			cursor = page.Next
			for _, c := range page.Customers {
				seen[c.ID] = true
			}
		}
	}
	if len(seen) != 15 {
		t.Errorf("%d of 15 customers were seen", len(seen))
	}
	for page, err := range p.Reader.Read(t.Context(), connectors.All, "") {
		if err != nil {
			t.Fatal(err)
		}
		if page.End != nil && (!page.End.Complete || page.End.Count != 15) {
			t.Errorf("end: %+v, want complete with 15", page.End)
		}
	}
}

// TestCrashHarness is the way a test in another process uses the tool: real
// time, no idempotency, lost answers and slow landings.
func TestCrashHarness(t *testing.T) {
	tool := fake.New(fake.Options{Token: "t", Now: time.Now, Repeats: true})
	url := serve(t, tool.WithAdmin())
	admin(t, url+"/admin/chaos", fake.Chaos{Seed: 1, LostAnswer: 300, SlowLanding: 300, Slow: 20 * time.Millisecond})
	p, _ := open(t, url, "t")
	doubt := map[string]bool{}
	const n = 40
	for i := range n {
		key := fmt.Sprintf("k-%d", i)
		_, err := p.Sender.Send(t.Context(), connectors.Message{Key: key, To: connectors.Recipient{Mail: "a@b.example"}})
		switch {
		case errors.Is(err, connectors.ErrUncertain):
			doubt[key] = true
		case err != nil:
			t.Errorf("send %s: %v", key, err)
		}
	}
	if len(doubt) == 0 {
		t.Error("no answer was lost: the chaos does nothing")
	}
	time.Sleep(50 * time.Millisecond)
	var got fake.Ledger
	resp, err := http.Get(url + "/admin/deliveries")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		key := fmt.Sprintf("k-%d", i)
		if got.Count[key] != 1 || got.Posts[key] != 1 {
			t.Errorf("%s: delivered %d times of %d, want once", key, got.Count[key], got.Posts[key])
		}
		if found, err := p.Finder.Find(t.Context(), key); err != nil || found.Absent {
			t.Errorf("find %s: %+v, %v", key, found, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestRepeatsShowsDuplicates(t *testing.T) {
	for _, repeats := range []bool{false, true} {
		tool := fake.New(fake.Options{Token: "t", Repeats: repeats})
		p, _ := open(t, serve(t, tool.WithAdmin()), "t")
		for range 3 {
			if _, err := p.Sender.Send(t.Context(), connectors.Message{Key: "k", To: connectors.Recipient{Name: "Luc"}}); err != nil {
				t.Fatal(err)
			}
		}
		want := 1
		if repeats {
			want = 3
		}
		if got := tool.Ledger(); got.Count["k"] != want || got.Posts["k"] != 3 {
			t.Errorf("repeats %v: delivered %d times of %d, want %d of 3", repeats, got.Count["k"], got.Posts["k"], want)
		}
	}
}

func TestSameKeyOtherMessageIsAConflict(t *testing.T) {
	tool := fake.New(fake.Options{Token: "t"})
	p, _ := open(t, serve(t, tool.Handler()), "t")
	m := connectors.Message{Key: "k", To: connectors.Recipient{Name: "Luc"}, Text: "one"}
	if _, err := p.Sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.Text = "two"
	if _, err := p.Sender.Send(t.Context(), m); !errors.Is(err, connectors.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
}

func TestAdminPutsTheBooks(t *testing.T) {
	tool := fake.New(fake.Options{Token: "t"})
	url := serve(t, tool.WithAdmin())
	p, _ := open(t, url, "t")
	total := money.New(12000, money.EUR)
	admin(t, url+"/admin/customers", ledger.Customer{ID: "C1", Code: "CLI1"})
	admin(t, url+"/admin/contacts", ledger.Contact{ID: "K1", Customer: "C1", Role: ledger.RolePays, Mail: "a@b.example"})
	admin(t, url+"/admin/invoices", ledger.Invoice{
		ID: "I1", Customer: "C1", Number: "FA1", Issued: 739000, Total: total,
		Items: []ledger.Item{{ID: "I1-1", Ordinal: 1, Due: 739030, Total: total}},
	})
	admin(t, url+"/admin/payments", map[string]any{
		"payment": ledger.Payment{ID: "P1", Customer: "C1", Day: 739010, Amount: money.New(2000, money.EUR)},
		"settles": []ledger.Allocation{{Item: "I1-1", Amount: money.New(2000, money.EUR)}},
	})
	page, err := p.Looker.Look(t.Context(), ledger.Ref{Kind: ledger.KindCustomer, ID: "C1"}, []ledger.Ref{{Kind: ledger.KindItem, ID: "I1-1"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Invoices) != 1 || page.Invoices[0].Items[0].Open.Minor() != 10000 || len(page.Payments) != 1 {
		t.Errorf("look: %+v, want one invoice with 100.00 open and one payment", page)
	}
	if page, err = p.Looker.Look(t.Context(), ledger.Ref{Kind: ledger.KindCustomer, ID: "C9"}, nil); err != nil ||
		!cmp.Equal(page.Deleted, []connectors.Deleted{{Kind: ledger.KindCustomer, ID: "C9"}}) {
		t.Errorf("look at a customer that is not there: %+v, %v", page.Deleted, err)
	}
}

func admin(t *testing.T, url string, body any) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("POST %s: status %d", url, resp.StatusCode)
	}
	http.DefaultClient.CloseIdleConnections()
}
