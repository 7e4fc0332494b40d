package connectortest_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// TestMutants breaks the fake in every way a connector can be wrong. Each
// mutant names the checks that must kill it, and each check is named by one.
func TestMutants(t *testing.T) {
	t.Parallel()
	checks := map[string]connectortest.Check{}
	for _, c := range connectortest.Checks() {
		if _, twice := checks[c.Name]; twice {
			t.Errorf("two checks are called %s", c.Name)
		}
		checks[c.Name] = c
	}
	killed := map[string]bool{}
	for _, m := range mutants() {
		for name := range strings.FieldsSeq(m.kills) {
			check, known := checks[name]
			if !known {
				t.Errorf("mutant %q names %s, which is no check", m.name, name)
				continue
			}
			killed[name] = true
			t.Run(m.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				tool := connectortest.NewFake(t)
				m.breaks(tool)
				err := connectortest.RunCheck(t.Context(), check, tool)
				if err == nil {
					t.Errorf("the mutant survives")
				} else {
					t.Log(err)
				}
			})
		}
	}
	for name := range checks {
		if !killed[name] {
			t.Errorf("no mutant shows that %s can fail", name)
		}
	}
}

type mutant struct {
	name   string
	kills  string // names of checks, parted by spaces
	breaks breaks
}

func mutants() []mutant {
	var all []mutant
	for _, group := range [][]mutant{
		openMutants(), readMutants(), cursorMutants(), moneyMutants(), faultMutants(), unknownMutants(),
		sendMutants(), findMutants(), lookMutants(), secretMutants(),
	} {
		all = append(all, group...)
	}
	return all
}

func openMutants() []mutant {
	var n atomic.Int64
	return []mutant{
		{"connects when opened", "open/no-network", wrap(func(b *bent) { _, _ = b.Connector.Check(context.Background()) })},
		{"check ignores errors", "check/refuses-bad-credentials", wrap(func(b *bent) {
			b.check = func(ctx context.Context) (connectors.Report, error) { r, _ := b.Connector.Check(ctx); return r, nil }
		})},
		{"identity of the moment", "check/identity-stable", report(func(r *connectors.Report) { r.Identity = fmt.Sprint(n.Add(1)) })},
		{"zone by its nickname", "check/zone-is-known", report(func(r *connectors.Report) { r.Zone = "CEST" })},
		{"check sends a test message", "check/changes-nothing", wrap(func(b *bent) {
			b.check = func(ctx context.Context) (connectors.Report, error) {
				_, _ = b.Sender.Send(ctx, connectors.Message{Key: "test", To: connectors.Recipient{Mail: "me@nous.example"}})
				return b.Connector.Check(ctx)
			}
		})},
	}
}

func report(edit func(r *connectors.Report)) breaks {
	return wrap(func(b *bent) {
		b.check = func(ctx context.Context) (connectors.Report, error) {
			r, err := b.Connector.Check(ctx)
			edit(&r)
			return r, err
		}
	})
}

func readMutants() []mutant {
	bare := func(p connectors.Page) connectors.Page {
		return connectors.Page{Stream: p.Stream, Next: p.Next, End: p.End}
	}
	return []mutant{
		{"drops the last page", "changes/full paging/more-than-one-page", whole(func(_ connectors.Scope, all []connectors.Page) []connectors.Page {
			if last := len(all) - 1; last >= 0 {
				all[last] = bare(all[last])
			}
			return all
		})},
		{"reads the first page only", "changes/full paging/more-than-one-page", whole(func(_ connectors.Scope, all []connectors.Page) []connectors.Page {
			if len(all) > 1 {
				all[0].End = all[len(all)-1].End
				all = all[:1]
			}
			return all
		})},
		{"all on one page", "paging/more-than-one-page", whole(oneBigPage)},
		{"repeats a record on the next page", "paging/each-record-once-per-census", whole(func(_ connectors.Scope, all []connectors.Page) []connectors.Page {
			for i := 1; i < len(all); i++ {
				all[i].Invoices = append(all[i].Invoices, all[i-1].Invoices...)
			}
			return all
		})},
		{"counts one too many", "paging/count-and-sum-add-up", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			if p.End != nil {
				p.End.Count++
			}
		})},
		{"open sum of something else", "paging/count-and-sum-add-up", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			if p.End != nil && len(p.End.Open) > 0 {
				p.End.Open = []money.Amount{money.New(1, money.EUR)}
			}
		})},
		{"deletions dropped", "changes/deleted-is-told changes/random-histories", pages(func(_ connectors.Scope, _ int, p *connectors.Page) { p.Deleted = nil })},
		{"deletions dropped after page 1", "changes/random-histories", pages(func(_ connectors.Scope, i int, p *connectors.Page) {
			if i > 0 {
				p.Deleted = nil
			}
		})},
		{"merges dropped", "changes/merged-is-told", pages(func(_ connectors.Scope, _ int, p *connectors.Page) { p.Merged = nil })},
		{"open sweep from memory", "changes/vanished-from-open changes/paid-leaves-open", staleSweep()},
		{"census without payments", "changes/census-leaves-nothing-out", pages(func(scope connectors.Scope, _ int, p *connectors.Page) {
			if scope == connectors.All {
				p.Payments = nil
			}
		})},
		{"census that is not one", "changes/census-leaves-nothing-out", pages(func(scope connectors.Scope, _ int, p *connectors.Page) {
			if scope == connectors.All && p.End != nil {
				p.End.Complete = false
			}
		})},
		{"does not hear a cancel", "changes/stops-on-cancel", wrap(func(b *bent) {
			b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
				return b.Reader.Read(context.WithoutCancel(ctx), scope, since)
			}
		})},
		{"goes on when told to stop", "changes/consumer-may-stop", wrap(func(b *bent) {
			b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
				return func(yield func(connectors.Page, error) bool) {
					all, err := collect(b.Reader.Read(ctx, scope, since))
					for _, p := range all {
						yield(p, err)
					}
				}
			}
		})},
		{"an end on each page", "changes/end-only-on-complete-stream", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			p.End = &connectors.End{Count: -1, Complete: true}
		})},
		{"no end at all", "changes/end-only-on-complete-stream", pages(func(_ connectors.Scope, _ int, p *connectors.Page) { p.End = nil })},
		{"end after a cut", "changes/cut-stream-has-no-end", readErrors(func(error) error { return nil })},
		{"leaves a goroutine", "read/no-goroutine-left", wrap(func(b *bent) {
			b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
				go func() { <-ctx.Done() }() // the check's own context
				return b.Reader.Read(ctx, scope, since)
			}
		})},
	}
}

func oneBigPage(_ connectors.Scope, all []connectors.Page) []connectors.Page {
	if len(all) == 0 {
		return nil
	}
	big := all[len(all)-1]
	for _, p := range all[:len(all)-1] {
		big.Customers = append(big.Customers, p.Customers...)
		big.Invoices = append(big.Invoices, p.Invoices...)
		big.Payments = append(big.Payments, p.Payments...)
	}
	return []connectors.Page{big}
}

// staleSweep serves the first open sweep again and again.
func staleSweep() breaks {
	return wrap(func(b *bent) {
		var kept []connectors.Page
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			if scope != connectors.Open {
				return b.Reader.Read(ctx, scope, since)
			}
			return func(yield func(connectors.Page, error) bool) {
				if kept == nil {
					kept, _ = collect(b.Reader.Read(ctx, scope, since))
				}
				for _, p := range kept {
					if !yield(p, nil) {
						return
					}
				}
			}
		}
	})
}

func cursorMutants() []mutant {
	var n atomic.Int64
	return []mutant{
		{"cursor runs ahead of the page", "changes/resume-from-every-cursor changes/random-histories", whole(func(_ connectors.Scope, all []connectors.Page) []connectors.Page {
			for i := 1; i < len(all); i++ {
				all[i-1].Next = all[i].Next
			}
			return all
		})},
		{"cursor never moves", "changes/unchanged-says-unchanged", pages(func(_ connectors.Scope, _ int, p *connectors.Page) { p.Next = "" })},
		{"cursor ignored", "changes/unchanged-says-unchanged", wrap(func(b *bent) {
			b.read = func(ctx context.Context, scope connectors.Scope, _ connectors.Cursor) iter.Seq2[connectors.Page, error] {
				return b.Reader.Read(ctx, scope, "")
			}
		})},
		{"unchanged, with records", "changes/unchanged-says-unchanged", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			if p.End != nil {
				p.End.Unchanged = !p.End.Unchanged
			}
		})},
		{"unchanged for ever", "changes/change-is-never-unchanged", wrap(func(b *bent) { b.read = unchangedFrom(b, func(c connectors.Cursor) bool { return c != "" }) })},
		{"unchanged from any cursor it cannot read", "changes/unreadable-cursor-loses-nothing", wrap(func(b *bent) {
			b.read = unchangedFrom(b, func(c connectors.Cursor) bool { return c != "" && !strings.Contains(string(c), "since") })
		})},
		{"ids of the moment", "changes/same-page-twice-is-harmless money/each-payment-once", payments(func(p *ledger.Payment) { p.ID += "-" + strconv.FormatInt(n.Add(1), 10) })},
		{"error comes with a cursor", "changes/no-mutation-of-cursor-on-error", wrap(func(b *bent) {
			b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
				return func(yield func(connectors.Page, error) bool) {
					for p, err := range b.Reader.Read(ctx, scope, since) {
						if err != nil {
							p.Next = `{"since":99999999999}`
						}
						if !yield(p, err) {
							return
						}
					}
				}
			}
		})},
		{"moves on in memory after an error", "changes/no-mutation-of-cursor-on-error", forgetful()},
		{"strictly after the cursor", "changes/ties-in-one-second changes/random-histories", strictly()},
		{"page drift", "changes/row-inserted-while-paging", drift},
		{"trusts a cursor from the future", "changes/future-cursor-loses-nothing", func(f *connectortest.FakeTool) {
			var highest atomic.Value
			highest.Store("")
			answers(func(body string) string {
				_, rest, ok := strings.Cut(body, `"server_time":"`)
				if !ok {
					return body
				}
				now, _, _ := strings.Cut(rest, `"`)
				if now > highest.Load().(string) {
					highest.Store(now)
				}
				return strings.Replace(body, now, highest.Load().(string), 1)
			})(f)
		}},
	}
}

func unchangedFrom(b *bent, is func(connectors.Cursor) bool) func(context.Context, connectors.Scope, connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
		if !is(since) {
			return b.Reader.Read(ctx, scope, since)
		}
		return func(yield func(connectors.Page, error) bool) {
			yield(connectors.Page{Next: since, End: &connectors.End{Unchanged: true, Count: -1}}, nil)
		}
	}
}

// forgetful skips what it could not read.
func forgetful() breaks {
	return wrap(func(b *bent) {
		failed := false
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			return func(yield func(connectors.Page, error) bool) {
				skip := failed
				for p, err := range b.Reader.Read(ctx, scope, since) {
					if err != nil {
						failed = true
					} else if skip {
						p.Invoices, skip = nil, false
					}
					if !yield(p, err) {
						return
					}
				}
			}
		}
	})
}

// strictly asks for what is later than the cursor, without overlap.
func strictly() breaks {
	return func(f *connectortest.FakeTool) {
		f.Proxy = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				query := r.URL.Query()
				if since, err := time.Parse(time.RFC3339, query.Get("since")); err == nil {
					query.Set("since", since.Add(10*time.Minute+time.Second).Format(time.RFC3339))
					r.URL.RawQuery = query.Encode()
				}
				next.ServeHTTP(w, r)
			})
		}
	}
}

// drift passes over rows that come while it pages, and its cursor is the time
// at which it finished.
func drift(f *connectortest.FakeTool) {
	wrap(func(b *bent) {
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			return func(yield func(connectors.Page, error) bool) {
				known := map[string]bool{}
				before, _ := collect(b.Reader.Read(ctx, scope, since))
				for _, p := range before {
					for _, i := range p.Invoices {
						known[i.ID] = true
					}
				}
				for p, err := range b.Reader.Read(ctx, scope, since) {
					var kept []ledger.Invoice
					for _, i := range p.Invoices {
						if known[i.ID] {
							kept = append(kept, i)
						}
					}
					p.Invoices = kept
					if p.End != nil && scope == connectors.Delta {
						p.Next = connectors.Cursor(fmt.Sprintf(`{"since":%d}`, f.Now().Unix()+1))
					}
					if !yield(p, err) {
						return
					}
				}
			}
		}
	})(f)
}
