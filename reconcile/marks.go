package reconcile

// The marks by which money that went back shows its origin, strongest first.
const (
	markEndToEnd = iota
	markNumber
	markReference
	markMandate
	markPayer
	markLevels
)

// marks returns a purse's own marks, level by level, with those of the bank
// lines it is paired with.
func (b *book) marks(p *purse) [markLevels][]string {
	var m [markLevels][]string
	add := func(level int, mark string) {
		if mark != "" && mark != "NOTPROVIDED" {
			m[level] = append(m[level], mark+"\x1f"+string(rune('0'+level)))
		}
	}
	for n := range b.numbersOf(p) {
		add(markNumber, n)
	}
	if p.payment != nil {
		add(markReference, FoldName(p.payment.Payment.Reference))
	}
	lines := p.lines
	if p.line != nil {
		lines = []*purse{p}
	}
	for _, l := range lines {
		line := &l.line.Line
		add(markEndToEnd, FoldName(line.EndToEnd))
		add(markReference, FoldName(line.EndToEnd)) // what a tool may have kept as its reference
		add(markReference, FoldName(line.Reference))
		add(markMandate, FoldName(line.Mandate))
		account := FoldIBAN(line.Account)
		if iban := FoldIBAN(line.PayerIBAN); iban != "" {
			add(markPayer, account+"\x1f"+iban)
		}
		if name := FoldName(line.Payer); name != "" {
			add(markPayer, account+"\x1f"+name)
		}
	}
	return m
}

// saysReturn reports whether a text says in so many words that money went back.
func saysReturn(text string) bool {
	for _, w := range split(text) {
		switch w.text {
		case "REJET", "REJETE", "REJETEE", "IMPAYE", "IMPAYEE", "IMPAYES", "RETOUR", "ANNULATION", "ANNULE", "EXTOURNE",
			"CONTREPASSATION", "CONTESTE", "CONTESTATION", "RETURN", "RETURNED", "UNPAID", "REVERSAL", "REVERSED", "BOUNCED",
			"CHARGEBACK", "RUECKLASTSCHRIFT", "RUCKLASTSCHRIFT", "STORNO":
			return true
		}
	}
	return false
}
