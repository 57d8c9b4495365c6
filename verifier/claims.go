package verifier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
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
	case in.rules.limited:
		if in.times.issued == nil {
			return
		}
		end := *in.times.issued + int64(in.rules.lifetime/time.Second)
		if in.times.expires == nil || end < *in.times.expires {
			in.times.expires = &end
		}
	case in.claimsRead && !in.Claims.has(in.rules.expiry) && !slices.Contains(in.rules.required, in.rules.expiry):
		in.add(CodeTimeNoExpiry, Note, "It never expires: it names no time, and this kind needs none.", "")
	}
}

// checkClaims holds the claims against the rules of their kind, and against the owner where there is one.
func (in *inspection) checkClaims(owner *Credential) {
	if in.Kind != CurrentCustomer {
		in.wrongKind()
	}
	if in.claimsRead {
		in.checkRequired()
	}
	in.checkTypes()
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
}

// settleClaims sets the claims axis by what was found.
func (in *inspection) settleClaims() {
	if in.Claims != nil && in.Kind != Unknown {
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

// claim returns the value of a claim by its dotted name. reachable is false where the object that it belongs into is
// missing, or is none.
func (in *inspection) claim(name string) (v Value, ok, reachable bool) {
	outer, inner, nested := strings.Cut(name, ".")
	v, ok = in.Claims.Get(outer)
	if !nested {
		return v, ok, true
	}
	if !v.IsObject() {
		return Value{}, false, false
	}
	v, ok = v.Members.Get(inner)
	return v, ok, true
}

func (in *inspection) checkRequired() {
	var missing []string
	for _, name := range in.rules.required {
		if _, ok, reachable := in.claim(name); !ok && reachable { // what cannot be reached is told of the outer one
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		in.add(CodeClaimsMissing, Error, "Missing from "+in.rules.one()+": "+strings.Join(missing, ", ")+".",
			"BigCommerce always writes these: find out who made this token, and refuse it in your backend.")
	}
}

func (in *inspection) checkTypes() {
	hold := func(names []string, what string, is func(Value) bool) {
		for _, name := range names {
			if v, ok, _ := in.claim(name); ok && !is(v) {
				in.add(CodeClaimsType, Error, name+" is "+clip(v.Raw)+", not "+what+".", "BigCommerce writes "+what+" there: find out who made this token.")
			}
		}
	}
	hold(in.rules.strings, "a string", Value.IsString)
	hold(in.rules.integers, "an integer", func(v Value) bool { return v.IsNull() || v.isInteger() })
	hold(in.rules.objects, "an object", Value.IsObject)
}

func (in *inspection) checkIssuer() {
	iss, ok := in.Claims.String("iss")
	if ok && in.rules.issuer != "" && iss != in.rules.issuer {
		in.add(CodeClaimsIss, Error, fmt.Sprintf("iss is %s; %s has %q.", quoteClip(iss), in.rules.one(), in.rules.issuer), "Refuse it: BigCommerce did not issue it.")
	}
}

// checkOwner compares app and store with the profile that owns the token.
func (in *inspection) checkOwner(owner *Credential) {
	if owner == nil {
		return
	}
	client, named := in.rules.client(in.Claims)
	if named && owner.ClientID != "" && client != owner.ClientID && !isB2BClientID(client) {
		in.otherApp(owner, client)
	}
	store, named := in.rules.store(in.Claims)
	if named && owner.StoreHash != "" && store != owner.StoreHash && in.Kind != Unknown {
		in.add(CodeClaimsStore, Error, fmt.Sprintf("It is of store %s, but %s is %s.", quoteClip(store), owner.its("store hash"), quoteClip(owner.StoreHash)),
			"Use the credentials of that store, or leave the store hash out if the app serves many.")
	}
}

func (in *inspection) otherApp(owner *Credential, client string) {
	code, fix := CodeClaimsAud, "Ask with your own app's client id (app_client_id), and refuse tokens for other apps in your backend."
	switch {
	case in.Signature == SignatureVerified && client != "":
		fix = "The secret fits, so this is most likely your own app's token, and " + owner.its("client id") + " is wrong: make it " + clip(client) + "."
	case in.Kind == CustomerLogin:
		fix = "Write your own app's client id into it."
	}
	if in.rules.app == "iss" {
		code = CodeClaimsIss
	}
	in.add(code, Error, fmt.Sprintf("%s is %s, but %s is %s: it is for another app.", in.rules.app, quoteClip(client), owner.its("client id"), quoteClip(owner.ClientID)), fix)
}

// checkSubject holds sub to what it is where it names the store.
func (in *inspection) checkSubject() {
	sub, ok := in.Claims.String("sub")
	if !ok || !slices.Contains(in.rules.stores, "sub") {
		return
	}
	if prefix := in.rules.prefix; prefix != "" && (!strings.HasPrefix(sub, prefix) || sub == prefix) {
		in.add(CodeClaimsSub, Error, "sub is "+quoteClip(sub)+", not "+prefix+" and a store hash.", "Refuse it: BigCommerce writes "+prefix+"{hash} there.")
	}
	if store, ok := in.rules.store(in.Claims); ok && in.rules.prefix == "" && sub != store {
		in.add(CodeClaimsSub, Error, "sub is "+quoteClip(sub)+", but store_hash is "+quoteClip(store)+": in "+in.rules.one()+" they are the same.", "Refuse it: BigCommerce writes the bare store hash in both.")
	}
}

func (in *inspection) checkLifetime() {
	issued, expires := in.times.issued, in.times.expires
	want := int64(in.rules.lifetime / time.Second)
	if issued == nil || expires == nil || want == 0 || *expires-*issued == want {
		return
	}
	lives := "It expires before it was issued"
	if *expires >= *issued {
		lives = "It lives " + inWords(*expires-*issued)
	}
	in.add(CodeClaimsLifetime, Note, lives+", where BigCommerce's own live "+inWords(want)+": made by hand?", "")
}

func (in *inspection) checkCurrentCustomer() {
	if operation, ok := in.Claims.String("operation"); ok && operation != "current_customer" {
		in.add(CodeClaimsOperation, Error, "operation is "+quoteClip(operation)+", not \"current_customer\".", "Refuse it: this claim is what tells the kinds of tokens apart.")
	}
	if version, ok := in.Claims.Get("version"); ok && version.Raw != "1" {
		in.add(CodeClaimsVersion, Note, "version is "+clip(version.Raw)+"; 1 is the only one seen.", "")
	}
	aud, hasAud := in.Claims.String("aud")
	if app, ok := in.Claims.String("application_id"); ok && hasAud && app != aud {
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
	if group, ok := customer.Members.Get("group_id"); ok {
		_, err := strconv.ParseUint(group.Text(), 10, 64)
		switch {
		case group.IsString() && err == nil:
		case group.IsString(), group.IsNumber(), group.IsNull():
			in.add(CodeClaimsGroupType, Note, "customer.group_id is "+clip(group.Raw)+"; live tokens have a string of digits there.", "")
		default:
			in.add(CodeClaimsCustomer, Error, "customer.group_id is "+clip(group.Raw)+", not a string of digits.", fix)
		}
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
	if to, ok := in.Claims.String("redirect_to"); ok && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) { // browsers read both as another host
		in.add(CodeClaimsType, Error, "redirect_to is "+quoteClip(to)+", not a path of the store (/…).", "Give a relative path: BigCommerce redirects within the store only.")
	}
}

// clip shortens a token's own text for a sentence.
func clip(s string) string {
	most := 60
	if len(s) <= most {
		return s
	}
	for most > 50 && !utf8.RuneStart(s[most]) { // not within a character
		most--
	}
	return s[:most] + "…"
}

func quoteClip(s string) string { return `"` + clip(s) + `"` }
