package connectortest

import (
	"fmt"
	"strings"

	"github.com/relanced/relanced/connectors"
)

// Capability is a set of what a connector can do and what the suite can do
// with its tool.
type Capability uint64

// The capabilities. CanRead to CanFind are the connector's own; the rest are
// the tool's interfaces. DueDays and Currencies are had by every tool with
// Books that does not deny them through Limited.
const (
	CanRead Capability = 1 << iota
	CanLook
	CanSend
	CanFind
	HasBooks
	HasCredits
	HasDelete
	HasMerge
	HasSpoiler
	HasClock
	HasZone
	HasStranger
	HasMailbox
	HasMeter
	HasPages
	HasSecrets
	HasDueDays
	HasCurrencies
	HasTraces // what is sent through it comes back when it is read
	HasFaults
	lastCapability
)

// firstFault is the bit of Fault401; the other faults follow.
const firstFault = 40

// Needs is the capability of suffering a fault.
func Needs(f Fault) Capability { return HasFaults | 1<<(firstFault+f) }

// Of finds out what a tool and a connector on it can do.
func Of(tool Tool) (Capability, error) {
	c, err := tool.Open()
	if err != nil {
		return 0, fmt.Errorf("open: %w", err)
	}
	p := connectors.PowersOf(c)
	var has Capability
	add := func(ok bool, c Capability) {
		if ok {
			has |= c
		}
	}
	add(p.Reader != nil, CanRead)
	add(p.Looker != nil, CanLook)
	add(p.Sender != nil, CanSend)
	add(p.Finder != nil, CanFind)
	add(is[Books](tool), HasBooks|HasDueDays|HasCurrencies)
	add(is[CreditBooks](tool), HasCredits)
	add(is[Deleter](tool), HasDelete)
	add(is[Merger](tool), HasMerge)
	add(is[Spoiler](tool), HasSpoiler)
	add(is[Clock](tool), HasClock)
	add(is[Zoned](tool), HasZone)
	add(is[Stranger](tool), HasStranger)
	add(is[Mailbox](tool), HasMailbox)
	add(is[Meter](tool), HasMeter)
	add(is[Paged](tool), HasPages)
	add(is[Secretive](tool), HasSecrets)
	add(p.Reader != nil && p.Sender != nil, HasTraces)
	if f, ok := tool.(Faulty); ok {
		for _, fault := range f.Faults() {
			has |= Needs(fault)
		}
	}
	if l, ok := tool.(Limited); ok {
		has &^= l.Lacks()
	}
	return has, nil
}

func is[T any](tool Tool) bool {
	_, ok := tool.(T)
	return ok
}

//nolint:gochecknoglobals // a compiled-in table
var capabilityNames = [...]string{
	"read", "look", "send", "find", "books", "credits", "delete", "merge", "spoil a record", "clock", "zone",
	"bad credentials", "mailbox", "meter", "pages", "secrets", "due days", "currencies", "traces", "faults",
}

//nolint:gochecknoglobals // a compiled-in table
var faultNames = [...]string{
	"401", "403", "429", "429 bare", "429 absurd", "503", "cut body", "endless body", "html", "unreachable",
	"hang", "rejected", "lost answer", "late failure", "slow landing",
}

// String lists the capabilities in words.
func (c Capability) String() string {
	var words []string
	for i, name := range capabilityNames {
		if c&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	for i, name := range faultNames {
		if c&(1<<(firstFault+i)) != 0 {
			words = append(words, "fault "+name)
		}
	}
	return strings.Join(words, ", ")
}

// String is the fault in words.
func (f Fault) String() string {
	if f >= lastFault {
		return "unknown fault"
	}
	return faultNames[f]
}
