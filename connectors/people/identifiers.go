package people

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ibanLengths is the length of an IBAN in the countries whose accounts are
// likely here; it tells where one of several ends. Source: the IBAN registry
// of ISO 13616.
//
//nolint:gochecknoglobals // a compiled-in table
var ibanLengths = map[string]int{
	"AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
	"FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
	"LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
	"RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "VA": 22,
}

var ibanShape = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$`)

// readIBANs reads one or more IBANs, which may be grouped by spaces and are
// separated by spaces, "|" or ";". It returns them without spaces, joined by
// one space. An IBAN's own check digits must fit.
func readIBANs(text string) (string, error) {
	var found []string
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == '|' || r == ';' || r == ',' || r == '/' }) {
		rest := strings.Map(dropSpace, part)
		for rest != "" {
			one := rest
			if n, ok := ibanLengths[rest[:min(2, len(rest))]]; ok && len(rest) > n {
				one = rest[:n]
			}
			if err := checkIBAN(one); err != nil {
				return "", err
			}
			found = append(found, one)
			rest = rest[len(one):]
		}
	}
	if len(found) == 0 {
		return "", errors.New("there is no IBAN in it")
	}
	return strings.Join(found, " "), nil
}

func dropSpace(r rune) rune {
	if invisible(r) || r == '.' || r == '-' {
		return -1
	}
	return r
}

func checkIBAN(iban string) error {
	if !ibanShape.MatchString(iban) {
		return errors.New("it is not an IBAN: two letters, two digits, then letters and digits; copy it from the customer's bank details")
	}
	if n, ok := ibanLengths[iban[:2]]; ok && len(iban) != n {
		return fmt.Errorf("an IBAN of %s has %d characters, this one %d", iban[:2], n, len(iban))
	}
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	if rest != 1 {
		return errors.New("the IBAN's check digits do not fit: a character is wrong; copy it from the customer's bank details")
	}
	return nil
}

// laPoste is the one company whose establishments do not follow Luhn: there
// the digits of a SIRET add up to a multiple of five.
const laPoste = "356000000"

// readSIREN reads a SIREN, or the SIREN in a SIRET.
func readSIREN(text string) (string, error) {
	digits := strings.Map(dropSpace, text)
	if strings.Trim(digits, "0123456789") != "" || len(digits) != 9 && len(digits) != 14 {
		return "", errors.New("a SIREN has 9 digits and a SIRET 14; a spreadsheet may have cut zeros off its front")
	}
	siren := digits[:9]
	if luhn(siren)%10 != 0 {
		return "", errors.New("the SIREN's check digit does not fit: a digit is wrong")
	}
	if len(digits) == 14 && luhn(digits)%10 != 0 && (siren != laPoste || sum(digits)%5 != 0) {
		return "", errors.New("the SIRET's check digit does not fit: a digit is wrong")
	}
	return siren, nil
}

// luhn adds the digits, every second one from the right doubled.
func luhn(digits string) int {
	total := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		total += d
	}
	return total
}

func sum(digits string) int {
	total := 0
	for _, c := range []byte(digits) {
		total += int(c - '0')
	}
	return total
}

var (
	vatShape   = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9+*]{2,12}$`)
	vatFRShape = regexp.MustCompile(`^FR([0-9A-HJ-NP-Z]{2})([0-9]{9})$`)
)

// readVAT reads a VAT number with its country. Of a French one the key is
// checked: (12 + 3 × (SIREN mod 97)) mod 97, where it is made of digits.
func readVAT(text string) (string, error) {
	vat := strings.ToUpper(strings.Map(dropSpace, text))
	if !vatShape.MatchString(vat) {
		return "", errors.New("a VAT number begins with its country's two letters, as in FR83404833048")
	}
	if vat[:2] != "FR" {
		return vat, nil
	}
	parts := vatFRShape.FindStringSubmatch(vat)
	if parts == nil {
		return "", errors.New("a French VAT number is FR, a key of two characters and the nine digits of the SIREN")
	}
	key, siren := parts[1], parts[2]
	if strings.Trim(key, "0123456789") != "" {
		return vat, nil // a key with letters follows no published rule
	}
	rest := 0
	for _, c := range []byte(siren) {
		rest = (rest*10 + int(c-'0')) % 97
	}
	if fmt.Sprintf("%02d", (12+3*rest)%97) != key {
		return "", errors.New("the VAT number's key does not fit its SIREN: a digit is wrong")
	}
	return vat, nil
}
