package reconcile_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/reconcile"
)

func FuzzFoldName(f *testing.F) {
	for _, s := range []string{"Mme Élodie ÉTÉ", "S.A.S. Œuvre", "ẞßøŁ", "", "İstanbul", "\xff\xfe", "Ⅷ½ﬁ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := reconcile.FoldName(s)
		if !utf8.ValidString(once) && utf8.ValidString(s) {
			t.Errorf("%q folds to invalid %q", s, once)
		}
		if strings.ContainsAny(once, " .-/'\n\t") {
			t.Errorf("%q keeps punctuation: %q", s, once)
		}
		if twice := reconcile.FoldName(once); twice != once {
			t.Errorf("%q folds to %q and then to %q", s, once, twice)
		}
	})
}

func FuzzStructuredReference(f *testing.F) {
	for _, s := range []string{"RF11F20260116", "+++202/6000/12118+++", "21 00000 00000 00000 20260 01228", "RF18", "RFé"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, ok := reconcile.StructuredReference(s)
		if !ok {
			return
		}
		if again, still := reconcile.StructuredReference(ref); !still || again != ref {
			t.Errorf("%q reads as %q, which reads as %q, %t", s, ref, again, still)
		}
		// One wrong digit at the end must be seen: that is what check digits are for.
		last := ref[len(ref)-1]
		if last >= '0' && last <= '9' {
			wrong := ref[:len(ref)-1] + string('0'+(last-'0'+1)%10)
			if _, ok := reconcile.StructuredReference(wrong); ok {
				t.Errorf("%q and %q both check", ref, wrong)
			}
		}
	})
}

// Whatever a payer writes, only the number itself allocates, and the same text
// written in another case does the same.
func FuzzTextOfALine(f *testing.F) {
	for _, s := range []string{"F2026-0101", "fact f2026 0101/0102", "F2026-01011", "XF2026-0101", "RF11F20260101", "20260101", "2026-0101.50", "\xffF2026-0101"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		match := func(text string) map[ledger.UID]int64 {
			m := reconcile.Match(reconcile.Money{
				Items: []reconcile.Target{target("a", "F2026-0101"), target("b", "2026-0101"), target("c", "F2026-0101-2"), target("d", "107")},
				Lines: []reconcile.LineRecord{{UID: "l", Line: ledger.BankLine{Day: day0, Amount: money.New(10_000, "EUR"), Text: text}}},
			}, reconcile.Settings{})
			got := map[ledger.UID]int64{}
			for _, s := range m.Settlements {
				got[s.Item] += s.Amount.Minor()
			}
			return got
		}
		got := match(text)
		if got["d"] != 0 {
			t.Errorf("%q pays the number 107", text)
		}
		folded := reconcile.FoldName(text)
		if len(text) < 4000 && (got["a"] != 0 && !strings.Contains(folded, "F20260101") || got["b"] != 0 && !strings.Contains(folded, "20260101")) {
			t.Errorf("%q pays %v", text, got)
		}
		if utf8.ValidString(text) && isASCII(text) {
			if diff := cmp.Diff(got, match(strings.ToLower(text))); diff != "" {
				t.Errorf("%q in small letters: %s", text, diff)
			}
		}
	})
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func target(uid ledger.UID, number string) reconcile.Target {
	return reconcile.Target{UID: uid, Customer: "C", Number: number, Ordinal: 1, Total: money.New(1000, "EUR"), Open: money.New(1000, "EUR")}
}
