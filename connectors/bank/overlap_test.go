package bank_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/ledger"
)

// sums tells the lines as "day cents text", sorted; lines in doubt end in "?".
func sums(r told) []string {
	out := []string{}
	for _, l := range r.lines {
		text := fmt.Sprintf("%s %d %s", l.Day, l.Amount.Minor(), l.Text)
		if l.Pending {
			text += " pending"
		}
		if l.Doubt != "" {
			text += " ?"
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

func kinds(r told) []ledger.FindingKind {
	var out []ledger.FindingKind
	for _, f := range r.findings {
		out = append(out, f.Kind)
	}
	return out
}

func TestOverlap(t *testing.T) {
	twin := entry{day: "2026-04-10", cents: 9000, text: "LOYER"}
	other := entry{day: "2026-04-12", cents: 500, text: "AUTRE"}
	first := entry{day: "2026-04-08", cents: 100, text: "DEBUT"}
	last := entry{day: "2026-04-14", cents: 200, text: "FIN"}
	withID := func(e entry, ref string) entry { e.ref = ref; return e }
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
		kinds []ledger.FindingKind
		until string
	}{
		"same statement in two files": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "S", entries: []entry{first, twin, twin}}),
				"b.xml": camt053(stmt{id: "S", entries: []entry{first, twin, twin}}),
			},
			want:  []string{"2026-04-08 100 DEBUT", "2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER"},
			kinds: []ledger.FindingKind{ledger.FindingUnbalanced},
		},
		"twins on a whole day: the most of any file": {
			files: map[string]string{
				"a.xml": camt053(balanced("A", 0, "2026-04-01", "2026-04-30", first, twin, twin, other)),
				"b.xml": camt053(balanced("B", 100, "2026-04-09", "2026-04-11", twin, twin)),
			},
			want:  []string{"2026-04-08 100 DEBUT", "2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER", "2026-04-12 500 AUTRE"},
			until: "2026-04-30",
		},
		"whole day inside of exports without balances": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", entries: []entry{first, twin, twin, other}}),
				"b.xml": camt053(stmt{id: "B", entries: []entry{first, twin, other, last}}),
			},
			want: []string{
				"2026-04-08 100 DEBUT", "2026-04-08 100 DEBUT ?", "2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER",
				"2026-04-12 500 AUTRE", "2026-04-14 200 FIN",
			},
			// 8 April is the first day of both exports: nobody knows. 12 April is
			// inside of one of them.
			kinds: []ledger.FindingKind{ledger.FindingTwins, ledger.FindingUnbalanced, ledger.FindingUnbalanced},
		},
		"twins at the edge of two exports": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", created: "2026-04-10", entries: []entry{first, twin}}),
				"b.xml": camt053(stmt{id: "B", created: "2026-04-20", entries: []entry{twin, last}}),
			},
			want:  []string{"2026-04-08 100 DEBUT", "2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER ?", "2026-04-14 200 FIN"},
			kinds: []ledger.FindingKind{ledger.FindingTwins, ledger.FindingUnbalanced, ledger.FindingUnbalanced},
		},
		"two notifications of one day": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N1", entries: []entry{twin}}),
				"b.xml": camt054(stmt{id: "N2", entries: []entry{twin}}),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER ?"},
			kinds: []ledger.FindingKind{ledger.FindingTwins},
		},
		"the statement decides about two notifications": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N1", entries: []entry{twin}}),
				"b.xml": camt054(stmt{id: "N2", entries: []entry{twin}}),
				"c.xml": camt053(balanced("C", 0, "2026-04-10", "2026-04-10", twin)),
			},
			want:  []string{"2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"halves of a day add up": {
			files: map[string]string{
				"a.xml": camt053(balanced("A", 0, "2026-04-10", "2026-04-10", twin)),
				"b.xml": camt053(balanced("B", 9000, "2026-04-10", "2026-04-10", twin)),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"halves and the whole of a day": {
			files: map[string]string{
				"a.xml": camt053(balanced("A", 0, "2026-04-10", "2026-04-10", twin)),
				"b.xml": camt053(balanced("B", 9000, "2026-04-10", "2026-04-10", twin)),
				"c.xml": camt053(balanced("C", 0, "2026-04-10", "2026-04-10", twin, twin)),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"a statement in two parts": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", bals: []bal{{"OPBD", 0, "2026-04-10"}, {"ITBD", 9000, "2026-04-10"}}, entries: []entry{twin}}),
				"b.xml": camt053(stmt{id: "A", bals: []bal{{"ITBD", 9000, "2026-04-10"}, {"CLBD", 18000, "2026-04-10"}}, entries: []entry{twin}}),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"one id in statement and notification": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N1", entries: []entry{withID(twin, "BK-1"), withID(twin, "BK-2")}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10", withID(twin, "BK-1"), withID(twin, "BK-2"))),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"an id for the transfer and its fee": {
			files: map[string]string{
				"a.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10",
					withID(twin, "BK-1"), entry{day: "2026-04-10", cents: -150, text: "FRAIS", ref: "BK-1"})),
			},
			want:  []string{"2026-04-10 -150 FRAIS", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"echoes: the balance counts each id once": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", bals: []bal{{"OPBD", 0, "2026-04-10"}, {"CLBD", 9000, "2026-04-10"}}, entries: []entry{withID(twin, "BK-1"), withID(twin, "BK-1")}}),
			},
			want:  []string{"2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"repeated id, and no balance that decides": {
			files: map[string]string{
				"a.xml": camt053(stmt{id: "A", entries: []entry{withID(twin, "BK-1"), withID(twin, "BK-1")}}),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-10 9000 LOYER ?"},
			kinds: []ledger.FindingKind{ledger.FindingTwins, ledger.FindingUnbalanced},
		},
		"ids that begin again": {
			files: map[string]string{
				"a.xml": camt053(balanced("A", 0, "2026-04-10", "2026-04-10", withID(twin, "0001"))),
				"b.xml": camt053(balanced("B", 9000, "2026-04-11", "2026-04-11", withID(entry{day: "2026-04-11", cents: 9000, text: "LOYER"}, "0001"))),
			},
			want:  []string{"2026-04-10 9000 LOYER", "2026-04-11 9000 LOYER"},
			until: "2026-04-11",
		},
		"a notification without booking day takes the statement's": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N", entries: []entry{{value: "2026-04-12", cents: 9000, ref: "BK-1", text: "LOYER F2026-0101 MERCI BEAUCOUP"}}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10", withID(twin, "BK-1"))),
			},
			want:  []string{"2026-04-10 9000 LOYER F2026-0101 MERCI BEAUCOUP"},
			until: "2026-04-10",
		},
		"with and without id, saying the same": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N", entries: []entry{twin}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10", withID(twin, "BK-1"))),
			},
			want:  []string{"2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"what only a notification tells of a proven day": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N", entries: []entry{withID(twin, "BK-1")}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10", entry{day: "2026-04-10", cents: 9000, text: "VIR LOYER", ref: "X-1"})),
			},
			want:  []string{"2026-04-10 9000 LOYER ?", "2026-04-10 9000 VIR LOYER"},
			kinds: []ledger.FindingKind{ledger.FindingTwins},
			until: "2026-04-10",
		},
		"announced, then booked": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N", entries: []entry{{day: "2026-04-09", cents: 9000, text: "LOYER", ref: "BK-1", status: "PDNG"}, {day: "2026-04-09", cents: 70, text: "VIENT", status: "PDNG"}}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-10", "2026-04-10", withID(twin, "BK-1"))),
			},
			want:  []string{"2026-04-09 70 VIENT pending", "2026-04-10 9000 LOYER"},
			until: "2026-04-10",
		},
		"announced, and never came": {
			files: map[string]string{
				"a.xml": camt054(stmt{id: "N", entries: []entry{{day: "2026-04-09", cents: 70, text: "VIENT", status: "FUTR"}, {day: "2026-04-09", cents: 80, status: "INFO"}}}),
				"b.xml": camt053(balanced("B", 0, "2026-04-01", "2026-04-30", twin)),
			},
			want:  []string{"2026-04-10 9000 LOYER"},
			until: "2026-04-30",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, c.files), "")
			if diff := cmp.Diff(c.want, sums(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(c.kinds, kinds(r)); diff != "" {
				t.Errorf("findings: want -, got +\n%s", diff)
			}
			if got := r.ends[ours].MoneyUntil.String(); got != c.until {
				t.Errorf("got known until %q, want %q", got, c.until)
			}
			if diff := cmp.Diff(keep(r), keep(read(t, put(t, reversed(c.files)), ""))); diff != "" {
				t.Errorf("the files in the other order give other lines: -, +\n%s", diff)
			}
		})
	}
}

// reversed gives the files names that order them the other way round.
func reversed(files map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range files {
		out[string('z'-(name[0]-'a'))+name[1:]] = text
	}
	return out
}

// keep is what must not hang on the order of files: ids, amounts, doubts.
func keep(r told) []string {
	var out []string
	for _, l := range r.lines {
		out = append(out, fmt.Sprint(l.ID, l.Day, l.Amount, l.Text, l.Pending, l.Doubt != ""))
	}
	slices.Sort(out)
	return out
}

func TestDetailsFromNotification(t *testing.T) {
	const inner = `<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>` +
		`<TxDtls><Refs>%s</Refs><Amt Ccy="EUR">60.00</Amt><RmtInf><Ustrd>F1</Ustrd></RmtInf></TxDtls>` +
		`<TxDtls><Refs>%s</Refs><Amt Ccy="EUR">30.00</Amt><RmtInf><Ustrd>F2</Ustrd></RmtInf></TxDtls></NtryDtls>`
	coarse := camt053(balanced("S", 0, "2026-04-10", "2026-04-10", entry{day: "2026-04-10", cents: 9000, ref: "BK-1", inner: "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>", extra: ""}))
	fine := func(one, two string) string {
		return camt054(stmt{id: "N", entries: []entry{{day: "2026-04-10", cents: 9000, ref: "BK-1", inner: fmt.Sprintf(inner, one, two)}}})
	}
	single := camt054(stmt{id: "N1", entries: []entry{{day: "2026-04-10", cents: 6000, ref: "TX-1", text: "F1"}}})
	const tx1, tx2 = "<AcctSvcrRef>TX-1</AcctSvcrRef>", "<AcctSvcrRef>TX-2</AcctSvcrRef>"
	parts := []string{"2026-04-10 3000 F2", "2026-04-10 6000 F1"}
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"number of transactions only":        {map[string]string{"a.xml": coarse}, []string{"2026-04-10 9000 "}},
		"details by the movement's id":       {map[string]string{"a.xml": coarse, "b.xml": fine("", "")}, parts},
		"details with ids of their own":      {map[string]string{"a.xml": coarse, "b.xml": fine(tx1, tx2)}, parts},
		"a detail also told by itself":       {map[string]string{"a.xml": coarse, "b.xml": fine(tx1, tx2), "c.xml": single}, parts},
		"details that share one id":          {map[string]string{"a.xml": coarse, "b.xml": fine(tx1, tx1)}, parts},
		"details before anything else":       {map[string]string{"a.xml": fine(tx1, tx2), "b.xml": single}, parts},
		"a single transaction by its own id": {map[string]string{"a.xml": single}, []string{"2026-04-10 6000 F1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, c.files), "")
			if diff := cmp.Diff(c.want, sums(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if len(r.findings) > 0 {
				t.Errorf("got %v, want no finding", r.findings)
			}
			if diff := cmp.Diff(keep(r), keep(read(t, put(t, reversed(c.files)), ""))); diff != "" {
				t.Errorf("the files in the other order give other lines: -, +\n%s", diff)
			}
		})
	}
	alone := read(t, put(t, map[string]string{"a.xml": single}), "").lines[0].ID
	var among []string
	for _, l := range read(t, put(t, map[string]string{"a.xml": coarse, "b.xml": fine(tx1, tx2), "c.xml": single}), "").lines {
		among = append(among, l.ID)
	}
	if !slices.Contains(among, alone) {
		t.Errorf("the line %s has another id once its batch is known: %v", alone, among)
	}
}

func TestBatchThatDoesNotAddUp(t *testing.T) {
	const inner = `<NtryDtls><TxDtls><Amt Ccy="EUR">60.00</Amt><RltdPties><Dbtr><Nm>A</Nm></Dbtr></RltdPties><RmtInf><Ustrd>F1</Ustrd></RmtInf></TxDtls>` +
		`<TxDtls>%s<RltdPties><Dbtr><Nm>A</Nm></Dbtr></RltdPties><RmtInf><Ustrd>F2</Ustrd></RmtInf></TxDtls></NtryDtls>`
	for name, amount := range map[string]string{
		"other sum":      `<Amt Ccy="EUR">20.00</Amt>`,
		"no amount":      ``,
		"other currency": `<Amt Ccy="USD">30.00</Amt>`,
		"bad amount":     `<Amt Ccy="EUR">30,00</Amt>`,
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, map[string]string{"a.xml": camt053(balanced("S", 0, "2026-04-10", "2026-04-10",
				entry{day: "2026-04-10", cents: 9000, ref: "BK-1", inner: fmt.Sprintf(inner, amount)}))}), "")
			if diff := cmp.Diff([]string{"2026-04-10 9000 F1 F2"}, sums(r)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if got := r.lines[0].Payer; got != "A" {
				t.Errorf("got payer %q, want A: all details agree on it", got)
			}
			if diff := cmp.Diff([]ledger.FindingKind{ledger.FindingUnbalanced}, kinds(r)); diff != "" {
				t.Errorf("findings: want -, got +\n%s", diff)
			}
			if got := r.ends[ours].MoneyUntil.String(); got != "2026-04-10" {
				t.Errorf("got known until %q: the statement adds up nevertheless", got)
			}
		})
	}
}

func TestVeryWideBatches(t *testing.T) {
	const n = 10_000
	var good strings.Builder
	good.WriteString("<NtryDtls>")
	for i := range n {
		fmt.Fprintf(&good, `<TxDtls><Amt Ccy="EUR">1.00</Amt><RmtInf><Ustrd>F%05d</Ustrd></RmtInf></TxDtls>`, i)
	}
	good.WriteString("</NtryDtls>")
	for name, c := range map[string]struct {
		ref   string
		cents int
		lines int
		kinds []ledger.FindingKind
	}{
		"with an id":     {"BK-1", n * 100, n, nil},
		"without":        {"", n * 100, n, nil},
		"not adding up":  {"BK-1", n*100 + 1, 1, []ledger.FindingKind{ledger.FindingUnbalanced}},
		"nor without id": {"", n*100 + 1, 1, []ledger.FindingKind{ledger.FindingUnbalanced}},
	} {
		t.Run(name, func(t *testing.T) {
			file := camt053(balanced("S", 0, "2026-04-10", "2026-04-10", entry{day: "2026-04-10", cents: c.cents, ref: c.ref, inner: good.String()}))
			r := read(t, put(t, map[string]string{"a.xml": file, "b.xml": file}), "")
			if len(r.lines) != c.lines {
				t.Fatalf("got %d lines, want %d", len(r.lines), c.lines)
			}
			if got, want := r.total(t), decimal(c.cents); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if diff := cmp.Diff(c.kinds, kinds(r)); diff != "" {
				t.Errorf("findings: want -, got +\n%s", diff)
			}
		})
	}
}
