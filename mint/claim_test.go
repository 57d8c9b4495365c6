package mint_test

import (
	"encoding/json"
	"strings"
	"testing"

	"jotwatch/mint"
	"jotwatch/verifier"
)

func TestParseClaim(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, name, value string }{
		{"customer.id=12", "customer.id", "12"},
		{"customer.email=x", "customer.email", `"x"`},
		{"customer.email=", "customer.email", `""`},
		{"customer=null", "customer", "null"},
		{`iat="12"`, "iat", `"12"`},
		{"iat= 12 ", "iat", "12"},
		{"exp=1e3", "exp", "1e3"},
		{"id=9007199254740993", "id", "9007199254740993"},
		{"sub=stores/a=b", "sub", `"stores/a=b"`},
		{"url=a&b<c>", "url", `"a&b<c>"`},
		{"note={broken", "note", `"{broken"`},
		{`customer={"id":1, "email":"x"}`, "customer", `{"id":1, "email":"x"}`},
		{"name=\x1b[31m", "name", `"\u001b[31m"`},
		{"a.b.c=[1,2]", "a.b.c", "[1,2]"},
		{"true=true", "true", "true"},
		{"x=NaN", "x", `"NaN"`},
	} {
		got, err := mint.ParseClaim(c.text)
		if want := (mint.Claim{Name: c.name, Value: c.value}); err != nil || got != want {
			t.Errorf("%q: got %+v and error %v, want %+v", c.text, got, err, want)
		}
	}
}

func TestParseClaimErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "iss", "=x", ".=x", "customer.=1", ".id=1", "a..b=1", "iss=\xff", "\xff=1"} {
		if got, err := mint.ParseClaim(text); err == nil || got != (mint.Claim{}) {
			t.Errorf("%q: got %+v and error %v, want an error", text, got, err)
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, scenario string
		set            []string
		want           string // in the claims
	}{
		{"number within", "valid", []string{"customer.id=12"}, `{"customer":{"id":12,"email":"jane@example.com","group_id":"6"},"iss":`},
		{"string within", "valid", []string{"customer.email=x"}, `{"customer":{"id":4927,"email":"x","group_id":"6"},"iss":`},
		{"two", "valid", []string{"customer.id=12", "customer.email=x"}, `{"customer":{"id":12,"email":"x","group_id":"6"},"iss":`},
		{"the last wins", "valid", []string{"version=2", "version=3"}, `,"version":3,"aud":`},
		{"in its place", "valid", []string{"sub=other"}, `"iss":"bc/apps","sub":"other","iat":`},
		{"appended", "valid", []string{"channel_id=1"}, `"operation":"current_customer","channel_id":1}`},
		{"appended in order", "valid", []string{"b=1", "a=2"}, `"operation":"current_customer","b":1,"a":2}`},
		{"appended within", "valid", []string{"customer.name=Jane"}, `"group_id":"6","name":"Jane"},"iss":`},
		{"new object", "valid", []string{"a.b.c=1"}, `"operation":"current_customer","a":{"b":{"c":1}}}`},
		{"null", "valid", []string{"customer=null"}, `{"customer":null,"iss":`},
		{"null within", "valid", []string{"customer.group_id=null"}, `"group_id":null}`},
		{"into a removed one", "missing-customer", []string{"customer.id=1"}, `"operation":"current_customer","customer":{"id":1}}`},
		{"both of two", "duplicate-member", []string{"exp=7"}, `"operation":"current_customer","exp":7}`},
		{"number kept", "valid", []string{"customer.id=9007199254740993"}, `"id":9007199254740993,`},
		{"hostile name", "valid", []string{"\x1b[31m\"=1"}, `,"\u001b[31m\"":1}`},
		{"another kind", "customer-login", []string{"redirect_to=/account"}, `"customer_id":4927,"redirect_to":"/account"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var claims []mint.Claim
			for _, text := range c.set {
				claims = append(claims, parseClaim(t, text))
			}
			text := token(t, app(), c.scenario, claims...)
			if got := segment(t, text, 1); !strings.Contains(got, c.want) {
				t.Errorf("claims\n got %s\nwant %s in them", got, c.want)
			}
			report := verifier.Inspect(text, []verifier.Credential{{Profile: "acme", ClientID: clientID, Secret: verifier.NewSecret(secret), Named: true}})
			if report.Signature != verifier.SignatureVerified {
				t.Errorf("signature is %s: it was signed before the claims were set", report.Signature)
			}
		})
	}
}

func FuzzSet(f *testing.F) {
	for _, seed := range []string{"customer.id=12", "customer=null", "a.b.c=[1]", "x={\"a\":1}", "\x1b=\u202e", "=", "iss.x=1", "customer={}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		claim, err := mint.ParseClaim(s)
		if err != nil {
			return
		}
		text, err := mint.Token(app(), "valid", at, claim)
		if err != nil {
			return
		}
		if claims := segment(t, text, 1); !json.Valid([]byte(claims)) {
			t.Errorf("%q makes claims that are not JSON: %s", s, claims)
		}
	})
}
