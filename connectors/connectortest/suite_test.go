package connectortest_test

import (
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/relanced/relanced/connectors/connectortest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

func TestSuiteIsLargeAndNamed(t *testing.T) {
	all := connectortest.Checks()
	if len(all) < 25 {
		t.Errorf("%d checks, want at least 25", len(all))
	}
	for _, c := range all {
		if group, name, ok := strings.Cut(c.Name, "/"); !ok || group == "" || name == "" || c.Run == nil {
			t.Errorf("check %q is not named group/name, or does nothing", c.Name)
		}
	}
}

// plain hides everything a tool can do beyond being opened.
type plain struct{ connectortest.Tool }

// short takes back one thing.
type short struct{ *connectortest.FakeTool }

func (short) Lacks() connectortest.Capability { return connectortest.HasDueDays }

func TestMatrixFollowsTheTool(t *testing.T) {
	f := connectortest.NewFake(t)
	for name, tt := range map[string]struct {
		tool connectortest.Tool
		want []string
	}{
		"fake":  {f, []string{"dates/unknown-stays-unknown: yes\n", "look/fresh-not-cached: yes\n"}},
		"short": {short{f}, []string{"dates/unknown-stays-unknown: no (due days)\n", "changes/full: yes\n"}},
		"plain": {plain{f}, []string{"check/identity-stable: yes\n", "changes/full: no (books)\n", "fault/401: no (books, faults, fault 401)\n"}},
	} {
		got, err := connectortest.Matrix(tt.tool)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, got)
			}
		}
	}
	if got, _ := connectortest.Matrix(f); strings.Contains(got, ": no") {
		t.Errorf("the fake cannot do everything:\n%s", got)
	}
}
