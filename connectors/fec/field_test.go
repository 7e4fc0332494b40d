package fec_test

import (
	"strings"
	"testing"

	"github.com/relanced/relanced/connectors/fec"
	"github.com/relanced/relanced/money"
)

func TestFindNumber(t *testing.T) {
	tests := map[string]string{
		"Facture F2026-0101 DURAND ET FILS SAS": "F2026-0101",
		"FACT N° 17 DUPONT":                     "17",
		"Facture n°2026/12 du 01/03/2026":       "2026/12",
		"Avoir AV-12 sur F2026-0101":            "AV-12",
		"F2026-0101":                            "F2026-0101",
		"SOLDE 1200,00 AU 31/12/2025":           "",
		"01.03.26 DUPONT":                       "",
		"VIR 20260101 F20260102":                "",
		"Prestation mars":                       "",
		"Facture du 03/2026":                    "",
		"":                                      "",
		strings.Repeat("mot ", 1000) + "F10001": "",
	}
	for label, want := range tests {
		if got := fec.FindNumber(label); got != want {
			t.Errorf("%.40q: got number %q, want %q", label, got, want)
		}
	}
}

func TestIsOpeningJournal(t *testing.T) {
	tests := []struct {
		code, label string
		want        bool
	}{
		{"AN", "A nouveaux", true},
		{"AN", "À NOUVEAU", true},
		{"99", "Report à-nouveaux", true},
		{"OUV", "Journal d'ouverture", true},
		{"AN", "", true},
		{"RAN", "", true},
		{"A.N.", "", true},
		{"AN", "Agence Nord", false},
		{"BQ2", "BNP nouveau compte", false},
		{"BQ", "", false},
		{"VE", "Ventes", false},
	}
	for _, tt := range tests {
		if got := fec.IsOpeningJournal(tt.code, tt.label); got != tt.want {
			t.Errorf("%q %q: got %v, want %v", tt.code, tt.label, got, tt.want)
		}
	}
}

func TestParseAmount(t *testing.T) {
	tests := []struct {
		text string
		exp  int
		want int64
		ok   bool
	}{
		{"1234,50", 2, 123450, true},
		{"1234.5", 2, 123450, true},
		{"-0,01", 2, -1, true},
		{"+7", 2, 700, true},
		{",50", 2, 50, true},
		{"1200,0000", 2, 120000, true},
		{"1200.0000", 2, 120000, true},
		{"19000", 0, 19000, true},
		{"1.234", 3, 1234, true},
		{"12.000", 2, 0, false},
		{"12.000,00", 2, 0, false},
		{"1 000,00", 2, 0, false},
		{"1,005", 2, 0, false},
		{"1,5", 0, 0, false},
		{"", 2, 0, false},
		{"-", 2, 0, false},
		{",", 2, 0, false},
		{"5,", 2, 0, false},
		{"--5", 2, 0, false},
		{"1e3", 2, 0, false},
		{"(5)", 2, 0, false},
		{strings.Repeat("9", 40), 2, 0, false},
	}
	for _, tt := range tests {
		if got, ok := fec.ParseAmount(tt.text, tt.exp); got != tt.want || ok != tt.ok {
			t.Errorf("%q with %d decimals: got %d, %v, want %d, %v", tt.text, tt.exp, got, ok, tt.want, tt.ok)
		}
	}
}

// FuzzAmount: what both this reader and money accept is the same amount, and
// what money prints is read back.
func FuzzAmount(f *testing.F) {
	for _, seed := range []string{"1234,50", "-0,01", "12.000", "9007199254740993", "1,", ",5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := fec.ParseAmount(text, 2)
		if !ok {
			return
		}
		if want, err := money.ParseComma(strings.ReplaceAll(text, ".", ","), money.EUR); err == nil && want.Minor() != got {
			t.Errorf("%q: got %d, money says %d", text, got, want.Minor())
		}
		if again, ok := fec.ParseAmount(money.New(got, money.EUR).Decimal(), 2); !ok || again != got {
			t.Errorf("%q: printed and read again it is %d (%v), want %d", text, again, ok, got)
		}
	})
}
