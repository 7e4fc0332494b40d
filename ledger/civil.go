package ledger

import "time"

// The arithmetic between day numbers and civil days of the proleptic Gregorian
// calendar, in integers: an importer does it for every line it reads. It counts
// in eras of 400 years (146,097 days) and in years that begin on 1 March, so
// that the leap day comes last and the months before it follow one formula,
// (153·m+2)/5. The method is Howard Hinnant's ("chrono-compatible low-level
// date algorithms"); a test compares every day with package time.

const (
	daysPerEra = 146097
	// eraStart is day number zero of the counting from 0000-03-01; 0001-01-01
	// is 306 days later and has the number 1.
	eraStart = 305
)

// fromCivil returns the day's number; month and day must be possible.
func fromCivil(year int, month time.Month, day int) Date {
	y, m := year, int(month)-3
	if m < 0 {
		y, m = y-1, m+12
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Date(era*daysPerEra + dayOfEra - eraStart)
}

// toCivil is the opposite of fromCivil.
func toCivil(d Date) (year int, month time.Month, day int) {
	n := int(d) + eraStart
	era := floorDiv(n, daysPerEra)
	dayOfEra := n - era*daysPerEra
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*m+2)/5 + 1
	year = era*400 + yearOfEra
	if m += 3; m > 12 {
		year, m = year+1, m-12
	}
	return year, time.Month(m), day
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// possible reports whether there is such a day.
func possible(year int, month time.Month, day int) bool {
	return year >= minYear && year <= maxYear && month >= time.January && month <= time.December &&
		day >= 1 && day <= daysIn(year, month)
}

func daysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}

// readCivil reads three groups of digits as a day.
func readCivil(year, month, day string) (Date, bool) {
	y, m, d := number(year), number(month), number(day)
	if y < 0 || m < 0 || d < 0 || !possible(y, time.Month(m), d) {
		return 0, false
	}
	return fromCivil(y, time.Month(m), d), true
}

// number reads a few digits, or returns -1.
func number(text string) int {
	n := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return -1
		}
		n = n*10 + int(text[i]-'0')
	}
	return n
}
