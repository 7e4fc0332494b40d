package law

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// MaxDays is the largest number of days that terms may have: a year. More is a
// mistake of whoever typed it.
const MaxDays = 365

// maxText is longer than any terms a person writes, in bytes.
const maxText = 200

// ErrTerms says that a text is not payment terms we can read for certain.
var ErrTerms = errors.New("not payment terms")

// ParseTerms reads payment terms in English or French, in any case, with or
// without accents: "30 days", "30 jours net", "net 30", "45 jours fin de mois",
// "end of month 45 days", "30 jours fin de mois le 10", "le 10 du mois suivant",
// "on receipt", "comptant". A bare number is days.
//
// "45 jours fin de mois", "45 days end of month" follow the reading; all other
// orders say what they mean: "45 jours puis fin de mois", "fin de mois puis 45
// jours", "45 jours après la fin du mois", "fin de mois 45 jours".
//
// It returns ErrTerms for everything else, above all for what it understands
// in part: business days, discounts, days counted from receipt, which no ledger
// knows, and numbers above MaxDays.
func ParseTerms(text string, endOfMonth Reading) (Terms, error) {
	if len(text) > maxText {
		return Terms{}, fmt.Errorf("%q: %w: too long", cut(text), ErrTerms)
	}
	shape, numbers, err := symbols(text)
	if err != nil {
		return Terms{}, fmt.Errorf("%q: %w: %w", cut(text), ErrTerms, err)
	}
	t, ok := build(shape, numbers, endOfMonth)
	if !ok {
		return Terms{}, fmt.Errorf("%q: %w (write %q, %q, %q or %q)", cut(text), ErrTerms,
			"30 days", "45 days then end of month", "end of month then 45 days", "on receipt")
	}
	if t.days > MaxDays || t.on > 31 {
		return Terms{}, fmt.Errorf("%q: %w: at most %d days, and days of the month up to 31", cut(text), ErrTerms, MaxDays)
	}
	if t.rule == monthEndThenDays && t.days == 0 {
		t.rule = daysThenMonthEnd // the same, spelled one way
	}
	return t, nil
}

// build turns a shape, such as "nde" for number, days, end of month, into
// terms.
func build(shape string, numbers []int, endOfMonth Reading) (Terms, bool) {
	shape, next := strings.CutSuffix(shape, "x") // of the following month
	shape, on := strings.CutSuffix(shape, "on")
	var t Terms
	if on {
		t.on, numbers = numbers[len(numbers)-1], numbers[:len(numbers)-1]
	}
	if next && !on || on && t.on == 0 {
		return Terms{}, false
	}
	if len(numbers) > 0 {
		t.days = numbers[0]
	}
	switch shape {
	case "r", "rr": // on receipt, "comptant à réception"
		t.rule = net
		return t, !on
	case "n", "nd":
		t.rule = net
		if next { // "30 jours le 10 du mois suivant"
			t.rule = daysThenMonthEnd
		}
	case "ne", "nde":
		t.rule = endOfMonth.rule()
	case "nte", "ndte", "e":
		t.rule = daysThenMonthEnd
	case "end", "etn", "etnd", "ndae":
		t.rule = monthEndThenDays
	case "": // "le 10 du mois suivant"
		t.rule = daysThenMonthEnd
		return t, next
	default:
		return Terms{}, false
	}
	return t, true
}

// rule returns what "45 jours fin de mois" means in the reading.
func (r Reading) rule() rule {
	if r == DaysThenMonthEnd {
		return daysThenMonthEnd
	}
	return monthEndThenDays
}

// symbols reduces a text to a shape of one letter for each thing it says, and
// the numbers in it:
//
//	n number   d days   e end of month   t then   a after
//	o on the   x of the following month   r on receipt
func symbols(text string) (shape string, numbers []int, err error) {
	words := split(text)
	for len(words) > 0 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			shape, numbers, words = shape+"n", append(numbers, n), words[1:]
			continue
		}
		symbol, length, ok := phrase(words)
		if !ok {
			return "", nil, fmt.Errorf("%q is not understood here", cut(words[0]))
		}
		shape, words = shape+symbol, words[length:]
	}
	// "30 days from the date of invoice" is what "30 days" means.
	shape = strings.ReplaceAll(strings.ReplaceAll(shape, "ai", ""), "i", "")
	return shape, numbers, nil
}

// split gives the words of a text in small letters without accents, numbers
// apart from letters. A minus before a digit stays, to be refused.
func split(text string) []string {
	var out strings.Builder
	var last rune
	runes := []rune(strings.ToLower(text))
	for i, r := range runes {
		if unicode.Is(unicode.Mn, r) {
			continue // an accent written apart from its letter
		}
		r = plain(r)
		minus := r == '-' && i+1 < len(runes) && unicode.IsDigit(runes[i+1])
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if unicode.IsDigit(last) != unicode.IsDigit(r) {
				out.WriteByte(' ')
			}
			out.WriteRune(r)
		case minus || strings.ContainsRune("+/%*", r):
			out.WriteString(" " + string(r) + " ")
		case unicode.IsSpace(r) || strings.ContainsRune("-'’.,;:()", r):
			out.WriteByte(' ')
		default:
			out.WriteString(" " + string(r) + " ")
		}
		last = r
	}
	return strings.Fields(out.String())
}

// plain takes the accent off the letters that French words of terms have.
func plain(r rune) rune {
	switch r {
	case 'à', 'â':
		return 'a'
	case 'é', 'è', 'ê':
		return 'e'
	case 'î', 'ï':
		return 'i'
	case 'ô':
		return 'o'
	case 'û', 'ù':
		return 'u'
	default:
		return r
	}
}

// cut keeps an error short when a page of text stands where terms should.
func cut(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
