package ledger

import "fmt"

//nolint:gochecknoglobals // a compiled-in table
var severityNames = [...]string{"", "friendly", "firm", "formal", "notice", "court"}

// String returns the severity's word in configuration.
func (s Severity) String() string {
	if s < Friendly || s > Court {
		return ""
	}
	return severityNames[s]
}

// ParseSeverity reads the word String returns.
func ParseSeverity(word string) (Severity, error) {
	for s := Friendly; s <= Court; s++ {
		if severityNames[s] == word {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%q is not a severity (friendly, firm, formal, notice, court)", word)
}

// MarshalText writes the severity's word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's word; empty text is none.
func (s *Severity) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	v, err := ParseSeverity(string(text))
	*s = v
	return err
}

// ParseCustomerKind reads business, consumer or public; empty text is unknown.
func ParseCustomerKind(word string) (CustomerKind, error) {
	switch k := CustomerKind(word); k {
	case KindUnknown, KindBusiness, KindConsumer, KindPublic:
		return k, nil
	default:
		return "", fmt.Errorf("%q is not a kind of customer (business, consumer, public)", word)
	}
}
