package verifier

import "strings"

// A Severity ranks findings.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// A Code names a finding for good: it is what others test against and what `jotwatch explain` takes.
type Code string

// Area is the part of the code before the dot: form, header, signature, claims, time or backend.
func (c Code) Area() string {
	area, _, _ := strings.Cut(string(c), ".")
	return area
}

// The codes. The severity is the finding's own, because alg-unexpected and issued-in-future have two.
const (
	FormEmpty           Code = "form.empty"
	FormNotAJWT         Code = "form.not-a-jwt"
	FormHTML            Code = "form.html"
	FormErrorBody       Code = "form.error-body"
	FormJWE             Code = "form.jwe"
	FormSegments        Code = "form.segments"
	FormTooLarge        Code = "form.too-large"
	FormTruncated       Code = "form.truncated"
	FormBase64          Code = "form.base64"
	FormOpaqueToken     Code = "form.opaque-token"
	FormLiteralTemplate Code = "form.literal-template"
	FormWrapped         Code = "form.wrapped"

	HeaderJSON            Code = "header.json"
	HeaderAlgNone         Code = "header.alg-none"
	HeaderCrit            Code = "header.crit"
	HeaderAlgUnexpected   Code = "header.alg-unexpected"
	HeaderKeyReference    Code = "header.key-reference"
	HeaderDuplicateMember Code = "header.duplicate-member"
	HeaderAlgLive         Code = "header.alg-live"
	HeaderAlgDocsExample  Code = "header.alg-docs-example"

	SignatureMismatchCode    Code = "signature.mismatch"
	SignatureMissingCode     Code = "signature.missing"
	SignatureOtherProfile    Code = "signature.other-profile"
	SignatureSecretAltered   Code = "signature.secret-altered"
	SignatureNonCanonical    Code = "signature.non-canonical"
	SignatureUncheckedCode   Code = "signature.unchecked"
	SignatureUnsupportedCode Code = "signature.unsupported"
	SignatureKeyShort        Code = "signature.key-short"
	ClaimsJSON               Code = "claims.json"
	ClaimsMissing            Code = "claims.missing"
	ClaimsType               Code = "claims.type"
	ClaimsIss                Code = "claims.iss"
	ClaimsAud                Code = "claims.aud"
	ClaimsSub                Code = "claims.sub"
	ClaimsStore              Code = "claims.store"
	ClaimsOperation          Code = "claims.operation"
	ClaimsCustomer           Code = "claims.customer"
	ClaimsDuplicateMember    Code = "claims.duplicate-member"
	ClaimsAudApplication     Code = "claims.aud-application"
	ClaimsWrongKind          Code = "claims.wrong-kind"
	ClaimsInURL              Code = "claims.in-url"
	ClaimsVersion            Code = "claims.version"
	ClaimsLifetime           Code = "claims.lifetime"
	ClaimsGroupType          Code = "claims.group-type"
	ClaimsB2BEdition         Code = "claims.b2b-edition"
	ClaimsCached             Code = "claims.cached"      // needs an earlier token
	ClaimsStaleGroup         Code = "claims.stale-group" // needs an earlier token
	TimeExpiredCode          Code = "time.expired"
	TimeNotYetValidCode      Code = "time.not-yet-valid"
	TimeIssuedInFuture       Code = "time.issued-in-future"
	TimeMilliseconds         Code = "time.milliseconds"
	TimeSkew                 Code = "time.skew" // needs several arrivals
	TimeNoExpiry             Code = "time.no-expiry"
	BackendAcceptsInvalid    Code = "backend.accepts-invalid" // needs the backend's answer
	BackendRefusesValid      Code = "backend.refuses-valid"   // needs the backend's answer
)

// Codes lists every code there is, in the order of the areas above.
func Codes() []Code {
	return []Code{
		FormEmpty, FormNotAJWT, FormHTML, FormErrorBody, FormJWE, FormSegments, FormTooLarge, FormTruncated, FormBase64,
		FormOpaqueToken, FormLiteralTemplate, FormWrapped,
		HeaderJSON, HeaderAlgNone, HeaderCrit, HeaderAlgUnexpected, HeaderKeyReference, HeaderDuplicateMember,
		HeaderAlgLive, HeaderAlgDocsExample,
		SignatureMismatchCode, SignatureMissingCode, SignatureOtherProfile, SignatureSecretAltered, SignatureNonCanonical,
		SignatureUncheckedCode, SignatureUnsupportedCode, SignatureKeyShort,
		ClaimsJSON, ClaimsMissing, ClaimsType, ClaimsIss, ClaimsAud, ClaimsSub, ClaimsStore, ClaimsOperation, ClaimsCustomer,
		ClaimsDuplicateMember, ClaimsAudApplication, ClaimsWrongKind, ClaimsInURL, ClaimsVersion, ClaimsLifetime,
		ClaimsGroupType, ClaimsB2BEdition, ClaimsCached, ClaimsStaleGroup,
		TimeExpiredCode, TimeNotYetValidCode, TimeIssuedInFuture, TimeMilliseconds, TimeSkew, TimeNoExpiry,
		BackendAcceptsInvalid, BackendRefusesValid,
	}
}

// A Finding is one thing that was found about a token. Message is one sentence with this token's own values, which
// are untrusted: show it through package safe. Fix says what to do and is empty only where there is nothing to do.
type Finding struct {
	Code     Code
	Severity Severity
	Message  string
	Fix      string
}
