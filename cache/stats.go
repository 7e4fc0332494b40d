package cache

import (
	"context"
	"slices"
	"time"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/outbox"
)

// Stats counts the notices released so far, for the guards. zone is the
// company's: a sending day is a day there. Tasks that are no rung do not count.
func (db *DB) Stats(ctx context.Context, company ledger.UID, zone *time.Location) (outbox.Stats, error) {
	now := db.Now()
	today := ledger.DateOf(now.In(zone))
	perDay := make(map[ledger.Date]int)
	var out outbox.Stats
	err := db.View(ctx, func(tx *Tx) error {
		err := tx.each(ctx, `SELECT approved_at FROM entry WHERE company = ? AND notice = 1 AND approved_at > 0`, []any{company},
			func(scan func(...any) error) error {
				var at int64
				if err := scan(&at); err != nil {
					return err
				}
				released := fromMillis(at)
				perDay[ledger.DateOf(released.In(zone))]++
				if now.Sub(released) < time.Hour {
					out.ThisHour++
				}
				return nil
			})
		if err != nil {
			return err
		}
		return tx.get(ctx, &out.Customers, `SELECT COUNT(*) FROM position WHERE company = ?`, company)
	})
	out.Today = perDay[today]
	delete(perDay, today)
	out.SendingDays, out.Median = len(perDay), median(perDay)
	return out, err
}

// median is of the last thirty days on which anything was released.
func median(perDay map[ledger.Date]int) int {
	days := make([]ledger.Date, 0, len(perDay))
	for d := range perDay {
		days = append(days, d)
	}
	slices.Sort(days)
	days = days[max(0, len(days)-30):]
	counts := make([]int, 0, len(days))
	for _, d := range days {
		counts = append(counts, perDay[d])
	}
	if len(counts) == 0 {
		return 0
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}
