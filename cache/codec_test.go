package cache

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/relanced/relanced/money"
	"github.com/relanced/relanced/policy"
)

// fill sets every field of a value by reflection, so that a field added to a
// case and forgotten by the codec fails this test.
func fill(t *rapid.T, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[money.Amount]() {
		cur := rapid.SampledFrom([]money.Currency{"EUR", "JPY", "BHD"}).Draw(t, "currency")
		v.Set(reflect.ValueOf(money.New(rapid.Int64().Draw(t, "minor"), cur)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(rapid.Int32().Draw(t, "number")))
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(t, field, depth)
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 3).Draw(t, "length")
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), depth+1)
		}
	default:
		t.Fatalf("the codec's test cannot fill a %s", v.Type())
	}
}

func TestCaseSurvivesStoring(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var want policy.Case
		fill(t, reflect.ValueOf(&want).Elem(), 0)
		got, err := decodeCase(encodeCase(&want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(money.Amount{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("case (-want +got):\n%s", diff)
		}
	})
}

func FuzzDecodeCase(f *testing.F) {
	c := policy.Case{Company: "c"}
	c.Position.Customer = "x"
	f.Add(encodeCase(&c))
	f.Add([]byte{caseForm, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := decodeCase(body) // it may refuse, it may not panic or eat memory
		if err != nil {
			return
		}
		if _, err := decodeCase(encodeCase(&c)); err != nil {
			t.Errorf("what was read cannot be read again: %v", err)
		}
	})
}
