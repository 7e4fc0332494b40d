package reconcile

import (
	"strconv"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
)

// Who or what made a settlement: Settlement.By.
const (
	ByTool      = "tool"      // the tool's own allocation: a fact
	ByNumber    = "number"    // the money names the document's full number
	ByReference = "reference" // the money carries the document's structured reference
	ByPerson    = "person"    // a person said so: the machine never changes it
	ByReturn    = "return"    // the money went back
	ByPaired    = "paired"    // what the tool booked takes over from what we had allocated
)

// ours reports whether the machine made a settlement, and so may take it back.
func (s *Settlement) ours() bool {
	return s.By == ByNumber || s.By == ByReference || s.By == ByReturn || s.By == ByPaired
}

// OpenOf returns what is open of an item: what the tool says is open, or its
// total less the tool's allocations, less all settlements the tool does not
// know of. It is negative when too much was allocated, and more than the total
// when the tool has dropped an allocation that we had undone; Match repairs
// both. Settlements of other items and in other currencies are left out.
func OpenOf(item ledger.UID, total money.Amount, stated *money.Amount, settled []Settlement) money.Amount {
	open := total.Minor()
	if stated != nil {
		open = stated.Minor()
	}
	for i := range settled {
		s := &settled[i]
		if s.Item != item || s.Amount.Currency() != total.Currency() || stated != nil && s.By == ByTool {
			continue
		}
		open -= s.Amount.Minor()
	}
	return money.New(open, total.Currency())
}

// settleUID names a settlement by what it does; n tells apart the times the
// same was done, undone and done again.
func settleUID(s *Settlement, n int) ledger.UID {
	return ledger.NewUID("settlement", string(s.FromKind), string(s.From), string(s.Item), string(s.Undoes), s.By,
		strconv.FormatInt(s.Amount.Minor(), 10), string(s.Amount.Currency()), strconv.Itoa(n))
}

// findingID gives the same fact the same id.
func findingID(kind ledger.FindingKind, parts ...string) string {
	return string(ledger.NewUID(append([]string{"finding", string(kind)}, parts...)...))
}

// moneyOf returns minor units in a settlement's currency.
func moneyOf(minor int64, like Settlement) money.Amount {
	return money.New(minor, like.Amount.Currency())
}

// left returns what is left of each settlement after those that undo it, and
// those that undo these.
func left(settled []Settlement) map[ledger.UID]int64 {
	undoes := make(map[ledger.UID]ledger.UID, len(settled))
	for i := range settled {
		undoes[settled[i].UID] = settled[i].Undoes
	}
	rest := make(map[ledger.UID]int64, len(settled))
	for i := range settled {
		at := settled[i].UID
		for range maxUndone {
			rest[at] += settled[i].Amount.Minor()
			if at = undoes[at]; at == "" {
				break
			}
		}
	}
	return rest
}

// maxUndone bounds how often an undoing may itself be undone, in a row.
const maxUndone = 16
