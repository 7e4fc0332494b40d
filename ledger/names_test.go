package ledger_test

import (
	"testing"

	"github.com/relanced/relanced/ledger"
)

func TestSeverityNames(t *testing.T) {
	words := []string{"friendly", "firm", "formal", "notice", "court"}
	severities := []ledger.Severity{ledger.Friendly, ledger.Firm, ledger.Formal, ledger.NoticeOfDefault, ledger.Court}
	for i, s := range severities {
		if s.String() != words[i] {
			t.Errorf("got %q, want %q", s, words[i])
		}
		if got, err := ledger.ParseSeverity(words[i]); err != nil || got != s {
			t.Errorf("%q: got %v, %v", words[i], got, err)
		}
		if i > 0 && s <= severities[i-1] {
			t.Errorf("%s is not above %s", s, severities[i-1])
		}
		text, err := s.MarshalText()
		var got ledger.Severity
		if err != nil || got.UnmarshalText(text) != nil || got != s {
			t.Errorf("%s does not survive being written: %q, %v", s, text, got)
		}
	}
	for _, word := range []string{"", "Firm", "mild", "friendly "} {
		if got, err := ledger.ParseSeverity(word); err == nil {
			t.Errorf("%q: got %v, want an error", word, got)
		}
	}
	for _, s := range []ledger.Severity{0, -1, ledger.Court + 1} {
		if got := s.String(); got != "" {
			t.Errorf("severity %d has the name %q", int(s), got)
		}
	}
	none := ledger.Firm
	if err := none.UnmarshalText(nil); err != nil || none != 0 {
		t.Errorf("empty text: got %v, %v; want no severity", none, err)
	}
}

func TestParseCustomerKind(t *testing.T) {
	for word, want := range map[string]ledger.CustomerKind{
		"": ledger.KindUnknown, "business": ledger.KindBusiness, "consumer": ledger.KindConsumer, "public": ledger.KindPublic,
	} {
		if got, err := ledger.ParseCustomerKind(word); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", word, got, err, want)
		}
	}
	for _, word := range []string{"Business", "company", "unknown"} {
		if got, err := ledger.ParseCustomerKind(word); err == nil || got != ledger.KindUnknown {
			t.Errorf("%q: got %q, %v; want an error", word, got, err)
		}
	}
}

// A UID is part of the key of what is sent: if it ever changed, everything
// already sent would look new. These values are for good.
func TestUIDsAreStable(t *testing.T) {
	for _, tt := range []struct {
		parts []string
		want  ledger.UID
	}{
		{[]string{"acme"}, "822b33ad87c148a0"},
		{[]string{"822b33ad87c148a0", "item", "FA-2026-001/1"}, "f5c7e1064eeed5e9"},
		{[]string{"822b33ad87c148a0", "customer", "Éclair & Fils"}, "1db82d564c413354"},
	} {
		if got := ledger.NewUID(tt.parts...); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.parts, got, tt.want)
		}
	}
}

func TestUIDsTellPartsApart(t *testing.T) {
	seen := map[ledger.UID][]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {"a", "b", "c"}, {}} {
		uid := ledger.NewUID(parts...)
		if len(uid) != 16 {
			t.Errorf("%q: %q has %d digits, want 16", parts, uid, len(uid))
		}
		if other, ok := seen[uid]; ok && len(parts)+len(other) > 1 {
			t.Errorf("%q and %q share %s", parts, other, uid)
		}
		seen[uid] = parts
	}
}
