package reconcile

// StructuredReference reads a creditor reference with check digits: ISO 11649
// (RF…, mod 97), the Belgian structured message (12 digits, mod 97) or the
// Swiss QR reference (27 digits, mod 10 recursive). It returns the reference
// without blanks and marks; ok is false when it is none or does not check.
func StructuredReference(text string) (reference string, ok bool) {
	folded := FoldName(text)
	return folded, checks(folded)
}

// checks reports whether a folded text is a reference whose digits are right.
func checks(s string) bool {
	switch {
	case len(s) >= 5 && len(s) <= 25 && s[0] == 'R' && s[1] == 'F':
		return mod97(s[4:]+s[:4]) == 1 && allDigits(s[2:4])
	case len(s) == 12 && allDigits(s):
		return belgian(s)
	case len(s) == 27 && allDigits(s):
		return swiss(s)
	default:
		return false
	}
}

// mod97 is ISO 7064 on letters and digits, A being 10; -1 for anything else.
func mod97(s string) int {
	rest := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return -1
		}
	}
	return rest
}

// belgian checks the last two of twelve digits: the first ten modulo 97, and
// 97 when that is nothing.
func belgian(s string) bool {
	base, check := mod97(s[:10]), int(s[10]-'0')*10+int(s[11]-'0')
	if base == 0 {
		base = 97
	}
	return base == check && s[:10] != "0000000000"
}

// swiss checks the last of 27 digits, modulo 10 recursive.
func swiss(s string) bool {
	table := [10]int{0, 9, 4, 6, 8, 2, 7, 1, 3, 5}
	carry := 0
	for i := range 26 {
		carry = table[(carry+int(s[i]-'0'))%10]
	}
	return (10-carry)%10 == int(s[26]-'0') && s[:26] != "00000000000000000000000000"
}
