package folder

import (
	"context"
	"errors"
	"fmt"

	"github.com/relanced/relanced/connectors"
)

// Find tells whether a key was delivered, by the store alone: what people did
// to the visible files does not count. A store that is missing, that is not the
// one seen before or that cannot be read is ErrUncertain: what it knew is not
// known any more. One that is busy, and a context that ended, are
// ErrUnavailable: it may be asked again.
//
// One loss it cannot see: a store put back from a backup has the old id and
// lacks what was delivered since.
func (f *Folder) Find(ctx context.Context, key string) (connectors.Found, error) {
	if !keyShape.MatchString(key) {
		return connectors.Found{}, fmt.Errorf("folder: find: %w: this is not a key", connectors.ErrRejected)
	}
	if err := ctx.Err(); err != nil {
		return connectors.Found{}, unavailable(err)
	}
	if _, err := f.identity(); err != nil {
		return connectors.Found{}, uncertain(err)
	}
	unlock, err := f.lock(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return connectors.Found{}, unavailable(err)
	}
	if err != nil {
		return connectors.Found{}, uncertain(err)
	}
	defer unlock()
	done, err := f.delivered(key)
	if err != nil {
		return connectors.Found{}, uncertain(err)
	}
	if !done {
		return connectors.Found{Absent: true}, nil
	}
	return connectors.Found{Receipt: f.receipt(key, f.recall(key))}, nil
}
