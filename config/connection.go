package config

import (
	"slices"
	"strings"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// readAges is how old the facts of a kind of connection may be before they
// stop sending. A ledger export comes by hand and once a month at best.
func readAge(kind string) time.Duration {
	switch kind {
	case "fec":
		return 45 * 24 * time.Hour
	case "people", "bank":
		return 0 // people age by being wrong, not by being old; the bank's age is that of the money
	default:
		return time.Hour
	}
}

// connections reads the company's tools, files and channels.
func (b *builder) connections(at string, f CompanyFile, c *Company) {
	if len(f.Connection) == 0 {
		b.fault(at+".connection", "there is no connection; write a table ["+at+".connection.NAME] with a kind")
	}
	order := b.order(at, f)
	for _, name := range order {
		if made, ok := b.connection(at+".connection."+name, name, f.Connection[name]); ok {
			c.Connections = append(c.Connections, made)
		}
	}
}

// order is the order in which connections are believed: as `sources` says, the
// others after, as they stand in the file.
func (b *builder) order(at string, f CompanyFile) []string {
	names := sorted(f.Connection)
	slices.SortStableFunc(names, func(x, y string) int {
		px, py := b.places[at+".connection."+x], b.places[at+".connection."+y]
		return px.line - py.line
	})
	var order []string
	for _, s := range f.Sources {
		switch {
		case !slices.Contains(names, s):
			b.fault(at+".sources", "there is no connection "+quote(s)+"; there are "+strings.Join(names, ", "))
		case slices.Contains(order, s):
			b.fault(at+".sources", quote(s)+" stands there twice")
		default:
			order = append(order, s)
		}
	}
	for _, n := range names {
		if !slices.Contains(order, n) {
			order = append(order, n)
		}
	}
	return order
}

// connection reads one connection: first what all have, then its kind's own.
func (b *builder) connection(at, name string, raw conn) (Connection, bool) {
	if !tableName.MatchString(name) {
		b.fault(at, "a connection's table is named with small letters, digits and dashes")
	}
	var common ConnectionFile
	own := make(map[string]any, len(raw))
	shared := make(map[string]any)
	for key, value := range raw {
		switch key {
		case "kind", "max_read_age", "timeout", "settle":
			shared[key] = value
		default:
			own[key] = value
		}
	}
	common = *decode(b.document, shared, at, func() *ConnectionFile { return &ConnectionFile{} })
	i := slices.IndexFunc(b.kit.Kinds, func(k connectors.Kind) bool { return k.Name == common.Kind })
	if i < 0 {
		b.fault(at+".kind", quote(common.Kind)+" is not a kind of connection; there are "+kinds(b.kit.Kinds))
		return Connection{}, false
	}
	made := Connection{
		Name: name, Kind: common.Kind,
		Timeout:    b.duration(at+".timeout", common.Timeout, 30*time.Second),
		Settle:     b.duration(at+".settle", common.Settle, time.Minute),
		MaxReadAge: b.duration(at+".max_read_age", common.MaxReadAge, readAge(common.Kind)),
	}
	made.Config = decode(b.document, own, at, b.kit.Kinds[i].NewConfig)
	for _, f := range made.Config.Validate() {
		b.fault(strings.TrimSuffix(at+"."+f.Key, "."), f.Text)
	}
	return made, true
}

// kinds lists the kinds that people can choose among.
func kinds(all []connectors.Kind) string {
	names := make([]string, 0, len(all))
	for _, k := range all {
		if !k.Pretend {
			names = append(names, k.Name)
		}
	}
	return strings.Join(names, ", ")
}

// duration reads "30s", "5m", "36h" or "45 days".
func (b *builder) duration(key, text string, otherwise time.Duration) time.Duration {
	if text == "" {
		return otherwise
	}
	if days, ok := strings.CutSuffix(strings.TrimSuffix(text, "s"), " day"); ok {
		if d, err := time.ParseDuration(days + "h"); err == nil && d > 0 {
			return 24 * d
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		b.fault(key, quote(text)+" is not a time such as 30s, 5m, 36h or 45 days")
		return otherwise
	}
	return d
}

// channels reads which connection delivers what. Where only one connection can
// send, it delivers everything that is not said otherwise.
func (b *builder) channels(at string, f CompanyFile, c *Company) {
	c.Channels = make(map[ledger.Verb]string)
	only := b.onlySender(c)
	for _, ch := range []struct {
		key   string
		name  string
		verbs []ledger.Verb
	}{
		{"mail", f.Channels.Mail, []ledger.Verb{ledger.VerbMail}},
		{"letter", f.Channels.Letter, []ledger.Verb{ledger.VerbLetter}},
		{"registered", f.Channels.Registered, []ledger.Verb{ledger.VerbRegistered}},
		{"task", f.Channels.Task, []ledger.Verb{ledger.VerbTask, ledger.VerbCall, ledger.VerbVisit}},
	} {
		name := or(ch.name, only)
		if ch.name != "" && !slices.ContainsFunc(c.Connections, func(x Connection) bool { return x.Name == ch.name }) {
			b.fault(at+".channels."+ch.key, "there is no connection "+quote(ch.name))
		}
		if name == "" {
			if c.Mode != outbox.Observe && len(c.Connections) > 0 && ch.key != "registered" {
				b.fault(at+".channels."+ch.key, "nothing delivers it; name a connection such as one of kind folder")
			}
			continue
		}
		for _, v := range ch.verbs {
			c.Channels[v] = name
		}
	}
}

// onlySender returns the one connection that is a channel, if there is one.
func (b *builder) onlySender(c *Company) string {
	only := ""
	for _, x := range c.Connections {
		if !slices.ContainsFunc(b.kit.Kinds, func(k connectors.Kind) bool { return k.Name == x.Kind && k.Delivers }) {
			continue
		}
		if only != "" {
			return ""
		}
		only = x.Name
	}
	return only
}
