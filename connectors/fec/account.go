package fec

import "strings"

// nature is what an account is for, as far as the customers' side of the books
// needs to know. It follows the French chart of accounts (PCG).
type nature uint8

const (
	natureOther    nature = iota
	natureCustomer        // the configured prefixes, 411 by default
	natureBank            // 512 and the rest of 51 and 52
	natureCheque          // 511: cheques and cards to be cashed
	natureCash            // 53
	natureDraft           // 413, 5113, 5114: drafts
	natureTransit         // 47, 54, 58: money on its way or not yet explained
	natureSale            // 70
	natureVAT             // 445
	natureAccrued         // 418, 487: invoices to be made, income in advance
	natureDeposit         // 4191: deposits received
	natureIncome          // the rest of class 7
	natureCharge          // class 6, losses on debts (654) among them
	natureDoubtful        // 416: doubtful customers
	natureExchange        // 666, 766, 476, 477: exchange differences
	natureEquity          // class 1
	natureBalance         // 89: opening and closing balance sheet
	natures
)

// chart lists account prefixes; the first that fits decides, so a longer
// prefix stands before a shorter one.
//
//nolint:gochecknoglobals // a compiled-in table
var chart = [...]struct {
	prefix string
	nature nature
}{
	{"413", natureDraft},
	{"416", natureDoubtful},
	{"418", natureAccrued},
	{"4191", natureDeposit},
	{"445", natureVAT},
	{"476", natureExchange},
	{"477", natureExchange},
	{"47", natureTransit},
	{"487", natureAccrued},
	{"5113", natureDraft},
	{"5114", natureDraft},
	{"511", natureCheque},
	{"51", natureBank},
	{"52", natureBank},
	{"53", natureCash},
	{"54", natureTransit},
	{"58", natureTransit},
	{"666", natureExchange},
	{"6", natureCharge},
	{"70", natureSale},
	{"766", natureExchange},
	{"7", natureIncome},
	{"89", natureBalance},
	{"1", natureEquity},
}

// natureOf classifies an account; customers are the configured prefixes.
func natureOf(account []byte, customers []string) nature {
	for _, prefix := range customers {
		if len(account) >= len(prefix) && string(account[:len(prefix)]) == prefix {
			return natureCustomer
		}
	}
	for i := range chart {
		p := chart[i].prefix
		if len(account) >= len(p) && string(account[:len(p)]) == p {
			return chart[i].nature
		}
	}
	return natureOther
}

// method is how a payment came, in two or three bits of a move.
type method uint8

const (
	methodUnknown method = iota
	methodBank
	methodCheque
	methodCash
	methodDraft
)

// String returns the word ledger.Payment uses.
func (m method) String() string {
	return [...]string{"", "bank", "cheque", "cash", "draft"}[m]
}

// isOpeningJournal recognises a journal of opening entries by its label: "A
// nouveaux", "Report à nouveau", "Journal d'ouverture". The code alone says it
// only when there is no label, since AN may be somebody's bank at Angers.
func isOpeningJournal(code, label string) bool {
	text := " " + fold(label) + " "
	for _, word := range []string{" a nouveau", " anouveau", "ouverture ", " ran "} {
		if strings.Contains(text, word) {
			return true
		}
	}
	if strings.TrimSpace(text) != "" {
		return false
	}
	switch fold(code) {
	case "an", "ano", "anx", "ran", "anouv", "nouv", "ouv", "a nouv", "a n":
		return true
	default:
		return false
	}
}

// fold lowers a text, takes its accents off and turns every run of other
// signs into one blank.
func fold(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		switch r {
		case 'à', 'â', 'ä':
			r = 'a'
		case 'é', 'è', 'ê', 'ë':
			r = 'e'
		case 'î', 'ï':
			r = 'i'
		case 'ô', 'ö':
			r = 'o'
		case 'ù', 'û', 'ü':
			r = 'u'
		case 'ç':
			r = 'c'
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	return b.String()
}
