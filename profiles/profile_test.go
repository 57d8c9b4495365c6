package profiles_test

import (
	"fmt"
	"testing"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

func TestSenders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    profiles.Profile
		want string
	}{
		{profiles.Profile{}, "[]"},
		{profiles.Profile{StoreHash: "abc123"}, "[https://store-abc123.mybigcommerce.com]"},
		{profiles.Profile{Origins: []string{"https://shop.example"}}, "[https://shop.example]"},
		{profiles.Profile{Origins: []string{"https://shop.example"}, StoreHash: "abc123"}, "[https://shop.example https://store-abc123.mybigcommerce.com]"},
	} {
		if got := fmt.Sprint(c.p.Senders()); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.p, got, c.want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ secret, want string }{
		{"", ""},
		{secretOne, "f0550064"},
		{secretOne + "\n", "f0550064"}, // which is cut off wherever a secret comes from
		{secretTwo, "26c62910"},
	} {
		if got := profiles.Fingerprint(verifier.NewSecret(c.secret)); got != c.want {
			t.Errorf("of %d bytes: got %q, want %q", len(c.secret), got, c.want)
		}
	}
}
