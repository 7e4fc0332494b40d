package connectors

import "github.com/relanced/relanced/ledger"

// Portion is what is stored at once: some pages, some looks, what has vanished, and how
// far the connection has been read when both are stored.
type Portion struct {
	Pages    []Page
	Looked   []Page // what looks at single customers showed: what is in them stays in the stream it was in
	Vanished []Unseen
	Ended    []string // streams that the run has read in full by now, so that what they hold can be compared with before
	Next     Cursor   // empty: the cursor stays where it was
}

// Unseen names a record that a stream has shown before and that a complete
// reading of it did not show again.
type Unseen struct {
	Stream   string
	Kind     ledger.Kind
	ID       string
	Customer string   // remote id of its customer; empty: none
	Items    []string // remote ids of an invoice's items
}

// Counts tells what storing did with the records it was given.
type Counts struct {
	Created     int
	Updated     int
	Unchanged   int
	Deleted     int
	Quarantined int
}

// Add returns the sum of both counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{
		Created: c.Created + d.Created, Updated: c.Updated + d.Updated, Unchanged: c.Unchanged + d.Unchanged,
		Deleted: c.Deleted + d.Deleted, Quarantined: c.Quarantined + d.Quarantined,
	}
}

// Changed reports whether anything moved.
func (c Counts) Changed() bool { return c.Created+c.Updated+c.Deleted+c.Quarantined > 0 }
