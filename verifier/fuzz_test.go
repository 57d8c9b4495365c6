package verifier_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jotwatch/verifier"
)

const fuzzSecret = "c3f1a9d27b4e8065f1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a49382716"

// strictlyParses is the oracle: golang-jwt, strict, with the same key and every HMAC method.
func strictlyParses(token, secret string) bool {
	parser := jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation(), jwt.WithJSONNumber(),
		jwt.WithValidMethods([]string{"HS256", "HS384", "HS512"}))
	_, err := parser.Parse(token, func(*jwt.Token) (any, error) { return []byte(secret), nil })
	return err == nil
}

func FuzzInspect(f *testing.F) {
	for _, path := range vectorPaths(f) {
		f.Add(readVector(f, path).text)
	}
	credentials := []verifier.Credential{{Profile: "p", ClientID: "abcdefghijklmnopqrstuvwxyz01234", Secret: verifier.NewSecret(fuzzSecret), Named: true}}
	now := time.Unix(1_700_000_060, 0)
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range verifier.InspectAll(text, credentials) {
			if r.Signature == verifier.SignatureVerified && r.Kind != verifier.LegacySignedPayload && !strictlyParses(r.Token, fuzzSecret) {
				t.Errorf("verified, but golang-jwt refuses %q", r.Token)
			}
			if len(r.Findings(now)) == 0 {
				t.Errorf("nothing is said of %q", r.Token)
			}
			if valid := r.Verdict(now) == verifier.Valid; valid && r.Signature != verifier.SignatureVerified {
				t.Error("valid without a verified signature")
			}
			for _, finding := range r.Findings(now) {
				if finding.Severity == verifier.Error && r.Verdict(now) == verifier.Valid {
					t.Errorf("valid with the error %s", finding.Code)
				}
			}
			if out := r.JSON(now); !json.Valid(out) || bytes.ContainsAny(out, "\n\x1b") {
				t.Errorf("not one line of JSON: %q", out)
			}
			r.Rows()
		}
	})
}
