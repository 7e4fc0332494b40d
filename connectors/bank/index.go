package bank

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// digest names a movement, a group of movements or a statement: the first 96
// bits of SHA-256. Among a million of them the odds that two differ and look
// alike are below one in 10^16.
type digest [12]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

// digester builds digests from parts without leaving garbage behind.
type digester struct{ buf []byte }

func (g *digester) start(kind byte) *digester {
	g.buf = append(g.buf[:0], kind)
	return g
}

// text adds a part; its length goes first, so that parts cannot run together.
func (g *digester) text(part []byte) *digester {
	g.buf = binary.AppendUvarint(g.buf, uint64(len(part)))
	g.buf = append(g.buf, part...)
	return g
}

func (g *digester) word(part string) *digester {
	g.buf = binary.AppendUvarint(g.buf, uint64(len(part)))
	g.buf = append(g.buf, part...)
	return g
}

func (g *digester) number(n int64) *digester {
	g.buf = binary.AppendVarint(g.buf, n)
	return g
}

func (g *digester) sum() (d digest) {
	all := sha256.Sum256(g.buf)
	copy(d[:], all[:])
	return d
}

// table maps digests to small states in little memory: open addressing, the
// cells themselves in the table, in shards that grow one by one and by little.
type table[S any] struct {
	shards [256][]cell[S]
	counts [256]int
	keys   int
}

type cell[S any] struct {
	key   digest // all zero: the cell is free
	state S
}

// get returns the state of key, or nil. It is valid until the next put.
func (t *table[S]) get(key digest) *S {
	shard := t.shards[key[0]]
	if len(shard) == 0 {
		return nil
	}
	if c := probe(shard, key); c.key == key {
		return &c.state
	}
	return nil
}

// put returns the state of key, which is the zero state when it is new. It is
// valid until the next put.
func (t *table[S]) put(key digest) *S {
	n := key[0]
	if tight(t.counts[n]+1, len(t.shards[n])) {
		t.grow(n)
	}
	c := probe(t.shards[n], key)
	if c.key != key {
		c.key = key
		t.counts[n]++
		t.keys++
	}
	return &c.state
}

// size is how many keys there are.
func (t *table[S]) size() int { return t.keys }

// all calls each for every state, in no order.
func (t *table[S]) all(each func(*S)) {
	for n := range t.shards {
		for i := range t.shards[n] {
			if c := &t.shards[n][i]; c.key != (digest{}) {
				each(&c.state)
			}
		}
	}
}

func (t *table[S]) grow(n byte) {
	old := t.shards[n]
	grown := make([]cell[S], roomier(len(old)))
	for i := range old {
		if old[i].key != (digest{}) {
			*probe(grown, old[i].key) = old[i]
		}
	}
	t.shards[n] = grown
}

// tight reports whether a shard of so many cells is too small for its keys:
// more than 85 % full.
func tight(keys, cells int) bool { return keys*20 > cells*17 }

// roomier is the next size of a shard: not much more, for memory's sake.
func roomier(cells int) int { return cells + cells/6 + 8 }

// probe finds the cell of key, or the free one where it belongs.
func probe[S any](shard []cell[S], key digest) *cell[S] {
	at := int(uint64(binary.LittleEndian.Uint32(key[1:])) * uint64(len(shard)) >> 32)
	for shard[at].key != key && shard[at].key != (digest{}) {
		if at++; at == len(shard) {
			at = 0
		}
	}
	return &shard[at]
}
