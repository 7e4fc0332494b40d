package connectortest

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/fake"
	"github.com/relanced/relanced/ledger"
)

// FakeTool is connectors/fake as the suite's Tool. It can do everything the
// suite asks for.
type FakeTool struct {
	*fake.Tool

	// Wrap and Proxy break the connector or what it hears, for mutants.
	Wrap  func(connectors.Connector) connectors.Connector
	Proxy func(http.Handler) http.Handler

	server *httptest.Server
	dir    string
	closed string // an address nobody listens on

	mu          sync.Mutex
	unreachable bool
}

const (
	fakeToken = "fake-canary-token-4242"    //nolint:gosec // a canary that must never be seen again
	badToken  = "fake-canary-stranger-6666" //nolint:gosec // another
	fakePage  = 10
)

// NewFake returns the fake behind a server of its own, which ends with the test.
func NewFake(tb testing.TB) *FakeTool {
	tb.Helper()
	f := &FakeTool{Tool: fake.New(fake.Options{Token: fakeToken, PageSize: fakePage}), dir: tb.TempDir()}
	f.SetDelay(Landing)
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := f.Handler()
		if f.Proxy != nil {
			handler = f.Proxy(handler)
		}
		handler.ServeHTTP(w, r)
	}))
	tb.Cleanup(f.Close)
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("find a closed port: %v", err)
	}
	f.closed = "http://" + l.Addr().String()
	_ = l.Close()
	for name, token := range map[string]string{"token": fakeToken, "stranger": badToken} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(token+"\n"), 0o600); err != nil {
			tb.Fatalf("write token: %v", err)
		}
	}
	return f
}

// Close stops the server before the test ends. It may be called again.
func (f *FakeTool) Close() {
	f.server.CloseClientConnections()
	f.server.Close()
}

// Open implements Tool.
func (f *FakeTool) Open() (connectors.Connector, error) { return f.open("token") }

// OpenStranger implements Stranger.
func (f *FakeTool) OpenStranger() (connectors.Connector, error) { return f.open("stranger") }

func (f *FakeTool) open(token string) (connectors.Connector, error) {
	cfg := &fake.Config{URL: f.server.URL, Timeout: 5 * time.Second, Wait: 200 * time.Microsecond, MaxBody: 1 << 20}
	f.mu.Lock()
	if f.unreachable {
		cfg.URL = f.closed
	}
	f.mu.Unlock()
	if err := cfg.Token.UnmarshalText([]byte("file:" + token)); err != nil {
		return nil, err
	}
	c, err := cfg.Open(connectors.Env{Connection: "fake", Dir: f.dir, Now: f.Now})
	if err == nil && f.Wrap != nil {
		c = f.Wrap(c)
	}
	return c, err
}

// PutCustomer implements Books.
func (f *FakeTool) PutCustomer(c ledger.Customer) (ledger.Customer, error) {
	f.Tool.PutCustomer(c)
	return c, nil
}

// PutInvoice implements Books.
func (f *FakeTool) PutInvoice(i ledger.Invoice) (ledger.Invoice, error) {
	f.Tool.PutInvoice(i)
	return i, nil
}

// PutPayment implements Books.
func (f *FakeTool) PutPayment(p ledger.Payment, settles ...ledger.Allocation) (ledger.Payment, error) {
	f.Tool.PutPayment(p, settles...)
	return p, nil
}

// PutCredit implements CreditBooks.
func (f *FakeTool) PutCredit(c ledger.Credit, settles ...ledger.Allocation) (ledger.Credit, error) {
	f.Tool.PutCredit(c, settles...)
	return c, nil
}

// Received implements Mailbox.
func (f *FakeTool) Received() []Received {
	var all []Received
	for _, d := range f.Deliveries() {
		all = append(all, Received{Key: d.Key, To: d.To, Subject: d.Subject, Text: d.Text, Files: d.Files, Sizes: d.Sizes})
	}
	return all
}

// PageSize implements Paged.
func (*FakeTool) PageSize() int { return fakePage }

// Secrets implements Secretive.
func (*FakeTool) Secrets() []string { return []string{fakeToken, badToken} }

//nolint:gochecknoglobals // a compiled-in table
var fakeFaults = map[Fault]fake.Fault{
	Fault401: fake.Unauthorized, Fault403: fake.Forbidden, Fault429: fake.Limited, Fault429Bare: fake.LimitedBare,
	Fault429Absurd: fake.LimitedMad, Fault503: fake.Broken, FaultCutBody: fake.CutBody, FaultEndlessBody: fake.Endless,
	FaultHTML: fake.HTML, FaultHang: fake.Hang, FaultRejected: fake.Refused, FaultLostAnswer: fake.LostAnswer,
	FaultLateFailure: fake.LateFailure, FaultSlowLanding: fake.SlowLanding,
}

// Faults implements Faulty.
func (*FakeTool) Faults() []Fault {
	var all []Fault
	for f := range lastFault {
		all = append(all, f)
	}
	return all
}

// Arm implements Faulty.
func (f *FakeTool) Arm(fault Fault, times int) error {
	f.Disarm()
	if fault == FaultUnreachable {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.unreachable = true
		return nil
	}
	known, ok := fakeFaults[fault]
	if !ok {
		return errors.ErrUnsupported
	}
	f.Tool.Arm(known, times)
	return nil
}

// Disarm implements Faulty.
func (f *FakeTool) Disarm() {
	f.mu.Lock()
	f.unreachable = false
	f.mu.Unlock()
	f.Tool.Disarm()
}
