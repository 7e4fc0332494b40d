package outbox

import (
	"fmt"
	"sort"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// Mode says how much the machine may do without a person.
type Mode string

// The modes. A new install observes.
const (
	Observe   Mode = "observe" // decide, queue nothing
	Approving Mode = "approve" // a person releases each message
	Auto      Mode = "auto"    // messages up to a severity leave by themselves
)

// Limits bound what leaves without a person's word.
type Limits struct {
	PerRun       int // notices released in one run
	PerHour      int // notices released in one hour
	FirstDays    int // how many sending days count as the first ones
	FirstPerDay  int // notices a day during them
	BlastMinimum int // from here on the day's number is compared with the median
	BlastFactor  int // and may be this many times the median of past sending days
}

// DefaultLimits are those of a small business: nobody is surprised by a
// machine that writes to every customer on its first morning.
func DefaultLimits() Limits {
	return Limits{PerRun: 200, PerHour: 200, FirstDays: 10, FirstPerDay: 20, BlastMinimum: 20, BlastFactor: 3}
}

// Stats is what has been released so far, and what the books look like.
type Stats struct {
	SendingDays int    // days before today on which notices were released
	Median      int    // of notices on those days, the last thirty
	Today       int    // notices released today
	ThisHour    int    // notices released within the last hour
	Customers   int    // customers with open items
	Shrunken    string // why the whole company is held, such as a source that lost much; empty: it is not
}

// Switches stop sending at once. An empty reason means the switch is off.
type Switches struct {
	All         string
	File        string // a file that lies there stops everything, too
	Connections map[ledger.UID]string
	Customers   map[ledger.UID]string
}

// Stops returns why an entry may not leave, or "".
func (s Switches) Stops(e Entry) string {
	switch {
	case s.All != "":
		return "sending is switched off: " + s.All
	case s.File != "":
		return "sending is switched off: " + s.File
	case s.Customers[e.Customer] != "":
		return "the customer is paused: " + s.Customers[e.Customer]
	case s.Connections[ledger.UID(e.Channel)] != "":
		return "the channel is paused: " + s.Connections[ledger.UID(e.Channel)]
	default:
		return ""
	}
}

// Blocked is an entry that a guard keeps from leaving, and why.
type Blocked struct {
	Entry Entry
	Why   string
}

// Release picks, among proposed entries, those the mode lets leave without a
// person's word, within the limits. The rest waits, each with its reason. The
// oldest debt goes first. Call tasks go to one of us in every mode but observe,
// and count within the limits; tasks that are no rung are not limited.
func Release(proposed []Entry, mode Mode, highest ledger.Severity, st Stats, sw Switches, lim Limits) (out []Entry, blocked []Blocked) {
	if mode == Observe {
		return nil, nil
	}
	sorted := append([]Entry(nil), proposed...)
	sort.SliceStable(sorted, func(i, j int) bool { return before(sorted[i], sorted[j]) })
	room, bound := allowance(st, lim)
	for _, e := range sorted {
		why := ""
		switch {
		case sw.Stops(e) != "":
			why = sw.Stops(e)
		case e.Content.Notice == nil:
			// A task of our own making costs nobody outside anything.
		case mode == Approving && !e.IsTask():
			why = "waits for approval"
		case needsWord(e, highest) && !e.IsTask():
			why = "waits for approval: a " + e.Severity.String() + " step is a person's to release"
		case st.Shrunken != "":
			why = "waits: " + st.Shrunken
		case room <= 0:
			why = "waits: " + bound
		default:
			room--
		}
		if why != "" {
			blocked = append(blocked, Blocked{Entry: e, Why: why})
			continue
		}
		out = append(out, e)
	}
	return out, blocked
}

// Withheld returns those of the released entries, proposed anew, that the mode
// released by itself and would not release now: a stricter mode holds back what
// a freer one let go.
func Withheld(released []Entry, mode Mode, highest ledger.Severity) []Entry {
	var back []Entry
	for _, e := range released {
		if !strings.HasPrefix(e.Approval.By, ByMode) || e.IsTask() {
			continue
		}
		if mode == Approving || needsWord(e, highest) {
			e.State, e.Why, e.Approval = Proposed, "the mode that released it is not in force any more", Approval{}
			back = append(back, e)
		}
	}
	return back
}

// ByMode is how the approvals that a mode gives begin.
const ByMode = "mode:"

// needsWord reports whether an entry is a person's to release in auto mode.
// Nothing legal is automatic: formal and above never is, whatever is configured.
func needsWord(e Entry, highest ledger.Severity) bool {
	if e.Content.Notice != nil && e.Content.Notice.Approval {
		return true
	}
	return e.Severity > highest || e.Severity >= ledger.Formal
}

// allowance tells how many notices may still be released now, and which bound
// is the narrowest.
func allowance(st Stats, lim Limits) (room int, bound string) {
	room, bound = lim.PerRun, fmt.Sprintf("at most %d messages leave in one run", lim.PerRun)
	narrow := func(n int, why string) {
		if n < room {
			room, bound = n, why
		}
	}
	narrow(lim.PerHour-st.ThisHour, fmt.Sprintf("at most %d messages leave in one hour", lim.PerHour))
	if st.SendingDays < lim.FirstDays {
		day := max(3, st.Customers/10)
		day = min(day, lim.FirstPerDay)
		narrow(day-st.Today, fmt.Sprintf("at most %d messages a day leave during the first %d sending days", day, lim.FirstDays))
		return room, bound
	}
	most := max(lim.BlastMinimum, lim.BlastFactor*st.Median)
	narrow(most-st.Today, fmt.Sprintf("%d messages a day is far above the usual %d; `relanced approve` releases the rest", most, st.Median))
	return room, bound
}

func before(a, b Entry) bool {
	da, db := oldestDue(a), oldestDue(b)
	if da != db {
		return da < db
	}
	return a.Key < b.Key
}

func oldestDue(e Entry) ledger.Date {
	if e.Content.Notice == nil || len(e.Content.Notice.Lines) == 0 {
		return 0
	}
	return e.Content.Notice.Lines[0].Due
}
