package reconcile

import (
	"slices"
	"strings"

	"github.com/relanced/relanced/ledger"
)

// CustomerKeys returns the exact identifiers of a customer, sorted: "code:…",
// "siren:…", "vat:…", "iban:…", all folded. Two records of different
// connections with a key in common are one customer. Two records of one
// connection with a key in common are not: branches of a firm share its SIREN.
// Identifiers whose check digits are wrong are left out.
func CustomerKeys(c ledger.Customer) []string {
	var keys []string
	if code := strings.ToUpper(strings.TrimSpace(c.Code)); code != "" {
		keys = append(keys, "code:"+code)
	}
	if siren := sirenOf(c.SIREN); siren != "" {
		keys = append(keys, "siren:"+siren)
	}
	if vat := FoldName(c.VAT); len(vat) >= 4 && allLetters(vat[:2]) {
		keys = append(keys, "vat:"+vat)
		if strings.HasPrefix(vat, "FR") && len(vat) == 13 {
			if siren := sirenOf(vat[4:]); siren != "" {
				keys = append(keys, "siren:"+siren)
			}
		}
	}
	for _, text := range c.IBANs {
		if iban := FoldIBAN(text); validIBAN(iban) {
			keys = append(keys, "iban:"+iban)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// sirenOf returns the nine digits of a SIREN, or of the SIREN in a SIRET;
// empty when they do not check.
func sirenOf(text string) string {
	digits := FoldName(text)
	if !allDigits(digits) || len(digits) != 9 && len(digits) != 14 {
		return ""
	}
	digits = digits[:9]
	if !luhn(digits) || digits == "000000000" {
		return ""
	}
	return digits
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// validIBAN checks a folded account number: two letters, two check digits, mod 97.
func validIBAN(s string) bool {
	return len(s) >= 15 && len(s) <= 34 && allLetters(s[:2]) && allDigits(s[2:4]) && mod97(s[4:]+s[:4]) == 1
}
