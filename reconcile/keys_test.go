package reconcile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
	"github.com/relanced/relanced/reconcile"
)

func TestCustomerKeys(t *testing.T) {
	for _, tc := range []struct {
		name string
		c    ledger.Customer
		want []string
	}{
		{"nothing known", ledger.Customer{Name: "DURAND"}, nil},
		{"code in any case", ledger.Customer{Code: " c001 "}, []string{"code:C001"}},
		{"code keeps its marks", ledger.Customer{Code: "C-001"}, []string{"code:C-001"}},
		{"siren with blanks", ledger.Customer{SIREN: "732 829 320"}, []string{"siren:732829320"}},
		{"siren of a siret", ledger.Customer{SIREN: "73282932000074"}, []string{"siren:732829320"}},
		{"siren that does not check", ledger.Customer{SIREN: "732829321"}, nil},
		{"French VAT number holds the siren", ledger.Customer{VAT: "fr 44 732829320"}, []string{"siren:732829320", "vat:FR44732829320"}},
		{"foreign VAT number", ledger.Customer{VAT: "BE 0411.905.847"}, []string{"vat:BE0411905847"}},
		{
			"accounts, sorted, each once, wrong ones left out",
			ledger.Customer{IBANs: []string{"GB28 SAMP 0011 2200 0006 06", "FR7699998000100000000010157", "fr76 9999 8000 1000 0000 0010 157", "FR7699998000100000000010158"}},
			[]string{"iban:FR7699998000100000000010157", "iban:GB28SAMP00112200000606"},
		},
	} {
		if diff := cmp.Diff(tc.want, reconcile.CustomerKeys(tc.c)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

func TestStructuredReferencesOfTheSamples(t *testing.T) {
	for _, row := range readCSV(t, "testdata/structured-references.csv") {
		if _, ok := reconcile.StructuredReference(row["value"]); ok != (row["expected"] == "valid") {
			t.Errorf("%s %q: got %t, want %s", row["scheme"], row["value"], ok, row["expected"])
		}
	}
}

func TestFoldName(t *testing.T) {
	for in, want := range map[string]string{
		"Mme Élodie ÉTÉ":      "MMEELODIEETE",
		"S.A.S. L'Œuvre & Co": "SASLOEUVRECO",
		"Straße 5":            "STRASSE5",
		"MÜLLER BEISPIEL":     "MULLERBEISPIEL",
		"e\u0301toile\u0301e": "ETOILEE",
		"F2026-O1":            "F2026O1",
		"":                    "",
	} {
		if got := reconcile.FoldName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
