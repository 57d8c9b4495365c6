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

// Sign is a character for the severity, where there is no room for the word.
func (s Severity) Sign() string {
	switch s {
	case Error:
		return "✗"
	case Warning:
		return "!"
	case Note:
	}
	return "·"
}

// A Code names a finding for good: it is what others test against and what `jotwatch explain` takes.
type Code string

// Area is the part of the code before the dot: form, header, signature, claims, time or backend.
func (c Code) Area() string {
	area, _, _ := strings.Cut(string(c), ".")
	return area
}

// The codes. The severity is the finding's own, because alg-unexpected and issued-in-future have two.
const (
	CodeFormEmpty           Code = "form.empty"
	CodeFormNotAJWT         Code = "form.not-a-jwt"
	CodeFormHTML            Code = "form.html"
	CodeFormErrorBody       Code = "form.error-body"
	CodeFormJWE             Code = "form.jwe"
	CodeFormSegments        Code = "form.segments"
	CodeFormTooLarge        Code = "form.too-large"
	CodeFormTruncated       Code = "form.truncated"
	CodeFormBase64          Code = "form.base64"
	CodeFormOpaqueToken     Code = "form.opaque-token"
	CodeFormLiteralTemplate Code = "form.literal-template"
	CodeFormWrapped         Code = "form.wrapped"

	CodeHeaderJSON            Code = "header.json"
	CodeHeaderAlgNone         Code = "header.alg-none"
	CodeHeaderCrit            Code = "header.crit"
	CodeHeaderAlgUnexpected   Code = "header.alg-unexpected"
	CodeHeaderKeyReference    Code = "header.key-reference"
	CodeHeaderDuplicateMember Code = "header.duplicate-member"
	CodeHeaderAlgLive         Code = "header.alg-live"
	CodeHeaderAlgDocsExample  Code = "header.alg-docs-example"

	CodeSignatureMismatch      Code = "signature.mismatch"
	CodeSignatureMissing       Code = "signature.missing"
	CodeSignatureOtherProfile  Code = "signature.other-profile"
	CodeSignatureSecretAltered Code = "signature.secret-altered"
	CodeSignatureNonCanonical  Code = "signature.non-canonical"
	CodeSignatureUnchecked     Code = "signature.unchecked"
	CodeSignatureUnsupported   Code = "signature.unsupported"
	CodeSignatureKeyShort      Code = "signature.key-short"
	CodeClaimsJSON             Code = "claims.json"
	CodeClaimsMissing          Code = "claims.missing"
	CodeClaimsType             Code = "claims.type"
	CodeClaimsIss              Code = "claims.iss"
	CodeClaimsAud              Code = "claims.aud"
	CodeClaimsSub              Code = "claims.sub"
	CodeClaimsStore            Code = "claims.store"
	CodeClaimsOperation        Code = "claims.operation"
	CodeClaimsCustomer         Code = "claims.customer"
	CodeClaimsDuplicateMember  Code = "claims.duplicate-member"
	CodeClaimsAudApplication   Code = "claims.aud-application"
	CodeClaimsWrongKind        Code = "claims.wrong-kind"
	CodeClaimsInURL            Code = "claims.in-url"
	CodeClaimsVersion          Code = "claims.version"
	CodeClaimsLifetime         Code = "claims.lifetime"
	CodeClaimsGroupType        Code = "claims.group-type"
	CodeClaimsB2BEdition       Code = "claims.b2b-edition"
	CodeClaimsCached           Code = "claims.cached"      // needs an earlier token
	CodeClaimsStaleGroup       Code = "claims.stale-group" // needs an earlier token
	CodeTimeExpired            Code = "time.expired"
	CodeTimeNotYetValid        Code = "time.not-yet-valid"
	CodeTimeIssuedInFuture     Code = "time.issued-in-future"
	CodeTimeMilliseconds       Code = "time.milliseconds"
	CodeTimeSkew               Code = "time.skew" // needs several arrivals
	CodeTimeNoExpiry           Code = "time.no-expiry"
	CodeBackendAcceptsInvalid  Code = "backend.accepts-invalid" // needs the backend's answer
	CodeBackendRefusesValid    Code = "backend.refuses-valid"   // needs the backend's answer
)

// Codes lists every code there is, in the order of the areas above.
func Codes() []Code {
	return []Code{
		CodeFormEmpty, CodeFormNotAJWT, CodeFormHTML, CodeFormErrorBody, CodeFormJWE, CodeFormSegments, CodeFormTooLarge, CodeFormTruncated, CodeFormBase64,
		CodeFormOpaqueToken, CodeFormLiteralTemplate, CodeFormWrapped,
		CodeHeaderJSON, CodeHeaderAlgNone, CodeHeaderCrit, CodeHeaderAlgUnexpected, CodeHeaderKeyReference, CodeHeaderDuplicateMember,
		CodeHeaderAlgLive, CodeHeaderAlgDocsExample,
		CodeSignatureMismatch, CodeSignatureMissing, CodeSignatureOtherProfile, CodeSignatureSecretAltered, CodeSignatureNonCanonical,
		CodeSignatureUnchecked, CodeSignatureUnsupported, CodeSignatureKeyShort,
		CodeClaimsJSON, CodeClaimsMissing, CodeClaimsType, CodeClaimsIss, CodeClaimsAud, CodeClaimsSub, CodeClaimsStore, CodeClaimsOperation, CodeClaimsCustomer,
		CodeClaimsDuplicateMember, CodeClaimsAudApplication, CodeClaimsWrongKind, CodeClaimsInURL, CodeClaimsVersion, CodeClaimsLifetime,
		CodeClaimsGroupType, CodeClaimsB2BEdition, CodeClaimsCached, CodeClaimsStaleGroup,
		CodeTimeExpired, CodeTimeNotYetValid, CodeTimeIssuedInFuture, CodeTimeMilliseconds, CodeTimeSkew, CodeTimeNoExpiry,
		CodeBackendAcceptsInvalid, CodeBackendRefusesValid,
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
