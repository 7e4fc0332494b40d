package fake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/internal/rest"
)

var keyForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// Send implements connectors.Sender. The key goes along as the idempotency
// key; the tool delivers it once.
func (c *Connector) Send(ctx context.Context, m connectors.Message) (connectors.Receipt, error) {
	if !keyForm.MatchString(m.Key) {
		return connectors.Receipt{}, fmt.Errorf("fake: send: %w: the key is not of the form [a-z0-9-]{1,64}", connectors.ErrRejected)
	}
	if m.To.Mail == "" && m.To.Name == "" {
		return connectors.Receipt{}, fmt.Errorf("fake: send %s: %w: nobody to send to", m.Key, connectors.ErrRejected)
	}
	ctx, cancel, err := c.within(ctx, m)
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("fake: send %s: %w", m.Key, err)
	}
	defer cancel()
	var got wireReceipt
	_, err = c.client.Write(ctx, rest.Write{
		Path: "v1/messages", Body: outgoing(m), Header: http.Header{"Idempotency-Key": {m.Key}},
	}, &got)
	if err == nil && (got.ID == "" || got.Key != m.Key) {
		err = fmt.Errorf("%w: the receipt does not name the message", connectors.ErrUncertain)
	}
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("fake: send %s: %w", m.Key, err)
	}
	return connectors.Receipt{RemoteID: got.ID, At: got.At, Note: "in the tool's list of messages"}, nil
}

// within gives up at the message's deadline.
func (c *Connector) within(ctx context.Context, m connectors.Message) (context.Context, context.CancelFunc, error) {
	if m.Deadline.IsZero() || c.now == nil {
		return ctx, func() {}, nil
	}
	left := m.Deadline.Sub(c.now())
	if left <= 0 {
		return nil, nil, fmt.Errorf("%w: its deadline is over", connectors.ErrUnavailable)
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	return ctx, cancel, nil
}

func outgoing(m connectors.Message) wireMessage {
	w := wireMessage{
		Key: m.Key, Verb: string(m.Verb), ToName: m.To.Name, ToMail: m.To.Mail, ToAddress: m.To.Address,
		Subject: m.Subject, Text: m.Text, HTML: m.HTML, PDF: m.PDF, MessageID: m.MessageID, Day: m.Day.String(),
	}
	for _, a := range m.Attachments {
		w.Attachments = append(w.Attachments, wireAttachment{Name: a.Name, Type: a.Type, Bytes: a.Bytes})
	}
	return w
}

// Find implements connectors.Finder. Absent is said only on the tool's own
// clear word for this very key.
func (c *Connector) Find(ctx context.Context, key string) (connectors.Found, error) {
	var got wireReceipt
	if _, err := c.client.Get(ctx, "v1/messages", url.Values{"key": {key}}, &got); err != nil {
		return connectors.Found{}, fmt.Errorf("fake: find %s: %w", key, cannotTell(err))
	}
	if got.Found == nil || got.Key != key || (*got.Found && got.ID == "") {
		return connectors.Found{}, fmt.Errorf("fake: find %s: %w: the answer is not about this key", key, connectors.ErrUncertain)
	}
	if !*got.Found {
		return connectors.Found{Absent: true}, nil
	}
	return connectors.Found{Receipt: connectors.Receipt{RemoteID: got.ID, At: got.At, Note: "in the tool's list of messages"}}, nil
}

// cannotTell makes a refusal to answer what it is for Find: no knowledge. A
// 404 above all must not be taken for "never sent".
func cannotTell(err error) error {
	if errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrRejected) || errors.Is(err, connectors.ErrConflict) {
		return fmt.Errorf("%w: %v", connectors.ErrUncertain, err) //nolint:errorlint // ErrNotFound must not be seen here
	}
	return err
}
