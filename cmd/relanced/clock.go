package main

import (
	"fmt"
	"time"

	"github.com/relanced/relanced/ledger"
)

// playedClock is the clock of `once`. Without a day it is the real one. With
// one it shows 10:00 on that day when the day is first played, and runs on from
// there as time really passes, over all the processes that play the day: in a
// rehearsal, too, nobody may ask what became of a message before it has had
// time to land.
type playedClock struct {
	day   ledger.Date // zero: nothing is played
	ten   time.Time   // 10:00 on it
	began time.Time   // the real instant at which it was first played
	real  func() time.Time
}

// longestPlay keeps the played clock on its day and inside the hours in which
// messages usually leave, however long ago the day was first played.
const longestPlay = 6 * time.Hour

// clockAt returns a clock that shows 10:00 on a day, now.
func clockAt(text string, zone *time.Location, now func() time.Time) (playedClock, error) {
	day, err := ledger.ParseDate(text)
	if err != nil {
		return playedClock{}, fmt.Errorf("--as-of: %w", err)
	}
	const hour = 10
	return playedClock{day: day, ten: day.In(zone, hour, 0), began: now(), real: now}, nil
}

func (c *playedClock) now() time.Time {
	if !c.day.Known() {
		return c.real()
	}
	return c.ten.Add(min(max(c.real().Sub(c.began), 0), longestPlay))
}
