package inbox_test

import (
	"strings"
	"testing"

	"jotwatch/inbox"
)

func TestMask(t *testing.T) {
	t.Parallel()
	made := token(t, "valid", noon)
	for text, want := range map[string]string{
		"":                            "",
		"12:03:40  acme-sandbox   ok": "12:03:40  acme-sandbox   ok",
		"#4927 jane@example.com":      "#4927 j***@***",
		"a@b @c":                      "a***@***",
		`foo"bar baz"@x`:              "f***@***",
		`"jane doe"@example.com`:      "***@***",
		"token " + made:               "token [token]",
		"tail " + made[len(made)-60:]: "tail [token]",
		string(secret.Reveal()):       "[redacted]",
		"──── they key news ────":                                "──── they key news ────",
		"/a/path/of/many/parts/that/is/long/and/holds/no/secret": "/a/path/of/many/parts/that/is/long/and/holds/no/secret",
		strings.Repeat("é", 3000):                                strings.Repeat("é", 2048) + "…",
		strings.Repeat("x ", 2047) + "é y":                       strings.Repeat("x ", 2047) + "é…",
	} {
		got := inbox.Mask(text)
		if got != want {
			t.Errorf("%q is masked as %q, want %q", text, got, want)
		}
		if again := inbox.Mask(got); again != got {
			t.Errorf("%q, masked once more, is %q", got, again)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{token(f, "valid", noon), "a@b@c", `"a"@b "`, "x%40y z&#64;", "a@b,c@d <e@f>", string(secret.Reveal())} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := inbox.Mask(text)
		if len(once) > 4<<10 {
			return // it is cut off
		}
		if again := inbox.Mask(once); again != once {
			t.Errorf("%q is masked as %q, and that as %q", text, once, again)
		}
		if strings.Contains(once, string(secret.Reveal())) {
			t.Errorf("the secret is in %q", once)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	for name, text := range map[string]string{
		"plain":   "  12:03:22  acme-sandbox   x invalid          signed with beta-store's secret        ",
		"address": "  12:03:22  acme-sandbox   x valid            #4927 jane@example.com                 ",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				inbox.Mask(text)
			}
		})
	}
}
