package config

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a TOML text with the place of every key in it.
type document struct {
	file   string
	values map[string]any
	places map[string]place
	// written is how single values that are no text stand in the file.
	written map[string]string
	faults  FaultsError
}

type place struct{ line, column int }

// read parses a TOML text. A fault of syntax is the only one then, for what
// stands behind it cannot be read.
func read(file string, data []byte) *document {
	d := &document{file: file, values: map[string]any{}, places: map[string]place{}, written: map[string]string{}}
	if err := toml.Unmarshal(data, &d.values); err != nil {
		d.refuse(nil, "", err)
		return d
	}
	d.locate(data)
	return d
}

// locate notes where every key stands, so that a fault found later can say so.
func (d *document) locate(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	var table []string
	for p.NextExpression() {
		node := p.Expression()
		switch node.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = d.note(&p, nil, node.Key())
		case unstable.KeyValue:
			d.noteValue(&p, table, node)
		default:
		}
	}
}

func (d *document) noteValue(p *unstable.Parser, table []string, node *unstable.Node) {
	path := d.note(p, table, node.Key())
	value := node.Value()
	switch value.Kind {
	case unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			if child := it.Node(); child.Kind == unstable.KeyValue {
				d.noteValue(p, path, child)
			}
		}
	case unstable.Integer, unstable.Float, unstable.Bool, unstable.LocalDate:
		d.written[strings.Join(path, ".")] = string(value.Data)
	default:
	}
}

func (d *document) note(p *unstable.Parser, prefix []string, key unstable.Iterator) []string {
	path := append([]string(nil), prefix...)
	for key.Next() {
		n := key.Node()
		path = append(path, string(n.Data))
		dotted := strings.Join(path, ".")
		if _, known := d.places[dotted]; !known {
			start := p.Shape(n.Raw).Start
			d.places[dotted] = place{start.Line, start.Column}
		}
	}
	return path
}

// fault adds a fault about a key, at its place or its table's.
func (d *document) fault(key, text string) {
	f := Fault{File: d.file, Key: key, Text: text}
	for at := key; at != ""; {
		if p, ok := d.places[at]; ok {
			f.Line, f.Column = p.line, p.column
			break
		}
		at = at[:max(0, strings.LastIndexByte(at, '.'))]
	}
	d.faults = append(d.faults, f)
}

// decode fills what fresh returns from values and reports every key that is
// unknown or of the wrong type: what cannot be read is told, taken out, and
// the rest tried again on a fresh target. values is used up.
func decode[T any](d *document, values map[string]any, prefix string, fresh func() T) T {
	for {
		into := fresh()
		text, err := toml.Marshal(values)
		if err != nil {
			d.fault(prefix, "it cannot be read: "+err.Error())
			return into
		}
		dec := toml.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		if err = dec.Decode(into); err == nil || !d.refuse(values, prefix, err) {
			return into
		}
	}
}

// refuse turns a decoder's error into faults and takes the keys they are about
// out of values. It reports whether the rest is worth another try.
func (d *document) refuse(values map[string]any, prefix string, err error) bool {
	if missing, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		again := false
		for i := range missing.Errors {
			key := missing.Errors[i].Key()
			d.fault(join(prefix, key), "there is no such key; see config.example.toml")
			again = drop(values, key) || again
		}
		return again
	}
	wrong, ok := errors.AsType[*toml.DecodeError](err)
	if !ok {
		d.fault(prefix, strings.TrimPrefix(err.Error(), "toml: "))
		return false
	}
	key := wrong.Key()
	text := strings.TrimPrefix(wrong.Error(), "toml: ")
	if values == nil {
		line, column := wrong.Position()
		d.faults = append(d.faults, Fault{File: d.file, Line: line, Column: column, Text: text})
		return false
	}
	dotted := join(prefix, key)
	d.fault(dotted, mismatch(key, at(values, key), d.written[dotted], text))
	return drop(values, key)
}

func join(prefix string, key []string) string {
	path := strings.Join(key, ".")
	if prefix == "" || path == "" {
		return prefix + path
	}
	return prefix + "." + path
}

// drop takes a key out of nested values.
func drop(values map[string]any, key []string) bool {
	for len(key) > 1 {
		next, ok := values[key[0]].(map[string]any)
		if !ok {
			break
		}
		values, key = next, key[1:]
	}
	if len(key) == 0 {
		return false
	}
	if _, ok := values[key[0]]; !ok {
		return false
	}
	delete(values, key[0])
	return true
}

// at returns the value of a key in nested values; nil: there is none.
func at(values map[string]any, key []string) any {
	var found any = values
	for _, k := range key {
		table, ok := found.(map[string]any)
		if !ok {
			return found
		}
		found = table[k]
	}
	return found
}
