package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// names are the settings but those of [keys].
var names = []string{
	"theme", "ascii", "start", "listener.enabled", "listener.addr", "storefront.addr", "limits.arrivals", "limits.text_mib",
}

// A setting is one that the user gave a value.
type setting struct {
	*reader

	name  string
	line  int
	value *unstable.Node
}

// take puts the value where it belongs, if it is right.
func (s setting) take() {
	c := &s.config
	switch s.name {
	case "theme":
		s.choose(&c.Theme, "auto", "dark", "light", "contrast")
	case "ascii":
		s.decide(&c.ASCII)
	case "start":
		s.choose(&c.Start, "tokens", "profiles", "setup")
	case "listener.enabled":
		s.decide(&c.Listen)
	case "listener.addr":
		s.locate(&c.Listener)
	case "storefront.addr":
		s.locate(&c.Storefront)
	case "limits.arrivals":
		s.count(&c.Arrivals, 100, 1_000_000)
	case "limits.text_mib":
		s.count(&c.TextMiB, 1, 4096)
	}
}

// is reports whether the value is of a kind. usual is how it is written.
func (s setting) is(kind unstable.Kind, usual any) bool {
	if s.value.Kind == kind {
		return true
	}
	s.wrong(s.line, s.example(usual), "%s is %s, not %s", s.name, inWords(s.value.Kind), inWords(kind))
	return false
}

// example is a line to write.
func (s setting) example(usual any) string {
	return fmt.Sprintf("write it as %s = %#v", s.name[strings.LastIndexByte(s.name, '.')+1:], usual)
}

func inWords(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "text"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer:
		return "a whole number"
	case unstable.Float:
		return "a fraction"
	case unstable.Array:
		return "a list"
	case unstable.InlineTable:
		return "a table"
	default: // what is left of TOML's
		return "a date or a time"
	}
}

func (s setting) choose(to *string, from ...string) {
	if !s.is(unstable.String, *to) {
		return
	}
	given := string(s.value.Data)
	if !slices.Contains(from, given) {
		s.wrong(s.line, `use "`+strings.Join(from, `", "`)+`"`, "%s cannot be %s", s.name, quoted(given))
		return
	}
	*to = given
}

func (s setting) decide(to *bool) {
	if s.is(unstable.Bool, *to) {
		*to = string(s.value.Data) == "true"
	}
}

func (s setting) count(to *int, least, most int64) {
	if !s.is(unstable.Integer, *to) {
		return
	}
	text := string(s.value.Data)
	n, err := strconv.ParseInt(text, 0, 64)
	if err != nil || n < least || n > most {
		s.wrong(s.line, s.example(*to), "%s is %s, want %d to %d", s.name, short(text), least, most)
		return
	}
	*to = int(n)
}

// locate takes an address of this machine alone: what listens there answers whoever reaches it.
func (s setting) locate(to *string) {
	if !s.is(unstable.String, *to) {
		return
	}
	given := string(s.value.Data)
	host, port, err := net.SplitHostPort(given)
	_, notAPort := strconv.ParseUint(port, 10, 16)
	ip, notAnIP := netip.ParseAddr(host)
	switch {
	case err != nil || notAPort != nil:
		s.wrong(s.line, s.example(*to), "%s is %s, want HOST:PORT", s.name, quoted(given))
	case host != "localhost" && (notAnIP != nil || ip.Zone() != "" || !ip.Unmap().IsLoopback()):
		s.wrong(s.line, "use 127.0.0.1, ::1 or localhost", "%s is %s, which is no loopback address", s.name, quoted(given))
	default:
		*to = given
	}
}

// quoted is text of the file, printable and of a bearable length; a secret in a wrong place is not repeated.
func quoted(text string) string { return `"` + short(safe.Line(verifier.HideSecrets(text))) + `"` }

func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
