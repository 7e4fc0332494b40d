package main

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/relanced/relanced/cache"
)

// TestTheDocumentedExportsAreTheRealOnes holds docs/exports.md to the rows.
func TestTheDocumentedExportsAreTheRealOnes(t *testing.T) {
	t.Parallel()
	const file = "../../docs/exports.md"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(doc), "<!-- tables -->\n")
	got, tail, ended := strings.Cut(rest, "<!-- end -->")
	if !ok || !ended {
		t.Fatalf("%s has no tables between <!-- tables --> and <!-- end -->", file)
	}
	var b strings.Builder
	b.WriteString("| table | fields |\n|---|---|\n")
	for _, x := range []struct {
		name string
		row  any
	}{
		{"customers", cache.ExportCustomer{}},
		{"invoices", cache.ExportInvoice{}},
		{"items", cache.ExportItem{}},
		{"payments", cache.ExportPayment{}},
		{"allocations", cache.ExportAllocation{}},
		{"positions", positionRow{}},
		{"decisions", decisionRow{}},
		{"outbox", outboxRow{}},
		{"findings", findingRow{}},
	} {
		b.WriteString("| " + x.name + " | " + strings.Join(heads(reflect.TypeOf(x.row)), ", ") + " |\n")
	}
	if got == b.String() {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+"<!-- tables -->\n"+b.String()+"<!-- end -->"+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s lists other fields than the code has (rewrite with -update)", file)
}

func TestSpreadsheetFormulasAreNeutral(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	s, err := newSheet(&b, "csv")
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Name  string `json:"name"`
		Cents int64  `json:"cents"`
	}
	for _, name := range []string{"=cmd|' /C calc'!A0", "+1", "-2", "@x", "\ty", "plain", "a=b"} {
		if err := s.put(row{Name: name, Cents: -5}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.end(row{}); err != nil {
		t.Fatal(err)
	}
	want := "name,cents\n'=cmd|' /C calc'!A0,-5\n'+1,-5\n'-2,-5\n'@x,-5\n'\ty,-5\nplain,-5\na=b,-5\n"
	if b.String() != want {
		t.Errorf("csv:\n%q, want\n%q", b.String(), want)
	}
}
