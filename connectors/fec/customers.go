package fec

import "github.com/relanced/relanced/ledger"

// customer is one debtor of the books.
type customer struct {
	code     string
	name     string
	named    ledger.Date // day of the entry the name was taken from
	year     ledger.Date // closing day of the file that spoke of it last
	emitted  bool
	told     string // the name it was yielded with
	line     int    // where the file named it first
	fromAcct bool   // the code is an account's number
	unknown  bool   // the account is a collective one, so nobody knows who it is
	deposits *deposits
}

// deposits counts what stands on 4191 for one customer in the newest year: what
// was paid in, and what remains of all that was booked there.
type deposits struct {
	paid   int64
	left   int64
	newest ledger.Date
	line   int
}

// customers numbers the debtors of one reading.
type customers struct {
	list       []customer
	index      map[string]uint32
	collective map[string]bool // accounts that were used with a CompAuxNum
}

func newCustomers() *customers {
	return &customers{index: map[string]uint32{}, collective: map[string]bool{}}
}

// of returns the number of a posting's customer.
func (c *customers) of(p *posting, year ledger.Date) uint32 {
	i, ok := c.index[string(p.aux)]
	if !ok {
		i = uint32(len(c.list))
		code := string(p.aux)
		c.index[code] = i
		c.list = append(c.list, customer{code: code, fromAcct: p.fromAcct})
	}
	who := &c.list[i]
	if who.year != year {
		who.year, who.line = year, p.line
	}
	who.fromAcct = who.fromAcct && p.fromAcct
	if !p.fromAcct && !c.collective[string(p.account)] {
		c.collective[string(p.account)] = true
	}
	if p.day > who.named || p.day == who.named && string(p.name) > who.name {
		who.named = p.day
		if string(p.name) != who.name {
			who.name = string(p.name)
		}
	}
	return i
}

// settle finds out which accounts are collective: used with a CompAuxNum on
// some rows and without on others. Of the others nobody knows whose they are.
func (c *customers) settle() {
	for i := range c.list {
		who := &c.list[i]
		who.unknown = who.fromAcct && c.collective[who.code]
	}
}
