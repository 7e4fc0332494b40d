package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

// errBody marks an answer whose body cannot be used and would not be better
// the next time.
var errBody = errors.New("unusable answer")

// maxErrorBody bounds how much of an error's body is read for its code.
const maxErrorBody = 64 << 10

// readBody reads at most limit bytes. A body that breaks off is againError; one
// that is longer is errBody.
func readBody(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, againError{fmt.Errorf("the answer broke off (%s)", cause(err))}
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: it is longer than %d bytes", errBody, limit)
	}
	return data, nil
}

// errorBody reads what an error says, as far as it is short and readable.
func errorBody(resp *http.Response) []byte {
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return nil
	}
	return data
}

// decode reads JSON into the value. A body that ends in mid-value is againError:
// some servers cut an answer without saying so.
func decode(h http.Header, data []byte, into any) error {
	if into == nil {
		return nil
	}
	if looksHTML(h, data) {
		return fmt.Errorf("%w: an HTML page instead of JSON", errBody)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return againError{errors.New("the answer is empty where JSON was expected")}
	}
	if err := withoutFloats(reflect.TypeOf(into), nil); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the JSON", errBody)
	}
	return nil
}

// jsonError tells what is wrong without repeating what stands there.
func jsonError(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return againError{errors.New("the answer broke off (its JSON has no end)")}
	case errors.As(err, &kind):
		return fmt.Errorf("%w: field %q is not a %s", errBody, kind.Field, kind.Type)
	default:
		return fmt.Errorf("%w: it is not JSON", errBody)
	}
}

func looksHTML(h http.Header, data []byte) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err == nil && (kind == "text/html" || kind == "application/xhtml+xml") {
		return true
	}
	start := bytes.TrimPrefix(bytes.TrimSpace(data[:min(len(data), 512)]), []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(start, []byte("<"))
}

// withoutFloats refuses to decode into a type that has a float in it: amounts
// are json.Number or text, so that no cent is lost on the way.
func withoutFloats(t reflect.Type, seen []reflect.Type) error {
	if slices.Contains(seen, t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		return fmt.Errorf("%w: it would be read into a float", errBody)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return withoutFloats(t.Elem(), append(seen, t))
	case reflect.Struct:
		for f := range t.Fields() {
			if !f.IsExported() && !f.Anonymous {
				continue
			}
			if err := withoutFloats(f.Type, append(seen, t)); err != nil {
				return fmt.Errorf("field %s: %w", strings.ToLower(f.Name), err)
			}
		}
	default:
	}
	return nil
}

func replyOf(resp *http.Response) Reply {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		date = time.Time{}
	}
	return Reply{Status: resp.StatusCode, Header: resp.Header.Clone(), Date: date}
}
