package policy

import "fmt"

// Fault is one thing wrong with a ladder, where it stands and the way out.
type Fault struct {
	Line   int    // 0: not known
	Column int    // counted from 1
	Key    string // "min_gap", or "rung.2.after" for the third rung
	Text   string
}

// String prints the fault as "12:3: rung.2.after: what is wrong".
func (f Fault) String() string {
	text := f.Text
	if f.Key != "" {
		text = f.Key + ": " + text
	}
	if f.Line > 0 {
		text = fmt.Sprintf("%d:%d: %s", f.Line, f.Column, text)
	}
	return text
}
