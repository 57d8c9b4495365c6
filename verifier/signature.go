package verifier

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

// maxSearch is how many other profiles' secrets are tried on a token that its owner's secret does not fit: 64 HMACs over
// 16 KiB stay far below a second.
const maxSearch = 64

// maxTries is how many are tried over all tokens of one text: a fraction of a second's.
const maxTries = 100_000

// hmacMethod is golang-jwt's method for alg, nil where the rules of the kind do not allow it. The token's header chooses
// only among what the rules allow, so that a public key is never taken for an HMAC secret (RFC 8725 §3.1).
func (in *inspection) hmacMethod() *jwt.SigningMethodHMAC {
	if in.Kind == LegacySignedPayload {
		return jwt.SigningMethodHS256
	}
	if !in.rules.keyed {
		return nil
	}
	switch in.Algorithm {
	case "HS512":
		return jwt.SigningMethodHS512
	case "HS256":
		return jwt.SigningMethodHS256
	case "HS384":
		return jwt.SigningMethodHS384
	}
	return nil
}

// fits reports whether key signed the token.
func (in *inspection) fits(method *jwt.SigningMethodHMAC, key []byte) bool {
	return len(key) > 0 && method.Verify(in.signed, in.signature, key) == nil // golang-jwt verifies with an empty key
}

// checkSignature finds the owner among the credentials and settles the signature axis. It returns the owner, nil where
// there is none.
func (in *inspection) checkSignature(credentials []Credential) *Credential {
	method := in.hmacMethod()
	owner := in.owner(method, credentials)
	if owner != nil {
		in.Profile = owner.Profile
	}
	none := strings.EqualFold(in.Algorithm, "none")
	switch {
	case in.segments == 3 && in.third == "":
		in.Signature = SignatureMissing
		in.add(CodeSignatureMissing, Error, "The signature is empty: anybody can have written this token.",
			"Refuse it. If your own code cut the signature off, take the token from its source again.")
	case none:
		in.Signature = SignatureMissing // header.alg-none says why
	case !in.comparable: // why has been said
	case method == nil || in.isB2B():
		in.cannotCheck()
	case owner != nil:
		in.checkOwned(method, owner, credentials)
	default:
		return in.search(method, credentials)
	}
	return owner
}

// isB2B reports whether the token is for B2B Edition, whose secret only BigCommerce holds.
func (in *inspection) isB2B() bool {
	client, _ := in.rules.client(in.Claims)
	return in.Kind == CurrentCustomer && isB2BClientID(client)
}

// cannotCheck says why nothing that we could hold checks this signature.
func (in *inspection) cannotCheck() {
	algs := in.rules.algs
	switch {
	case in.isB2B(), !in.rules.keyed && isHMAC(algs[0]):
		in.add(CodeSignatureUnchecked, Warning, "The signature was not checked: only BigCommerce holds the secret that it is made with.",
			"Nothing to do: it cannot be verified by you and need not be.")
	case !in.rules.keyed:
		in.Signature = SignatureUnsupported
		in.add(CodeSignatureUnsupported, Warning, "The signature was not checked: "+in.rules.one()+" is signed with BigCommerce's private key ("+algs[0]+").",
			"Nothing to do: it is not meant to be verified by you; its claims are shown unverified.")
	case in.Kind == Unknown && in.Algorithm != "":
		in.Signature = SignatureUnsupported
		in.add(CodeSignatureUnsupported, Warning, "The signature was not checked: client secrets check HS256, HS384 and HS512 only, spelt so, and alg is "+quoteClip(in.Algorithm)+".",
			"Nothing to do where the token is not meant for you; its claims are shown unverified.")
	case in.Algorithm != "":
		in.Signature = SignatureUnsupported // header.alg-unexpected says why
	}
}

// owner is the credential that the user named, or else the one that the claims name: one of the store's before one for
// any store, and among equals the one whose secret fits.
func (in *inspection) owner(method *jwt.SigningMethodHMAC, credentials []Credential) *Credential {
	client, _ := in.rules.client(in.Claims)
	store, _ := in.rules.store(in.Claims)
	var owner *Credential
	for i := range credentials {
		c := &credentials[i]
		switch {
		case c.Named:
			return c
		case client == "", c.ClientID != client, c.StoreHash != "" && c.StoreHash != store:
		case owner == nil, owner.StoreHash == "" && c.StoreHash != "":
			owner = c
		case owner.StoreHash == c.StoreHash && method != nil && in.comparable &&
			in.fits(method, c.Secret.Reveal()) && !in.fits(method, owner.Secret.Reveal()):
			owner = c
		}
	}
	return owner
}

// checkOwned judges by the owner's secret, and where that fails looks for what does fit.
func (in *inspection) checkOwned(method *jwt.SigningMethodHMAC, owner *Credential, credentials []Credential) {
	if owner.Secret.IsZero() {
		message, fix := owner.its("secret")+" is not at hand.", "Give its client secret, or unlock the vault that holds it."
		if owner.Unread == "" {
			in.Wants = []string{owner.Profile}
		} else {
			message, fix = owner.its("secret")+" cannot be had: "+owner.Unread+".", owner.Remedy
		}
		in.add(CodeSignatureUnchecked, Warning, "The signature was not checked: "+message, fix)
		return
	}
	if in.fits(method, owner.Secret.Reveal()) {
		in.verifiedBy(method, owner)
		return
	}
	in.Signature = SignatureMismatch
	if form := in.alteredForm(method, owner); form != "" {
		in.add(CodeSignatureSecretAltered, Error, "It is not signed with "+owner.its("secret")+" as it is, but with "+form+".",
			"Store the client secret exactly as the Developer Portal shows it, and use its bytes as they are: neither trimmed, quoted nor decoded.")
		return
	}
	if other, _ := in.searchOthers(method, owner, credentials); other != nil {
		in.SignedBy = other.Profile
		fix := "The two apps' secrets or client ids are mixed up: put " + other.Profile + "'s client id with its own secret, here and in your backend's settings."
		if other.ClientID == owner.ClientID {
			fix = "Both are of the same app, and an app has one secret: store that of " + other.Profile + " for both."
		}
		in.add(CodeSignatureOtherProfile, Error, "It is signed with "+other.its("secret")+", not with "+owner.its("secret")+".", fix)
		return
	}
	client, named := in.rules.client(in.Claims)
	message, fix := "It is not signed with "+owner.its("secret")+", though it is for that app: the wrong secret, or the token was changed.",
		"Copy the client secret of this very app from the Developer Portal again. A store-level API account's secret and the access token do not fit."
	switch {
	case !named:
		message = "It is not signed with " + owner.its("secret") + ", and it does not say for which app it is: another app's, the wrong secret, or the token was changed."
	case owner.ClientID != "" && client != owner.ClientID:
		message = "It is not signed with " + owner.its("secret") + ", and it is for another app (" + clip(client) + "): the wrong app."
		fix = "Ask for the token with your own app's client id, or use the secret of the app that it is for."
	}
	in.add(CodeSignatureMismatch, Error, message+doubt(owner.Secret), fix)
}

// doubt says that a secret does not look like one, "" where it does. Its length may be told.
func doubt(secret Secret) string {
	switch key := secret.Reveal(); {
	case shapes().account.Match(key):
		return " What was given as the secret looks like an access token or a client id."
	case !shapes().secret.Match(key):
		return fmt.Sprintf(" The secret has %d characters; those that BigCommerce issues have 64, all hex digits.", utf8.RuneCount(key))
	}
	return ""
}

// verifiedBy records whose secret fits. What is not strictly a token stays unchecked all the same, because strict libraries
// refuse it; what is wrong with it has been said.
func (in *inspection) verifiedBy(method *jwt.SigningMethodHMAC, c *Credential) {
	in.Profile = c.Profile
	if !in.strict {
		return
	}
	in.Signature, in.SignedBy = SignatureVerified, c.Profile
	if want := method.Hash.Size(); c.Secret.Len() < want {
		in.add(CodeSignatureKeyShort, Note, fmt.Sprintf("The secret has %d bytes; RFC 7518 §3.2 wants at least %d for %s, and some strict libraries refuse a shorter one.", c.Secret.Len(), want, method.Alg()), "")
	}
}

// alteredForm tries the owner's secret as people spoil it, and names the form that fits.
func (in *inspection) alteredForm(method *jwt.SigningMethodHMAC, owner *Credential) string {
	key := string(owner.Secret.Reveal())
	bytes := []byte(key)
	forms := []struct {
		name string
		key  []byte
	}{
		{"the secret without the quotes around it", []byte(strings.TrimSpace(strings.Trim(key, "\"'`")))},
		{"the secret without the byte order mark before it", []byte(strings.TrimPrefix(key, "\ufeff"))},
		{"the secret with a line break after it", []byte(key + "\n")},
		{"the secret with a line break after it", []byte(key + "\r\n")},
		{"the secret with a space after it", []byte(key + " ")},
		{"the secret with a space before it", []byte(" " + key)},
		{"the secret with a tab after it", []byte(key + "\t")},
		{"the secret in double quotes", []byte(`"` + key + `"`)},
		{"the secret in single quotes", []byte("'" + key + "'")},
		{"the secret decoded from hex", decoded(hex.DecodeString(key))},
		{"the secret decoded from base64", decoded(base64.StdEncoding.DecodeString(key))},
		{"the secret decoded from base64url", decoded(base64.RawURLEncoding.DecodeString(strings.TrimRight(key, "=")))},
		{"the secret in hex", []byte(hex.EncodeToString(bytes))},
		{"the secret in base64", []byte(base64.StdEncoding.EncodeToString(bytes))},
		{"the secret in base64 without padding", []byte(base64.RawStdEncoding.EncodeToString(bytes))},
		{"the secret in base64url", []byte(base64.RawURLEncoding.EncodeToString(bytes))},
		{"the app's client id", []byte(owner.ClientID)},
	}
	for _, form := range forms {
		if in.fits(method, form.key) {
			return form.name
		}
	}
	return ""
}

func decoded(key []byte, err error) []byte {
	if err != nil {
		return nil
	}
	return key
}

// others lists the credentials to try beside the owner, best first: those of the token's own app, then of its store, then
// in the order given.
func (in *inspection) others(owner *Credential, credentials []Credential) []*Credential {
	if len(in.Token) > maxSearched {
		return nil
	}
	client, _ := in.rules.client(in.Claims)
	store, _ := in.rules.store(in.Claims)
	var app, here, rest []*Credential
	for i := range credentials {
		switch c := &credentials[i]; {
		case c == owner, c.OwnerOnly:
		case client != "" && c.ClientID == client:
			app = append(app, c)
		case store != "" && c.StoreHash == store:
			here = append(here, c)
		default:
			rest = append(rest, c)
		}
	}
	all := slices.Concat(app, here, rest)
	if !in.allProfiles && len(all) > maxSearch {
		all = all[:maxSearch]
	}
	return all
}

// A tried is what a search came to.
type tried struct {
	secrets int         // held against the token
	closed  int         // that could not be had
	reason  *Credential // one of those, for its reason
	stopped bool        // too many were tried on this text
}

// searchOthers returns the credential whose secret fits. Where none of those at hand does, it leaves in Wants the ones
// whose secret is still to be fetched.
func (in *inspection) searchOthers(method *jwt.SigningMethodHMAC, owner *Credential, credentials []Credential) (*Credential, tried) {
	var wants []string
	var so tried
	for _, c := range in.others(owner, credentials) {
		switch {
		case c.Secret.IsZero() && c.Unread != "":
			so.closed, so.reason = so.closed+1, c
			continue
		case c.Secret.IsZero():
			wants = append(wants, c.Profile)
			continue
		}
		if *in.tries--; *in.tries < 0 && !in.allProfiles {
			so.stopped = true
			break
		}
		so.secrets++
		if in.fits(method, c.Secret.Reveal()) {
			return c, so
		}
	}
	in.Wants = wants
	return nil, so
}

// search is for a token that names no profile of ours: whoever's secret fits is the owner, and where none does nobody is
// accused.
func (in *inspection) search(method *jwt.SigningMethodHMAC, credentials []Credential) *Credential {
	c, so := in.searchOthers(method, nil, credentials)
	if c != nil {
		in.verifiedBy(method, c)
		return c
	}
	in.add(CodeSignatureUnchecked, Warning, "The signature was not checked: "+in.nobody(so, len(credentials)), in.offer(so))
	return nil
}

// nobody says that no secret of ours settles the signature, and how many were tried.
func (in *inspection) nobody(so tried, all int) string {
	const none = "no profile is for this app and store, and "
	switch {
	case all == 0:
		return "there is no client secret to check it with."
	case so.stopped:
		return none + "too many secrets were tried on this text already."
	case len(in.Token) > maxSearched:
		return none + "it is too long (over 16 KiB) to try others."
	case so.closed > 0 && so.secrets == 0:
		return none + "no other secret can be had: " + so.reason.Unread + "."
	case so.closed > 0:
		return fmt.Sprintf("%s%s; %d could not be had: %s.", none, so.fits(), so.closed, so.reason.Unread)
	case so.secrets == 0:
		return none + "no other secret is at hand."
	case so.secrets < all:
		return none + so.fits() + "."
	}
	return none + "no secret at hand fits."
}

// offer says how a secret would be at hand.
func (in *inspection) offer(so tried) string {
	if so.closed > 0 {
		return so.reason.Remedy
	}
	if client, named := in.rules.client(in.Claims); named && bareWord(client) {
		return "If the app is yours, keep its credentials: jotwatch profile add NAME --client-id " + client + ". Or give them once: --client-id ID --secret-file FILE."
	}
	return "If the app is yours, keep its credentials: jotwatch profile add NAME --client-id ID. Or give them once: --client-id ID --secret-file FILE."
}

// fits says that none did.
func (so tried) fits() string {
	if so.secrets == 1 {
		return "the one secret that was tried does not fit"
	}
	return fmt.Sprintf("none of the %d secrets that were tried fits", so.secrets)
}

// bareWord reports whether a claim's value may stand in a command as it is.
func bareWord(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, notBase64url) && s[0] != '-'
}
