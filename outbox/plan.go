package outbox

import (
	"fmt"
	"sort"
	"strings"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/policy"
)

// Wanted is one thing the policy wants delivered now.
type Wanted struct {
	Customer ledger.UID
	Subject  ledger.UID
	Purpose  string
	Episode  int
	Repeat   int // for task rungs: how many times it is handed over again; 0 at first
	Verb     ledger.Verb
	Channel  string // UID of the connection that delivers it
	Severity ledger.Severity
	Content  Content
	Facts    string
}

// Suspended names customers whose notices are neither wanted nor unwanted:
// nothing may leave on what is known about money, and what is queued keeps its
// place and its approval.
type Suspended map[ledger.UID]bool

// Difference is what has to change in the queue so that it holds what is
// wanted. Every entry in it bears the state it shall have.
type Difference struct {
	Create    []Entry // new rows
	Refresh   []Entry // same row, new facts: proposed, its approval void
	Revive    []Entry // superseded rows that are wanted again
	Supersede []Entry // rows nothing wants any more
	Stuck     []Stuck // wanted, but only a person can go on
}

// Stuck is something wanted that the machine must not repeat by itself.
type Stuck struct {
	Entry Entry
	Why   string
}

// Empty reports whether the queue already holds what is wanted.
func (d *Difference) Empty() bool {
	return len(d.Create)+len(d.Refresh)+len(d.Revive)+len(d.Supersede) == 0
}

// slot is what an attempt is an attempt at.
type slot struct {
	subject ledger.UID
	purpose string
	episode int
}

// Plan compares what is wanted of some customers with all their entries.
//
//	last attempt's state          wanted, same facts   wanted, new facts    not wanted
//	(none)                        create               create               –
//	proposed, approved            –                    refresh              supersede
//	unsent                        –                    refresh              supersede
//	leased, intent, in doubt      –                    –                    – (the worker settles it)
//	needs human                   –                    –                    – (a person settles it)
//	superseded                    revive               revive               –
//	confirmed                     –; next attempt when a task rung repeats  –
//	rejected                      next attempt if recipient or channel differ, else stuck
//	cancelled                     stuck                stuck                –
//
// Notices of suspended customers are left as they are. Running Plan on its own
// result changes nothing.
func Plan(company ledger.UID, wanted []Wanted, queued []Entry, suspended Suspended) Difference {
	last := lastAttempts(queued)
	var d Difference
	seen := make(map[slot]bool, len(wanted))
	for _, w := range wanted {
		s := slot{w.Subject, w.Purpose, w.Episode}
		if seen[s] {
			continue
		}
		seen[s] = true
		if old, ok := last[s]; ok {
			d.meet(w, old)
		} else {
			d.Create = append(d.Create, newEntry(company, w, 1+w.Repeat))
		}
	}
	for s, old := range last {
		if seen[s] || !withdrawable(old.State) || suspended[old.Customer] && old.Content.Notice != nil {
			continue
		}
		old.State, old.Why, old.Approval = Superseded, "nothing is wanted any more", Approval{}
		d.Supersede = append(d.Supersede, old)
	}
	sort.Slice(d.Supersede, func(i, j int) bool { return d.Supersede[i].Key < d.Supersede[j].Key })
	return d
}

// meet fits one wanted thing to the last attempt at it.
func (d *Difference) meet(w Wanted, old Entry) {
	switch old.State {
	case Proposed, Approved, Unsent:
		if old.Facts != w.Facts || old.Channel != w.Channel {
			d.Refresh = append(d.Refresh, Refreshed(old, w, "the facts changed"))
		}
	case Superseded:
		d.Revive = append(d.Revive, Refreshed(old, w, "wanted again"))
	case Confirmed:
		if 1+w.Repeat > old.Attempt {
			d.Create = append(d.Create, newEntry(old.Company, w, 1+w.Repeat))
		}
	case Rejected:
		if old.Channel != w.Channel || recipient(old.Content) != recipient(w.Content) {
			d.Create = append(d.Create, newEntry(old.Company, w, old.Attempt+1))
			return
		}
		d.Stuck = append(d.Stuck, Stuck{Entry: old, Why: "refused for good, and there is no other address: " + old.Why})
	case Cancelled:
		d.Stuck = append(d.Stuck, Stuck{Entry: old, Why: "a person gave it up: " + old.Why})
	case Leased, Intended, InDoubt, NeedsHuman:
		// The worker or a person settles these; the policy waits meanwhile.
	}
}

// Refreshed returns the entry proposed anew with what is wanted now. Its key,
// subject and attempt stay.
func Refreshed(old Entry, w Wanted, why string) Entry {
	old.State, old.Why, old.Approval, old.Lease = Proposed, why, Approval{}, Lease{}
	old.Verb, old.Channel, old.Severity = w.Verb, w.Channel, w.Severity
	old.Content, old.Facts = w.Content, w.Facts
	return old
}

func newEntry(company ledger.UID, w Wanted, attempt int) Entry {
	return Entry{
		Key:     Key(company, w.Subject, w.Purpose, w.Episode, attempt),
		Company: company, Customer: w.Customer, Subject: w.Subject,
		Purpose: w.Purpose, Episode: w.Episode, Attempt: attempt,
		State: Proposed, Verb: w.Verb, Channel: w.Channel, Severity: w.Severity,
		Content: w.Content, Facts: w.Facts, Why: "wanted",
	}
}

func lastAttempts(queued []Entry) map[slot]Entry {
	last := make(map[slot]Entry, len(queued))
	for _, e := range queued {
		s := slot{e.Subject, e.Purpose, e.Episode}
		if old, ok := last[s]; !ok || e.Attempt > old.Attempt {
			last[s] = e
		}
	}
	return last
}

// withdrawable reports whether an entry that nobody wants may be superseded
// without asking its channel: it has surely not left.
func withdrawable(s State) bool { return s == Proposed || s == Approved || s == Unsent }

func recipient(c Content) string {
	if c.Notice == nil {
		return ""
	}
	return c.Notice.To.Mail + "\x1f" + c.Notice.To.Phone + "\x1f" + c.Notice.To.Name
}

// NoticeWanted turns a notice into what is wanted of the queue.
func NoticeWanted(n policy.Notice, channel, templateVersion string, address []string) Wanted {
	return Wanted{
		Customer: n.Customer, Subject: n.Anchor, Purpose: n.Rung, Episode: n.Episode, Repeat: n.Repeat,
		Verb: n.Verb, Channel: channel, Severity: n.Severity,
		Content: Content{Notice: &n}, Facts: Facts(n, templateVersion, address),
	}
}

// TaskWanted turns a task into what is wanted of the queue.
func TaskWanted(customer ledger.UID, t policy.Task, channel string) Wanted {
	return Wanted{
		Customer: customer, Subject: t.Subject, Purpose: "task/" + t.Kind, Episode: t.Episode,
		Verb: ledger.VerbTask, Channel: channel, Content: Content{Task: &t}, Facts: TaskFacts(t),
	}
}

// Repeat returns the next attempt at an entry of unknown fate, on a person's
// word that it did not arrive. The old row keeps its key for good.
func Repeat(old Entry) (Entry, error) {
	if old.State != NeedsHuman && old.State != Rejected {
		return Entry{}, fmt.Errorf("entry %s is %s: %w", old.Key, old.State, ErrTransition)
	}
	next := old
	next.Attempt++
	next.Key = Key(old.Company, old.Subject, old.Purpose, old.Episode, next.Attempt)
	next.State, next.Why = Proposed, "repeated by a person"
	next.Approval, next.Lease, next.Intent, next.Receipt = Approval{}, Lease{}, Intent{}, Receipt{}
	next.Tries, next.Version = 0, 0
	return next, nil
}

// IsTask reports whether the entry is work for one of us, whatever its rung.
func (e Entry) IsTask() bool {
	switch e.Verb {
	case ledger.VerbCall, ledger.VerbTask, ledger.VerbVisit:
		return true
	case ledger.VerbMail, ledger.VerbLetter, ledger.VerbRegistered:
		return strings.HasPrefix(e.Purpose, "task/")
	default:
		return strings.HasPrefix(e.Purpose, "task/")
	}
}
