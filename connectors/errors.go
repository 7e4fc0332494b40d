package connectors

import (
	"errors"
	"fmt"
	"time"
)

// The errors say what the caller may do next. Connectors wrap them with what
// they were doing; callers test them with errors.Is and errors.As.
var (
	// ErrUnauthorized: the credentials or rights do not suffice; a person must act.
	ErrUnauthorized = errors.New("not authorised")
	// ErrNotFound: the tool knows no such record.
	ErrNotFound = errors.New("not found")
	// ErrRejected: the tool refused this for good; the same again is refused again.
	ErrRejected = errors.New("rejected")
	// ErrConflict: the record changed under us; read again, then decide again.
	ErrConflict = errors.New("conflict")
	// ErrUnavailable: it surely did not happen; later it may.
	ErrUnavailable = errors.New("unavailable")
	// ErrUncertain: it may have happened. Nothing may be repeated before Find has told.
	ErrUncertain = errors.New("outcome unknown")
)

// RateLimitError says that the tool asks for a pause. It is an ErrUnavailable:
// what was asked for surely did not happen.
type RateLimitError struct {
	After time.Duration // how long to wait; already bounded, never negative
}

// Error tells how long to wait.
func (e *RateLimitError) Error() string { return fmt.Sprintf("rate limited for %s", e.After) }

// Unwrap makes a rate limit an ErrUnavailable.
func (e *RateLimitError) Unwrap() error { return ErrUnavailable }
