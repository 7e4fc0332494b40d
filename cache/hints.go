package cache

import (
	"maps"
	"sync"

	"github.com/relanced/relanced/ledger"
)

// hints tell of which kinds a connection has lately shown nothing but new
// records, so that the next ones are inserted without asking whether they are
// known. A wrong hint costs time and nothing else.
type hints map[ledger.Kind]bool

// hintBoard keeps the hints of all connections from one transaction to the
// next.
type hintBoard struct {
	mu sync.Mutex
	by map[ledger.UID]hints
}

func newHintBoard() *hintBoard { return &hintBoard{by: map[ledger.UID]hints{}} }

// of returns a copy of a connection's hints.
func (b *hintBoard) of(connection ledger.UID) hints {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := hints{}
	maps.Copy(h, b.by[connection])
	return h
}

func (b *hintBoard) keep(connection ledger.UID, h hints) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.by[connection] = h
}
