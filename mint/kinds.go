package mint

import (
	"time"

	"jotwatch/verifier"
)

// otherKinds are what developers take for a Current Customer token.
func otherKinds() []Scenario {
	return []Scenario{
		{
			"app-callback", "the signed_payload_jwt of an app's load callback: HS256, 24 hours",
			codes(verifier.CodeClaimsWrongKind), verifier.Valid, appCallback,
		},
		{
			"customer-login", "a token that signs a customer in, made by the app itself",
			codes(verifier.CodeClaimsWrongKind), verifier.Valid, customerLogin,
		},
		{
			"legacy-signed-payload", "the signed_payload of before the JWTs: two segments",
			codes(verifier.CodeClaimsWrongKind, verifier.CodeTimeNoExpiry), verifier.Valid, legacySignedPayload,
		},
		{
			"guest", "no token but the answer to a guest: the 404's body",
			codes(verifier.CodeFormErrorBody), verifier.Malformed,
			func(d *draft) { d.verbatim = guestBody },
		},
	}
}

func appCallback(d *draft) {
	d.sign("HS256")
	d.claims = object{
		{"aud", quote(d.app.ClientID)},
		{"iss", quote("bc")},
		{"iat", seconds(d.at)},
		{"nbf", seconds(d.at.Add(-5 * time.Second))},
		{"exp", seconds(d.at.Add(callbackLifetime))},
		{"jti", quote(randomHex(16))},
		{"sub", quote("stores/" + d.app.StoreHash)},
		{"user", object{
			{"id", "9128"}, {"email", quote("owner@example.com")}, {"locale", quote("en-US")},
		}.json()},
		{"owner", object{{"id", "9128"}, {"email", quote("owner@example.com")}}.json()},
		{"url", quote("/")},
		{"channel_id", "null"},
	}
}

func customerLogin(d *draft) {
	d.sign("HS256")
	d.claims = object{
		{"iss", quote(d.app.ClientID)},
		{"iat", seconds(d.at)},
		{"jti", quote(randomHex(16))}, // single use: it must never repeat
		{"operation", quote("customer_login")},
		{"store_hash", quote(d.app.StoreHash)},
		{"customer_id", "4927"},
	}
}

func legacySignedPayload(d *draft) {
	d.sign("HS256")
	d.legacy = true
	d.claims = object{
		{"user", object{{"id", "9128"}, {"email", quote("owner@example.com")}}.json()},
		{"owner", object{{"id", "9128"}, {"email", quote("owner@example.com")}}.json()},
		{"context", quote("stores/" + d.app.StoreHash)},
		{"store_hash", quote(d.app.StoreHash)},
		{"timestamp", seconds(d.at)},
	}
}
