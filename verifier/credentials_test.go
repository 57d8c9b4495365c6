package verifier_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

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
	if got := codes(r, v.now(t)); got != "header.alg-live signature.other-profile" {
		t.Fatalf("got %s", got)
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
	for _, form := range []string{key, fmt.Sprintf("%x", key), fmt.Sprintf("%X", key)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret shows as %s in %s", form, out.String())
		}
	}
}
