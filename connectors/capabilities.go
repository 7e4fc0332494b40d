package connectors

import "context"

// Powers is what one connector can do. A nil field means that it cannot. It is
// filled once by PowersOf and handed on as a value, so that nobody asks a tool
// for its type.
type Powers struct {
	Connector Connector
	Reader    Reader
	Looker    Looker
	Sender    Sender
	Finder    Finder
	Preparer  Preparer

	Identifier Identifier
}

// PowersOf finds out what a connector can do.
func PowersOf(c Connector) Powers {
	p := Powers{Connector: c}
	p.Reader, _ = c.(Reader)
	p.Looker, _ = c.(Looker)
	p.Sender, _ = c.(Sender)
	p.Finder, _ = c.(Finder)
	p.Preparer, _ = c.(Preparer)
	p.Identifier, _ = c.(Identifier)
	return p
}

// Identity asks the tool who it is, in the cheapest way it has.
func (p Powers) Identity(ctx context.Context) (string, error) {
	if p.Identifier != nil {
		return p.Identifier.Identify(ctx)
	}
	report, err := p.Connector.Check(ctx)
	return report.Identity, err
}

// Consequences tells what the powers mean for the user, for `check` and for
// the documentation.
func (p Powers) Consequences() []Capability {
	return []Capability{
		{Name: "read", Has: p.Reader != nil, Consequence: consequence(p.Reader != nil,
			"facts are pulled from it", "nothing is pulled from it")},
		{Name: "look", Has: p.Looker != nil, Consequence: consequence(p.Looker != nil,
			"each customer is looked up again just before a message leaves",
			consequence(p.Reader != nil,
				"no look-up before sending: the newest complete file decides", "nothing to look up: nothing is pulled from it"))},
		{Name: "send", Has: p.Sender != nil, Consequence: consequence(p.Sender != nil,
			"messages leave through it", "nothing is sent through it")},
		{Name: "find", Has: p.Finder != nil, Consequence: consequence(p.Finder != nil,
			"after a crash it is asked whether a message left",
			consequence(p.Sender != nil,
				"at most once: a message of unknown fate waits for a person", "nothing to look for: nothing is sent through it"))},
	}
}

func consequence(has bool, yes, no string) string {
	if has {
		return yes
	}
	return no
}
