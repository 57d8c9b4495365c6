package listener_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"jotwatch/listener"
)

// hostile is a profile's name that tries to end everything that the snippet stands in.
const hostile = `*/ </script><script>alert(1)</script> {{customer.id}} ]]> ' " \ ` + "`${1}` <!-- \u2028 \u2029 \u202e é 😀"

func snippet() listener.Snippet {
	return listener.Snippet{ClientID: "0123456789abcdefghij0123456789a", Allow: "jotwatch listen --origin", Base: "http://127.0.0.1:4927", Key: "k-0123456789abcdef"}
}

func TestSnippetEndsNothingThatItStandsIn(t *testing.T) {
	t.Parallel()
	s := listener.Snippet{ClientID: hostile, Allow: hostile, Base: "http://127.0.0.1:4927" + hostile, Key: hostile}
	for _, format := range listener.Formats() {
		text := s.Text(format)
		if format == listener.Bookmarklet {
			var err error
			if text, err = url.PathUnescape(strings.TrimPrefix(text, "javascript:")); err != nil {
				t.Fatal(err)
			}
		}
		text = strings.TrimSuffix(strings.TrimPrefix(text, "<script>"), "</script>\n")
		for _, bad := range []string{"{{", "}}", "</script", "<script", "]]>", "<!--", "`"} {
			if strings.Contains(strings.ToLower(text), bad) {
				t.Errorf("%s: holds %q", format, bad)
			}
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("%s: holds the character %q", format, text[i:i+4])
		}
		if strings.Count(text, "/*") != strings.Count(text, "*/") {
			t.Errorf("%s: a comment is ended early", format)
		}
	}
}

func TestSnippetHoldsItsValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, allow, base, want string }{
		{"plain", "jotwatch listen --origin", "http://127.0.0.1:4927", "allow: 'jotwatch listen --origin'"},
		{"quoted", "edit 'Acme & Söhne'", "http://127.0.0.1:4927", `allow: 'edit \u0027Acme \u0026 S\u00f6hne\u0027'`},
		{"surrogates", "😀", "http://127.0.0.1:4927", `allow: '\ud83d\ude00'`},
		{"slash", "", "https://127.0.0.1:4927/", "base: 'https://127.0.0.1:4927',"},
		{"replaced once", "SETTINGS", "http://127.0.0.1:4927", "allow: 'SETTINGS'"},
	} {
		s := snippet()
		s.Allow, s.Base = test.allow, test.base
		if got := s.Text(listener.Console); !strings.Contains(got, test.want) {
			t.Errorf("%s: no %s in\n%s", test.name, test.want, got[strings.LastIndex(got, "\n})"):])
		}
	}
}

func TestSnippetFormats(t *testing.T) {
	t.Parallel()
	s := snippet()
	for format, want := range map[listener.Format]struct{ start, end, holds string }{
		listener.ScriptManager: {"<script>\n/*\njotwatch", ", always: false });\n</script>\n", "category Essential"},
		listener.Stencil:       {"<script>\n/*\njotwatch", ", always: false });\n</script>\n", "templates/layout/base.html"},
		listener.Console:       {"(function", ", always: true });\n", s.ClientID},
		listener.Bookmarklet:   {"javascript:%28function", "%3B", s.Key},
	} {
		text := s.Text(format)
		if !strings.HasPrefix(text, want.start) || !strings.HasSuffix(text, want.end) || !strings.Contains(text, want.holds) {
			t.Errorf("%s: does not begin with %q, hold %q and end with %q:\n%.300s", format, want.start, want.holds, want.end, text)
		}
	}
	if strings.ContainsAny(s.Text(listener.Bookmarklet), "\n \"'<>") {
		t.Error("the bookmarklet is not one line that can stand in an attribute")
	}
	if got, want := len(s.Text(listener.ScriptManager)), 12_000; got > want {
		t.Errorf("the snippet has %d bytes, at most %d: it is read by every shopper's browser", got, want)
	}
}

// The snippet runs as it is in a shopper's browser, which may be of 2017.
func TestSnippetIsES2017(t *testing.T) {
	t.Parallel()
	newer := regexp.MustCompile(`\?\.|\?\?|catch \{|\.\.\.[a-z]|\bimport\b|\beval\b|innerHTML|sendBeacon|replaceAll|\.at\(|\n\s*//`)
	if found := newer.FindString(snippet().Text(listener.Console)); found != "" {
		t.Errorf("the snippet uses %q", found)
	}
}
