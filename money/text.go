package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrSyntax says that a text is not an amount in the notation asked for.
var ErrSyntax = errors.New("not an amount")

// Parse reads a plain decimal number with a point, such as "-1234.5", as an
// amount of cur. More decimals than cur has are refused unless they are zeros:
// nothing is rounded. A number may begin with the point (".50") but not end
// with it: that one may have been cut.
func Parse(text string, cur Currency) (Amount, error) { return parse(text, '.', cur) }

// ParseComma is Parse for numbers with a decimal comma, as French files write
// them: "1234,50". No thousands mark is accepted.
func ParseComma(text string, cur Currency) (Amount, error) { return parse(text, ',', cur) }

func parse(text string, mark byte, cur Currency) (Amount, error) {
	exp, ok := exponent(cur)
	if !ok {
		return Amount{}, fmt.Errorf("%q: %w", string(cur), ErrUnknownCurrency)
	}
	number, negative := cutSign(text)
	whole, frac := number, ""
	if i := strings.IndexByte(number, mark); i >= 0 {
		whole, frac = number[:i], number[i+1:]
		if frac == "" {
			return Amount{}, syntaxError(text, mark)
		}
	}
	if whole == "" && frac == "" {
		return Amount{}, syntaxError(text, mark)
	}
	minor, err := scale(whole, frac, exp)
	switch {
	case err == nil:
	case errors.Is(err, errDigit):
		return Amount{}, syntaxError(text, mark)
	case errors.Is(err, ErrOverflow):
		return Amount{}, fmt.Errorf("%s: %w", quoted(text), err)
	default:
		return Amount{}, fmt.Errorf("%s: %w: %s has %d decimals", quoted(text), err, cur, exp)
	}
	if negative {
		minor = -minor
	}
	return Amount{minor: minor, cur: cur}, nil
}

func syntaxError(text string, mark byte) error {
	return fmt.Errorf("%s: %w (digits with at most one %q between them are expected)", quoted(text), ErrSyntax, mark)
}

// errDigit says that something else stands where a digit should.
var errDigit = errors.New("not a digit")

func cutSign(text string) (number string, negative bool) {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[1:], text[0] == '-'
	}
	return text, false
}

// scale returns whole.frac in minor units of exp decimals.
func scale(whole, frac string, exp int) (int64, error) {
	minor, err := digits(0, whole)
	if err != nil {
		return 0, err
	}
	if len(frac) > exp {
		for _, c := range []byte(frac[exp:]) {
			if c < '0' || c > '9' {
				return 0, errDigit
			}
			if c != '0' {
				return 0, ErrSyntax
			}
		}
		frac = frac[:exp]
	}
	if minor, err = digits(minor, frac); err != nil {
		return 0, err
	}
	for range exp - len(frac) {
		if minor > math.MaxInt64/10 {
			return 0, ErrOverflow
		}
		minor *= 10
	}
	return minor, nil
}

// digits appends decimal digits to n.
func digits(n int64, text string) (int64, error) {
	for i := range len(text) {
		d := int64(text[i]) - '0'
		if d < 0 || d > 9 {
			return 0, errDigit
		}
		if n > (math.MaxInt64-d)/10 {
			return 0, ErrOverflow
		}
		n = n*10 + d
	}
	return n, nil
}

// quoted prints what was read for an error, cut: a broken file may hold a
// page of text where an amount should be.
func quoted(text string) string {
	const most = 24
	if len(text) > most {
		return strconv.Quote(text[:most]) + "…"
	}
	return strconv.Quote(text)
}

// Decimal prints the number alone, with a point and the currency's decimals:
// "1234.50". Parse reads it back.
func (a Amount) Decimal() string {
	var buf [24]byte
	return string(a.appendDecimal(buf[:0], "", '.'))
}

// appendDecimal writes the amount with group between thousands and mark before
// the decimals.
func (a Amount) appendDecimal(buf []byte, group string, mark byte) []byte {
	exp := 2
	if a.cur != "" {
		exp = a.cur.Exponent()
	}
	var room [24]byte
	number := strconv.AppendUint(room[:0], magnitude(a.minor), 10)
	if a.minor < 0 {
		buf = append(buf, '-')
	}
	whole := max(len(number)-exp, 0)
	if whole == 0 {
		buf = append(buf, '0')
	}
	for i, c := range number[:whole] {
		if i > 0 && (whole-i)%3 == 0 {
			buf = append(buf, group...)
		}
		buf = append(buf, c)
	}
	if exp == 0 {
		return buf
	}
	buf = append(buf, mark)
	for range exp - (len(number) - whole) {
		buf = append(buf, '0')
	}
	return append(buf, number[whole:]...)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// MarshalText writes the amount as String does, exactly.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote; empty text is the zero Amount.
func (a *Amount) UnmarshalText(text []byte) error {
	number, code, found := strings.Cut(string(text), " ")
	if !found {
		if number == "0.00" || number == "" {
			*a = Amount{}
			return nil
		}
		return fmt.Errorf("%s: %w: the currency is missing (\"12.50 EUR\" is expected)", quoted(string(text)), ErrSyntax)
	}
	cur, err := ParseCurrency(code)
	if err != nil {
		return err
	}
	read, err := Parse(number, cur)
	if err != nil {
		return err
	}
	*a = read
	return nil
}
