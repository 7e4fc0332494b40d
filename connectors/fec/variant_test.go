package fec_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/relanced/relanced/connectors"
)

// variant is a way of writing the same rows.
type variant struct {
	name  string
	write func(t testing.TB, table [][]string) []byte
}

func joined(table [][]string, mark, eol string) string {
	var b strings.Builder
	for _, fields := range table {
		b.WriteString(strings.Join(fields, mark) + eol)
	}
	return b.String()
}

func encoded(tb testing.TB, cm *charmap.Charmap, text string) []byte {
	tb.Helper()
	out, err := cm.NewEncoder().String(text)
	if err != nil {
		tb.Fatal(err)
	}
	return []byte(out)
}

// mapped rewrites every row, the header too, on a copy.
func mapped(table [][]string, change func(header bool, fields []string) []string) [][]string {
	out := make([][]string, len(table))
	for i, fields := range table {
		out[i] = change(i == 0, append([]string(nil), fields...))
	}
	return out
}

// sensed replaces Debit and Credit by Montant and Sens.
func sensed(table [][]string, debit, credit string) [][]string {
	return mapped(table, func(header bool, f []string) []string {
		switch {
		case header:
			f[11], f[12] = "Montant", "Sens"
		case f[11] != "0,00":
			f[12] = debit
		default:
			f[11], f[12] = f[12], credit
		}
		return f
	})
}

func variants() []variant {
	utf8 := func(change func([][]string) [][]string, mark, eol string) func(testing.TB, [][]string) []byte {
		return func(_ testing.TB, table [][]string) []byte { return []byte(joined(change(table), mark, eol)) }
	}
	same := func(t [][]string) [][]string { return t }
	return []variant{
		{"tab, UTF-8", utf8(same, "\t", "\r\n")},
		{"pipe, UTF-8 with BOM", func(_ testing.TB, table [][]string) []byte {
			return []byte("\ufeff" + joined(table, "|", "\r\n"))
		}},
		{"semicolon", utf8(same, ";", "\n")},
		{"ISO 8859-15", func(tb testing.TB, table [][]string) []byte {
			tb.Helper()
			return encoded(tb, charmap.ISO8859_15, joined(table, "\t", "\r\n"))
		}},
		{"Windows-1252", func(tb testing.TB, table [][]string) []byte {
			tb.Helper()
			text := strings.Replace(joined(table, "\t", "\r\n"), "Prestations de services", "Prestations d\u2019atelier", 1)
			return encoded(tb, charmap.Windows1252, text)
		}},
		{"LF", utf8(same, "\t", "\n")},
		{"CR alone", utf8(same, "\t", "\r")},
		{"no end of the last line", func(_ testing.TB, table [][]string) []byte {
			return []byte(strings.TrimSuffix(joined(table, "\t", "\r\n"), "\r\n"))
		}},
		{"end-of-file mark and blank lines", func(_ testing.TB, table [][]string) []byte {
			return []byte(joined(table, "\t", "\r\n") + "\r\n\r\n\x1a")
		}},
		{"Montant and Sens D, C", utf8(func(t [][]string) [][]string { return sensed(t, "D", "C") }, "\t", "\r\n")},
		{"Montant and Sens +1, -1", utf8(func(t [][]string) [][]string { return sensed(t, "+1", "-1") }, "|", "\r\n")},
		{"decimal point", utf8(func(t [][]string) [][]string {
			return mapped(t, func(_ bool, f []string) []string {
				f[11], f[12], f[16] = strings.ReplaceAll(f[11], ",", "."), strings.ReplaceAll(f[12], ",", "."), strings.ReplaceAll(f[16], ",", ".")
				return f
			})
		}, "\t", "\r\n")},
		{"empty instead of zero", utf8(func(t [][]string) [][]string {
			return mapped(t, func(_ bool, f []string) []string {
				for _, i := range []int{11, 12} {
					if f[i] == "0,00" {
						f[i] = ""
					}
				}
				return f
			})
		}, "\t", "\r\n")},
		{"columns in another order, header in capitals", utf8(func(t [][]string) [][]string {
			order := rand.New(rand.NewPCG(1, 2)).Perm(18)
			return mapped(t, func(header bool, f []string) []string {
				out := make([]string, len(f))
				for i, j := range order {
					if out[i] = f[j]; header {
						out[i] = strings.ToUpper(f[j])
					}
				}
				return out
			})
		}, "\t", "\r\n")},
		{"cash-basis columns", utf8(func(t [][]string) [][]string {
			return mapped(t, func(header bool, f []string) []string {
				if header {
					return append(f, "DateRglt", "ModeRglt", "NatOp", "IdClient")
				}
				return append(f, "20260401", "VIR", "", "x")
			})
		}, "\t", "\r\n")},
		{"every field in quotes", utf8(func(t [][]string) [][]string {
			return mapped(t, func(_ bool, f []string) []string {
				for i := range f {
					f[i] = `"` + strings.ReplaceAll(f[i], `"`, `""`) + `"`
				}
				return f
			})
		}, ";", "\r\n")},
		{"fields padded with blanks", utf8(func(t [][]string) [][]string {
			return mapped(t, func(_ bool, f []string) []string {
				for i := range f {
					f[i] += "   "
				}
				return f
			})
		}, "|", "\r\n")},
		{"a separator after the last column", utf8(func(t [][]string) [][]string {
			return mapped(t, func(_ bool, f []string) []string { return append(f, "") })
		}, "|", "\r\n")},
		{"credits as negative debits", utf8(func(t [][]string) [][]string {
			return mapped(t, func(header bool, f []string) []string {
				if !header && f[12] != "0,00" {
					f[11], f[12] = "-"+f[12], "0,00"
				}
				return f
			})
		}, "\t", "\r\n")},
	}
}

// sampleTable is the sample's rows as UTF-8.
func sampleTable(tb testing.TB) [][]string {
	tb.Helper()
	b := mustReadFile(tb, sample)
	text, err := charmap.ISO8859_15.NewDecoder().Bytes(b)
	if err != nil {
		tb.Fatal(err)
	}
	var table [][]string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\r\n"), "\r\n") {
		table = append(table, strings.Split(line, "\t"))
	}
	return table
}

// pagesOf reads a file's content under one name.
func pagesOf(tb testing.TB, content []byte) ([]connectors.Page, error) {
	tb.Helper()
	dir := tb.TempDir()
	put(tb, dir, map[string]string{"2026": string(content)})
	var pages []connectors.Page
	for p, err := range open(tb, dir, nil).(connectors.Reader).Read(context.Background(), connectors.All, "") {
		if err != nil {
			return nil, err
		}
		p.Next = "" // it bears the file's size
		pages = append(pages, p)
	}
	return pages, nil
}

// TestVariants: every way of writing the same books gives the same records.
func TestVariants(t *testing.T) {
	table := sampleTable(t)
	want, err := pagesOf(t, mustReadFile(t, sample))
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 2 || len(want[0].Invoices) != 23 {
		t.Fatalf("got %d pages, want the sample's", len(want))
	}
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			got, err := pagesOf(t, v.write(t, table))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(sameAmount)); diff != "" {
				t.Errorf("pages (-tab +this):\n%s", diff)
			}
		})
	}
	for _, name := range []string{"testdata/999999014FEC20261231_montant_sens.txt", "testdata/999999014FEC20261231_pipe_utf8_bom.txt"} {
		t.Run(name, func(t *testing.T) {
			got, err := pagesOf(t, mustReadFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(sameAmount)); diff != "" {
				t.Errorf("pages (-tab +this):\n%s", diff)
			}
		})
	}
}

// TestLetters tells the charsets apart by their letters.
func TestLetters(t *testing.T) {
	rows := sale("1", "20260301", "C1", "F1001", 12000, "")
	write := func(name string) string {
		table := strings.Split(strings.TrimSuffix(text(rows), "\r\n"), "\r\n")
		for i := 1; i < len(table); i++ {
			table[i] = strings.Replace(table[i], "Client C1", name, 1)
		}
		return strings.Join(table, "\r\n") + "\r\n"
	}
	tests := []struct{ name, content, want string }{
		{"8859-15 euro", string(encoded(t, charmap.ISO8859_15, write("CŒUR €"))), "CŒUR €"},
		{"1252 euro and quote", string(encoded(t, charmap.Windows1252, write("L’ŒUF €"))), "L’ŒUF €"},
		{"UTF-8", write("L’ŒUF €"), "L’ŒUF €"},
		{"UTF-8 with a letter cut in half", write("ÉTÉ À É\xc3"), "ÉTÉ À ÉÃ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := folder(t, map[string]string{"2026": tt.content})
			if len(b.Customers) != 1 || b.Customers[0].Name != tt.want {
				t.Errorf("got %+v, want the name %q", b.Customers, tt.want)
			}
		})
	}
}
