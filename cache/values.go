package cache

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// day stores a civil day as text such as 2026-04-30, an unknown day as empty
// text; NULL is read as unknown, too.
type day ledger.Date

// Value writes the day.
func (d day) Value() (driver.Value, error) { return ledger.Date(d).String(), nil }

// Scan reads the day.
func (d *day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		return (*ledger.Date)(d).UnmarshalText([]byte(v))
	case []byte:
		return (*ledger.Date)(d).UnmarshalText(v)
	default:
		return fmt.Errorf("a day is stored as %T", src)
	}
}

// instant stores a point in time as unix milliseconds, the zero time as 0.
type instant time.Time

// Value writes the instant.
func (i instant) Value() (driver.Value, error) { return millis(time.Time(i)), nil }

// Scan reads the instant; NULL is the zero time.
func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = instant{}
		return nil
	case int64:
		*i = instant(fromMillis(v))
		return nil
	default:
		return fmt.Errorf("an instant is stored as %T", src)
	}
}

// millis returns unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the opposite of millis, in UTC.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag stores a yes or no as 1 or 0.
type flag bool

// Value writes the flag.
func (f flag) Value() (driver.Value, error) {
	if f {
		return int64(1), nil
	}
	return int64(0), nil
}

// Scan reads the flag.
func (f *flag) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a flag is stored as %T", src)
	}
	*f = v != 0
	return nil
}

// amount puts the two columns of an amount together.
func amount(minor int64, currency string) money.Amount {
	if minor == 0 && currency == "" {
		return money.Amount{}
	}
	return money.New(minor, money.Currency(currency))
}

// seenDay reads a stored instant as the civil day it fell on, in UTC: a hold
// that counts from it may be a day longer in the far west, never shorter by more.
type seenDay ledger.Date

// Scan reads the instant.
func (d *seenDay) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as %T", src)
	}
	*d = 0
	if v != 0 {
		*d = seenDay(ledger.DateOf(fromMillis(v)))
	}
	return nil
}
