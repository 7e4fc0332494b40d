package folder_test

import (
	"bytes"
	"flag"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a message with the file of that name, and makes sure that it
// is a message at all.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	m, err := mail.ReadMessage(bytes.NewReader(got))
	must(t, err)
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || subject != "Facture F2026-0102 : rappel" {
		t.Errorf("%s: got subject %q, %v", name, subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "compta@durand.example" {
		t.Errorf("%s: got recipients %v, %v, want one", name, to, err)
	}
	for _, header := range []string{"Cc", "Bcc"} {
		if v := m.Header.Get(header); v != "" {
			t.Errorf("%s: got %s: %q, want none", name, header, v)
		}
	}
}
