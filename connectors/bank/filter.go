package bank

import "encoding/binary"

// filter remembers digests in some eight bytes each, by 56 of their bits. It
// may take one for another, one time in many millions, so it only ever says
// that a digest deserves a closer look.
type filter struct {
	shards [256][][6]byte
	counts [256]int
}

// put adds the digest, and reports whether it may have been there.
func (f *filter) put(key digest) (again bool) {
	n := key[0]
	if tight(f.counts[n]+1, len(f.shards[n])) {
		f.grow(n)
	}
	c := f.probe(n, short(key))
	if *c == short(key) {
		return true
	}
	*c = short(key)
	f.counts[n]++
	return false
}

// has reports whether the digest may have been added.
func (f *filter) has(key digest) bool {
	return len(f.shards[key[0]]) > 0 && *f.probe(key[0], short(key)) == short(key)
}

// short is what is kept of a digest beside its shard; never all zero, which
// marks a free cell.
func short(key digest) [6]byte {
	s := [6]byte(key[1:7])
	if s == ([6]byte{}) {
		s[5] = 1
	}
	return s
}

func (f *filter) grow(n byte) {
	old := f.shards[n]
	f.shards[n] = make([][6]byte, roomier(len(old)))
	for _, s := range old {
		if s != ([6]byte{}) {
			*f.probe(n, s) = s
		}
	}
}

func (f *filter) probe(n byte, s [6]byte) *[6]byte {
	shard := f.shards[n]
	at := int(uint64(binary.LittleEndian.Uint32(s[:])) * uint64(len(shard)) >> 32)
	for shard[at] != s && shard[at] != ([6]byte{}) {
		if at++; at == len(shard) {
			at = 0
		}
	}
	return &shard[at]
}
