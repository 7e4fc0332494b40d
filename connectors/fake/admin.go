package fake

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/relanced/relanced/ledger"
)

// WithAdmin is Handler and, below /admin/, what a test in another process needs
// to play the tool's users. It asks for no token and has no place in any other
// program.
//
//	GET  /admin/deliveries   what was delivered, and how often per key
//	POST /admin/customers    a ledger.Customer
//	POST /admin/contacts     a ledger.Contact
//	POST /admin/invoices     a ledger.Invoice
//	POST /admin/payments     {"payment": ledger.Payment, "settles": [ledger.Allocation]}
//	POST /admin/credits      {"credit": ledger.Credit, "settles": [ledger.Allocation]}
//	POST /admin/faults       {"fault": "lost-answer", "times": 3}
//	POST /admin/chaos        a Chaos
func (t *Tool) WithAdmin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", t.Handler())
	mux.HandleFunc("GET /admin/deliveries", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, t.Ledger()) })
	mux.HandleFunc("POST /admin/customers", taking(t.PutCustomer))
	mux.HandleFunc("POST /admin/contacts", taking(t.PutContact))
	mux.HandleFunc("POST /admin/invoices", taking(t.PutInvoice))
	mux.HandleFunc("POST /admin/chaos", taking(t.Unsettle))
	mux.HandleFunc("POST /admin/payments", taking(func(in order) { t.PutPayment(in.Payment, in.Settles...) }))
	mux.HandleFunc("POST /admin/credits", taking(func(in order) { t.PutCredit(in.Credit, in.Settles...) }))
	mux.HandleFunc("POST /admin/faults", taking(func(in order) { t.Arm(in.Fault, in.Times) }))
	return mux
}

// order is what the last three paths take, each its part.
type order struct {
	Payment ledger.Payment      `json:"payment"`
	Credit  ledger.Credit       `json:"credit"`
	Settles []ledger.Allocation `json:"settles"`
	Fault   Fault               `json:"fault"`
	Times   int                 `json:"times"`
}

// Ledger is what a crash test judges by: every delivery, how often each key
// was delivered, and how often it was handed over.
type Ledger struct {
	Deliveries []Delivery     `json:"deliveries"`
	Count      map[string]int `json:"count"`
	Posts      map[string]int `json:"posts"`
}

// Ledger tells what was delivered so far.
func (t *Tool) Ledger() Ledger {
	l := Ledger{Deliveries: t.Deliveries(), Count: map[string]int{}, Posts: map[string]int{}}
	for _, d := range l.Deliveries {
		l.Count[d.Key]++
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.Copy(l.Posts, t.post.posts)
	return l
}

func taking[T any](do func(T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		do(in)
		w.WriteHeader(http.StatusNoContent)
	}
}
