package profiles

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jotwatch/verifier"
)

// What people enter is checked here, wherever it comes from: a flag, a prompt, a form, an imported file. Each check returns
// the value as it is kept and a remark to be told, "" where there is nothing to say. Only what is recognised as something
// else is refused; what merely looks unusual is taken and remarked on.

const (
	longestName   = 100  // characters of a name, an origin's host apart
	longestText   = 2000 // characters of a note or a secret command
	longestSecret = 2000 // bytes; Windows holds 2,560 an entry and macOS about 3,000 in all, once encoded
)

// A Refusal is why something entered was not taken.
type Refusal struct {
	Wrong string // what is wrong, with the field named
	Hint  string // what to do
}

func (r *Refusal) Error() string { return r.Wrong }

func refuse(hint, format string, args ...any) *Refusal {
	return &Refusal{Wrong: fmt.Sprintf(format, args...), Hint: hint}
}

var forms = sync.OnceValue(func() (f struct{ account, hash *regexp.Regexp }) {
	f.account = regexp.MustCompile(`^[a-z0-9]{29,33}$`) // a client id or an API access token: they look the same
	f.hash = regexp.MustCompile(`^[a-z0-9]{5,10}$`)
	return f
})

// bare takes off the white space, quotes and byte order mark that come along when something is copied.
func bare(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'`\ufeff", r) })
}

// line checks what every text of one line must be.
func line(what, text string, longest int) error {
	switch {
	case verifier.HoldsSecret(text):
		return refuse("keep the secret out of it: it is stored readable", "the %s holds what looks like a client secret", what)
	case !utf8.ValidString(text):
		return refuse("write it in UTF-8", "the %s is not UTF-8 text", what)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		return refuse("type it anew", "the %s holds a control character", what)
	case utf8.RuneCountInString(text) > longest:
		return refuse("shorten it", "the %s has more than %d characters", what, longest)
	}
	return nil
}

// Name checks a profile's name: anything that a person would type on one line.
func Name(text string) (name, remark string, err error) {
	name = norm.NFC.String(strings.TrimSpace(text))
	if name == "" {
		return "", "", refuse("give it a name, such as acme-sandbox", "the name is empty")
	}
	return name, "", line("name", name, longestName)
}

// ClientID checks a client id: 31 characters of a–z and 0–9 as BigCommerce issues them.
func ClientID(text string) (id, remark string, err error) {
	const hint = "give the client id, about 31 letters and digits, from the app's page in the Developer Portal"
	id = bare(text)
	if err := line("client id", id, longestName); err != nil {
		if verifier.HoldsSecret(id) {
			return "", "", refuse(hint, "the client id looks like a client secret")
		}
		return "", "", err
	}
	switch {
	case id == "":
		return "", "", refuse(hint, "the client id is empty")
	case strings.HasPrefix(id, "eyJ"):
		return "", "", refuse(hint, "the client id is a token")
	case strings.HasPrefix(id, "-"): // a variable of the shell's was empty
		return "", "", refuse(hint, "the client id is the next flag, %s", id)
	case strings.ContainsAny(id, " /:="):
		return "", "", refuse(hint, "the client id is something else: it holds a space or one of / : =")
	case !forms().account.MatchString(strings.ToLower(id)):
		remark = fmt.Sprintf("the client id has %d characters; those that BigCommerce issues have 31 letters and digits", utf8.RuneCountInString(id))
	case id != text:
		remark = "white space or quotes around the client id were left out"
	}
	return id, remark, nil
}

// StoreHash checks a store hash, and takes it out of a URL or API path. "" is any store.
func StoreHash(text string) (hash, remark string, err error) {
	const hint = "give the hash alone, such as abc123def from https://store-abc123def.mybigcommerce.com, or leave it out for any store"
	given := bare(text)
	if given == "" {
		return "", "", nil
	}
	hash, ok := verifier.StoreHash(given)
	switch {
	case verifier.HoldsSecret(given):
		return "", "", refuse(hint, "the store hash looks like a client secret")
	case !ok:
		return "", "", refuse(hint, "the store hash is something else, such as an address of another form")
	case line("store hash", hash, longestName) != nil:
		return "", "", line("store hash", hash, longestName)
	case forms().account.MatchString(hash):
		return "", "", refuse(hint, "the store hash looks like a client id or an access token")
	case !forms().hash.MatchString(hash):
		remark = fmt.Sprintf("the store hash %s is unusual; BigCommerce's have 5 to 10 small letters and digits", hash)
	case hash != text:
		remark = fmt.Sprintf("taking %s for the store hash", hash)
	}
	return hash, remark, nil
}

// Origin checks a storefront's origin, and takes it out of a page's address.
func Origin(text string) (origin, remark string, err error) {
	const hint = "write it as https://shop.example.com"
	given := bare(text)
	if err := line("origin", given, longestText); err != nil {
		return "", "", err
	}
	if !strings.Contains(given, "://") {
		given = "https://" + given
	}
	u, err := url.Parse(given)
	switch {
	case err != nil || u.Hostname() == "" || !isHost(u.Hostname()):
		return "", "", refuse(hint+"; a name with other letters as browsers send it (xn--…)", "the origin is no address of a storefront")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", "", refuse(hint, "the origin has another scheme than https or http")
	case u.User != nil:
		return "", "", refuse(hint, "the origin holds a user name")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":")
	if port := u.Port(); port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	origin = u.Scheme + "://" + host
	if origin != text {
		remark = fmt.Sprintf("taking %s for the origin", origin)
	}
	return origin, remark, nil
}

// isHost reports whether a storefront may have that host: a name of several parts as browsers send it, localhost, or an
// address. A single word may be anything, such as an access token.
func isHost(host string) bool {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	}
	return net.ParseIP(host) != nil || host == "localhost" || strings.Contains(host, ".") && !strings.ContainsFunc(host, odd)
}

// Tag checks a tag.
func Tag(text string) (tag, remark string, err error) {
	tag = norm.NFC.String(strings.TrimSpace(text))
	if tag == "" || strings.Contains(tag, ",") {
		return "", "", refuse("give each tag by itself", "a tag is empty or holds a comma")
	}
	return tag, "", line("tag", tag, longestName)
}

// Note checks a note, which may have several lines.
func Note(text string) (note, remark string, err error) {
	note = strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n")))
	return note, "", line("note", strings.ReplaceAll(note, "\n", " "), longestText)
}

// Environment checks an environment. "" is not said.
func Environment(text string) (environment, remark string, err error) {
	return oneOf("environment", text, Environments())
}

// Colour checks a colour. "" is none.
func Colour(text string) (colour, remark string, err error) {
	return oneOf("colour", text, Colours())
}

func oneOf(what, text string, values []string) (value, remark string, err error) {
	value = strings.ToLower(strings.TrimSpace(text))
	if value != "" && !slices.Contains(values, value) {
		return "", "", refuse("use "+strings.Join(values, ", "), "there is no such %s", what)
	}
	return value, "", nil
}

// Command checks a command that prints the secret.
func Command(text string) (command, remark string, err error) {
	command = strings.TrimSpace(text)
	if command == "" {
		return "", "", refuse("such as --secret-command 'op read op://shop/app/secret'", "the secret command is empty")
	}
	if verifier.HoldsSecret(command) {
		return "", "", refuse("give a command that fetches the secret, or the secret itself at the prompt",
			"the secret command holds what looks like the client secret itself, and it is stored readable")
	}
	return command, "", line("secret command", command, longestText)
}

// Secret checks a client secret: 64 hex digits as BigCommerce issues them. White space and quotes around it are taken off.
// With odd, what looks like a client id or an access token is taken all the same.
func Secret(text, clientID string, odd bool) (secret verifier.Secret, remark string, err error) {
	const hint = "copy the client secret, 64 hex digits, from the app's page in the Developer Portal"
	key := bare(text)
	if what := NotASecret(key); what != "" {
		return verifier.Secret{}, "", refuse(hint, "what was given as the secret is %s", what)
	}
	switch {
	case key == "":
		return verifier.Secret{}, "", refuse(hint, "the secret is empty")
	case len(key) > longestSecret:
		return verifier.Secret{}, "", refuse(hint, "what was given is too large to be a secret")
	case key == clientID:
		return verifier.Secret{}, "", refuse(hint, "what was given as the secret is the client id")
	case forms().account.MatchString(key) && !odd:
		return verifier.Secret{}, "", refuse(hint+"; if this is it all the same, add --odd-secret",
			"what was given as the secret looks like an access token or a client id")
	case !verifier.HoldsSecret(key) || len(key) != 64:
		remark = fmt.Sprintf("the secret has %d characters; those that BigCommerce issues have 64, all hex digits", utf8.RuneCountInString(key))
	case key != strings.TrimRight(text, "\r\n"): // the end of a line or of a file is no white space that anyone typed
		remark = "white space or quotes around the secret were left out"
	}
	return verifier.NewSecret(key), remark, nil
}

// NotASecret says what a text is that is recognised as something else than a client secret, "" where it may be one.
func NotASecret(text string) string {
	label := strings.ToUpper(text[:max(0, strings.IndexAny(text, "=:"))])
	switch {
	case strings.ContainsAny(text, "\n\r") && strings.Contains(text, "CLIENT SECRET:"):
		return "BigCommerce's whole account file, not the client secret alone"
	case strings.ContainsAny(text, "\n\r"):
		return "several lines, not the client secret alone"
	case strings.HasPrefix(text, "\ufeff"), !utf8.ValidString(text), strings.ContainsRune(text, 0):
		return "a byte order mark or another encoding than UTF-8, not the client secret alone"
	case strings.HasPrefix(text, "eyJ"):
		return "a token, not the client secret"
	case strings.Contains(label, "SECRET"):
		return "the secret with its name before it, not the client secret alone"
	}
	return ""
}
