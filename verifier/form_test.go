package verifier_test

import (
	"strings"
	"testing"

	"jotwatch/verifier"
)

// What is pasted instead of a token is named, in what it comes wrapped in too.
func TestNamesWhatIsNoToken(t *testing.T) {
	t.Parallel()
	v, secret := live(t)
	for text, want := range map[string]struct{ code, says string }{
		"":                         {"form.empty", "nothing in it"},
		"Authorization: Bearer ":   {"form.empty", "nothing in it"},
		"undefined":                {"form.error-body", "the word undefined"},
		"Bearer undefined":         {"form.error-body", "the word undefined"},
		`{"token":"undefined"}`:    {"form.error-body", "the word undefined"},
		`{"token":null}`:           {"form.error-body", "an empty value"},
		"[object Object]":          {"form.error-body", "[object Object]"},
		`{"errors":["Not Found"]}`: {"form.error-body", "an error's body"},
		"HTTP/2 404 \r\ncontent-type: application/json\r\n\r\n{\"errors\":[]}": {"form.error-body", "the status 404"},
		"curl: (22) The requested URL returned error: 404":                     {"form.error-body", "the status 404"},
		"HTTP/1.1 503 Service Unavailable\n\n":                                 {"form.error-body", "the status 503"},
		"HTTP/1.1 503 Service Unavailable\n\n<!-- x --><html><body>":           {"form.html", "an HTML page"},
		"404":                           {"form.error-body", "the status 404"},
		"503 Service Unavailable":       {"form.error-body", "the status 503"},
		`{"status":500,"title":"oops"}`: {"form.error-body", "the status 500"},
		`{"log":{"entries":[{"response":{"status": 503,"content":{"text":"<html>Down</html>"}}}]}}`: {"form.error-body", "the status 503"},
		"<div>Please log in</div>": {"form.html", "an HTML page"},
		"https://shop.example/customer/current.jwt?app_client_id={{client_id}}":         {"form.literal-template", "placeholder"},
		"https://shop.example/customer/current.jwt?app_client_id=%7B%7Bclient_id%7D%7D": {"form.literal-template", "placeholder"},
		"{{client_id | json}}":                               {"form.literal-template", "placeholder"},
		"Bearer " + secret:                                   {"form.opaque-token", "a client secret"},
		"ACCESS TOKEN: q8\nCLIENT SECRET: " + secret:         {"form.opaque-token", "credentials"},
		"BC_CLIENT_SECRET=" + secret:                         {"form.opaque-token", "credentials"},
		`{"client_secret":"x"}`:                              {"form.opaque-token", "credentials"},
		"it is " + secret:                                    {"form.not-a-jwt", "no token"},
		`<html><script>var o = {client_token: "x"}</script>`: {"form.html", "an HTML page"},
		strings.Repeat("a1", 15):                             {"form.opaque-token", "access token or a client id"},
		strings.Repeat("ab", 32) + "_1763985660":             {"form.opaque-token", "customer access token"},
		"www.shop.example":                                   {"form.not-a-jwt", "no token"},
		"127.0.0.1":                                          {"form.not-a-jwt", "no token"},
		"the quick brown fox":                                {"form.not-a-jwt", "no token"},
	} {
		now := v.now(t)
		r := verifier.Inspect(text, nil)
		findings := r.Findings(now)
		if len(findings) != 1 || string(findings[0].Code) != want.code || !strings.Contains(findings[0].Message, want.says) {
			t.Errorf("%q: got %v, want %s that says %q", text, findings, want.code, want.says)
		}
		hidden := text == "" || want.code == "form.opaque-token" || strings.Contains(text, "client_token")
		if r.Verdict(now) != verifier.Malformed || hidden != (r.Excerpt == "") || strings.Contains(r.Excerpt, secret) {
			t.Errorf("%q: %s, excerpt %q", text, r.Verdict(now), r.Excerpt)
		}
		for _, f := range findings {
			if strings.Contains(f.Message+f.Fix+string(r.JSON(now)), secret) {
				t.Errorf("%q: the secret is shown", text)
			}
		}
	}
}
