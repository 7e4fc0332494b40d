package config

import (
	"fmt"
	"regexp"
	"strings"
)

// target finds, in a decoder's words, the type that a value did not fit.
var target = regexp.MustCompile(`^(?:cannot |integer value |negative integer value |float value ).*(?: of type | into | stored in | in an? )(\S+)$`)

// mismatch says in words what kind of value a key wants, and how to write the
// one that stands there. text is the decoder's, and is kept when it is about
// something else. A text is never repeated: it may be a secret.
func mismatch(key []string, value any, written, text string) string {
	found := target.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	typ, name := strings.TrimLeft(found[1], "*"), ""
	if len(key) > 0 {
		name = key[len(key)-1]
	}
	_, list := value.([]any)
	switch {
	case typ == "connectors.Secret":
		return "a secret is named, never written here: " + name + ` = "env:NAME" or "file:PATH"`
	case typ == "string" && list:
		return "each value of this list is text and stands in quotes: " + name + ` = ["…", "…"]`
	case typ == "string" && written != "":
		return fmt.Sprintf("text is wanted, not %s; write it in quotes: %s = %q", valueWord(value), name, written)
	default:
		return typeWord(typ) + " is wanted, not " + valueWord(value)
	}
}

// typeWord names a type of Go for people.
func typeWord(typ string) string {
	switch {
	case typ == "string":
		return "text in quotes"
	case typ == "bool":
		return "true or false"
	case strings.HasPrefix(typ, "int"), strings.HasPrefix(typ, "uint"):
		return "a whole number"
	case strings.HasPrefix(typ, "float"):
		return "a number"
	case strings.HasPrefix(typ, "[]"), typ == "slice":
		return `a list such as ["a", "b"]`
	default:
		return "a table of keys and values"
	}
}

// valueWord names what stands in the file for people.
func valueWord(value any) string {
	switch value.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64:
		return "a whole number"
	case float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any, []map[string]any:
		return "a table"
	default:
		return "a day or a time"
	}
}
