package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// commands yields every command a person can call, with the words that call it.
func commands(root *cobra.Command) map[string]*cobra.Command {
	all := make(map[string]*cobra.Command)
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && sub.Name() != "completion" && sub.Name() != "help" {
				all[sub.CommandPath()] = sub
				walk(sub)
			}
		}
	}
	walk(root)
	return all
}

func TestEveryCommandSaysWhatItIsForWithAnExampleThatParses(t *testing.T) {
	t.Parallel()
	app := &app{stdout: io.Discard, stderr: io.Discard, now: time.Now}
	all := commands(app.root())
	if len(all) < 14 {
		t.Errorf("there are %d commands, want them all", len(all))
	}
	for path, c := range all {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: its summary is %q, want a few words without a full stop", path, c.Short)
		}
		if c.Example == "" {
			t.Errorf("%s has no example", path)
		}
		for line := range strings.SplitSeq(c.Example, "\n") {
			checkExample(t, path, strings.TrimSpace(line))
		}
		for _, word := range strings.Fields(c.Use)[1:] {
			if strings.HasPrefix(word, "--") && c.Flags().Lookup(strings.Trim(word, "-[]…")) == nil {
				t.Errorf("%s: its use speaks of %s, which it does not have", path, word)
			}
		}
	}
}

// checkExample holds one line of an example: it calls this command, with flags
// and arguments that it takes.
func checkExample(t *testing.T, path, line string) {
	t.Helper()
	words := shellWords(line)
	if len(words) < 2 || words[0] != "relanced" {
		t.Errorf("%s: the example %q does not call relanced", path, line)
		return
	}
	root := (&app{stdout: io.Discard, stderr: io.Discard, now: time.Now}).root()
	found, args, err := root.Find(words[1:])
	if err != nil || found.CommandPath() != path {
		t.Errorf("%s: the example %q calls something else: %v", path, line, err)
		return
	}
	if err := found.ParseFlags(args); err != nil {
		t.Errorf("%s: the example %q: %v", path, line, err)
		return
	}
	if err := found.ValidateArgs(found.Flags().Args()); err != nil {
		t.Errorf("%s: the example %q: %v", path, line, err)
	}
}

// shellWords splits a line as a shell does, as far as examples need it.
func shellWords(line string) []string {
	var words []string
	quoted := false
	word, open := "", false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, open = !quoted, true
		case r == ' ' && !quoted:
			if open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word += string(r)
			open = true
		}
	}
	if open {
		words = append(words, word)
	}
	return words
}
