package verifier

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// readLegacy reads a signed_payload of before the JWTs: base64(json).base64(hex(hmac_sha256(json, client secret))).
// Source: BigCommerce's client libraries.
func (in *inspection) readLegacy(payload, signature string) bool {
	text, ok := decodeLegacy(payload)
	if !ok {
		return false
	}
	sum, ok := decodeLegacy(signature)
	if !ok || len(sum) != 64 {
		return false
	}
	key, err := hex.DecodeString(string(sum))
	if err != nil {
		return false
	}
	object := parseObject(text)
	if object.members == nil || object.members.has("alg") {
		return false
	}
	in.Kind, in.Claims = LegacySignedPayload, object.members
	in.third, in.signature, in.signed, in.comparable = signature, key, string(text), true
	in.claimsRead = object.err == nil
	in.duplicates("claims", object.duplicate)
	if object.err != nil {
		in.strict = false
		in.add(CodeClaimsJSON, Error, "The payload cannot be read as JSON: "+object.err.Error()+".", "Copy the whole signed_payload again.")
		in.unreadable = errors.Is(object.err, errSyntax)
	}
	return true
}

// decodeLegacy takes both alphabets, padded or not: they arrive from URLs in every form.
func decodeLegacy(segment string) ([]byte, bool) {
	segment = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(segment, "="))
	text, err := base64.RawURLEncoding.DecodeString(segment)
	return text, err == nil
}
