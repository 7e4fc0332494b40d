package money

import "strings"

// The spaces that typography asks for; neither lets a line break.
const (
	narrowNoBreak = "\u202f" // between French thousands
	noBreak       = "\u00a0" // between number and currency
)

// Format writes the amount for people in a language given as "fr", "en" or a
// tag such as "fr-BE". French: "1 234,50 €" with no-break spaces (U+202F
// between thousands, U+00A0 before the currency). Every other language is
// written as English: "€1,234.50". EUR, GBP, USD and JPY have symbols; any
// other currency is written by its code, since "$" or "kr" alone would not say
// whose. It agrees with CLDR but for the number of decimals, which is ISO's.
func Format(a Amount, language string) string {
	if isFrench(language) {
		return formatFrench(a)
	}
	return formatEnglish(a)
}

// FormatPlain is Format with ordinary spaces, for plain text: some mail fonts
// lack the narrow space, and a reader who searches for "1 234,50" types
// ordinary ones.
func FormatPlain(a Amount, language string) string {
	return strings.NewReplacer(narrowNoBreak, " ", noBreak, " ").Replace(Format(a, language))
}

func isFrench(language string) bool {
	base, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	return strings.EqualFold(base, "fr")
}

func formatFrench(a Amount) string {
	text := string(a.appendDecimal(nil, narrowNoBreak, ','))
	if a.cur == "" {
		return text
	}
	return text + noBreak + symbol(a.cur)
}

func formatEnglish(a Amount) string {
	text, sign := string(a.appendDecimal(nil, ",", '.')), ""
	if a.minor < 0 {
		text, sign = text[1:], "-"
	}
	switch s := symbol(a.cur); s {
	case "":
		return sign + text
	case string(a.cur):
		return sign + s + noBreak + text
	default:
		return sign + s + text
	}
}

// symbol returns the sign that says one currency only, else the code.
func symbol(c Currency) string {
	switch c {
	case EUR:
		return "€"
	case "GBP":
		return "£"
	case "USD":
		return "$"
	case "JPY":
		return "¥"
	default:
		return string(c)
	}
}
