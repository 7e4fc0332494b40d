package config

import (
	"fmt"
	"sort"
	"strings"
)

// Fault is one thing wrong with a configuration, where it stands and the way
// out.
type Fault struct {
	File   string
	Line   int // 0: not at one line
	Column int
	Key    string // dotted: company.acme.mode
	Text   string
}

// String prints the fault as editors and compilers do: file:line:column: key: text.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	b.WriteString(": ")
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Text)
	return b.String()
}

// FaultsError is every fault of a configuration at once.
type FaultsError []Fault

// Error lists the faults, one a line, in the order of the file.
func (f FaultsError) Error() string {
	sorted := append(FaultsError(nil), f...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	lines := make([]string, 0, len(sorted))
	for _, one := range sorted {
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "\n")
}
