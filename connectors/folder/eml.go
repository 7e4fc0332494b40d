package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	stdmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// noon is the hour a message bears: the same day in every zone near.
const noon = 12

// composeMail writes a message as RFC 5322, to one recipient. Its date is noon
// of its day, and the boundaries of its parts come from its key, so that the
// same message always makes the same bytes. A letter goes along as the first
// attachment, "letter.pdf". Mail programs open it as a draft
// that is ready to be sent (X-Unsent).
func composeMail(m connectors.Message, day ledger.Date, zone *time.Location) ([]byte, error) {
	if err := checkMail(m); err != nil {
		return nil, err
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP))
	msg.FromMailAddress(&stdmail.Address{Name: signature(m.From), Address: m.From.Mail})
	msg.ToMailAddress(&stdmail.Address{Name: m.To.Name, Address: m.To.Mail})
	if m.From.ReplyTo != "" {
		msg.ReplyToMailAddress(&stdmail.Address{Address: m.From.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(day.In(zone, noon, 0))
	id := m.MessageID
	if id == "" {
		id = m.Key + "@relanced.invalid"
	}
	msg.SetMessageIDWithValue(id)
	if m.InReplyTo != "" {
		msg.SetGenHeader(mail.HeaderInReplyTo, "<"+m.InReplyTo+">")
		msg.SetGenHeader(mail.HeaderReferences, "<"+m.InReplyTo+">")
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Unsent", "1")
	if m.Text != "" {
		msg.SetBodyString(mail.TypeTextPlain, m.Text)
	}
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	taken := make(map[string]bool)
	attachments := m.Attachments
	if len(m.PDF) > 0 {
		letter := connectors.Attachment{Name: "letter.pdf", Type: "application/pdf", Bytes: m.PDF}
		attachments = append([]connectors.Attachment{letter}, attachments...)
	}
	for _, a := range attachments {
		msg.AttachReadSeeker(attachmentName(a.Name, taken), bytes.NewReader(a.Bytes), mail.WithFileContentType(mail.ContentType(mediaType(a.Type))))
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("compose the message: %w", err)
	}
	return fixBoundaries(out.Bytes(), m.Key), nil
}

// checkMail refuses what would make a message that is not the one asked for.
func checkMail(m connectors.Message) error {
	headers := []string{m.Subject, m.To.Name, m.To.Mail, m.From.Name, m.From.Company, m.From.Mail, m.From.ReplyTo, m.MessageID, m.InReplyTo}
	switch {
	case slices.ContainsFunc(headers, unsafe):
		return errors.New("a header holds a line break or another control character")
	case len(m.PDF) > 0 && checkPDF(m.PDF) != nil:
		return checkPDF(m.PDF)
	case m.Text == "" && m.HTML == "":
		return errors.New("the message has no text")
	case !plainAddress(m.To.Mail):
		return errors.New("the recipient is not one mail address")
	case !plainAddress(m.From.Mail):
		return errors.New("the sender is not one mail address")
	case m.From.ReplyTo != "" && !plainAddress(m.From.ReplyTo):
		return errors.New("the address for replies is not one mail address")
	case m.MessageID != "" && !idShape.MatchString(m.MessageID), m.InReplyTo != "" && !idShape.MatchString(m.InReplyTo):
		return errors.New("a message id is not of the form left@right, without brackets")
	}
	return nil
}

var idShape = regexp.MustCompile(`^[^\s<>@]{1,200}@[^\s<>@]{1,200}$`)

// plainAddress reports whether a text is exactly one address, with no name.
func plainAddress(text string) bool {
	a, err := stdmail.ParseAddress(text)
	return err == nil && a.Name == "" && a.Address == text
}

// signature is who a message is from, for people.
func signature(p connectors.Party) string {
	if p.Name == "" || p.Company == "" {
		return p.Name + p.Company
	}
	return p.Name + " - " + p.Company
}

// mediaType is the type of an attachment without its parameters.
func mediaType(text string) string {
	kind, _, err := mime.ParseMediaType(text)
	if err != nil || strings.Count(kind, "/") != 1 {
		return "application/octet-stream"
	}
	return kind
}

// boundary finds the random boundaries in a message. They are found nowhere
// else in it: bodies are quoted-printable, where = is written =3D, or base64.
var boundary = regexp.MustCompile(`boundary=([0-9a-f]{60})\b`)

// fixBoundaries puts boundaries made from the key in the place of random ones.
func fixBoundaries(text []byte, key string) []byte {
	for n, found := range boundary.FindAllSubmatch(text, -1) {
		sum := sha256.Sum256(fmt.Appendf(nil, "boundary %s %d", key, n))
		text = bytes.ReplaceAll(text, bytes.Clone(found[1]), []byte(hex.EncodeToString(sum[:])[:60]))
	}
	return text
}
