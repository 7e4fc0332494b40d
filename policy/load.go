package policy

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

//go:embed ladders/*.toml
var builtIn embed.FS

// Builtin returns the ladders that come with the program, one file each:
// fr-business.toml and fr-consumer.toml.
func Builtin() fs.FS {
	sub, err := fs.Sub(builtIn, "ladders")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// LoadLadder reads a ladder's text. name becomes its ID. Unknown keys and
// values of the wrong kind are faults, all of them at once, each with its
// place; a fault of syntax is the only one. What Lint looks for is not judged.
func LoadLadder(data []byte, name string) (Ladder, []Fault) {
	values := map[string]any{}
	if err := toml.Unmarshal(data, &values); err != nil {
		return Ladder{ID: name}, []Fault{syntaxFault(err)}
	}
	d := document{places: places{}}
	d.locate(data)
	rungs, isList := values["rung"].([]any)
	if values["rung"] != nil && !isList {
		d.fault("rung", "each rung begins with a line [[rung]]")
	}
	delete(values, "rung")
	l := decode[Ladder](&d, values, "")
	for i, v := range rungs {
		prefix := "rung." + strconv.Itoa(i)
		table, ok := v.(map[string]any)
		if !ok {
			d.fault(prefix, "each rung begins with a line [[rung]]")
			continue
		}
		l.Rungs = append(l.Rungs, decode[Rung](&d, table, prefix))
	}
	l.ID, l.places = name, d.places
	return l, d.faults
}

func syntaxFault(err error) Fault {
	f := Fault{Text: strings.TrimPrefix(err.Error(), "toml: ")}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		f.Line, f.Column = bad.Position()
		f.Key = strings.Join(bad.Key(), ".")
	}
	return f
}

// document is a ladder's text while it is read.
type document struct {
	places places
	faults []Fault
}

// decode fills a T from values. What is unknown or cannot be read is told,
// taken out, and the rest tried again. values is used up.
func decode[T any](d *document, values map[string]any, prefix string) T {
	for {
		var into T
		text, err := toml.Marshal(values)
		if err != nil {
			d.fault(prefix, "it cannot be read: "+err.Error())
			return into
		}
		decoder := toml.NewDecoder(bytes.NewReader(text))
		err = decoder.DisallowUnknownFields().Decode(&into)
		if err == nil || !d.refuse(values, prefix, err) {
			return into
		}
	}
}

// refuse tells a decoder's error and takes its keys out of values. It reports
// whether the rest is worth another try.
func (d *document) refuse(values map[string]any, prefix string, err error) bool {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		dropped := false
		for i := range unknown.Errors {
			key := unknown.Errors[i].Key()
			d.fault(join(prefix, key), "there is no such key in a ladder")
			dropped = drop(values, key) || dropped
		}
		return dropped
	}
	bad, ok := errors.AsType[*toml.DecodeError](err)
	if !ok {
		d.fault(prefix, strings.TrimPrefix(err.Error(), "toml: "))
		return false
	}
	d.fault(join(prefix, bad.Key()), strings.TrimPrefix(bad.Error(), "toml: "))
	return drop(values, bad.Key())
}

func (d *document) fault(key, text string) {
	d.faults = append(d.faults, d.places.fault(key, text))
}

func join(prefix string, key []string) string {
	return strings.Trim(prefix+"."+strings.Join(key, "."), ".")
}

// drop takes a key out of nested values and reports whether it was there.
func drop(values map[string]any, key []string) bool {
	if len(key) == 0 {
		return false
	}
	for ; len(key) > 1; key = key[1:] {
		next, ok := values[key[0]].(map[string]any)
		if !ok {
			break // the fault is inside a list or a text: all of it goes
		}
		values = next
	}
	_, there := values[key[0]]
	delete(values, key[0])
	return there
}

// places knows the line and column of every key of a text.
type places map[string]place

type place struct{ line, column int }

// fault makes a fault at a key's place, or at that of the table it is in.
func (p places) fault(key, text string) Fault {
	f := Fault{Key: key, Text: text}
	for at := key; at != ""; at = at[:max(0, strings.LastIndexByte(at, '.'))] {
		if found, ok := p[at]; ok {
			f.Line, f.Column = found.line, found.column
			return f
		}
	}
	return f
}

// locate notes where every key stands. The tables of a list are numbered from 0.
func (d *document) locate(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	count := map[string]int{}
	table := ""
	for p.NextExpression() {
		switch node := p.Expression(); node.Kind {
		case unstable.Table:
			table = d.note(&p, "", node.Key(), count)
		case unstable.ArrayTable:
			name := d.note(&p, "", node.Key(), nil)
			table = fmt.Sprintf("%s.%d", name, count[name])
			count[name]++
			key := node.Key()
			key.Next()
			d.put(&p, table, key.Node())
		case unstable.KeyValue:
			d.noteValue(&p, table, node)
		default: // comments
		}
	}
}

func (d *document) noteValue(p *unstable.Parser, table string, node *unstable.Node) {
	path := d.note(p, table, node.Key(), nil)
	if value := node.Value(); value.Kind == unstable.InlineTable {
		for it := value.Children(); it.Next(); {
			if child := it.Node(); child.Kind == unstable.KeyValue {
				d.noteValue(p, path, child)
			}
		}
	}
}

// note notes every part of a dotted key and returns its path. A part that is a
// list means the newest of its tables.
func (d *document) note(p *unstable.Parser, path string, key unstable.Iterator, lists map[string]int) string {
	for key.Next() {
		path = strings.TrimPrefix(path+"."+string(key.Node().Data), ".")
		d.put(p, path, key.Node())
		if n := lists[path]; n > 0 {
			path = fmt.Sprintf("%s.%d", path, n-1)
		}
	}
	return path
}

func (d *document) put(p *unstable.Parser, path string, node *unstable.Node) {
	if _, known := d.places[path]; !known {
		start := p.Shape(node.Raw).Start
		d.places[path] = place{start.Line, start.Column}
	}
}
