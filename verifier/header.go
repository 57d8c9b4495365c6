package verifier

import (
	"slices"
	"strings"
)

// keyReferences are the members by which a header names a key of its own choice (RFC 7515 §4.1). They are shown, never
// fetched or used.
var keyReferences = [...]string{"jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256"}

// checkHeader holds the header against the rules of the kind.
func (in *inspection) checkHeader() {
	if in.Header == nil {
		return
	}
	if in.Kind != JWE {
		in.checkAlgorithm()
	}
	if extensions := in.Header.which("crit", "b64"); len(extensions) > 0 {
		in.add(CodeHeaderCrit, Error, "The header has "+strings.Join(extensions, " and ")+", which changes how the token is read: a library that does not know what it asks for must refuse it, and many do not look.",
			"Refuse it: BigCommerce uses no such extension (RFC 7515 §4.1.11, RFC 7797).")
	}
	if references := in.Header.which(keyReferences[:]...); len(references) > 0 {
		in.add(CodeHeaderKeyReference, Warning, "The header names a key of its own choice ("+strings.Join(references, ", ")+"). It was neither fetched nor used.",
			"Never let a token choose its key: BigCommerce's have only typ and alg.")
	}
}

func (in *inspection) checkAlgorithm() {
	switch {
	case strings.EqualFold(in.Algorithm, "none"):
		in.add(CodeHeaderAlgNone, Error, "alg is "+quoteClip(in.Algorithm)+": the token asks not to be checked at all.",
			"Refuse it: allow exactly the algorithms that you expect.")
	case in.Algorithm == "":
		if in.headerRead {
			message := "The header names no algorithm (alg)."
			if alg, ok := in.Header.Get("alg"); ok {
				message = "alg is " + clip(alg.Raw) + ", which names no algorithm."
			}
			in.add(CodeHeaderAlgUnexpected, Error, message, "Refuse it: every signed token names one (RFC 7515 §4.1.1).")
		}
	case in.Kind == CurrentCustomer && in.Algorithm == "HS512":
		in.add(CodeHeaderAlgLive, Note, "HS512, as BigCommerce issues them; its documentation shows HS256. If your backend refuses this token, allow HS512: `jotwatch explain header.alg-live`", "")
	case in.Kind == CurrentCustomer && in.Algorithm == "HS256":
		in.add(CodeHeaderAlgDocsExample, Note, "HS256, which matches the documentation's example; live tokens are HS512, and your backend must allow that: `jotwatch explain header.alg-docs-example`", "")
	case in.Kind == CurrentCustomer && in.Algorithm == "HS384":
		in.add(CodeHeaderAlgUnexpected, Warning, "alg is HS384; live tokens are HS512.", "Find out who made this token: BigCommerce did not.")
	case len(in.rules.algs) == 0 || slices.Contains(in.rules.algs, in.Algorithm):
	case isHMAC(in.Algorithm) && isHMAC(in.rules.algs[0]):
		in.add(CodeHeaderAlgUnexpected, Warning, "alg is "+in.Algorithm+"; "+in.rules.one()+" is signed with "+in.rules.algs[0]+".", "Sign it with "+in.rules.algs[0]+", or find out who made it.")
	case isHMAC(in.rules.algs[0]):
		in.add(CodeHeaderAlgUnexpected, Error, "alg is "+quoteClip(in.Algorithm)+"; "+in.rules.one()+" is signed with "+in.rules.algs[0]+" and a client secret.",
			"Refuse it: allow HMAC algorithms only, so that no public key can be taken for a secret (RFC 8725 §3.1).")
	default:
		in.add(CodeHeaderAlgUnexpected, Warning, "alg is "+quoteClip(in.Algorithm)+"; "+in.rules.one()+" is signed with "+in.rules.algs[0]+".", "Find out who made it: BigCommerce did not.")
	}
}
