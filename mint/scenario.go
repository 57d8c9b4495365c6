package mint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"jotwatch/verifier"
)

// b2bClientID is the one that B2B Edition's storefront asks with (seen in its public code).
const b2bClientID = "dl7c39mdpul6hyc489yk0vzxl6jesyx"

// guestBody is answered, with 404, where no customer is signed in. That it contains "errors" is documented; the rest of
// the real body is not known.
const guestBody = `{"errors":["Not Found"]}`

// A Scenario is a token with one thing wrong, or with nothing wrong. Findings is the whole set of codes, sorted, that a
// verifier is promised to report at the time of minting, when it holds the app's credentials, named, with a secret of at
// least 64 bytes; Verdict is its verdict then.
type Scenario struct {
	Name        string
	Description string
	Findings    []verifier.Code
	Verdict     verifier.Verdict

	shape func(*draft)
}

// Scenarios lists all there are: the good one first, then by what is wrong.
func Scenarios() []Scenario {
	return slices.Concat(timeScenarios(), signatureScenarios(), claimScenarios(), otherKinds())
}

func find(name string) (Scenario, error) {
	for _, s := range Scenarios() {
		if s.Name == name {
			return s, nil
		}
	}
	return Scenario{}, fmt.Errorf("find scenario %q: there is none", name)
}

func codes(list ...verifier.Code) []verifier.Code { return list }

func timeScenarios() []Scenario {
	return []Scenario{
		{
			"valid", "as BigCommerce issues it: HS512, 15 minutes",
			codes(verifier.CodeHeaderAlgLive), verifier.Valid,
			func(*draft) {},
		},
		{
			"expiring", "30 seconds left",
			codes(verifier.CodeHeaderAlgLive), verifier.Valid,
			func(d *draft) { d.issue(d.at.Add(30*time.Second - lifetime)) },
		},
		{
			"expired", "issued 20 minutes ago, expired 5 minutes ago",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeTimeExpired), verifier.Expired,
			func(d *draft) { d.issue(d.at.Add(-20 * time.Minute)) },
		},
		{
			"issued-in-future", "issued 10 minutes from now: the clocks differ",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeTimeIssuedInFuture), verifier.NotYetValid,
			func(d *draft) { d.issue(d.at.Add(10 * time.Minute)) },
		},
		{
			"milliseconds", "iat and exp in milliseconds",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeTimeMilliseconds), verifier.Invalid,
			func(d *draft) {
				d.claims.put("iat", strconv.FormatInt(d.at.UnixMilli(), 10))
				d.claims.put("exp", strconv.FormatInt(d.at.Add(lifetime).UnixMilli(), 10))
			},
		},
	}
}

func signatureScenarios() []Scenario {
	return []Scenario{
		{
			"wrong-secret", "signed with a secret that nobody holds",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeSignatureMismatch), verifier.Invalid,
			func(d *draft) { d.key = strangerKey() },
		},
		{
			"docs-hs256", "HS256, as the documentation shows it; live tokens are HS512",
			codes(verifier.CodeHeaderAlgDocsExample), verifier.Valid,
			func(d *draft) { d.sign("HS256") },
		},
		{
			"alg-none", "unsigned: alg is none",
			codes(verifier.CodeHeaderAlgNone, verifier.CodeSignatureMissing), verifier.Invalid,
			func(d *draft) { d.header.put("alg", quote("none")); d.finish = noSignature },
		},
		{
			"stripped-signature", "alg is HS512, but the signature is empty",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeSignatureMissing), verifier.Invalid,
			func(d *draft) { d.finish = noSignature },
		},
		{
			"truncated", "the last 20 characters were cut off",
			codes(verifier.CodeFormTruncated, verifier.CodeHeaderAlgLive), verifier.Malformed,
			func(d *draft) { d.finish = func(signature string) string { return signature[:len(signature)-20] } },
		},
		{
			"crit", "the header says that exp is an extension which must be understood",
			codes(verifier.CodeHeaderAlgLive, verifier.CodeHeaderCrit), verifier.Invalid,
			func(d *draft) { d.header.put("crit", `["exp"]`) },
		},
	}
}

func noSignature(string) string { return "" }

func claimScenarios() []Scenario {
	return []Scenario{
		{
			"other-app", "for another app, and signed with another secret",
			codes(verifier.CodeClaimsAud, verifier.CodeHeaderAlgLive, verifier.CodeSignatureMismatch), verifier.Invalid,
			func(d *draft) {
				other := otherThan(d.app.ClientID, "q8zr5k2wn7t1ycx4b9mvj3hd6gfp0sa", "h3n6vw0x8pt5yq1mz4kc7bj2rd9fgsl")
				d.claims.put("aud", quote(other))
				d.claims.put("application_id", quote(other))
				d.key = strangerKey()
			},
		},
		{
			"other-store", "of another store of the same app",
			codes(verifier.CodeClaimsStore, verifier.CodeHeaderAlgLive), verifier.Invalid,
			func(d *draft) {
				other := quote(otherThan(d.app.StoreHash, "zyx987wvu", "mno456pqr"))
				d.claims.put("sub", other)
				d.claims.put("store_hash", other)
			},
		},
		{
			"duplicate-member", "exp is there twice, with the same value",
			codes(verifier.CodeClaimsDuplicateMember, verifier.CodeHeaderAlgLive), verifier.Valid,
			func(d *draft) { d.repeat = "exp" },
		},
		{
			"missing-customer", "names no customer",
			codes(verifier.CodeClaimsMissing, verifier.CodeHeaderAlgLive), verifier.Invalid,
			func(d *draft) { d.claims.remove("customer") },
		},
		{
			"b2b-edition", "B2B Edition's: its client id, and a secret that no integrator holds",
			codes(verifier.CodeClaimsB2BEdition, verifier.CodeHeaderAlgLive, verifier.CodeSignatureUnchecked), verifier.Unverified,
			func(d *draft) {
				d.claims.put("aud", quote(b2bClientID))
				d.claims.put("application_id", quote(b2bClientID))
				d.key = strangerKey()
			},
		},
	}
}

// otherThan returns a made-up id that is not the one given.
func otherThan(id, first, second string) string {
	if id == first {
		return second
	}
	return first
}
