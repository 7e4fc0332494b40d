package reconcile

import "github.com/relanced/relanced/ledger"

// class is what sort of movement a purse is.
type class int

const (
	classMoney    class = iota + 1 // a customer's money, or what may be
	classReturn                    // money that went back: it undoes
	classOutgoing                  // money out; a return only if it can be tied to what came in
	classBackflow                  // our own payment came back: never allocates
	classHeld                      // pending or doubtful: holds, never allocates
	classOwn                       // between our own accounts, or nothing: ignored
)

// classify tells what sort of movement a bank line is.
func (b *book) classify(l *ledger.BankLine) class {
	returned := l.Return != "" || l.Reversal
	switch {
	case l.Amount.IsZero(), b.fromUs(l):
		return classOwn
	case l.Pending, l.Doubt != "":
		return classHeld
	case l.Amount.Sign() < 0 && returned:
		return classReturn
	case l.Amount.Sign() < 0:
		return classOutgoing
	case returned:
		return classBackflow
	default:
		return classMoney
	}
}

// fromUs reports whether the other side of a line is ourselves.
func (b *book) fromUs(l *ledger.BankLine) bool {
	if iban := FoldIBAN(l.PayerIBAN); iban != "" && b.own[iban] {
		return true
	}
	return b.ownName != "" && FoldName(l.Payer) == b.ownName
}

// classifyBooked tells what sort of movement a booked payment is.
func classifyBooked(p *ledger.Payment) class {
	switch p.Amount.Sign() {
	case 0:
		return classOwn
	case -1:
		return classReturn
	default:
		return classMoney
	}
}

// payer returns the customer a line comes from: as the record says, by a
// confirmed account, or by the customer's exact folded name.
func (b *book) payer(r *LineRecord) ledger.UID {
	if r.Customer != "" {
		return r.Customer
	}
	if customer, ok := b.payers[FoldIBAN(r.Line.PayerIBAN)]; ok && r.Line.PayerIBAN != "" {
		return customer
	}
	if name := FoldName(r.Line.Payer); name != "" {
		return b.payers[name]
	}
	return ""
}
