package connectortest_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/connectortest"
	"github.com/relanced/relanced/ledger"
)

func sendMutants() []mutant {
	var n atomic.Int64
	sends := func(change func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error)) breaks {
		return wrap(func(b *bent) {
			b.send = func(ctx context.Context, m connectors.Message) (connectors.Receipt, error) { return change(b, ctx, m) }
		})
	}
	instead := func(of, is error) breaks {
		return sendErrors(func(_ connectors.Message, err error) error {
			if errors.Is(err, of) {
				return is
			}
			return err
		})
	}
	return []mutant{
		{"cuts the text", "send/delivers-what-was-given", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			m.Text = m.Text[:80]
			return b.Sender.Send(ctx, m)
		})},
		{"leaves out attachments", "send/delivers-what-was-given", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			m.Attachments = nil
			return b.Sender.Send(ctx, m)
		})},
		{"sends twice", "send/once-per-key", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			r, err := b.Sender.Send(ctx, m)
			m.Key += "-" + strconv.FormatInt(n.Add(1), 10)
			_, _ = b.Sender.Send(ctx, m)
			return r, err
		})},
		{"a key of its own", "send/once-per-key", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			m.Key += "-" + strconv.FormatInt(n.Add(1), 10)
			return b.Sender.Send(ctx, m)
		})},
		{"one key for all", "send/once-per-key", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			m.Key = "same"
			return b.Sender.Send(ctx, m)
		})},
		{"receipt without a name", "send/receipt-names-it", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			r, err := b.Sender.Send(ctx, m)
			r.RemoteID = ""
			return r, err
		})},
		{"does not know its own traces", "send/own-trace-comes-back", pages(func(_ connectors.Scope, _ int, p *connectors.Page) {
			for k := range p.Messages {
				p.Messages[k].Key = ""
			}
		})},
		{"tries again by itself", "send/never-retries", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			r, err := b.Sender.Send(ctx, m)
			if err != nil {
				return b.Sender.Send(ctx, m)
			}
			return r, err
		})},
		{"rejected may pass later", "send/rejected-is-rejected", instead(connectors.ErrRejected, connectors.ErrUnavailable)},
		{"a pause may have sent", "send/rate-limit-is-surely-not", instead(connectors.ErrUnavailable, connectors.ErrUncertain)},
		{"expired may pass by itself", "send/unauthorized-is-told", instead(connectors.ErrUnauthorized, connectors.ErrUnavailable)},
		{"no connection may have sent", "send/before-write-unavailable", instead(connectors.ErrUnavailable, connectors.ErrUncertain)},
		{"lost answer is not sent", "send/lost-answer-uncertain-then-found", instead(connectors.ErrUncertain, connectors.ErrUnavailable)},
		{"503 is not sent", "send/late-failure-uncertain-then-found", sendErrors(func(_ connectors.Message, err error) error {
			if says(err, "status 503") {
				return connectors.ErrUnavailable
			}
			return err
		})},
		{"has all the time", "send/respects-deadline", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			return b.Sender.Send(context.WithoutCancel(ctx), m)
		})},
		{"does not look at the deadline", "send/past-deadline-sends-nothing", sends(func(b *bent, ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
			m.Deadline = time.Time{}
			return b.Sender.Send(ctx, m)
		})},
		{"recipient in the error", "privacy/no-names-in-errors", sendErrors(func(m connectors.Message, err error) error {
			return fmt.Errorf("send to %s: %w", m.To.Mail, err)
		})},
	}
}

func findMutants() []mutant {
	finds := func(change func(b *bent, ctx context.Context, key string) (connectors.Found, error)) breaks {
		return wrap(func(b *bent) {
			b.find = func(ctx context.Context, key string) (connectors.Found, error) { return change(b, ctx, key) }
		})
	}
	return []mutant{
		{"absent when unsure", "send/absent-is-certain-only", finds(func(b *bent, ctx context.Context, key string) (connectors.Found, error) {
			f, err := b.Finder.Find(ctx, key)
			if err != nil {
				return connectors.Found{Absent: true}, nil //nolint:nilerr // this is what is wrong with it
			}
			return f, nil
		})},
		{"always found", "send/absent-when-never-sent", finds(func(*bent, context.Context, string) (connectors.Found, error) {
			return connectors.Found{Receipt: connectors.Receipt{RemoteID: "m-1"}}, nil
		})},
		{"found by a part of the key", "send/absent-when-never-sent", finds(func(b *bent, ctx context.Context, key string) (connectors.Found, error) {
			return b.Finder.Find(ctx, strings.TrimSuffix(key, "-2"))
		})},
		{"remembers absent", "send/slow-landing-not-absent", wrap(func(b *bent) {
			var kept *connectors.Found
			b.find = func(ctx context.Context, key string) (connectors.Found, error) {
				if kept == nil {
					f, err := b.Finder.Find(ctx, key)
					if err != nil {
						return f, err
					}
					kept = &f
				}
				return *kept, nil
			}
		})},
		{"never finds", "send/lost-answer-uncertain-then-found send/late-failure-uncertain-then-found", finds(func(*bent, context.Context, string) (connectors.Found, error) {
			return connectors.Found{Absent: true}, nil
		})},
	}
}

func lookMutants() []mutant {
	return []mutant{
		{"look from memory", "look/fresh-not-cached", wrap(func(b *bent) {
			var kept *connectors.Page
			b.look = func(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
				if kept == nil {
					p, err := b.Looker.Look(ctx, customer, items)
					if err != nil {
						return p, err
					}
					kept = &p
				}
				return *kept, nil
			}
		})},
		{"gone items not told", "look/gone-item-deleted", looks(func(p *connectors.Page) { p.Deleted = nil })},
		{"first page of payments", "look/credits-and-payments-complete", looks(func(p *connectors.Page) { p.Payments = p.Payments[:min(10, len(p.Payments))] })},
		{"credits left out", "look/credits-and-payments-complete", looks(func(p *connectors.Page) { p.Credits = nil })},
		{"everybody's payments", "look/only-this-customer", wrap(func(b *bent) {
			b.look = func(ctx context.Context, customer ledger.Ref, items []ledger.Ref) (connectors.Page, error) {
				p, err := b.Looker.Look(ctx, customer, items)
				all, _ := collect(b.Reader.Read(ctx, connectors.All, ""))
				for _, more := range all {
					p.Payments = append(p.Payments, more.Payments...)
				}
				return p, err
			}
		})},
		{"no answer is nothing owed", "look/error-is-not-empty", readErrors(func(error) error { return nil })},
	}
}

func secretMutants() []mutant {
	return []mutant{
		{"token in the error", "secret/never-in-errors", func(f *connectortest.FakeTool) {
			readErrors(func(err error) error { return fmt.Errorf("with token %s: %w", f.Secrets()[0], err) })(f)
		}},
	}
}
