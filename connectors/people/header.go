package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// headers maps every folded header to its column's name.
func headers() map[string]string {
	known := make(map[string]string)
	for _, c := range columns {
		known[fold(c.Name)] = c.Name
		for _, alias := range c.Aliases {
			known[fold(alias)] = c.Name
		}
	}
	return known
}

// readHeader names the column of each cell of the header line; a cell without
// text has no name. Every fault is reported at once.
func readHeader(at func(cell int) string, cells []string) ([]string, error) {
	known := headers()
	if !slices.ContainsFunc(cells, func(cell string) bool { return known[fold(cell)] != "" }) {
		return nil, fmt.Errorf("%s: the first line names no column that is known here; it must, as in %s;%s;%s",
			at(0), colCode, colName, colMail)
	}
	names := make([]string, len(cells))
	first := make(map[string]int)
	var faults []error
	for i, cell := range cells {
		if len(faults) == maxFaults {
			faults = append(faults, fmt.Errorf("%s: and so on", at(i)))
			break
		}
		folded := fold(cell)
		if folded == "" {
			if clean(cell) != "" {
				faults = append(faults, fmt.Errorf("%s: %q is not a column; name it, or take it out", at(i), clip(cell)))
			}
			continue
		}
		name, ok := known[folded]
		if !ok {
			faults = append(faults, fmt.Errorf("%s: there is no column %q; %s", at(i), clip(cell), nearest(folded, known)))
			continue
		}
		if before, twice := first[name]; twice {
			faults = append(faults, fmt.Errorf("%s: the column %s stands there already as %q (%s); take one of them out",
				at(i), name, clip(cells[before]), at(before)))
			continue
		}
		first[name] = i
		names[i] = name
	}
	if _, ok := first[colCode]; !ok && len(faults) == 0 {
		faults = append(faults, fmt.Errorf("%s: the column code is missing; it says which customer of the books a row is about", at(0)))
	}
	return names, errors.Join(faults...)
}

// maxFaults bounds how many columns one error complains about.
const maxFaults = 20

// maxHeader bounds a header that is compared with the columns' names, in bytes.
const maxHeader = 60

// nearest proposes the column that a mistyped header is likely to mean.
func nearest(folded string, known map[string]string) string {
	best, name := len(folded)/2+1, ""
	if len(folded) > maxHeader {
		known = nil // a sentence is no mistyped header
	}
	for header, column := range known {
		d := distance(folded, header)
		if d < best || d == best && name != "" && column < name {
			best, name = d, column
		}
	}
	if name == "" {
		var all []string
		for _, c := range columns {
			all = append(all, c.Name)
		}
		return "the columns are " + strings.Join(all, ", ")
	}
	return fmt.Sprintf("is %s meant? Correct it, or name it note", name)
}

// distance counts the letters to change between two short words
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// clip bounds what an error repeats of a file.
func clip(text string) string {
	runes := []rune(clean(text))
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return string(runes)
}
