package demobooks

import (
	"fmt"
	"strconv"
	"strings"
)

// siren completes eight digits with the check digit that makes them a SIREN.
func siren(eight string) string {
	for d := range 10 {
		number, sum := eight+strconv.Itoa(d), 0
		for i := range len(number) {
			v := int(number[len(number)-1-i] - '0')
			if i%2 == 1 {
				if v *= 2; v > 9 {
					v -= 9
				}
			}
			sum += v
		}
		if sum%10 == 0 {
			return number
		}
	}
	return ""
}

// iban puts country and check digits before a basic account number.
func iban(country, basic string) string {
	return fmt.Sprintf("%s%02d%s", country, 98-remainder(basic+country+"00"), basic)
}

// frenchIBAN makes an IBAN of bank, branch and an account of eleven digits,
// with the French key.
func frenchIBAN(bank, branch, account string) string {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits, by its callers
	key := 97 - (89*number(bank)+15*number(branch)+3*number(account))%97
	return iban("FR", fmt.Sprintf("%s%s%s%02d", bank, branch, account, key))
}

// remainder is ISO 7064 modulo 97 over letters and digits, A being 10.
func remainder(s string) int {
	rest := 0
	for _, c := range strings.ToUpper(s) {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}
