package bank

import "github.com/relanced/relanced/money"

// entry reads one Ntry and tells of it.
func (p *camtReader) entry() {
	level := p.x.depth()
	p.resetMovement()
	for p.child(level) {
		switch p.name() {
		case "NtryRef":
			p.m.ownRef = append(p.m.ownRef[:0], p.text()...)
		case "Amt":
			p.entryAmount()
		case "CdtDbtInd":
			p.sign = direction(p.text())
		case "RvslInd":
			p.m.reversal = truth(p.text())
		case "Sts":
			p.status()
		case "BookgDt":
			p.m.day = p.bookingDay("Ntry/BookgDt")
		case "ValDt":
			p.m.value = p.bookingDay("Ntry/ValDt")
		case "AcctSvcrRef":
			p.m.ref = append(p.m.ref[:0], p.text()...)
		case "NtryDtls":
			p.settle()
			p.details()
		default:
			p.entryExtra()
		}
	}
	p.settle()
	p.require()
	if p.err == nil {
		p.err = p.v.movement(&p.m)
	}
}

func (p *camtReader) entryExtra() {
	switch p.name() {
	case "BkTxCd":
		p.m.family = p.transactionCode(p.m.family[:0])
	case "AmtDtls":
		_, p.m.ordered = p.amountDetails()
	case "Chrgs":
		p.m.charges = p.chargesSum()
	case "AddtlNtryInf":
		p.m.text = appendWords(p.m.text[:0], p.text())
	}
}

func (p *camtReader) resetMovement() {
	m := &p.m
	*m = movement{
		head: &p.h, ordinal: m.ordinal + 1, line: p.x.line(),
		ref: m.ref[:0], ownRef: m.ownRef[:0], family: m.family[:0], text: m.text[:0], details: m.details[:0],
	}
	p.sign = 0
}

// bad notes what could not be read; the first fault is the one told.
func (p *camtReader) bad(f *fault) {
	if p.m.fault == nil && f != nil {
		p.m.fault = f
	}
}

func (p *camtReader) entryAmount() {
	amount, f := p.amount("Ntry/Amt")
	p.bad(f)
	p.m.amount = amount
}

// status reads Sts, which is a text up to version 7 and Sts/Cd from version 8.
func (p *camtReader) status() {
	line := p.x.line()
	switch code := string(p.text()); code {
	case "BOOK":
		p.m.state = booked
	case "PDNG", "FUTR":
		p.m.state = pending
	case "INFO":
		p.m.state = information
	default:
		p.bad(&fault{line: line, field: "Ntry/Sts", text: quote([]byte(code)) + " is not known (BOOK, PDNG, FUTR and INFO are)"})
		p.m.state = booked
	}
}

// settle gives the amount its sign once both are read. In camt the direction
// alone decides: a reversal of a credit is itself a debit.
func (p *camtReader) settle() {
	if p.sign < 0 && p.m.amount.Sign() > 0 {
		p.m.amount = p.m.amount.Neg()
	}
}

// require checks what no movement may lack, and fills in the day.
func (p *camtReader) require() {
	m := &p.m
	missing := func(field, text string) { p.bad(&fault{line: m.line, field: field, text: text}) }
	if m.amount.Currency() == "" {
		missing("Ntry/Amt", "missing")
	}
	if p.sign == 0 {
		missing("Ntry/CdtDbtInd", "neither CRDT nor DBIT")
	}
	if m.state == 0 {
		missing("Ntry/Sts", "missing")
	}
	if m.day.Known() {
		if !m.value.Known() {
			m.value = m.day
		}
		return
	}
	m.undated = true
	m.day = m.value
	if !m.day.Known() && m.state == pending {
		m.day, m.value = p.h.created, p.h.created
	}
	if !m.day.Known() {
		missing("Ntry/BookgDt", "neither a booking day nor a value day such as 2026-04-30")
	}
}

// details reads one NtryDtls. Batches may come in several.
func (p *camtReader) details() {
	level := p.x.depth()
	for p.child(level) {
		if p.name() != "TxDtls" {
			continue
		}
		d := p.nextDetail()
		p.transaction(d)
		if d.amount.Currency() == "" || d.amount.Currency() != p.m.amount.Currency() || p.sign == 0 {
			p.m.partial = true
		} else if sum, err := money.New(p.m.sum, d.amount.Currency()).Add(d.amount); err == nil {
			p.m.sum = sum.Minor()
		} else {
			p.m.partial = true
		}
		p.m.count++
		if d == &p.spare && p.err == nil {
			p.err = p.v.spill(&p.m, d)
		}
	}
}

// nextDetail returns room for one more detail, with its buffers emptied.
func (p *camtReader) nextDetail() *detail {
	d := &p.spare
	if n := len(p.m.details); n < keptDetails {
		if n < cap(p.m.details) {
			p.m.details = p.m.details[:n+1]
		} else {
			p.m.details = append(p.m.details, detail{})
		}
		d = &p.m.details[n]
	}
	*d = detail{
		ref: d.ref[:0], endToEnd: d.endToEnd[:0], mandate: d.mandate[:0], ultimate: d.ultimate[:0],
		text: d.text[:0], reference: d.reference[:0], reason: d.reason[:0], family: d.family[:0], extra: d.extra[:0],
		debtor:   party{d.debtor.name[:0], d.debtor.iban[:0]},
		creditor: party{d.creditor.name[:0], d.creditor.iban[:0]},
	}
	return d
}
