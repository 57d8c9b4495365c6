package inbox

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"jotwatch/verifier"
)

// What is masked. Too much does no harm.
var private = sync.OnceValue(func() (p struct{ token, random, address *regexp.Regexp }) {
	p.token = regexp.MustCompile(`(?:ey[A-Z]|ew[o0kg])[A-Za-z0-9_-]{8,}(?:(?:\.|%2[Ee])[A-Za-z0-9_-]*)*`)
	p.random = regexp.MustCompile(`[A-Za-z0-9_+/-]{40,}`)
	// Wider than RFC 5322, because it stands in any text; and the @ in the ways in which it is escaped.
	p.address = regexp.MustCompile(`(?:"[^"]*"|([^\s<>,;:"*])?[^\s<>,;:"]*)\s{0,2}(?:[@＠﹫]|%(?:25)*40|&#0*64;|&#[xX]0*40;|&commat;|\\u0040)\s{0,2}[^\s<>,;]+`)
	return p
})

const (
	longestMasked = 4 << 10 // how much of a text is kept where something is masked, in bytes
	shortestWord  = 40      // of letters and digits at random, to be taken for a secret
)

// Mask takes tokens, e-mail addresses and secrets out of a text, for recordings, exports and a screen that others see. Of a text it
// keeps 4 KiB. Masked once more, the text stays as it is.
func Mask(text string) string {
	if len(text) > longestMasked {
		text = whole(text[:longestMasked]) + "…"
	}
	for private := mayBePrivate(text); private; {
		masked := maskOnce(text)
		private = masked != text && len(masked) <= longestMasked // what was masked may be a part of something larger
		text = masked
	}
	return text
}

// mayBePrivate tells most texts, in which nothing is to be masked, without a regular expression.
func mayBePrivate(text string) bool {
	word := 0
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '@', c == '%', c == '&', c == '\\', c == 0xef: // with which ＠ and ﹫ begin
			return true
		case c == 'e' && i+1 < len(text) && (text[i+1] == 'y' || text[i+1] == 'w'):
			return true
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '+', c == '/', c == '-':
			if word++; word == shortestWord {
				return true
			}
		default:
			word = 0
		}
	}
	return false
}

func maskOnce(text string) string {
	p := private()
	text = verifier.HideSecrets(text)
	if strings.Contains(text, "ey") || strings.Contains(text, "ew") {
		text = p.token.ReplaceAllString(text, "[token]")
	}
	if len(text) >= shortestWord {
		text = p.random.ReplaceAllStringFunc(text, hideRandom)
	}
	if strings.ContainsAny(text, `@＠﹫%&\`) {
		text = p.address.ReplaceAllString(text, "$1"+hiddenAddress)
	}
	return text
}

const hiddenAddress = "***@***"

// MaskClaim is Mask for the value of a claim: whatever in it, or it itself, is an e-mail address by its name is masked too.
func MaskClaim(name, value string) string {
	if namesAddress(name) {
		return maskAddress(value)
	}
	return Mask(string(redact([]byte(value))))
}

// maskAddress masks what is an e-mail address by its name, also where it does not look like one.
func maskAddress(text string) string {
	masked := Mask(text)
	if _, first := utf8.DecodeRuneInString(masked); masked == "" || masked[first:] == hiddenAddress {
		return masked
	}
	return hiddenAddress
}

// namesAddress reports whether the value of a claim of that name is an e-mail address.
func namesAddress(name string) bool { return strings.Contains(strings.ToLower(name), "email") }

// hideRandom hides a long word of letters of both cases and digits, which is a part of a token or another secret: no path or name is.
func hideRandom(word string) string {
	if strings.ContainsAny(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz") && strings.ContainsAny(word, "0123456789") {
		return "[token]"
	}
	return word
}
