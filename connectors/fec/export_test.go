package fec

// ParseAmount lets tests read one amount.
func ParseAmount(text string, exp int) (int64, bool) { return parseAmount([]byte(text), exp) }

// FindNumber lets tests search one label.
func FindNumber(label string) string { return string(findNumber([]byte(label))) }

// IsOpeningJournal lets tests ask about one journal.
func IsOpeningJournal(code, label string) bool { return isOpeningJournal(code, label) }
