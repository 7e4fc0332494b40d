package fec

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/relanced/relanced/connectors"
)

// errRefused marks a file that cannot be used as it is; the same file is
// refused again.
var errRefused = connectors.ErrRejected

// errStopped says that the caller wants no more pages.
var errStopped = errors.New("the caller stopped reading")

// refuse makes an error about a file as a whole.
func refuse(name, format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", name, fmt.Sprintf(format, args...), errRefused)
}

// class says what the caller may do about a file that cannot be opened.
func class(err error) error {
	cause := err
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		cause = inner.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no such file or folder; put the FEC there, or correct path: %w", connectors.ErrUnavailable)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("it may not be read; give the daemon's user the right to read it: %w", connectors.ErrUnauthorized)
	default:
		return fmt.Errorf("%w: %w", cause, connectors.ErrUnavailable)
	}
}
