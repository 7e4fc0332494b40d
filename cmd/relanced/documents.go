package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/daemon"
	"github.com/relanced/relanced/ledger"
)

// A document goes along only when it is certainly this invoice's and a mail
// can carry it.
const mostDocumentBytes = 10 << 20

// documents finds invoice PDFs by their number in the customer's own folder,
// else in the company's. The name must be the number, or have the number
// between signs that are no letters and no digits: FA2609-0042.pdf is not
// looked for in FA2609-00421.pdf.
func documents(folder string) daemon.Documents {
	return func(customer ledger.Customer, number string) (connectors.Attachment, bool) {
		for _, dir := range []string{customer.Documents, folder} {
			if dir == "" || number == "" {
				continue
			}
			if a, ok := findDocument(dir, number); ok {
				return a, true
			}
		}
		return connectors.Attachment{}, false
	}
}

// findDocument returns the one PDF of a folder that bears the number; none
// when several do, for then nobody knows which is the right one.
func findDocument(dir, number string) (connectors.Attachment, bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return connectors.Attachment{}, false
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		if e.Type().IsRegular() && strings.EqualFold(filepath.Ext(name), ".pdf") && bears(strings.TrimSuffix(name, filepath.Ext(name)), number) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		return connectors.Attachment{}, false
	}
	path := filepath.Join(dir, found[0])
	info, err := os.Stat(path)
	if err != nil || info.Size() > mostDocumentBytes {
		return connectors.Attachment{}, false
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		return connectors.Attachment{}, false
	}
	return connectors.Attachment{Name: found[0], Type: "application/pdf", Bytes: data}, true
}

// bears reports whether a file's name contains the number as a whole.
func bears(name, number string) bool {
	name, number = strings.ToLower(name), strings.ToLower(strings.NewReplacer("/", "-", "\\", "-").Replace(number))
	for from := 0; ; {
		i := strings.Index(name[from:], number)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(number)
		if !wordAt(name, start-1) && !wordAt(name, end) {
			return true
		}
		from = start + 1
	}
}

func wordAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 0x80
}
