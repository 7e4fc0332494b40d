package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/relanced/relanced/ledger"
)

// Delivery is one message that reached its recipient.
type Delivery struct {
	Key     string    `json:"key"`
	Body    string    `json:"body_sha256"` // of the request, hexadecimal
	At      time.Time `json:"at"`
	ID      string    `json:"id"`
	To      string    `json:"to"` // mail address; name when there is none
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html,omitempty"`
	Files   []string  `json:"files,omitempty"` // names of attachments, the letter's PDF first as "letter.pdf"
	Sizes   []int     `json:"sizes,omitempty"` // their bytes
}

// postroom is what is delivered and what is on its way.
type postroom struct {
	serial   int
	landed   []Delivery
	inFlight []Delivery // At is when it lands
	posts    map[string]int
	slow     time.Duration
}

// SetDelay sets how long a slow landing takes by the tool's clock.
func (t *Tool) SetDelay(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.post.slow = d
}

// Deliveries lists what has been delivered so far, in order.
func (t *Tool) Deliveries() []Delivery {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.land()
	return slices.Clone(t.post.landed)
}

// Posts tells how often a key was handed over, whatever became of it.
func (t *Tool) Posts(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.post.posts[key]
}

// land delivers what has been on its way long enough. The caller holds the lock.
func (t *Tool) land() {
	now := t.now()
	t.post.inFlight = slices.DeleteFunc(t.post.inFlight, func(d Delivery) bool {
		if d.At.After(now) {
			return false
		}
		t.post.landed = append(t.post.landed, d)
		r := t.put(ledger.KindMessage, d.ID, ledger.Message{
			ID: d.ID, Key: d.Key, Channel: ledger.VerbMail, State: ledger.MessageSent, By: ledger.ByUs,
			Day: ledger.DateOf(d.At.In(t.zone)),
		})
		r.updated = d.At.Truncate(time.Second)
		return true
	})
}

// deliver takes a message. It answers once the message has landed.
func (t *Tool) deliver(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the request never came whole: nothing happened
	}
	var m wireMessage
	if err := json.Unmarshal(body, &m); err != nil {
		fail(w, http.StatusBadRequest, "bad_json")
		return
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" || key != m.Key || (m.ToMail == "" && m.ToName == "") {
		fail(w, http.StatusUnprocessableEntity, "no_key_or_recipient")
		return
	}
	d, status := t.accept(key, body, m, r.Header.Get(slowHeader) != "")
	if status >= 400 {
		fail(w, status, "same_key_other_message")
		return
	}
	if t.waitLanding(r, d) {
		answer(w, status, wireReceipt{ID: d.ID, Key: d.Key, At: d.At})
	}
}

// accept puts a message on its way, or finds the one of the same key.
func (t *Tool) accept(key string, body []byte, m wireMessage, slow bool) (Delivery, int) {
	sum := sha256.Sum256(body)
	d := Delivery{Key: key, Body: hex.EncodeToString(sum[:]), To: m.ToMail, Subject: m.Subject, Text: m.Text, HTML: m.HTML}
	if d.To == "" {
		d.To = m.ToName
	}
	if len(m.PDF) > 0 {
		d.Files, d.Sizes = append(d.Files, "letter.pdf"), append(d.Sizes, len(m.PDF))
	}
	for _, a := range m.Attachments {
		d.Files, d.Sizes = append(d.Files, a.Name), append(d.Sizes, len(a.Bytes))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.post.posts == nil {
		t.post.posts = map[string]int{}
	}
	t.post.posts[key]++
	for _, old := range slices.Concat(t.post.landed, t.post.inFlight) {
		if old.Key != key || t.opts.Repeats {
			continue
		}
		if old.Body != d.Body {
			return Delivery{}, http.StatusConflict
		}
		return old, http.StatusOK
	}
	t.post.serial++
	d.ID, d.At = "m-"+strconv.Itoa(t.post.serial), t.now()
	if slow {
		d.At = d.At.Add(t.post.slow)
	}
	t.post.inFlight = append(t.post.inFlight, d)
	t.land()
	return d, http.StatusCreated
}

// waitLanding waits until a message has landed; false: the client has gone.
func (t *Tool) waitLanding(r *http.Request, d Delivery) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for t.Now().Before(d.At) {
		select {
		case <-r.Context().Done():
			return false
		case <-tick.C:
		}
	}
	return true
}

// find tells honestly what has been delivered under a key; what is still on
// its way is not visible.
func (t *Tool) find(w http.ResponseWriter, r *http.Request) {
	yes, no := true, false
	out := wireReceipt{Found: &no, Key: r.FormValue("key")}
	t.mu.Lock()
	t.land()
	for _, d := range t.post.landed {
		if d.Key == out.Key {
			out = wireReceipt{Found: &yes, ID: d.ID, Key: d.Key, At: d.At}
			break
		}
	}
	t.mu.Unlock()
	answer(w, http.StatusOK, out)
}
