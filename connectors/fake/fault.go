package fake

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is a way in which the tool's interface can misbehave.
type Fault string

// The faults. The first group strikes reads and writes alike and applies
// nothing; the second strikes writes.
const (
	Unauthorized Fault = "401"
	Forbidden    Fault = "403"
	Limited      Fault = "429"        // with Retry-After: 7
	LimitedBare  Fault = "429-bare"   // without Retry-After
	LimitedMad   Fault = "429-absurd" // with a Retry-After of centuries
	Broken       Fault = "503"
	CutBody      Fault = "cut-body" // a write is applied before
	Endless      Fault = "endless-body"
	HTML         Fault = "html"
	Hang         Fault = "hang" // no answer until the client goes

	Refused     Fault = "422"
	LostAnswer  Fault = "lost-answer"  // applied, then the connection drops
	LateFailure Fault = "late-failure" // applied, then 503
	SlowLanding Fault = "slow-landing" // applied after SetDelay, even though the client has gone
)

// Chaos makes faults strike by chance, for crash tests.
type Chaos struct {
	Seed        uint64        `json:"seed"`
	LostAnswer  int           `json:"lost_answer"`  // of a thousand writes
	SlowLanding int           `json:"slow_landing"` // of a thousand writes
	Slow        time.Duration `json:"slow"`         // nanoseconds in JSON
	Broken      int           `json:"broken"`       // of a thousand requests
}

type faults struct {
	armed Fault
	times int // negative: until disarmed
	chaos Chaos
	dice  *rand.Rand
}

// slowHeader marks a request inside the tool; a client's own is removed.
const slowHeader = "X-Fake-Slow"

// Arm makes a fault strike the next requests it can strike; times below zero:
// until Disarm. It replaces what was armed.
func (t *Tool) Arm(f Fault, times int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults.armed, t.faults.times = f, times
}

// Disarm ends all faults.
func (t *Tool) Disarm() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = faults{}
}

// Unsettle makes faults strike by chance from now on.
func (t *Tool) Unsettle(c Chaos) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults.chaos, t.faults.dice = c, rand.New(rand.NewPCG(c.Seed, 1))
	if c.Slow > 0 {
		t.post.slow = c.Slow
	}
}

// nextFault takes the fault that strikes a request; empty: none does.
func (t *Tool) nextFault(write bool) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &t.faults
	if f.times != 0 && (write || !writesOnly(f.armed)) {
		if f.times > 0 {
			f.times--
		}
		return f.armed
	}
	if f.dice == nil {
		return ""
	}
	roll := f.dice.IntN(1000)
	switch c := f.chaos; {
	case roll < c.Broken:
		return Broken
	case write && roll < c.Broken+c.LostAnswer:
		return LostAnswer
	case write && roll < c.Broken+c.LostAnswer+c.SlowLanding:
		return SlowLanding
	default:
		return ""
	}
}

func writesOnly(f Fault) bool {
	switch f {
	case Refused, LostAnswer, LateFailure, SlowLanding:
		return true
	default:
		return false
	}
}

// throughFaults serves a request unless a fault strikes it.
func (t *Tool) throughFaults(w http.ResponseWriter, r *http.Request, next http.Handler) {
	r.Header.Del(slowHeader)
	// The request is read whole first: only then has it surely left the
	// client, and only then does the server notice that the client has gone.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it never came whole: nothing happens
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	write := r.Method != http.MethodGet
	switch f := t.nextFault(write); f {
	case "":
		next.ServeHTTP(w, r)
	case Unauthorized, Forbidden, Broken, Refused:
		status, _ := strconv.Atoi(string(f))
		fail(w, status, "fault")
	case Limited, LimitedBare, LimitedMad:
		if after := map[Fault]string{Limited: "7", LimitedMad: "99999999999999"}[f]; after != "" {
			w.Header().Set("Retry-After", after)
		}
		fail(w, http.StatusTooManyRequests, "slow_down")
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Maintenance</title><p>Back soon."))
	case Endless:
		endless(w)
	case Hang:
		<-r.Context().Done()
	case SlowLanding:
		r.Header.Set(slowHeader, "1")
		next.ServeHTTP(w, r)
	case LostAnswer, LateFailure, CutBody:
		kept := &recorder{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(kept, r)
		spoilAnswer(w, kept, f)
	}
}

func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	blank := []byte("{" + strings.Repeat(" ", 1<<15))
	for {
		if _, err := w.Write(blank); err != nil {
			return
		}
		blank = blank[len(blank)-1<<15:]
	}
}

// spoilAnswer loses the answer to something that has been done.
func spoilAnswer(w http.ResponseWriter, kept *recorder, f Fault) {
	body := kept.body.Bytes()
	switch f {
	case LateFailure:
		fail(w, http.StatusServiceUnavailable, "late")
		return
	case CutBody:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(kept.status)
		_, _ = w.Write(body[:len(body)/2])
	default: // nothing of it goes out
	}
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = buf.Flush()
	_ = conn.Close()
}

// recorder keeps an answer back.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
