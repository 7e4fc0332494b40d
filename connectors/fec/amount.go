package fec

import (
	"bytes"
	"time"

	"github.com/relanced/relanced/ledger"
)

// maxMinor bounds the amount of one line, in minor units; maxVolume what the
// lines of a file move together, so that no sum of them can leave 64 bits.
const (
	maxMinor  = 10_000_000_000_000_000
	maxVolume = 1 << 62
)

// parseAmount reads a number with a decimal comma or point in minor units of a
// currency with exp decimals. A thousands mark is refused, and so is what may
// be one: three decimals after a point. Nothing is rounded.
func parseAmount(b []byte, exp int) (int64, bool) {
	b, negative := bytes.CutPrefix(b, []byte("-"))
	if !negative {
		b = bytes.TrimPrefix(b, []byte("+"))
	}
	whole, frac := b, []byte(nil)
	if i := bytes.IndexAny(b, ",."); i >= 0 {
		whole, frac = b[:i], b[i+1:]
		if len(frac) == 0 || b[i] == '.' && len(frac) == 3 && exp < 3 {
			return 0, false
		}
	}
	if len(whole)+len(frac) == 0 {
		return 0, false
	}
	minor, ok := digitsOn(0, whole)
	if ok {
		minor, ok = digitsOn(minor, frac[:min(exp, len(frac))])
	}
	for d := len(frac); ok && d < exp; d++ {
		minor, ok = digitsOn(minor, []byte("0"))
	}
	if ok && len(frac) > exp {
		ok = len(bytes.Trim(frac[exp:], "0")) == 0
	}
	switch {
	case !ok:
		return 0, false
	case negative:
		return -minor, true
	default:
		return minor, true
	}
}

// digitsOn puts digits behind a number.
func digitsOn(n int64, b []byte) (int64, bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int64(c-'0'); n > maxMinor {
			return 0, false
		}
	}
	return n, true
}

// parseDay reads AAAAMMJJ, or JJ/MM/AAAA too when spreadsheet is set.
func parseDay(b []byte, spreadsheet bool) (ledger.Date, bool) {
	if spreadsheet && isSpreadsheetDay(b) {
		return civil(b[6:10], b[3:5], b[0:2])
	}
	if len(b) != 8 {
		return 0, false
	}
	return civil(b[0:4], b[4:6], b[6:8])
}

func civil(year, month, day []byte) (ledger.Date, bool) {
	y, okY := digits(year)
	m, okM := digits(month)
	d, okD := digits(day)
	if !okY || !okM || !okD {
		return 0, false
	}
	date, err := ledger.NewDate(y, time.Month(m), d)
	return date, err == nil
}

func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// isSpreadsheetDay recognises the shape 01/03/2026.
func isSpreadsheetDay(b []byte) bool {
	if len(b) != 10 || b[2] != '/' || b[5] != '/' {
		return false
	}
	for i, c := range b {
		if i != 2 && i != 5 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
