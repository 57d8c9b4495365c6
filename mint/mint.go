// Package mint makes tokens as BigCommerce does, and with one thing wrong, so that verifiers can be tried.
//
// It signs with crypto/hmac alone and shares no code with the verifier, so that the two can be held against each other.
// It reads no clock and refuses an empty secret, with which careless libraries would verify anything.
package mint

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"jotwatch/verifier"
)

const (
	// lifetime is exp − iat of every real Current Customer token seen.
	lifetime = 15 * time.Minute
	// callbackLifetime is that of signed_payload_jwt (BigCommerce's documentation).
	callbackLifetime = 24 * time.Hour
	// demoStoreHash stands in where the app names no store.
	demoStoreHash = "abc123def"
)

// An App is whose tokens are made: its client id, a store that it is installed in ("" is a made-up one), and its client
// secret, whose raw bytes are the key.
type App struct {
	ClientID, StoreHash string
	Secret              verifier.Secret
}

// A draft is a token before it is written out. The scenarios change it.
type draft struct {
	app    App
	at     time.Time
	header object
	claims object
	hash   func() hash.Hash
	key    []byte

	repeat   string                        // a claim to write twice
	finish   func(signature string) string // what becomes of the signature; nil leaves it
	legacy   bool                          // written as a signed_payload of before the JWTs
	verbatim string                        // the whole text where there is no token at all
}

// Token makes what BigCommerce would answer at a moment (iat is at), with the one thing wrong that the scenario names
// (see [Scenarios]). The claims in set are changed before it is signed, in their order; new ones go last. It fails for an
// unknown scenario, an app without a client id or secret, and a claim that cannot be set.
func Token(app App, scenario string, at time.Time, set ...Claim) (string, error) {
	s, err := find(scenario)
	if err != nil {
		return "", err
	}
	if app.Secret.IsZero() {
		return "", errors.New("mint token: the client secret is empty")
	}
	if app.ClientID == "" {
		return "", errors.New("mint token: the client id is empty")
	}
	if app.StoreHash == "" {
		app.StoreHash = demoStoreHash
	}
	d := currentCustomer(app, at)
	s.shape(d)
	if d.verbatim != "" {
		if len(set) > 0 {
			return "", fmt.Errorf("set claim %q: scenario %s is not a token and has no claims", set[0].Name, s.Name)
		}
		return d.verbatim, nil
	}
	for _, claim := range set {
		if err := d.claims.assign(claim); err != nil {
			return "", fmt.Errorf("set claim %q: %w", claim.Name, err)
		}
	}
	if value, ok := d.claims.get(d.repeat); ok {
		d.claims = append(d.claims, member{d.repeat, value})
	}
	if d.legacy {
		return d.signedPayload(), nil
	}
	return d.jwt(), nil
}

// currentCustomer drafts a good token: header and claims in the order of real ones.
func currentCustomer(app App, at time.Time) *draft {
	d := &draft{app: app, at: at, key: app.Secret.Reveal()}
	d.sign("HS512")
	d.claims = object{
		{"customer", object{
			{"id", "4927"},
			{"email", quote("jane@example.com")},
			{"group_id", quote("6")},
		}.json()},
		{"iss", quote("bc/apps")},
		{"sub", quote(app.StoreHash)},
		{"iat", seconds(at)},
		{"exp", seconds(at.Add(lifetime))},
		{"version", "1"},
		{"aud", quote(app.ClientID)},
		{"application_id", quote(app.ClientID)},
		{"store_hash", quote(app.StoreHash)},
		{"operation", quote("current_customer")},
	}
	return d
}

// sign sets the algorithm: HS256 or HS512.
func (d *draft) sign(alg string) {
	d.header = object{{"typ", quote("JWT")}, {"alg", quote(alg)}}
	d.hash = sha512.New
	if alg == "HS256" {
		d.hash = sha256.New
	}
}

// issue dates the token as one of 15 minutes that was issued at a moment.
func (d *draft) issue(iat time.Time) {
	d.claims.put("iat", seconds(iat))
	d.claims.put("exp", seconds(iat.Add(lifetime)))
}

func (d *draft) sum(text string) []byte {
	mac := hmac.New(d.hash, d.key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// jwt writes the compact serialization of RFC 7515 §7.1.
func (d *draft) jwt() string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(d.header.json())) + "." + encode([]byte(d.claims.json()))
	signature := encode(d.sum(text))
	if d.finish != nil {
		signature = d.finish(signature)
	}
	return text + "." + signature
}

// signedPayload writes base64(json).base64(hex(hmac_sha256(json, secret))), as BigCommerce's client libraries read it.
func (d *draft) signedPayload() string {
	encode := base64.StdEncoding.EncodeToString
	text := d.claims.json()
	return encode([]byte(text)) + "." + encode([]byte(hex.EncodeToString(d.sum(text))))
}

// strangerKey is a secret that nobody holds, in the form of a real one: 64 hex characters.
func strangerKey() []byte { return []byte(randomHex(32)) }

// randomHex returns n random bytes in hex.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return hex.EncodeToString(b)
}
