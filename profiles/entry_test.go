package profiles_test

import (
	"errors"
	"strings"
	"testing"

	"jotwatch/profiles"
)

// What people enter is kept, corrected and told of, or refused: only what is recognised as something else is refused.
func TestEntry(t *testing.T) {
	t.Parallel()
	type check func(string) (string, string, error)
	secretFor := func(odd bool) check {
		return func(text string) (string, string, error) {
			secret, remark, err := profiles.Secret(text, clientID, odd)
			return string(secret.Reveal()), remark, err
		}
	}
	const taken, told = "", "?" // what a remark says, "" for nothing
	for _, c := range []struct {
		name  string
		check check
		text  string
		want  string // "!" and a part of the refusal, or the value
		said  string // a part of the remark
	}{
		{"name", profiles.Name, " Søren's shop №2 🛒 ", "Søren's shop №2 🛒", taken},
		{"name", profiles.Name, "e\u0301", "é", taken},
		{"name", profiles.Name, "--yes", "--yes", taken},
		{"name", profiles.Name, "", "!empty", ""},
		{"name", profiles.Name, "a\nb", "!control character", ""},
		{"name", profiles.Name, "a\x1b[2J", "!control character", ""},
		{"name", profiles.Name, "a\u202eb", "!control character", ""},
		{"name", profiles.Name, "\xff", "!not UTF-8", ""},
		{"name", profiles.Name, secretOne, "!looks like a client secret", ""},
		{"name", profiles.Name, strings.Repeat("ä", 101), "!more than 100", ""},

		{"client id", profiles.ClientID, clientID, clientID, taken},
		{"client id", profiles.ClientID, " \"" + clientID + "\"\n", clientID, "white space or quotes"},
		{"client id", profiles.ClientID, strings.ToUpper(clientID), strings.ToUpper(clientID), taken}, // seen in callbacks
		{"client id", profiles.ClientID, "my-app", "my-app", "6 characters"},
		{"client id", profiles.ClientID, secretOne, "!looks like a client secret", ""},
		{"client id", profiles.ClientID, "eyJhbGciOiJIUzI1NiJ9", "!a token", ""},
		{"client id", profiles.ClientID, "https://example.com", "!something else", ""},
		{"client id", profiles.ClientID, " ", "!empty", ""},

		{"store hash", profiles.StoreHash, "abc123def", "abc123def", taken},
		{"store hash", profiles.StoreHash, "", "", taken},
		{"store hash", profiles.StoreHash, "stores/abc123def", "abc123def", "taking abc123def"},
		{"store hash", profiles.StoreHash, "https://api.bigcommerce.com/stores/abc123def/v3/", "abc123def", "taking abc123def"},
		{"store hash", profiles.StoreHash, "https://store-abc123def.mybigcommerce.com/cart", "abc123def", "taking abc123def"},
		{"store hash", profiles.StoreHash, "abc", "abc", "unusual"},
		{"store hash", profiles.StoreHash, "ABC123", "ABC123", "unusual"},
		{"store hash", profiles.StoreHash, "https://shop.example.com", "!something else", ""},
		{"store hash", profiles.StoreHash, secretOne, "!looks like a client secret", ""},
		{"store hash", profiles.StoreHash, clientID, "!looks like a client id", ""},

		{"origin", profiles.Origin, "https://shop.example.com", "https://shop.example.com", taken},
		{"origin", profiles.Origin, "Shop.Example.com/cart?a=b", "https://shop.example.com", told},
		{"origin", profiles.Origin, "https://shop.example.com:443/", "https://shop.example.com", told},
		{"origin", profiles.Origin, "http://localhost:3000", "http://localhost:3000", taken},
		{"origin", profiles.Origin, "http://127.0.0.1:3000", "http://127.0.0.1:3000", taken},
		{"origin", profiles.Origin, "http://[::1]:3000", "http://[::1]:3000", taken},
		{"origin", profiles.Origin, "*", "!no address", ""},
		{"origin", profiles.Origin, "https://*.example.com", "!no address", ""},
		{"origin", profiles.Origin, "https://müller.example", "!no address", ""},
		{"origin", profiles.Origin, "https://%E2%80%AE.example", "!no address", ""},
		{"origin", profiles.Origin, "ftp://shop.example.com", "!another scheme", ""},
		{"origin", profiles.Origin, "https://me@shop.example.com", "!user name", ""},
		{"origin", profiles.Origin, clientID, "!no address", ""},
		{"origin", profiles.Origin, "", "!no address", ""},

		{"tag", profiles.Tag, " eu ", "eu", taken},
		{"tag", profiles.Tag, "a,b", "!comma", ""},
		{"note", profiles.Note, "two\r\nlines", "two\nlines", taken},
		{"note", profiles.Note, "the secret is " + secretOne, "!looks like a client secret", ""},
		{"environment", profiles.Environment, "Sandbox", "sandbox", taken},
		{"environment", profiles.Environment, "staging", "!no such environment", ""},
		{"colour", profiles.Colour, "beige", "!no such colour", ""},
		{"command", profiles.Command, "op read op://a/b/c", "op read op://a/b/c", taken},
		{"command", profiles.Command, "echo " + secretOne, "!looks like the client secret itself", ""},
		{"command", profiles.Command, " ", "!empty", ""},

		{"secret", secretFor(false), secretOne, secretOne, taken},
		{"secret", secretFor(false), secretOne + "\r\n", secretOne, taken},
		{"secret", secretFor(false), " '" + secretOne + "' ", secretOne, "white space or quotes"},
		{"secret", secretFor(false), strings.ToUpper(secretOne), strings.ToUpper(secretOne), taken},
		{"secret", secretFor(false), "short", "short", "5 characters"},
		{"secret", secretFor(false), clientID, "!is the client id", ""},
		{"secret", secretFor(true), clientID, "!is the client id", ""},
		{"secret", secretFor(false), "t1nrnl3cp8cy6ep6pti7cqkjm122s62", "!looks like an access token", ""},
		{"secret", secretFor(true), "t1nrnl3cp8cy6ep6pti7cqkjm122s62", "t1nrnl3cp8cy6ep6pti7cqkjm122s62", "31 characters"},
		{"secret", secretFor(false), "eyJhbGciOiJIUzI1NiJ9.e30.x", "!a token", ""},
		{"secret", secretFor(false), "CLIENT_SECRET=" + secretOne, "!with its name before it", ""},
		{"secret", secretFor(false), "ACCESS TOKEN: a\nCLIENT SECRET: b", "!whole account file", ""},
		{"secret", secretFor(false), "caf\xe9-secret", "!another encoding", ""},
		{"secret", secretFor(false), "\"\"", "!empty", ""},
		{"secret", secretFor(false), strings.Repeat("s", 2001), "!too large", ""},
	} {
		value, remark, err := c.check(c.text)
		if refusal, ok := strings.CutPrefix(c.want, "!"); ok {
			refused, is := errors.AsType[*profiles.Refusal](err)
			if !is || !strings.Contains(refused.Wrong, refusal) || refused.Hint == "" {
				t.Errorf("%s %q: got %q, %v, want a refusal with %q and a hint", c.name, c.text, value, err, refusal)
			} else if strings.Contains(refused.Wrong+refused.Hint, secretOne) {
				t.Errorf("%s: the refusal repeats the secret", c.name)
			}
			continue
		}
		wrong := c.said == taken && remark != "" || c.said != taken && remark == "" || c.said != told && !strings.Contains(remark, c.said)
		if err != nil || value != c.want || wrong {
			t.Errorf("%s %q: got %q, %q, %v, want %q and a remark with %q", c.name, c.text, value, remark, err, c.want, c.said)
		}
		if again, remark, err := c.check(value); err != nil || again != value || remark != "" && !strings.Contains(remark, "characters") && !strings.Contains(remark, "unusual") {
			t.Errorf("%s %q: checked again it is %q, %q, %v", c.name, c.text, again, remark, err)
		}
	}
}
