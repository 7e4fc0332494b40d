package connectors

import (
	"fmt"
	"strings"
	"time"
)

// Capabilities tells what connectors of the kind can do, without a tool at
// hand: from Sample, or else by opening the kind's default configuration.
func (k Kind) Capabilities() ([]Capability, error) {
	c := k.Sample
	if c == nil {
		var err error
		c, err = k.NewConfig().Open(Env{Connection: k.Name, Zone: time.UTC, Now: func() time.Time { return time.Time{} }})
		if err != nil {
			return nil, fmt.Errorf("capabilities of %s: %w", k.Name, err)
		}
	}
	return PowersOf(c).Consequences(), nil
}

// Matrix is the table of kinds and what they can do, in Markdown, for the
// documentation. What that means for the user is listed per kind below the
// table.
func Matrix(kinds []Kind) (string, error) {
	var table, means strings.Builder
	for i, k := range kinds {
		caps, err := k.Capabilities()
		if err != nil {
			return "", err
		}
		if i == 0 {
			table.WriteString("| kind | for |")
			for _, c := range caps {
				fmt.Fprintf(&table, " %s |", c.Name)
			}
			table.WriteString("\n|---|---|" + strings.Repeat("---|", len(caps)) + "\n")
		}
		fmt.Fprintf(&table, "| %s | %s |", k.Name, k.Summary)
		fmt.Fprintf(&means, "\n## %s\n\n", k.Name)
		for _, c := range caps {
			fmt.Fprintf(&table, " %s |", map[bool]string{true: "yes", false: "no"}[c.Has])
			fmt.Fprintf(&means, "- %s: %s\n", c.Name, c.Consequence)
		}
		table.WriteString("\n")
	}
	return table.String() + means.String(), nil
}
