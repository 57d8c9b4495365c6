package verifier_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"jotwatch/verifier"
)

const (
	liveClient = "abcdefghijklmnopqrstuvwxyz01234"
	liveStore  = "abc123def"
)

func live(t testing.TB) (vector, string) {
	t.Helper()
	v := readVector(t, "testdata/vectors/live.txt")
	return v, v.fields["secret"]
}

// Secrets are wanted and then given: the owner's alone first, the others' only after a mismatch.
func TestWants(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	credentials := []verifier.Credential{
		{Profile: "beta", ClientID: strings.Repeat("b", 31)},
		{Profile: "vault command", ClientID: strings.Repeat("c", 31), OwnerOnly: true},
		{Profile: "other store", ClientID: liveClient, StoreHash: "zzz999"},
		{Profile: "any store", ClientID: liveClient},
		{Profile: "acme", ClientID: liveClient, StoreHash: liveStore},
	}
	r := verifier.Inspect(v.text, credentials)
	if r.Profile != "acme" || !slices.Equal(r.Wants, []string{"acme"}) || r.Verdict(v.now(t)) != verifier.Unverified {
		t.Fatalf("owner %q wants %q, %s", r.Profile, r.Wants, r.Verdict(v.now(t)))
	}
	credentials[4].Secret = verifier.NewSecret("wrong")
	r = verifier.Inspect(v.text, credentials)
	if want := []string{"other store", "any store", "beta"}; !slices.Equal(r.Wants, want) || r.Signature != verifier.SignatureMismatch {
		t.Fatalf("after a mismatch wants %q, want %q (%s)", r.Wants, want, r.Signature)
	}
	credentials[0].Secret = verifier.NewSecret(secret)
	r = verifier.Inspect(v.text, credentials)
	if got := codes(r, v.now(t)); got != "header.alg-live signature.other-profile" || r.Profile != "acme" || r.SignedBy != "beta" {
		t.Fatalf("got %s, owner %q, signed by %q", got, r.Profile, r.SignedBy)
	}
}

// Of several profiles that may own a token alike, the one whose secret fits does.
func TestOwnerAmongEquals(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	stale, fits := verifier.NewSecret("stale"), verifier.NewSecret(secret)
	for _, credentials := range [][]verifier.Credential{
		{{Profile: "old", ClientID: liveClient, Secret: stale}, {Profile: "new", ClientID: liveClient, Secret: fits}},
		{{Profile: "new", ClientID: liveClient, Secret: fits}, {Profile: "old", ClientID: liveClient, Secret: stale}},
	} {
		if r := verifier.Inspect(v.text, credentials); r.Profile != "new" || r.Verdict(v.now(t)) != verifier.Valid {
			t.Errorf("owner %q, %s", r.Profile, r.Verdict(v.now(t)))
		}
	}
	// A legacy payload names a store and no app.
	legacy := readVector(t, "testdata/vectors/legacy-signed-payload.txt")
	r := verifier.Inspect(legacy.text, []verifier.Credential{
		{Profile: "one app", ClientID: "a", StoreHash: liveStore, Secret: stale},
		{Profile: "another app", ClientID: "b", StoreHash: liveStore, Secret: fits},
	})
	if r.Profile != "another app" || r.Verdict(legacy.now(t)) != verifier.Valid {
		t.Errorf("legacy: owner %q, %s", r.Profile, r.Verdict(legacy.now(t)))
	}
}

// Credentials without a profile are spoken of as those given, and no profile is named for them.
func TestCredentialsWithoutProfile(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	given := []verifier.Credential{{ClientID: liveClient, Secret: verifier.NewSecret(secret), Named: true}}
	if r := verifier.Inspect(v.text, given); r.Signed() != "signed with the secret given (HS512)" || r.Profile != "" {
		t.Errorf("%q, owner %q", r.Signed(), r.Profile)
	}
	given[0].Secret = verifier.NewSecret("wrong")
	r := verifier.Inspect(v.text, given)
	if r.Signed() != "signature does not fit (HS512)" || !strings.Contains(r.Findings(v.now(t))[0].Message, "not signed with the secret given,") {
		t.Errorf("%q: %v", r.Signed(), r.Findings(v.now(t)))
	}
}

// Leeway is for every date.
func TestLeeway(t *testing.T) {
	t.Parallel()
	lenient := verifier.WithLeeway(30 * time.Second)
	for name, c := range map[string]struct {
		shift        time.Duration
		strict, with verifier.Verdict
	}{
		"live-at-exp":   {0, verifier.Expired, verifier.Valid},
		"nbf-ahead":     {0, verifier.NotYetValid, verifier.NotYetValid},
		"iat-ahead-61s": {0, verifier.NotYetValid, verifier.Valid},
		"live":          {-75 * time.Second, verifier.Valid, verifier.Valid},
	} {
		v := readVector(t, "testdata/vectors/"+name+".txt")
		now := v.now(t).Add(c.shift)
		if got := verifier.Inspect(v.text, v.credentials(t)).Verdict(now); got != c.strict {
			t.Errorf("%s: %s, want %s", name, got, c.strict)
		}
		if got := verifier.Inspect(v.text, v.credentials(t), lenient).Verdict(now); got != c.with {
			t.Errorf("%s with leeway: %s, want %s", name, got, c.with)
		}
	}
}

// A long token is judged by its owner, and not held against everybody's secret.
func TestLongTokensAreNotSearched(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]verifier.SignatureState{8 << 10: verifier.SignatureVerified, 16 << 10: verifier.SignatureUnchecked} {
		segment := base64.RawURLEncoding.EncodeToString
		signed := segment([]byte(`{"alg":"HS256"}`)) + "." + segment([]byte(`{"x":"`+strings.Repeat("x", size)+`"}`))
		mac := hmac.New(sha256.New, []byte("key"))
		mac.Write([]byte(signed))
		r := verifier.Inspect(signed+"."+segment(mac.Sum(nil)), []verifier.Credential{{Profile: "p", ClientID: "c", Secret: verifier.NewSecret("key")}})
		if r.Signature != want {
			t.Errorf("%d bytes: %s, want %s", size, r.Signature, want)
		}
	}
}

// A token that names no profile belongs to the one whose secret fits; where none fits nobody is accused.
func TestOwnerBySecret(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	credentials := []verifier.Credential{
		{Profile: "beta", ClientID: strings.Repeat("b", 31), Secret: verifier.NewSecret("another")},
		{Profile: "gamma", ClientID: strings.Repeat("g", 31), Secret: verifier.NewSecret(secret)},
	}
	r := verifier.Inspect(v.text, credentials)
	if r.Profile != "gamma" || r.Signature != verifier.SignatureVerified || codes(r, v.now(t)) != "claims.aud header.alg-live" {
		t.Errorf("owner %q, %s, %s", r.Profile, r.Signature, codes(r, v.now(t)))
	}
	r = verifier.Inspect(v.text, credentials[:1])
	if r.Profile != "" || r.Signature != verifier.SignatureUnchecked {
		t.Errorf("owner %q, %s", r.Profile, r.Signature)
	}
}

func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	var credentials []verifier.Credential
	for i := range 70 {
		credentials = append(credentials, verifier.Credential{Profile: fmt.Sprint("p", i), ClientID: fmt.Sprint("c", i), Secret: verifier.NewSecret(fmt.Sprint("s", i))})
	}
	credentials[69].Secret = verifier.NewSecret(secret)
	if r := verifier.Inspect(v.text, credentials); r.Signature != verifier.SignatureUnchecked {
		t.Errorf("the 70th was tried: %s", r.Signature)
	}
	if r := verifier.Inspect(v.text, credentials, verifier.AllProfiles()); r.SignedBy != "p69" {
		t.Errorf("signed by %q with AllProfiles", r.SignedBy)
	}
}

// One text of many tokens does not cost the search for each of them.
func TestSearchIsBoundedForAText(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	var credentials []verifier.Credential
	for i := range 64 {
		credentials = append(credentials, verifier.Credential{Profile: fmt.Sprint("p", i), ClientID: "x", Secret: verifier.NewSecret(fmt.Sprint("s", i))})
	}
	other := readVector(t, "testdata/vectors/wrong-secret.txt").text
	text := strings.Repeat(other, 1700) // 64 tries each are more than 100,000
	credentials[0].Secret = verifier.NewSecret(secret)
	reports := verifier.InspectAll(text+v.text, credentials)
	if last := reports[len(reports)-1]; len(reports) != 1701 || last.Signature != verifier.SignatureUnchecked ||
		!strings.Contains(last.Findings(v.now(t))[0].Message, "too many secrets") {
		t.Errorf("%d reports, the last %s: %v", len(reports), last.Signature, last.Findings(v.now(t)))
	}
	if r := verifier.Inspect(v.text, credentials); r.SignedBy != "p0" {
		t.Errorf("alone: signed by %q", r.SignedBy)
	}
}

func TestEmptySecretIsAbsent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n\t"} {
		if !verifier.NewSecret(text).IsZero() {
			t.Errorf("%q is a secret", text)
		}
	}
}

func TestSecretDoesNotPrint(t *testing.T) {
	t.Parallel()
	const key = "hush-hush-hush"
	secret := verifier.NewSecret(key)
	nested := struct {
		hidden struct{ Secret verifier.Secret }
	}{}
	nested.hidden.Secret = secret
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb, secret, &secret, nested)
		fmt.Fprintf(&out, verb, []verifier.Credential{{Secret: secret}})
	}
	encoded, err := json.Marshal(map[string]any{"a": secret, "b": &secret, "c": verifier.Credential{Secret: secret}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", secret, "nested", nested)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", secret, "nested", nested)
	if strings.Count(out.String(), "[redacted]") < 8*3 {
		t.Errorf("it does not say that something was redacted: %s", out.String())
	}
	for _, form := range []string{key, strings.Trim(fmt.Sprintf("%d", []byte(key)), "[]"), fmt.Sprintf("%x", key), fmt.Sprintf("%X", key)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret shows as %s in %s", form, out.String())
		}
	}
}
