package outbox_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/relanced/relanced/outbox"
)

var update = flag.Bool("update", false, "rewrite the table in docs/states.md")

func TestTheDrawnStatesAreTheRealOnes(t *testing.T) {
	t.Parallel()
	const file = "../docs/states.md"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(doc), "<!-- table -->\n")
	got, tail, ended := strings.Cut(rest, "<!-- end -->")
	if !ok || !ended {
		t.Fatalf("%s has no table between <!-- table --> and <!-- end -->", file)
	}
	want := table()
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+"<!-- table -->\n"+want+"<!-- end -->"+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s shows other transitions than the code has (rewrite with -update):\n%s", file, want)
}

func table() string {
	var b strings.Builder
	b.WriteString("| from | to |\n|---|---|\n")
	for _, from := range outbox.States() {
		next := make([]string, 0, 4)
		for _, to := range outbox.Next(from) {
			next = append(next, string(to))
		}
		if len(next) == 0 {
			next = append(next, "–")
		}
		b.WriteString("| " + string(from) + " | " + strings.Join(next, ", ") + " |\n")
	}
	return b.String()
}
