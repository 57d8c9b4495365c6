package safe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/safe"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"fits", 4, []string{"fits"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"see header.alg-live", 10, []string{"see", "header.alg", "-live"}},
		{"see alg-live", 9, []string{"see", "alg-live"}},
		{"- one two three four", 13, []string{"- one two", "  three four"}},
		{"    code  stays", 10, []string{"    code  ", "stays"}},
		{"  KEY=x   of a very long word", 20, []string{"  KEY=x   of a very", "    long word"}},
		{"  https://example.com/a-path/", 15, []string{"  https://examp", "    le.com/a-pa", "    th/"}},
		{"日本語日本語", 5, []string{"日本", "語日", "本語"}},
		{"a\nb", 9, []string{"a␊b"}},
		{"", 9, []string{""}},
	} {
		if got := safe.Wrap(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two\x1b[31m three-four", 8)
	f.Add("- \u0301\u202e日本 ", 3)
	f.Add("\u032e 0\xae0000000", 3) // a word without a width
	f.Add("  KEY=x   of a very long word and-more", 13)
	f.Fuzz(func(t *testing.T, s string, width int) {
		lines := safe.Wrap(s, width)
		words := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got, want := words(strings.Join(lines, "")), words(safe.Line(s)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, line := range lines {
			harmless(t, line)
			// A character of two cells cannot be broken.
			if got := ansi.StringWidth(line); got > max(width, 2) {
				t.Errorf("%d cells where %d are allowed: %q", got, width, line)
			}
		}
	})
}
