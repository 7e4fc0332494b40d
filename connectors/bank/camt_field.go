package bank

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// longestField bounds one field; what is longer is cut. ISO 20022 allows 500
// characters at most.
const longestField = 4096

// raw reads all text of the element just started, also that of its children
// (so that Sts and Sts/Cd read alike). It is valid until the next field.
func (p *camtReader) raw() []byte {
	level := p.x.depth()
	p.field = p.field[:0]
	for p.err == nil {
		var t token
		t, p.err = p.x.next()
		if t == tokenText && p.err == nil && len(p.field) < longestField {
			p.field = append(p.field, p.x.text[:min(len(p.x.text), longestField-len(p.field))]...)
		}
		if t == tokenEnd && p.x.depth() < level {
			break
		}
	}
	if !utf8.Valid(p.field) {
		p.field = salvage(p.field)
	}
	return p.field
}

// salvage reads text that is not the UTF-8 its file declares. Banks that err
// here mean windows-1252; a wrong accent must not cost a payment.
func salvage(text []byte) []byte {
	if len(text) == longestField { // the bound may have cut a character in two
		for cut := 1; cut < utf8.UTFMax; cut++ {
			if whole := text[:len(text)-cut]; utf8.Valid(whole) {
				return whole
			}
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(text)
	if err != nil {
		return bytes.ToValidUTF8(text, []byte("?"))
	}
	return out
}

// text is raw without the spaces around it.
func (p *camtReader) text() []byte {
	t := trimSpace(p.raw())
	for len(t) > 0 && isSpace(t[len(t)-1]) {
		t = t[:len(t)-1]
	}
	return t
}

// amount reads an amount with its Ccy attribute. It has no sign of its own.
func (p *camtReader) amount(field string) (money.Amount, *fault) {
	line := p.x.line()
	p.code = append(p.code[:0], p.x.attr("Ccy")...)
	text := p.text()
	cur, ok := p.currency(p.code)
	if !ok {
		return money.Amount{}, &fault{line: line, field: field, text: "the currency " + quote(p.code) + " is not an ISO 4217 code such as EUR"}
	}
	if len(text) == 0 || text[0] == '-' || text[0] == '+' {
		return money.Amount{}, &fault{line: line, field: field, text: quote(text) + " is not an amount: digits without a sign are expected, CdtDbtInd says the direction"}
	}
	a, err := money.Parse(string(text), cur)
	if err != nil {
		return money.Amount{}, &fault{line: line, field: field, text: quote(text) + " is not an amount: digits with a decimal point are expected, such as 1200.00"}
	}
	return a, nil
}

// currency looks a code up, and remembers it.
func (p *camtReader) currency(code []byte) (money.Currency, bool) {
	if c, ok := p.currencies[string(code)]; ok {
		return c, true
	}
	c, err := money.ParseCurrency(string(code))
	if err != nil {
		return "", false
	}
	p.currencies[string(code)] = c
	return c, true
}

// moment reads a day or an instant: Dt, DtTm, or the text itself. An instant
// with an offset falls on its day in the company's zone; at is the time of day
// for an instant, and 0 for a day. An unreadable one is the unknown day.
func (p *camtReader) moment() (day ledger.Date, at time.Duration) {
	text := p.text()
	if string(text) == p.lastDay.text {
		return p.lastDay.day, 0
	}
	if day, ok := plainDay(text); ok {
		p.lastDay.text, p.lastDay.day = string(text), day
		return day, 0
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02Z07:00"} {
		t, err := time.Parse(layout, string(text))
		if err != nil {
			continue
		}
		switch layout {
		case time.RFC3339Nano:
			t = t.In(p.zone)
		case "2006-01-02Z07:00": // a day with an offset is that day
			return ledger.DateOf(t), 0
		}
		h, m, s := t.Clock()
		return ledger.DateOf(t), time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	}
	return 0, 0
}

// bookingDay is moment for a day of a movement, which is a fault when there is
// one that cannot be read.
func (p *camtReader) bookingDay(field string) ledger.Date {
	line := p.x.line()
	day, _ := p.moment()
	if !day.Known() && len(trimSpace(p.field)) > 0 {
		p.bad(&fault{line: line, field: field, text: quote(trimSpace(p.field)) + " is not a day such as 2026-04-30"})
	}
	return day
}

// plainDay reads 2026-04-30.
func plainDay(text []byte) (ledger.Date, bool) {
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	n := [3]int{}
	for i, part := range [3][]byte{text[:4], text[5:7], text[8:]} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return 0, false
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	day, err := ledger.NewDate(n[0], time.Month(n[1]), n[2])
	return day, err == nil
}

// direction reads CdtDbtInd: +1, -1, or 0 when it is neither.
func direction(text []byte) int64 {
	switch string(text) {
	case "CRDT":
		return 1
	case "DBIT":
		return -1
	default:
		return 0
	}
}

func truth(text []byte) bool { return string(text) == "true" || string(text) == "1" }

// appendText appends text with every run of blanks and control characters as
// one space, up to the bound of a field.
func appendText(dst, text []byte) []byte {
	for i := 0; i < len(text) && len(dst) < longestField; {
		c := text[i]
		if c <= ' ' || c == 0x7f {
			if len(dst) > 0 && dst[len(dst)-1] != ' ' {
				dst = append(dst, ' ')
			}
			i++
			continue
		}
		_, n := utf8.DecodeRune(text[i:])
		dst = append(dst, text[i:i+n]...)
		i += n
	}
	return dst
}

// appendWords is appendText with a space before, when there is text already.
func appendWords(dst, text []byte) []byte {
	if len(dst) > 0 && dst[len(dst)-1] != ' ' {
		dst = append(dst, ' ')
	}
	return bytes.TrimRight(appendText(dst, text), " ")
}

// compact appends an account number without spaces, in capitals.
func compact(dst, text []byte) []byte {
	for _, c := range text {
		switch {
		case isSpace(c):
		case c >= 'a' && c <= 'z':
			dst = append(dst, c-'a'+'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// quote puts a field's value into an error text, shortened.
func quote(text []byte) string { return strconv.Quote(string(clip(text))) }
