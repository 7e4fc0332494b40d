package folder

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// maxName bounds a visible name in bytes, extension and suffix left out; file
// systems take 255, and paths on other systems are short.
const maxName = 150

// visibleName is the name people see, without extension: the day first, so
// that names sort by day, then whom it is about and what it says.
func visibleName(m connectors.Message, day ledger.Date) string {
	parts := []string{day.String()}
	if m.Urgent {
		parts = append(parts, "URGENT")
	}
	switch m.Verb {
	case ledger.VerbRegistered, ledger.VerbCall, ledger.VerbTask, ledger.VerbVisit:
		parts = append(parts, "("+string(m.Verb)+")")
	case ledger.VerbMail, ledger.VerbLetter: // the extension tells
	}
	parts = append(parts, harmless(m.To.Name), harmless(m.Subject))
	return cut(strings.Join(strings.Fields(strings.Join(parts, " ")), " "), maxName)
}

// harmless leaves of a text what every file system takes and every listing
// shows as it is.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r), unicode.IsControl(r), unicode.IsSpace(r), r == unicode.ReplacementChar:
			return ' '
		case !unicode.IsPrint(r):
			return -1 // marks that turn the direction of writing, zero width
		default:
			return r
		}
	}, norm.NFC.String(strings.ToValidUTF8(text, " ")))
}

// cut shortens a name to n bytes between characters, and takes off the ends
// that some systems drop by themselves.
func cut(name string, n int) string {
	if len(name) > n {
		name = strings.ToValidUTF8(name[:n], "")
	}
	return strings.Trim(name, " .")
}

// freeName returns a name that nothing in the directory has yet: the plain one,
// or the plain one with the beginning of the key, or with the whole key.
func (f *Folder) freeName(want fileName, key string) (string, error) {
	for _, suffix := range []string{"", " " + key[:min(8, len(key))], " " + key} {
		name := want.base + suffix + want.ext
		taken, err := exists(inside(f.path, name))
		if err != nil {
			return "", err
		}
		if !taken {
			return name, nil
		}
	}
	return "", fmt.Errorf("every name for the key is taken")
}

// fileName is a name in two parts; ext is empty for a folder.
type fileName struct{ base, ext string }

// attachmentName makes a name that is safe and not taken in its folder.
func attachmentName(name string, taken map[string]bool) string {
	ext := cut(harmless(filepath.Ext(name)), 20)
	if ext != "" {
		ext = "." + ext
	}
	base := cut(harmless(strings.TrimSuffix(name, filepath.Ext(name))), maxName)
	if base == "" {
		base = "document"
	}
	free := base + ext
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s (%d)%s", base, n, ext)
	}
	taken[strings.ToLower(free)] = true
	return free
}
