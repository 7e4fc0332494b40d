package bank

import (
	"bytes"
	"unicode/utf8"

	"github.com/relanced/relanced/money"
)

// transaction reads one TxDtls.
func (p *camtReader) transaction(d *detail) {
	level := p.x.depth()
	sign := p.sign
	var own, details money.Amount
	for p.child(level) {
		switch p.name() {
		case "Refs":
			p.references(d)
		case "Amt": // from version 4
			own, _ = p.amount("TxDtls/Amt")
		case "CdtDbtInd":
			if s := direction(p.text()); s != 0 {
				sign = s
			}
		case "AmtDtls":
			details, d.ordered = p.amountDetails()
		case "Chrgs":
			d.charges = p.chargesSum()
		case "BkTxCd":
			d.family = p.transactionCode(d.family[:0])
		case "RltdPties":
			p.parties(d)
		case "RmtInf":
			p.remittance(d)
		case "RtrInf":
			p.returned(d)
		case "AddtlTxInf":
			d.extra = appendWords(d.extra[:0], p.text())
		}
	}
	if d.amount = own; own.Currency() != p.m.amount.Currency() {
		d.amount = details
	}
	if sign < 0 {
		d.amount = d.amount.Neg()
	}
}

func (p *camtReader) references(d *detail) {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "AcctSvcrRef":
			d.ref = append(d.ref[:0], p.text()...)
		case "EndToEndId":
			if id := p.text(); !bytes.EqualFold(id, []byte("NOTPROVIDED")) {
				d.endToEnd = append(d.endToEnd[:0], id...)
			}
		case "MndtId":
			d.mandate = append(d.mandate[:0], p.text()...)
		}
	}
}

// amountDetails reads AmtDtls: the amount in the movement's currency, and what
// was ordered when that is in another.
func (p *camtReader) amountDetails() (amount, ordered money.Amount) {
	level := p.x.depth()
	want := p.m.amount.Currency()
	for p.child(level) {
		kind := p.name()
		if kind != "TxAmt" && kind != "CntrValAmt" && kind != "InstdAmt" {
			continue
		}
		isOrdered := kind == "InstdAmt"
		inner := p.x.depth()
		for p.child(inner) {
			if p.name() != "Amt" {
				continue
			}
			a, bad := p.amount("AmtDtls/Amt")
			switch {
			case bad != nil:
			case isOrdered && a.Currency() != want:
				ordered = a
			case !isOrdered && a.Currency() == want && amount.Currency() == "":
				amount = a
			}
		}
	}
	return amount, ordered
}

// chargesSum adds up Chrgs: Amt up to version 3, Rcrd/Amt after it. It is told
// to people only, so what cannot be added is left out.
func (p *camtReader) chargesSum() money.Amount {
	level := p.x.depth()
	var total, records money.Amount
	for p.child(level) {
		switch p.name() {
		case "Amt", "TtlChrgsAndTaxAmt":
			total, _ = p.amount("Chrgs/Amt")
		case "Rcrd":
			inner := p.x.depth()
			for p.child(inner) {
				if p.name() != "Amt" {
					continue
				}
				if a, bad := p.amount("Chrgs/Rcrd/Amt"); bad == nil {
					if sum, err := records.Add(a); err == nil {
						records = sum
					}
				}
			}
		}
	}
	if total.IsZero() {
		return records
	}
	return total
}

func (p *camtReader) parties(d *detail) {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "Dbtr":
			d.debtor.name = p.partyName(d.debtor.name[:0])
		case "DbtrAcct":
			d.debtor.iban = p.partyIBAN(d.debtor.iban[:0])
		case "UltmtDbtr":
			d.ultimate = p.partyName(d.ultimate[:0])
		case "Cdtr":
			d.creditor.name = p.partyName(d.creditor.name[:0])
		case "CdtrAcct":
			d.creditor.iban = p.partyIBAN(d.creditor.iban[:0])
		}
	}
}

// partyName reads Nm, which stands below Pty from version 8.
func (p *camtReader) partyName(dst []byte) []byte {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "Nm":
			dst = appendWords(dst[:0], p.text())
		case "Pty":
			dst = p.partyName(dst)
		}
	}
	return dst
}

// partyIBAN reads Id/IBAN; other numbers are no IBAN.
func (p *camtReader) partyIBAN(dst []byte) []byte {
	level := p.x.depth()
	for p.child(level) {
		if p.name() != "Id" {
			continue
		}
		inner := p.x.depth()
		for p.child(inner) {
			if p.name() == "IBAN" {
				dst = compact(dst[:0], p.text())
			}
		}
	}
	return dst
}

// fullUstrd is the length of a remittance part that is filled to the last
// character: what follows goes on in mid-word.
const fullUstrd = 140

// remittance reads RmtInf: free parts, and structured references. The first
// creditor reference is the reference; everything else is text.
func (p *camtReader) remittance(d *detail) {
	level := p.x.depth()
	full := false
	for p.child(level) {
		switch p.name() {
		case "Ustrd":
			raw := p.raw()
			if n := len(d.text); n > 0 && !full && d.text[n-1] != ' ' {
				d.text = append(d.text, ' ')
			}
			full = utf8.RuneCount(raw) == fullUstrd
			d.text = appendText(d.text, raw)
		case "Strd":
			p.structured(d)
		}
	}
	d.text = bytes.TrimRight(d.text, " ")
}

func (p *camtReader) structured(d *detail) {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "CdtrRefInf":
			p.within("Ref", func(ref []byte) {
				if len(d.reference) == 0 {
					d.reference = append(d.reference, ref...)
				} else if !bytes.Equal(d.reference, ref) {
					d.text = appendWords(d.text, ref)
				}
			})
		case "RfrdDocInf":
			p.within("Nb", func(number []byte) { d.text = appendWords(d.text, number) })
		case "AddtlRmtInf":
			d.text = appendWords(d.text, p.text())
		}
	}
}

// within calls each for the text of every child of the given name.
func (p *camtReader) within(name string, each func(text []byte)) {
	level := p.x.depth()
	for p.child(level) {
		if p.name() == name {
			each(p.text())
		}
	}
}

func (p *camtReader) returned(d *detail) {
	p.within("Rsn", func(code []byte) { d.reason = append(d.reason[:0], code...) })
	if len(d.reason) == 0 {
		d.reason = append(d.reason, '?') // it came back, and the bank does not say why
	}
}

// transactionCode reads BkTxCd as PMNT/RCDT/ESCT, or the bank's own code.
func (p *camtReader) transactionCode(dst []byte) []byte {
	level := p.x.depth()
	var own []byte
	for p.child(level) {
		switch p.name() {
		case "Domn":
			dst = p.domain(dst)
		case "Prtry":
			p.within("Cd", func(code []byte) { own = append(own[:0], code...) })
		}
	}
	if len(dst) == 0 {
		dst = append(dst, own...)
	}
	return dst
}

// domain reads Domn: Cd, Fmly/Cd and Fmly/SubFmlyCd, in this order.
func (p *camtReader) domain(dst []byte) []byte {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "Cd", "SubFmlyCd":
			dst = appendPath(dst, p.text())
		case "Fmly":
			dst = p.domain(dst)
		}
	}
	return dst
}

func appendPath(dst, code []byte) []byte {
	if len(dst) > 0 {
		dst = append(dst, '/')
	}
	return append(dst, code...)
}
