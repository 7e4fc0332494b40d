package policy

// entry returns the index of the rung an item without history starts at; -1
// when the ladder has none of that name.
func (l *Ladder) entry() int {
	for i := range l.Rungs {
		if l.Rungs[i].ID == l.Entry && l.Rungs[i].Before == nil {
			return i
		}
	}
	return -1
}
