// Package arch_test holds the rule of who may import whom: the data's
// direction is the import direction.
package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/relanced/relanced"

// rule is one row of the import table. A pattern ends in /... to cover the
// packages below it. Of our own packages, only those in may are allowed.
type rule struct {
	pkg     string
	may     []string
	mustNot []string // of the standard library and of others
}

// pure packages decide; they cannot reach a clock, a database or a network.
var impure = []string{"context", "database/sql", "net/http", "log/slog", "log", "github.com/prometheus/..."}

func rules() []rule {
	return []rule{
		{pkg: "money", mustNot: impure},
		{pkg: "ledger", may: []string{"money"}, mustNot: impure},
		{pkg: "calendar", may: []string{"money", "ledger"}, mustNot: impure},
		{pkg: "law", may: []string{"money", "ledger"}, mustNot: impure},
		{pkg: "reconcile", may: []string{"ledger", "money", "calendar", "law"}, mustNot: impure},
		{pkg: "policy", may: []string{"reconcile", "ledger", "money", "calendar", "law"}, mustNot: impure},
		{pkg: "outbox", may: []string{"policy", "reconcile", "ledger", "money", "calendar", "law"}, mustNot: impure},
		{pkg: "letter", may: []string{"policy", "reconcile", "ledger", "money", "calendar", "law"}, mustNot: impure},
		{pkg: "connectors", may: []string{"ledger", "money"}},
		{pkg: "connectors/connectortest", may: []string{"connectors", "connectors/fake", "ledger", "money"}},
		{pkg: "connectors/internal/...", may: []string{"connectors", "connectors/internal/...", "ledger", "money"}},
		{pkg: "connectors/fake", may: []string{"connectors", "connectors/internal/...", "ledger", "money"}},
		{pkg: "connectors/all", may: []string{"connectors", "connectors/..."}},
		{pkg: "connectors/...", may: []string{"connectors", "connectors/internal/...", "ledger", "money", "internal/failpoint"}},
		{pkg: "pull", may: []string{"connectors", "ledger", "money", "internal/failpoint"}},
		{pkg: "push", may: []string{"connectors", "ledger", "money", "outbox", "internal/failpoint"}},
		{
			pkg:     "cache/...",
			may:     []string{"connectors", "cache/...", "reconcile", "policy", "outbox", "ledger", "money", "calendar", "law", "internal/failpoint"},
			mustNot: []string{"net/http", "github.com/prometheus/..."},
		},
		{pkg: "config", may: []string{"connectors", "policy", "calendar", "law", "letter", "ledger", "money", "outbox", "reconcile"}},
		{
			pkg: "daemon",
			may: []string{"pull", "cache", "reconcile", "policy", "outbox", "push", "letter", "connectors", "calendar", "law", "ledger", "money", "internal/..."},
		},
		{pkg: "cmd/...", may: []string{"..."}},
		{pkg: "internal/...", may: nil},
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowTheData(t *testing.T) {
	t.Parallel()
	packages := list(t)
	if len(packages) < 5 {
		t.Fatalf("go list found %d packages, want the whole module", len(packages))
	}
	for _, p := range packages {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		i := slices.IndexFunc(rules(), func(r rule) bool { return match(r.pkg, name) })
		if i < 0 {
			t.Errorf("%s has no row in the import table; add one beside its neighbours", name)
			continue
		}
		for _, fault := range breaches(rules()[i], name, p.Imports) {
			t.Error(fault)
		}
	}
}

func TestTheTableCanBeBroken(t *testing.T) {
	t.Parallel()
	r := rule{pkg: "policy", may: []string{"ledger"}, mustNot: impure}
	got := breaches(r, "policy", []string{"strings", module + "/ledger", module + "/outbox", "net/http", "github.com/prometheus/client_golang/prometheus"})
	if len(got) != 3 {
		t.Errorf("breaches = %q, want three: outbox, net/http and prometheus", got)
	}
}

func breaches(r rule, name string, imports []string) []string {
	var out []string
	for _, path := range imports {
		ours, own := strings.CutPrefix(path, module+"/")
		switch {
		case own && !slices.ContainsFunc(r.may, func(m string) bool { return match(m, ours) }):
			out = append(out, name+" must not import "+ours)
		case !own && slices.ContainsFunc(r.mustNot, func(m string) bool { return match(m, path) }):
			out = append(out, name+" must not import "+path)
		}
	}
	return out
}

func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if base, deep := strings.CutSuffix(pattern, "/..."); deep {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	return pattern == name
}

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}
