package connectors

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Secret is where a password or token is kept: "env:NAME" or "file:path". It
// never holds the value itself, and it never prints what it was given, so that
// a value written by mistake where a place belongs does not leak either.
type Secret struct{ ref string }

// maxSecret bounds a secret's size in bytes; a longer file is not a secret.
const maxSecret = 64 << 10

// variable is what an environment variable for a secret may be called. Small
// letters are refused: a pasted token has them, a variable's name need not.
var variable = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,127}$`)

// errSecretForm tells how a secret is written; it never repeats what was read.
var errSecretForm = errors.New(`a secret is written "env:NAME" (capitals) or "file:path", never as the value itself`)

// UnmarshalText reads "env:NAME" or "file:path" and refuses everything else.
// Empty text is the empty secret.
func (s *Secret) UnmarshalText(text []byte) error {
	ref := string(text)
	kind, rest, _ := strings.Cut(ref, ":")
	switch {
	case ref == "":
	case kind == "env" && variable.MatchString(rest):
	case kind == "file" && strings.TrimSpace(rest) != "" && !strings.ContainsAny(rest, "\n\r\x00"):
	default:
		return errSecretForm
	}
	s.ref = ref
	return nil
}

// Empty reports whether no place was given.
func (s Secret) Empty() bool { return s.ref == "" }

// In returns the secret with a relative file path starting at dir, which is
// the configuration file's folder.
func (s Secret) In(dir string) Secret {
	path, ok := strings.CutPrefix(s.ref, "file:")
	if !ok || filepath.IsAbs(path) {
		return s
	}
	return Secret{ref: "file:" + filepath.Join(dir, path)}
}

// Reveal reads the value now, so that a rotated one is seen without a restart.
// White space at both ends is dropped. The error is an ErrUnauthorized and
// names the variable or file, never a value.
func (s Secret) Reveal() (string, error) {
	kind, rest, _ := strings.Cut(s.ref, ":")
	switch kind {
	case "env":
		value := strings.TrimSpace(os.Getenv(rest))
		if value == "" {
			return "", fmt.Errorf("%w: environment variable %s is empty or not set", ErrUnauthorized, rest)
		}
		return value, nil
	case "file":
		return revealFile(rest)
	default:
		return "", fmt.Errorf("%w: no secret is configured", ErrUnauthorized)
	}
}

func revealFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%w: read secret: %w", ErrUnauthorized, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("%w: read secret: %w", ErrUnauthorized, err)
	}
	value := strings.TrimSpace(string(data))
	if value == "" || len(data) > maxSecret {
		return "", fmt.Errorf("%w: secret file %s is empty or above %d bytes", ErrUnauthorized, path, maxSecret)
	}
	return value, nil
}

// String masks the secret: "env:***".
func (s Secret) String() string {
	if s.ref == "" {
		return ""
	}
	kind, _, _ := strings.Cut(s.ref, ":")
	return kind + ":***"
}

// GoString masks the secret in %#v as well.
func (s Secret) GoString() string { return "connectors.Secret(" + s.String() + ")" }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret wherever a configuration is printed.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
