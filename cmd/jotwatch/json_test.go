package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jotwatch/verifier"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The JSON is a public schema: every field, numbers as written, null for what is unknown, the last of duplicates, escapes.
func TestJSONSchema(t *testing.T) {
	t.Parallel()
	known := []verifier.Credential{{Profile: "acme", ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret), Named: true}}
	for _, name := range []string{"live", "everything-wrong", "duplicate-claim", "duplicate-in-array", "exp-float", "customer-id-huge", "guest-body", "cut-in-claims", "storefront-api", "wrong-secret"} {
		got := jsonReport(verifier.InspectAll(token(t, name), known), time.Unix(1700000060, 500_000_000))
		file := filepath.Join("testdata", "json", name+".json")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%swant\n%s", name, got, want)
		}
	}
}
