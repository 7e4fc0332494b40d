package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// sheet writes rows of one struct type as JSON or CSV. The names in both are
// those of the json tags, which are stable.
type sheet struct {
	json  *json.Encoder
	csv   *csv.Writer
	out   io.Writer
	count int
}

// newSheet starts a table in a format, json or csv.
func newSheet(out io.Writer, format string) (*sheet, error) {
	switch format {
	case "json":
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return &sheet{json: enc, out: out}, nil
	case "csv":
		return &sheet{csv: csv.NewWriter(out), out: out}, nil
	default:
		return nil, usageError{fmt.Errorf("--format %q: say json or csv", format)}
	}
}

// put writes one row, with a head before the first.
func (s *sheet) put(row any) error {
	s.count++
	if s.json != nil {
		lead := "[\n"
		if s.count > 1 {
			lead = ","
		}
		if _, err := io.WriteString(s.out, lead); err != nil {
			return err
		}
		return s.json.Encode(row)
	}
	v := reflect.ValueOf(row)
	if s.count == 1 {
		if err := s.csv.Write(heads(v.Type())); err != nil {
			return err
		}
	}
	cells := make([]string, 0, v.NumField())
	for _, cell := range v.Fields() {
		cells = append(cells, neutral(cell))
	}
	return s.csv.Write(cells)
}

// end closes the table; one without rows is still a table.
func (s *sheet) end(empty any) error {
	if s.json != nil {
		lead := ""
		if s.count == 0 {
			lead = "["
		}
		_, err := io.WriteString(s.out, lead+"]\n")
		return err
	}
	if s.count == 0 {
		if err := s.csv.Write(heads(reflect.TypeOf(empty))); err != nil {
			return err
		}
	}
	s.csv.Flush()
	return s.csv.Error()
}

func heads(t reflect.Type) []string {
	names := make([]string, 0, t.NumField())
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// neutral writes a cell so that no spreadsheet takes it for a formula: text
// that begins like one gets an apostrophe. Numbers are left as they are.
func neutral(v reflect.Value) string {
	text := fmt.Sprint(v.Interface())
	if v.Kind() != reflect.String {
		return text
	}
	if text != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(text[0])) {
		return "'" + text
	}
	return text
}

// private makes a file that only its owner can read; "-" and "" are stdout. It
// is written beside its place and put there by the function returned, which is
// told how the writing ended and returns how the whole did: after an error
// what was there before is left as it was.
func (a *app) private(path string) (io.Writer, func(error) error, error) {
	if path == "" || path == "-" {
		return a.stdout, func(err error) error { return err }, nil
	}
	if info, err := os.Stat(path); err == nil {
		switch {
		case info.IsDir():
			return nil, nil, fmt.Errorf("%s is a folder; name a file", path)
		case !info.Mode().IsRegular(): // a pipe or a device has no place beside it
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return nil, nil, err
			}
			return f, func(err error) error { return errors.Join(err, f.Close()) }, nil
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, nil, err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, nil, fmt.Errorf("write %s: %w", path, err)
	}
	return f, func(err error) error {
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return os.Rename(f.Name(), path)
	}, nil
}
