package profiles

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/joho/godotenv"

	"jotwatch/verifier"
)

// A setting is a line of a .env file that says something of an app.
type setting struct {
	key, value string
	field      field
	prefix     string // whose it is, without what names BigCommerce or says "app": ACME of ACME_BC_CLIENT_ID
	named      bool   // as BigCommerce's, by its prefix
}

// endings are what settings' names end with.
func endings() []struct {
	name  string
	field field
} {
	return []struct {
		name  string
		field field
	}{
		{"CLIENT_ID", clientIDField},
		{"CLIENT_SECRET", secretField}, {"APP_SECRET", secretField},
		{"STORE_HASH", hashField}, {"API_PATH", hashField}, {"API_URL", hashField},
		{"ACCESS_TOKEN", tokenField}, {"AUTH_TOKEN", tokenField}, {"API_TOKEN", tokenField},
	}
}

// settingOf cuts a setting's name into whose it is and what it says.
func settingOf(key string) (s setting, ok bool) {
	s.key = key
	name := strings.ToUpper(key)
	for _, public := range []string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "REACT_APP_", "GATSBY_", "VITE_"} {
		name = strings.TrimPrefix(name, public) // what bundlers want before a setting that browsers may see
	}
	for _, ending := range endings() {
		prefix, is := strings.CutSuffix(name, ending.name)
		if !is || prefix != "" && !strings.HasSuffix(prefix, "_") {
			continue
		}
		var words []string
		for _, word := range strings.FieldsFunc(prefix, func(r rune) bool { return r == '_' }) {
			if word == "BC" || word == "BIGCOMMERCE" {
				s.named = true
			} else if word != "APP" {
				words = append(words, word)
			}
		}
		s.prefix, s.field = strings.Join(words, "_"), ending.field
		return s, true
	}
	return s, false
}

// isEnv reports whether a file has a setting that says something of an app, or a name as settings have.
func isEnv(name, text string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".env") || path.Ext(base) == ".env" {
		return true
	}
	for line := range strings.Lines(text) {
		if end := strings.IndexAny(line, "=:"); end > 0 {
			if _, ok := settingOf(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line[:end]), "export "))); ok {
				return true
			}
		}
	}
	return false
}

// readEnv reads settings: of one app, or of several that have prefixes.
func (in *intake) readEnv(text []byte) error {
	in.Format = EnvFormat
	// godotenv fills variables in, and a few lines that each hold the line before them twice would fill the memory.
	values, err := godotenv.UnmarshalBytes(bytes.ReplaceAll(text, []byte("$"), []byte(dollar)))
	if err != nil { // its text holds some of the file's
		return refuse("write KEY=value, with quotes on both sides of a value or none",
			"line %d of the settings cannot be read", brokenSetting(text))
	}
	var taken []*app
	var left []string
	for _, a := range appsOf(values) {
		if a.isBigCommerce() {
			taken = append(taken, a)
		} else if a.ClientID != "" || a.secret != "" {
			left = append(left, a.keys...)
		}
	}
	if len(left) > 0 {
		in.Said = append(in.Said, "not BigCommerce's, and left out: "+some(left))
	}
	if len(taken) == 0 {
		return refuse("name the settings BC_CLIENT_ID, BC_CLIENT_SECRET and BC_STORE_HASH", "the settings hold no credentials of a BigCommerce app")
	}
	for _, a := range taken {
		in.tokens = in.tokens || a.token
		if len(taken) > 1 {
			a.after = strings.ToLower(strings.ReplaceAll(a.prefix, "_", "-"))
		}
		if a.ClientID == "" && a.token { // such as a Catalyst storefront's
			a.refused = refuse("take the client id and the client secret from the app's page in the Developer Portal",
				"the settings hold an access token, and no client id of an app")
		}
		if err := in.add(a.found); err != nil {
			return err
		}
	}
	return nil
}

// An app is what the settings of one prefix say.
type app struct {
	found

	prefix string
	named  bool // any of its settings is, as BigCommerce's
	token  bool // it has an access token
	keys   []string
}

// appsOf groups settings by their prefixes. CLIENT_ID and BC_STORE_HASH are of one app; CLIENT_ID and BC_CLIENT_ID of two.
func appsOf(values map[string]string) []*app {
	var settings []setting
	clients := map[string]int{} // by prefix: 1 a client id, 2 one that is named as BigCommerce's, 3 both
	for _, key := range slices.Sorted(maps.Keys(values)) {
		s, ok := settingOf(key)
		s.value = values[key]
		if !ok || s.value == "" || strings.HasSuffix(strings.ToUpper(key), "API_URL") && !strings.Contains(s.value, "stores/") {
			continue
		}
		settings = append(settings, s)
		if s.field == clientIDField && s.named {
			clients[s.prefix] |= 2
		} else if s.field == clientIDField {
			clients[s.prefix] |= 1
		}
	}
	type whose struct {
		prefix string
		named  bool
	}
	var apps []*app
	byWhose := map[whose]*app{}
	for _, s := range settings {
		w := whose{s.prefix, s.named && clients[s.prefix] == 3}
		if byWhose[w] == nil {
			byWhose[w] = &app{prefix: s.prefix}
			apps = append(apps, byWhose[w])
		}
		byWhose[w].take(s, values)
	}
	return apps
}

func (a *app) take(s setting, values map[string]string) {
	if a.keys = append(a.keys, plainKey(s.key)); s.named {
		a.named = true
	}
	value, filled := fillIn(s.value, values)
	if filled {
		a.said = append(a.said, "a variable within "+plainKey(s.key)+" was filled in from the file itself")
	}
	var now *string
	switch s.field {
	case clientIDField:
		now = &a.ClientID
	case secretField:
		now = &a.secret
	case hashField:
		now = &a.StoreHash
		if hash, ok := verifier.StoreHash(value); ok {
			value = hash // from the form's own address, which needs no remark
		}
	default:
		a.token = true
		return
	}
	if *now != "" && *now != value {
		a.said = append(a.said, plainKey(s.key)+" says another thing than a setting before it, and was left out")
		return
	}
	*now = value
}

// isBigCommerce reports whether the prefix says so, or says nothing, or the values have the form of BigCommerce's.
func (a *app) isBigCommerce() bool {
	switch {
	case a.named:
		return true
	case a.ClientID == "" && a.secret == "":
		return false
	}
	return a.prefix == "" || len(a.ClientID) == 31 && forms().account.MatchString(a.ClientID) &&
		(a.secret == "" || len(a.secret) == 64 && verifier.HoldsSecret(a.secret))
}

var settingForms = sync.OnceValue(func() (f struct{ key, variable *regexp.Regexp }) {
	f.key = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,15}(_[A-Za-z0-9]{1,16}){1,5}$`)
	f.variable = regexp.MustCompile(dollar + `(\{\w+\}|\w+)`)
	return f
})

// plainKey is a setting's name as it may be told: of words that are too short for a credential.
func plainKey(key string) string {
	if !settingForms().key.MatchString(key) {
		return "a setting"
	}
	return key
}

// dollar stands for $ while godotenv reads. No file that comes so far holds it.
const dollar = "\x00"

// fillIn puts the file's own values where a value names them, such as ${BC_STORE_HASH} in an API path. One that the file
// does not have stays as it is.
func fillIn(value string, values map[string]string) (whole string, filled bool) {
	size := len(value)
	whole = settingForms().variable.ReplaceAllStringFunc(value, func(name string) string {
		other, ok := values[strings.Trim(name, dollar+"{}")]
		if size += len(other); !ok || size > longestSecret {
			return name
		}
		filled = true
		return other
	})
	return strings.ReplaceAll(whole, dollar, "$"), filled
}

// brokenSetting is the line where the setting begins that godotenv cannot read.
func brokenSetting(text []byte) int {
	const longest = 100 // lines of a value, such as a key's
	lines := bytes.SplitAfter(text, []byte("\n"))
	start := 0
	for end := 1; end <= len(lines) && end-start <= longest; end++ {
		if _, err := godotenv.UnmarshalBytes(bytes.Join(lines[start:end], nil)); err == nil {
			start = end
		}
	}
	return min(start, len(lines)-1) + 1
}
