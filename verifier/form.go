package verifier

import (
	"regexp"
	"strings"
)

var (
	customerAccessToken = regexp.MustCompile(`^[0-9a-f]{64}_[0-9]{9,11}$`)
	hexSecret           = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
	accountToken        = regexp.MustCompile(`^[a-z0-9]{28,34}$`)
	template            = regexp.MustCompile(`\{\{[\w\s.%'"/-]{0,100}\}\}`)
	errorBody           = regexp.MustCompile(`(?s)^\s*[\[{].*"(errors?|title|status|message)"\s*:`)
)

func tooLarge(s settings, message string) *Report {
	r := newReport(s)
	r.unreadable = true
	r.add(CodeFormTooLarge, Error, message, "Cut out the part that holds the token and give that alone.")
	return r
}

// inspectOther says what a text is in which there is no token.
func inspectOther(text string, s settings) *Report {
	in := inspection{Report: newReport(s), settings: s}
	trimmed := strings.Trim(strings.TrimSpace(text), "\"'`")
	if strings.HasPrefix(trimmed, "ey") && strings.IndexFunc(trimmed, notBase64url) < 0 {
		return inspectToken(found{text: trimmed}, nil, s)
	}
	lower := strings.ToLower(trimmed[:min(len(trimmed), 64<<10)])
	switch {
	case trimmed == "":
		in.unread(CodeFormEmpty, "There is nothing in it.", "Paste the token itself. A 404 with an empty page means a guest, or an unknown app_client_id.")
	case customerAccessToken.MatchString(trimmed):
		in.unread(CodeFormOpaqueToken, "It looks like a customer access token, which is not a JWT: there is nothing in it to read.",
			"For the signed-in customer as a JWT ask /customer/current.jwt?app_client_id=….")
	case hexSecret.MatchString(trimmed):
		in.unread(CodeFormOpaqueToken, "It looks like a client secret, not like a token. It is not shown here.",
			"If you pasted it by mistake, keep it out of histories; give it to jotwatch with --secret-file only.")
	case accountToken.MatchString(trimmed):
		in.unread(CodeFormOpaqueToken, "It looks like an API access token or a client id, not like a JWT. It is not shown here.",
			"Paste the answer of /customer/current.jwt instead.")
	case strings.HasPrefix(lower, "<!doctype") || strings.Contains(lower, "<html") || strings.HasPrefix(lower, "<?xml"):
		in.unread(CodeFormHTML, "It is an HTML page, not a token: a login or maintenance page that the request was redirected to, or a theme's error page.",
			"Ask the storefront's own domain, in the shopper's browser; a closed or maintained store answers with a page.")
	case template.MatchString(trimmed):
		in.unread(CodeFormLiteralTemplate, "A template's placeholder ({{…}}) was left in it: nothing replaced it with a value.",
			"Put the client id itself into app_client_id; {{…}} works only where the theme renders it.")
	case trimmed == "undefined" || trimmed == "null" || trimmed == "[object Object]" || trimmed == "{}" || errorBody.MatchString(trimmed):
		in.unread(CodeFormErrorBody, "It is an error's body or an empty value, not a token: the shopper is a guest, or the app_client_id is unknown (the two look the same).",
			"Sign in to the storefront, check the app_client_id, and look at the status before you read the body: 404 is no token.")
	default:
		in.unread(CodeFormNotAJWT, "There is no token in it: a JWT is three parts of letters, digits, - and _ with dots between, and begins with ey.",
			"Paste the text that /customer/current.jwt answered with.")
	}
	return in.Report
}
