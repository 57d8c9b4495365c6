package safe_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode"
	"unicode/utf8"

	"jotwatch/safe"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"jane@example.com", "jane@example.com"},
		{"Zoë 日本 🙂", "Zoë 日本 🙂"},
		{"a\x1b[31mb", "a␛[31mb"},
		{"a\r\nb\tc\x00", "a␍␊b␉c␀"},
		{"\x7f", "␡"},
		{"\u009b31m", "‹U+009B›31m"},
		{"a\u202eb\u200bc\ufeff", "a‹U+202E›b‹U+200B›c‹U+FEFF›"},
		{"a\xffb\xc3", "a‹0xFF›b‹0xC3›"},
		{"\u2028\u2029\u00ad", "‹U+2028›‹U+2029›‹U+00AD›"},
		{"\U000e0041", "‹U+E0041›"},
		{"\u2065\ufff0", "‹U+2065›‹U+FFF0›"},
		{"\ufffd", "\ufffd"},
	} {
		if got := safe.Line(c.in); got != c.want {
			t.Errorf("Line(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	in := []byte("{\"a\u009b\":\"\u202e\U000e0041\xff\u007f\"}")
	if got, want := string(safe.JSON(in)), `{"a\u009b":"\u202e\udb40\udc41\ufffd\u007f"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func harmless(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not UTF-8: %q", s)
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%U came through in %q", r, s)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\x1b]0;x\a\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		harmless(t, safe.Line(s))
		if line := safe.Line(s); safe.Line(line) != line {
			t.Errorf("a second pass changes %q", line)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("{\"a\u009b\":\"\u202e\U000e0041\xff\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !json.Valid(b) {
			return
		}
		out := safe.JSON(b)
		var before, after any
		if json.Unmarshal(b, &before) != nil {
			return // a number that Go cannot hold
		}
		if err := json.Unmarshal(out, &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%q became %q (%v)", b, out, err)
		}
		for _, r := range string(out) {
			if r > 0x7e && unicode.In(r, unicode.Cc, unicode.Cf) {
				t.Errorf("%U came through in %q", r, out)
			}
		}
	})
}
