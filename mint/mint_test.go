package mint_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jotwatch/mint"
	"jotwatch/verifier"
)

const (
	clientID = "acme0sandbox1app2client3id4abcd"
	store    = "acmestore1"
	secret   = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

var at = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func app() mint.App {
	return mint.App{ClientID: clientID, StoreHash: store, Secret: verifier.NewSecret(secret)}
}

func token(t *testing.T, app mint.App, scenario string, set ...mint.Claim) string {
	t.Helper()
	text, err := mint.Token(app, scenario, at, set...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parseClaim(t *testing.T, s string) mint.Claim {
	t.Helper()
	claim, err := mint.ParseClaim(s)
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

// segment decodes one segment of a JWT as strictly as Go can.
func segment(t *testing.T, token string, i int) string {
	t.Helper()
	text, err := base64.RawURLEncoding.Strict().DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatalf("decode segment %d of %s: %v", i, token, err)
	}
	return string(text)
}

func TestNames(t *testing.T) {
	t.Parallel()
	want := []string{
		"alg-none", "app-callback", "b2b-edition", "crit", "customer-login", "docs-hs256", "duplicate-member", "expired",
		"expiring", "guest", "issued-in-future", "legacy-signed-payload", "milliseconds", "missing-customer", "other-app",
		"other-store", "stripped-signature", "truncated", "valid", "wrong-secret",
	}
	var got []string
	for _, s := range mint.Scenarios() {
		got = append(got, s.Name)
		if s.Description == "" || s.Verdict == "" {
			t.Errorf("%s: no description or verdict", s.Name)
		}
		if !slices.IsSorted(s.Findings) {
			t.Errorf("%s: findings are not sorted: %v", s.Name, s.Findings)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("scenarios\n got %v\nwant %v", got, want)
	}
}

// promised repeats the promise in words of its own, so that no scenario can be bent to what the verifier happens to say.
var promised = map[string]string{
	"valid":                 "valid header.alg-live",
	"expiring":              "valid header.alg-live",
	"expired":               "expired header.alg-live time.expired",
	"issued-in-future":      "not_yet_valid header.alg-live time.issued-in-future",
	"wrong-secret":          "invalid header.alg-live signature.mismatch",
	"other-app":             "invalid claims.aud header.alg-live signature.mismatch",
	"other-store":           "invalid claims.store header.alg-live",
	"docs-hs256":            "valid header.alg-docs-example",
	"alg-none":              "invalid header.alg-none signature.missing",
	"stripped-signature":    "invalid header.alg-live signature.missing",
	"truncated":             "malformed form.truncated header.alg-live",
	"duplicate-member":      "valid claims.duplicate-member header.alg-live",
	"crit":                  "invalid header.alg-live header.crit",
	"missing-customer":      "invalid claims.missing header.alg-live",
	"milliseconds":          "invalid header.alg-live time.milliseconds",
	"b2b-edition":           "unverified claims.b2b-edition header.alg-live signature.unchecked",
	"app-callback":          "valid claims.wrong-kind",
	"customer-login":        "valid claims.wrong-kind",
	"legacy-signed-payload": "valid claims.wrong-kind time.no-expiry",
	"guest":                 "malformed form.error-body",
}

func TestScenariosAgainstVerifier(t *testing.T) {
	t.Parallel()
	for _, s := range mint.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			if stated := line(s.Verdict, s.Findings); stated != promised[s.Name] {
				t.Errorf("the scenario states %q, the promise is %q", stated, promised[s.Name])
			}
			text := token(t, app(), s.Name)
			report := verifier.Inspect(text, []verifier.Credential{
				{Profile: "acme", ClientID: clientID, StoreHash: store, Secret: verifier.NewSecret(secret), Named: true},
			})
			var codes []verifier.Code
			for _, f := range report.Findings(at) {
				codes = append(codes, f.Code)
			}
			slices.Sort(codes)
			if got := line(report.Verdict(at), codes); got != promised[s.Name] {
				t.Errorf("inspected\n got %s\nwant %s\n%s", got, promised[s.Name], text)
			}
		})
	}
}

func line(verdict verifier.Verdict, codes []verifier.Code) string {
	words := []string{string(verdict)}
	for _, c := range codes {
		words = append(words, string(c))
	}
	return strings.Join(words, " ")
}

func TestExactBytes(t *testing.T) {
	t.Parallel()
	text := token(t, app(), "valid")
	if got, want := segment(t, text, 0), `{"typ":"JWT","alg":"HS512"}`; got != want {
		t.Errorf("header\n got %s\nwant %s", got, want)
	}
	want := fmt.Sprintf(`{"customer":{"id":4927,"email":"jane@example.com","group_id":"6"},"iss":"bc/apps","sub":%q,"iat":%d,"exp":%d,`+
		`"version":1,"aud":%q,"application_id":%q,"store_hash":%q,"operation":"current_customer"}`,
		store, at.Unix(), at.Unix()+900, clientID, clientID, store)
	if got := segment(t, text, 1); got != want {
		t.Errorf("claims\n got %s\nwant %s", got, want)
	}
	if n := len(strings.Split(text, ".")[2]); n != 86 {
		t.Errorf("the signature has %d characters, want 86", n)
	}
}

// TestSignatures asks golang-jwt which tokens the secret signed, strictly and with the one right algorithm.
func TestSignatures(t *testing.T) {
	t.Parallel()
	signed := map[string]string{ // by the app's secret, with which algorithm
		"valid": "HS512", "expiring": "HS512", "expired": "HS512", "issued-in-future": "HS512", "milliseconds": "HS512",
		"other-store": "HS512", "duplicate-member": "HS512", "crit": "HS512", "missing-customer": "HS512",
		"docs-hs256": "HS256", "app-callback": "HS256", "customer-login": "HS256",
	}
	for _, s := range mint.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			text := token(t, app(), s.Name)
			alg, good := signed[s.Name]
			for _, try := range []string{"HS256", "HS384", "HS512"} {
				parser := jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithValidMethods([]string{try}), jwt.WithoutClaimsValidation())
				_, err := parser.Parse(text, func(*jwt.Token) (any, error) { return []byte(secret), nil })
				if got, want := err == nil, good && try == alg; got != want {
					t.Errorf("%s fits is %v (%v), want %v", try, got, err, want)
				}
			}
		})
	}
}

// TestClaimsValidation lets golang-jwt judge the times of a few as well.
func TestClaimsValidation(t *testing.T) {
	t.Parallel()
	for scenario, want := range map[string]bool{
		"valid": true, "expiring": true, "expired": false, "issued-in-future": false, "other-store": true, "app-callback": true,
	} {
		parser := jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return at }), jwt.WithIssuedAt(),
			jwt.WithExpirationRequired(), jwt.WithAudience(clientID))
		_, err := parser.Parse(token(t, app(), scenario), func(*jwt.Token) (any, error) { return []byte(secret), nil })
		if got := err == nil; got != want {
			t.Errorf("%s: accepted is %v (%v), want %v", scenario, got, err, want)
		}
	}
}

func TestLegacySignedPayload(t *testing.T) {
	t.Parallel()
	payload, signature, _ := strings.Cut(token(t, app(), "legacy-signed-payload"), ".")
	text, err := base64.StdEncoding.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	if want := hex.EncodeToString(mac.Sum(nil)); string(sum) != want {
		t.Errorf("signature\n got %s\nwant %s", sum, want)
	}
	if !json.Valid(text) {
		t.Errorf("not JSON: %s", text)
	}
}

// TestShapes looks at what makes each broken token broken.
func TestShapes(t *testing.T) {
	t.Parallel()
	valid := token(t, app(), "valid")
	unsigned := valid[:strings.LastIndexByte(valid, '.')+1]
	if got := token(t, app(), "stripped-signature"); got != unsigned {
		t.Errorf("stripped-signature\n got %s\nwant %s", got, unsigned)
	}
	if got, want := token(t, app(), "truncated"), valid[:len(valid)-20]; got != want {
		t.Errorf("truncated\n got %s\nwant %s", got, want)
	}
	none := token(t, app(), "alg-none")
	if got := segment(t, none, 0); got != `{"typ":"JWT","alg":"none"}` || !strings.HasSuffix(none, ".") {
		t.Errorf("alg-none is %s with header %s", none, got)
	}
	if got := segment(t, token(t, app(), "crit"), 0); got != `{"typ":"JWT","alg":"HS512","crit":["exp"]}` {
		t.Errorf("crit has header %s", got)
	}
	if got := strings.Count(segment(t, token(t, app(), "duplicate-member"), 1), `"exp":`); got != 2 {
		t.Errorf("duplicate-member has %d exp, want 2", got)
	}
	if got := token(t, app(), "guest"); !json.Valid([]byte(got)) || !strings.Contains(got, `"errors"`) {
		t.Errorf("guest is %s", got)
	}
	for scenario, want := range map[string]string{
		"expiring":         fmt.Sprintf(`"iat":%d,"exp":%d,`, at.Unix()-870, at.Unix()+30),
		"expired":          fmt.Sprintf(`"iat":%d,"exp":%d,`, at.Unix()-1200, at.Unix()-300),
		"issued-in-future": fmt.Sprintf(`"iat":%d,"exp":%d,`, at.Unix()+600, at.Unix()+1500),
		"milliseconds":     fmt.Sprintf(`"iat":%d000,"exp":%d000,`, at.Unix(), at.Unix()+900),
		"b2b-edition":      `"aud":"dl7c39mdpul6hyc489yk0vzxl6jesyx","application_id":"dl7c39mdpul6hyc489yk0vzxl6jesyx"`,
	} {
		if got := segment(t, token(t, app(), scenario), 1); !strings.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant %s in it", scenario, got, want)
		}
	}
}

func TestNeverTheSameTwice(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"customer-login", "app-callback", "wrong-secret"} {
		first, second := token(t, app(), scenario), token(t, app(), scenario)
		if first == second {
			t.Errorf("%s: two tokens are the same", scenario)
		}
	}
}

func TestDemoStoreHash(t *testing.T) {
	t.Parallel()
	got := segment(t, token(t, mint.App{ClientID: clientID, Secret: verifier.NewSecret(secret)}, "valid"), 1)
	if want := `"store_hash":"abc123def"`; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s in it", got, want)
	}
}
