package all_test

import (
	"flag"
	"os"
	"testing"

	"github.com/relanced/relanced/connectors"
	"github.com/relanced/relanced/connectors/all"
)

var update = flag.Bool("update", false, "rewrite docs/connectors.md")

const head = `# Connectors

What each kind of connection can do, told as its consequence. This page is made from the code (` + "`make generate`" + `); a test
holds both together. The keys of each are in [config.example.toml](../config.example.toml) and in its package's comment.

`

func TestTheDocumentedConnectorsAreTheRealOnes(t *testing.T) {
	t.Parallel()
	const file = "../../docs/connectors.md"
	table, err := connectors.Matrix(all.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	want := head + table
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the code says (%v); make generate", file, err)
	}
}

func TestEveryKindIsComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range all.Kinds() {
		if k.Name == "" || k.Summary == "" || k.NewConfig == nil || seen[k.Name] {
			t.Errorf("kind %q is incomplete or stands there twice", k.Name)
		}
		seen[k.Name] = true
		if k.NewConfig() == nil {
			t.Errorf("kind %q has no configuration", k.Name)
		}
	}
}
