package verifier

import (
	"regexp"
	"strings"
	"sync"
)

// longestExcerpt is how much is kept of a text in which there is no token.
const longestExcerpt = 4 << 10

// longestLook is how much of such a text is looked at to say what it is: it may be anything, and a flood of it must cost little.
const longestLook = 8 << 10

// What texts look like that are not tokens. They are compiled when the first text is no token, not at every start.
var shapes = sync.OnceValue(func() (s struct{ customerAccessToken, secret, account, credentials, template, errorBody, page, status *regexp.Regexp }) {
	s.customerAccessToken = regexp.MustCompile(`^[0-9a-f]{64}_[0-9]{9,11}$`)
	s.secret = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
	s.account = regexp.MustCompile(`^[a-z0-9]{28,34}$`)
	s.credentials = regexp.MustCompile(`(?i)(client|api|access|bc)[ _-]?(secret|token)["']?\s*[:=]`)
	s.template = regexp.MustCompile(`(?i)(\{|%7B){2}[\w\s.%'"/|-]{0,100}(\}|%7D){2}`)
	s.errorBody = regexp.MustCompile(`(?s)^\s*[\[{].*"(errors?|title|status|message)"\s*:`)
	s.page = regexp.MustCompile(`(?i)^<[!?a-z][^>]*>`)
	s.status = regexp.MustCompile(`(?:^|^HTTP/[0-9.]+ |returned error: |"status"\s*:\s*"?)([45][0-9][0-9])\b`)
	return s
})

func tooLarge(s settings, message string) *Report {
	r := newReport(s)
	r.unreadable = true
	r.add(CodeFormTooLarge, Error, message, "Cut out the part that holds the token and give that alone.")
	return r
}

// inspectOther says what a text is in which there is no token.
func inspectOther(text string, s settings) *Report {
	trimmed := strings.Trim(strings.TrimSpace(text), "\"'`")
	if strings.HasPrefix(trimmed, "ey") && strings.IndexFunc(trimmed, notBase64url) < 0 {
		return inspectToken(found{text: trimmed, line: firstLine(text)}, nil, s)
	}
	in := inspection{Report: newReport(s), settings: s}
	shape := shapes()
	start := trimmed[:min(len(trimmed), longestLook)]
	status := ""
	if found := shape.status.FindStringSubmatch(start); found != nil {
		status = found[1]
	}
	body := unwrapped(start)
	labelled := shape.credentials.MatchString(body)
	switch {
	case shape.customerAccessToken.MatchString(body):
		in.unread(CodeFormOpaqueToken, "It looks like a customer access token, which is not a JWT: there is nothing in it to read.",
			"For the signed-in customer as a JWT ask /customer/current.jwt?app_client_id=….")
	case shape.secret.MatchString(body):
		in.unread(CodeFormOpaqueToken, "It looks like a client secret, not like a token. It is not shown here.",
			"If you pasted it by mistake, keep it out of histories; give it to jotwatch with --secret-file only.")
	case shape.account.MatchString(body):
		in.unread(CodeFormOpaqueToken, "It looks like an API access token or a client id, not like a JWT. It is not shown here.",
			"Paste the answer of /customer/current.jwt instead.")
	case labelled && status == "" && !shape.page.MatchString(body):
		in.unread(CodeFormOpaqueToken, "It holds an app's credentials, not a token. They are not shown here.",
			"If you pasted them by mistake, keep them out of histories; give the client secret alone to jotwatch with --secret-file.")
	default:
		in.name(body, status)
		if !labelled {
			in.Excerpt = HideSecrets(start)
			in.Excerpt = in.Excerpt[:min(len(in.Excerpt), longestExcerpt)]
		}
	}
	return in.Report
}

// unwrapped takes off a text what a token is carried in: the head of an HTTP answer, the name of a header, Bearer, and the
// JSON that has a token or nothing else.
func unwrapped(text string) string {
	if strings.HasPrefix(text, "HTTP/") {
		_, text, _ = strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	}
	for _, before := range [...]string{"authorization:", "bearer"} {
		if len(text) >= len(before) && strings.EqualFold(text[:len(before)], before) {
			text = strings.TrimSpace(text[len(before):])
		}
	}
	if object := parseObject([]byte(text)); object.err == nil && len(object.members) == 1 && object.members[0].Name == "token" {
		text = object.members[0].Value.Text()
	}
	return strings.TrimSpace(text)
}

// name says what a text is that is neither a token nor a secret. status is of the HTTP answer that it came in, "" if unknown.
func (in *inspection) name(body, status string) {
	const sources = "Take the body as text where it is a bare token and as .token where it is JSON, and look at the status before the body: 404 is no token."
	const guest = "the shopper is a guest, or the app_client_id is unknown (the two look the same)."
	const signIn = "Sign in to the storefront, check the app_client_id, and look at the status before you read the body: 404 is no token."
	shape := shapes()
	switch {
	case shape.page.MatchString(body):
		in.unread(CodeFormHTML, "It is an HTML page, not a token: a login or maintenance page that the request was redirected to, or a theme's error page.",
			"Ask the storefront's own domain, in the shopper's browser; a closed or maintained store answers with a page.")
	case status == "404":
		in.unread(CodeFormErrorBody, "It is an answer with the status 404: "+guest, signIn)
	case status == "503":
		in.unread(CodeFormErrorBody, "It is an answer with the status 503: the store is under maintenance, suspended, or not launched yet.",
			"Open the store in the control panel, or ask once it is open again.")
	case body == "":
		in.unread(CodeFormEmpty, "There is nothing in it.", "Paste the token itself. A 404 with an empty page means a guest, or an unknown app_client_id.")
	case shape.template.MatchString(body):
		in.unread(CodeFormLiteralTemplate, "A template's placeholder ({{…}}) was left in it: nothing replaced it with a value.",
			"Put the client id itself into app_client_id; {{…}} works only where the theme renders it.")
	case body == "undefined":
		in.unread(CodeFormErrorBody, "It is the word undefined, not a token: the code took a member that is not there, such as .token of a bare token, or of an error's body because the shopper is a guest.", sources)
	case body == "[object Object]":
		in.unread(CodeFormErrorBody, "It is [object Object], not a token: the code made text of the JSON answer instead of taking .token of it.", sources)
	case body == "null" || body == "{}":
		in.unread(CodeFormErrorBody, "It is an empty value, not a token: "+guest, signIn)
	case status != "":
		in.unread(CodeFormErrorBody, "It is an answer with the status "+status+", an error and no token.",
			"Read what the answer itself says; only 404 means that the shopper is a guest. Look at the status before you read a body.")
	case shape.errorBody.MatchString(body):
		in.unread(CodeFormErrorBody, "It is an error's body, not a token: "+guest, signIn)
	default:
		in.unread(CodeFormNotAJWT, "There is no token in it: a JWT is three parts of letters, digits, - and _ with dots between, and begins with ey.",
			"Paste the text that /customer/current.jwt answered with.")
	}
}
