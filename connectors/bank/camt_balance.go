package bank

// balances gathers the balances of a statement until it is known which of them
// open and close it.
type balances struct {
	booked, previous balance // OPBD, PRCD
	first, last      balance // ITBD: the interim balances of a statement in parts
	final            balance // CLBD
}

// into decides. An interim balance opens or closes a part of a statement whose
// proper balances stand in another part.
func (b *balances) into(h *header) {
	switch {
	case b.booked.known:
		h.opening = b.booked
	case b.previous.known:
		h.opening = b.previous
	case b.first.known && (b.final.known || b.last.known):
		h.opening = b.first
	}
	switch {
	case b.final.known:
		h.closing = b.final
	case b.last.known:
		h.closing = b.last
	case b.first.known && (b.booked.known || b.previous.known):
		h.closing = b.first
	}
}

func (b *balances) add(code string, one balance) {
	switch code {
	case "OPBD":
		b.booked = one
	case "PRCD":
		one.earlier = true
		b.previous = one
	case "CLBD":
		b.final = one
	case "ITBD":
		one.interim = true
		if !b.first.known {
			b.first = one
		} else {
			b.last = one
		}
	}
}

// balance reads one Bal. Kinds that say what is available or expected are left
// out: only booked money adds up.
func (p *camtReader) balance() {
	level := p.x.depth()
	var (
		one  balance
		code string
		sign int64
		line = p.x.line()
		bad  *fault
	)
	for p.child(level) {
		switch p.name() {
		case "Tp":
			code, one.interim = p.balanceType()
		case "Amt":
			one.amount, bad = p.amount("Bal/Amt")
		case "CdtDbtInd":
			sign = direction(p.text())
		case "Dt":
			one.day, _ = p.moment()
		}
	}
	switch code {
	case "OPBD", "PRCD", "CLBD", "ITBD":
	default:
		return
	}
	switch {
	case bad != nil:
	case sign == 0:
		bad = &fault{line: line, field: "Bal/CdtDbtInd", text: "neither CRDT nor DBIT"}
	case !one.day.Known():
		bad = &fault{line: line, field: "Bal/Dt", text: "not a day such as 2026-04-30"}
	}
	if bad != nil {
		if p.h.fault == nil {
			p.h.fault = bad
		}
		return
	}
	if sign < 0 {
		one.amount = one.amount.Neg()
	}
	if p.h.currency == "" {
		p.h.currency = one.amount.Currency()
	}
	one.known = true
	p.seen.add(code, one)
}

// balanceType reads Tp: the code, and whether it is the balance between two
// parts of a statement.
func (p *camtReader) balanceType() (code string, interim bool) {
	level := p.x.depth()
	for p.child(level) {
		switch p.name() {
		case "CdOrPrtry":
			code = string(p.text())
		case "SubTp":
			interim = string(p.text()) == "INTM"
		}
	}
	return code, interim
}
