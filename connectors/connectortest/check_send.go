package connectortest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

func sendChecks() []Check {
	const needs = CanSend | HasMailbox
	return []Check{
		{"send/delivers-what-was-given", needs, in(sendDelivers)},
		{"send/once-per-key", needs, in(sendOnce)},
		{"send/receipt-names-it", needs, in(sendReceipt)},
		{"send/own-trace-comes-back", needs | CanRead | HasTraces, in(sendTrace)},
		{"send/never-retries", needs | HasMeter | Needs(Fault503), in(sendNoRetry)},
		{"send/rejected-is-rejected", needs | Needs(FaultRejected), in(sendRejected)},
		{"send/rate-limit-is-surely-not", needs | Needs(Fault429), in(sendLimited)},
		{"send/unauthorized-is-told", needs | Needs(Fault401), in(sendUnauthorized)},
		{"send/before-write-unavailable", needs | Needs(FaultUnreachable), in(sendUnreachable)},
	}
}

// mailTo is a recipient no error may name.
const mailTo = "compta.canari@client.example"

// message is a letter by mail with everything on it.
func message(key string) connectors.Message {
	return connectors.Message{
		Key: key, Verb: ledger.VerbMail,
		To:      connectors.Recipient{Name: "Jeanne Canari", Mail: mailTo, Address: []string{"Menuiserie Canari", "1 rue du Port", "34000 Montpellier"}},
		From:    connectors.Party{Name: "Luc", Company: "Nous SARL", Mail: "luc@nous.example"},
		Subject: "Facture FA2026-0001 – rappel € " + key,
		Text:    "Bonjour,\n\n" + strings.Repeat("Sauf erreur, il reste 120,00 € à régler. ", 40) + "\n\nBien à vous",
		HTML:    "<p>Bonjour</p>",
		PDF:     append([]byte("%PDF-1.7\n"), make([]byte, 5000)...),
		Attachments: []connectors.Attachment{
			{Name: "FA2026-0001.pdf", Type: "application/pdf", Bytes: append([]byte("%PDF-1.7\n"), make([]byte, 3000)...)},
		},
		MessageID: key + "@relanced.example", Day: day,
	}
}

// received counts what reached recipients under a key.
func (s *scene) received(key string) int {
	n := 0
	for _, r := range s.box.Received() {
		if r.Key == key {
			n++
		}
	}
	return n
}

// wantReceived wants a key to have been delivered exactly so often.
func (s *scene) wantReceived(key string, want int) error {
	if got := s.received(key); got != want || len(s.box.Received()) != want {
		return fmt.Errorf("delivered %d times under the key, %d in all; want %d", got, len(s.box.Received()), want)
	}
	return nil
}

func sendDelivers(s *scene) error {
	m := message("k-delivers")
	if _, err := s.Sender.Send(s.ctx, m); err != nil {
		return err
	}
	if err := s.wantReceived(m.Key, 1); err != nil {
		return err
	}
	got := s.box.Received()[0]
	if got.To != m.To.Mail || got.Subject != m.Subject || strings.TrimSpace(got.Text) != strings.TrimSpace(m.Text) {
		return errors.New("recipient, subject or text differ from what was given")
	}
	at := slices.Index(got.Files, m.Attachments[0].Name)
	if at < 0 || got.Sizes[at] != len(m.Attachments[0].Bytes) {
		return fmt.Errorf("attached: got %v of %v bytes, want %s of %d", got.Files, got.Sizes, m.Attachments[0].Name, len(m.Attachments[0].Bytes))
	}
	return nil
}

func sendOnce(s *scene) error {
	m := message("k-once")
	first, err := s.Sender.Send(s.ctx, m)
	if err != nil {
		return err
	}
	again, err := s.reopen()
	if err != nil {
		return err
	}
	second, err := again.Sender.Send(s.ctx, m)
	if err == nil && second.RemoteID != first.RemoteID {
		return fmt.Errorf("the same key was taken as %q and as %q", first.RemoteID, second.RemoteID)
	}
	if err != nil && !errors.Is(err, connectors.ErrConflict) && !errors.Is(err, connectors.ErrRejected) {
		return fmt.Errorf("the same key again: got %w, want the same receipt, ErrConflict or ErrRejected", err)
	}
	if err := s.wantReceived(m.Key, 1); err != nil {
		return err
	}
	if _, err := s.Sender.Send(s.ctx, message("k-other")); err != nil {
		return err
	}
	if n := len(s.box.Received()); n != 2 {
		return fmt.Errorf("another key: %d deliveries in all, want 2", n)
	}
	return nil
}

func sendReceipt(s *scene) error {
	m := message("k-receipt")
	r, err := s.Sender.Send(s.ctx, m)
	if err != nil {
		return err
	}
	if r.RemoteID == "" {
		return errors.New("the receipt does not say how the tool names the message")
	}
	if s.Finder == nil {
		return nil
	}
	found, err := s.Finder.Find(s.ctx, m.Key)
	if err != nil || found.Absent || found.Receipt.RemoteID != r.RemoteID {
		return fmt.Errorf("find after send: got %+v, %w; want %q", found, orNone(err), r.RemoteID)
	}
	return nil
}

func sendTrace(s *scene) error {
	m := message("k-trace")
	if _, err := s.Sender.Send(s.ctx, m); err != nil {
		return err
	}
	st, err := s.filled()
	if err != nil {
		return err
	}
	for _, got := range st.messages {
		if got.Key == m.Key && got.By == ledger.ByUs {
			return nil
		}
	}
	return fmt.Errorf("what we sent is not recognised as ours among %d messages", len(st.messages))
}

func sendNoRetry(s *scene) error {
	if err := s.arm(Fault503, 1); err != nil {
		return err
	}
	_, before := s.requests()
	_, err := s.Sender.Send(s.ctx, message("k-retry"))
	if _, after := s.requests(); after != before+1 {
		return fmt.Errorf("one send made %d writes", after-before)
	}
	if !errors.Is(err, connectors.ErrUncertain) && !errors.Is(err, connectors.ErrUnavailable) {
		return fmt.Errorf("503: got %w, want ErrUncertain or ErrUnavailable", orNone(err))
	}
	return s.wantReceived("k-retry", 0)
}

// sendSurelyNot wants one error, not ErrUncertain, and nothing delivered.
func (s *scene) sendSurelyNot(want error) error {
	_, err := s.Sender.Send(s.ctx, message("k-not"))
	if !errors.Is(err, want) || errors.Is(err, connectors.ErrUncertain) {
		return fmt.Errorf("got %w, want %w", orNone(err), want)
	}
	return s.wantReceived("k-not", 0)
}

func sendRejected(s *scene) error {
	if err := s.arm(FaultRejected, 1); err != nil {
		return err
	}
	return s.sendSurelyNot(connectors.ErrRejected)
}

func sendLimited(s *scene) error {
	if err := s.arm(Fault429, 1); err != nil {
		return err
	}
	return s.sendSurelyNot(connectors.ErrUnavailable)
}

func sendUnauthorized(s *scene) error {
	if err := s.arm(Fault401, -1); err != nil {
		return err
	}
	return s.sendSurelyNot(connectors.ErrUnauthorized)
}

func sendUnreachable(s *scene) error {
	if err := s.arm(FaultUnreachable, -1); err != nil {
		return err
	}
	cut, err := s.reopen()
	if err != nil {
		return err
	}
	return cut.sendSurelyNot(connectors.ErrUnavailable)
}
