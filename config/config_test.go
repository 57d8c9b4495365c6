package config_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"

	"jotwatch/config"
)

var actions = []string{"quit", "help", "explain", "first", "last"}

func TestParseWhatIsRight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want func(*config.Config)
	}{
		"nothing":       {"", func(*config.Config) {}},
		"only comments": {"# theme = \"dark\"\n\n[keys]\n[limits]\n", func(*config.Config) {}},
		"everything": {`theme = "contrast"
ascii = true
start = "setup"
[listener]
enabled = false
addr = "localhost:0"
[storefront]
addr = "[::1]:8080"
[limits]
arrivals = 1_000
text_mib = 0x10
[keys]
quit = "Q"
explain = ["e", "f1",
  "ctrl+alt+e", # the last
]
`, func(c *config.Config) {
			*c = config.Config{
				Theme: "contrast", ASCII: true, Start: "setup", Listener: "localhost:0", Storefront: "[::1]:8080", Arrivals: 1000, TextMiB: 16,
				Keys: map[string][]string{"quit": {"Q"}, "explain": {"e", "f1", "ctrl+alt+e"}},
			}
		}},
		"other ways to write it": {"\ufefflistener.addr = '127.9.9.9:65535'\r\nlimits = {arrivals = 100, text_mib = 4096}\r\n\"keys\".\"quit\" = 'shift+tab'", func(c *config.Config) {
			c.Listener, c.Arrivals, c.TextMiB = "127.9.9.9:65535", 100, 4096
			c.Keys = map[string][]string{"quit": {"shift+tab"}}
		}},
		"every kind of key": {`keys.quit = ["ü", "+", "ctrl++", "alt+shift+g", "space", "?", "G", "ctrl+space", "f12", "shift+f1", "pgdown", "日"]`, func(c *config.Config) {
			c.Keys = map[string][]string{"quit": {"ü", "+", "ctrl++", "alt+shift+g", "space", "?", "G", "ctrl+space", "f12", "shift+f1", "pgdown", "日"}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := config.Default()
			c.want(&want)
			got, problems := config.Parse([]byte(c.text), actions)
			if len(problems) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, problems, want)
			}
		})
	}
}

// Each line that is wrong is told, with its number and a hint, and changes nothing.
func TestParseWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string // "line N: what is wrong", in order
	}{
		"unknown names": {"them = 1\n\n[listner]\naddr = 7\n[limits]\narivals = 1\n[keys]\nqit = 'q'", []string{
			`line 1: there is no setting "them"`, `line 3: there is no table "listner"`,
			`line 6: there is no setting "limits.arivals"`, `line 8: there is no action "qit"`,
		}},
		"a name with a point": {`"listener.addr" = "127.0.0.1:1"`, []string{`line 1: there is no setting ""listener.addr""`}},
		"wrong types": {"theme = 1\nascii = 'true'\nstart = []\nlistener.addr = 4927\nlimits.arrivals = 1e3\nlimits.text_mib = 1979-05-27\nkeys.quit = true\nkeys.help = [1, 'x']", []string{
			"line 1: theme is a whole number, not text", "line 2: ascii is text, not true or false", "line 3: start is a list, not text",
			"line 4: listener.addr is a whole number, not text", "line 5: limits.arrivals is a fraction, not a whole number",
			"line 6: limits.text_mib is a date or a time, not a whole number", "line 7: keys.quit is true or false, not text",
			"line 8: a key of keys.help is a whole number, not text",
		}},
		"tables and settings": {"keys = 'q'\n[theme]\n[[listener]]\nenabled = false\n[limits.arrivals]", []string{
			"line 1: keys is a table, not a setting", `line 2: there is no table "theme"`,
			"line 3: [[listener]] is one of several, and there is one alone", `line 5: there is no table "limits.arrivals"`,
		}},
		"inline":       {"limits = {arrivals = 1, more = 2,\n text_mib = 0}\nascii = {}", []string{"line 1: limits.arrivals is 1, want 100 to 1000000", `line 1: there is no setting "limits.more"`, "line 2: limits.text_mib is 0, want 1 to 4096", "line 3: ascii is a table, not true or false"}},
		"wrong values": {"theme = 'Dark'\nstart = ''", []string{`line 1: theme cannot be "Dark"`, `line 2: start cannot be ""`}},
		"limits": {"limits.arrivals = 99\nlimits.text_mib = -4097\nlimits.x = 1\nlimits.text_mib = 2", []string{
			"line 1: limits.arrivals is 99, want 100 to 1000000", "line 2: limits.text_mib is -4097, want 1 to 4096", `line 3: there is no setting "limits.x"`,
			"line 4: limits.text_mib stands on line 2 already",
		}},
		"beyond all numbers": {"limits.arrivals = 99999999999999999999", []string{"line 1: limits.arrivals is 99999999999999999999, want 100 to 1000000"}},
		"addresses": {"[listener]\naddr = '0.0.0.0:4927'\n[storefront]\naddr = 'localhost'", []string{
			`line 2: listener.addr is "0.0.0.0:4927", which is no loopback address`, `line 4: storefront.addr is "localhost", want HOST:PORT`,
		}},
		"ports":  {"listener.addr = '127.0.0.1:65536'\nstorefront.addr = ':80'", []string{`line 1: listener.addr is "127.0.0.1:65536", want HOST:PORT`, `line 2: storefront.addr is ":80", which is no loopback address`}},
		"a zone": {"listener.addr = '[::1%lo]:80'", []string{`line 1: listener.addr is "[::1%lo]:80", which is no loopback address`}},
		"twice":  {"ascii = false\n[limits]\n[keys]\nquit = 'x'\nquit = 'y'\n[limits]\n[keys]\nquit = 'z'", []string{"line 5: keys.quit stands on line 4 already", "line 6: limits stands on line 2 already", "line 7: keys stands on line 3 already", "line 8: keys.quit stands on line 4 already"}},
		"keys": {"[keys]\nquit = [\n'foo',\n'ctrl+',\n'Enter', 'f13',\n 'ctrl+c'\n]\nhelp = ''\nexplain=[]", []string{
			`line 3: there is no key "foo"`, `line 4: there is no key "ctrl+"`, `line 5: there is no key "Enter"`, `line 5: there is no key "f13"`,
			"line 6: ctrl+c always quits", `line 8: there is no key ""`, "line 9: keys.explain has no key",
		}},
		"a key for two":   {"[keys]\nquit = 'x'\nhelp = ['?', 'x']\nexplain = ['e', 'e']", []string{`line 3: the key "x" is given to quit already`, `line 4: the key "e" is given to explain already`}},
		"not TOML":        {"them = 1\ntheme = dark\nascii = 1", []string{`line 1: there is no setting "them"`, "line 2: this is not TOML: unexpected character U+0064 'd' at start of value"}},
		"no end":          {"\n\ntheme = \"dark", []string{"line 3: this is not TOML: unterminated basic string"}},
		"no end of it":    {"[keys]\nquit = [\n'q',\n", []string{"line 3: this is not TOML: array is incomplete"}},
		"not UTF-8":       {"theme = 'auto'\nstart = '\xff'", []string{"line 2: this is not TOML: invalid UTF-8 character in literal string"}},
		"binary":          {"\x00\xff", []string{"line 1: this is not TOML: invalid character at start of key: U+0000"}},
		"too large":       {strings.Repeat("#", 1<<20+1), []string{"line 1: the file has more than 1 MiB, and is not read"}},
		"hostile":         {`theme = "\u001b[2J\u202e"`, []string{`line 1: theme cannot be "␛[2J‹U+202E›"`}},
		"long":            {"theme = '" + strings.Repeat("x", 1000) + "'", []string{`line 1: theme cannot be "` + strings.Repeat("x", 59) + `…"`}},
		"invisible keys":  {`keys.quit = ["\u200b", "\u0301", "\t", "\u001b"]`, []string{`line 1: there is no key "‹U+200B›"`, "line 1: there is no key \"\u0301\"", `line 1: there is no key "␉"`, `line 1: there is no key "␛"`}},
		"a secret as key": {"keys.quit = '" + strings.Repeat("0123456789abcdef", 4) + "'", []string{`line 1: there is no key "[redacted]"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problems := config.Parse([]byte(c.text), actions)
			var said []string
			for _, p := range problems {
				said = append(said, p.Error())
				if p.Hint == "" {
					t.Errorf("%v has no hint", p)
				}
			}
			if want := c.want; !reflect.DeepEqual(said, want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(said, "\n\t"), strings.Join(want, "\n\t"))
			}
			got.Keys = nil // some of the cases have right ones too
			if want := config.Default(); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want the usual values", got)
			}
		})
	}
}

// What stands before a mistake counts, and so does what is right beside what is wrong.
func TestParseKeepsWhatIsRight(t *testing.T) {
	t.Parallel()
	got, problems := config.Parse([]byte("theme = 'dark'\nstart = 1\n[keys]\nquit = 'x'\nhelp = ['?', 'x']\nlast = 'G'\nfirst = g\nexplain = 'e'"), actions)
	want := config.Default()
	want.Theme, want.Keys = "dark", map[string][]string{"quit": {"x"}, "last": {"G"}}
	if len(problems) != 3 || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, problems, want)
	}
}

// A key that was written otherwise is told as Bubble Tea names it.
func TestHintsOfKeys(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Enter": "enter", "escape": "esc", "return": "enter", "PageUp": "pgup", "F1": "f1", " ": "space", "ctrl+ ": "ctrl+space",
		"shift+ctrl+up": "ctrl+shift+up", "alt+ctrl+x": "ctrl+alt+x", "Ctrl+X": "ctrl+x", "ctrl+C": "ctrl+c", "alt+G": "alt+shift+g",
		"shift+g": "G", "shift+ü": "Ü", "ctrl+ctrl+x": "ctrl+x",
		"shift+1": "", "shift++": "", "foo": "", "ctrl": "", "meta+x": "", "f0": "", "ab": "",
	} {
		_, problems := config.Parse(fmt.Appendf(nil, "keys.quit = %q", typed), actions)
		if len(problems) != 1 {
			t.Errorf("%q: got %v, want one problem", typed, problems)
			continue
		}
		hint := `write it as "` + want + `"`
		if want == "" {
			hint = "a key is one character or enter, "
		}
		if !strings.HasPrefix(problems[0].Hint, hint) {
			t.Errorf("%q: got the hint %q, want %q", typed, problems[0].Hint, hint)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if c, problems, err := config.Load(dir, actions); err != nil || problems != nil || !reflect.DeepEqual(c, config.Default()) {
		t.Errorf("no file: got %+v, %v, %v", c, problems, err)
	}
	if err := os.WriteFile(config.Path(dir), []byte("ascii = true\nx = 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, problems, err := config.Load(dir, actions); err != nil || len(problems) != 1 || !c.ASCII {
		t.Errorf("a file: got %+v, %v, %v", c, problems, err)
	}
	if err := os.WriteFile(config.Path(dir), make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, problems, err := config.Load(dir, actions); err != nil || len(problems) != 1 || !reflect.DeepEqual(c, config.Default()) {
		t.Errorf("a large file: got %+v, %v, %v", c, problems, err)
	}
	if err := os.Remove(config.Path(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(config.Path(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Load(dir, actions)
	if err == nil || errors.Is(err, fs.ErrNotExist) || !reflect.DeepEqual(c, config.Default()) {
		t.Errorf("a directory: got %+v, %v", c, err)
	}
}

// Whatever the file holds, its problems stand on lines of it, and what is used is within its bounds.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "theme = \"dark\"\n[listener]\nenabled = false\naddr = \"127.0.0.1:1\"\n[limits]\narrivals = 100\n[keys]\nquit = [\"q\", \"f1\"]\n",
		"\ufefflimits = {arrivals = 1, # x\n}\r\n[[keys]]\n\"a.b\".'c' = \"\\u001b\"", "keys.quit = [[1], {a = 2}, 'ctrl++', \"\"]\nkeys.quit", "a = \"", "a = [\n", "theme = '''\n'''\nx=07:32:00",
		"a = \"\\uD800\"", "a=1__0", "=\n", "[", "\xff", "\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, problems := config.Parse(text, actions)
		for _, p := range problems {
			if last := bytes.Count(text, []byte("\n")) + 1; p.Line < 1 || p.Line > last || p.Wrong == "" || p.Hint == "" {
				t.Errorf("%+v is not within %d lines", p, last)
			}
		}
		if c.Arrivals < 100 || c.Arrivals > 1_000_000 || c.TextMiB < 1 || c.TextMiB > 4096 {
			t.Errorf("limits of %d and %d", c.Arrivals, c.TextMiB)
		}
		given := map[string]bool{"ctrl+c": true}
		for action, keys := range c.Keys {
			for _, key := range keys {
				if given[key] {
					t.Errorf("%q is given to %s, though it is another's", key, action)
				}
				given[key] = true
			}
		}
	})
}
