package listener

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"jotwatch/inbox"
)

// An envelope is what the snippet sends: the storefront's answer, and what the page knows about it.
type envelope struct {
	Version int    `json:"jotwatch"`
	Status  int    `json:"status"` // 0 where there was no answer
	Page    string `json:"page"`
	Body    string `json:"body"`
	Error   string `json:"error"` // why there was no answer
}

// envelopeField is the form field that the snippet's fallback sends the envelope in.
const envelopeField = "jotwatch="

// unpack makes an arrival of a request's body and head: of an envelope, or of anything else that may hold a token.
func unpack(body string, r *http.Request) *inbox.Arrival {
	text := body
	if form, ok := strings.CutPrefix(body, envelopeField); ok {
		text = strings.TrimRight(form, "\r\n")
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			if plain, err := url.QueryUnescape(text); err == nil {
				text = plain
			}
		}
	}
	if strings.HasPrefix(text, "{") && strings.Contains(text, `"jotwatch"`) {
		var e envelope
		if err := json.Unmarshal([]byte(text), &e); err == nil && e.Version == 1 {
			a := &inbox.Arrival{Text: e.Body, Page: page(e.Page), Failed: clip(e.Error)}
			if e.Status >= 100 && e.Status < 600 {
				a.Status = e.Status
			}
			return a
		}
	}
	if authorization := r.Header.Get("Authorization"); authorization != "" {
		body = strings.TrimSpace(body + "\n" + authorization)
	}
	return &inbox.Arrival{Text: body}
}

// page is a page's address without query and fragment, which can hold anything.
func page(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	return clip(address)
}

// clip bounds what a request says about itself.
func clip(s string) string {
	const longest = 512
	if len(s) > longest {
		return strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}
