package cache

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
	"github.com/relanced/relanced/reconcile"
)

// A case is stored in a compact form of our own: a plan reads every case of a
// company, and encoding/json would cost most of that time. Each type is walked
// by one function for both directions, so that writing and reading cannot
// differ. The form is told by its first byte; a row of another form is worked
// out anew.
const caseForm = 1

// errForm says that a stored case was written in another form.
var errForm = errors.New("the case is stored in another form")

// encodeCase returns the stored form of a case.
func encodeCase(c *policy.Case) []byte {
	w := coder{out: append(make([]byte, 0, 512), caseForm)}
	walkCase(&w, c)
	return w.out
}

// decodeCase reads what encodeCase wrote. Its texts share one string.
func decodeCase(body []byte) (policy.Case, error) {
	if len(body) == 0 || body[0] != caseForm {
		return policy.Case{}, errForm
	}
	r := coder{in: string(body[1:]), reading: true}
	var c policy.Case
	walkCase(&r, &c)
	if r.err == nil && r.in != "" {
		r.err = errors.New("bytes are left over")
	}
	if r.err != nil {
		return policy.Case{}, fmt.Errorf("stored case: %w", r.err)
	}
	return c, nil
}

// coder writes to out or reads from in.
type coder struct {
	out     []byte
	in      string
	reading bool
	err     error
}

// number walks a whole number: small ones take one byte.
func number[T ~int | ~int32 | ~int64](c *coder, v *T) {
	if !c.reading {
		c.out = binary.AppendVarint(c.out, int64(*v))
		return
	}
	u := c.uvarint()
	*v = T(int64(u>>1) ^ -int64(u&1))
}

func (c *coder) uvarint() uint64 {
	var u uint64
	for i := 0; i < len(c.in) && i < binary.MaxVarintLen64; i++ {
		b := c.in[i]
		u |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.in = c.in[i+1:]
			return u
		}
	}
	c.fail()
	return 0
}

func (c *coder) fail() {
	c.in, c.err = "", errors.New("it ends too early")
}

// text walks a string of any type.
func text[T ~string](c *coder, v *T) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
		c.out = append(c.out, *v...)
		return
	}
	n := c.uvarint()
	if n > uint64(len(c.in)) {
		c.fail()
		return
	}
	*v, c.in = T(c.in[:n]), c.in[n:]
}

func yes(c *coder, v *bool) {
	n := bit(*v)
	number(c, &n)
	*v = n != 0
}

func sum(c *coder, v *money.Amount) {
	minor, cur := v.Minor(), v.Currency()
	number(c, &minor)
	text(c, &cur)
	if c.reading {
		*v = amount(minor, string(cur))
	}
}

// list walks a slice; an empty one is read as nil.
func list[T any](c *coder, v *[]T, each func(*coder, *T)) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(len(*v)))
	} else {
		n := c.uvarint()
		if n > uint64(len(c.in)) { // every element takes at least one byte
			c.fail()
			return
		}
		if n > 0 {
			*v = make([]T, n)
		}
	}
	for i := range *v {
		each(c, &(*v)[i])
	}
}

func walkCase(c *coder, v *policy.Case) {
	text(c, &v.Company)
	walkCustomer(c, &v.Customer)
	list(c, &v.Contacts, walkContact)
	walkPosition(c, &v.Position)
	list(c, &v.History, walkMessage)
	list(c, &v.Holds, walkHold)
	list(c, &v.Calls, func(c *coder, v *policy.Call) {
		number(c, &v.Day)
		text(c, &v.Verb)
		text(c, &v.Outcome)
	})
	list(c, &v.Proofs, func(c *coder, v *policy.Proof) {
		text(c, &v.Key)
		number(c, &v.Day)
	})
	yes(c, &v.EverPaid)
}

func walkCustomer(c *coder, v *ledger.Customer) {
	for _, s := range []*string{
		&v.ID, &v.Code, &v.Name, &v.Language, &v.SIREN, &v.VAT, &v.Terms, &v.Calendar, &v.Documents, &v.NeverChase, &v.Salutation, &v.CustomerRef,
	} {
		text(c, s)
	}
	text(c, &v.Kind)
	text(c, &v.Seen)
	list(c, &v.IBANs, text[string])
	list(c, &v.Address, text[string])
	yes(c, &v.Default)
}

func walkContact(c *coder, v *ledger.Contact) {
	for _, s := range []*string{&v.ID, &v.Customer, &v.Name, &v.Mail, &v.Phone, &v.Language, &v.Invalid} {
		text(c, s)
	}
	text(c, &v.Role)
	text(c, &v.Seen)
}

func walkPosition(c *coder, v *reconcile.Position) {
	text(c, &v.Customer)
	list(c, &v.Items, walkItem)
	list(c, &v.Loose, func(c *coder, v *reconcile.Loose) {
		text(c, &v.Kind)
		text(c, &v.UID)
		sum(c, &v.Amount)
		number(c, &v.Day)
		number(c, &v.Known)
		text(c, &v.Text)
	})
	list(c, &v.Doubts, walkDoubt)
	list(c, &v.Residues, func(c *coder, v *reconcile.Residue) {
		text(c, &v.Item)
		sum(c, &v.Amount)
	})
}

func walkItem(c *coder, v *reconcile.Item) {
	text(c, &v.UID)
	text(c, &v.Invoice)
	text(c, &v.Number)
	number(c, &v.Ordinal)
	number(c, &v.Parts)
	number(c, &v.Episode)
	number(c, &v.Issued)
	number(c, &v.Due)
	text(c, &v.Terms)
	sum(c, &v.Total)
	sum(c, &v.Open)
	number(c, &v.Paid)
	text(c, &v.Order)
	list(c, &v.Doubts, walkDoubt)
}

func walkDoubt(c *coder, v *reconcile.Doubt) {
	text(c, &v.Code)
	text(c, &v.Text)
	text(c, &v.ID)
	number(c, &v.From)
	yes(c, &v.Bounded)
}

func walkMessage(c *coder, v *ledger.Message) {
	for _, s := range []*string{&v.ID, &v.Key, &v.Customer, &v.Text} {
		text(c, s)
	}
	list(c, &v.Items, func(c *coder, v *ledger.MessageItem) {
		text(c, &v.Item)
		text(c, &v.Step)
		number(c, &v.Severity)
		number(c, &v.Episode)
	})
	text(c, &v.Channel)
	text(c, &v.State)
	number(c, &v.Day)
	text(c, &v.By)
}

func walkHold(c *coder, v *ledger.Hold) {
	text(c, &v.UID)
	text(c, &v.Kind)
	text(c, &v.Customer)
	text(c, &v.Invoice)
	text(c, &v.Item)
	for _, s := range []*string{&v.Source, &v.Owner, &v.Reason} {
		text(c, s)
	}
	number(c, &v.From)
	number(c, &v.Until)
}
