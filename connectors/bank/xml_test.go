package bank_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/relanced/relanced/connectors/bank"
)

func TestXMLTokens(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"plain":       {`<a><b>x</b></a>`, []string{"<a", "<b", "=x", ">", ">"}},
		"prefix":      {`<n:a xmlns:n="u"><n:b/></n:a>`, []string{"<a xmlns:n=u", "<b", ">", ">"}},
		"attributes":  {`<a Ccy="EUR" b = 'x > "y" &amp; z'>1</a >`, []string{`<a Ccy=EUR b=x > "y" & z`, "=1", ">"}},
		"references":  {`<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#xe9;</a>`, []string{"<a", `=<>&"'ABé`, ">"}},
		"cdata":       {`<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y</a>`, []string{"<a", "=x<b>&amp;]]>y", ">"}},
		"comments":    {"<?xml version='1.0'?>\n<!-- <a> --><a><!---->x<!-- - -->y<?pi <b>?></a><!-- end -->\n", []string{"<a", "=xy", ">"}},
		"empty root":  {`<a/>`, []string{"<a", ">"}},
		"spaced root": {"<a\n\tb=''\n/>", []string{"<a b=", ">"}},
	} {
		t.Run(name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{"at once": strings.NewReader(c.text), "byte by byte": iotest.OneByteReader(strings.NewReader(c.text))} {
				got, err := bank.Tokens(r)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: want -, got +\n%s", how, diff)
				}
			}
		})
	}
}

func TestXMLRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"DOCTYPE":             {"<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>", "line 2: a DOCTYPE is refused"},
		"entity":              {"<a>\n&boum;</a>", "line 1: the entity &boum; is refused"},
		"entity in a value":   {`<a b="&boum;"/>`, "line 1: the entity &boum; is refused"},
		"bare ampersand":      {"<a>\n\n<b>M & MME</b></a>", "line 3: a '&' that begins no reference"},
		"character zero":      {"<a>&#0;</a>", "line 1: the entity &#0; is refused"},
		"surrogate":           {"<a>&#xD800;</a>", "line 1: the entity &#xD800; is refused"},
		"wrong end":           {"<a>\n<b></a></b>", "line 2: </a> where </b> is expected"},
		"end of nothing":      {"</a>", "line 1: </a> closes nothing"},
		"two roots":           {"<a/>\n<b/>", "line 2: content after the end of the document"},
		"text behind":         {"<a/>\ntext", "line 1: text outside of the document"},
		"text before":         {"text<a/>", "line 1: text outside of the document"},
		"value without quote": {"<a b=c></a>", "line 1: an attribute's value without quotes"},
		"attribute alone":     {"<a b></a>", "line 1: an attribute without a value"},
		"attributes glued":    {`<a b="1"c="2"></a>`, "line 1: an attribute that is not set apart by a space"},
		"tag in a value":      {`<a b="<"></a>`, "line 1: a '<' in an attribute's value"},
		"no name":             {"<a>< b></b></a>", "line 1: a tag without a proper name"},
		"digit name":          {"<a><1></1></a>", "line 1: a tag without a proper name"},
		"too deep":            {strings.Repeat("<a>", 100), "line 1: elements more than 64 deep"},
		"endless tag":         {"<a " + strings.Repeat("b='c' ", 20000), "line 1: a tag longer than 65536 bytes"},
		"endless name":        {"<" + strings.Repeat("b", 300) + ">", "line 1: a tag without a proper name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bank.Tokens(strings.NewReader(c.text))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestXMLCutShort(t *testing.T) {
	const whole = `<?xml version="1.0"?><!-- c --><a b="c"><b>x&amp;y</b><![CDATA[z]]></a>`
	for n := range len(whole) {
		if _, err := bank.Tokens(strings.NewReader(whole[:n])); err == nil || !strings.Contains(err.Error(), "ends in the middle") {
			t.Errorf("%q: got %v, want that it ends in the middle", whole[:n], err)
		}
	}
	if _, err := bank.Tokens(strings.NewReader(`<a><b>` + strings.Repeat("\x00", 500))); err == nil || !strings.Contains(err.Error(), "ends in the middle") {
		t.Errorf("got %v, want that a file with room that is not filled yet ends in the middle", err)
	}
	broken := errors.New("disk")
	if _, err := bank.Tokens(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
}

func TestXMLLongTexts(t *testing.T) {
	long := strings.Repeat("0123456789 ", 20_000) + "&amp;" + strings.Repeat("é", 70_000)
	got, err := bank.Tokens(strings.NewReader("<a><!-- " + long + " -->" + long + "</a>"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"<a", "=" + strings.ReplaceAll(long, "&amp;", "&"), ">"}
	if !cmp.Equal(want, got) {
		t.Errorf("a text longer than the window is not read as it is")
	}
}

// FuzzXML compares with the standard library: what both accept reads the same,
// and what that refuses this does not read as something else.
func FuzzXML(f *testing.F) {
	for _, s := range []string{
		`<a><b>x</b></a>`, `<n:a xmlns:n="u" Ccy='EUR'>&#65;&amp;<![CDATA[<]]></n:a>`, `<!DOCTYPE a><a/>`, "<a>\r\n</a>", `<?xml version="1.0"?><a/>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := bank.Tokens(bytes.NewReader(text))
		again, err2 := bank.Tokens(iotest.OneByteReader(bytes.NewReader(text)))
		if (err == nil) != (err2 == nil) || !cmp.Equal(got, again) {
			t.Fatalf("read byte by byte it differs: %q %v, %q %v", got, err, again, err2)
		}
		if err != nil {
			return
		}
		want, ok := standardTokens(text)
		if ok && !cmp.Equal(want, got) {
			t.Errorf("got %q, the standard library reads %q", got, want)
		}
	})
}

// standardTokens reads with encoding/xml, in the words of bank.Tokens; false
// when that does not accept the text.
func standardTokens(text []byte) ([]string, bool) {
	if bytes.ContainsRune(text, '\r') { // encoding/xml turns line ends into \n
		return nil, false
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	var out []string
	joined := false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out, true
		}
		if err != nil {
			return nil, false
		}
		isText := false
		switch x := token.(type) {
		case xml.StartElement:
			word := "<" + x.Name.Local
			for _, a := range x.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				word += " " + name + "=" + a.Value
			}
			out = append(out, word)
		case xml.EndElement:
			out = append(out, ">")
		case xml.CharData:
			switch {
			case len(x) == 0, depthOf(out) == 0:
				isText = joined
			case joined:
				out[len(out)-1] += string(x)
				isText = true
			default:
				out = append(out, "="+string(x))
				isText = true
			}
		case xml.Directive:
			return nil, false
		default:
			isText = joined
		}
		joined = isText
	}
}

func depthOf(tokens []string) int {
	n := 0
	for _, t := range tokens {
		switch t[0] {
		case '<':
			n++
		case '>':
			n--
		}
	}
	return n
}
