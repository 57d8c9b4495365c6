package verifier_test

import (
	"strings"
	"testing"

	"jotwatch/verifier"
)

func TestStoreHash(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"abc123def":        "abc123def",
		" abc123def\n":     "abc123def",
		"stores/abc123def": "abc123def",
		"https://api.bigcommerce.com/stores/abc123def/v3/": "abc123def",
		"https://store-abc123def.mybigcommerce.com":        "abc123def",
		"store-abc123def.mybigcommerce.com/manage":         "abc123def",
		"https://store-ABC123DEF.mybigcommerce.com":        "abc123def",
		"stores/abc123def?x=1":                             "abc123def",
		"my-store-name":                                    "my-store-name",
		"https://shop.example/best-store-ever":             "",
		"https://shop.example/stores/main":                 "",
		"stores/" + strings.Repeat("0f", 32):               "",
		"anything_else":                                    "anything_else",
		"":                                                 "",
		"https://shop.example/":                            "",
		"shop.example":                                     "",
		"two words":                                        "",
		strings.Repeat("0f", 32):                           "",
	} {
		hash, ok := verifier.StoreHash(text)
		if ok != (want != "") || ok && hash != want {
			t.Errorf("StoreHash(%q) = %q, %t, want %q", text, hash, ok, want)
		}
	}
}
