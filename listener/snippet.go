package listener

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf16"
)

// A Format is a way to bring the snippet into a page.
type Format string

const (
	ScriptManager Format = "script-manager" // an element to paste into the store's Script Manager
	Stencil       Format = "stencil"        // an element to paste into a Stencil theme
	Console       Format = "console"        // to paste into the browser's console: runs at once
	Bookmarklet   Format = "bookmarklet"    // an address to keep as a bookmark: runs at once
)

// Formats lists the formats, the one to recommend first.
func Formats() []Format {
	return []Format{ScriptManager, Stencil, Console, Bookmarklet}
}

// A Snippet is the storefront's half of the listener: a script that fetches the Current Customer token as the shopper and
// hands it to the listener on the same machine, and a badge that says how that went. In a store it does nothing at all for
// a browser that did not ask for it by ?jotwatch in the address.
type Snippet struct {
	ClientID string // whose token to ask for
	Allow    string // what to type, before an origin, so that its pages may send
	Base     string // the listener's origin: http://127.0.0.1:4927
	Key      string // the ingest key
}

//go:embed snippet.js
var script string

// What is said at the top of the script, to whoever finds it in the store in a year.
const (
	purpose = `jotwatch: shows a developer the Current Customer token (JWT) of this store, in their own terminal.
It does nothing, sends nothing and stores nothing unless the address of the page has ?jotwatch in it;
then it works for that browser tab, until ?jotwatch=off.
`
	inScriptManager = `To remove it: delete this script in Storefront > Script Manager. Nothing else in the store depends on it.
Settings to choose there: location Footer, all storefront pages, category Essential, type Script.
`
	inStencil = `To remove it: delete this script element. Nothing else in the theme depends on it.
It stands in templates/layout/base.html, before the closing body tag. The local server of the Stencil CLI keeps
the answer to a GET for 15 seconds: there, a token may be that old.
`
)

// Text is the snippet in a format, ready to paste. No value can end the script, its element, or a Handlebars template that
// it stands in.
func (s Snippet) Text(f Format) string {
	switch f {
	case ScriptManager:
		return element(inScriptManager, s.script(false))
	case Stencil:
		return element(inStencil, s.script(false))
	case Bookmarklet:
		return "javascript:" + url.PathEscape(strings.TrimSpace(s.script(true)))
	default:
		return s.script(true)
	}
}

func element(place, script string) string {
	return "<script>\n/*\n" + purpose + place + "*/\n" + script + "</script>\n"
}

// script is the bare script; always is whether it runs without being asked for in the address.
func (s Snippet) script(always bool) string {
	settings := fmt.Sprintf("{ client: %s, base: %s, key: %s, allow: %s, always: %t }",
		literal(s.ClientID), literal(strings.TrimSuffix(s.Base, "/")), literal(s.Key), literal(s.Allow), always)
	return strings.Replace(script, "SETTINGS", settings, 1)
}

// literal is a JavaScript string of plain characters and \u escapes: nothing that means anything to HTML, Handlebars, XML,
// a comment or another character set is left in it.
func literal(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, unit := range utf16.Encode([]rune(s)) {
		if isPlain(rune(unit)) {
			b.WriteRune(rune(unit))
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" -._:/", r)
}
