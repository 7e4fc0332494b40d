package connectors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/relanced/relanced/connectors"
)

func secret(t *testing.T, ref string) connectors.Secret {
	t.Helper()
	var s connectors.Secret
	if err := s.UnmarshalText([]byte(ref)); err != nil {
		t.Fatalf("UnmarshalText(%q): %v", ref, err)
	}
	return s
}

func TestSecretRefusesTheValueItself(t *testing.T) {
	for _, text := range []string{"sk_live_4242", "env:sk_live_4242", "env:", "env:A B", "file:", "file: ", "ENV:A", "file:a\nb", ":x"} {
		var s connectors.Secret
		err := s.UnmarshalText([]byte(text))
		if err == nil {
			t.Errorf("UnmarshalText(%q) was accepted", text)
			continue
		}
		if strings.Contains(err.Error(), "4242") {
			t.Errorf("UnmarshalText(%q) repeats the value: %v", text, err)
		}
	}
}

func TestSecretReveals(t *testing.T) {
	t.Setenv("RELANCED_TEST_TOKEN", " s3cret\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{
		"env:RELANCED_TEST_TOKEN":             "s3cret",
		"file:" + filepath.Join(dir, "token"): "from-file",
		"file:token":                          "from-file",
	} {
		got, err := secret(t, ref).In(dir).Reveal()
		if err != nil || got != want {
			t.Errorf("Reveal(%s) = %q, %v; want %q", ref, got, err, want)
		}
	}
}

func TestSecretMissingIsUnauthorized(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string][]byte{"empty": nil, "huge": make([]byte, 1<<17)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, ref := range []string{"", "env:RELANCED_TEST_NOT_SET", "file:missing", "file:empty", "file:huge"} {
		if _, err := secret(t, ref).In(dir).Reveal(); !errors.Is(err, connectors.ErrUnauthorized) {
			t.Errorf("Reveal(%q) = %v, want ErrUnauthorized", ref, err)
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	s := secret(t, "env:RELANCED_HIDDEN_NAME")
	asJSON, err := json.Marshal(struct{ Token connectors.Secret }{s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("opened", "token", s)
	for _, got := range []string{s.String(), fmt.Sprintf("%v %+v %#v %s", s, s, s, s), string(asJSON), log.String()} {
		if strings.Contains(got, "HIDDEN") || !strings.Contains(got, "***") {
			t.Errorf("printed as %q", got)
		}
	}
	if !(connectors.Secret{}).Empty() || s.Empty() {
		t.Error("Empty is wrong")
	}
}
