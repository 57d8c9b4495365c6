package verifier

import (
	"regexp"
	"strings"
	"sync"
)

// A Credential is what a profile knows of an app: whose tokens it owns and, where it was fetched, the secret.
type Credential struct {
	Profile   string // the name to show; "" for credentials that were given without a profile
	ClientID  string // what aud must be; "" is unknown
	StoreHash string // bare; "" owns every store of the app
	Secret    Secret // zero: not fetched yet; Report.Wants asks for it
	Unread    string // why its secret cannot be had, as a clause to be told; it is not asked for again
	Remedy    string // what to do about that, as a sentence
	Named     bool   // the user named this one: it counts as the owner
	OwnerOnly bool   // fetched for the owner only (a command vault), never in the search over other profiles
}

// its names a thing of the credential's in a sentence: "the secret of acme", "the secret given".
func (c *Credential) its(thing string) string {
	if c.Profile == "" {
		return "the " + thing + " given"
	}
	return "the " + thing + " of " + c.Profile
}

// storePath finds a store hash where people copy it from: an API path (stores/abc123def/v3), alone or in BigCommerce's own
// address, or the host that every store has.
var storePath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(?:https?://)?api\.bigcommerce\.com/)?/?stores/([a-z0-9]+)(?:[/?#].*)?$|^(?:https?://)?store-([a-z0-9]+)\.mybigcommerce\.com(?:[:/?#].*)?$`)
})

// StoreHash takes the bare store hash out of what a person gave for one. Only what is recognised as something else is
// refused: another address or a secret. Any other text may be a hash, whatever its length.
func StoreHash(text string) (hash string, ok bool) {
	text = strings.TrimSpace(text)
	if HoldsSecret(text) {
		return "", false
	}
	if found := storePath().FindStringSubmatch(text); found != nil {
		return strings.ToLower(found[1] + found[2]), true
	}
	return text, text != "" && !strings.ContainsAny(text, "/.:@ \t\r\n")
}

// secretLetters is how many hex digits a client secret has, as BigCommerce issues it.
const secretLetters = 64

// HoldsSecret reports whether what has the form of a client secret is in a text: 64 hex digits.
func HoldsSecret(text string) bool { return secretIn(text) >= 0 }

// HideSecrets replaces whatever HoldsSecret would find, for messages about what a person typed.
func HideSecrets(text string) string {
	at := secretIn(text)
	if at < 0 {
		return text
	}
	var b strings.Builder
	for ; at >= 0; at = secretIn(text) {
		b.WriteString(text[:at])
		b.WriteString(redacted)
		text = text[at+secretLetters:]
	}
	b.WriteString(text)
	return b.String()
}

// secretIn is where the first client secret in a text begins, -1 where there is none.
func secretIn(text string) int {
	run := 0
	for i := range len(text) {
		if c := text[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			if run++; run == secretLetters {
				return i + 1 - secretLetters
			}
		} else {
			run = 0
		}
	}
	return -1
}
