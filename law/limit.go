package law

import (
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
)

// limit is the longest term that French businesses may agree on between
// themselves, from a day on.
type limit struct {
	from         string // the newest is last
	days         int    // from the invoice
	monthEndDays int    // or, if the contract says so, these days and the end of the month
	source       string
}

//nolint:gochecknoglobals // a compiled-in table
var limits = []limit{
	{"2009-01-01", 60, 45, "C. com. L441-10"}, // L441-6 until 2019, the same figures
}

// Warning says, in a sentence for people, that the terms can fall later than
// the law now in force in France lets businesses agree on; it is empty when
// they never do. A due day is within the law when it is within 60 days of the
// invoice or within 45 days end of month, in whichever reading is later. The
// shorter terms of some trades (transport, fresh food) are not looked at.
func (t Terms) Warning() string {
	law := limits[len(limits)-1]
	longest := []Terms{
		{rule: net, days: law.days},
		{rule: monthEndThenDays, days: law.monthEndDays},
		{rule: daysThenMonthEnd, days: law.monthEndDays},
	}
	// The calendar of months and weekdays comes round every four years, so
	// every case there is occurs once.
	first := ledger.DateOf(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC))
	for issued := first; issued < first.AddDays(4*365+1); issued++ {
		allowed := issued
		for _, l := range longest {
			allowed = max(allowed, l.Due(issued))
		}
		if due := t.Due(issued); due > allowed {
			return fmt.Sprintf("%s is longer than French law lets businesses agree on (%d days from the invoice, or %d days end of month: %s): an invoice of %s would fall due on %s, the latest day allowed is %s",
				t, law.days, law.monthEndDays, law.source, issued, due, allowed)
		}
	}
	return ""
}
