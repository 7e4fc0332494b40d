package folder

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// maxBytes bounds what one message brings.
const maxBytes = 64 << 20

// document is a message made ready for the disk.
type document struct {
	name        fileName // visible; without extension when it is a folder
	ext         string   // of the document itself
	data        []byte
	attachments []file // beside the document; the visible name is then a folder
}

type file struct {
	name string
	data []byte
}

// compose checks a message and makes its document. The same message always
// makes the same bytes. Whatever is wrong with it stays wrong.
func (f *Folder) compose(m connectors.Message) (document, error) {
	if !keyShape.MatchString(m.Key) {
		return document{}, errors.New("the key is not made of 1 to 64 small letters, digits and hyphens")
	}
	size := len(m.Text) + len(m.HTML) + len(m.PDF)
	for _, a := range m.Attachments {
		size += len(a.Bytes)
		if unsafe(a.Name) {
			return document{}, errors.New("an attachment's name holds a line break or another control character")
		}
	}
	if size > maxBytes {
		return document{}, fmt.Errorf("the message is larger than %d MB", maxBytes>>20)
	}
	day := m.Day
	if !day.Known() {
		day = ledger.DateOf(f.now().In(f.zone))
	}
	doc := document{name: fileName{base: visibleName(m, day)}}
	var err error
	switch m.Verb {
	case ledger.VerbMail:
		doc.ext = ".eml"
		doc.data, err = composeMail(m, day, f.zone)
	case ledger.VerbLetter, ledger.VerbRegistered:
		doc.ext = ".pdf"
		doc.data, err = m.PDF, checkPDF(m.PDF)
		doc.attachments = beside(m.Attachments, doc)
	case ledger.VerbCall, ledger.VerbTask, ledger.VerbVisit:
		doc.ext = ".txt"
		doc.data = composeTask(m, day)
		doc.attachments = beside(m.Attachments, doc)
	default:
		err = fmt.Errorf("a folder cannot deliver a %q", string(m.Verb))
	}
	if len(doc.attachments) == 0 {
		doc.name.ext = doc.ext
	}
	return doc, err
}

func checkPDF(data []byte) error {
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return errors.New("the letter is not a PDF")
	}
	return nil
}

// beside names the attachments that lie in one folder with the document. The
// document's own name is not known yet, so that its place is kept free by the
// extension: an attachment that could meet it gets a number.
func beside(attachments []connectors.Attachment, doc document) []file {
	files := make([]file, 0, len(attachments))
	taken := map[string]bool{strings.ToLower(doc.name.base + doc.ext): true}
	for _, a := range attachments {
		files = append(files, file{name: attachmentName(a.Name, taken), data: a.Bytes})
	}
	return files
}

// unsafe reports whether a text could end a header or a name early.
func unsafe(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) }

// composeTask writes a task as text: what is to be done first, then the day,
// whom it is about and the words, and the key last.
func composeTask(m connectors.Message, day ledger.Date) []byte {
	lines := []string{oneLine(m.Subject), "", day.String()}
	for _, line := range append([]string{m.To.Name, m.To.Phone, m.To.Mail}, m.To.Address...) {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(m.Text, "\ufffd"), "\r\n", "\n")))
	lines = append(lines, "", text, "", "relanced "+m.Key, "")
	return []byte(strings.Join(lines, "\n"))
}

func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}
