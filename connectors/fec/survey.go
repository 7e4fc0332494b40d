package fec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/ledger"
)

// survey is what one quick pass over a file tells: how its letters are
// written, and which days it speaks of.
type survey struct {
	export
	lay      layout
	rows     int
	oldest   ledger.Date // oldest EcritureDate
	newest   ledger.Date // newest EcritureDate, however far ahead
	counted  map[ledger.Date]int
	problems []string
}

// maxDays bounds how many different days of a file are counted.
const maxDays = 4000

// survey reads a file once.
func (s *settings) survey(ctx context.Context, e export) (survey, error) {
	sv := survey{export: e, counted: map[ledger.Date]int{}}
	err := s.scan(e, func(f *os.File) error {
		t, marked, err := openTable(f, make([]byte, maxLine))
		if err != nil {
			return err
		}
		sv.lay = t.lay
		var text letters
		p := parser{set: s, table: t}
		for {
			fields, line, err := t.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = s.look(ctx, &sv, &p, &text, fields, line)
			}
			if err != nil {
				return err
			}
		}
		sv.lay.text = text.charset(marked)
		return nil
	})
	if err == nil && sv.rows == 0 {
		err = refuse(e.name, "it holds no entries; export the FEC again")
	}
	if sv.lay.mark == ';' {
		sv.problems = append(sv.problems, e.name+": the columns are separated by semicolons, as a spreadsheet does; a spreadsheet may have changed codes and numbers, so use the accounting software's own file")
	}
	if !sv.lay.has(colValidDate) {
		sv.problems = append(sv.problems, e.name+": there is no column ValidDate, so drafts cannot be told apart")
	}
	return sv, err
}

// look takes one row into the survey.
func (s *settings) look(ctx context.Context, sv *survey, p *parser, text *letters, fields [][]byte, line int) error {
	if line&0xfff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	sv.rows++
	for _, f := range fields {
		if !plain(f) {
			text.add(f)
		}
	}
	written := p.table.field(fields, colEcritureDate)
	day, ok := p.day(written)
	if !ok {
		if isSpreadsheetDay(written) {
			return fmt.Errorf("line %d: EcritureDate: %q is not AAAAMMJJ: a spreadsheet has changed this file, and may have changed customer codes and document numbers too; export the FEC again and do not open it in a spreadsheet, or, if the software itself writes days so, set dates = %q (%w)", line, written, datesSpreadsheet, errRefused)
		}
		return nil
	}
	if sv.oldest == 0 || day < sv.oldest {
		sv.oldest = day
	}
	sv.newest = max(sv.newest, day)
	if _, ok := sv.counted[day]; ok || len(sv.counted) < maxDays {
		sv.counted[day]++
	}
	return nil
}

// scan opens a file, and makes sure that it was of one state all the while.
func (s *settings) scan(e export, read func(*os.File) error) error {
	f, err := os.Open(e.path)
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, class(err))
	}
	defer func() { _ = f.Close() }() // nothing was written
	if err := e.still(f); err != nil {
		return err
	}
	if err := read(f); err != nil {
		if changed := e.still(f); changed != nil {
			return changed
		}
		if errors.Is(err, errStopped) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("%s: %w", e.name, told(err))
	}
	return e.still(f)
}

// told gives an error of reading the word that says what the caller may do.
func told(err error) error {
	switch {
	case errors.Is(err, errRefused), errors.Is(err, connectors.ErrUnavailable):
		return err
	case errors.Is(err, errLongLine):
		return fmt.Errorf("%w (%w)", err, errRefused)
	default:
		return class(err)
	}
}

// still refuses a file that is being written.
func (e *export) still(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, class(err))
	}
	if !e.unchanged(info) {
		return fmt.Errorf("%s: it changed while it was read; it is read again next time: %w", e.name, connectors.ErrUnavailable)
	}
	return nil
}

// before counts the rows dated on or before a day.
func (sv *survey) before(day ledger.Date) int {
	n := 0
	for d, rows := range sv.counted {
		if d <= day {
			n += rows
		}
	}
	return n
}

// newer reports whether o is a newer export of the same year: by its newest
// entry, then by the time it was written, then by name.
func (sv *survey) newer(o *survey) bool {
	switch {
	case sv.newest != o.newest:
		return sv.newest > o.newest
	case !sv.changed.Equal(o.changed):
		return sv.changed.After(o.changed)
	default:
		return bytes.Compare([]byte(sv.name), []byte(o.name)) > 0
	}
}

// years surveys the exports and keeps the newest of each fiscal year, oldest
// year first. It tells which exports are left out.
func (s *settings) years(ctx context.Context, found []export) (years []survey, passed []string, err error) {
	for _, e := range found {
		sv, err := s.survey(ctx, e)
		if err != nil {
			return nil, nil, err
		}
		last := len(years) - 1
		if last < 0 || years[last].closing != e.closing {
			years = append(years, sv)
			continue
		}
		old := years[last]
		if sv.newer(&years[last]) {
			years[last] = sv
		} else {
			old = sv
		}
		passed = append(passed, fmt.Sprintf("%s: %s is a newer export of the same fiscal year", old.name, years[last].name))
	}
	for i := 1; i < len(years); i++ {
		now, last := &years[i], &years[i-1]
		if n := now.before(last.closing); n*100 > now.rows {
			return nil, nil, refuse(now.name, "%d of its entries are of the days %s covers: two exports of one fiscal year bear different closing days; name both after the last day of the fiscal year", n, last.name)
		}
	}
	return years, passed, nil
}
