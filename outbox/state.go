package outbox

import (
	"errors"
	"fmt"
	"slices"
)

// State is how far an entry has got. See docs/states.md for the drawing.
type State string

// The states of an entry.
const (
	Proposed   State = "proposed"    // wanted; waits for a word of approval
	Approved   State = "approved"    // may leave when its window opens
	Leased     State = "leased"      // a worker looks at the facts once more
	Intended   State = "intent"      // durable: it is about to leave, or has left
	Confirmed  State = "confirmed"   // the channel took it
	Rejected   State = "rejected"    // the channel refused it for good
	Unsent     State = "unsent"      // it surely did not leave; it may be tried again
	InDoubt    State = "in doubt"    // it may have left; only the channel can tell
	NeedsHuman State = "needs human" // nobody can tell; a person decides
	Superseded State = "superseded"  // nothing is wanted any more
	Cancelled  State = "cancelled"   // a person took it back
)

// ErrTransition says that an entry cannot go from one state to the other.
var ErrTransition = errors.New("not a legal transition")

// What a queue answers when it cannot do what was asked.
var (
	ErrEmpty   = errors.New("nothing to deliver")
	ErrFenced  = errors.New("another worker has taken over")
	ErrChanged = errors.New("the facts changed under us")
)

// Versions are the state of the facts that a look was judged on.
type Versions struct {
	Customer int64
	Company  int64
}

// transitions is the whole table; what is not in it is refused. docs/states.md
// is generated from it.
var transitions = map[State][]State{ //nolint:gochecknoglobals // a constant table
	Proposed:   {Approved, Superseded, Cancelled},
	Approved:   {Leased, Proposed, Superseded, Cancelled},
	Leased:     {Intended, Approved, Proposed, Superseded, Cancelled},
	Intended:   {Confirmed, Rejected, Unsent, InDoubt},
	Unsent:     {Approved, Proposed, Superseded, Cancelled},
	InDoubt:    {Confirmed, Unsent, NeedsHuman},
	NeedsHuman: {Confirmed, Cancelled, Approved},
	Superseded: {Proposed},
}

// Check returns ErrTransition unless an entry may go from one state to the other.
func Check(from, to State) error {
	if slices.Contains(transitions[from], to) {
		return nil
	}
	return fmt.Errorf("%s → %s: %w", from, to, ErrTransition)
}

// States returns every state, in the order of an entry's life.
func States() []State {
	return []State{Proposed, Approved, Leased, Intended, Confirmed, Rejected, Unsent, InDoubt, NeedsHuman, Superseded, Cancelled}
}

// Next returns the states an entry may go to from one; none: it stays there
// for good.
func Next(from State) []State { return append([]State(nil), transitions[from]...) }
