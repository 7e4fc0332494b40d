package connectortest_test

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/ledger"
)

// bent is a connector with some of its methods replaced. What is nil is the
// true connector's.
type bent struct {
	connectors.Powers

	check func(ctx context.Context) (connectors.Report, error)
	read  func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error]
	look  func(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error)
	send  func(ctx context.Context, m connectors.Message) (connectors.Receipt, error)
	find  func(ctx context.Context, key string) (connectors.Found, error)
}

func (b *bent) Check(ctx context.Context) (connectors.Report, error) {
	if b.check != nil {
		return b.check(ctx)
	}
	return b.Connector.Check(ctx)
}

func (b *bent) Read(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	if b.read != nil {
		return b.read(ctx, scope, since)
	}
	return b.Reader.Read(ctx, scope, since)
}

func (b *bent) Look(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
	if b.look != nil {
		return b.look(ctx, customer, items)
	}
	return b.Looker.Look(ctx, customer, items)
}

func (b *bent) Send(ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
	if b.send != nil {
		return b.send(ctx, m)
	}
	return b.Sender.Send(ctx, m)
}

func (b *bent) Find(ctx context.Context, key string) (connectors.Found, error) {
	if b.find != nil {
		return b.find(ctx, key)
	}
	return b.Finder.Find(ctx, key)
}

// breaks is a way to break the fake.
type breaks func(f *connectortest.FakeTool)

// wrap breaks each connector that is opened.
func wrap(bend func(b *bent)) breaks {
	return func(f *connectortest.FakeTool) {
		f.Wrap = func(c connectors.Connector) connectors.Connector {
			b := &bent{Powers: connectors.PowersOf(c)}
			bend(b)
			return b
		}
	}
}

// pages edits each page that is read; i counts from 0.
func pages(edit func(scope connectors.Scope, i int, p *connectors.Page)) breaks {
	return wrap(func(b *bent) {
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			return func(yield func(connectors.Page, error) bool) {
				i := 0
				for p, err := range b.Reader.Read(ctx, scope, since) {
					if err == nil {
						edit(scope, i, &p)
					}
					if i++; !yield(p, err) {
						return
					}
				}
			}
		}
	})
}

// whole edits all pages of a reading at once.
func whole(edit func(scope connectors.Scope, all []connectors.Page) []connectors.Page) breaks {
	return wrap(func(b *bent) {
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			return func(yield func(connectors.Page, error) bool) {
				all, failed := collect(b.Reader.Read(ctx, scope, since))
				for _, p := range edit(scope, all) {
					if !yield(p, nil) {
						return
					}
				}
				if failed != nil {
					yield(connectors.Page{}, failed)
				}
			}
		}
	})
}

func collect(seq iter.Seq2[connectors.Page, error]) (all []connectors.Page, failed error) {
	for p, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, p)
	}
	return all, nil
}

// invoices edits each invoice that is read.
func invoices(edit func(i *ledger.Invoice)) breaks {
	return pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
		for i := range p.Invoices {
			edit(&p.Invoices[i])
		}
	})
}

// payments edits each payment that is read.
func payments(edit func(p *ledger.Payment)) breaks {
	return pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
		for i := range p.Payments {
			edit(&p.Payments[i])
		}
	})
}

// readErrors changes what a failed reading or look ends with; nil makes it end
// as if all were well.
func readErrors(change func(err error) error) breaks {
	return wrap(func(b *bent) {
		b.read = func(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
			return func(yield func(connectors.Page, error) bool) {
				for p, err := range b.Reader.Read(ctx, scope, since) {
					if err != nil {
						if err = change(err); err == nil {
							p.End = &connectors.End{Complete: scope != connectors.Delta, Count: -1}
						}
					}
					if !yield(p, err) {
						return
					}
				}
			}
		}
		b.look = func(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
			p, err := b.Looker.Look(ctx, customer, items)
			if err != nil {
				err = change(err)
			}
			return p, err
		}
	})
}

// sendErrors changes what a failed Send returns.
func sendErrors(change func(m connectors.Message, err error) error) breaks {
	return wrap(func(b *bent) {
		b.send = func(ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			r, err := b.Sender.Send(ctx, m)
			if err != nil {
				err = change(m, err)
			}
			return r, err
		}
	})
}

// looks edits what a look finds.
func looks(edit func(p *connectors.Page)) breaks {
	return wrap(func(b *bent) {
		b.look = func(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
			p, err := b.Looker.Look(ctx, customer, items)
			edit(&p)
			return p, err
		}
	})
}

// answers edits the text of what the tool answers.
func answers(edit func(body string) string) breaks {
	return func(f *connectortest.FakeTool) {
		f.Proxy = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(kept.Code)
				_, _ = w.Write([]byte(edit(kept.Body.String())))
			})
		}
	}
}

// status answers one status instead of another.
func status(from, to int) breaks {
	return func(f *connectortest.FakeTool) {
		f.Proxy = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				if kept.Code == from {
					w.WriteHeader(to)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(kept.Code)
				_, _ = w.Write(kept.Body.Bytes())
			})
		}
	}
}

// says reports whether an error's text holds a word.
func says(err error, word string) bool { return strings.Contains(err.Error(), word) }
