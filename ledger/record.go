package ledger

// Two kinds that are about records rather than of the books: a record that
// could not be read for certain, and something that does not add up.
const (
	KindQuarantine Kind = "quarantine"
	KindFinding    Kind = "finding"
)

// RecordUID is the UID of a connection's record. It needs no look-up, so that
// a record may name another one that has not been seen yet.
func RecordUID(connection UID, kind Kind, id string) UID {
	return NewUID(string(connection), string(kind), id)
}
