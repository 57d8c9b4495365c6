package verifier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readTimes takes the token's dates. What is wrong with them is a finding even where the claims have no rules.
func (in *inspection) readTimes() {
	var milliseconds []string
	date := func(name string) *int64 {
		v, ok := in.Claims.Get(name)
		if !ok {
			return nil
		}
		seconds, ms, ok := readDate(v)
		if !ok {
			in.add(CodeClaimsType, Error, name+" is "+clip(v.Raw)+", not an integer number of seconds since 1970.", "Write dates as integers (RFC 7519 §2, as BigCommerce does): no text, fraction or exponent.")
			return nil
		}
		if ms {
			milliseconds = append(milliseconds, name)
		}
		return &seconds
	}
	in.times.issued = date("iat")
	in.times.notBefore = date("nbf")
	in.times.expires = date(in.rules.expiry)
	if len(milliseconds) > 0 {
		in.add(CodeTimeMilliseconds, Error, "In milliseconds where seconds belong: "+strings.Join(milliseconds, ", ")+". It is shown as it was meant.",
			"Divide by 1000 where the token is made: Math.floor(Date.now() / 1000). BigCommerce's own are in seconds.")
	}
	switch {
	case in.times.expires != nil:
	case in.rules.optional && in.times.issued != nil:
		expires := *in.times.issued + int64(in.rules.lifetime/time.Second)
		in.times.expires = &expires
	case in.Claims != nil && !in.Claims.has(in.rules.expiry) && !slices.Contains(in.rules.required, in.rules.expiry):
		in.add(CodeTimeNoExpiry, Note, "It never expires: it names no time, and this kind needs none.", "")
	}
}

// checkClaims holds the claims against the rules of their kind, and against the owner where there is one.
func (in *inspection) checkClaims(owner *Credential) {
	if in.Kind != CurrentCustomer {
		in.wrongKind()
	}
	in.checkRequired()
	in.checkIssuer()
	in.checkOwner(owner)
	in.checkSubject()
	in.checkLifetime()
	switch in.Kind {
	case CurrentCustomer:
		in.checkCurrentCustomer()
	case CustomerLogin:
		in.checkCustomerLogin()
	case AppCallback, StorefrontAPI, SessionSync, PaymentsAccess, B2BEdition, LegacySignedPayload, JWE, Unknown:
	}
	if in.Kind != Unknown {
		in.ClaimSet = ClaimsOK
	}
	for _, f := range in.findings {
		if f.Severity == Error && (f.Code.Area() == "claims" || f.Code == CodeTimeMilliseconds) {
			in.ClaimSet = ClaimsFailed
		}
	}
}

func (in *inspection) wrongKind() {
	if in.Kind == Unknown {
		in.add(CodeClaimsWrongKind, Warning, "It is not a Current Customer token, nor any other that BigCommerce is known to issue: only the general rules of JWTs were applied.",
			"A Current Customer token comes from /customer/current.jwt and has \"operation\":\"current_customer\".")
		return
	}
	in.add(CodeClaimsWrongKind, Warning, "It is not a Current Customer token, but "+in.rules.one()+".",
		"If you want to know who the shopper is, ask the storefront's /customer/current.jwt?app_client_id=… instead.")
}

func (in *inspection) checkRequired() {
	var missing []string
	for _, name := range in.rules.required {
		outer, inner, nested := strings.Cut(name, ".")
		v, ok := in.Claims.Get(outer)
		if nested {
			if !v.IsObject() {
				continue // told of the outer one
			}
			ok = v.Members.has(inner)
		}
		if !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		in.add(CodeClaimsMissing, Error, "Missing from "+in.rules.one()+": "+strings.Join(missing, ", ")+".",
			"BigCommerce always writes these: find out who made this token, and refuse it in your backend.")
	}
}

// text reads a claim that must be a string, saying so where it is not.
func (in *inspection) text(name string) (string, bool) {
	v, ok := in.Claims.Get(name)
	if !ok {
		return "", false
	}
	if !v.IsString() {
		in.add(CodeClaimsType, Error, name+" is "+clip(v.Raw)+", not a string.", "BigCommerce writes a string there: find out who made this token.")
		return "", false
	}
	return v.Text(), true
}

func (in *inspection) checkIssuer() {
	iss, ok := in.text("iss")
	if ok && in.rules.issuer != "" && iss != in.rules.issuer {
		in.add(CodeClaimsIss, Error, fmt.Sprintf("iss is %s; %s has %q.", quoteClip(iss), in.rules.one(), in.rules.issuer), "Refuse it: BigCommerce did not issue it.")
	}
}

// checkOwner compares app and store with the profile that owns the token.
func (in *inspection) checkOwner(owner *Credential) {
	if in.rules.app != "" && in.rules.app != "iss" && in.Kind != Unknown {
		_, _ = in.text(in.rules.app)
	}
	if owner == nil || in.Kind == Unknown && in.rules.client(in.Claims) == "" {
		return
	}
	client, store := in.rules.client(in.Claims), in.rules.store(in.Claims)
	if owner.ClientID != "" && client != "" && client != owner.ClientID && !isB2BClientID(client) {
		in.add(CodeClaimsAud, Error, fmt.Sprintf("%s is %s, but %s is %s: it is for another app.", in.rules.app, quoteClip(client), owner.its("client id"), quoteClip(owner.ClientID)),
			"Ask with your own app's client id (app_client_id), and refuse tokens for other apps in your backend.")
	}
	if in.Kind != Unknown && owner.StoreHash != "" && store != "" && store != owner.StoreHash {
		in.add(CodeClaimsStore, Error, fmt.Sprintf("It is of store %s, but %s is %s.", quoteClip(store), owner.its("store hash"), quoteClip(owner.StoreHash)),
			"Use the credentials of that store, or leave the store hash out if the app serves many.")
	}
}

func (in *inspection) checkSubject() {
	sub, ok := in.text("sub")
	if !ok || in.rules.subject == "-" {
		return
	}
	store, hasStore := in.text("store_hash")
	if in.rules.subject == "stores/" {
		if !strings.HasPrefix(sub, "stores/") || len(sub) == len("stores/") {
			in.add(CodeClaimsSub, Error, "sub is "+quoteClip(sub)+", not stores/ and a store hash.", "Refuse it: BigCommerce writes stores/{hash} there.")
		}
		return
	}
	if hasStore && sub != store {
		in.add(CodeClaimsSub, Error, "sub is "+quoteClip(sub)+", but store_hash is "+quoteClip(store)+": in a Current Customer token they are the same.", "Refuse it: BigCommerce writes the bare store hash in both.")
	}
}

func (in *inspection) checkLifetime() {
	issued, expires := in.times.issued, in.times.expires
	want := int64(in.rules.lifetime / time.Second)
	if issued != nil && expires != nil && want > 0 && *expires-*issued != want {
		in.add(CodeClaimsLifetime, Note, fmt.Sprintf("It lives %d s where BigCommerce's own live %d s: made by hand?", *expires-*issued, want), "")
	}
}

func (in *inspection) checkCurrentCustomer() {
	if operation, ok := in.text("operation"); ok && operation != "current_customer" {
		in.add(CodeClaimsOperation, Error, "operation is "+quoteClip(operation)+", not \"current_customer\".", "Refuse it: this claim is what tells the kinds of tokens apart.")
	}
	if version, ok := in.Claims.Get("version"); ok && version.Raw != "1" {
		in.add(CodeClaimsVersion, Note, "version is "+clip(version.Raw)+"; 1 is the only one seen.", "")
	}
	aud, hasAud := in.Claims.String("aud")
	if app, ok := in.text("application_id"); ok && hasAud && app != aud {
		in.add(CodeClaimsAudApplication, Warning, "application_id is "+quoteClip(app)+", but aud is "+quoteClip(aud)+": in live tokens they are the same.",
			"Only the documentation's example differs. Judge by aud.")
	}
	if isB2BClientID(aud) {
		in.add(CodeClaimsB2BEdition, Note, "It is B2B Edition's: its client id is BigCommerce's own, and you hold no secret for it.", "")
	}
	if customer, ok := in.Claims.Get("customer"); ok {
		in.checkCustomer(customer)
	}
}

func (in *inspection) checkCustomer(customer Value) {
	fix := "Refuse it: BigCommerce writes {\"id\":1,\"email\":\"…\",\"group_id\":\"…\"}."
	if !customer.IsObject() {
		in.add(CodeClaimsCustomer, Error, "customer is "+clip(customer.Raw)+", not an object.", fix)
		return
	}
	if id, ok := customer.Members.Get("id"); ok && !positiveInteger(id) {
		in.add(CodeClaimsCustomer, Error, "customer.id is "+clip(id.Raw)+", not a positive integer of at most 2^53.", fix)
	}
	if email, ok := customer.Members.Get("email"); ok && !email.IsString() {
		in.add(CodeClaimsCustomer, Error, "customer.email is "+clip(email.Raw)+", not a string.", fix)
	}
	if group, ok := customer.Members.Get("group_id"); ok && !group.IsString() {
		if !group.IsNumber() && !group.IsNull() {
			in.add(CodeClaimsCustomer, Error, "customer.group_id is "+clip(group.Raw)+", not a string of digits.", fix)
			return
		}
		in.add(CodeClaimsGroupType, Note, "customer.group_id is "+clip(group.Raw)+"; live tokens have a string of digits there.", "")
	}
}

// positiveInteger accepts up to 2^53: beyond it JavaScript reads another number than was signed.
func positiveInteger(v Value) bool {
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	return err == nil && n > 0 && n <= maxExact
}

func (in *inspection) checkCustomerLogin() {
	if id, ok := in.Claims.Get("customer_id"); ok && !positiveInteger(id) {
		in.add(CodeClaimsType, Error, "customer_id is "+clip(id.Raw)+", not a positive integer.", "Write the customer's id as a JSON number.")
	}
	if to, ok := in.text("redirect_to"); ok && !strings.HasPrefix(to, "/") {
		in.add(CodeClaimsType, Error, "redirect_to is "+quoteClip(to)+", not a path of the store (/…).", "Give a relative path: BigCommerce redirects within the store only.")
	}
}

// clip shortens a token's own text for a sentence.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func quoteClip(s string) string { return `"` + clip(s) + `"` }
