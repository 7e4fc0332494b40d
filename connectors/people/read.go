package people

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// pageSize is how many customers one page holds at most.
const pageSize = 500

// maxFile bounds the file in bytes.
const maxFile = 32 << 20

// Read yields every customer and contact of the file, then the end of the only
// stream, "". With a cursor of the same name, size, time and inode, and unless
// a census is asked for, it yields an unchanged end and nothing else. The end
// is as of the day the file was last written, since nothing in it has a day.
//
// A file that is not there is ErrNotFound, one that may not be read
// ErrUnauthorized, one that cannot be used ErrRejected, one that changes while
// it is read ErrUnavailable; after each of them nothing may be taken for
// deleted.
func (f *File) Read(ctx context.Context, scope connectors.Scope, since connectors.Cursor) iter.Seq2[connectors.Page, error] {
	return func(yield func(connectors.Page, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(connectors.Page{}, err)
			return
		}
		if now, info, err := f.stat(); err == nil && scope != connectors.All && now == since {
			yield(connectors.Page{Next: since, End: &connectors.End{AsOf: f.day(info.ModTime()), Unchanged: true, Count: -1}}, nil)
			return
		}
		data, taken, err := f.load()
		if err != nil {
			yield(connectors.Page{}, fmt.Errorf("read %s: %w", f.options.File, err))
			return
		}
		sheet, err := Parse(data, f.options)
		if err != nil {
			yield(connectors.Page{}, fmt.Errorf("read: %w (%w)", err, connectors.ErrRejected))
			return
		}
		end := &connectors.End{AsOf: f.day(taken.modified), Complete: true, Count: len(sheet.Customers)}
		f.pages(ctx, sheet, since, taken.cursor, end, yield)
	}
}

// pages yields the sheet, a customer and its contacts on the same page. Only
// the last page carries the file's own cursor: a reading that was cut short
// begins again.
func (f *File) pages(ctx context.Context, sheet Sheet, since, next connectors.Cursor, end *connectors.End, yield func(connectors.Page, error) bool) {
	contacts := make(map[string][]ledger.Contact)
	for _, c := range sheet.Contacts {
		contacts[c.Customer] = append(contacts[c.Customer], c)
	}
	left := sheet.Customers
	for {
		if err := ctx.Err(); err != nil {
			yield(connectors.Page{}, err)
			return
		}
		page := connectors.Page{Customers: left[:min(pageSize, len(left))], Next: since}
		left = left[len(page.Customers):]
		for _, c := range page.Customers {
			page.Contacts = append(page.Contacts, contacts[c.ID]...)
		}
		if len(left) == 0 {
			page.Quarantined, page.Findings = sheet.Quarantined, sheet.Findings
			page.Next, page.End = next, end
		}
		if !yield(page, nil) || len(left) == 0 {
			return
		}
	}
}

func (f *File) day(t time.Time) time.Time {
	return ledger.DateOf(t.In(f.zone)).In(f.zone, 0, 0).UTC()
}

// snapshot says of which state of the file the bytes are.
type snapshot struct {
	cursor   connectors.Cursor
	modified time.Time
}

// load reads the whole file, of one state.
func (f *File) load() ([]byte, snapshot, error) {
	before, info, err := f.stat()
	if err != nil {
		return nil, snapshot{}, err
	}
	if info.IsDir() {
		return nil, snapshot{}, fmt.Errorf("it is a folder; name the CSV file in it: %w", connectors.ErrRejected)
	}
	if !info.Mode().IsRegular() {
		return nil, snapshot{}, fmt.Errorf("it is no file; name a CSV file: %w", connectors.ErrRejected)
	}
	if info.Size() > maxFile {
		return nil, snapshot{}, fmt.Errorf("it is larger than %d MB; is it the people file? %w", maxFile>>20, connectors.ErrRejected)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, snapshot{}, class(err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, snapshot{}, class(err)
	}
	after, _, err := f.stat()
	if err != nil {
		return nil, snapshot{}, err
	}
	if before != after || int64(len(data)) != info.Size() {
		return nil, snapshot{}, fmt.Errorf("it changed while it was read; it is read again next time: %w", connectors.ErrUnavailable)
	}
	return data, snapshot{cursor: before, modified: info.ModTime()}, nil
}

// class says what the caller may do about a file that cannot be opened. The
// path stays out of the error: the connection's name says which it is.
func class(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no such file; fill in the template and save it there: %w", connectors.ErrNotFound)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the file may not be read; give the daemon's user the right to read it: %w", connectors.ErrUnauthorized)
	default:
		if inner, ok := errors.AsType[*fs.PathError](err); ok {
			err = inner.Err
		}
		return fmt.Errorf("%w: %w", err, connectors.ErrUnavailable)
	}
}
