package verifier_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jotwatch/verifier"
)

// A vector is a token with all that must be said of it: "key: value" lines, an empty line, the text.
type vector struct {
	fields map[string]string
	text   string
}

var vectorKeys = []string{"description", "secret", "secret-base64url", "client-id", "store-hash", "now", "kind", "signature", "claims", "time", "verdict", "findings"}

func readVector(t testing.TB, path string) vector {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, text, ok := strings.Cut(string(content), "\n\n")
	if !ok {
		t.Fatalf("%s: no empty line after the head", path)
	}
	v := vector{fields: map[string]string{}, text: text}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !slices.Contains(vectorKeys, key) {
			t.Fatalf("%s: unknown key %q", path, key)
		}
		v.fields[key] = strings.TrimPrefix(value, " ")
	}
	return v
}

func (v vector) credentials(t testing.TB) []verifier.Credential {
	t.Helper()
	secret := v.fields["secret"]
	if encoded := v.fields["secret-base64url"]; encoded != "" {
		key, err := base64.RawURLEncoding.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		secret = string(key)
	}
	if secret == "" {
		return nil
	}
	return []verifier.Credential{{
		Profile: "the profile", ClientID: v.fields["client-id"], StoreHash: v.fields["store-hash"],
		Secret: verifier.NewSecret(secret), Named: true,
	}}
}

func (v vector) now(t testing.TB) time.Time {
	t.Helper()
	seconds, err := strconv.ParseInt(v.fields["now"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(seconds, 0)
}

func vectorPaths(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	return paths
}

func codes(r *verifier.Report, now time.Time) string {
	var all []string
	for _, f := range r.Findings(now) {
		all = append(all, string(f.Code))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// severities lists what was found as "error:claims.aud", sorted and once each.
func severities(r *verifier.Report, now time.Time) string {
	var all []string
	for _, f := range r.Findings(now) {
		all = append(all, string(f.Severity)+":"+string(f.Code))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, path := range vectorPaths(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			v := readVector(t, path)
			now := v.now(t)
			r := verifier.Inspect(v.text, v.credentials(t))
			for _, check := range []struct{ name, got string }{
				{"verdict", string(r.Verdict(now))},
				{"kind", string(r.Kind)},
				{"signature", string(r.Signature)},
				{"claims", string(r.ClaimSet)},
				{"time", string(r.Time(now))},
				{"findings", severities(r, now)},
			} {
				if want := v.fields[check.name]; check.got != want {
					t.Errorf("%s:\n got %s\nwant %s", check.name, check.got, want)
				}
			}
			for _, f := range r.Findings(now) {
				if f.Severity != verifier.Note && f.Fix == "" {
					t.Errorf("%s does not say what to do", f.Code)
				}
				if _, ok := verifier.Explain(f.Code); !ok {
					t.Errorf("%s is not explained", f.Code)
				}
			}
		})
	}
}

// Every code that a token alone can show stands in some vector.
func TestVectorsCoverCodes(t *testing.T) {
	t.Parallel()
	elsewhere := []verifier.Code{ // needs other arrivals, other profiles, a backend, or more than a mebibyte
		verifier.CodeClaimsCached, verifier.CodeClaimsStaleGroup, verifier.CodeTimeSkew, verifier.CodeBackendAcceptsInvalid,
		verifier.CodeBackendRefusesValid, verifier.CodeSignatureOtherProfile, verifier.CodeFormTooLarge,
	}
	seen := map[string]bool{}
	for _, path := range vectorPaths(t) {
		for finding := range strings.FieldsSeq(readVector(t, path).fields["findings"]) {
			_, code, _ := strings.Cut(finding, ":")
			seen[code] = true
		}
	}
	for _, code := range verifier.Codes() {
		if !seen[string(code)] && !slices.Contains(elsewhere, code) {
			t.Errorf("no vector shows %s", code)
		}
	}
}
