package cache

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/relanced/relanced/money"
)

// digest gathers a record's content for its hash. Each part is preceded by its
// length, so that no two contents read alike.
type digest struct{ buf []byte }

func (d *digest) text(parts ...string) *digest {
	for _, s := range parts {
		d.buf = binary.AppendUvarint(d.buf, uint64(len(s)))
		d.buf = append(d.buf, s...)
	}
	return d
}

func (d *digest) number(values ...int64) *digest {
	for _, v := range values {
		d.buf = binary.AppendVarint(d.buf, v)
	}
	return d
}

func (d *digest) amount(a money.Amount) *digest {
	return d.number(a.Minor()).text(string(a.Currency()))
}

func (d *digest) flags(values ...bool) *digest {
	for _, v := range values {
		d.number(bit(v))
	}
	return d
}

// sum returns the hash and makes the digest ready for the next record. It is
// never 0, which stands for "nothing known yet".
func (d *digest) sum() int64 {
	h := sha256.Sum256(d.buf)
	d.buf = d.buf[:0]
	return int64(binary.BigEndian.Uint64(h[:8]) | 1)
}

// bit stores a yes or no as 1 or 0.
func bit(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
