package money_test

import (
	"testing"

	"github.com/relanced/relanced/money"
)

func BenchmarkParse(b *testing.B) {
	for _, cur := range []money.Currency{"EUR", "USD", "BHD"} {
		b.Run(string(cur), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := money.Parse("12345.60", cur); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseComma(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.ParseComma("12345,60", money.EUR); err != nil {
			b.Fatal(err)
		}
	}
}
