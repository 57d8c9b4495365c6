package verifier

import (
	"strings"
	"time"
)

// Rules of one kind of token. What a fact of BigCommerce's is, is data here and nowhere else.
type rules struct {
	kind     Kind
	label    string   // for people
	algs     []string // that the kind is signed with, the usual one first; none: any
	keyed    bool     // signed with an app's client secret
	required []string // claims, dotted
	issuer   string   // what iss must be; "" is anything
	app      string   // the claim that names the app's client id
	subject  string   // what stands before the store hash in sub; "-" where sub is something else
	expiry   string   // the claim that it expires by
	lifetime time.Duration
	optional bool // no expiry claim is needed: it expires a lifetime after iat
}

// The kinds' rules, from domain knowledge: real tokens for Current Customer, BigCommerce's documentation and its own
// client libraries for the others.
var kinds = [...]rules{
	{
		kind: CurrentCustomer, label: "Current Customer token", algs: []string{"HS512", "HS256", "HS384"}, keyed: true,
		required: []string{"customer", "customer.id", "customer.email", "iss", "sub", "iat", "exp", "aud", "store_hash", "operation"},
		issuer:   "bc/apps", app: "aud", expiry: "exp", lifetime: 15 * time.Minute,
	},
	{
		kind: AppCallback, label: "app callback (signed_payload_jwt)", algs: []string{"HS256"}, keyed: true,
		required: []string{"aud", "iss", "iat", "exp", "sub", "user", "owner"},
		issuer:   "bc", app: "aud", subject: "stores/", expiry: "exp", lifetime: 24 * time.Hour,
	},
	{
		kind: CustomerLogin, label: "Customer Login token", algs: []string{"HS256"}, keyed: true,
		required: []string{"iss", "iat", "jti", "operation", "store_hash", "customer_id"},
		app:      "iss", subject: "-", expiry: "exp", lifetime: 30 * time.Second, optional: true,
	},
	{
		kind: StorefrontAPI, label: "GraphQL Storefront API token", algs: []string{"ES256"},
		required: []string{"iss", "cid", "eat"}, issuer: "BC", subject: "-", expiry: "eat",
	},
	{
		kind: SessionSync, label: "session sync token", algs: []string{"ES256"},
		required: []string{"iss", "iat", "eat", "operation"}, issuer: "BC", subject: "-", expiry: "eat", lifetime: 30 * time.Second,
	},
	{
		kind: PaymentsAccess, label: "Payments API access token", algs: []string{"HS256"},
		required: []string{"iss", "sub", "iat", "exp", "data"}, issuer: "payments.bigcommerce.com", expiry: "exp", lifetime: time.Hour,
	},
	{kind: B2BEdition, label: "B2B Edition session token", algs: []string{"HS256"}, subject: "-", expiry: "exp"},
	{kind: LegacySignedPayload, label: "legacy signed_payload", keyed: true, required: []string{"user", "store_hash"}, subject: "-", expiry: "exp"},
	{kind: JWE, label: "encrypted token (JWE)", subject: "-", expiry: "exp"},
	{kind: Unknown, label: "token of an unknown kind", keyed: true, app: "aud", subject: "-", expiry: "exp"},
}

// The client ids that B2B Edition asks with. They are BigCommerce's own: an integrator does not hold their secret.
// Source: B2B Edition's public storefront code.
var b2bClientIDs = [...]string{"dl7c39mdpul6hyc489yk0vzxl6jesyx", "qxvapwlk4fbb9dyogdcxk9o50d9jqjo"}

func isB2BClientID(id string) bool {
	for _, known := range b2bClientIDs {
		if id == known {
			return true
		}
	}
	return false
}

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

// store returns the bare store hash that the claims name.
func (r *rules) store(claims Object) string {
	if hash, ok := claims.String("store_hash"); ok {
		return hash
	}
	if sub, ok := claims.String("sub"); ok && r.subject != "-" {
		return strings.TrimPrefix(sub, "stores/")
	}
	return ""
}

// client returns the client id that the claims name.
func (r *rules) client(claims Object) string {
	if r.app == "" {
		return ""
	}
	id, _ := claims.String(r.app)
	return id
}

// isHMAC reports whether alg is one of the HMAC family of RFC 7518 §3.2, spelt as there.
func isHMAC(alg string) bool { return alg == "HS512" || alg == "HS256" || alg == "HS384" }

// signatureBytes is the length of a signature by alg in bytes, 0 where it is not fixed or not known.
// Source: RFC 7518 §3.2 and §3.4.
func signatureBytes(alg string) int {
	switch alg {
	case "HS256":
		return 32
	case "HS384":
		return 48
	case "HS512", "ES256":
		return 64
	case "ES384":
		return 96
	case "ES512":
		return 132
	}
	return 0
}
