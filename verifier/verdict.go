package verifier

// A Verdict is the one-word answer to "is this token good?". It is the first of the constants below, in their order,
// that applies.
type Verdict string

// The verdicts, worst first.
const (
	Malformed   Verdict = "malformed"     // it cannot be read as a token
	Invalid     Verdict = "invalid"       // signature mismatch or missing, or an error in header, signature or claims
	Expired     Verdict = "expired"       // good, but its time is over
	NotYetValid Verdict = "not_yet_valid" // good, but its time has not come
	Unverified  Verdict = "unverified"    // nothing against it, and nothing to check it with
	Valid       Verdict = "valid"         // signed with a secret that we hold, claims right for that profile, in time
)

// Verdicts lists them, the good one first.
func Verdicts() []Verdict {
	return []Verdict{Valid, Invalid, Malformed, Expired, NotYetValid, Unverified}
}

// Words says the verdict with a sign and in words: "◷ not yet valid".
func (v Verdict) Words() string {
	switch v {
	case Valid:
		return "✓ valid"
	case Malformed, Invalid:
		return "✗ " + string(v)
	case Expired:
		return "◷ expired"
	case NotYetValid:
		return "◷ not yet valid"
	case Unverified:
	}
	return "? " + string(v)
}

// A SignatureState says what is known of the signature.
type SignatureState string

// The values of the signature axis.
const (
	SignatureVerified    SignatureState = "verified"
	SignatureMismatch    SignatureState = "mismatch"
	SignatureMissing     SignatureState = "missing"     // alg none, or an empty signature
	SignatureUnchecked   SignatureState = "unchecked"   // nothing to check with
	SignatureUnsupported SignatureState = "unsupported" // ES256 and the like: BigCommerce's private key
)

// A ClaimsState says whether the claims obey the rules of the token's kind and name the profile that owns it.
type ClaimsState string

// The values of the claims axis.
const (
	ClaimsOK        ClaimsState = "ok"
	ClaimsFailed    ClaimsState = "failed"
	ClaimsUnchecked ClaimsState = "unchecked" // a kind without rules
)

// A TimeState says where a moment lies in the token's life.
type TimeState string

// The values of the time axis.
const (
	TimeOK          TimeState = "ok"
	TimeExpired     TimeState = "expired"
	TimeNotYetValid TimeState = "not_yet_valid"
	TimeNone        TimeState = "none" // no expiry is known
)

// A Kind names what a token is for (the tokens that a BigCommerce developer meets).
type Kind string

// The kinds.
const (
	CurrentCustomer     Kind = "current_customer"
	AppCallback         Kind = "app_callback"          // signed_payload_jwt of load, uninstall and remove_user
	CustomerLogin       Kind = "customer_login"        // Customer Login API; made by the app itself
	StorefrontAPI       Kind = "storefront_api"        // GraphQL Storefront API token
	SessionSync         Kind = "session_sync"          // moves a session to another domain of the store
	PaymentsAccess      Kind = "payments_access"       // Payments API access token
	B2BEdition          Kind = "b2b_edition"           // B2B Edition's own session token
	LegacySignedPayload Kind = "legacy_signed_payload" // two segments, not a JWT
	JWE                 Kind = "jwe"                   // encrypted; never decrypted here
	Unknown             Kind = "unknown"
)
