package verifier

import (
	"slices"
	"strings"
	"time"
)

// Rules are what is true of the tokens of one kind. A fact of BigCommerce's is data here, and nowhere else.
type rules struct {
	kind     Kind
	label    string   // for people
	algs     []string // that the kind is signed with, the usual one first; none: any
	keyed    bool     // signed with an app's client secret
	required []string // claims; a dot reaches into an object
	strings  []string // claims that are strings
	integers []string // claims that are integers, or null
	objects  []string // claims that are objects
	issuer   string   // what iss must be; "" is anything
	app      string   // the claim that names the app's client id; "" where none does
	stores   []string // the claims that name the store: the first that is there
	prefix   string   // what stands before the store hash in it
	expiry   string   // the claim that it expires by
	lifetime time.Duration
	limited  bool // it expires a lifetime after iat, whatever its expiry says
}

// The sources are real tokens for Current Customer, BigCommerce's documentation and its own client libraries for the others.
var kinds = [...]rules{
	{
		kind: CurrentCustomer, label: "Current Customer token", algs: []string{"HS512", "HS256", "HS384"}, keyed: true,
		required: []string{"customer", "customer.id", "customer.email", "iss", "sub", "iat", "exp", "aud", "store_hash", "operation"},
		strings:  []string{"iss", "sub", "aud", "application_id", "store_hash", "operation"},
		issuer:   "bc/apps", app: "aud", stores: []string{"store_hash", "sub"}, expiry: "exp", lifetime: 15 * time.Minute,
	},
	{
		kind: AppCallback, label: "app callback (signed_payload_jwt)", algs: []string{"HS256"}, keyed: true,
		required: []string{"aud", "iss", "iat", "exp", "sub", "user", "user.id", "user.email", "owner", "owner.id", "owner.email"},
		strings:  []string{"iss", "sub", "aud", "jti", "url", "user.email", "user.locale", "owner.email"},
		integers: []string{"user.id", "owner.id", "channel_id"}, objects: []string{"user", "owner"},
		issuer: "bc", app: "aud", stores: []string{"sub"}, prefix: "stores/", expiry: "exp", lifetime: 24 * time.Hour,
	},
	{
		kind: CustomerLogin, label: "Customer Login token", algs: []string{"HS256"}, keyed: true,
		required: []string{"iss", "iat", "jti", "operation", "store_hash", "customer_id"},
		strings:  []string{"iss", "jti", "operation", "store_hash", "redirect_to", "request_ip"}, integers: []string{"channel_id"},
		app: "iss", stores: []string{"store_hash"}, expiry: "exp", lifetime: 30 * time.Second, limited: true,
	},
	{
		kind: StorefrontAPI, label: "GraphQL Storefront API token", algs: []string{"ES256"},
		required: []string{"iss", "cid", "eat"}, strings: []string{"iss"}, issuer: "BC", expiry: "eat",
	},
	{
		kind: SessionSync, label: "session sync token", algs: []string{"ES256"},
		required: []string{"iss", "iat", "eat", "operation"}, strings: []string{"iss"}, issuer: "BC", expiry: "eat", lifetime: 30 * time.Second,
	},
	{
		kind: PaymentsAccess, label: "Payments API access token", algs: []string{"HS256"},
		required: []string{"iss", "sub", "iat", "exp", "data"}, strings: []string{"iss", "sub"}, objects: []string{"data"},
		issuer: "payments.bigcommerce.com", stores: []string{"sub"}, expiry: "exp", lifetime: time.Hour,
	},
	{kind: B2BEdition, label: "B2B Edition session token", algs: []string{"HS256"}, expiry: "exp"},
	{
		kind: LegacySignedPayload, label: "legacy signed_payload", algs: []string{"HS256"}, keyed: true,
		required: []string{"user", "store_hash"}, strings: []string{"store_hash"}, objects: []string{"user"},
		stores: []string{"store_hash"}, expiry: "exp",
	},
	{kind: JWE, label: "encrypted token (JWE)", expiry: "exp"},
	{
		kind: Unknown, label: "token of an unknown kind", keyed: true,
		strings: []string{"iss", "sub", "jti"}, app: "aud", stores: []string{"store_hash"}, expiry: "exp",
	},
}

// The client ids that B2B Edition asks with. They are BigCommerce's own: an integrator does not hold their secret.
// Source: B2B Edition's public storefront code.
var b2bClientIDs = [...]string{"dl7c39mdpul6hyc489yk0vzxl6jesyx", "qxvapwlk4fbb9dyogdcxk9o50d9jqjo"}

func isB2BClientID(id string) bool { return slices.Contains(b2bClientIDs[:], id) }

func rulesOf(kind Kind) *rules {
	for i := range kinds {
		if kinds[i].kind == kind {
			return &kinds[i]
		}
	}
	return &kinds[len(kinds)-1]
}

// Label is the kind's name for people.
func (k Kind) Label() string { return rulesOf(k).label }

// one is the label with its article.
func (r *rules) one() string {
	if strings.IndexByte("aeiou", r.label[0]) >= 0 {
		return "an " + r.label
	}
	return "a " + r.label
}

// recognise tells the kind of a token from its claims: by operation, then by issuer, then by shape.
func recognise(claims Object) Kind {
	operation, _ := claims.String("operation")
	switch operation {
	case "current_customer":
		return CurrentCustomer
	case "customer_login":
		return CustomerLogin
	case "session_sync":
		return SessionSync
	}
	issuer, hasIssuer := claims.String("iss")
	switch issuer {
	case "bc/apps":
		return CurrentCustomer
	case "bc":
		return AppCallback
	case "BC":
		if claims.has("cid") {
			return StorefrontAPI
		}
	case "payments.bigcommerce.com":
		return PaymentsAccess
	}
	db, _ := claims.String("db")
	switch {
	case !hasIssuer && db == "default":
		return B2BEdition
	case claims.has("customer") && claims.has("store_hash"):
		return CurrentCustomer
	}
	return Unknown
}

// store returns the bare store hash that the claims name, and whether they name one, be it empty.
func (r *rules) store(claims Object) (hash string, ok bool) {
	for _, name := range r.stores {
		if hash, ok = claims.String(name); ok {
			return strings.TrimPrefix(hash, r.prefix), true
		}
	}
	return "", false
}

// client returns the client id that the claims name, and whether they name one, be it empty.
func (r *rules) client(claims Object) (id string, ok bool) {
	if r.app == "" {
		return "", false
	}
	return claims.String(r.app)
}

// isHMAC reports whether alg is one of the HMAC family of RFC 7518 §3.2, spelt as there.
func isHMAC(alg string) bool { return alg == "HS512" || alg == "HS256" || alg == "HS384" }

// signatureLetters is how many characters of base64url a signature by alg has, 0 where it is not fixed or not known.
// Source: RFC 7518 §3.2 and §3.4.
func signatureLetters(alg string) int {
	switch alg {
	case "HS256":
		return base64url.EncodedLen(32)
	case "HS384":
		return base64url.EncodedLen(48)
	case "HS512", "ES256":
		return base64url.EncodedLen(64)
	case "ES384":
		return base64url.EncodedLen(96)
	case "ES512":
		return base64url.EncodedLen(132)
	}
	return 0
}
