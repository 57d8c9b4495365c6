package verifier

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// signed makes the n-th of as many tokens as a test wants.
func signed(n int) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"HS512"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iss":"bc/apps","version":%d}`, n))
	mac := hmac.New(sha512.New, []byte("secret"))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestFindManyInNoise(t *testing.T) {
	t.Parallel()
	const many = 300
	noise := strings.Repeat("key=value; see https://shop.example/eyewear.html {\"a\":[1,2]}\n", MaxText/many/64)
	var text strings.Builder
	for n := range many {
		text.WriteString(noise[:MaxText/many-256])
		text.WriteString("\n" + signed(n) + "\n")
	}
	all := find(text.String())
	if len(all) != many {
		t.Fatalf("found %d, want %d", len(all), many)
	}
	for n, f := range all {
		if f.text != signed(n) {
			t.Errorf("%d: got %s, want %s", n, f.text, signed(n))
		}
	}
}

// A text of one mebibyte costs one pass over it, whatever is in it. No time is asserted: what is quadratic here shows in the test's own.
func TestFindIsLinear(t *testing.T) {
	t.Parallel()
	header := "eyJhbGciOiJIUzI1NiJ9"
	short := header + ".e30 "
	fill := func(s string) string { return strings.Repeat(s, MaxText/len(s)) }
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"noise":                {fill("lorem ipsum, dolor: sit\n"), 0},
		"dots":                 {fill("."), 1},
		"ey":                   {fill("ey"), 0},
		"ey apart":             {fill("ey "), 0},
		"eyJ.":                 {fill("eyJ."), 1},
		"one character a line": {fill("e\ny\nJ\n.\n"), 0},
		"token over lines":     {header + fill("\nA"), 0},
		"tokens":               {fill(short), maxFound + 1},
		"blanks, tokens":       {strings.Repeat(" ", MaxText/2) + strings.Repeat(short, maxFound), maxFound},
		"slashes":              {"https://a.example/" + header + fill("/"), 0},
		"std slashes":          {header + fill("/"), 0},
		"percent":              {header + fill("%2F"), 0},
		"not percent":          {fill("ey%zz"), 0},
		"one long URL":         {"https://a.example/?" + strings.Repeat("t="+header+".e30&", maxFound), maxFound},
		"one long path":        {"/" + strings.Repeat("a", MaxText/2) + strings.Repeat("="+header+".e30&", maxFound), maxFound},
		"blanks after":         {fill("ey" + strings.Repeat(" ", 1000)), 0},
		"breaks":               {fill("ey\n>"), 0},
		"two segments a line":  {fill(header + ".e30\n"), maxFound + 1},
		"dots and lines":       {fill("eyJ.\n"), 0},
		"padding":              {header + fill("="), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := len(find(c.text)); got != c.want {
				t.Errorf("found %d, want %d", got, c.want)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, pattern := range []string{"testdata/vectors/*.txt", "testdata/find/*.txt"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no files like %s: %v", pattern, err)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			_, text, _ := strings.Cut(string(content), "\n\n")
			f.Add(text)
		}
	}
	f.Add(`{"t":"https:\/\/a.example\/?t=` + strings.ReplaceAll(signed(1), ".", `\u002e`) + `\n"}`)
	f.Add(signed(1)[:60] + "\r\n  > " + signed(1)[60:] + "=\n" + strings.ReplaceAll(signed(2), ".", "%2e"))
	f.Fuzz(func(t *testing.T, text string) {
		all := find(text)
		if again := find(text); !reflect.DeepEqual(all, again) {
			t.Errorf("%q: first %v, then %v", text, all, again)
		}
		if len(all) > maxFound+1 {
			t.Errorf("found %d", len(all))
		}
		for _, one := range all {
			if one.text == "" || len(one.text) > len(text) {
				t.Errorf("%q: found %q", text, one.text)
			}
			said := map[string]bool{}
			for _, what := range one.wrapped {
				if what == "" || said[what] {
					t.Errorf("%q: %q twice, or empty, in %q", text, what, one.wrapped)
				}
				said[what] = true
			}
			if !clean(one.text) {
				continue
			}
			if alone := find(one.text); len(alone) != 1 || alone[0].text != one.text || alone[0].wrapped != nil {
				t.Errorf("%q: found %q, and in that %v", text, one.text, alone)
			}
		}
	})
}
