package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// suggestWithin is how many letters a word may differ from a command's name
// to be taken for a slip.
const suggestWithin = 2

// unknownCommand refuses a word that names no command below cmd, and says what
// it may have been meant to be.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("there is no command %q", strings.TrimPrefix(cmd.CommandPath()+" "+args[0], cmd.Root().Name()+" "))
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usageError{fmt.Errorf("%s See: %s --help", text+end(text), cmd.CommandPath())}
}

// end closes a sentence that has no end yet.
func end(text string) string {
	if strings.HasSuffix(text, "?") {
		return ""
	}
	return "."
}
